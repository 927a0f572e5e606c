// tasks: sequences of symbols; see symbols.h.
#include "tasks/symbols.h"

#include <algorithm>
#include <numeric>
#include <set>

#include "base/utf8.h"
#include "tasks/rows.h"
#include "tasks/split.h"

namespace heed {

namespace {

/// So many different sequences are needed for a share of them to be held back.
constexpr std::uint64_t kFewest = 64;

Vocabulary letters(int count) {
  std::vector<std::string> tokens;
  for (int k = 0; k < count; ++k) tokens.emplace_back(1, static_cast<char>('a' + k));
  return Vocabulary(std::move(tokens), "");
}

/// Number of sequences of `low` to `high` symbols, at most kManyExamples.
std::uint64_t sequences(std::uint64_t symbols, int low, int high) {
  std::uint64_t power = 1, sum = 0;
  for (int length = 1; length <= high; ++length) {
    if (power > kManyExamples / symbols) return kManyExamples;
    power *= symbols;
    if (length >= low) sum += power;
  }
  return std::min(sum, kManyExamples);
}

}  // namespace

std::vector<Field> symbol_fields() {
  return {integer_field("symbols", "Different symbols", "How many letters of the alphabet the sequences are made of.",
                        2, 26, 10, "symbols"),
          integer_field("min_length", "Shortest sequence", "The shortest sequence in training.", 1, 32, 4, "symbols"),
          integer_field("max_length", "Longest sequence",
                        "The longest sequence in training. The test of longer sequences goes from one more than this "
                        "to twice as many.",
                        1, 32, 10, "symbols")};
}

std::string symbol_complaint(const Json& spec) {
  const int symbols = spec["symbols"], low = spec["min_length"], high = spec["max_length"];
  if (low > high) {
    return "task.min_length: " + std::to_string(low) + " is more than task.max_length (" + std::to_string(high) +
           "); the shortest sequence cannot be longer than the longest";
  }
  const std::uint64_t count = sequences(static_cast<std::uint64_t>(symbols), low, high);
  if (count >= kFewest) return {};
  return "task.max_length: with " + std::to_string(symbols) + " symbols and at most " + std::to_string(high) +
         " of them there are only " + std::to_string(count) +
         " different sequences, too few to hold some back for testing; raise task.max_length or task.symbols";
}

SymbolTask::SymbolTask(const Part& info, const Json& spec, SymbolRule rule)
    : info_(info),
      symbols_(spec["symbols"]),
      min_length_(spec["min_length"]),
      max_length_(spec["max_length"]),
      rule_(rule),
      vocabulary_(letters(symbols_)) {}

int SymbolTask::max_source_length(Split split) const {
  return split == Split::kTestLong ? 2 * max_length_ : max_length_;
}

int SymbolTask::max_target_length(Split split) const {
  return max_source_length(split) + 1;
}

std::uint64_t SymbolTask::example_count(Split split) const {
  const auto symbols = static_cast<std::uint64_t>(symbols_);
  if (split == Split::kTestLong) return sequences(symbols, max_length_ + 1, 2 * max_length_);
  const std::uint64_t all = sequences(symbols, min_length_, max_length_);
  return split == Split::kTest ? all / kHoldout : all - all / kHoldout;
}

std::vector<int> SymbolTask::draw_source(Random& random, int low, int high) const {
  std::vector<int> source(static_cast<std::size_t>(random.between(low, high)));
  for (int& symbol : source) symbol = kFirstToken + random.below(symbols_);
  return source;
}

/// The places of `symbol`: where it occurs more than once, a sorted sequence may have taken it from any of them.
std::vector<int> SymbolTask::places(const std::vector<int>& source, int symbol) {
  std::vector<int> found;
  for (std::size_t s = 0; s < source.size(); ++s) {
    if (source[s] == symbol) found.push_back(static_cast<int>(s));
  }
  return found;
}

Example SymbolTask::complete(std::vector<int> source) const {
  Example example;
  std::vector<int> order(source.size());
  std::iota(order.begin(), order.end(), 0);
  const auto symbol = [&source](int place) { return source[static_cast<std::size_t>(place)]; };
  if (rule_ == SymbolRule::kReverse) std::reverse(order.begin(), order.end());
  if (rule_ == SymbolRule::kSort) std::ranges::stable_sort(order, {}, symbol);
  for (const int from : order) {
    example.target.push_back(symbol(from));
    example.alignment.push_back(rule_ == SymbolRule::kSort ? places(source, symbol(from)) : std::vector<int>{from});
  }
  example.target.push_back(kEndToken);
  example.alignment.emplace_back();
  example.source = std::move(source);
  return example;
}

Example SymbolTask::example(Split split, std::uint64_t seed, std::uint64_t index) const {
  Random random = example_stream(split, seed, index);
  if (split == Split::kTestLong) return complete(draw_source(random, max_length_ + 1, 2 * max_length_));
  for (;;) {
    std::vector<int> source = draw_source(random, min_length_, max_length_);
    if (is_held_out(vocabulary_.text(source)) == (split == Split::kTest)) return complete(std::move(source));
  }
}

/// Of many held-out sequences of a length the one with the most different symbols: its picture is the clearest.
Example SymbolTask::draw_probe(Random& random, int length) const {
  std::vector<int> best;
  std::size_t best_count = 0;
  for (int attempt = 0; attempt < 400; ++attempt) {
    std::vector<int> source = draw_source(random, length, length);
    if (!is_held_out(vocabulary_.text(source))) continue;
    const std::size_t count = std::set<int>(source.begin(), source.end()).size();
    if (count > best_count) {
      best_count = count;
      best = std::move(source);
    }
  }
  return best.empty() ? example(Split::kTest, 1, static_cast<std::uint64_t>(length)) : complete(std::move(best));
}

std::vector<Example> SymbolTask::probes() const {
  Random random(1, Purpose::kSample);
  std::vector<Example> chosen;
  const int middle = (min_length_ + max_length_ + 1) / 2;
  for (const int length : {max_length_, middle, min_length_, max_length_}) chosen.push_back(draw_probe(random, length));
  return chosen;
}

Result<std::vector<int>> SymbolTask::encode_source(std::string_view text) const {
  const std::string last = vocabulary_.token(vocabulary_.size() - 1);
  const std::string advice =
      "Use the letters a to " + last + ", for example “" + (symbols_ > 5 ? "dafcb" : "abba") + "”.";
  return read_symbols(utf8_lower(text), vocabulary_, advice);
}

std::vector<int> SymbolTask::solve(const std::vector<int>& source) const {
  return complete(source).target;
}

}  // namespace heed
