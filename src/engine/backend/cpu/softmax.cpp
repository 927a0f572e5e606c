// engine/backend/cpu: softmax, its gradient, softmax under a mask, and log-softmax over the last axis, row by row, less
// the row's maximum. Three passes over a row that stays in the nearest cache: maximum, exponentials with their sum,
// scaling. The exponentials (lanes.h) clamp nothing, since no exponent is above zero.
#include "engine/backend/cpu/lanes.h"
#include "engine/backend/cpu/rows.h"
#include "engine/backend/cpu/walk.h"

namespace heed::cpu {
namespace {

void log_softmax_row(float* __restrict y, const float* __restrict x, std::size_t n) {
  const float most = row_max(x, n);
  const float log_sum = log_approx(exp_row<false>(nullptr, x, n, most));
  for (std::size_t i = 0; i < n; ++i) y[i] = (x[i] - most) - log_sum;
}

void softmax_grad_row(float* __restrict dx, const float* __restrict y, const float* __restrict dy, std::size_t n) {
  const float dot = row_dot(y, dy, n);
  for (std::size_t i = 0; i < n; ++i) dx[i] = y[i] * (dy[i] - dot);
}

constexpr float kUnseen = -3e38f;

/// mask_step 0: one mask for the whole row.
void masked_softmax_row(float* __restrict y, const float* __restrict x, const float* __restrict mask,
                        std::size_t mask_step, std::size_t n) {
  if (mask_step == 0) {
    if (*mask > 0.0f) return softmax_row(y, x, n);
    return std::fill_n(y, n, 0.0f), void();
  }
  for (std::size_t i = 0; i < n; ++i) {
    const float seen = x[i];
    y[i] = mask[i] > 0.0f ? seen : kUnseen;
  }
  if (row_max(y, n) <= kUnseen) return std::fill_n(y, n, 0.0f), void();
  softmax_row(y, y, n);
}

template <class F>
Kernel each_row(const Call& call, double ns_per_elem, F row) {
  const std::size_t n = extent_of(call.out.shape, -1);
  return kernel_of_rows(row_count(call.out.shape), ns_per_elem * static_cast<double>(n),
                        [y = call.out.f32(), x = call.in[0].f32(), n, row](std::size_t begin, std::size_t end, float*) {
                          for (std::size_t r = begin; r < end; ++r) row(y + r * n, x + r * n, n);
                        });
}

}  // namespace

Kernel make_softmax(const Call& call) {
  const std::size_t n = extent_of(call.out.shape, -1);
  return kernel_of_rows(row_count(call.out.shape), 0.8 * static_cast<double>(n),
                        [y = call.out.f32(), x = call.in[0].f32(), n](std::size_t begin, std::size_t end, float*) {
                          softmax_rows(y + begin * n, x + begin * n, end - begin, n);
                        });
}
Kernel make_log_softmax(const Call& call) {
  return each_row(call, 0.8, log_softmax_row);
}

Kernel make_softmax_grad(const Call& call) {
  const std::size_t n = extent_of(call.out.shape, -1);
  return kernel_of_rows(row_count(call.out.shape), 0.3 * static_cast<double>(n),
                        [dx = call.out.f32(), y = call.in[0].f32(), dy = call.in[1].f32(), n](std::size_t begin,
                                                                                              std::size_t end, float*) {
                          for (std::size_t r = begin; r < end; ++r)
                            softmax_grad_row(dx + r * n, y + r * n, dy + r * n, n);
                        });
}

Kernel make_masked_softmax(const Call& call) {
  const Shape& shape = call.out.shape;
  const std::size_t n = extent_of(shape, -1);
  // The strides of the mask, as of axes that end at axis 3.
  const auto given = broadcast_strides(shape, call.in[1].shape);
  std::array<std::size_t, kMaxRank> extent{1, 1, 1, 1}, stride{};
  for (int axis = 0; axis < shape.rank(); ++axis) {
    const auto to = static_cast<std::size_t>(axis + kMaxRank - shape.rank());
    extent[to] = extent_of(shape, axis);
    stride[to] = given[static_cast<std::size_t>(axis)];
  }
  return kernel_of_rows(
      row_count(shape), 1.0 * static_cast<double>(n),
      [=, y = call.out.f32(), x = call.in[0].f32(), mask = call.in[1].f32()](std::size_t begin, std::size_t end,
                                                                             float*) {
        for (std::size_t r = begin; r < end; ++r) {
          const std::size_t k = r % extent[2], j = r / extent[2] % extent[1], i = r / extent[2] / extent[1];
          masked_softmax_row(y + r * n, x + r * n, mask + i * stride[0] + j * stride[1] + k * stride[2], stride[3], n);
        }
      });
}

}  // namespace heed::cpu
