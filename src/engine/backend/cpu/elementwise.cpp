// engine/backend/cpu: elementwise ops of one, two and three operands. Every loop is plain enough for the compilers to
// vectorise.
#include <algorithm>

#include "engine/backend/cpu/elementwise.h"
#include "engine/backend/cpu/kernel.h"
#include "engine/backend/cpu/lanes.h"
#include "engine/backend/cpu/rows.h"
#include "engine/backend/cpu/walk.h"

namespace heed::cpu {
namespace {

/// Elements of a unit of work.
constexpr std::size_t kUnit = 2048;

template <OpKind op>
Kernel unary(const Call& call) {
  Factors factors;
  if constexpr (op == OpKind::kAffine) {
    const auto& attrs = std::get<AffineAttrs>(call.attrs);
    factors = {attrs.scale, attrs.shift};
  }
  const std::size_t n = call.out.shape.count();
  const auto run = [y = call.out.f32(), x = call.in[0].f32(), n, factors](const Work& work) {
    float* __restrict to = y;
    const float* __restrict from = x;
    const std::size_t begin = work.begin * kUnit, end = std::min(n, work.end * kUnit);
    if constexpr (has_lanes(op)) return lanes_run<op>(to + begin, from + begin, end - begin);
    for (std::size_t i = begin; i < end; ++i) to[i] = element<op>(from[i], 0, 0, factors);
  };
  return {(n + kUnit - 1) / kUnit, element_ns(op) * static_cast<double>(n), run};
}

template <class T, OpKind op>
float pair(T a, T b) {
  if constexpr (op == OpKind::kEqual) return a == b ? 1.0f : 0.0f;
  else return element<op>(a, b, 0, {});
}

template <class T, OpKind op>
void run_both(float* __restrict y, const T* __restrict a, const T* __restrict b, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) y[i] = pair<T, op>(a[i], b[i]);
}

template <class T, OpKind op>
void run_right_fixed(float* __restrict y, const T* __restrict a, T b, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) y[i] = pair<T, op>(a[i], b);
}

template <class T, OpKind op>
void run_left_fixed(float* __restrict y, T a, const T* __restrict b, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) y[i] = pair<T, op>(a, b[i]);
}

/// After merging axes, the inner loop crosses each operand with stride 1 or 0, and not both with 0 unless its extent
/// is 1.
template <class T, OpKind op>
Kernel binary(const Call& call) {
  const Shape& out = call.out.shape;
  const Walk<2> walk =
      make_walk<2>(out, {broadcast_strides(out, call.in[0].shape), broadcast_strides(out, call.in[1].shape)});
  float* y = call.out.f32();
  const T* a = static_cast<const T*>(call.in[0].data);
  const T* b = static_cast<const T*>(call.in[1].data);
  const auto over_runs = [&](auto loop) {
    return kernel_of_rows(out.count(), element_ns(op), [walk, loop](std::size_t begin, std::size_t end, float*) {
      walk.each_run(begin, end, loop);
    });
  };
  if (walk.stride[3][0] == 0) {
    return over_runs(
        [=](std::size_t o, auto at, std::size_t n) { run_left_fixed<T, op>(y + o, a[at[0]], b + at[1], n); });
  }
  if (walk.stride[3][1] == 0) {
    return over_runs(
        [=](std::size_t o, auto at, std::size_t n) { run_right_fixed<T, op>(y + o, a + at[0], b[at[1]], n); });
  }
  return over_runs([=](std::size_t o, auto at, std::size_t n) { run_both<T, op>(y + o, a + at[0], b + at[1], n); });
}

}  // namespace

Kernel make_neg(const Call& call) { return unary<OpKind::kNeg>(call); }
Kernel make_exp(const Call& call) { return unary<OpKind::kExp>(call); }
Kernel make_log(const Call& call) { return unary<OpKind::kLog>(call); }
Kernel make_sqrt(const Call& call) { return unary<OpKind::kSqrt>(call); }
Kernel make_square(const Call& call) { return unary<OpKind::kSquare>(call); }
Kernel make_tanh(const Call& call) { return unary<OpKind::kTanh>(call); }
Kernel make_sigmoid(const Call& call) { return unary<OpKind::kSigmoid>(call); }
Kernel make_erf(const Call& call) { return unary<OpKind::kErf>(call); }
Kernel make_relu(const Call& call) { return unary<OpKind::kRelu>(call); }
Kernel make_step(const Call& call) { return unary<OpKind::kStep>(call); }
Kernel make_affine(const Call& call) { return unary<OpKind::kAffine>(call); }

Kernel make_add(const Call& call) { return binary<float, OpKind::kAdd>(call); }
Kernel make_sub(const Call& call) { return binary<float, OpKind::kSub>(call); }
Kernel make_mul(const Call& call) { return binary<float, OpKind::kMul>(call); }
Kernel make_div(const Call& call) { return binary<float, OpKind::kDiv>(call); }
Kernel make_maximum(const Call& call) { return binary<float, OpKind::kMaximum>(call); }
Kernel make_greater(const Call& call) { return binary<float, OpKind::kGreater>(call); }
Kernel make_equal(const Call& call) {
  return call.in[0].dtype == DType::kI32 ? binary<std::int32_t, OpKind::kEqual>(call) : binary<float, OpKind::kEqual>(call);
}

namespace {

void select_run(float* __restrict y, const float* __restrict c, const float* __restrict a, const float* __restrict b,
                std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    const float yes = a[i], no = b[i];
    y[i] = c[i] > 0.0f ? yes : no;
  }
}

}  // namespace

Kernel make_select(const Call& call) {
  return kernel_of_rows(call.out.shape.count(), element_ns(OpKind::kSelect),
                        [y = call.out.f32(), c = call.in[0].f32(), a = call.in[1].f32(), b = call.in[2].f32()](
                            std::size_t begin, std::size_t end, float*) {
                          select_run(y + begin, c + begin, a + begin, b + begin, end - begin);
                        });
}

}  // namespace heed::cpu
