// engine/backend/webgpu: what a plan would take of a GPU, without one.
#pragma once

#include <vector>

#include "engine/backend/webgpu/tuning.h"
#include "engine/plan/plan.h"

namespace heed::webgpu {

struct Survey {
  double bytes = 0;  ///< of the memory of a run with this plan alone
  std::size_t dispatches = 0;
  std::vector<double> work;  ///< of each submission that one execution is cut into: Dispatch::work
  double largest_dispatch = 0;  ///< the most work of one
};

Survey survey(const Plan& plan, std::size_t arena_elems, const Tuning& tuning = {});

}  // namespace heed::webgpu
