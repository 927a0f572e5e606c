// engine/backend/cpu: sums and maxima along one axis. Seen as (outer, n, inner), a last axis (inner = 1) is reduced row
// by row with lanes, any other by adding up contiguous runs of `inner`.
#include <algorithm>

#include "engine/backend/cpu/kernel.h"
#include "engine/backend/cpu/lanes.h"
#include "engine/backend/cpu/rows.h"

namespace heed::cpu {
namespace {

struct Extents {
  std::size_t outer = 1, n = 1, inner = 1;
};

Extents split_at(const Shape& shape, int axis) {
  Extents e;
  for (int i = 0; i < shape.rank(); ++i) {
    const auto extent = static_cast<std::size_t>(shape[i]);
    (i < axis ? e.outer : i == axis ? e.n : e.inner) *= extent;
  }
  return e;
}

/// Long rows in blocks whose sums are added in double: a gradient's norm over all parameters stays exact to single
/// precision.
float long_row_sum(const float* x, std::size_t n) {
  constexpr std::size_t kBlock = 1024;
  if (n <= kBlock) return row_sum(x, n);
  double sum = 0;
  for (std::size_t i = 0; i < n; i += kBlock) sum += row_sum(x + i, std::min(kBlock, n - i));
  return static_cast<float>(sum);
}

/// The sum of squares, in the same blocks.
float long_row_squares(const float* x, std::size_t n) {
  constexpr std::size_t kBlock = 1024;
  double sum = 0;
  for (std::size_t i = 0; i < n; i += kBlock) sum += row_square_distance(x + i, std::min(kBlock, n - i), 0.0f);
  return static_cast<float>(sum);
}

template <class F>
void fold_run(float* __restrict y, const float* __restrict x, std::size_t stride, std::size_t n, std::size_t count,
              F f) {
  std::copy_n(x, count, y);
  for (std::size_t i = 1; i < n; ++i) {
    const float* __restrict from = x + i * stride;
    for (std::size_t j = 0; j < count; ++j) y[j] = f(y[j], from[j]);
  }
}

/// Elements of the result in pieces that stay in the nearest cache while all their terms come by.
template <class F>
Kernel fold_runs(const Extents& e, const float* x, float* y, F f) {
  constexpr std::size_t kPiece = 2048;
  return kernel_of_rows(e.outer * e.inner, 0.1 * static_cast<double>(e.n),
                        [=](std::size_t begin, std::size_t end, float*) {
                          while (begin < end) {
                            const std::size_t o = begin / e.inner, j = begin % e.inner,
                                              count = std::min({kPiece, e.inner - j, end - begin});
                            fold_run(y + begin, x + o * e.n * e.inner + j, e.inner, e.n, count, f);
                            begin += count;
                          }
                        });
}

}  // namespace

Kernel make_sum(const Call& call) {
  const Extents e = split_at(call.in[0].shape, std::get<AxisAttrs>(call.attrs).axis);
  const float* x = call.in[0].f32();
  float* y = call.out.f32();
  if (e.inner > 1) return fold_runs(e, x, y, [](float a, float b) { return a + b; });
  return kernel_of_rows(e.outer, 0.1 * static_cast<double>(e.n) + 3, [=](std::size_t begin, std::size_t end, float*) {
    for (std::size_t o = begin; o < end; ++o) y[o] = long_row_sum(x + o * e.n, e.n);
  });
}

Kernel make_sum_squares(const Call& call) {
  return [x = call.in[0].f32(), y = call.out.f32(), n = call.in[0].shape.count()](const Submission&) {
    *y = long_row_squares(x, n);
  };
}

Kernel make_max(const Call& call) {
  const Extents e = split_at(call.in[0].shape, std::get<AxisAttrs>(call.attrs).axis);
  const float* x = call.in[0].f32();
  float* y = call.out.f32();
  if (e.inner > 1) return fold_runs(e, x, y, [](float a, float b) { return a < b ? b : a; });
  return kernel_of_rows(e.outer, 0.1 * static_cast<double>(e.n) + 3, [=](std::size_t begin, std::size_t end, float*) {
    for (std::size_t o = begin; o < end; ++o) y[o] = row_max(x + o * e.n, e.n);
  });
}

namespace {

void maxout_run(float* __restrict y, const float* __restrict x, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) y[i] = x[2 * i] < x[2 * i + 1] ? x[2 * i + 1] : x[2 * i];
}

void maxout_grad_run(float* __restrict dx, const float* __restrict x, const float* __restrict dy, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    const float a = x[2 * i], b = x[2 * i + 1], d = dy[i];
    const float share = a > b ? 1.0f : a < b ? 0.0f : 0.5f;
    dx[2 * i] = d * share;
    dx[2 * i + 1] = d * (1.0f - share);
  }
}

}  // namespace

Kernel make_maxout(const Call& call) {
  return kernel_of_rows(call.out.shape.count(), 0.3,
                        [y = call.out.f32(), x = call.in[0].f32()](std::size_t begin, std::size_t end, float*) {
                          maxout_run(y + begin, x + 2 * begin, end - begin);
                        });
}

Kernel make_maxout_grad(const Call& call) {
  return kernel_of_rows(
      call.in[1].shape.count(), 0.5,
      [dx = call.out.f32(), x = call.in[0].f32(), dy = call.in[1].f32()](std::size_t begin, std::size_t end, float*) {
        maxout_grad_run(dx + 2 * begin, x + 2 * begin, dy + begin, end - begin);
      });
}

Kernel make_argmax(const Call& call) {
  const auto n = static_cast<std::size_t>(call.in[0].shape[-1]);
  return kernel_of_rows(call.out.shape.count(), 0.5 * static_cast<double>(n),
                        [x = call.in[0].f32(), y = call.out.i32(), n](std::size_t begin, std::size_t end, float*) {
                          for (std::size_t r = begin; r < end; ++r) {
                            const float* row = x + r * n;
                            y[r] = static_cast<std::int32_t>(std::max_element(row, row + n) - row);
                          }
                        });
}

}  // namespace heed::cpu
