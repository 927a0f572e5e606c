// engine/backend/cpu: the widest vector of floats that this file's compilation has, and multiply-add on it. One source
// for AVX-512, AVX2, wasm's SIMD with and without the relaxed instructions, other machines' 128 bits, and plain floats.
// Where `kFused`, madd rounds once; in relaxed wasm the browser's machine decides whether it does.
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

#if defined(__wasm_simd128__)
#include <wasm_simd128.h>
#elif defined(__AVX2__) && defined(__FMA__)
#include <immintrin.h>
#endif

// The namespace's name keeps what files compile with different instructions apart in one program.
#if defined(__wasm__) && !defined(__wasm_simd128__)
#define HEED_SIMD_NAME plain
#elif defined(__wasm_relaxed_simd__)
#define HEED_SIMD_NAME relaxed
#elif !defined(__wasm__) && defined(__AVX512F__)
#define HEED_SIMD_NAME avx512
#elif !defined(__wasm__) && defined(__AVX2__) && defined(__FMA__)
#define HEED_SIMD_NAME avx2
#else
#define HEED_SIMD_NAME simd128
#endif

namespace heed::cpu {
inline namespace HEED_SIMD_NAME {

#if defined(__wasm__) && !defined(__wasm_simd128__)
inline constexpr std::size_t kWidth = 1;
using Vec = float;
using VecInMemory = float;
#else
#if defined(__wasm__)
inline constexpr std::size_t kWidth = 4;
#elif defined(__AVX512F__)
inline constexpr std::size_t kWidth = 16;
#elif defined(__AVX2__) && defined(__FMA__)
inline constexpr std::size_t kWidth = 8;
#else
inline constexpr std::size_t kWidth = 4;
#endif
using Vec = float __attribute__((vector_size(kWidth * sizeof(float))));
/// Anywhere in memory, not only at multiples of its size.
using VecInMemory = float __attribute__((vector_size(kWidth * sizeof(float)), aligned(sizeof(float)), may_alias));
#endif

#if defined(__wasm_relaxed_simd__) || (!defined(__wasm__) && defined(__AVX2__) && defined(__FMA__))
inline constexpr bool kFused = true;
#else
inline constexpr bool kFused = false;
#endif

inline Vec load_vec(const float* x) {
  return *reinterpret_cast<const VecInMemory*>(x);
}

inline void store_vec(float* x, Vec v) {
  *reinterpret_cast<VecInMemory*>(x) = v;
}

/// Whether parts of vectors are loaded and stored as fast as whole ones.
#if !defined(__wasm__) && defined(__AVX2__) && defined(__FMA__)
inline constexpr bool kMasks = true;
#else
inline constexpr bool kMasks = false;
#endif

#if !defined(__wasm__) && !defined(__AVX512F__) && defined(__AVX2__) && defined(__FMA__)
inline __m256i part_mask(std::size_t count) {
  const auto last = _mm256_set1_epi32(static_cast<int>(count));
  return _mm256_cmpgt_epi32(last, _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
#endif

/// The first lanes, 0 < count < kWidth, and zeros.
inline Vec load_part(const float* x, std::size_t count) {
#if !defined(__wasm__) && defined(__AVX512F__)
  return _mm512_maskz_loadu_ps(static_cast<__mmask16>((1u << count) - 1), x);
#elif !defined(__wasm__) && defined(__AVX2__) && defined(__FMA__)
  return _mm256_maskload_ps(x, part_mask(count));
#elif defined(__wasm_simd128__)
  if (count == 1) return static_cast<Vec>(wasm_v128_load32_zero(x));
  const v128_t two = wasm_v128_load64_zero(x);
  return static_cast<Vec>(count == 2 ? two : wasm_v128_load32_lane(x + 2, two, 2));
#else
  float lanes[kWidth] = {};
  for (std::size_t i = 0; i < count; ++i) lanes[i] = x[i];
  return load_vec(lanes);
#endif
}

inline void store_part(float* x, std::size_t count, Vec v) {
#if !defined(__wasm__) && defined(__AVX512F__)
  _mm512_mask_storeu_ps(x, static_cast<__mmask16>((1u << count) - 1), v);
#elif !defined(__wasm__) && defined(__AVX2__) && defined(__FMA__)
  _mm256_maskstore_ps(x, part_mask(count), v);
#elif defined(__wasm_simd128__)
  if (count == 1) return wasm_v128_store32_lane(x, static_cast<v128_t>(v), 0);
  wasm_v128_store64_lane(x, static_cast<v128_t>(v), 0);
  if (count == 3) wasm_v128_store32_lane(x + 2, static_cast<v128_t>(v), 2);
#else
  float lanes[kWidth];
  store_vec(lanes, v);
  for (std::size_t i = 0; i < count; ++i) x[i] = lanes[i];
#endif
}

/// All lanes x. (Subtracting nothing keeps every float what it is, and compilers know.)
inline Vec splat(float x) {
  return x - Vec{};
}

/// a * b + c.
inline Vec madd(Vec a, Vec b, Vec c) {
#if defined(__wasm_relaxed_simd__)
  return static_cast<Vec>(
      wasm_f32x4_relaxed_madd(static_cast<v128_t>(a), static_cast<v128_t>(b), static_cast<v128_t>(c)));
#elif defined(__wasm__)
  return a * b + c;
#elif defined(__AVX512F__)
  return _mm512_fmadd_ps(a, b, c);
#elif defined(__AVX2__) && defined(__FMA__)
  return _mm256_fmadd_ps(a, b, c);
#else
  return a * b + c;
#endif
}

namespace detail {

template <typename Do, std::size_t... kIndices>
[[gnu::always_inline]] inline void repeat(Do&& act, std::index_sequence<kIndices...>) {
  (act(std::integral_constant<std::size_t, kIndices>{}), ...);
}

}  // namespace detail

/// act(0), act(1) ... act(kCount - 1), with constants, so that small arrays indexed by them live in registers.
template <std::size_t kCount, typename Do>
[[gnu::always_inline]] inline void repeat(Do&& act) {
  detail::repeat(act, std::make_index_sequence<kCount>{});
}

using Quad = float __attribute__((vector_size(16)));
using QuadInMemory = float __attribute__((vector_size(16), aligned(sizeof(float)), may_alias));

/// The lanes of four vectors added up, those of each in the same order.
inline Quad add_up(Vec a, Vec b, Vec c, Vec d) {
  if constexpr (kWidth == 1) {
    return Quad{reinterpret_cast<float&>(a), reinterpret_cast<float&>(b), reinterpret_cast<float&>(c),
                reinterpret_cast<float&>(d)};
  } else {
    float lanes[4 * kWidth];
    store_vec(lanes, a), store_vec(lanes + kWidth, b), store_vec(lanes + 2 * kWidth, c),
        store_vec(lanes + 3 * kWidth, d);
    const auto fold = [&](std::size_t of) {
      Quad sum{};
      for (std::size_t i = 0; i < kWidth; i += 4)
        sum += *reinterpret_cast<const QuadInMemory*>(lanes + of * kWidth + i);
      return sum;
    };
    const Quad r0 = fold(0), r1 = fold(1), r2 = fold(2), r3 = fold(3);
    const Quad low01 = __builtin_shufflevector(r0, r1, 0, 4, 1, 5),
               high01 = __builtin_shufflevector(r0, r1, 2, 6, 3, 7);
    const Quad low23 = __builtin_shufflevector(r2, r3, 0, 4, 1, 5),
               high23 = __builtin_shufflevector(r2, r3, 2, 6, 3, 7);
    return (__builtin_shufflevector(low01, low23, 0, 1, 4, 5) + __builtin_shufflevector(low01, low23, 2, 3, 6, 7)) +
           (__builtin_shufflevector(high01, high23, 0, 1, 4, 5) + __builtin_shufflevector(high01, high23, 2, 3, 6, 7));
  }
}

inline float add_up(Vec v) {
  return add_up(v, v, v, v)[0];
}

}  // namespace HEED_SIMD_NAME
}  // namespace heed::cpu

#undef HEED_SIMD_NAME
