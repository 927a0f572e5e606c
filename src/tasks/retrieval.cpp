// tasks: associative retrieval (Ba et al. 2016, section 4.1). Letters, each with a digit, two question marks and one of the letters: which
// digit was with it?
#include <algorithm>
#include <numeric>
#include <span>

#include "base/utf8.h"
#include "tasks/rows.h"
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

class RetrievalTask : public AskedRowTask {
 public:
  explicit RetrievalTask(const Json& spec)
      : AskedRowTask(letters_digits_mark(spec["keys"], spec["values"]), digits_alone(spec["values"]), spec["pair_count"],
                     std::min(2 * spec["pair_count"].get<int>(), spec["keys"].get<int>())),
        letters_(spec["keys"]),
        digits_(spec["values"]) {}

  const Part& info() const override { return retrieval_part(); }
  Result<std::vector<int>> encode_source(std::string_view text) const override;

 private:
  int first_digit() const { return kFirstToken + letters_; }
  int mark() const { return first_digit() + digits_; }
  int symbols_of(int pairs) const override { return 2 * pairs + kMarks + 1; }
  int places_of(int pairs) const override { return pairs; }
  std::vector<int> draw_source(Random& random, int pairs, int asked) const override;
  Example complete(std::vector<int> source) const override;
  bool is_pairs_and_question(const std::vector<int>& source) const;

  int letters_, digits_;
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

bool RetrievalTask::is_pairs_and_question(const std::vector<int>& source) const {
  const int pairs = (static_cast<int>(source.size()) - kMarks - 1) / 2;
  bool good = pairs >= 1 && static_cast<int>(source.size()) == symbols_of(pairs);
  for (int s = 0; good && s < 2 * pairs; ++s) {
    const int token = source[static_cast<std::size_t>(s)];
    good = s % 2 == 0 ? token < first_digit() : token >= first_digit() && token < mark();
  }
  for (int s = 2 * pairs; good && s < 2 * pairs + kMarks; ++s) good = source[static_cast<std::size_t>(s)] == mark();
  return good && source.back() < first_digit();
}

Result<std::vector<int>> RetrievalTask::encode_source(std::string_view text) const {
  const std::string last(1, static_cast<char>('a' + letters_ - 1));
  const std::string advice = "Write letters from a to " + last + ", each with a digit from 0 to " + std::to_string(digits_ - 1) +
                             ", two question marks and one of the letters, for example “a1b0??a”.";
  Result<std::vector<int>> source = read_symbols(utf8_lower(text), source_vocabulary(), advice);
  if (!source) return source;
  if (!is_pairs_and_question(*source)) return Error{"These are not pairs and a question. " + advice, "pairs_and_question"};
  const auto pairs = std::span(*source).first(source->size() - kMarks - 1);
  for (std::size_t s = 0; s < pairs.size(); s += 2) {
    if (std::ranges::count(pairs, pairs[s]) > 1) return Error{"A letter has two digits, so that nobody could say which is meant. " + advice, "letter_twice"};
  }
  if (complete(*source).target.empty()) return Error{"The letter asked for is in none of the pairs. " + advice, "letter_missing"};
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
