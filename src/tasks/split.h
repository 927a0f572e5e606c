// tasks: which sources are held back for testing, and how examples are drawn. Both depend on nothing but their
// arguments.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/rng.h"
#include "tasks/task.h"

namespace heed {

/// One source in kHoldout is held back.
inline constexpr std::uint64_t kHoldout = 8;

/// What a generator answers for "very many": still exact as a double.
inline constexpr std::uint64_t kManyExamples = std::uint64_t{1} << 53;

/// 64-bit FNV-1a with a finishing mix, so that the low bits are good too.
std::uint64_t text_hash(std::string_view text);

/// True for the sources of kTest, false for those of kTrain, whatever the seed.
inline bool is_held_out(std::string_view text) {
  return text_hash(text) % kHoldout == 0;
}

/// The stream that draws one example.
Random example_stream(Split split, std::uint64_t seed, std::uint64_t index);

/// The first example of the stream that `draw` gives and that the split may have, by the text of its input.
template <typename Draw>
Example drawn_for(const Task& task, Split split, std::uint64_t seed, std::uint64_t index, const Draw& draw) {
  for (Random random = example_stream(split, seed, index);;) {
    Example example = draw(random);
    if (split == Split::kTestLong || is_held_out(task.input_text(example)) == (split == Split::kTest)) return example;
  }
}

/// The first of the test's examples.
std::vector<Example> first_tested(const Task& task, std::uint64_t count);

/// The index-th of `count` things when they are taken in an order shuffled anew in every round of `count`: a
/// permutation computed for one index alone (a four-round Feistel network, walked until it lands below `count`).
std::uint64_t shuffled(std::uint64_t index, std::uint64_t count, std::uint64_t seed);

}  // namespace heed
