// engine/backend/cpu: random numbers, the same as every other backend draws (engine/ops/random_bits.h).
#include "engine/backend/cpu/kernel.h"
#include "engine/ops/random_bits.h"

namespace heed::cpu {

Kernel make_random_uniform(const Call& call) {
  const std::uint32_t stream = std::get<RandomAttrs>(call.attrs).stream;
  return [y = call.out.f32(), n = call.out.shape.count(), stream](const Submission& submission) {
    for (std::size_t i = 0; i < n; ++i) y[i] = uniform_at(submission.seed, stream, i);
  };
}

}  // namespace heed::cpu
