// engine/ops: the numbers of the op random_uniform, shared by all backends so that they draw the same.
#pragma once

#include <array>

#include "base/rng.h"

namespace heed {

/// Elements 4 group to 4 group + 3 of stream `stream` of one submission: uniform in [0,1), 24 bits.
inline std::array<float, 4> uniforms_at(std::uint64_t seed, std::uint32_t stream, std::uint64_t group) {
  const auto words = philox({static_cast<std::uint32_t>(group), stream, static_cast<std::uint32_t>(group >> 32),
                             static_cast<std::uint32_t>(Purpose::kNoise)},
                            {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)});
  std::array<float, 4> out;
  for (std::size_t i = 0; i < 4; ++i) out[i] = static_cast<float>(words[i] >> 8) * 0x1p-24f;
  return out;
}

inline float uniform_at(std::uint64_t seed, std::uint32_t stream, std::uint64_t index) {
  return uniforms_at(seed, stream, index >> 2)[index & 3];
}

}  // namespace heed
