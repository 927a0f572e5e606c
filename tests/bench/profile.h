// tests/bench: where the time of a plan goes, kernel by kernel.
#pragma once

#include "base/json.h"
#include "workload.h"

namespace heed::bench {

/// Runs the workload's kernels from front to back on memory of this program, with a clock around each, for about
/// `seconds`: {"kernels": how many, "us": per run of the plan, "ops": [{"op", "count", "us"}], "shapes": [{"op" with
/// operands and result, "count", "us"}]}, both lists with the largest first.
Json profile(Workload& workload, double seconds);

}  // namespace heed::bench
