// base: seeded, counter-based random numbers (Philox 4x32-10, Salmon et al. 2011). The n-th number of a stream depends
// only on (seed, purpose, index, n), so native and wasm builds draw the same numbers and any draw can be repeated
// alone. Nothing here uses the platform's mathematical library: normal() rests on +, *, / and sqrt, which IEEE 754
// rounds exactly.
#pragma once

#include <array>
#include <cstdint>

namespace heed {

/// What a stream is for: streams of different purposes never share numbers.
enum class Purpose : std::uint32_t { kInit = 1, kData = 2, kNoise = 3, kSample = 4, kTest = 5 };

/// Four 32-bit words of Philox 4x32-10 for one 128-bit counter and 64-bit key.
std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key);

class Random {
 public:
  /// `index` separates streams of one purpose: the parameter's number, the example's number, the step.
  /// A stream repeats itself after 2^34 draws of bits().
  Random(std::uint64_t seed, Purpose purpose, std::uint64_t index = 0);

  std::uint32_t bits();
  /// Uniform in [0, 1), 24 bits.
  float uniform();
  float uniform(float low, float high);
  /// Uniform integer in [0, count), without modulo bias. count >= 1.
  int below(int count);
  /// Uniform integer in [low, high].
  int between(int low, int high);
  /// Standard normal (Marsaglia's polar method).
  double normal();

 private:
  std::array<std::uint32_t, 2> key_;
  std::uint64_t index_;
  std::uint64_t block_ = 0;
  std::array<std::uint32_t, 4> words_{};
  int used_ = 4;
  bool has_spare_ = false;
  double spare_ = 0;
  std::uint32_t purpose_;
};

/// Natural logarithm of x > 0 from exactly rounded operations only (compile without fused multiply-add). Error below 4
/// units in the last place away from 1, absolute error below 2e-16 near 1.
double portable_log(double x);

}  // namespace heed
