// base: counter-based random numbers; see rng.h.
#include "base/rng.h"

#include <cmath>

namespace heed {

std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> c, std::array<std::uint32_t, 2> k) {
  constexpr std::uint64_t kMul0 = 0xD2511F53u, kMul1 = 0xCD9E8D57u;
  constexpr std::uint32_t kWeyl0 = 0x9E3779B9u, kWeyl1 = 0xBB67AE85u;
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p0 = kMul0 * c[0], p1 = kMul1 * c[2];
    c = {static_cast<std::uint32_t>(p1 >> 32) ^ c[1] ^ k[0], static_cast<std::uint32_t>(p1),
         static_cast<std::uint32_t>(p0 >> 32) ^ c[3] ^ k[1], static_cast<std::uint32_t>(p0)};
    k[0] += kWeyl0;
    k[1] += kWeyl1;
  }
  return c;
}

Random::Random(std::uint64_t seed, Purpose purpose, std::uint64_t index)
    : key_{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)},
      index_(index),
      purpose_(static_cast<std::uint32_t>(purpose)) {}

std::uint32_t Random::bits() {
  if (used_ == 4) {
    // The counter's words: block number, purpose, and the two halves of the stream's index.
    words_ = philox({static_cast<std::uint32_t>(block_), purpose_, static_cast<std::uint32_t>(index_),
                     static_cast<std::uint32_t>(index_ >> 32)},
                    key_);
    ++block_;
    used_ = 0;
  }
  return words_[static_cast<std::size_t>(used_++)];
}

float Random::uniform() {
  return static_cast<float>(bits() >> 8) * 0x1p-24f;
}

float Random::uniform(float low, float high) {
  return low + (high - low) * uniform();
}

int Random::below(int count) {
  // Lemire's multiply-and-reject: the low word tells whether the draw falls into the biased remainder.
  const std::uint32_t n = static_cast<std::uint32_t>(count);
  const std::uint32_t threshold = (0u - n) % n;
  for (;;) {
    const std::uint64_t product = static_cast<std::uint64_t>(bits()) * n;
    if (static_cast<std::uint32_t>(product) >= threshold) return static_cast<int>(product >> 32);
  }
}

int Random::between(int low, int high) {
  return low + below(high - low + 1);
}

double Random::normal() {
  if (has_spare_) {
    has_spare_ = false;
    return spare_;
  }
  for (;;) {
    const double u = static_cast<double>(bits()) * 0x1p-31 - 1.0;
    const double v = static_cast<double>(bits()) * 0x1p-31 - 1.0;
    const double s = u * u + v * v;
    if (s >= 1.0 || s == 0.0) continue;
    const double factor = std::sqrt(-2.0 * portable_log(s) / s);
    spare_ = v * factor;
    has_spare_ = true;
    return u * factor;
  }
}

double portable_log(double x) {
  // x = m 2^e with m in [sqrt(1/2), sqrt(2)); ln m = 2 atanh(t), t = (m-1)/(m+1), by its series in t^2 (|t| < 0.172).
  int exponent = 0;
  double m = std::frexp(x, &exponent);
  if (m < 0.70710678118654752) {
    m *= 2.0;
    --exponent;
  }
  const double t = (m - 1.0) / (m + 1.0);
  const double t2 = t * t;
  double sum = 0.0;
  for (int k = 21; k >= 1; k -= 2) sum = sum * t2 + 1.0 / k;
  constexpr double kLn2 = 0.69314718055994530942;
  return 2.0 * t * sum + exponent * kLn2;
}

}  // namespace heed
