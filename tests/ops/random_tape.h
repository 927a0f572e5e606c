// tests/ops: random computations of many ops, for tests of planning: values reach each other through views, slices,
// arenas and dead ends. Every value is a matrix (8,8), so that anything fits anything, and stays small.
#pragma once

#include <string>
#include <vector>

#include "engine/tape/tape.h"
#include "support/run_plan.h"

namespace heed::test {

struct RandomTape {
  Tape tape;
  Feeds feeds;
  std::vector<std::string> taps;
  std::vector<float> parameters;  ///< to write into the arena first
};

/// `ops` random ops forward, then gradients stored into their arena, and one step of gradient descent.
void record_random(RandomTape& out, std::uint64_t seed, int ops);

}  // namespace heed::test
