// tasks: writing along a text at a pace of its own: every letter repeated (stretch), or drawn by strokes of a pen
// (strokes).
#include <algorithm>
#include <array>
#include <set>

#include "base/utf8.h"
#include "tasks/split.h"
#include "tasks/tasks.h"

namespace heed {
namespace {

/// Where the pen goes from where it is, in heights of a small letter; `lift`: it does not touch the paper meanwhile.
struct Move {
  float right, up;
  bool lift;
};

/// A letter from the left end of the line to the left end of the next letter.
struct Letter {
  const char* name;
  std::vector<Move> moves;
};

const std::vector<Letter>& alphabet() {
  static const std::vector<Letter> letters = {
      {"c", {{0.6f, 0, true}, {-0.6f, 0, false}, {0, 1, false}, {0.6f, 0, false}, {0.4f, -1, true}}},
      {"e",
       {{0, 0.5f, true},
        {0.6f, 0, false},
        {0, 0.5f, false},
        {-0.6f, 0, false},
        {0, -1, false},
        {0.6f, 0, false},
        {0.4f, 0, true}}},
      {"i", {{0, 1, false}, {0, 0.4f, true}, {0, 0.1f, false}, {0.4f, -1.5f, true}}},
      {"l", {{0, 1.8f, false}, {0.4f, -1.8f, true}}},
      {"n", {{0, 1, false}, {0.6f, 0, false}, {0, -1, false}, {0.4f, 0, true}}},
      {"o", {{0, 1, false}, {0.6f, 0, false}, {0, -1, false}, {-0.6f, 0, false}, {1, 0, true}}},
      {"t", {{0.3f, 0, true}, {0, 1.6f, false}, {-0.3f, -0.6f, true}, {0.6f, 0, false}, {0.4f, -1, true}}},
      {"u", {{0, 1, true}, {0, -1, false}, {0.6f, 0, false}, {0, 1, false}, {0.4f, -1, true}}},
      {"v", {{0, 1, true}, {0.3f, -1, false}, {0.3f, 1, false}, {0.4f, -1, true}}},
      {"z", {{0, 1, true}, {0.6f, 0, false}, {-0.6f, -1, false}, {0.6f, 0, false}, {0.4f, 0, true}}}};
  return letters;
}

constexpr int kStretchLetters = 10;
constexpr std::size_t kMostTyped = 16;

/// Words of random letters, and what becomes of each letter.
class WritingTask : public Task {
 public:
  WritingTask(const Json& spec, Vocabulary vocabulary)
      : min_length_(spec["min_length"]), max_length_(spec["max_length"]), vocabulary_(std::move(vocabulary)) {}

  const Vocabulary& source_vocabulary() const override { return vocabulary_; }
  const Vocabulary& target_vocabulary() const override { return vocabulary_; }
  int max_source_length(Split split) const override {
    return split == Split::kTestLong ? 2 * max_length_ : max_length_;
  }
  int max_target_length(Split split) const override { return max_source_length(split) * most_per_letter() + 1; }
  std::uint64_t example_count(Split) const override { return kManyExamples; }
  Example example(Split split, std::uint64_t seed, std::uint64_t index) const override;
  std::vector<Example> probes() const override;
  Result<std::vector<int>> encode_source(std::string_view text) const override;
  std::vector<int> solve(const std::vector<int>& source) const override { return complete(source).target; }
  Result<Example> read_input(std::string_view text) const override {
    Result<std::vector<int>> source = encode_source(text);
    if (!source) return source.failure();
    return complete(std::move(*source));
  }

 protected:
  virtual int most_per_letter() const = 0;
  virtual Example complete(std::vector<int> source) const = 0;
  int letters() const { return vocabulary_.size() - kFirstToken; }

 private:
  std::vector<int> draw_word(Random& random, int low, int high) const;

  int min_length_, max_length_;
  Vocabulary vocabulary_;
};

std::vector<int> WritingTask::draw_word(Random& random, int low, int high) const {
  std::vector<int> word(static_cast<std::size_t>(random.between(low, high)));
  for (int& letter : word) letter = kFirstToken + random.below(letters());
  return word;
}

Example WritingTask::example(Split split, std::uint64_t seed, std::uint64_t index) const {
  Random random = example_stream(split, seed, index);
  if (split == Split::kTestLong) return complete(draw_word(random, max_length_ + 1, 2 * max_length_));
  for (;;) {
    std::vector<int> word = draw_word(random, min_length_, max_length_);
    if (is_held_out(vocabulary_.text(word)) == (split == Split::kTest)) return complete(std::move(word));
  }
}

/// Longest words without a letter twice, then a short one.
std::vector<Example> WritingTask::probes() const {
  Random random(1, Purpose::kSample);
  std::vector<Example> chosen;
  while (chosen.size() < 4) {
    const bool is_last = chosen.size() == 3;
    std::vector<int> word = draw_word(random, is_last ? min_length_ : max_length_, is_last ? min_length_ : max_length_);
    const bool repeats = std::set<int>(word.begin(), word.end()).size() < std::min<std::size_t>(word.size(), 6);
    if (!repeats && is_held_out(vocabulary_.text(word))) chosen.push_back(complete(std::move(word)));
  }
  return chosen;
}

Result<std::vector<int>> WritingTask::encode_source(std::string_view text) const {
  std::string known;
  for (int k = 0; k < letters(); ++k) known += (k > 0 ? ", " : "") + vocabulary_.token(kFirstToken + k);
  const std::string advice = "The letters of this task are " + known + ".";
  std::vector<int> source;
  for (const std::string& character : utf8_characters(utf8_lower(text))) {
    if (character == " " || character == "\t" || character == "\n" || character == "\r") continue;
    source.push_back(vocabulary_.find(character));
    if (source.back() == kUnknownToken)
      return Error{"“" + utf8_excerpt(character, 8) + "” is not one of this task's letters. " + advice, "unknown_sign", {utf8_excerpt(character, 8)}};
    if (source.size() > kMostTyped) return Error{"At most " + std::to_string(kMostTyped) + " letters fit.", "too_many_letters", {std::to_string(kMostTyped)}};
  }
  if (source.empty()) return Error{"There is nothing to read yet. " + advice, "empty"};
  return source;
}

Vocabulary first_letters() {
  std::vector<std::string> tokens;
  for (int k = 0; k < kStretchLetters; ++k) tokens.emplace_back(1, static_cast<char>('a' + k));
  return Vocabulary(std::move(tokens), "");
}

class StretchTask : public WritingTask {
 public:
  explicit StretchTask(const Json& spec) : WritingTask(spec, first_letters()) {}
  const Part& info() const override { return stretch_part(); }

 protected:
  int most_per_letter() const override { return 3; }
  /// a, c, e, ... twice, b, d, f, ... three times.
  Example complete(std::vector<int> source) const override {
    Example example;
    for (std::size_t s = 0; s < source.size(); ++s) {
      const int times = (source[s] - kFirstToken) % 2 == 0 ? 2 : 3;
      for (int n = 0; n < times; ++n) {
        example.target.push_back(source[s]);
        example.alignment.push_back({static_cast<int>(s)});
      }
    }
    example.target.push_back(kEndToken);
    example.alignment.emplace_back();
    example.source = std::move(source);
    return example;
  }
};

Vocabulary pen_letters() {
  std::vector<std::string> tokens;
  for (const Letter& letter : alphabet()) tokens.emplace_back(letter.name);
  return Vocabulary(std::move(tokens), "");
}

class StrokesTask : public WritingTask {
 public:
  explicit StrokesTask(const Json& spec) : WritingTask(spec, pen_letters()) {}
  const Part& info() const override { return strokes_part(); }
  TaskForm form() const override {
    TaskForm form;
    form.answer = Answer::kSequence;
    form.target_width = 3;
    form.values = ValueKind::kReal;
    return form;
  }

 protected:
  int most_per_letter() const override { return 7; }
  /// The target's tokens name the letter that the pen is at; at the end it rests, lifted.
  Example complete(std::vector<int> source) const override {
    Example example;
    for (std::size_t s = 0; s < source.size(); ++s) {
      for (const Move& move : alphabet()[static_cast<std::size_t>(source[s] - kFirstToken)].moves) {
        example.target.push_back(source[s]);
        example.target_values.insert(example.target_values.end(), {move.right, move.up, move.lift ? 1.0f : 0.0f});
        example.alignment.push_back({static_cast<int>(s)});
      }
    }
    example.target.push_back(kEndToken);
    example.target_values.insert(example.target_values.end(), {0, 0, 1});
    example.alignment.emplace_back();
    example.source = std::move(source);
    return example;
  }
};

std::vector<Field> length_fields(int longest) {
  return {
      integer_field("min_length", "Shortest word", "The shortest word in training.", 3, 8, 3, "letters"),
      integer_field("max_length", "Longest word",
                    "The longest word in training. The test of longer words goes from one more than this to twice as "
                    "many.",
                    3, 8, longest, "letters")};
}

std::string length_complaint(const Json& spec) {
  const int low = spec["min_length"], high = spec["max_length"];
  if (low <= high) return {};
  return "task.min_length: " + std::to_string(low) + " is more than task.max_length (" + std::to_string(high) +
         "); the shortest word cannot be longer than the longest";
}

}  // namespace

const Part& stretch_part() {
  static const Part part = {
      "stretch", "Stretching",
      "The model writes every letter again, some twice and some three times: “ab” becomes “aabbb”. It must stay with a "
      "letter for as long as it takes and then go on to the next: the picture is a staircase.",
      "After Graves 2013 (arXiv:1308.0850), section 5, where pens are slower than letters", length_fields(8)};
  return part;
}

const Part& strokes_part() {
  static const Part part = {
      "strokes", "Handwriting",
      "The model reads a word and writes it with a pen: at each step how far the pen goes to the right and up, and "
      "whether it is lifted. A letter takes two to seven moves. The picture is a staircase: the window stays with a "
      "letter while it is written.",
      "After Graves 2013 (arXiv:1308.0850), section 5; the letters here are of straight strokes", length_fields(5)};
  return part;
}

Result<std::unique_ptr<Task>> make_stretch(const Json& spec, std::string_view) {
  if (std::string complaint = length_complaint(spec); !complaint.empty()) return Error{std::move(complaint)};
  return std::unique_ptr<Task>(std::make_unique<StretchTask>(spec));
}

Result<std::unique_ptr<Task>> make_strokes(const Json& spec, std::string_view) {
  if (std::string complaint = length_complaint(spec); !complaint.empty()) return Error{std::move(complaint)};
  return std::unique_ptr<Task>(std::make_unique<StrokesTask>(spec));
}

}  // namespace heed
