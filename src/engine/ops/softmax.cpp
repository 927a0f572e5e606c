// engine/ops: softmax, with a mask or without, and its logarithm over the last axis.  x:(...,C) -> y:(...,C). Numerics: the row's
// maximum is subtracted.
#include "engine/ops/check.h"
#include "engine/ops/registry.h"

namespace heed {
namespace {

template <OpKind kind>
OpOutput infer_softmax(const OpInputs& in, const Attrs&) {
  const char* name = op_def(kind).name;
  require_operands(name, in, 1);
  require_f32(name, in, 0);
  if (in.shapes[0].rank() < 1) shape_error(name, "needs at least one axis, got ()");
  return {in.shapes[0]};
}

std::vector<Sample> softmax_samples() {
  std::vector<Sample> out;
  for (const Shape& s : {Shape{1}, Shape{5}, Shape{3, 1}, Shape{4, 17}, Shape{2, 3, 33}, Shape{2, 2, 2, 7}, Shape{4, 257}}) {
    out.push_back({.shapes = {s}, .low = -4, .high = 4});
  }
  out.push_back({.shapes = {{3, 9}}, .low = -80, .high = 80});
  return out;
}

/// The gradient of a softmax, masked or not, whose value is y.
Tensor softmax_grad(Tensor y, Tensor dy) { return y.tape->emit(OpKind::kSoftmaxGrad, {y, dy}); }

}  // namespace

const OpDef kSoftmaxOp{OpKind::kSoftmax, "softmax", infer_softmax<OpKind::kSoftmax>,
                       [](Tensor y, Tensor g, const std::vector<Tensor>&, const Attrs&) {
                         return std::vector<Tensor>{softmax_grad(y, g)};
                       },
                       softmax_samples};

// dx = dy - exp(y) sum(dy)
const OpDef kLogSoftmaxOp{OpKind::kLogSoftmax, "log_softmax", infer_softmax<OpKind::kLogSoftmax>,
                          [](Tensor y, Tensor g, const std::vector<Tensor>&, const Attrs&) {
                            return std::vector<Tensor>{g - exp(y) * sum(g, -1, true)};
                          },
                          softmax_samples};

// Fused. (x, mask that broadcasts to x) -> y: softmax where mask > 0, 0 elsewhere; zeros where a whole row is masked.
const OpDef kMaskedSoftmaxOp{
    OpKind::kMaskedSoftmax, "masked_softmax",
    [](const OpInputs& in, const Attrs&) -> OpOutput {
      require_operands("masked_softmax", in, 2);
      for (std::size_t i : {0, 1}) require_f32("masked_softmax", in, i);
      if (in.shapes[0].rank() < 1) shape_error("masked_softmax", "needs at least one axis, got ()");
      if (!(broadcast_shapes("masked_softmax", in.shapes[0], in.shapes[1]) == in.shapes[0])) {
        shape_error("masked_softmax", "a mask " + in.shapes[1].text() + " does not broadcast to " + in.shapes[0].text());
      }
      return {in.shapes[0]};
    },
    [](Tensor y, Tensor g, const std::vector<Tensor>&, const Attrs&) { return std::vector<Tensor>{softmax_grad(y, g), Tensor{}}; },
    [] {
      std::vector<Sample> out;
      for (const auto& [x, mask] : std::vector<std::pair<Shape, Shape>>{
               {{5}, {5}}, {{3, 4}, {3, 4}}, {{3, 9}, {9}}, {{2, 3, 17}, {2, 1, 17}}, {{2, 2, 2, 7}, {2, 7}}, {{4, 33}, {4, 33}}, {{4, 5}, {}}, {{4, 5}, {4, 1}}}) {
        out.push_back({.shapes = {x, mask}, .low = -3, .high = 3, .kink_margin = 0.01f});
      }
      return out;
    },
    [](const std::vector<Tensor>& in, const Attrs&) {
      // A finite constant instead of minus infinity: WGSL promises no infinities, and 0 * inf would be NaN in a gradient. The factor
      // afterwards turns a row that is masked throughout into zeros.
      constexpr float kMasked = -1e9f;
      const Tensor seen = step(in[1]);
      return softmax(in[0] + affine(seen, -kMasked, kMasked)) * seen;
    }};

// (y, dy) -> dx = y (dy - sum(y dy))
const OpDef kSoftmaxGradOp{
    OpKind::kSoftmaxGrad, "softmax_grad",
    [](const OpInputs& in, const Attrs&) -> OpOutput {
      require_operands("softmax_grad", in, 2);
      require_f32("softmax_grad", in, 0);
      if (in.shapes[0].rank() < 1) shape_error("softmax_grad", "needs at least one axis, got ()");
      require_shape("softmax_grad", in, 1, in.shapes[0]);
      return {in.shapes[0]};
    },
    nullptr,
    [] {
      std::vector<Sample> out = softmax_samples();
      out.pop_back();
      for (Sample& sample : out) sample = {.shapes = {sample.shapes[0], sample.shapes[0]}};
      return out;
    },
    [](const std::vector<Tensor>& in, const Attrs&) { return in[0] * (in[1] - sum(in[0] * in[1], -1, true)); }};

Tensor softmax(Tensor x) { return x.tape->emit(OpKind::kSoftmax, {x}); }
Tensor log_softmax(Tensor x) { return x.tape->emit(OpKind::kLogSoftmax, {x}); }
Tensor masked_softmax(Tensor x, Tensor mask) { return x.tape->emit(OpKind::kMaskedSoftmax, {x, mask}); }

}  // namespace heed
