// tasks: find the clue. A small review of several sentences; only what is said of the meal counts. The other sentences
// say what they like, each drawn by itself: were they all to contradict the clue, the verdict would be the one feeling
// that none of them has, and nets learn to read that instead. And some sentences say nothing of the kind, so that no
// feeling can be the one that is meant when none is seen.
#include <algorithm>
#include <array>

#include "base/utf8.h"
#include "tasks/split.h"
#include "tasks/tasks.h"

namespace heed {
namespace {

constexpr std::string_view kTopic = "meal";
constexpr std::array<std::string_view, 4> kFeelings = {"superb", "decent", "poor", "dreadful"};
/// Of each feeling, and of none.
constexpr std::array<std::string_view, 5> kVerdicts = {"excellent", "good", "bad", "terrible", "unknown"};
constexpr std::array<std::string_view, 12> kOthers = {"room",   "view",  "pool",   "bed",   "bar",   "lift",
                                                      "garden", "lobby", "shower", "music", "price", "desk"};
constexpr int kWords = 6;
/// * stands for what is spoken of, + for how it was.
constexpr std::array<std::array<std::string_view, kWords>, 6> kPatterns = {
    {{"the", "*", "was", "really", "+", "today"},
     {"we", "found", "the", "*", "rather", "+"},
     {"what", "a", "+", "*", "we", "had"},
     {"i", "thought", "the", "*", "seemed", "+"},
     {"such", "a", "+", "*", "once", "again"},
     {"the", "*", "turned", "out", "quite", "+"}}};
/// Without a feeling, and without a word that the others lack.
constexpr std::array<std::array<std::string_view, kWords>, 4> kPlain = {{{"we", "had", "the", "*", "once", "again"},
                                                                         {"today", "we", "had", "such", "a", "*"},
                                                                         {"what", "was", "the", "*", "we", "had"},
                                                                         {"i", "thought", "we", "found", "the", "*"}}};
constexpr int kMostSentences = 10;

Vocabulary words() {
  std::vector<std::string> tokens;
  const auto add = [&](std::string_view word) {
    if (word != "*" && word != "+" && std::ranges::find(tokens, word) == tokens.end()) tokens.emplace_back(word);
  };
  add(kTopic);
  for (const std::string_view word : kFeelings) add(word);
  for (const std::string_view word : kOthers) add(word);
  for (const auto& pattern : kPatterns)
    for (const std::string_view word : pattern) add(word);
  return Vocabulary(std::move(tokens), " ");
}

template <class T, std::size_t N>
const T& any(const std::array<T, N>& list, Random& random) {
  return list[static_cast<std::size_t>(random.below(static_cast<int>(N)))];
}

class ClueTask : public WholeInputTask {
 public:
  explicit ClueTask(const Json& spec)
      : sentences_(spec["sentences"]),
        source_vocabulary_(words()),
        target_vocabulary_({kVerdicts.begin(), kVerdicts.end()}, " ") {}

  const Part& info() const override { return clue_part(); }
  TaskForm form() const override {
    TaskForm form;
    form.answer = Answer::kLabel;
    form.segments = kMostSentences;
    return form;
  }
  const Vocabulary& source_vocabulary() const override { return source_vocabulary_; }
  const Vocabulary& target_vocabulary() const override { return target_vocabulary_; }
  int max_source_length(Split split) const override { return kWords * most_sentences(split); }
  int max_target_length(Split) const override { return 1; }
  std::uint64_t example_count(Split) const override { return kManyExamples; }
  Example example(Split split, std::uint64_t seed, std::uint64_t index) const override;
  std::vector<Example> probes() const override;
  std::vector<int> solve(const std::vector<int>& source) const override { return complete(source).target; }
  Result<Example> read_input(std::string_view text) const override;

 private:
  int most_sentences(Split split) const {
    return split == Split::kTestLong ? std::min(kMostSentences, 2 * sentences_) : sentences_;
  }
  std::vector<int> draw_sentence(Random& random, std::string_view topic, std::size_t verdict) const;
  std::vector<int> draw_source(Random& random, int sentences) const;
  Example complete(std::vector<int> source) const;

  int sentences_;
  Vocabulary source_vocabulary_, target_vocabulary_;
};

/// `verdict`: an index of kVerdicts.
std::vector<int> ClueTask::draw_sentence(Random& random, std::string_view topic, std::size_t verdict) const {
  const bool feels = verdict < kFeelings.size();
  const auto& pattern = feels ? any(kPatterns, random) : any(kPlain, random);
  std::vector<int> sentence;
  for (const std::string_view word : pattern)
    sentence.push_back(source_vocabulary_.find(word == "*" ? topic : word == "+" ? kFeelings[verdict] : word));
  return sentence;
}

/// One sentence about the meal among others.
std::vector<int> ClueTask::draw_source(Random& random, int sentences) const {
  const int clue = random.below(sentences);
  std::vector<int> source;
  for (int n = 0; n < sentences; ++n) {
    const std::string_view topic = n == clue ? kTopic : any(kOthers, random);
    const auto verdict = static_cast<std::size_t>(random.below(static_cast<int>(kVerdicts.size())));
    const std::vector<int> sentence = draw_sentence(random, topic, verdict);
    source.insert(source.end(), sentence.begin(), sentence.end());
  }
  return source;
}

/// Sentences are of kWords words each. Without a word about the meal there is no answer.
Example ClueTask::complete(std::vector<int> source) const {
  Example example;
  const int topic = source_vocabulary_.find(kTopic), length = static_cast<int>(source.size());
  for (int s = 0; s < length; ++s) example.segments.push_back(s / kWords);
  for (int s = 0; s < length; ++s) {
    if (source[static_cast<std::size_t>(s)] != topic) continue;
    const int first = s / kWords * kWords;
    example.target = {kFirstToken + static_cast<int>(kFeelings.size())};
    example.alignment = {{}};
    for (int w = first; w < std::min(first + kWords, length); ++w) {
      const auto found = std::ranges::find(kFeelings, source_vocabulary_.token(source[static_cast<std::size_t>(w)]));
      if (found == kFeelings.end()) continue;
      example.target = {kFirstToken + static_cast<int>(found - kFeelings.begin())};
      example.alignment = {{w}};
    }
  }
  example.source = std::move(source);
  return example;
}

Example ClueTask::example(Split split, std::uint64_t seed, std::uint64_t index) const {
  Random random = example_stream(split, seed, index);
  if (split == Split::kTestLong)
    return complete(draw_source(random, random.between(sentences_ + 1, most_sentences(split))));
  for (;;) {
    std::vector<int> source = draw_source(random, sentences_);
    if (is_held_out(source_vocabulary_.text(source)) == (split == Split::kTest)) return complete(std::move(source));
  }
}

/// One review for each feeling.
std::vector<Example> ClueTask::probes() const {
  std::vector<Example> chosen;
  for (std::uint64_t k = 0; chosen.size() < kFeelings.size(); ++k) {
    Example one = example(Split::kTest, 1, k);
    if (one.target[0] == kFirstToken + static_cast<int>(chosen.size())) chosen.push_back(std::move(one));
  }
  return chosen;
}

Result<Example> ClueTask::read_input(std::string_view text) const {
  const std::string advice = "Write sentences of six words, for example “we found the meal rather poor”.";
  std::vector<int> source;
  std::string word;
  std::string spaced = utf8_lower(text) + " ";
  for (const char c : spaced) {
    if (std::string_view(" \t\n\r.,!").find(c) == std::string_view::npos) {
      word += c;
      continue;
    }
    if (word.empty()) continue;
    const int token = source_vocabulary_.find(word);
    if (token == kUnknownToken)
      return Error{"“" + utf8_excerpt(word, 20) + "” is not one of this task's words. " + advice, "unknown_sign", {utf8_excerpt(word, 20)}};
    source.push_back(token);
    word.clear();
  }
  if (source.empty()) return Error{"There is nothing to read yet. " + advice, "empty"};
  if (source.size() % kWords != 0) return Error{"The last sentence is not whole. " + advice, "sentence_not_whole", {std::to_string(kWords)}};
  if (source.size() > static_cast<std::size_t>(kWords * kMostSentences))
    return Error{"At most " + std::to_string(kMostSentences) + " sentences fit.", "too_many_sentences", {std::to_string(kMostSentences)}};
  return complete(std::move(source));
}

}  // namespace

const Part& clue_part() {
  static const Part part = {
      "clue",
      "Find the clue",
      "A review of a hotel in short sentences. The verdict is on the meal: one sentence speaks of it, and one word in "
      "it "
      "decides, if it says how it was at all; the others praise and blame other things. The picture: one bright "
      "sentence, in it one bright word.",
      "After Yang et al. 2016, whose reviews are real",
      {integer_field("sentences", "Sentences", "How many sentences of six words a review has.", 2, 9, 5, "sentences")}};
  return part;
}

Result<std::unique_ptr<Task>> make_clue(const Json& spec, std::string_view) {
  return std::unique_ptr<Task>(std::make_unique<ClueTask>(spec));
}

}  // namespace heed
