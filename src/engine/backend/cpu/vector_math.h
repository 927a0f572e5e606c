// engine/backend/cpu: exp, log, tanh and sigmoid without branches and without the platform's mathematical library, so
// that loops over them vectorise and native and wasm builds agree. Only exactly rounded operations; relative errors
// (tests/ops/vector_math_test.cpp measures them): exp 2e-7, log 2e-7, tanh 4e-7, sigmoid 4e-7. Infinities and NaN come
// out as IEEE 754 would have them.
#pragma once

#include <bit>
#include <cstdint>

namespace heed::cpu {

namespace detail {

inline constexpr float kLog2E = 1.44269504f;
/// ln 2 in two parts; the first has so few bits that its product with an exponent is exact.
inline constexpr float kLn2High = 0.693359375f, kLn2Low = -2.12194442e-4f;
/// Adding and subtracting 1.5 * 2^23 rounds to the nearest whole number; the sum's low bits are that number.
inline constexpr float kRounder = 12582912.0f;

struct Reduced {
  std::int32_t exponent;
  float minus_one;  ///< e^r - 1 with x = exponent * ln 2 + r, |r| <= ln 2 / 2
};

inline Reduced reduce_exp(float x) {
  const float shifted = x * kLog2E + kRounder;
  const float n = shifted - kRounder;
  const float r = (x - n * kLn2High) - n * kLn2Low;
  // Interpolates (e^r - 1 - r) / r^2 in Chebyshev's points.
  float q = 0.00139261759f;
  q = q * r + 0.00836317334f;
  q = q * r + 0.0416665561f;
  q = q * r + 0.166665778f;
  q = q * r + 0.5f;
  return {std::bit_cast<std::int32_t>(shifted) - std::bit_cast<std::int32_t>(kRounder), q * (r * r) + r};
}

/// 2^n for n in [-126, 127].
inline float power_of_two(std::int32_t n) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(n + 127) << 23);
}

}  // namespace detail

inline float exp_approx(float x) {
  // Beyond these bounds the result is 0 or infinity anyway. Two factors, since 2^n itself may not be a normal number.
  x = x < -105.0f ? -105.0f : x;
  x = x > 90.0f ? 90.0f : x;
  const detail::Reduced e = detail::reduce_exp(x);
  const std::int32_t half = e.exponent >> 1;
  return (e.minus_one + 1.0f) * detail::power_of_two(half) * detail::power_of_two(e.exponent - half);
}

inline float sigmoid_approx(float x) {
  return 1.0f / (1.0f + exp_approx(-x));
}

inline float tanh_approx(float x) {
  // tanh |x| = -u / (u + 2) with u = e^(-2|x|) - 1, which keeps its relative precision near 0.
  const std::uint32_t sign = std::bit_cast<std::uint32_t>(x) & 0x80000000u;
  float y = -2.0f * std::bit_cast<float>(std::bit_cast<std::uint32_t>(x) ^ sign);
  y = y < -40.0f ? -40.0f : y;
  const detail::Reduced e = detail::reduce_exp(y);
  const float scale = detail::power_of_two(e.exponent);
  const float u = e.minus_one * scale + (scale - 1.0f);
  return std::bit_cast<float>(std::bit_cast<std::uint32_t>(-u / (u + 2.0f)) ^ sign);
}

inline float log_approx(float x) {
  constexpr float kSmallest = 1.17549435e-38f, kInfinity = __builtin_inff();
  const bool is_tiny = x < kSmallest;
  const float normal = is_tiny ? x * 8388608.0f : x;
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(normal);
  // The mantissa m in [sqrt(1/2), sqrt(2)): 0x3f3504f3 is sqrt(1/2).
  const std::int32_t exponent = static_cast<std::int32_t>(bits - 0x3f3504f3u) >> 23;
  const float m = std::bit_cast<float>(bits - (static_cast<std::uint32_t>(exponent) << 23));
  const float s = (m - 1.0f) / (m + 1.0f), z = s * s;
  // ln m = 2 s + s^3 R(s^2), the series of 2 atanh(s) fitted in Chebyshev's points.
  float r = 0.233304679f;
  r = r * z + 0.285508215f;
  r = r * z + 0.400001228f;
  r = r * z + 0.666666687f;
  const float n = static_cast<float>(is_tiny ? exponent - 23 : exponent);
  float y = n * detail::kLn2High + ((s * z) * r + n * detail::kLn2Low + 2.0f * s);
  y = x == 0.0f ? -kInfinity : y;
  y = x < 0.0f ? __builtin_nanf("") : y;
  return x < kInfinity ? y : x;  // infinity and NaN stay what they are
}

}  // namespace heed::cpu
