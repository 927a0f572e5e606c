// tests/bench: see peak.h. Compiled with the instruction set of the kernels.
#include "peak.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#ifdef __wasm_simd128__
#include <wasm_simd128.h>
#endif

namespace heed::bench {
namespace {

#if defined(__AVX512F__)
constexpr std::size_t kWidth = 16, kChains = 24;
#elif defined(__AVX__)
constexpr std::size_t kWidth = 8, kChains = 12;
#else
constexpr std::size_t kWidth = 4, kChains = 12;
#endif
using Vector = float __attribute__((vector_size(kWidth * sizeof(float))));

inline Vector multiply_add(Vector a, Vector b, Vector c) {
#ifdef __wasm_relaxed_simd__
  return reinterpret_cast<Vector>(
      wasm_f32x4_relaxed_madd(reinterpret_cast<v128_t>(a), reinterpret_cast<v128_t>(b), reinterpret_cast<v128_t>(c)));
#else
  return a * b + c;
#endif
}

float sink = 0;

/// So many multiply-adds in each chain before the loop's own work.
constexpr int kUnrolled = 8;

/// `rounds` times kUnrolled multiply-adds in every chain.
[[gnu::noinline]] float run(std::size_t rounds, float start) {
  Vector chain[kChains];
  for (std::size_t i = 0; i < kChains; ++i) chain[i] = Vector{} + (start + 0.1f * static_cast<float>(i));
  const Vector factor = Vector{} + (0.999f + start), term = Vector{} + (1e-3f + start);
  for (std::size_t n = 0; n < rounds; ++n) {
#pragma GCC unroll 8
    for (int again = 0; again < kUnrolled; ++again) {
#pragma GCC unroll 24
      for (std::size_t i = 0; i < kChains; ++i) chain[i] = multiply_add(chain[i], factor, term);
    }
  }
  for (std::size_t i = 1; i < kChains; ++i) chain[0] += chain[i];
  return chain[0][0];
}

}  // namespace

double multiply_add_rate() {
  constexpr std::size_t kRounds = 250'000;
  const auto begin = std::chrono::steady_clock::now();
  sink = run(kRounds, sink * 0);
  const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - begin;
  return 2.0 * kRounds * kUnrolled * kChains * kWidth / took.count();
}

double multiply_add_peak() {
  double best = 0;
  for (int i = 0; i < 15; ++i) best = std::max(best, multiply_add_rate());
  return best;
}

}  // namespace heed::bench
