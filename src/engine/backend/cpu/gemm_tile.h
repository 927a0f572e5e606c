// engine/backend/cpu: the kernels of the matrix product. A tile of c stays in registers while k passes by; a band is
// the row of tiles that share a few rows of A.
#pragma once

#include <cstddef>

#include "engine/backend/cpu/simd.h"

namespace heed::cpu::tiles {

/// Two vectors wide, and as tall as the registers allow: 15 in wasm on x86 (6x2 sums, 2 of b, 1 of a; without a
/// multiply-add instruction one more for the product), 16 with AVX2, 32 with AVX-512.
#if defined(__AVX512F__) && !defined(__wasm__)
inline constexpr std::size_t kRows = 12;
#else
inline constexpr std::size_t kRows = kFused ? 6 : 4;
#endif
inline constexpr std::size_t kPanel = 2 * kWidth;

/// See Epilogue; the pointers are those of the tile's first row and of column 0.
struct Store {
  bool plain = true;  ///< nothing but the sums
  float scale = 1;
  const float* bias = nullptr;
  const float* addend = nullptr;
  std::size_t addend_stride = 0;
};

/// A few rows of A times all panels of B. a(i, l) is at a[i * a_stride + l], or at a[l * a_stride + i] where A's
/// columns are contiguous. Column j of B's row l starts at b[j * b_column + l * b_stride]; b_column is 1 where B lies
/// as it was given, and the length of a panel where they were packed. The last n % kWidth columns are at `tail`, with
/// zeros up to a vector, or at their place where the machine loads parts of vectors.
struct Band {
  const float* a = nullptr;
  std::size_t a_stride = 0;
  const float* b = nullptr;
  std::size_t b_stride = 0, b_column = 0;
  const float* tail = nullptr;
  std::size_t tail_stride = 0;
  std::size_t k = 0, n = 0;
  float* c = nullptr;
  std::size_t c_stride = 0;
  Store store;
};

/// `lanes` of each vector, if not all of them, are in memory.
template <bool kPart, std::size_t kHeight, std::size_t kVecs>
[[gnu::always_inline]] inline void store_tile(Vec (&sum)[kHeight][kVecs], float* c, std::size_t c_stride,
                                              const Store& store, std::size_t column, std::size_t lanes) {
  const auto get = [&](const float* x) __attribute__((always_inline)) {
    if constexpr (kPart)
      return load_part(x, lanes);
    else
      return load_vec(x);
  };
  if (!store.plain) {
    const Vec scale = splat(store.scale);
    repeat<kHeight>([&](auto i) { repeat<kVecs>([&](auto v) { sum[i][v] *= scale; }); });
    if (store.bias != nullptr) {
      repeat<kVecs>([&](auto v) {
        const Vec bias = get(store.bias + column + v * kWidth);
        repeat<kHeight>([&](auto i) { sum[i][v] += bias; });
      });
    }
    if (store.addend != nullptr) {
      const float* addend = store.addend + column;
      repeat<kHeight>([&](auto i) {
        repeat<kVecs>([&](auto v) { sum[i][v] += get(addend + i * store.addend_stride + v * kWidth); });
      });
    }
  }
  repeat<kHeight>([&](auto i) {
    repeat<kVecs>([&](auto v) {
      float* to = c + i * c_stride + v * kWidth;
      if constexpr (kPart)
        store_part(to, lanes, sum[i][v]);
      else
        store_vec(to, sum[i][v]);
    });
  });
}

template <std::size_t kHeight, std::size_t kVecs, bool kColumns, bool kPart = false>
[[gnu::noinline]] void tile(const float* a, std::size_t a_stride, const float* b, std::size_t b_stride, std::size_t k,
                            float* c, std::size_t c_stride, const Store& store, std::size_t column,
                            std::size_t lanes = kWidth) {
  Vec sum[kHeight][kVecs] = {};
  const float* row[kHeight];
  repeat<kHeight>([&](auto i) { row[i] = kColumns ? a + i : a + i * a_stride; });
  const std::size_t a_step = kColumns ? a_stride : 1;
  // Not unrolled: clang for wasm would gather several steps' loads before their multiply-adds and run out of registers.
#if defined(__clang__)
#pragma clang loop unroll(disable)
#endif
  for (std::size_t l = 0; l < k; ++l) {
    Vec right[kVecs];
    repeat<kVecs>([&](auto v) {
      if constexpr (kPart && kMasks)
        right[v] = load_part(b, lanes);
      else
        right[v] = load_vec(b + v * kWidth);
    });
    repeat<kHeight>([&](auto i) {
      const Vec left = splat(*row[i]);
      repeat<kVecs>([&](auto v) { sum[i][v] = madd(left, right[v], sum[i][v]); });
      row[i] += a_step;
    });
    b += b_stride;
  }
  store_tile<kPart>(sum, c, c_stride, store, column, lanes);
}

template <std::size_t kHeight, bool kColumns>
void run_band(const Band& band) {
  // Few rows have few sums in two vectors: too few for the multiply-adds to overlap.
  constexpr std::size_t kWide = kHeight == 1 ? 8 : kHeight <= 3 ? 4 : 2;
  std::size_t j = 0;
  const auto run_tile = [&](auto vecs) __attribute__((always_inline)) {
    constexpr std::size_t kVecs = decltype(vecs)::value;
    tile<kHeight, kVecs, kColumns>(band.a, band.a_stride, band.b + j * band.b_column, band.b_stride, band.k, band.c + j,
                                   band.c_stride, band.store, j);
    j += kVecs * kWidth;
  };
  const bool wide = kWide > 2 && band.b_column == 1;
  if (wide) {
    while (j + kWide * kWidth <= band.n) run_tile(std::integral_constant<std::size_t, kWide>{});
  } else {
    while (j + 2 * kWidth <= band.n) run_tile(std::integral_constant<std::size_t, 2>{});
  }
  const std::size_t left = (band.n - j) / kWidth;
  repeat<kWide - 1>([&](auto fewer) {
    constexpr std::size_t kVecs = decltype(fewer)::value + 1;
    if (left == kVecs) run_tile(std::integral_constant<std::size_t, kVecs>{});
  });
  if (kWidth > 1 && j < band.n)
    tile<kHeight, 1, kColumns, true>(band.a, band.a_stride, band.tail, band.tail_stride, band.k, band.c + j,
                                     band.c_stride, band.store, j, band.n - j);
}

}  // namespace heed::cpu::tiles
