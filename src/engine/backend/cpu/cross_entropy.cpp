// engine/backend/cpu: the cross entropy of each row of logits, log(sum e^(x - max)) - (x_target - max), and its
// gradient (softmax - onehot) dy; the probabilities are never in memory on the way forward. In relaxed wasm at
// (2048,65) the compositions took 1.1 and 1.7 times as long.
#include "engine/backend/cpu/lanes.h"
#include "engine/backend/cpu/rows.h"

namespace heed::cpu {
namespace {

bool is_class(std::int32_t target, std::size_t n) {
  return target >= 0 && static_cast<std::size_t>(target) < n;
}

float cross_entropy_row(const float* x, std::int32_t target, std::size_t n) {
  if (!is_class(target, n)) return 0;
  const float most = row_max(x, n);
  return log_approx(exp_row<false>(nullptr, x, n, most)) - (x[static_cast<std::size_t>(target)] - most);
}

void cross_entropy_grad_row(float* __restrict dx, const float* __restrict x, std::int32_t target, float dy,
                            std::size_t n) {
  if (!is_class(target, n) || dy == 0.0f) return std::fill_n(dx, n, 0.0f), void();
  const float scale = dy / exp_row(dx, x, n, row_max(x, n));
  for (std::size_t i = 0; i < n; ++i) dx[i] *= scale;
  dx[target] -= dy;
}

}  // namespace

Kernel make_cross_entropy(const Call& call) {
  const std::size_t n = extent_of(call.in[0].shape, -1);
  return kernel_of_rows(call.out.shape.count(), 0.7 * static_cast<double>(n) + 10,
                        [y = call.out.f32(), x = call.in[0].f32(), target = call.in[1].i32(), n](
                            std::size_t begin, std::size_t end, float*) {
                          for (std::size_t r = begin; r < end; ++r) y[r] = cross_entropy_row(x + r * n, target[r], n);
                        });
}

Kernel make_cross_entropy_grad(const Call& call) {
  const std::size_t n = extent_of(call.out.shape, -1);
  return kernel_of_rows(row_count(call.out.shape), 0.8 * static_cast<double>(n) + 10,
                        [dx = call.out.f32(), x = call.in[0].f32(), target = call.in[1].i32(), dy = call.in[2].f32(),
                         n](std::size_t begin, std::size_t end, float*) {
                          for (std::size_t r = begin; r < end; ++r)
                            cross_entropy_grad_row(dx + r * n, x + r * n, target[r], dy[r], n);
                        });
}

}  // namespace heed::cpu
