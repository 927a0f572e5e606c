// engine/backend/webgpu: random numbers, the same as every other backend draws (engine/ops/random_bits.h).
#include "engine/backend/webgpu/kernels.h"

namespace heed::webgpu {

void make_random_uniform(const Call& call, Schedule& schedule) {
  const Word count = call.out.count();
  Params params;
  params.add(count).add(call.out.at).add(call.seed).add(std::get<RandomAttrs>(call.attrs).stream);
  schedule.add({.shader = "random_uniform", .params = params, .groups = groups_for(count, 256), .work = 40.0 * count});
}

}  // namespace heed::webgpu
