// engine/backend/cpu: eight float lanes, reductions over a row with them, and the exponentials of a row. The order of
// the additions depends on the row's length alone, so the sums are the same on every machine and in wasm.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "engine/backend/cpu/vector_math.h"

namespace heed::cpu {

inline constexpr std::size_t kLanes = 8;
using Lanes = float __attribute__((vector_size(kLanes * sizeof(float))));
using IntLanes = std::int32_t __attribute__((vector_size(kLanes * sizeof(float))));

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

/// The sum of (x - from)^2.
inline float row_square_distance(const float* x, std::size_t n, float from) {
  Lanes sum{}, part;
  std::size_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    load(part, x + i);
    part -= from;
    sum += part * part;
  }
  for (std::size_t lane = 0; i < n; ++i, ++lane) sum[lane] += (x[i] - from) * (x[i] - from);
  return add_lanes(sum);
}

inline float max_lanes(const Lanes& v) {
  using Four = float __attribute__((vector_size(16)));
  Four low, high;
  std::memcpy(&low, &v, sizeof low);
  std::memcpy(&high, reinterpret_cast<const char*>(&v) + sizeof low, sizeof high);
  low = low < high ? high : low;
  const float even = low[0] < low[2] ? low[2] : low[0], odd = low[1] < low[3] ? low[3] : low[1];
  return even < odd ? odd : even;
}

/// n >= 1.
inline float row_max(const float* x, std::size_t n) {
  if (n < kLanes) {
    float best = x[0];
    for (std::size_t i = 1; i < n; ++i) best = best < x[i] ? x[i] : best;
    return best;
  }
  // The last lanes may overlap those before: seen twice, a number is no larger.
  Lanes most, part;
  load(most, x + n - kLanes);
  for (std::size_t i = 0; i + kLanes < n; i += kLanes) {
    load(part, x + i);
    most = most < part ? part : most;
  }
  return max_lanes(most);
}

/// exp_approx for x <= 0.
[[gnu::always_inline]] inline Lanes exp_lanes(Lanes x, const detail::Constants& k) {
  const Lanes shifted = x * k.log2_e + k.rounder;
  const Lanes n = shifted - k.rounder;
  const Lanes r = (x - n * k.ln2_high) - n * k.ln2_low;
  Lanes q = r * k.exp6 + k.exp5;
  q = q * r + k.exp4;
  q = q * r + k.exp3;
  q = q * r + k.half;
  q = q * (r * r) + r + k.one;
  const Lanes power = reinterpret_cast<Lanes>((reinterpret_cast<IntLanes>(shifted) - k.rounder_less_bias) << 23);
  const IntLanes gone = x < k.exp_least;
  return reinterpret_cast<Lanes>(reinterpret_cast<IntLanes>(q * power) & ~gone);
}

/// Sums e^(x - most), none of whose exponents is above 0, and writes it to y, which may be x, unless y is null.
template <bool kWrites = true>
inline float exp_row(float* y, const float* x, std::size_t n, float most) {
  const detail::Constants k = detail::constants;  // a copy: y may be anything
  Lanes sum{}, part;
  std::size_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    load(part, x + i);
    part = exp_lanes(part - most, k);
    if constexpr (kWrites) std::memcpy(y + i, &part, sizeof part);
    sum += part;
  }
  if (i < n) {
    Lanes rest = Lanes{} - 100.0f;
    for (std::size_t lane = 0; i + lane < n; ++lane) rest[lane] = x[i + lane] - most;
    rest = exp_lanes(rest, k);
    if constexpr (kWrites)
      for (std::size_t lane = 0; i + lane < n; ++lane) y[i + lane] = rest[lane];
    sum += rest;
  }
  return add_lanes(sum);
}

inline void scale_row(float* y, std::size_t n, float scale) {
  for (std::size_t i = 0; i < n; ++i) y[i] *= scale;
}

/// y = softmax(x), n >= 1; y may be x.
inline void softmax_row(float* y, const float* x, std::size_t n) {
  scale_row(y, n, 1.0f / exp_row(y, x, n, row_max(x, n)));
}

/// As many rows go through each pass together: one row's maximum and sum are long waits.
inline constexpr std::size_t kRowsTogether = 8;

/// The same for rows end to end.
inline void softmax_rows(float* y, const float* x, std::size_t rows, std::size_t n) {
  for (std::size_t from = 0; from < rows; from += kRowsTogether) {
    const std::size_t count = rows - from < kRowsTogether ? rows - from : kRowsTogether;
    float of_row[kRowsTogether];
    for (std::size_t r = 0; r < count; ++r) of_row[r] = row_max(x + (from + r) * n, n);
    for (std::size_t r = 0; r < count; ++r)
      of_row[r] = 1.0f / exp_row(y + (from + r) * n, x + (from + r) * n, n, of_row[r]);
    for (std::size_t r = 0; r < count; ++r) scale_row(y + (from + r) * n, n, of_row[r]);
  }
}

}  // namespace heed::cpu
