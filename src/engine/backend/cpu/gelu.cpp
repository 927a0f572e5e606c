// engine/backend/cpu: GELU in the form with tanh and its gradient, with one exponential each: x/2 (1 + tanh u) = x s,
// s = sigmoid(2 u), and its slope s + x s (1 - s) 2 du/dx.
#include "engine/backend/cpu/rows.h"
#include "engine/backend/cpu/vector_math.h"

namespace heed::cpu {
/// 2 u = x (twice + cubic x^2). Variables that others might change, for the reason that detail::Constants gives.
struct GeluConstants {
  float twice = 1.59576912f;  ///< 2 sqrt(2/pi)
  float cubic = 1.59576912f * 0.044715f, triple_cubic = 3 * 1.59576912f * 0.044715f;
};
GeluConstants gelu_constants;

namespace {

void gelu_run(float* __restrict y, const float* __restrict x, std::size_t n) {
  const GeluConstants k = gelu_constants;
  for (std::size_t i = 0; i < n; ++i) y[i] = x[i] * sigmoid_approx(x[i] * (k.twice + k.cubic * (x[i] * x[i])));
}

void gelu_grad_run(float* __restrict dx, const float* __restrict x, const float* __restrict dy, std::size_t n) {
  const GeluConstants k = gelu_constants;
  for (std::size_t i = 0; i < n; ++i) {
    const float square = x[i] * x[i];
    const float s = sigmoid_approx(x[i] * (k.twice + k.cubic * square));
    dx[i] = dy[i] * (s + x[i] * (s * (1.0f - s)) * (k.twice + k.triple_cubic * square));
  }
}

}  // namespace

Kernel make_gelu(const Call& call) {
  return kernel_of_rows(call.out.shape.count(), 0.8,
                        [y = call.out.f32(), x = call.in[0].f32()](std::size_t begin, std::size_t end, float*) {
                          gelu_run(y + begin, x + begin, end - begin);
                        });
}

Kernel make_gelu_grad(const Call& call) {
  return kernel_of_rows(
      call.out.shape.count(), 0.9,
      [dx = call.out.f32(), x = call.in[0].f32(), dy = call.in[1].f32()](std::size_t begin, std::size_t end, float*) {
        gelu_grad_run(dx + begin, x + begin, dy + begin, end - begin);
      });
}

}  // namespace heed::cpu
