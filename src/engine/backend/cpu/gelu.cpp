// engine/backend/cpu: GELU in the form with tanh and its gradient, with one exponential each: x/2 (1 + tanh u) = x s,
// s = sigmoid(2 u), and its slope s + x s (1 - s) 2 du/dx. In relaxed wasm the compositions, as chains, took 3.0
// and 3.1 times as long.
#include "engine/backend/cpu/lanes.h"
#include "engine/backend/cpu/rows.h"

namespace heed::cpu {
/// 2 u = x (twice + cubic x^2). Variables that others might change, for the reason that detail::Constants gives.
struct GeluConstants {
  float twice = 1.59576912f;  ///< 2 sqrt(2/pi)
  float cubic = 1.59576912f * 0.044715f, triple_cubic = 3 * 1.59576912f * 0.044715f;
};
GeluConstants gelu_constants;

namespace {

void gelu_run(float* y, const float* x, std::size_t n) {
  each_lanes(n, {x}, {y}, [c = gelu_constants](const Lanes* from, Lanes* to, const detail::Constants& k) {
    const Lanes v = from[0];
    to[0] = v * sigmoid_lanes(v * mul_add(spread(c.cubic), v * v, spread(c.twice)), k);
  });
}

void gelu_grad_run(float* dx, const float* x, const float* dy, std::size_t n) {
  each_lanes(n, {x, dy}, {dx}, [c = gelu_constants](const Lanes* from, Lanes* to, const detail::Constants& k) {
    const Lanes v = from[0], square = v * v;
    const Lanes s = sigmoid_lanes(v * mul_add(spread(c.cubic), square, spread(c.twice)), k);
    to[0] = from[1] * (s + v * (s * (k.one - s)) * mul_add(spread(c.triple_cubic), square, spread(c.twice)));
  });
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
