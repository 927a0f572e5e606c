// engine/backend/cpu: random numbers, the same as every other backend draws (engine/ops/random_bits.h).
#include <algorithm>

#include "engine/backend/cpu/kernel.h"
#include "engine/ops/random_bits.h"

namespace heed::cpu {

Kernel make_random_uniform(const Call& call) {
  // Philox gives four numbers at once.
  constexpr std::size_t kUnit = 1024;
  const std::size_t n = call.out.shape.count();
  return {(n + kUnit - 1) / kUnit, 3.0 * static_cast<double>(n),
          [y = call.out.f32(), n, stream = std::get<RandomAttrs>(call.attrs).stream](const Work& work) {
            for (std::size_t i = work.begin * kUnit; i < std::min(n, work.end * kUnit); i += 4) {
              const std::array<float, 4> four = uniforms_at(work.submission.seed, stream, i / 4);
              std::copy_n(four.begin(), std::min<std::size_t>(4, n - i), y + i);
            }
          }};
}

}  // namespace heed::cpu
