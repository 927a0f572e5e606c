// engine/ops: the numbers of the op random_uniform, shared by all backends so that they draw the same.
#pragma once

#include "base/rng.h"

namespace heed {

/// Element `index` of stream `stream` of one submission: uniform in [0,1), 24 bits.
inline float uniform_at(std::uint64_t seed, std::uint32_t stream, std::uint64_t index) {
  const auto words = philox({static_cast<std::uint32_t>(index >> 2), stream, static_cast<std::uint32_t>(index >> 34),
                             static_cast<std::uint32_t>(Purpose::kNoise)},
                            {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)});
  return static_cast<float>(words[index & 3] >> 8) * 0x1p-24f;
}

}  // namespace heed
