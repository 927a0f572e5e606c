// tasks: stories with a question. See stories.h; as text, story_text.h.
#include "tasks/stories.h"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <set>

#include "base/utf8.h"
#include "tasks/split.h"
#include "tasks/story_text.h"
#include "tasks/tasks.h"
#include "tasks/typed_sentences.h"

namespace heed {
namespace {

constexpr int kMostLines = kMaximumSource;
constexpr int kLongestQuestion = 14, kLongestLine = 14, kLongestOfWomen = 16;  // of the stories told here
constexpr int kWomenKind = 21;

constexpr std::array<const char*, kAllStoryKinds> kKindNames = {
    "One supporting fact", "Two supporting facts", "Three supporting facts", "Two arguments", "Three arguments", "Yes or no", "Counting",
    "Lists", "What is not so", "What is perhaps so", "He and she", "Two at a time", "They", "Times", "Deduction", "Induction", "Positions", "Sizes",
    "Finding the way", "Motives", "Two women"};

/// The fewest lines in which a kind has something to ask.
constexpr std::array<int, kAllStoryKinds> kShortestStory = {2, 3, 6, 2, 3, 2, 3, 3, 2, 2, 2, 2, 2, 6, 8, 9, 2, 5, 5, 2, 3};

bool has_one_size(int kind) { return kind == 4 || (kind >= 15 && kind <= 19); }

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : text + " ") {
    if (c != ' ') word += c;
    else if (!word.empty()) words.push_back(std::exchange(word, {}));
  }
  return words;
}

/// "1", "1,2,5", "1-3", "all".
Result<std::vector<int>> read_kinds(const std::string& text) {
  const std::string advice = " Give numbers from 1 to 21, for example “1”, “1,2,3”, “1-3” or “all” for 1 to 20.";
  if (text == "all") return read_kinds("1-20");
  std::set<int> kinds;
  std::string part;
  for (const char c : text + ",") {
    if (c == ' ') continue;
    if (c != ',') {
      part += c;
      continue;
    }
    int first = 0, last = 0;
    const char* end = part.data() + part.size();
    const auto one = std::from_chars(part.data(), end, first);
    const bool is_range = one.ptr != end && *one.ptr == '-';
    const auto two = is_range ? std::from_chars(one.ptr + 1, end, last) : one;
    if (!is_range) last = first;
    if (one.ec != std::errc{} || two.ec != std::errc{} || two.ptr != end || first < 1 || last > kAllStoryKinds || first > last)
      return Error{"task.kinds: “" + utf8_excerpt(part, 16) + "” is no kind of story." + advice};
    for (int kind = first; kind <= last; ++kind) kinds.insert(kind);
    part.clear();
  }
  return std::vector<int>(kinds.begin(), kinds.end());
}

/// Stories to begin with. A task offers those of its kinds whose words it has.
struct ReadyStory {
  int kind;
  InputExample example;
};

const std::vector<ReadyStory>& ready_stories() {
  static const std::vector<ReadyStory> stories = {
      {21, {"blue_dress",
            "The woman in the blue dress went to the garden. She took the apple. The woman in the red dress got the milk. The woman in the blue dress gave the "
            "apple to Mary. The woman in the red dress gave the milk to Sandra. Who gave the apple to Mary?"}},
      {2, {"carried", "Mary went to the garden. Mary got the milk. John went to the office. Mary went to the kitchen. Where is the milk?"}},
      {1, {"moved_twice", "John went to the kitchen. Mary went to the office. John went to the bathroom. Where is John?"}},
      {5, {"given", "Mary got the football. Mary gave the football to John. John gave the football to Daniel. Who gave the football to Daniel?"}},
  };
  return stories;
}

/// Stories laid out for nets: sentences of a vocabulary.
class StoryBook {
 public:
  explicit StoryBook(Vocabulary vocabulary, int longest_line = kLongestLine, int longest_question = kLongestQuestion)
      : vocabulary_(std::move(vocabulary)), longest_line_(longest_line), longest_question_(longest_question) {}

  const Vocabulary& vocabulary() const { return vocabulary_; }
  int longest_line() const { return longest_line_; }  ///< in words; of the longer ones in files the first so many are read
  int longest_question() const { return longest_question_; }

  /// Of a story with more lines than fit, the last ones: the memory holds no more.
  Example example(const Story& story) const {
    Example example;
    const std::size_t first = story.lines.size() > static_cast<std::size_t>(kMostLines) ? story.lines.size() - kMostLines : 0;
    for (std::size_t n = first; n < story.lines.size(); ++n) {
      std::vector<int> words = tokens(story.lines[n]);
      example.source.push_back(words.empty() ? kUnknownToken : words.front());
      words.resize(static_cast<std::size_t>(longest_line_), kPadToken);
      example.source_words.insert(example.source_words.end(), words.begin(), words.end());
    }
    example.query = tokens(story.question);
    if (example.query.size() > static_cast<std::size_t>(longest_question_)) example.query.resize(static_cast<std::size_t>(longest_question_));
    if (!story.answer.empty()) example.target = {vocabulary_.find(story.answer)};
    std::vector<int> support;
    for (const int line : story.support)
      if (line >= static_cast<int>(first)) support.push_back(line - static_cast<int>(first));
    example.lost_support = static_cast<int>(story.support.size() - support.size());
    if (!support.empty()) example.alignment = {support};
    example.kind = story.kind;
    return example;
  }

 private:
  std::vector<int> tokens(const std::string& text) const {
    std::vector<int> out;
    for (const std::string& word : words_of(text)) out.push_back(vocabulary_.find(word));
    return out;
  }

  Vocabulary vocabulary_;
  int longest_line_, longest_question_;
};

class StoryTask : public WholeInputTask {
 public:
  explicit StoryTask(StoryBook book) : book_(std::move(book)) {}

  const Part& info() const override { return stories_part(); }
  TaskForm form() const override {
    TaskForm form;
    form.answer = Answer::kLabel;
    form.query = book_.longest_question();
    form.words = book_.longest_line();
    form.support = kMostSupport;
    return form;
  }
  const Vocabulary& source_vocabulary() const override { return book_.vocabulary(); }
  const Vocabulary& target_vocabulary() const override { return book_.vocabulary(); }
  int max_target_length(Split split) const override { return max_source_length(split) > 0 ? 1 : 0; }
  std::string kind_name(int kind) const override { return kind < 1 || kind > kAllStoryKinds ? std::string() : story_kind_name(kind); }
  Result<Example> read_input(std::string_view text) const override;
  InputFault fault_in(std::string_view text) const override;
  std::vector<InputExample> input_examples() const override;
  std::string input_text(const Example& example) const override;

 protected:
  virtual bool tells(int) const { return true; }

  StoryBook book_;
};

InputFault StoryTask::fault_in(std::string_view text) const {
  return sentence_fault(typed_sentences(text), source_vocabulary(),
                        {kMostLines, book_.longest_line(), book_.longest_question(),
                         "Write sentences with a stop behind each, and a question: “Mary went to the kitchen. Where is Mary?”"});
}

/// Sentences with stops, then a question.
Result<Example> StoryTask::read_input(std::string_view text) const {
  if (const InputFault fault = fault_in(text); !fault.code.empty()) return Error{fault.text, fault.code, fault.values};
  Story story;
  for (const TypedSentence& sentence : typed_sentences(text)) (sentence.asks ? story.question : story.lines.emplace_back()) = sentence.plain();
  return book_.example(story);
}

std::vector<InputExample> StoryTask::input_examples() const {
  std::vector<InputExample> known;
  for (const ReadyStory& story : ready_stories())
    if (tells(story.kind) && fault_in(story.example.text).code.empty()) known.push_back(story.example);
  return known;
}

std::string StoryTask::input_text(const Example& example) const {
  std::string text;
  for (const std::string& line : source_labels(example)) text += line + ". ";
  return text + book_.vocabulary().text(example.query) + "?";
}

/// Stories of the kinds asked for, told anew for every example.
class ToldStoryTask final : public StoryTask {
 public:
  ToldStoryTask(const Json& spec, std::vector<int> kinds)
      : StoryTask(StoryBook(Vocabulary(story_words(), " "), std::ranges::find(kinds, kWomenKind) != kinds.end() ? kLongestOfWomen : kLongestLine)), kinds_(std::move(kinds)), fewest_(spec["min_lines"]), most_(spec["max_lines"]), manner_{spec["distractors"], spec["shortcuts"].get<bool>()}, different_(spec["different"]) {}

  int max_source_length(Split split) const override {
    int longest = 0;
    for (const int kind : kinds_) longest = std::max(longest, most_lines(kind, size_of(split)));
    const bool grows = !std::ranges::all_of(kinds_, has_one_size);
    return split == Split::kTestLong && !grows ? 0 : std::min(longest, kMostLines);
  }
  std::uint64_t example_count(Split split) const override { return max_source_length(split) > 0 ? kManyExamples : 0; }
  Example example(Split split, std::uint64_t seed, std::uint64_t index) const override {
    const bool comes_again = split == Split::kTrain && different_ > 0;
    Random random = example_stream(split, seed, comes_again ? shuffled(index, static_cast<std::uint64_t>(different_), seed) : index);
    for (;;) {
      const int kind = kinds_[static_cast<std::size_t>(random.below(static_cast<int>(kinds_.size())))];
      if (split == Split::kTestLong && has_one_size(kind)) continue;
      const int size = split == Split::kTestLong ? size_of(split) : random.between(std::min(fewest_, most_), most_);
      const Story story = tell_story(kind, random, size, manner_);
      std::string text = story.question;
      for (const std::string& line : story.lines) text += "|" + line;
      if (split == Split::kTestLong || is_held_out(text) == (split == Split::kTest)) return book_.example(story);
    }
  }
  std::vector<Example> probes() const override {
    std::vector<Example> chosen;
    for (std::uint64_t index = 0; chosen.size() < 4 && index < 64; ++index) {
      Example example = this->example(Split::kTest, 1, index);
      if (index < 60 && (example.source.size() < 3 || example.source.size() > 14)) continue;
      chosen.push_back(std::move(example));
    }
    return chosen;
  }

 private:
  bool tells(int kind) const override { return std::ranges::find(kinds_, kind) != kinds_.end(); }
  int size_of(Split split) const { return split == Split::kTestLong ? std::min(2 * most_, kMostLines - 2) : most_; }

  std::vector<int> kinds_;
  int fewest_, most_;
  StoryManner manner_;
  int different_;  ///< stories to train on; 0: no end of them
};

/// The stories of files.
class ReadStoryTask final : public StoryTask {
 public:
  ReadStoryTask(StoryBook book, std::vector<Story> train, std::vector<Story> test)
      : StoryTask(std::move(book)), train_(std::move(train)), test_(std::move(test)) {}

  int max_source_length(Split split) const override {
    std::size_t longest = 0;
    for (const Story& story : of(split)) longest = std::max(longest, story.lines.size());
    return static_cast<int>(std::min<std::size_t>(longest, kMostLines));
  }
  /// How many stories do not fit, and what their answers lose by it.
  std::vector<TaskNote> notes() const override {
    int too_long = 0, lost = 0, supports = 0;
    for (const std::vector<Story>* stories : {&train_, &test_}) {
      for (const Story& story : *stories) {
        too_long += story.lines.size() > static_cast<std::size_t>(kMostLines) ? 1 : 0;
        lost += book_.example(story).lost_support;
        supports += static_cast<int>(story.support.size());
      }
    }
    if (too_long == 0) return {};
    const std::string all = std::to_string(train_.size() + test_.size()), most = std::to_string(kMostLines);
    return {{"long_stories",
             std::to_string(too_long) + " of " + all + " stories have more than " + most + " sentences before their question. The memory keeps the last " + most +
                 " of them; " + std::to_string(lost) + " of " + std::to_string(supports) + " supporting sentences are outside.",
             {std::to_string(too_long), all, most, std::to_string(lost), std::to_string(supports)}}};
  }
  std::uint64_t example_count(Split split) const override { return of(split).size(); }
  Example example(Split split, std::uint64_t seed, std::uint64_t index) const override {
    const std::vector<Story>& stories = of(split);
    const std::uint64_t at = shuffled(index, stories.size(), split == Split::kTrain ? seed : 0);  // a few of the tests are of all kinds
    return book_.example(stories[static_cast<std::size_t>(at)]);
  }
  std::vector<Example> probes() const override {
    std::vector<Example> chosen;
    const std::vector<Story>& stories = test_.empty() ? train_ : test_;
    for (const Story& story : stories)
      if (chosen.size() < 4 && story.lines.size() <= 14) chosen.push_back(book_.example(story));
    if (chosen.empty()) chosen.push_back(book_.example(stories.front()));
    return chosen;
  }

 private:
  const std::vector<Story>& of(Split split) const {
    static const std::vector<Story> none;
    return split == Split::kTrain ? train_ : split == Split::kTest ? test_ : none;
  }

  std::vector<Story> train_, test_;
};

Result<std::unique_ptr<Task>> read_stories(std::string_view data) {
  Result<std::vector<StoryFile>> files = parse_story_files(data);
  if (!files) return Error{files.error()};
  std::vector<Story> train, test;
  std::set<std::string> words;
  std::size_t line_words = 1, question_words = 1;
  const auto note = [&words](const std::string& text, std::size_t& longest) {
    std::size_t count = 0;
    for (std::string& word : words_of(text)) {
      words.insert(std::move(word));
      ++count;
    }
    longest = std::max(longest, count);
  };
  for (StoryFile& file : *files) {
    for (Story& story : file.stories) {
      for (const std::string& line : story.lines) note(line, line_words);
      note(story.question, question_words);
      words.insert(story.answer);
      (file.test ? test : train).push_back(std::move(story));
    }
  }
  if (train.empty() && !test.empty()) return Error{"There are test files only: the names of files to train on have no “test” in them."};
  if (train.empty()) return Error{"There is no question in the stories. A question has its answer behind it: “3 Where is Mary?<tab>kitchen<tab>1”."};
  if (test.empty()) {  // one story in eight is held back
    std::vector<Story> kept;
    for (Story& story : train) (text_hash(story.question + story.lines.front() + story.lines.back()) % kHoldout == 0 ? test : kept).push_back(std::move(story));
    train = std::move(kept);
    if (train.empty()) return Error{"There are too few questions: give at least some dozens."};
  }
  const auto at_most = [](std::size_t count) { return static_cast<int>(std::min<std::size_t>(count, kMostSentenceWords)); };
  StoryBook book(Vocabulary({words.begin(), words.end()}, " "), at_most(line_words), at_most(question_words));
  return std::unique_ptr<Task>(std::make_unique<ReadStoryTask>(std::move(book), std::move(train), std::move(test)));
}

}  // namespace

const char* story_kind_name(int kind) { return kKindNames[static_cast<std::size_t>(kind - 1)]; }

int most_lines(int kind, int size) {
  switch (kind) {
    case 4:
    case 17: return 2;
    case 15: return 8;
    case 16: return 9;
    case 18: return 10;
    case 19: return 5;
    case 14: return std::clamp(size, 6, 16);
    case 20: return std::clamp(size, 2, 12);
    default: return std::max(size, kShortestStory[static_cast<std::size_t>(kind - 1)]);
  }
}

Story tell_story(int kind, Random& random, int size, const StoryManner& manner) {
  const int lines = std::max(size, kShortestStory[static_cast<std::size_t>(kind - 1)]);
  const bool facts = kind == 4 || kind >= 15;
  Story story = kind == kWomenKind ? tell_women(random, lines, manner.distractors)
                : facts            ? tell_facts(kind, random, lines, manner)
                : kind >= 9        ? tell_people(kind, random, lines, manner)
                                   : tell_moves(kind, random, lines, manner);
  story.kind = kind;
  return story;
}

const std::vector<std::string>& story_words() {
  static const std::vector<std::string> words = [] {
    std::set<std::string> all;
    for (int kind = 1; kind <= kAllStoryKinds; ++kind) {
      for (std::uint64_t index = 0; index < 300; ++index) {
        Random random(7, Purpose::kSample, index);
        const Story story = tell_story(kind, random, 2 + static_cast<int>(index % 12), {2});
        for (const std::string& line : story.lines)
          for (std::string& word : words_of(line)) all.insert(std::move(word));
        for (std::string& word : words_of(story.question)) all.insert(std::move(word));
        all.insert(story.answer);
      }
    }
    all.insert(kCounts.begin(), kCounts.end());  // the last are rare
    // Every answer of kind 8: what somebody has, in the order in which they first got it.
    std::vector<int> order(kThings.size());
    std::iota(order.begin(), order.end(), 0);
    do {
      for (std::size_t count = 1; count <= order.size(); ++count) all.insert(things_text({order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count)}));
    } while (std::ranges::next_permutation(order).found);
    return std::vector<std::string>(all.begin(), all.end());
  }();
  return words;
}

const Part& stories_part() {
  static const Part part{
      "stories",
      "Stories and questions",
      "People go about, take things and give them away; or things are larger or smaller, north or south of others. Then comes a question, and to answer it one has to find "
      "the sentences that matter. Or give files of the bAbI tasks (qa1_..._train.txt and so on) as data.",
      "Weston et al. 2015 (arXiv:1502.05698)",
      {text_field("kinds", "Kinds", "Which of the twenty kinds of question, by number: “1” (one supporting fact), “1,2,3”, “1-20” or “all”. 21 is one of our own: two women, told apart by the colour of their dress.", "1"),
       integer_field("min_lines", "Fewest sentences", "Short stories show the way to long ones.", 2, 40, 2, "sentences"),
       integer_field("max_lines", "Most sentences", "In training. Stories of twice as many are tested beside.", 2, 40, 10, "sentences"),
       integer_field("distractors", "Idle talk", "Of ten sentences so many say what no question asks for.", 0, 8, 0, "of ten"),
       flag_field("shortcuts", "Short cuts",
                  "As in the published tasks: questions about he, she, they and gifts mean who was named last, and chocolate is always the smallest. Without them anybody "
                  "may be meant, and all sizes are drawn anew.",
                  true),
       integer_field("different", "Different stories", "In training, so many, again and again: few can be learnt by heart. 0: new ones every time.", 0, 1000000, 0, "stories")}};
  return part;
}

Result<std::unique_ptr<Task>> make_stories(const Json& spec, std::string_view data) {
  if (data.find_first_not_of(" \t\r\n") != std::string_view::npos) return read_stories(data);
  Result<std::vector<int>> kinds = read_kinds(spec["kinds"].get<std::string>());
  if (!kinds) return Error{kinds.error()};
  return std::unique_ptr<Task>(std::make_unique<ToldStoryTask>(spec, std::move(*kinds)));
}

}  // namespace heed
