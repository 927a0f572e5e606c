// tasks: the five programs that Neural Turing Machines were tried on (Graves, Wayne and Danihelka 2014, sections 4.1 to 4.5): copy, repeat
// copy, associative recall, dynamic n-grams and priority sort.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

#include "base/utf8.h"
#include "tasks/bits.h"
#include "tasks/split.h"
#include "tasks/tasks.h"

namespace heed {
namespace {

/// Section 4.1: the vectors, a mark, and the vectors again.
class BitCopyTask final : public BitTask {
 public:
  explicit BitCopyTask(const Json& spec) : BitTask(spec["bits"], 1, spec["min_length"], spec["max_length"], spec["test_length"]) {}
  const Part& info() const override { return bit_copy_part(); }

 private:
  int steps_for(int size) const override { return 2 * size + 1; }
  Drawn draw(Random& random, int size) const override { return {any_vectors(random, size)}; }
  Example complete(const Drawn& drawn) const override {
    BitSteps steps = no_steps();
    for (int vector : drawn.vectors) steps.show(vector);
    steps.mark(0);
    for (std::size_t n = 0; n < drawn.vectors.size(); ++n) steps.ask(drawn.vectors[n], static_cast<int>(n));
    return std::move(steps).finish();
  }
  Drawn drawn_from(const Example& example) const override { return {shown(example)}; }
  std::string advice() const override { return "Write the vectors to copy, for example “" + sample(4) + "”."; }
};

/// Section 4.2: as copy, and the mark says how often; then, where the task wants it, an answer that the last time is over.
class BitRepeatTask final : public BitTask {
 public:
  explicit BitRepeatTask(const Json& spec)
      : BitTask(spec["bits"], 1, spec["min_length"], spec["max_length"], spec["test_length"], spec["end_mark"].get<bool>() ? 1 : 0),
        most_(spec["max_repeats"]),
        most_long_(std::max(most_, spec["test_repeats"].get<int>())),
        ends_(spec["end_mark"]) {}
  const Part& info() const override { return bit_repeat_part(); }

 private:
  int steps_with(int size, int repeats) const { return size + 1 + size * repeats + (ends_ ? 1 : 0); }
  int steps_for(int size) const override { return steps_with(size, most_); }
  int steps_for_long(int size) const override { return steps_with(size, most_long_); }
  Drawn draw(Random& random, int size) const override {
    return {any_vectors(random, size), {static_cast<float>(random.between(1, most_))}};
  }
  /// More often than in training only where that is what is tested, and then always just so often.
  Drawn draw_long(Random& random, int size) const override {
    return most_long_ > most_ ? Drawn{any_vectors(random, size), {static_cast<float>(most_long_)}} : draw(random, size);
  }
  Example complete(const Drawn& drawn) const override {
    BitSteps steps = no_steps();
    for (int vector : drawn.vectors) steps.show(vector);
    steps.mark(0, drawn.numbers.at(0) / static_cast<float>(most_));
    for (int again = 0; again < static_cast<int>(drawn.numbers[0]); ++again)
      for (std::size_t n = 0; n < drawn.vectors.size(); ++n) steps.ask(drawn.vectors[n], static_cast<int>(n));
    if (ends_) steps.ask_mark();
    return std::move(steps).finish();
  }
  Drawn drawn_from(const Example& example) const override {
    const std::vector<int> vectors = shown(example);
    const std::size_t answers = example.source.size() - vectors.size() - (ends_ ? 2 : 1);
    return {vectors, {static_cast<float>(answers / std::max<std::size_t>(1, vectors.size()))}};
  }
  std::string rest_text(const Drawn& drawn) const override { return std::to_string(static_cast<int>(drawn.numbers.at(0))); }
  Result<Drawn> read_rest(Drawn drawn, const std::vector<std::string>& rest) const override {
    int times = 0;
    if (!rest.empty()) std::from_chars(rest[0].data(), rest[0].data() + rest[0].size(), times);
    if (rest.size() != 1 || times < 1 || times > most_long_)
      return Error{"Behind the stroke stands how often, 1 to " + std::to_string(most_long_) + ". " + advice(), "bits_repeats", {std::to_string(most_long_)}};
    drawn.numbers = {static_cast<float>(times)};
    return drawn;
  }
  std::string advice() const override { return "Write vectors, a stroke and how often to repeat them, for example “" + sample(3) + " | 2”."; }

  int most_, most_long_;
  bool ends_;
};

/// Section 4.3: items of several vectors, a mark before each; then one item between two marks of the other kind, and the answer is the item
/// that came after it.
class BitRecallTask final : public BitTask {
 public:
  explicit BitRecallTask(const Json& spec)
      : BitTask(spec["bits"], 2, std::max(2, spec["min_length"].get<int>()), spec["max_length"], spec["test_length"]), each_(spec["item_length"]) {}
  const Part& info() const override { return bit_recall_part(); }

 private:
  int steps_for(int size) const override { return size * (each_ + 1) + (each_ + 2) + each_; }
  Drawn draw(Random& random, int size) const override {
    for (;;) {
      const std::vector<int> vectors = any_vectors(random, size * each_);
      if (all_differ(vectors)) return {vectors, {static_cast<float>(random.below(size - 1))}};
    }
  }
  /// Equal items would leave open which one is meant; where there are too few to differ, that has to do.
  bool all_differ(const std::vector<int>& vectors) const {
    const int items = static_cast<int>(vectors.size()) / each_;
    if (bits() * each_ < 30 && items > (1 << (bits() * each_)) / 2) return true;
    for (int a = 0; a < items; ++a) {
      for (int b = 0; b < a; ++b)
        if (std::equal(vectors.begin() + a * each_, vectors.begin() + (a + 1) * each_, vectors.begin() + b * each_)) return false;
    }
    return true;
  }
  Example complete(const Drawn& drawn) const override {
    const int items = static_cast<int>(drawn.vectors.size()) / each_, asked = static_cast<int>(drawn.numbers.at(0));
    const auto vector = [&](int item, int n) { return drawn.vectors[static_cast<std::size_t>(item * each_ + n)]; };
    BitSteps steps = no_steps();
    std::vector<int> from;
    for (int item = 0; item < items; ++item) {
      steps.mark(0);
      for (int n = 0; n < each_; ++n) from.push_back(steps.show(vector(item, n)));
    }
    steps.mark(1);
    for (int n = 0; n < each_; ++n) steps.show(vector(asked, n));
    steps.mark(1);
    for (int n = 0; n < each_; ++n) steps.ask(vector(asked + 1, n), from[static_cast<std::size_t>((asked + 1) * each_ + n)]);
    return std::move(steps).finish();
  }
  Drawn drawn_from(const Example& example) const override {
    Drawn drawn;
    const int items = (static_cast<int>(example.source.size()) - 2 * each_ - 2) / (each_ + 1);
    for (int item = 0; item < items; ++item) {
      const std::vector<int> one = shown(example, static_cast<std::size_t>(item * (each_ + 1) + 1));
      drawn.vectors.insert(drawn.vectors.end(), one.begin(), one.end());
    }
    const std::vector<int> asked = shown(example, static_cast<std::size_t>(items * (each_ + 1) + 1));
    int found = 0;
    for (int item = 0; item + 1 < items; ++item)
      if (std::equal(asked.begin(), asked.end(), drawn.vectors.begin() + item * each_)) found = item;
    drawn.numbers = {static_cast<float>(found)};
    return drawn;
  }
  std::string rest_text(const Drawn& drawn) const override { return std::to_string(static_cast<int>(drawn.numbers.at(0)) + 1); }
  Result<Drawn> read_rest(Drawn drawn, const std::vector<std::string>& rest) const override {
    const int items = static_cast<int>(drawn.vectors.size()) / each_;
    if (static_cast<int>(drawn.vectors.size()) != items * each_ || items < 2)
      return Error{"An item has " + std::to_string(each_) + " vectors, and there are at least two items. " + advice(), "bits_items", {std::to_string(each_)}};
    int asked = 0;
    if (!rest.empty()) std::from_chars(rest[0].data(), rest[0].data() + rest[0].size(), asked);
    if (rest.size() != 1 || asked < 1 || asked >= items)
      return Error{"Behind the stroke stands which item is asked for, 1 to " + std::to_string(items - 1) + ": the answer is the next one. " + advice(), "bits_item_asked", {std::to_string(items - 1)}};
    drawn.numbers = {static_cast<float>(asked - 1)};
    return drawn;
  }
  std::string advice() const override {
    return "Write the vectors of all items, a stroke and the number of the item that is shown again, for example “" +
           sample(each_ == 3 ? 6 : 4) + (each_ == 1 ? " | 2”." : " | 1”.");
  }

  int each_;
};

/// Section 4.4: bits from a source that remembers the last five, a new source for every example; each next bit is to be foretold.
class BitNgramsTask final : public BitTask {
 public:
  explicit BitNgramsTask(const Json& spec) : BitTask(1, 0, spec["length"], spec["length"], spec["length"]), context_(spec["context"]) {}
  const Part& info() const override { return bit_ngrams_part(); }

 private:
  int steps_for(int size) const override { return size - 1; }
  /// p(1 | context) of each context is drawn from Beta(1/2, 1/2), which is sin^2 of a uniform angle.
  Drawn draw(Random& random, int size) const override {
    std::vector<float> chance;
    for (int c = 0; c < 1 << context_; ++c) chance.push_back(arcsine(random.uniform()));
    std::vector<int> bits;
    int context = 0;
    for (int n = 0; n < size; ++n) {
      const bool known = n >= context_;
      bits.push_back(random.uniform() < (known ? chance[static_cast<std::size_t>(context)] : 0.5f) ? 1 : 0);
      context = (context << 1 | bits.back()) & ((1 << context_) - 1);
    }
    return {bits};
  }
  /// sin^2(pi u / 2) from exactly rounded operations: the same on every platform.
  static float arcsine(float u) {
    const double x = (static_cast<double>(u) - 0.5) * 3.14159265358979323846, s = x * x;
    const double sine = x * (1 - s / 6 * (1 - s / 20 * (1 - s / 42 * (1 - s / 72 * (1 - s / 110 * (1 - s / 156))))));
    return static_cast<float>(0.5 + 0.5 * sine);
  }
  Example complete(const Drawn& drawn) const override {
    BitSteps steps = no_steps();
    for (std::size_t n = 0; n + 1 < drawn.vectors.size(); ++n) {
      const int step = steps.show(drawn.vectors[n]);
      if (static_cast<int>(n) + 1 >= context_) steps.ask_at(step, drawn.vectors[n + 1], -1);
    }
    return std::move(steps).finish();
  }
  Drawn drawn_from(const Example& example) const override {
    Drawn drawn{shown(example)};
    drawn.vectors.push_back(example.target.empty() ? 0 : example.target_values.back() > 0.5f ? 1 : 0);
    return drawn;
  }
  int fewest() const override { return context_ + 2; }
  /// The Bayesian who knows the prior of each context's chance: after n ones in N, one more has the chance (n + 1/2) / (N + 1).
  double best_loss(const Example& example) const override {
    const std::vector<int> bits = drawn_from(example).vectors;
    std::vector<int> ones(std::size_t{1} << context_, 0), all = ones;
    double nats = 0;
    for (std::size_t n = static_cast<std::size_t>(context_); n < bits.size(); ++n) {
      std::size_t context = 0;
      for (std::size_t back = n - static_cast<std::size_t>(context_); back < n; ++back) context = context << 1 | static_cast<std::size_t>(bits[back]);
      const double chance = (ones[context] + 0.5) / (all[context] + 1);
      nats -= std::log(bits[n] == 1 ? chance : 1 - chance);
      ones[context] += bits[n];
      ++all[context];
    }
    return nats;
  }
  std::string advice() const override { return "Write bits, at least " + std::to_string(context_ + 2) + " of them, for example “0 1 1 0 1 0 0 1”."; }

  int context_;
};

/// Section 4.5: vectors with a priority each; the answer is those of the highest priorities, the highest first.
class BitSortTask final : public BitTask {
 public:
  explicit BitSortTask(const Json& spec)
      : BitTask(spec["bits"], 2, spec["min_length"], spec["max_length"], spec["test_length"]), share_(spec["answered"].get<double>()) {}
  const Part& info() const override { return bit_sort_part(); }

 private:
  int answered(int size) const { return std::max(1, static_cast<int>(static_cast<double>(size) * share_ + 0.5)); }
  int steps_for(int size) const override { return size + 1 + answered(size); }
  Drawn draw(Random& random, int size) const override {
    Drawn drawn{any_vectors(random, size)};
    for (int n = 0; n < size; ++n) drawn.numbers.push_back(random.uniform(-1, 1));
    return drawn;
  }
  Example complete(const Drawn& drawn) const override {
    BitSteps steps = no_steps();
    for (std::size_t n = 0; n < drawn.vectors.size(); ++n) steps.show(drawn.vectors[n], 0, drawn.numbers[n]);
    steps.mark(1);
    std::vector<int> order(drawn.vectors.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, [&](int a, int b) { return drawn.numbers[static_cast<std::size_t>(a)] > drawn.numbers[static_cast<std::size_t>(b)]; });
    for (int n = 0; n < answered(static_cast<int>(order.size())); ++n) {
      const int from = order[static_cast<std::size_t>(n)];
      steps.ask(drawn.vectors[static_cast<std::size_t>(from)], from);
    }
    return std::move(steps).finish();
  }
  Drawn drawn_from(const Example& example) const override {
    Drawn drawn{shown(example)};
    for (std::size_t n = 0; n < drawn.vectors.size(); ++n)
      drawn.numbers.push_back(example.source_values[n * static_cast<std::size_t>(bits() + flags()) + static_cast<std::size_t>(bits())]);
    return drawn;
  }
  std::string rest_text(const Drawn& drawn) const override {
    std::string text;
    for (float priority : drawn.numbers) {
      char number[24];
      const auto end = std::to_chars(number, number + sizeof number, priority, std::chars_format::fixed, 2);
      text += (text.empty() ? "" : " ") + std::string(number, end.ptr);
    }
    return text;
  }
  Result<Drawn> read_rest(Drawn drawn, const std::vector<std::string>& rest) const override {
    for (const std::string& word : rest) {
      const Result<Json> priority = parse_json(word);
      if (!priority || !priority->is_number() || std::abs(priority->get<double>()) > 1)
        return Error{"“" + utf8_excerpt(word, 12) + "” is no priority between −1 and 1. " + advice(), "bits_priority", {utf8_excerpt(word, 12)}};
      drawn.numbers.push_back(priority->get<float>());
    }
    if (drawn.numbers.size() != drawn.vectors.size()) return Error{"There are as many priorities as vectors. " + advice(), "bits_priorities"};
    return drawn;
  }
  std::string advice() const override { return "Write vectors, a stroke and their priorities, for example “" + sample(3) + " | 0.5 -0.2 0.9”."; }

  double share_;
};

constexpr const char* kSource = "Graves, Wayne and Danihelka 2014 (arXiv:1410.5401), section 4";

}  // namespace

const Part& bit_copy_part() {
  static const Part part{"bit_copy", "Copy bits", "Vectors of bits go by one by one; after a mark they are to be written again, from memory.", kSource,
                         {bits_field(4), fewest_field(1), most_field(8), tested_field("Sequences of just this length show whether a program was learnt.", 120, 16)}};
  return part;
}

const Part& bit_repeat_part() {
  static const Part part{"bit_repeat", "Repeat bits", "Vectors of bits go by, then a mark with a number: they are to be written again, from memory, so many times over.", kSource,
                         {bits_field(4), fewest_field(1), most_field(5),
                          integer_field("max_repeats", "Most repeats", "How often the mark asks for them at the most, in training.", 1, 8, 3, "times"),
                          tested_field("Sequences of just this length show whether a program was learnt.", 60, 10),
                          integer_field("test_repeats", "Repeats tested", "Where it is more than in training, the test of longer sequences asks just so often.", 1, 20, 1, "times"),
                          flag_field("end_mark", "End mark", "One step more, at which a bit of its own has to say that the last time is over: who cannot count says it too early or too late.", false)}};
  return part;
}

const Part& bit_recall_part() {
  static const Part part{"bit_recall", "Recall the next item",
                         "Items go by, then one of them again: the answer is the item that came after it. What is looked for has to be found by what it is like.",
                         kSource,
                         {bits_field(6), integer_field("item_length", "Vectors of an item", "How many vectors in a row make up one item.", 1, 3, 1, "vectors"), fewest_field(2), most_field(6),
                          tested_field("So many items show whether a program was learnt.", 60, 10)}};
  return part;
}

const Part& bit_ngrams_part() {
  static const Part part{"bit_ngrams", "Foretell bits",
                         "Bits from a source that goes by the last few bits, a new source each time: count in memory what followed what, and foretell the next bit. "
                         "Nobody can be right every time.",
                         kSource,
                         {integer_field("length", "Bits in a row", "How long a row of bits is; all but the first are foretold.", 10, 65, 61, "bits"),
                          integer_field("context", "Context", "By how many bits the source goes.", 1, 5, 3, "bits")}};
  return part;
}

const Part& bit_sort_part() {
  static const Part part{"bit_sort", "Sort by priority", "Vectors go by with a priority each; the answer is those of the highest priorities, in order.", kSource,
                         {bits_field(4), fewest_field(2), most_field(8),
                          real_field("answered", "Share answered", "How many of them are to be given back: the paper asks for 16 of 20.", 0.1, 1, 0.1, 0.8),
                          tested_field("So many vectors show whether a program was learnt.", 100, 12)}};
  return part;
}

Result<std::unique_ptr<Task>> make_bit_copy(const Json& spec, std::string_view) { return make_bits<BitCopyTask>(spec); }
Result<std::unique_ptr<Task>> make_bit_repeat(const Json& spec, std::string_view) { return make_bits<BitRepeatTask>(spec); }
Result<std::unique_ptr<Task>> make_bit_recall(const Json& spec, std::string_view) { return make_bits<BitRecallTask>(spec); }
Result<std::unique_ptr<Task>> make_bit_ngrams(const Json& spec, std::string_view) { return make_bits<BitNgramsTask>(spec); }
Result<std::unique_ptr<Task>> make_bit_sort(const Json& spec, std::string_view) { return make_bits<BitSortTask>(spec); }

}  // namespace heed
