// engine/backend/cpu: softmax, its gradient, softmax under a mask, and log-softmax over the last axis, row by row, less
// the row's maximum. Three passes over a row that stays in the nearest cache: maximum, exponentials with their sum,
// scaling. The exponentials (lanes.h) clamp nothing, since no exponent is above zero. Short rows go through the passes
// some together, on a copy that ends in whole lanes: row by row, (64,10) took twice as long, with a mask 2.5 times.
#include <limits>

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

constexpr std::size_t kShort = 128;

/// The first lanes of x, of which `count` mean something; all of them are read where memory goes on up to `end`.
Lanes load_ahead(const float* x, std::size_t count, const float* end) {
  if (count < kLanes && end - x < static_cast<std::ptrdiff_t>(kLanes)) return load_some(x, count);
  Lanes lanes;
  load(lanes, x);
  return lanes;
}

/// kUnseen in the lanes from `count` on.
Lanes hide_rest(Lanes x, std::size_t count) {
  constexpr float kSeen = std::numeric_limits<float>::infinity();
  static constexpr float kEdge[2 * kLanes] = {kSeen,   kSeen,   kSeen,   kSeen,   kSeen,   kSeen,   kSeen,   kSeen,
                                              kUnseen, kUnseen, kUnseen, kUnseen, kUnseen, kUnseen, kUnseen, kUnseen};
  Lanes edge;
  load(edge, kEdge + kLanes - count);
  return x < edge ? x : edge;
}

struct MaskRow {
  const float* data = nullptr;  ///< null: all is seen
  const float* end = nullptr;   ///< of the whole mask
};

/// One row where it is seen, up to whole lanes; returns the largest.
float seen_row(float* to, const float* x, const float* x_end, MaskRow mask, std::size_t n) {
  Lanes most{};
  for (std::size_t i = 0; i < n; i += kLanes) {
    const std::size_t count = std::min(kLanes, n - i);
    Lanes part = load_ahead(x + i, count, x_end);
    if (mask.data != nullptr) {
      const Lanes seen = load_ahead(mask.data + i, count, mask.end);
      part = seen > 0.0f ? part : spread(kUnseen);
    }
    if (count < kLanes) part = hide_rest(part, count);
    std::memcpy(to + i, &part, sizeof part);
    if (i == 0) most = part;
    most = most < part ? part : most;
  }
  return max_lanes(most);
}

/// y = x scale; with `room`, up to whole lanes.
void write_row(float* y, const float* x, std::size_t n, float scale, bool room) {
  Lanes part;
  for (std::size_t i = 0; i < n; i += kLanes) {
    load(part, x + i);
    part *= scale;
    if (room || n - i >= kLanes)
      std::memcpy(y + i, &part, sizeof part);
    else
      store_some(y + i, part, n - i);
  }
}

/// Rows of n <= kShort end to end. What is written too far, the next row overwrites.
template <class MaskOf>
void short_rows(float* y, const float* x, const float* x_end, std::size_t rows, std::size_t n, MaskOf mask_of) {
  const std::size_t whole = (n + kLanes - 1) / kLanes * kLanes;
  float copy[kRowsTogether * kShort], of_row[kRowsTogether];
  for (std::size_t from = 0; from < rows; from += kRowsTogether) {
    const std::size_t count = std::min(kRowsTogether, rows - from);
    for (std::size_t r = 0; r < count; ++r)
      of_row[r] = seen_row(copy + r * whole, x + (from + r) * n, x_end, mask_of(from + r), n);
    for (std::size_t r = 0; r < count; ++r) {
      float* row = copy + r * whole;
      of_row[r] = of_row[r] <= kUnseen ? 0.0f : 1.0f / exp_row(row, row, whole, of_row[r]);
    }
    for (std::size_t r = 0; r < count; ++r)
      write_row(y + (from + r) * n, copy + r * whole, n, of_row[r], from + r + 1 < rows && whole - n <= n);
  }
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
                        [y = call.out.f32(), x = call.in[0].f32(), x_end = call.in[0].f32() + call.in[0].shape.count(),
                         n](std::size_t begin, std::size_t end, float*) {
                          if (n > kShort || n % kLanes == 0)
                            return softmax_rows(y + begin * n, x + begin * n, end - begin, n);
                          short_rows(y + begin * n, x + begin * n, x_end, end - begin, n,
                                     [](std::size_t) { return MaskRow(); });
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
  const auto mask_at = [=, mask = call.in[1].f32()](std::size_t r) -> const float* {
    const std::size_t k = r % extent[2], j = r / extent[2] % extent[1], i = r / extent[2] / extent[1];
    return mask + i * stride[0] + j * stride[1] + k * stride[2];
  };
  const float* x = call.in[0].f32();
  const float *x_end = x + shape.count(), *mask_end = call.in[1].f32() + call.in[1].shape.count();
  return kernel_of_rows(row_count(shape), 1.0 * static_cast<double>(n),
                        [=, step = stride[3], y = call.out.f32()](std::size_t begin, std::size_t end, float*) {
                          if (n <= kShort && step == 1)
                            return short_rows(y + begin * n, x + begin * n, x_end, end - begin, n, [&](std::size_t r) {
                              return MaskRow{mask_at(begin + r), mask_end};
                            });
                          for (std::size_t r = begin; r < end; ++r)
                            masked_softmax_row(y + r * n, x + r * n, mask_at(r), step, n);
                        });
}

}  // namespace heed::cpu
