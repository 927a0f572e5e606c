// engine/backend/cpu: exp, log, tanh, sigmoid and erf without branches and without the platform's mathematical library,
// so that loops over them vectorise and native and wasm builds agree. Only exactly rounded operations; relative errors
// (tests/ops/vector_math_test.cpp measures them): exp 2e-7, log 2e-7, tanh 4e-7, sigmoid 4e-7, erf 4e-7. exp is 0 below
// -87.3 and infinite from 88.4 on; infinities and NaN come out as IEEE 754 would have them.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace heed::cpu {

namespace detail {

/// Constants of the functions below. They are variables that nobody changes, so that loops read them from memory: V8
/// makes a vector constant with four or five instructions at every use, inside loops too, and exp took twice as long
/// (1.83 instead of 0.91 ns per element).
struct Constants {
  float one = 1.0f, two = 2.0f, half = 0.5f;
  float log2_e = 1.44269504f;
  /// ln 2 in two parts; the first has so few bits that its product with an exponent is exact.
  float ln2_high = 0.693359375f, ln2_low = -2.12194442e-4f;
  /// 1.5 * 2^23: adding and subtracting it rounds to the nearest whole number; the sum's low bits are that number.
  float rounder = 12582912.0f;
  /// Interpolates (e^r - 1 - r) / r^2 in Chebyshev's points, from r^4 down to r.
  float exp6 = 0.00139261759f, exp5 = 0.00836317334f, exp4 = 0.0416665561f, exp3 = 0.166665778f;
  /// Above the first, e^x is infinite; below the second it is taken as 0; below the last, tanh(x/2) is -1.
  float exp_most = 88.5f, exp_least = -87.3f, tanh_least = -40.0f;
  /// (ln m - 2 s) / s^3 with s = (m - 1) / (m + 1), in Chebyshev's points of s^2.
  float log7 = 0.233304679f, log5 = 0.285508215f, log3 = 0.400001228f, log1 = 0.666666687f;
  /// erf(x) / x = P(x^2) / Q(x^2), equal errors of 2e-8 up to `erf_most`, beyond which the nearest float is 1; Q begins
  /// with 1.
  float erf_p0 = 1.12837915f, erf_p1 = 0.190410135f, erf_p2 = 0.0527492055f, erf_p3 = 0.00376577012f,
        erf_p4 = 2.84885474e-4f, erf_p5 = 2.05005188e-6f;
  float erf_q1 = 0.502079328f, erf_q2 = 0.114110625f, erf_q3 = 0.0149695282f, erf_q4 = 0.0011625711f,
        erf_q5 = 3.80914881e-5f;
  float erf_most = 3.92f;
  float smallest = 1.17549435e-38f, two_to_23 = 8388608.0f;
  std::int32_t sign = std::numeric_limits<std::int32_t>::min();
  /// The bits of `rounder`, less the bias of an exponent.
  std::int32_t rounder_less_bias = 0x4b400000 - 127;
};
inline Constants constants;

struct Reduced {
  float power;      ///< 2^n with x = n ln 2 + r, |r| <= ln 2 / 2; infinite for n = 128
  float minus_one;  ///< e^r - 1
};

/// For x in [-87.3, 88.5].
inline Reduced reduce_exp(float x) {
  const Constants& k = constants;
  const float shifted = x * k.log2_e + k.rounder;
  const float n = shifted - k.rounder;
  const float r = (x - n * k.ln2_high) - n * k.ln2_low;
  float q = k.exp6 * r + k.exp5;
  q = q * r + k.exp4;
  q = q * r + k.exp3;
  q = q * r + k.half;
  const std::int32_t bits = std::bit_cast<std::int32_t>(shifted) - k.rounder_less_bias;
  return {std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 23), q * (r * r) + r};
}

}  // namespace detail

inline float exp_approx(float x) {
  const detail::Constants& k = detail::constants;
  const detail::Reduced e = detail::reduce_exp(x > k.exp_most ? k.exp_most : x);
  const float y = (e.minus_one + k.one) * e.power;
  return x < k.exp_least ? 0.0f : y;
}

inline float sigmoid_approx(float x) {
  const float one = detail::constants.one;
  return one / (one + exp_approx(-x));
}

inline float tanh_approx(float x) {
  // tanh |x| = -u / (u + 2) with u = e^(-2|x|) - 1, which keeps its relative precision near 0.
  const detail::Constants& k = detail::constants;
  float y = -k.two * std::abs(x);
  y = y < k.tanh_least ? k.tanh_least : y;
  const detail::Reduced e = detail::reduce_exp(y);
  const float u = e.minus_one * e.power + (e.power - k.one);
  return std::copysign(u / (u + k.two), x);
}

inline float erf_approx(float x) {
  const detail::Constants& k = detail::constants;
  x = k.erf_most < x ? k.erf_most : x;
  x = x < -k.erf_most ? -k.erf_most : x;
  const float z = x * x;
  float p = k.erf_p5 * z + k.erf_p4, q = k.erf_q5 * z + k.erf_q4;
  p = p * z + k.erf_p3, q = q * z + k.erf_q3;
  p = p * z + k.erf_p2, q = q * z + k.erf_q2;
  p = p * z + k.erf_p1, q = q * z + k.erf_q1;
  p = p * z + k.erf_p0, q = q * z + k.one;
  const float y = x * p / q;
  const float below = k.one < y ? k.one : y;
  return below < -k.one ? -k.one : below;
}

inline float log_approx(float x) {
  constexpr float kInfinity = __builtin_inff();
  const detail::Constants& k = detail::constants;
  const bool is_tiny = x < k.smallest;
  const float normal = is_tiny ? x * k.two_to_23 : x;
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(normal);
  // The mantissa m in [sqrt(1/2), sqrt(2)): 0x3f3504f3 is sqrt(1/2).
  const std::int32_t exponent = static_cast<std::int32_t>(bits - 0x3f3504f3u) >> 23;
  const float m = std::bit_cast<float>(bits - (static_cast<std::uint32_t>(exponent) << 23));
  const float s = (m - k.one) / (m + k.one), z = s * s;
  // The series of 2 atanh(s).
  float r = k.log7;
  r = r * z + k.log5;
  r = r * z + k.log3;
  r = r * z + k.log1;
  const float n = static_cast<float>(is_tiny ? exponent - 23 : exponent);
  float y = n * k.ln2_high + ((s * z) * r + n * k.ln2_low + k.two * s);
  y = x == 0.0f ? -kInfinity : y;
  y = x < 0.0f ? __builtin_nanf("") : y;
  return x < kInfinity ? y : x;  // infinity and NaN stay what they are
}

}  // namespace heed::cpu
