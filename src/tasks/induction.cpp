// tasks: go on with a repeated segment. Once a symbol has come before, what followed it then follows it again: the task
// that induction heads solve.
#include <algorithm>
#include <numeric>

#include "base/rng.h"
#include "base/utf8.h"
#include "tasks/rows.h"
#include "tasks/split.h"
#include "tasks/tasks.h"

namespace heed {

namespace {

class InductionTask : public Task {
 public:
  explicit InductionTask(const Json& spec)
      : symbols_(spec["symbols"]),
        low_(spec["min_period"]),
        high_(spec["max_period"]),
        length_(spec["length"]),
        vocabulary_(letters(symbols_)) {}

  const Part& info() const override { return induction_part(); }
  TaskForm form() const override { return {.answer = Answer::kNext}; }
  const Vocabulary& source_vocabulary() const override { return vocabulary_; }
  const Vocabulary& target_vocabulary() const override { return vocabulary_; }
  int max_source_length(Split split) const override { return split == Split::kTestLong ? longest() : length_; }
  int max_target_length(Split split) const override { return max_source_length(split); }
  std::uint64_t example_count(Split split) const override {
    return split == Split::kTestLong && longest() == length_ ? 0 : kManyExamples;
  }

  Example example(Split split, std::uint64_t seed, std::uint64_t index) const override {
    Random random = example_stream(split, seed, index);
    for (;;) {
      const std::vector<int> segment = draw(random, random.between(low_, high_));
      if (is_held_out(vocabulary_.text(segment)) == (split != Split::kTrain))
        return repeated(segment, max_source_length(split));
    }
  }

  std::vector<Example> probes() const override {
    std::vector<Example> chosen;
    Random random(1, Purpose::kSample);
    for (const int period : {(low_ + high_) / 2, low_, high_}) {
      for (int attempt = 0; attempt < 400; ++attempt) {
        const std::vector<int> segment = draw(random, period);
        if (!is_held_out(vocabulary_.text(segment))) continue;
        chosen.push_back(repeated(segment, length_));
        break;
      }
    }
    return chosen;
  }

  Result<std::vector<int>> encode_source(std::string_view text) const override;

  std::vector<int> solve(const std::vector<int>& source) const override {
    const std::vector<int> before = followers(source, static_cast<int>(source.size()) - 1);
    if (before.empty()) return {};
    std::vector<int> target(source.begin() + 1, source.end());
    target.push_back(source[static_cast<std::size_t>(before.back())]);
    return target;
  }

 private:
  static Vocabulary letters(int count) {
    std::vector<std::string> tokens;
    for (int k = 0; k < count; ++k) tokens.emplace_back(1, static_cast<char>('a' + k));
    return Vocabulary(std::move(tokens), "");
  }

  int longest() const { return std::min(2 * length_, kMaximumSource); }

  /// Different symbols, so that each is followed by one only.
  std::vector<int> draw(Random& random, int period) const {
    std::vector<int> all(static_cast<std::size_t>(symbols_));
    std::iota(all.begin(), all.end(), kFirstToken);
    for (int n = 0; n < period; ++n)
      std::swap(all[static_cast<std::size_t>(n)], all[static_cast<std::size_t>(random.between(n, symbols_ - 1))]);
    all.resize(static_cast<std::size_t>(period));
    return all;
  }

  /// The places right after earlier occurrences of the symbol at `place`.
  static std::vector<int> followers(const std::vector<int>& source, int place) {
    std::vector<int> found;
    for (int s = 1; s <= place; ++s) {
      if (source[static_cast<std::size_t>(s - 1)] == source[static_cast<std::size_t>(place)]) found.push_back(s);
    }
    return found;
  }

  /// Asked is what the rule can tell: not within the first segment.
  static Example repeated(const std::vector<int>& segment, int length) {
    Example example;
    const auto symbol = [&](int n) { return segment[static_cast<std::size_t>(n) % segment.size()]; };
    for (int n = 0; n < length; ++n) example.source.push_back(symbol(n));
    for (int n = 0; n < length; ++n) {
      example.target.push_back(symbol(n + 1));
      example.alignment.push_back(followers(example.source, n));
      example.asked.push_back(example.alignment.back().empty() ? 0.0f : 1.0f);
    }
    return example;
  }

  int symbols_, low_, high_, length_;
  Vocabulary vocabulary_;
};

Result<std::vector<int>> InductionTask::encode_source(std::string_view text) const {
  const std::string advice =
      "Use the letters a to " + vocabulary_.token(vocabulary_.size() - 1) + ", for example “dafcdafcd”.";
  return read_symbols(utf8_lower(text), vocabulary_, advice);
}

}  // namespace

const Part& induction_part() {
  static const Part part = {
      "induction",
      "Repetition",
      "A segment of letters is repeated, and the model says at every place which letter comes next: after “dafcda” "
      "comes “f”, because “f” followed “a” before. How long the segment is differs from sequence to sequence, so "
      "counting places does not help: the model must find the letter's earlier occurrence and look one place further. "
      "With one fixed length (set both periods to it) it can count instead, and the picture becomes a stripe.",
      "Elhage et al. 2021; Olsson et al. 2022 (arXiv:2209.11895): induction heads take two layers",
      {integer_field("symbols", "Different symbols", "How many letters of the alphabet the segments are made of.", 4,
                     26, 16, "symbols"),
       integer_field("min_period", "Shortest segment", "The shortest segment that is repeated.", 2, 26, 5, "symbols"),
       integer_field("max_period", "Longest segment", "The longest segment that is repeated.", 2, 26, 12, "symbols"),
       integer_field("length", "Sequence length",
                     "How many letters the model reads; the test of longer sequences has twice as many.", 8, 64, 32,
                     "symbols")}};
  return part;
}

Result<std::unique_ptr<Task>> make_induction(const Json& spec, std::string_view) {
  const int low = spec["min_period"], high = spec["max_period"], symbols = spec["symbols"], length = spec["length"];
  if (low > high) {
    return Error{"task.min_period: " + std::to_string(low) + " is more than task.max_period (" + std::to_string(high) +
                 "); the shortest segment cannot be longer than the longest"};
  }
  if (high > symbols) {
    return Error{"task.max_period: the letters of a segment are all different, so it cannot have more than "
                 "task.symbols (" +
                 std::to_string(symbols) + "); raise task.symbols or lower task.max_period"};
  }
  if (length <= high) {
    return Error{"task.length: nothing is repeated within " + std::to_string(length) +
                 " letters; it has to be more than task.max_period (" + std::to_string(high) + ")"};
  }
  double segments = 1;
  for (int n = 0; n < high; ++n) segments *= symbols - n;
  if (segments < 64) {
    return Error{"task.symbols: there are too few different segments to hold some back for testing; raise "
                 "task.symbols or task.max_period"};
  }
  return std::unique_ptr<Task>(std::make_unique<InductionTask>(spec));
}

}  // namespace heed
