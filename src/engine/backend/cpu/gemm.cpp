// engine/backend/cpu: chooses per shape how a product is computed, packs what must be packed, and drives the tiles.
#include "engine/backend/cpu/gemm.h"

#include <algorithm>
#include <cstring>

#include "engine/backend/cpu/gemm_pack.h"
#include "engine/backend/cpu/gemm_tile.h"

namespace heed::cpu {
namespace {

using namespace tiles;

/// The longest chain along k before its sum goes to c: a panel of b and the rows of a stay in the first cache.
constexpr std::size_t kDepth = kWidth > 8 ? 256 : 512;
/// Packed b: what stays in the second cache.
constexpr std::size_t kPackedElems = 128 * 1024;

// ------------------------------------------------------------------------------------------- products in tiles

struct Blocks {
  std::size_t depth = 0;    ///< along k
  std::size_t columns = 0;  ///< of n
  bool pack_b = false, pack_a = false;
};

Blocks blocks_of(const GemmShape& s) {
  Blocks out;
  const std::size_t count = (s.k + kDepth - 1) / kDepth;
  out.depth = count > 1 ? round_up((s.k + count - 1) / count, 4) : s.k;
  out.pack_b = s.transpose_b || (s.m > 2 * kRows && s.n > kPanel && s.k * s.n > 4096);
  out.pack_a = s.transpose_a && s.n > 8 * kPanel && s.m > kRows;
  out.columns = s.n;
  if (out.pack_b && out.depth * s.n > kPackedElems) out.columns = kPackedElems / out.depth / kPanel * kPanel;
  return out;
}

/// Of A's rows in a band, in whole vectors.
constexpr std::size_t kPackedHeight = round_up(kRows, kWidth);

std::size_t packed_a_elems(const Blocks& blocks) {
  return blocks.pack_a ? round_up(kRows * blocks.depth + kPackedHeight, kPanel) : 0;
}

/// Sets the band's view of B, for columns [j, j + n) and rows [l, l + k); packs what must be packed.
void take_b(const GemmShape& s, const GemmOperands& at, bool pack, std::size_t l, std::size_t j, float* to,
            Band& band) {
  const std::size_t k = band.k, n = band.n, whole = n / kWidth * kWidth;
  const float* b = s.transpose_b ? at.b + j * at.ldb + l : at.b + l * at.ldb + j;
  const auto pack_panel = [&](std::size_t column, std::size_t width, float* panel) {
    const std::size_t columns = std::min(width, n - column);
    if (s.transpose_b)
      pack_columns(b + column * at.ldb, at.ldb, k, columns, width, panel);
    else
      pack_rows(b + column, at.ldb, k, columns, width, panel);
  };
  band.b = pack ? to : b;
  band.b_column = pack ? k : 1;
  band.b_stride = pack ? kPanel : at.ldb;
  if (pack) {
    std::size_t column = 0;
    if (!s.transpose_b) {
      pack_panels(b, at.ldb, k, n / kPanel, to);
      column = n / kPanel * kPanel;
    }
    for (; column < n; column += kPanel) pack_panel(column, kPanel, to + column * k);
    band.tail = to + whole / kPanel * kPanel * k + whole % kPanel;
    band.tail_stride = kPanel;
  } else if (kMasks) {
    band.tail = b + whole;
    band.tail_stride = at.ldb;
  } else if (whole < n) {
    pack_panel(whole, kWidth, to);
    band.tail = to;
    band.tail_stride = kWidth;
  }
}

template <bool kColumns, std::size_t... kHeights>
void run_height(const Band& band, std::size_t height, std::index_sequence<kHeights...>) {
  using Run = void (*)(const Band&);
  constexpr Run kRuns[] = {run_band<kHeights + 1, kColumns>...};
  kRuns[height - 1](band);
}

/// What a band is to compute of a block, of a triangle only its part: the columns end at `n`, k runs from `k_begin`.
struct Part {
  std::size_t n, k_begin, k_end;
};

Part part_of(Triangle triangle, std::size_t row, std::size_t row_end, std::size_t column, std::size_t n, std::size_t l,
             std::size_t k) {
  Part out{n, 0, k};
  if (triangle == Triangle::kResultLower)
    out.n = row_end <= column ? 0 : std::min(n, round_up(row_end - column, kPanel));
  if (triangle == Triangle::kLeftLower) out.k_end = row_end <= l ? 0 : std::min(k, row_end - l);
  if (triangle == Triangle::kLeftUpper) out.k_begin = row <= l ? 0 : std::min(k, row - l);
  return out;
}

bool is_plain(const Epilogue& epilogue) {
  return epilogue.scale == 1 && epilogue.bias == nullptr && epilogue.addend == nullptr;
}

struct Task {
  const GemmShape& shape;
  const GemmOperands& at;
  const Epilogue& epilogue;
  RowRange rows;
  Triangle triangle;
  Blocks blocks;
};

/// All bands of one block of k and columns; `block` holds the view of B.
void run_block(const Task& task, const Band& block, std::size_t l, std::size_t j, float* packed_a) {
  const auto& [s, at, epilogue, rows, triangle, blocks] = task;
  const bool first = l == 0, last = l + block.k == s.k;
  // Bands of nearly equal heights: a band of one or two rows would take as long as one of four.
  const std::size_t total = rows.end - rows.begin, count = (total + kRows - 1) / kRows, low = total / count,
                    higher = total - count * low;
  for (std::size_t i = 0, row = rows.begin, height = low + 1; i < count; ++i, row += height) {
    if (i == higher) height = low;
    const Part part = part_of(triangle, row, row + height, j, block.n, l, block.k);
    Band band = block;
    band.k = part.k_end - part.k_begin;
    band.n = part.n;
    band.c = at.c + row * at.ldc + j;
    if (!first) {
      band.store.addend = band.c;
    } else if (band.store.addend != nullptr) {
      band.store.addend += row * epilogue.addend_stride + j;
    }
    const std::size_t from = l + part.k_begin;
    band.b += part.k_begin * band.b_stride;
    band.tail += part.k_begin * band.tail_stride;
    if (s.transpose_a) {
      band.a = at.a + from * at.lda + row;
      band.a_stride = at.lda;
      if (blocks.pack_a) {
        pack_left(band.a, at.lda, band.k, height, row + kPackedHeight <= s.m, packed_a);
        band.a = packed_a;
        band.a_stride = kRows;
      }
      run_height<true>(band, height, std::make_index_sequence<kRows>{});
    } else {
      band.a = at.a + row * at.lda + from;
      band.a_stride = at.lda;
      run_height<false>(band, height, std::make_index_sequence<kRows>{});
    }
    if (last && epilogue.finish != nullptr)
      for (std::size_t r = 0; r < height; ++r) epilogue.finish(band.c + r * at.ldc, band.n);
  }
}

void run_tiles(const GemmShape& s, const GemmOperands& at, const Epilogue& epilogue, float* scratch, RowRange rows,
               Triangle triangle) {
  const Task task{s, at, epilogue, rows, triangle, blocks_of(s)};
  const auto& blocks = task.blocks;
  float* packed_a = scratch;
  float* packed_b = scratch + packed_a_elems(blocks);
  for (std::size_t j = 0; j < s.n; j += blocks.columns) {
    for (std::size_t l = 0; l < s.k; l += blocks.depth) {
      Band block;
      block.k = std::min(blocks.depth, s.k - l);
      block.n = std::min(blocks.columns, s.n - j);
      block.c_stride = at.ldc;
      if (l == 0) {
        block.store.scale = epilogue.scale;
        block.store.bias = epilogue.bias == nullptr ? nullptr : epilogue.bias + j;
        block.store.addend = epilogue.addend;
        block.store.addend_stride = epilogue.addend_stride;
        block.store.plain = is_plain(epilogue);
      } else {
        block.store.plain = false;
        block.store.scale = epilogue.scale;
        block.store.addend_stride = at.ldc;
      }
      take_b(s, at, blocks.pack_b, l, j, packed_b, block);
      run_block(task, block, l, j, packed_a);
    }
  }
}

// ------------------------------------------------------------------------------------------ products with vectors

/// Dot products of x with kCount rows of y, in vectors whose lanes are still to be added. Their order depends on k
/// alone.
template <std::size_t kCount>
[[gnu::always_inline]] inline void sum_products(const float* x, const float* y, std::size_t ldy, std::size_t k,
                                                Vec (&total)[kCount], float (&rest)[kCount]) {
  Vec sum[kCount][2] = {};
  std::size_t l = 0;
  for (; l + kPanel <= k; l += kPanel) {
    repeat<2>([&](auto v) {
      const Vec left = load_vec(x + l + v * kWidth);
      repeat<kCount>([&](auto i) { sum[i][v] = madd(left, load_vec(y + i * ldy + l + v * kWidth), sum[i][v]); });
    });
  }
  if (l + kWidth <= k) {
    const Vec left = load_vec(x + l);
    repeat<kCount>([&](auto i) { sum[i][0] = madd(left, load_vec(y + i * ldy + l), sum[i][0]); });
    l += kWidth;
  }
  repeat<kCount>([&](auto i) {
    total[i] = sum[i][0] + sum[i][1];
    rest[i] = 0;
    for (std::size_t at = l; at < k; ++at) rest[i] += x[at] * y[i * ldy + at];
  });
}

[[gnu::noinline]] void four_dots(const float* x, const float* y, std::size_t ldy, std::size_t k, float* to) {
  Vec sum[4];
  float rest[4];
  sum_products<4>(x, y, ldy, k, sum, rest);
  const Quad sums = add_up(sum[0], sum[1], sum[2], sum[3]);
  for (std::size_t i = 0; i < 4; ++i) to[i] = sums[i] + rest[i];
}

[[gnu::noinline]] float one_dot(const float* x, const float* y, std::size_t k) {
  Vec sum[1];
  float rest[1];
  sum_products<1>(x, y, 0, k, sum, rest);
  return add_up(sum[0]) + rest[0];
}

void finish_element(const Epilogue& epilogue, std::size_t row, std::size_t column, float sum, float& to) {
  float value = sum * epilogue.scale;
  if (epilogue.bias != nullptr) value += epilogue.bias[column];
  if (epilogue.addend != nullptr) value += epilogue.addend[row * epilogue.addend_stride + column];
  to = value;
}

/// A's rows and B's columns are both contiguous. A's rows as pairs with four of B's, or the other way round.
void run_dots(const GemmShape& s, const GemmOperands& at, const Epilogue& epilogue, RowRange rows) {
  constexpr std::size_t kAtOnce = 4;
  const bool along_n = s.n >= kAtOnce, plain = is_plain(epilogue);
  const std::size_t outer_begin = along_n ? rows.begin : 0, outer_end = along_n ? rows.end : s.n;
  const std::size_t begin = along_n ? 0 : rows.begin, end = along_n ? s.n : rows.end;
  for (std::size_t outer = outer_begin; outer < outer_end; ++outer) {
    const float* one = along_n ? at.a + outer * at.lda : at.b + outer * at.ldb;
    const float* many = along_n ? at.b : at.a;
    const std::size_t stride = along_n ? at.ldb : at.lda;
    for (std::size_t inner = begin; inner < end;) {
      float sums[kAtOnce];
      const std::size_t count = end - inner >= kAtOnce ? kAtOnce : 1;
      if (count == 1)
        sums[0] = one_dot(one, many + inner * stride, s.k);
      else
        four_dots(one, many + inner * stride, stride, s.k, sums);
      for (std::size_t i = 0; i < count; ++i, ++inner) {
        const std::size_t row = along_n ? outer : inner, column = along_n ? inner : outer;
        float& to = at.c[row * at.ldc + column];
        if (plain)
          to = sums[i];
        else
          finish_element(epilogue, row, column, sums[i], to);
      }
    }
  }
  if (epilogue.finish != nullptr)
    for (std::size_t row = rows.begin; row < rows.end; ++row) epilogue.finish(at.c + row * at.ldc, s.n);
}

/// c is a column, and A's columns are contiguous: c transposed is a row times A as it lies.
void run_column(const GemmShape& s, const GemmOperands& at, const Epilogue& epilogue, float* scratch, RowRange rows) {
  const std::size_t count = rows.end - rows.begin;
  float* sums = scratch;
  const GemmOperands turned{at.b, s.transpose_b ? 1 : at.ldb, at.a + rows.begin, at.lda, sums, count};
  run_tiles({1, s.k, count, true, false}, turned, {}, scratch + s.m, {0, 1}, Triangle::kNone);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t row = rows.begin + i;
    finish_element(epilogue, row, 0, sums[i], at.c[row * at.ldc]);
    if (epilogue.finish != nullptr) epilogue.finish(at.c + row * at.ldc, 1);
  }
}

enum class Way { kTiles, kDots, kColumn };

/// Of all rows, so that a part of them is computed the same way.
Way way_of(const GemmShape& s) {
  const bool b_is_columns = s.transpose_b || s.n == 1, a_is_rows = !s.transpose_a || s.m == 1;
  if (a_is_rows && b_is_columns && s.k > 4 && (s.n == 1 || s.m == 1 || std::min(s.m, s.n) <= kRows / 2))
    return Way::kDots;
  return s.n == 1 && s.transpose_a ? Way::kColumn : Way::kTiles;
}

}  // namespace

void transpose(const float* from, std::size_t from_stride, std::size_t rows, std::size_t columns, float* to,
               std::size_t to_stride) {
  std::size_t i = 0;
  for (; i + 4 <= rows; i += 4) {
    const float* x = from + i * from_stride;
    std::size_t j = 0;
    for (; j + 4 <= columns; j += 4) transpose_quad(x + j, from_stride, 4, to + j * to_stride + i, to_stride);
    for (; j < columns; ++j)
      for (std::size_t r = 0; r < 4; ++r) to[j * to_stride + i + r] = x[r * from_stride + j];
  }
  for (; i < rows; ++i)
    for (std::size_t j = 0; j < columns; ++j) to[j * to_stride + i] = from[i * from_stride + j];
}

std::size_t gemm_scratch(const GemmShape& shape) {
  // A vector's elements brought together, or a column's sums, come before what the tiles need.
  const Blocks blocks = blocks_of(shape);
  const std::size_t b = blocks.depth * (blocks.pack_b ? round_up(blocks.columns, kPanel) : kWidth);
  const std::size_t vectors = (shape.n == 1 ? std::max(shape.k, shape.m) : 0) + (shape.m == 1 ? shape.k : 0);
  return vectors + b + packed_a_elems(blocks);
}

double gemm_nanoseconds(const GemmShape& shape) {
  constexpr double kStepsPerNanosecond = 5.0 * static_cast<double>(kWidth);
  return 30 + static_cast<double>(shape.m * shape.k * shape.n) / kStepsPerNanosecond;
}

void gemm(const GemmShape& shape, const GemmOperands& at, const Epilogue& epilogue, float* scratch, RowRange rows,
          Triangle triangle) {
  if (rows.begin == rows.end) return;
  const Way way = way_of(shape);
  if (way == Way::kTiles) return run_tiles(shape, at, epilogue, scratch, rows, triangle);
  if (way == Way::kColumn) return run_column(shape, at, epilogue, scratch, rows);
  GemmOperands close = at;
  const auto bring_together = [&](const float*& x, std::size_t stride) {
    for (std::size_t l = 0; l < shape.k; ++l) scratch[l] = x[l * stride];
    x = scratch;
    scratch += shape.k;
  };
  if (shape.transpose_a && at.lda != 1) bring_together(close.a, at.lda);
  if (!shape.transpose_b && at.ldb != 1) bring_together(close.b, at.ldb);
  run_dots(shape, close, epilogue, rows);
}

}  // namespace heed::cpu
