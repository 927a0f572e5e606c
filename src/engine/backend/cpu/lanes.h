// engine/backend/cpu: eight float lanes, reductions over a row with them, and the exponentials of a row. The order of
// the additions depends on the row's length alone, so the sums are the same on every machine and in wasm.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "engine/backend/cpu/vector_math.h"
#include "engine/tape/tape.h"

#if defined(__wasm_relaxed_simd__)
#include <wasm_simd128.h>
#elif defined(__AVX2__) && defined(__FMA__)
#include <immintrin.h>
#endif

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

[[gnu::always_inline]] inline Lanes spread(float x) {
  return x - Lanes{};
}

/// a * b + c, rounded once where the machine does that as fast.
[[gnu::always_inline]] inline Lanes mul_add(Lanes a, Lanes b, Lanes c) {
#if defined(__wasm_relaxed_simd__)
  using Four = float __attribute__((vector_size(16)));
  const auto half = [](Four x, Four y, Four z) {
    return static_cast<Four>(
        wasm_f32x4_relaxed_madd(static_cast<v128_t>(x), static_cast<v128_t>(y), static_cast<v128_t>(z)));
  };
  const Four low = half(__builtin_shufflevector(a, a, 0, 1, 2, 3), __builtin_shufflevector(b, b, 0, 1, 2, 3),
                        __builtin_shufflevector(c, c, 0, 1, 2, 3));
  const Four high = half(__builtin_shufflevector(a, a, 4, 5, 6, 7), __builtin_shufflevector(b, b, 4, 5, 6, 7),
                         __builtin_shufflevector(c, c, 4, 5, 6, 7));
  return __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7);
#elif defined(__AVX2__) && defined(__FMA__)
  return _mm256_fmadd_ps(a, b, c);
#else
  return a * b + c;
#endif
}

// The functions of vector_math.h on lanes, in the same steps. `k`: a copy of its constants, so that they need not be
// read again after each write to memory.

struct ReducedLanes {
  Lanes power, minus_one;
};

[[gnu::always_inline]] inline ReducedLanes reduce_exp(Lanes x, const detail::Constants& k) {
  const Lanes shifted = mul_add(x, spread(k.log2_e), spread(k.rounder));
  const Lanes n = shifted - k.rounder;
  const Lanes r = mul_add(n, spread(-k.ln2_low), mul_add(n, spread(-k.ln2_high), x));
  Lanes q = mul_add(r, spread(k.exp6), spread(k.exp5));
  q = mul_add(q, r, spread(k.exp4));
  q = mul_add(q, r, spread(k.exp3));
  q = mul_add(q, r, spread(k.half));
  const Lanes power = reinterpret_cast<Lanes>((reinterpret_cast<IntLanes>(shifted) - k.rounder_less_bias) << 23);
  return {power, mul_add(q, r * r, r)};
}

/// For x <= 88.5.
[[gnu::always_inline]] inline Lanes exp_lanes(Lanes x, const detail::Constants& k) {
  const ReducedLanes e = reduce_exp(x, k);
  const IntLanes gone = x < k.exp_least;
  return reinterpret_cast<Lanes>(reinterpret_cast<IntLanes>((e.minus_one + k.one) * e.power) & ~gone);
}

[[gnu::always_inline]] inline Lanes sigmoid_lanes(Lanes x, const detail::Constants& k) {
  const Lanes most = spread(k.exp_most);
  const Lanes y = -x;
  return k.one / (k.one + exp_lanes(most < y ? most : y, k));
}

[[gnu::always_inline]] inline Lanes tanh_lanes(Lanes x, const detail::Constants& k) {
  const Lanes least = spread(k.tanh_least);
  const IntLanes sign = reinterpret_cast<IntLanes>(x) & k.sign;
  const Lanes y = reinterpret_cast<Lanes>(reinterpret_cast<IntLanes>(x + x) | k.sign);
  const ReducedLanes e = reduce_exp(y < least ? least : y, k);
  const Lanes u = mul_add(e.minus_one, e.power, e.power - k.one);
  const Lanes t = u / (u + k.two);
  return reinterpret_cast<Lanes>((reinterpret_cast<IntLanes>(t) & ~k.sign) | sign);
}

[[gnu::always_inline]] inline Lanes erf_lanes(Lanes x, const detail::Constants& k) {
  const Lanes most = spread(k.erf_most), one = spread(k.one);
  x = most < x ? most : x;
  x = x < -most ? -most : x;
  const Lanes z = x * x;
  Lanes p = mul_add(spread(k.erf_p5), z, spread(k.erf_p4)), q = mul_add(spread(k.erf_q5), z, spread(k.erf_q4));
  p = mul_add(p, z, spread(k.erf_p3)), q = mul_add(q, z, spread(k.erf_q3));
  p = mul_add(p, z, spread(k.erf_p2)), q = mul_add(q, z, spread(k.erf_q2));
  p = mul_add(p, z, spread(k.erf_p1)), q = mul_add(q, z, spread(k.erf_q1));
  p = mul_add(p, z, spread(k.erf_p0)), q = mul_add(q, z, one);
  const Lanes y = x * p / q;
  const Lanes below = one < y ? one : y;
  return below < -one ? -one : below;
}

/// The first `count` lanes from memory, zeros in the others.
inline Lanes load_some(const float* x, std::size_t count) {
  float part[kLanes] = {};
  for (std::size_t lane = 0; lane < count; ++lane) part[lane] = x[lane];
  Lanes out;
  load(out, part);
  return out;
}

inline void store_some(float* y, const Lanes& lanes, std::size_t count) {
  float part[kLanes];
  std::memcpy(part, &lanes, sizeof part);
  for (std::size_t lane = 0; lane < count; ++lane) y[lane] = part[lane];
}

/// f(x, y, constants) makes lanes y[0], y[1] ... of lanes x[0], x[1] ..., for all n elements of the arrays `in` and
/// `out`; an array may be both.
template <std::size_t kIn, std::size_t kOut, class F>
[[gnu::always_inline]] inline void each_lanes(std::size_t n, const float* const (&in)[kIn], float* const (&out)[kOut],
                                              F f) {
  const detail::Constants k = detail::constants;
  std::size_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    Lanes x[kIn], y[kOut];
    for (std::size_t a = 0; a < kIn; ++a) load(x[a], in[a] + i);
    f(x, y, k);
    for (std::size_t a = 0; a < kOut; ++a) std::memcpy(out[a] + i, &y[a], sizeof y[a]);
  }
  if (i == n) return;
  Lanes x[kIn], y[kOut];
  for (std::size_t a = 0; a < kIn; ++a) x[a] = load_some(in[a] + i, n - i);
  f(x, y, k);
  for (std::size_t a = 0; a < kOut; ++a) store_some(out[a] + i, y[a], n - i);
}

/// Whether lanes_run does this op.
constexpr bool has_lanes(OpKind op) {
  return op == OpKind::kExp || op == OpKind::kTanh || op == OpKind::kSigmoid || op == OpKind::kErf;
}

/// The op on every element; y may be x.
template <OpKind op>
inline void lanes_run(float* y, const float* x, std::size_t n) {
  each_lanes(n, {x}, {y}, [](const Lanes* from, Lanes* to, const detail::Constants& k) __attribute__((always_inline)) {
    if constexpr (op == OpKind::kExp) {
      const Lanes most = spread(k.exp_most);
      to[0] = exp_lanes(most < from[0] ? most : from[0], k);
    }
    if constexpr (op == OpKind::kTanh) to[0] = tanh_lanes(from[0], k);
    if constexpr (op == OpKind::kSigmoid) to[0] = sigmoid_lanes(from[0], k);
    if constexpr (op == OpKind::kErf) to[0] = erf_lanes(from[0], k);
  });
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
