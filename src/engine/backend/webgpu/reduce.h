// engine/backend/webgpu: sums along one axis, for kernels whose last pass is one.
#pragma once

#include "engine/backend/webgpu/kernel.h"

namespace heed::webgpu {

/// A value seen as (outer, n, inner), to be reduced along n.
struct Axis {
  Word outer = 1, n = 1, inner = 1;
};

enum class Reduction : unsigned char { kSum, kSumSquares, kMax };

/// memory[to], (outer, inner), from memory[from], (outer, n, inner). In two passes where one would give too few workgroups.
void add_reduction(Reduction kind, const Axis& axis, Word from, Word to, Schedule& schedule);

}  // namespace heed::webgpu
