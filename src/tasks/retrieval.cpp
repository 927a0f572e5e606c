// tasks: associative retrieval (Ba et al. 2016, section 4.1). Letters, each with a digit, two question marks and one of the letters: which
// digit was with it?
#include <algorithm>
#include <numeric>

#include "base/utf8.h"
#include "tasks/split.h"
#include "tasks/tasks.h"

namespace heed {
namespace {

constexpr int kMarks = 2;

Vocabulary letters_digits_mark(int letters, int digits) {
  std::vector<std::string> tokens;
  for (int k = 0; k < letters; ++k) tokens.emplace_back(1, static_cast<char>('a' + k));
  for (int v = 0; v < digits; ++v) tokens.push_back(std::to_string(v));
  tokens.emplace_back("?");
  return Vocabulary(std::move(tokens), "");
}

Vocabulary digits_alone(int digits) {
  std::vector<std::string> tokens;
  for (int v = 0; v < digits; ++v) tokens.push_back(std::to_string(v));
  return Vocabulary(std::move(tokens), "");
}

class RetrievalTask : public Task {
 public:
  explicit RetrievalTask(const Json& spec)
      : pairs_(spec["pair_count"]),
        letters_(spec["keys"]),
        digits_(spec["values"]),
        source_vocabulary_(letters_digits_mark(letters_, digits_)),
        target_vocabulary_(digits_alone(digits_)) {}

  const Part& info() const override { return retrieval_part(); }
  TaskForm form() const override {
    TaskForm form;
    form.answer = Answer::kLabel;
    return form;
  }
  const Vocabulary& source_vocabulary() const override { return source_vocabulary_; }
  const Vocabulary& target_vocabulary() const override { return target_vocabulary_; }
  int max_source_length(Split split) const override {
    const int most = split == Split::kTestLong ? most_pairs() : pairs_;
    return most > pairs_ || split != Split::kTestLong ? 2 * most + kMarks + 1 : 0;
  }
  int max_target_length(Split split) const override { return max_source_length(split) > 0 ? 1 : 0; }
  std::uint64_t example_count(Split split) const override { return max_source_length(split) > 0 ? kManyExamples : 0; }
  Example example(Split split, std::uint64_t seed, std::uint64_t index) const override;
  std::vector<Example> probes() const override;
  Result<std::vector<int>> encode_source(std::string_view text) const override;
  std::vector<int> solve(const std::vector<int>& source) const override { return complete(source).target; }

 private:
  int most_pairs() const { return std::min(2 * pairs_, letters_); }
  int first_digit() const { return kFirstToken + letters_; }
  int mark() const { return first_digit() + digits_; }
  std::vector<int> draw_source(Random& random, int pairs, int asked) const;
  Example complete(std::vector<int> source) const;

  int pairs_, letters_, digits_;
  Vocabulary source_vocabulary_, target_vocabulary_;
};

std::vector<int> RetrievalTask::draw_source(Random& random, int pairs, int asked) const {
  std::vector<int> letters(static_cast<std::size_t>(letters_)), source;
  std::iota(letters.begin(), letters.end(), kFirstToken);
  for (int n = 0; n < pairs; ++n) {
    std::swap(letters[static_cast<std::size_t>(n)], letters[static_cast<std::size_t>(random.between(n, letters_ - 1))]);
    source.push_back(letters[static_cast<std::size_t>(n)]);
    source.push_back(first_digit() + random.below(digits_));
  }
  for (int n = 0; n < kMarks; ++n) source.push_back(mark());
  source.push_back(source[static_cast<std::size_t>(2 * asked)]);
  return source;
}

/// The last symbol asks; where it stood first its digit follows.
Example RetrievalTask::complete(std::vector<int> source) const {
  Example example;
  const auto at = source.empty() ? source.end() : std::ranges::find(source, source.back());
  if (at + 1 < source.end() && at[1] >= first_digit() && at[1] < mark()) {
    example.target = {at[1] - letters_};
    const int key = static_cast<int>(at - source.begin());
    example.alignment = {{key, key + 1}};
  }
  example.source = std::move(source);
  return example;
}

Example RetrievalTask::example(Split split, std::uint64_t seed, std::uint64_t index) const {
  Random random = example_stream(split, seed, index);
  for (;;) {
    const int pairs = split == Split::kTestLong ? random.between(pairs_ + 1, most_pairs()) : pairs_;
    std::vector<int> source = draw_source(random, pairs, random.below(pairs));
    if (split != Split::kTestLong && is_held_out(source_vocabulary_.text(source)) != (split == Split::kTest)) continue;
    return complete(std::move(source));
  }
}

/// The first, the last and a middle pair asked for.
std::vector<Example> RetrievalTask::probes() const {
  Random random(1, Purpose::kSample);
  std::vector<Example> chosen;
  for (const int asked : {0, pairs_ - 1, pairs_ / 2, 0}) {
    std::vector<int> source = draw_source(random, pairs_, asked);
    while (!is_held_out(source_vocabulary_.text(source))) source = draw_source(random, pairs_, asked);
    chosen.push_back(complete(std::move(source)));
  }
  return chosen;
}

Result<std::vector<int>> RetrievalTask::encode_source(std::string_view text) const {
  const std::string last(1, static_cast<char>('a' + letters_ - 1));
  const std::string advice = "Write letters from a to " + last + ", each with a digit from 0 to " + std::to_string(digits_ - 1) +
                             ", two question marks and one of the letters, for example “a1b0??a”.";
  std::vector<int> source;
  for (const std::string& character : utf8_characters(utf8_lower(text))) {
    if (character == " " || character == "\t" || character == "\n" || character == "\r" || character == ",") continue;
    const int id = source_vocabulary_.find(character);
    if (id == kUnknownToken) return Error{"“" + utf8_excerpt(character, 8) + "” is not one of this task's symbols. " + advice};
    source.push_back(id);
    if (source.size() > kMaximumSource) return Error{"At most " + std::to_string(kMaximumSource) + " symbols fit."};
  }
  if (source.empty()) return Error{"There is nothing to read yet. " + advice};
  const int pairs = (static_cast<int>(source.size()) - kMarks - 1) / 2;
  bool good = pairs >= 1 && static_cast<int>(source.size()) == 2 * pairs + kMarks + 1;
  for (int s = 0; good && s < 2 * pairs; ++s) {
    const int token = source[static_cast<std::size_t>(s)];
    good = s % 2 == 0 ? token < first_digit() : token >= first_digit() && token < mark();
  }
  for (int s = 2 * pairs; good && s < 2 * pairs + kMarks; ++s) good = source[static_cast<std::size_t>(s)] == mark();
  good = good && source.back() < first_digit();
  if (!good) return Error{"These are not pairs and a question. " + advice};
  for (int s = 0; s < 2 * pairs; s += 2) {
    if (std::ranges::count(source.begin(), source.begin() + 2 * pairs, source[static_cast<std::size_t>(s)]) > 1)
      return Error{"A letter has two digits, so that nobody could say which is meant. " + advice};
  }
  if (complete(source).target.empty()) return Error{"The letter asked for is in none of the pairs. " + advice};
  return source;
}

}  // namespace

const Part& retrieval_part() {
  static const Part part = {
      "retrieval",
      "Which digit was with it",
      "Letters go by, each with a digit; then one of the letters comes again, and the model says which digit was with it: “c9k8j3f1??c” asks for 9. "
      "What belongs to what is new in every row, so that weights cannot know it.",
      "Ba et al. 2016 (arXiv:1610.06258), section 4.1",
      {integer_field("pair_count", "Pairs", "How many letters with their digits a row has. The test of longer rows has up to twice as many.", 1, 13, 3, "pairs"),
       integer_field("keys", "Different keys", "Of how many letters; none occurs twice in a row.", 2, 26, 10, "letters"),
       integer_field("values", "Different values", "Of how many digits each letter gets one.", 2, 10, 5, "digits")}};
  return part;
}

Result<std::unique_ptr<Task>> make_retrieval(const Json& spec, std::string_view) {
  const int pairs = spec["pair_count"], keys = spec["keys"], values = spec["values"];
  if (pairs > keys)
    return Error{"task.keys: " + std::to_string(keys) + " letters do not make " + std::to_string(pairs) + " pairs without a letter twice. Take more letters, or fewer pairs."};
  double rows = pairs;
  for (int n = 0; n < pairs; ++n) rows *= static_cast<double>(keys - n) * values;
  if (rows < 200) return Error{"task: there are only " + std::to_string(static_cast<int>(rows)) + " different rows, too few to hold some back for the test. Take more letters, digits or pairs."};
  return std::unique_ptr<Task>(std::make_unique<RetrievalTask>(spec));
}

}  // namespace heed
