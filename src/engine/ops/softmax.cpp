// engine/ops: softmax and its logarithm over the last axis.  x:(...,C) -> y:(...,C). Numerics: the row's maximum is subtracted.
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

}  // namespace

// dx = y (dy - sum(y dy))
const OpDef kSoftmaxOp{OpKind::kSoftmax, "softmax", infer_softmax<OpKind::kSoftmax>,
                       [](Tensor y, Tensor g, const std::vector<Tensor>&, const Attrs&) {
                         return std::vector<Tensor>{y * (g - sum(y * g, -1, true))};
                       },
                       softmax_samples};

// dx = dy - exp(y) sum(dy)
const OpDef kLogSoftmaxOp{OpKind::kLogSoftmax, "log_softmax", infer_softmax<OpKind::kLogSoftmax>,
                          [](Tensor y, Tensor g, const std::vector<Tensor>&, const Attrs&) {
                            return std::vector<Tensor>{g - exp(y) * sum(g, -1, true)};
                          },
                          softmax_samples};

Tensor softmax(Tensor x) { return x.tape->emit(OpKind::kSoftmax, {x}); }
Tensor log_softmax(Tensor x) { return x.tape->emit(OpKind::kLogSoftmax, {x}); }

Tensor masked_softmax(Tensor x, Tensor mask) {
  // A finite constant instead of minus infinity: WGSL promises no infinities, and 0 * inf would be NaN in a gradient. The factor
  // `mask` afterwards turns a row that is masked throughout into zeros.
  constexpr float kMasked = -1e9f;
  return softmax(x + affine(mask, -kMasked, kMasked)) * mask;
}

}  // namespace heed
