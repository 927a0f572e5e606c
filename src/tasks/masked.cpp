// tasks: fill in hidden symbols of sequences in which every symbol stands twice, so that what is hidden can be read
// elsewhere.
#include <algorithm>

#include "base/rng.h"
#include "base/utf8.h"
#include "tasks/rows.h"
#include "tasks/split.h"
#include "tasks/tasks.h"

namespace heed {

namespace {

constexpr const char* kMaskText = "_";

class MaskedTask : public Task {
 public:
  explicit MaskedTask(const Json& spec)
      : mirrored_(spec["structure"] == "palindrome"),
        symbols_(spec["symbols"]),
        low_(spec["min_pairs"]),
        high_(spec["max_pairs"]),
        share_(spec["hidden"].get<float>()),
        source_(letters(symbols_, true)),
        target_(letters(symbols_, false)) {}

  const Part& info() const override { return masked_part(); }
  TaskForm form() const override { return {.answer = Answer::kEach}; }
  const Vocabulary& source_vocabulary() const override { return source_; }
  const Vocabulary& target_vocabulary() const override { return target_; }
  int max_source_length(Split split) const override { return 2 * (split == Split::kTestLong ? longest() : high_); }
  int max_target_length(Split split) const override { return max_source_length(split); }
  std::uint64_t example_count(Split) const override { return kManyExamples; }

  Example example(Split split, std::uint64_t seed, std::uint64_t index) const override {
    Random random = example_stream(split, seed, index);
    if (split == Split::kTestLong) return complete(hide(draw(random, high_ + 1, longest()), random));
    for (;;) {
      std::vector<int> whole = draw(random, low_, high_);
      if (is_held_out(target_.text(whole)) == (split == Split::kTest)) return complete(hide(std::move(whole), random));
    }
  }

  std::vector<Example> probes() const override {
    std::vector<Example> chosen;
    Random random(1, Purpose::kSample);
    for (const int pairs : {high_, (low_ + high_ + 1) / 2, low_, high_}) {
      for (int attempt = 0; attempt < 400; ++attempt) {
        std::vector<int> whole = draw(random, pairs, pairs);
        if (!is_held_out(target_.text(whole))) continue;
        chosen.push_back(complete(hide(std::move(whole), random)));
        break;
      }
    }
    return chosen;
  }

  Result<std::vector<int>> encode_source(std::string_view text) const override;

  std::vector<int> solve(const std::vector<int>& source) const override {
    const Example example = complete(source);
    return std::ranges::find(example.target, mask()) == example.target.end() ? example.target : std::vector<int>{};
  }

 private:
  static Vocabulary letters(int count, bool with_mask) {
    std::vector<std::string> tokens;
    for (int k = 0; k < count; ++k) tokens.emplace_back(1, static_cast<char>('a' + k));
    if (with_mask) tokens.emplace_back(kMaskText);
    return Vocabulary(std::move(tokens), "");
  }

  int mask() const { return kFirstToken + symbols_; }
  int longest() const { return std::min(2 * high_, kMaximumSource / 2); }

  /// Where the same symbol stands again.
  int partner(int place, int length) const {
    return mirrored_ ? length - 1 - place : (place + length / 2) % std::max(2 * (length / 2), 1);
  }

  std::vector<int> draw(Random& random, int low, int high) const {
    const int pairs = random.between(low, high);
    std::vector<int> whole(static_cast<std::size_t>(2 * pairs));
    for (int n = 0; n < pairs; ++n) {
      const int symbol = kFirstToken + random.below(symbols_);
      whole[static_cast<std::size_t>(n)] = symbol;
      whole[static_cast<std::size_t>(partner(n, 2 * pairs))] = symbol;
    }
    return whole;
  }

  /// Hides one of a pair, never both, and at least one symbol in all.
  std::vector<int> hide(std::vector<int> whole, Random& random) const {
    const auto length = static_cast<int>(whole.size());
    const int always = random.below(length / 2);
    for (int n = 0; n < length / 2; ++n) {
      const int place = random.below(2) == 0 ? n : partner(n, length);
      if (random.uniform() < share_ || n == always) whole[static_cast<std::size_t>(place)] = mask();
    }
    return whole;
  }

  /// A hidden symbol whose partner is hidden too, or that has none, stays the mask in the target.
  Example complete(std::vector<int> source) const {
    Example example;
    const auto length = static_cast<int>(source.size());
    for (int t = 0; t < length; ++t) {
      const int here = source[static_cast<std::size_t>(t)], other = partner(t, length);
      const bool hidden = here == mask(), paired = other < length && other != t;
      example.target.push_back(hidden && paired ? source[static_cast<std::size_t>(other)] : here);
      example.asked.push_back(hidden ? 1.0f : 0.0f);
      example.alignment.push_back(hidden && paired ? std::vector<int>{other} : std::vector<int>{});
    }
    example.source = std::move(source);
    return example;
  }

  bool mirrored_;
  int symbols_, low_, high_;
  float share_;
  Vocabulary source_, target_;
};

Result<std::vector<int>> MaskedTask::encode_source(std::string_view text) const {
  const std::string advice = "Use the letters a to " + target_.token(target_.size() - 1) + " and " + kMaskText +
                             " for what is to be filled in, for example “" + (mirrored_ ? "ab__ba" : "ab_a_c") + "”.";
  Result<std::vector<int>> source = read_symbols(utf8_lower(text), source_, advice);
  if (!source) return source;
  if (std::ranges::find(*source, mask()) == source->end())
    return Error{std::string("Nothing is hidden: put a ") + kMaskText + " where a symbol is to be found. " + advice, "nothing_hidden", {kMaskText}};
  return source;
}

}  // namespace

const Part& masked_part() {
  static const Part part = {
      "masked",
      "Hidden symbols",
      "Some letters of a sequence are hidden, and the model fills them in: “ab__ba” becomes “abbbba”. Every letter "
      "stands "
      "twice, so the answer can be read at another place: the picture shows whether the model looks there.",
      "Devlin et al. 2019 train BERT on masked words (section 3.1)",
      {choice_field("structure", "Structure", "Where each letter stands a second time.",
                    {{"palindrome", "Palindrome: the same backwards"}, {"repeat", "The second half repeats the first"}},
                    "palindrome"),
       integer_field("symbols", "Different symbols", "How many letters of the alphabet the sequences are made of.", 4,
                     26, 10, "symbols"),
       integer_field("min_pairs", "Shortest half", "Half the length of the shortest sequence in training.", 3, 16, 4,
                     "symbols"),
       integer_field("max_pairs", "Longest half",
                     "Half the length of the longest sequence in training; the test of longer ones goes to twice that.",
                     3, 16, 6, "symbols"),
       real_field("hidden", "Hidden share", "How many of the pairs have one of their two letters hidden.", 0.05, 1,
                  0.05, 0.3)}};
  return part;
}

Result<std::unique_ptr<Task>> make_masked(const Json& spec, std::string_view) {
  const int low = spec["min_pairs"], high = spec["max_pairs"];
  if (low > high) {
    return Error{"task.min_pairs: " + std::to_string(low) + " is more than task.max_pairs (" + std::to_string(high) +
                 "); the shortest sequence cannot be longer than the longest"};
  }
  return std::unique_ptr<Task>(std::make_unique<MaskedTask>(spec));
}

}  // namespace heed
