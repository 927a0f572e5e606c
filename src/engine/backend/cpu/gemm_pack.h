// engine/backend/cpu: brings the operands of the matrix product into the order in which the tiles read them.
#pragma once

#include <algorithm>
#include <cstddef>

#include "engine/backend/cpu/gemm_tile.h"

namespace heed::cpu::tiles {

constexpr std::size_t round_up(std::size_t x, std::size_t unit) {
  return (x + unit - 1) / unit * unit;
}

/// to[l * to_stride + i] = from[i * from_stride + l] for i < rows <= 4 and l < 4, and 0 for the other i below 4.
[[gnu::always_inline]] inline void transpose_quad(const float* from, std::size_t from_stride, std::size_t rows,
                                                  float* to, std::size_t to_stride) {
  const auto row = [&](std::size_t i) -> Quad {
    return i < rows ? *reinterpret_cast<const QuadInMemory*>(from + i * from_stride) : Quad{};
  };
  const Quad r0 = row(0), r1 = row(1), r2 = row(2), r3 = row(3);
  const Quad low01 = __builtin_shufflevector(r0, r1, 0, 4, 1, 5), high01 = __builtin_shufflevector(r0, r1, 2, 6, 3, 7);
  const Quad low23 = __builtin_shufflevector(r2, r3, 0, 4, 1, 5), high23 = __builtin_shufflevector(r2, r3, 2, 6, 3, 7);
  const auto put = [&](std::size_t l, Quad x) { *reinterpret_cast<QuadInMemory*>(to + l * to_stride) = x; };
  put(0, __builtin_shufflevector(low01, low23, 0, 1, 4, 5));
  put(1, __builtin_shufflevector(low01, low23, 2, 3, 6, 7));
  put(2, __builtin_shufflevector(high01, high23, 0, 1, 4, 5));
  put(3, __builtin_shufflevector(high01, high23, 2, 3, 6, 7));
}

/// B as it lies into whole panels. Some panels at once, so that memory is read in pieces longer than a cache line.
inline void pack_panels(const float* b, std::size_t ldb, std::size_t k, std::size_t panels, float* to) {
  constexpr std::size_t kAtOnce = 64 / kPanel;
  for (std::size_t first = 0; first < panels; first += kAtOnce, b += kAtOnce * kPanel, to += kAtOnce * kPanel * k) {
    const std::size_t count = std::min(kAtOnce, panels - first);
    for (std::size_t l = 0; l < k; ++l) {
      const float* from = b + l * ldb;
      float* row = to + l * kPanel;
      for (std::size_t p = 0; p < count; ++p, from += kPanel, row += kPanel * k) {
        store_vec(row, load_vec(from));
        store_vec(row + kWidth, load_vec(from + kWidth));
      }
    }
  }
}

/// Fewer columns than a panel's, with zeros up to a whole vector.
inline void pack_rows(const float* b, std::size_t ldb, std::size_t k, std::size_t columns, std::size_t width,
                      float* to) {
  const std::size_t filled = round_up(columns, kWidth);
  for (std::size_t l = 0; l < k; ++l, b += ldb, to += width) {
    for (std::size_t j = 0; j < columns; ++j) to[j] = b[j];
    for (std::size_t j = columns; j < filled; ++j) to[j] = 0;
  }
}

/// The columns of a panel, or fewer, of B given transposed: they are rows in memory.
inline void pack_columns(const float* b, std::size_t ldb, std::size_t k, std::size_t columns, std::size_t width,
                         float* to) {
  const std::size_t filled = round_up(columns, kWidth), whole_k = k / 4 * 4;
  for (std::size_t j = 0; kWidth > 1 && j < filled; j += 4) {
    const float* from = b + j * ldb;
    if (j + 4 <= columns) {
      for (std::size_t l = 0; l < whole_k; l += 4) transpose_quad(from + l, ldb, 4, to + l * width + j, width);
    } else {
      const std::size_t rows = columns > j ? columns - j : 0;
      for (std::size_t l = 0; l < whole_k; l += 4) transpose_quad(from + l, ldb, rows, to + l * width + j, width);
    }
  }
  for (std::size_t l = kWidth == 1 ? 0 : whole_k; l < k; ++l)
    for (std::size_t j = 0; j < filled; ++j) to[l * width + j] = j < columns ? b[j * ldb + l] : 0;
}

/// A few contiguous columns of A, kRows apart. Where there is room to read, by whole vectors: what is written too far
/// the next row overwrites.
inline void pack_left(const float* a, std::size_t lda, std::size_t k, std::size_t height, bool room, float* to) {
  constexpr std::size_t kVecs = (kRows + kWidth - 1) / kWidth;
  if (room) {
    for (std::size_t l = 0; l < k; ++l, a += lda, to += kRows)
      repeat<kVecs>([&](auto v) { store_vec(to + v * kWidth, load_vec(a + v * kWidth)); });
  } else {
    for (std::size_t l = 0; l < k; ++l, a += lda, to += kRows)
      for (std::size_t i = 0; i < height; ++i) to[i] = a[i];
  }
}

}  // namespace heed::cpu::tiles
