// engine/backend/cpu: softmax and log-softmax over the last axis, row by row, less the row's maximum.
#include "engine/backend/cpu/kernel.h"
#include "engine/backend/cpu/lanes.h"
#include "engine/backend/cpu/vector_math.h"

namespace heed::cpu {
namespace {

void softmax_row(float* __restrict y, const float* __restrict x, std::size_t n) {
  const float most = row_max(x, n);
  for (std::size_t i = 0; i < n; ++i) y[i] = exp_approx(x[i] - most);
  const float scale = 1.0f / row_sum(y, n);
  for (std::size_t i = 0; i < n; ++i) y[i] *= scale;
}

void log_softmax_row(float* __restrict y, const float* __restrict x, std::size_t n) {
  const float most = row_max(x, n);
  for (std::size_t i = 0; i < n; ++i) y[i] = exp_approx(x[i] - most);
  const float log_sum = log_approx(row_sum(y, n));
  for (std::size_t i = 0; i < n; ++i) y[i] = (x[i] - most) - log_sum;
}

template <class F>
Kernel by_rows(const Call& call, F row) {
  const auto n = static_cast<std::size_t>(call.out.shape[-1]);
  return [y = call.out.f32(), x = call.in[0].f32(), n, rows = call.out.shape.count() / n, row](const Submission&) {
    for (std::size_t r = 0; r < rows; ++r) row(y + r * n, x + r * n, n);
  };
}

}  // namespace

Kernel make_softmax(const Call& call) {
  return by_rows(call, softmax_row);
}
Kernel make_log_softmax(const Call& call) {
  return by_rows(call, log_softmax_row);
}

}  // namespace heed::cpu
