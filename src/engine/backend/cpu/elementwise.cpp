// engine/backend/cpu: elementwise ops of one, two and three operands. Every loop is plain enough for the compilers to
// vectorise.
#include <cmath>

#include "engine/backend/cpu/kernel.h"
#include "engine/backend/cpu/vector_math.h"
#include "engine/backend/cpu/walk.h"

namespace heed::cpu {
namespace {

template <class F>
Kernel unary(const Call& call, F f) {
  return [y = call.out.f32(), x = call.in[0].f32(), n = call.out.shape.count(), f](const Submission&) {
    float* __restrict to = y;
    const float* __restrict from = x;
    for (std::size_t i = 0; i < n; ++i) to[i] = f(from[i]);
  };
}

template <class T, class F>
void run_both(float* __restrict y, const T* __restrict a, const T* __restrict b, std::size_t n, F f) {
  for (std::size_t i = 0; i < n; ++i) y[i] = f(a[i], b[i]);
}

template <class T, class F>
void run_right_fixed(float* __restrict y, const T* __restrict a, T b, std::size_t n, F f) {
  for (std::size_t i = 0; i < n; ++i) y[i] = f(a[i], b);
}

template <class T, class F>
void run_left_fixed(float* __restrict y, T a, const T* __restrict b, std::size_t n, F f) {
  for (std::size_t i = 0; i < n; ++i) y[i] = f(a, b[i]);
}

/// After merging axes, the inner loop crosses each operand with stride 1 or 0, and not both with 0 unless its extent
/// is 1.
template <class T, class F>
Kernel binary(const Call& call, F f) {
  const Shape& out = call.out.shape;
  const Walk<2> walk =
      make_walk<2>(out, {broadcast_strides(out, call.in[0].shape), broadcast_strides(out, call.in[1].shape)});
  float* y = call.out.f32();
  const T* a = static_cast<const T*>(call.in[0].data);
  const T* b = static_cast<const T*>(call.in[1].data);
  const std::size_t n = walk.extent[3];
  if (walk.stride[3][0] == 0) {
    return [=](const Submission&) {
      walk.each_run([&](std::size_t o, auto at) { run_left_fixed(y + o, a[at[0]], b + at[1], n, f); });
    };
  }
  if (walk.stride[3][1] == 0) {
    return [=](const Submission&) {
      walk.each_run([&](std::size_t o, auto at) { run_right_fixed(y + o, a + at[0], b[at[1]], n, f); });
    };
  }
  return [=](const Submission&) {
    walk.each_run([&](std::size_t o, auto at) { run_both(y + o, a + at[0], b + at[1], n, f); });
  };
}

}  // namespace

Kernel make_neg(const Call& call) {
  return unary(call, [](float x) { return -x; });
}
Kernel make_exp(const Call& call) {
  return unary(call, [](float x) { return exp_approx(x); });
}
Kernel make_log(const Call& call) {
  return unary(call, [](float x) { return log_approx(x); });
}
Kernel make_sqrt(const Call& call) {
  return unary(call, [](float x) { return std::sqrt(x); });
}
Kernel make_square(const Call& call) {
  return unary(call, [](float x) { return x * x; });
}
Kernel make_tanh(const Call& call) {
  return unary(call, [](float x) { return tanh_approx(x); });
}
Kernel make_sigmoid(const Call& call) {
  return unary(call, [](float x) { return sigmoid_approx(x); });
}
Kernel make_relu(const Call& call) {
  return unary(call, [](float x) { return x < 0.0f ? 0.0f : x; });
}
Kernel make_step(const Call& call) {
  return unary(call, [](float x) { return x > 0.0f ? 1.0f : 0.0f; });
}
Kernel make_affine(const Call& call) {
  const auto attrs = std::get<AffineAttrs>(call.attrs);
  return unary(call, [attrs](float x) { return attrs.scale * x + attrs.shift; });
}

Kernel make_add(const Call& call) {
  return binary<float>(call, [](float a, float b) { return a + b; });
}
Kernel make_sub(const Call& call) {
  return binary<float>(call, [](float a, float b) { return a - b; });
}
Kernel make_mul(const Call& call) {
  return binary<float>(call, [](float a, float b) { return a * b; });
}
Kernel make_div(const Call& call) {
  return binary<float>(call, [](float a, float b) { return a / b; });
}
Kernel make_maximum(const Call& call) {
  return binary<float>(call, [](float a, float b) { return a < b ? b : a; });
}
Kernel make_greater(const Call& call) {
  return binary<float>(call, [](float a, float b) { return a > b ? 1.0f : 0.0f; });
}
Kernel make_equal(const Call& call) {
  if (call.in[0].dtype == DType::kI32) {
    return binary<std::int32_t>(call, [](std::int32_t a, std::int32_t b) { return a == b ? 1.0f : 0.0f; });
  }
  return binary<float>(call, [](float a, float b) { return a == b ? 1.0f : 0.0f; });
}

Kernel make_select(const Call& call) {
  return [y = call.out.f32(), c = call.in[0].f32(), a = call.in[1].f32(), b = call.in[2].f32(),
          n = call.out.shape.count()](const Submission&) {
    float* __restrict to = y;
    for (std::size_t i = 0; i < n; ++i) {
      const float yes = a[i], no = b[i];
      to[i] = c[i] > 0.0f ? yes : no;
    }
  };
}

}  // namespace heed::cpu
