// tasks: recall. One symbol of a long row is marked, near its beginning; which one it was is asked at the end.
#include <algorithm>

#include "base/utf8.h"
#include "tasks/split.h"
#include "tasks/tasks.h"

namespace heed {
namespace {

constexpr int kLongestRow = kMaximumSource;

/// Small letters are symbols; capital letters are the same symbols, marked.
Vocabulary plain_and_marked(int symbols) {
  std::vector<std::string> tokens;
  for (const char first : {'a', 'A'})
    for (int k = 0; k < symbols; ++k) tokens.emplace_back(1, static_cast<char>(first + k));
  return Vocabulary(std::move(tokens), "");
}

Vocabulary plain(int symbols) {
  std::vector<std::string> tokens;
  for (int k = 0; k < symbols; ++k) tokens.emplace_back(1, static_cast<char>('a' + k));
  return Vocabulary(std::move(tokens), "");
}

class RecallTask : public Task {
 public:
  explicit RecallTask(const Json& spec)
      : symbols_(spec["symbols"]),
        length_(spec["length"]),
        source_vocabulary_(plain_and_marked(symbols_)),
        target_vocabulary_(plain(symbols_)) {}

  const Part& info() const override { return recall_part(); }
  TaskForm form() const override {
    TaskForm form;
    form.answer = Answer::kLabel;
    return form;
  }
  const Vocabulary& source_vocabulary() const override { return source_vocabulary_; }
  const Vocabulary& target_vocabulary() const override { return target_vocabulary_; }
  int max_source_length(Split split) const override {
    if (split != Split::kTestLong) return length_;
    return length_ == kLongestRow ? 0 : std::min(2 * length_, kLongestRow);
  }
  int max_target_length(Split split) const override { return max_source_length(split) > 0 ? 1 : 0; }
  std::uint64_t example_count(Split split) const override { return max_source_length(split) > 0 ? kManyExamples : 0; }
  Example example(Split split, std::uint64_t seed, std::uint64_t index) const override;
  std::vector<Example> probes() const override;
  Result<std::vector<int>> encode_source(std::string_view text) const override;
  std::vector<int> solve(const std::vector<int>& source) const override;

 private:
  bool is_marked(int token) const { return token >= kFirstToken + symbols_; }
  std::vector<int> draw_source(Random& random, int length, int marked) const;
  Example complete(std::vector<int> source) const;

  int symbols_, length_;
  Vocabulary source_vocabulary_, target_vocabulary_;
};

std::vector<int> RecallTask::draw_source(Random& random, int length, int marked) const {
  std::vector<int> source(static_cast<std::size_t>(length));
  for (int& symbol : source) symbol = kFirstToken + random.below(symbols_);
  source[static_cast<std::size_t>(marked)] += symbols_;
  return source;
}

/// The first marked symbol is the answer; without one there is none.
Example RecallTask::complete(std::vector<int> source) const {
  Example example;
  const auto at = std::ranges::find_if(source, [this](int token) { return is_marked(token); });
  if (at != source.end()) {
    example.target = {*at - symbols_};
    example.alignment = {{static_cast<int>(at - source.begin())}};
  }
  example.source = std::move(source);
  return example;
}

/// The mark lies in the first quarter, so that the answer has to wait for three quarters of the row.
Example RecallTask::example(Split split, std::uint64_t seed, std::uint64_t index) const {
  Random random = example_stream(split, seed, index);
  for (;;) {
    const int length =
        split == Split::kTestLong ? random.between(length_ + 1, max_source_length(Split::kTestLong)) : length_;
    std::vector<int> source = draw_source(random, length, random.below(length / 4));
    if (split != Split::kTestLong && is_held_out(source_vocabulary_.text(source)) != (split == Split::kTest)) continue;
    return complete(std::move(source));
  }
}

/// Held-out rows with the mark at the first place, at the last it may have, and in between.
std::vector<Example> RecallTask::probes() const {
  Random random(1, Purpose::kSample);
  std::vector<Example> chosen;
  const int quarter = length_ / 4;
  for (const int marked : {0, quarter - 1, quarter / 2, quarter / 2}) {
    std::vector<int> source = draw_source(random, length_, marked);
    while (!is_held_out(source_vocabulary_.text(source))) source = draw_source(random, length_, marked);
    chosen.push_back(complete(std::move(source)));
  }
  return chosen;
}

Result<std::vector<int>> RecallTask::encode_source(std::string_view text) const {
  const std::string last = target_vocabulary_.token(target_vocabulary_.size() - 1);
  const std::string advice = "Use the letters a to " + last +
                             " and write one of them as a capital: that is the one to remember, for example “abBaab”.";
  std::vector<int> source;
  for (const std::string& character : utf8_characters(text)) {
    if (character == " " || character == "\t" || character == "\n" || character == "\r" || character == ",") continue;
    const int id = source_vocabulary_.find(character);
    if (id == kUnknownToken)
      return Error{"“" + utf8_excerpt(character, 8) + "” is not one of this task's symbols. " + advice};
    source.push_back(id);
    if (source.size() > kMaximumSource) return Error{"At most " + std::to_string(kMaximumSource) + " symbols fit."};
  }
  if (source.empty()) return Error{"There is nothing to read yet. " + advice};
  const auto marks = std::ranges::count_if(source, [this](int token) { return is_marked(token); });
  if (marks != 1) return Error{(marks == 0 ? "No letter is marked. " : "More than one letter is marked. ") + advice};
  return source;
}

std::vector<int> RecallTask::solve(const std::vector<int>& source) const {
  return complete(source).target;
}

}  // namespace

const Part& recall_part() {
  static const Part part = {
      "recall",
      "Recall",
      "One letter near the beginning of a long row is marked (written as a capital); after the whole row has gone by, "
      "the "
      "model says which letter it was. Nothing to compute, only something to keep: the longer the row, the harder for "
      "a "
      "net that has nothing but its last state.",
      "Bengio, Simard and Frasconi 1994 (latching a symbol over a long time)",
      {integer_field("symbols", "Different symbols", "How many letters the rows are made of.", 2, 26, 8, "symbols"),
       integer_field("length", "Length of a row",
                     "For how long there is something to read; the mark lies in the first quarter. The test of longer "
                     "rows goes from one more than this to twice as many.",
                     8, kLongestRow, 20, "symbols")}};
  return part;
}

Result<std::unique_ptr<Task>> make_recall(const Json& spec, std::string_view) {
  return std::unique_ptr<Task>(std::make_unique<RecallTask>(spec));
}

}  // namespace heed
