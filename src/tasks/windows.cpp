// tasks: a text about people, read through windows: one around each name and each thing that is named, as Miller et al. 2016
// (arXiv:1606.03126, section 3.2, "window level") read documents: what is around finds it, what stands in the centre answers.
#include <algorithm>
#include <array>
#include <set>

#include "base/utf8.h"
#include "tasks/split.h"
#include "tasks/tasks.h"

namespace heed {
namespace {

constexpr int kMostReach = 4, kVerbWords = 2, kAskedWords = 1 + kVerbWords;
constexpr std::array<const char*, 20> kDwellers = {"ada", "ben", "cleo", "dora", "emil", "fay",  "gus", "hana", "ivo",  "jane",
                                                "karl", "lea", "max",  "nora", "otto", "pia", "quin", "rosa", "sam", "tess"};
constexpr std::array<const char*, 8> kTowns = {"oslo", "lima", "paris", "delhi", "quito", "accra", "turin", "kyoto"};
constexpr std::array<const char*, 8> kInstruments = {"flute", "harp", "cello", "drum", "organ", "viola", "oboe", "lute"};
constexpr std::array<const char*, 8> kPets = {"cat", "dog", "goat", "parrot", "rabbit", "turtle", "pony", "hen"};
constexpr std::array<const char*, 6> kBetween = {"and", "but", "while", "today", "still", "also"};

struct Doing {
  std::array<const char*, kVerbWords> words;
  const std::array<const char*, 8>* things;
};
constexpr std::array<Doing, 4> kDoings = {{{{"lives", "in"}, &kTowns}, {{"comes", "from"}, &kTowns}, {{"plays", "the"}, &kInstruments}, {{"keeps", "a"}, &kPets}}};

Vocabulary all_words() {
  std::set<std::string> words(kBetween.begin(), kBetween.end());
  words.insert(kDwellers.begin(), kDwellers.end());
  for (const Doing& verb : kDoings) words.insert(verb.words.begin(), verb.words.end()), words.insert(verb.things->begin(), verb.things->end());
  return Vocabulary({words.begin(), words.end()}, " ");
}

std::vector<int> without_padding(std::vector<int> words) {
  std::erase(words, kPadToken);
  return words;
}

class WindowsTask final : public WholeInputTask {
 public:
  explicit WindowsTask(const Json& spec) : sentences_(spec["told"]), reach_(spec["reach"]), vocabulary_(all_words()) {
    for (const char* name : kDwellers) centres_.insert(vocabulary_.find(name));
    for (const Doing& verb : kDoings)
      for (const char* thing : *verb.things) centres_.insert(vocabulary_.find(thing));
  }

  const Part& info() const override { return windows_part(); }
  TaskForm form() const override {
    TaskForm form;
    form.answer = Answer::kLabel;
    form.query = kAskedWords;
    form.words = 2 * reach_ + 1;
    form.support = 1;
    return form;
  }
  const Vocabulary& source_vocabulary() const override { return vocabulary_; }
  const Vocabulary& target_vocabulary() const override { return vocabulary_; }
  int max_source_length(Split split) const override { return 2 * told(split); }
  int max_target_length(Split) const override { return 1; }
  std::uint64_t example_count(Split) const override { return kManyExamples; }
  Example example(Split split, std::uint64_t seed, std::uint64_t index) const override {
    return drawn_for(*this, split, seed, index, [&](Random& random) { return tell(random, told(split)); });
  }
  std::vector<Example> probes() const override { return first_tested(*this, 4); }
  Result<Example> read_input(std::string_view text) const override;
  std::string input_text(const Example& example) const override;

 private:
  int told(Split split) const { return split == Split::kTestLong ? std::min(2 * sentences_, kMaximumSource / 2) : sentences_; }
  int token(const char* word) const { return vocabulary_.find(word); }

  Example tell(Random& random, int count) const;
  Example lay_out(const std::vector<int>& text, std::vector<int> question) const;

  int sentences_, reach_;
  Vocabulary vocabulary_;
  std::set<int> centres_;
};

/// Nobody lives in two towns.
Example WindowsTask::tell(Random& random, int count) const {
  const auto any = [&random](const auto& list) -> const auto& { return list[static_cast<std::size_t>(random.below(static_cast<int>(list.size())))]; };
  std::vector<int> text;
  std::vector<std::vector<int>> questions;
  std::set<std::vector<int>> known;
  while (static_cast<int>(questions.size()) < count) {
    const Doing& verb = any(kDoings);
    const std::vector<int> begin{token(any(kDwellers)), token(verb.words[0]), token(verb.words[1])};
    if (!known.insert(begin).second) continue;
    if (!text.empty()) {
      for (int n = random.between(1, 2); n > 0; --n) text.push_back(token(any(kBetween)));
    }
    text.insert(text.end(), begin.begin(), begin.end());
    text.push_back(token(any(*verb.things)));
    questions.push_back(begin);
  }
  return lay_out(text, any(questions));
}

/// Windows reach over the ends of sentences, as they do in documents; over the text's own ends they are padded.
Example WindowsTask::lay_out(const std::vector<int>& text, std::vector<int> question) const {
  Example example;
  const auto length = static_cast<int>(text.size());
  const auto found = std::ranges::search(text, question);
  const auto answer = found.empty() ? length : static_cast<int>(found.end() - text.begin());
  for (int centre = 0; centre < length; ++centre) {
    const int word = text[static_cast<std::size_t>(centre)];
    if (!centres_.contains(word)) continue;
    if (centre == answer) example.target = {word}, example.alignment = {{static_cast<int>(example.source.size())}};
    example.source.push_back(word);
    for (int at = centre - reach_; at <= centre + reach_; ++at) example.source_words.push_back(at < 0 || at >= length ? kPadToken : text[static_cast<std::size_t>(at)]);
  }
  example.query = std::move(question);
  return example;
}

/// The text as the windows have it: no window's centre lies between those of two that follow each other.
std::string WindowsTask::input_text(const Example& example) const {
  const auto width = static_cast<std::size_t>(2 * reach_ + 1), reach = static_cast<std::size_t>(reach_);
  std::vector<int> text;
  std::size_t next = 0;  // behind the last centre
  for (std::size_t n = 0; n < example.source.size(); ++n) {
    const auto window = example.source_words.begin() + static_cast<std::ptrdiff_t>(n * width);
    const std::vector<int> left = without_padding({window, window + reach_}), right = without_padding({window + reach_ + 1, window + static_cast<std::ptrdiff_t>(width)});
    while (next < text.size() && !centres_.contains(text[next])) ++next;
    if (next == text.size()) {  // farther than the last window reached: what both have seen counts once
      std::size_t same = std::min(left.size(), std::min(text.size(), reach));
      while (same > 0 && !std::equal(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(same), text.end() - static_cast<std::ptrdiff_t>(same))) --same;
      text.insert(text.end(), left.begin() + static_cast<std::ptrdiff_t>(same), left.end());
      next = text.size();
      text.push_back(example.source[n]);
    }
    ++next;
    text.resize(next);
    text.insert(text.end(), right.begin(), right.end());
  }
  return vocabulary_.text(text) + ". " + vocabulary_.text(example.query) + "?";
}

Result<Example> WindowsTask::read_input(std::string_view text) const {
  const std::string advice = " Write a text, a stop and who does what: “ada lives in oslo and ben plays the harp. ben plays the?”";
  std::vector<int> told, words;
  std::string word;
  for (const char c : std::string(text) + " ") {
    const bool stop = c == '.' || c == '?' || c == '\n';
    if (!stop && c != ' ') {
      word += c;
      continue;
    }
    if (!word.empty()) {
      words.push_back(vocabulary_.find(utf8_lower(word)));
      if (words.back() == kUnknownToken) return Error{"The texts of this task do not have the word “" + utf8_excerpt(word, 24) + "”." + advice, "unknown_sign", {utf8_excerpt(word, 24)}};
      word.clear();
    }
    if (c == '?') {
      if (told.empty()) return Error{"There is no text yet." + advice, "empty"};
      if (words.size() != static_cast<std::size_t>(kAskedWords)) return Error{"A question is a name and two words of what they do." + advice, "windows_question"};
      Example example = lay_out(told, words);
      if (example.source.empty()) return Error{"The text names nobody and nothing." + advice, "names_nobody"};
      if (example.source.size() > static_cast<std::size_t>(kMaximumSource)) return Error{"At most " + std::to_string(kMaximumSource) + " names and things fit.", "too_many_names", {std::to_string(kMaximumSource)}};
      return example;
    }
    if (stop) told.insert(told.end(), words.begin(), words.end()), words.clear();
  }
  return Error{"Nothing is asked yet." + advice, "asked_nothing"};
}

}  // namespace

const Part& windows_part() {
  static const Part part{"windows",
                         "A text through windows",
                         "A text about people, new each time: who lives where, who plays what. It is stored as windows, one around each name and each thing, which reach "
                         "over the ends of sentences. Then a question, whose answer stands in the centre of one of them.",
                         "Miller et al. 2016 (arXiv:1606.03126), section 3.2",
                         {integer_field("told", "Sentences", "In training. Twice as many are tested beside.", 2, kMaximumSource / 2, 8, "sentences"),
                          integer_field("reach", "Reach", "So many words on each side of the centre are seen. Fewer than three do not reach the name.", 1, kMostReach, 3, "words")}};
  return part;
}

Result<std::unique_ptr<Task>> make_windows(const Json& spec, std::string_view) {
  return std::unique_ptr<Task>(std::make_unique<WindowsTask>(spec));
}

}  // namespace heed
