// engine/backend/cpu: eight float lanes and reductions over a row with them. The order of the additions depends on the
// row's length alone, so the sums are the same on every machine and in wasm.
#pragma once

#include <cstddef>
#include <cstring>

namespace heed::cpu {

inline constexpr std::size_t kLanes = 8;
using Lanes = float __attribute__((vector_size(kLanes * sizeof(float))));

inline void load(Lanes& lanes, const float* x) {
  std::memcpy(&lanes, x, sizeof lanes);
}

inline float add_lanes(const Lanes& v) {
  return ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7]));
}

inline float row_sum(const float* x, std::size_t n) {
  Lanes sum{}, part;
  std::size_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    load(part, x + i);
    sum += part;
  }
  for (std::size_t lane = 0; i < n; ++i, ++lane) sum[lane] += x[i];
  return add_lanes(sum);
}

inline float row_dot(const float* x, const float* y, std::size_t n) {
  Lanes sum{}, left, right;
  std::size_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    load(left, x + i);
    load(right, y + i);
    sum += left * right;
  }
  for (std::size_t lane = 0; i < n; ++i, ++lane) sum[lane] += x[i] * y[i];
  return add_lanes(sum);
}

/// n >= 1.
inline float row_max(const float* x, std::size_t n) {
  float best = x[0];
  std::size_t i = 0;
  if (n >= kLanes) {
    Lanes most, part;
    load(most, x);
    for (i = kLanes; i + kLanes <= n; i += kLanes) {
      load(part, x + i);
      most = part > most ? part : most;
    }
    for (std::size_t lane = 0; lane < kLanes; ++lane) best = most[lane] > best ? most[lane] : best;
  }
  for (; i < n; ++i) best = x[i] > best ? x[i] : best;
  return best;
}

}  // namespace heed::cpu
