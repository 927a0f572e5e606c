// engine/ops: reductions along one axis.
#include "engine/ops/check.h"
#include "engine/ops/registry.h"

namespace heed {
namespace {

Shape reduced(const Shape& shape, int axis, bool keep) {
  Shape out;
  for (int i = 0; i < shape.rank(); ++i) {
    if (i != axis) out.push_back(shape[i]);
    else if (keep) out.push_back(1);
  }
  return out;
}

template <OpKind kind>
OpOutput infer_reduce(const OpInputs& in, const Attrs& attrs) {
  const char* name = op_def(kind).name;
  require_operands(name, in, 1);
  require_f32(name, in, 0);
  const AxisAttrs& a = std::get<AxisAttrs>(attrs);
  require_axis(name, in.shapes[0], a.axis);
  return {reduced(in.shapes[0], a.axis, a.keep)};
}

/// A reduced value spread over the axis again.
Tensor spread(Tensor reduced_value, const Shape& shape, int axis) {
  Shape kept = shape;
  kept.set(axis, 1);
  return broadcast(reshape(reduced_value, kept), shape);
}

std::vector<Sample> reduce_samples(float kink_margin) {
  std::vector<Sample> out;
  auto add = [&](Shape s, int axis, bool keep) { out.push_back({.shapes = {s}, .attrs = AxisAttrs{axis, keep}, .kink_margin = kink_margin}); };
  add({1}, 0, false);
  add({7}, 0, true);
  add({3, 5}, 0, false);
  add({3, 5}, 1, false);
  add({3, 33}, 1, true);
  add({65, 3}, 0, true);
  for (int axis = 0; axis < 3; ++axis) add({2, 3, 17}, axis, axis == 1);
  for (int axis = 0; axis < 4; ++axis) add({2, 3, 2, 5}, axis, false);
  return out;
}

OpOutput infer_argmax(const OpInputs& in, const Attrs&) {
  require_operands("argmax", in, 1);
  require_f32("argmax", in, 0);
  if (in.shapes[0].rank() < 1) shape_error("argmax", "needs at least one axis, got ()");
  return {reduced(in.shapes[0], in.shapes[0].rank() - 1, false), DType::kI32};
}

}  // namespace

const OpDef kSumOp{OpKind::kSum, "sum", infer_reduce<OpKind::kSum>,
                   [](Tensor, Tensor g, const std::vector<Tensor>& in, const Attrs& attrs) {
                     return std::vector<Tensor>{spread(g, in[0].shape(), std::get<AxisAttrs>(attrs).axis)};
                   },
                   [] { return reduce_samples(0); }};

const OpDef kMaxOp{OpKind::kMax, "max", infer_reduce<OpKind::kMax>,
                   [](Tensor y, Tensor g, const std::vector<Tensor>& in, const Attrs& attrs) {
                     const int axis = std::get<AxisAttrs>(attrs).axis;
                     const Shape shape = in[0].shape();
                     const Tensor hit = equal(in[0], spread(y, shape, axis));
                     return std::vector<Tensor>{spread(g, shape, axis) * hit / sum(hit, axis, true)};
                   },
                   [] { return reduce_samples(0.01f); }};

const OpDef kArgmaxOp{OpKind::kArgmax, "argmax", infer_argmax, nullptr, [] {
                        std::vector<Sample> out;
                        for (const Shape& s : {Shape{1}, Shape{7}, Shape{3, 33}, Shape{2, 3, 5}}) out.push_back({.shapes = {s}});
                        return out;
                      }};

// Fused. x:(...) -> () = sum of x^2
const OpDef kSumSquaresOp{OpKind::kSumSquares, "sum_squares",
                          [](const OpInputs& in, const Attrs&) -> OpOutput {
                            require_operands("sum_squares", in, 1);
                            require_f32("sum_squares", in, 0);
                            return {Shape{}};
                          },
                          [](Tensor, Tensor g, const std::vector<Tensor>& in, const Attrs&) { return std::vector<Tensor>{g * (2.0f * in[0])}; },
                          [] {
                            std::vector<Sample> out;
                            for (const Shape& s : {Shape{}, Shape{1}, Shape{7}, Shape{3, 5}, Shape{2, 3, 17}, Shape{1023}, Shape{2049}}) {
                              out.push_back({.shapes = {s}});
                            }
                            return out;
                          },
                          [](const std::vector<Tensor>& in, const Attrs&) { return sum_all(square(in[0])); }};

namespace {

/// (..., 2 l) -> (..., l, 2)
Tensor in_pairs(Tensor x) {
  Shape pairs = x.shape();
  pairs.set(-1, x.shape()[-1] / 2);
  pairs.push_back(2);
  return reshape(x, pairs);
}

Shape maxout_shape(const char* op, const OpInputs& in) {
  require_f32(op, in, 0);
  Shape out = in.shapes[0];
  if (out.rank() < 1 || out.rank() >= kMaxRank || out[-1] % 2 != 0) shape_error(op, "expected (..., 2 l) of rank 1 to 3, got " + out.text());
  out.set(-1, out[-1] / 2);
  return out;
}

std::vector<Sample> maxout_samples(bool with_gradient) {
  std::vector<Sample> out;
  for (const auto& [x, y] : std::vector<std::pair<Shape, Shape>>{{{2}, {1}}, {{3, 4}, {3, 2}}, {{2, 3, 34}, {2, 3, 17}}, {{5, 30}, {5, 15}}}) {
    Sample sample{.shapes = {x}, .kink_margin = 0.01f};
    if (with_gradient) sample.shapes.push_back(y);
    out.push_back(sample);
  }
  return out;
}

}  // namespace

// Fused. (..., 2 l) -> (..., l): the maximum of adjacent pairs
const OpDef kMaxoutOp{OpKind::kMaxout, "maxout",
                      [](const OpInputs& in, const Attrs&) -> OpOutput {
                        require_operands("maxout", in, 1);
                        return {maxout_shape("maxout", in)};
                      },
                      [](Tensor y, Tensor g, const std::vector<Tensor>& in, const Attrs&) {
                        return std::vector<Tensor>{y.tape->emit(OpKind::kMaxoutGrad, {in[0], g})};
                      },
                      [] { return maxout_samples(false); },
                      [](const std::vector<Tensor>& in, const Attrs&) { return max(in_pairs(in[0]), -1); }};

// (x, dy) -> (..., 2 l): dy to the larger of the pair, half of it to each of equals
const OpDef kMaxoutGradOp{OpKind::kMaxoutGrad, "maxout_grad",
                          [](const OpInputs& in, const Attrs&) -> OpOutput {
                            require_operands("maxout_grad", in, 2);
                            require_shape("maxout_grad", in, 1, maxout_shape("maxout_grad", in));
                            return {in.shapes[0]};
                          },
                          nullptr,
                          [] { return maxout_samples(true); },
                          [](const std::vector<Tensor>& in, const Attrs&) {
                            const Tensor pairs = in_pairs(in[0]), first = take(pairs, -1, 0),
                                         second = take(pairs, -1, 1);
                            const Tensor share = affine(greater(first, second) - greater(second, first), 0.5f, 0.5f);
                            return reshape(stack({in[1] * share, in[1] * (1.0f - share)}, -1), in[0].shape());
                          }};

Tensor sum(Tensor x, int axis, bool keep) {
  return x.tape->emit(OpKind::kSum, {x}, AxisAttrs{resolve_axis("sum", x.shape(), axis), keep});
}

Tensor max(Tensor x, int axis, bool keep) {
  return x.tape->emit(OpKind::kMax, {x}, AxisAttrs{resolve_axis("max", x.shape(), axis), keep});
}

Tensor sum_all(Tensor x) {
  if (x.shape().rank() == 0) return x;
  return sum(reshape(x, {static_cast<int>(x.shape().count())}), 0);
}

Tensor mean(Tensor x, int axis, bool keep) {
  const int resolved = resolve_axis("mean", x.shape(), axis);
  const float count = static_cast<float>(x.shape()[resolved]);
  return (1.0f / count) * sum(x, resolved, keep);
}

Tensor argmax(Tensor x) { return x.tape->emit(OpKind::kArgmax, {x}); }

Tensor sum_squares(Tensor x) { return x.tape->emit(OpKind::kSumSquares, {x}); }

Tensor maxout_pairs(Tensor x) { return x.tape->emit(OpKind::kMaxout, {x}); }

}  // namespace heed
