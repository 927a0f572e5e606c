// tests/ops: random shapes for the fused ops.
#pragma once

#include "base/rng.h"
#include "engine/ops/op.h"

namespace heed::test {

/// Gives `sample`, one of the op's own, random shapes and attributes; `last` > 0: that length where the kernel's inner
/// loops run. False where the op is not a fused one.
bool random_fused_sample(OpKind kind, Sample& sample, Random& random, int last);

}  // namespace heed::test
