// tasks: several sequences in one example, each to be copied before the next begins: more vectors than a small memory has rows, so that rows
// have to be used again (after Graves et al. 2016, "Hybrid computing using a neural network with dynamic external memory", the copy problem
// that their figure of dynamic allocation shows).
#include <algorithm>
#include <charconv>
#include <numeric>

#include "base/utf8.h"
#include "tasks/bits.h"
#include "tasks/tasks.h"

namespace heed {
namespace {

constexpr int kBegins = 0, kAnswer = 1;

/// A mark, the vectors, a mark of the other kind, and the vectors again; so many times.
class BitCopiesTask final : public BitTask {
 public:
  explicit BitCopiesTask(const Json& spec)
      : BitTask(spec["bits"], 2, spec["sequences"], spec["sequences"], spec["test_length"]), shortest_(spec["min_length"]),
        longest_(std::max(shortest_, spec["max_length"].get<int>())) {}
  const Part& info() const override { return bit_copies_part(); }

 private:
  /// `size` counts sequences.
  int steps_for(int size) const override { return size * (2 * longest_ + 2); }
  Drawn draw(Random& random, int size) const override {
    Drawn drawn;
    for (int n = 0; n < size; ++n) drawn.numbers.push_back(static_cast<float>(random.between(shortest_, longest_)));
    drawn.vectors = any_vectors(random, static_cast<int>(std::accumulate(drawn.numbers.begin(), drawn.numbers.end(), 0.0f)));
    return drawn;
  }
  Example complete(const Drawn& drawn) const override {
    BitSteps steps = no_steps();
    std::size_t next = 0;
    for (const float length : drawn.numbers) {
      const std::size_t first = next;
      steps.mark(kBegins);
      std::vector<int> from;
      for (; next < first + static_cast<std::size_t>(length); ++next) from.push_back(steps.show(drawn.vectors[next]));
      steps.mark(kAnswer);
      for (std::size_t n = first; n < next; ++n) steps.ask(drawn.vectors[n], from[n - first]);
    }
    return std::move(steps).finish();
  }
  Drawn drawn_from(const Example& example) const override {
    Drawn drawn;
    for (std::size_t at = 0; at < example.source.size();) {
      const std::vector<int> one = shown(example, at + 1);
      drawn.vectors.insert(drawn.vectors.end(), one.begin(), one.end());
      drawn.numbers.push_back(static_cast<float>(one.size()));
      at += 2 * one.size() + 2;
    }
    return drawn;
  }
  std::string rest_text(const Drawn& drawn) const override {
    std::string text;
    for (const float length : drawn.numbers) text += (text.empty() ? "" : " ") + std::to_string(static_cast<int>(length));
    return text;
  }
  Result<Drawn> read_rest(Drawn drawn, const std::vector<std::string>& rest) const override {
    int left = static_cast<int>(drawn.vectors.size());
    for (const std::string& word : rest) {
      int length = 0;
      std::from_chars(word.data(), word.data() + word.size(), length);
      if (length < 1 || length > left) return Error{"“" + utf8_excerpt(word, 12) + "” is not the length of a sequence that the vectors suffice for. " + advice(), "bits_length", {utf8_excerpt(word, 12)}};
      drawn.numbers.push_back(static_cast<float>(length));
      left -= length;
    }
    if (left > 0) return Error{"Behind the stroke stand the lengths of the sequences, together as many as there are vectors. " + advice(), "bits_lengths"};
    return drawn;
  }
  std::string advice() const override { return "Write all vectors, a stroke and how long each sequence is, for example “" + sample(4) + " | 3 1”."; }

  int shortest_, longest_;
};

}  // namespace

const Part& bit_copies_part() {
  static const Part part{"bit_copies", "Copy one sequence after the other",
                         "Several sequences, each copied before the next begins. Together they are longer than a small memory: rows that have been read "
                         "have to be let go and written again.",
                         "After Graves et al. 2016 (Nature 538), extended data figure 1",
                         {bits_field(4), integer_field("sequences", "Sequences", "How many, one after the other, in training.", 1, 6, 3, "sequences"),
                          integer_field("min_length", "Shortest", "Vectors of the shortest sequences.", 1, 10, 1, "vectors"),
                          integer_field("max_length", "Longest", "Vectors of the longest sequences.", 1, 10, 4, "vectors"),
                          integer_field("test_length", "Most tested", "So many sequences show whether rows are used again and again.", 1, 24, 6, "sequences")}};
  return part;
}

Result<std::unique_ptr<Task>> make_bit_copies(const Json& spec, std::string_view) { return make_bits<BitCopiesTask>(spec); }

}  // namespace heed
