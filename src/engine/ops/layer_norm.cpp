// engine/ops: layer normalisation over the last axis (Ba et al. 2016, equations 3 and 4) and its gradients.
//   y = gain xh + bias,  xh = (x - mean x) / sqrt(mean (x - mean x)^2 + epsilon).   x:(...,D) gain:(D) bias:(D)
#include "engine/ops/check.h"
#include "engine/ops/registry.h"

namespace heed {
namespace {

using NormInputs = const std::vector<Tensor>&;

struct Normalised {
  Tensor x;          ///< xh
  Tensor deviation;  ///< (...,1)
};

Normalised normalised(Tensor x, const Attrs& attrs) {
  const Tensor centred = x - mean(x, -1, true);
  const Tensor deviation = sqrt(mean(square(centred), -1, true) + std::get<EpsilonAttrs>(attrs).epsilon);
  return {centred / deviation, deviation};
}

/// The sum over all rows.  (...,D) -> (D)
Tensor column_sums(Tensor x) {
  const int D = x.shape()[-1];
  return sum(reshape(x, {static_cast<int>(x.shape().count()) / D, D}), 0);
}

void check_norm(const char* op, const OpInputs& in, std::size_t operands) {
  require_operands(op, in, operands);
  require_f32(op, in, 0);
  if (in.shapes[0].rank() < 1) shape_error(op, "needs at least one axis, got ()");
}

/// `tail`: how many operands of shape (D) there are, and of the shape of x after them.
std::vector<Sample> norm_samples(int vectors, int wholes) {
  std::vector<Sample> out;
  for (const Shape& x : {Shape{2, 3}, Shape{5}, Shape{3, 1, 4}, Shape{2, 2, 2, 7}, Shape{3, 33}, Shape{65, 16}, Shape{2, 128}}) {
    Sample sample{.shapes = {x}, .attrs = EpsilonAttrs{1e-5f}};
    for (int i = 0; i < vectors; ++i) sample.shapes.push_back({x[-1]});
    for (int i = 0; i < wholes; ++i) sample.shapes.push_back(x);
    out.push_back(sample);
  }
  return out;
}

}  // namespace

const OpDef kLayerNormOp{
    OpKind::kLayerNorm, "layer_norm",
    [](const OpInputs& in, const Attrs&) -> OpOutput {
      check_norm("layer_norm", in, 3);
      for (std::size_t i : {1, 2}) require_shape("layer_norm", in, i, {in.shapes[0][-1]});
      return {in.shapes[0]};
    },
    [](Tensor y, Tensor dy, NormInputs in, const Attrs& attrs) {
      const Tensor weights = y.tape->emit(OpKind::kLayerNormGradWeights, {in[0], dy}, attrs);
      return std::vector<Tensor>{y.tape->emit(OpKind::kLayerNormGrad, {in[0], in[1], dy}, attrs), take(weights, 0, 0), take(weights, 0, 1)};
    },
    [] { return norm_samples(2, 0); },
    [](NormInputs in, const Attrs& attrs) { return normalised(in[0], attrs).x * in[1] + in[2]; }};

// (x, gain, dy) -> dx = (g - mean g - xh mean(g xh)) / deviation,  g = dy gain
const OpDef kLayerNormGradOp{
    OpKind::kLayerNormGrad, "layer_norm_grad",
    [](const OpInputs& in, const Attrs&) -> OpOutput {
      check_norm("layer_norm_grad", in, 3);
      require_shape("layer_norm_grad", in, 1, {in.shapes[0][-1]});
      require_shape("layer_norm_grad", in, 2, in.shapes[0]);
      return {in.shapes[0]};
    },
    nullptr,
    [] { return norm_samples(1, 1); },
    [](NormInputs in, const Attrs& attrs) {
      const Normalised n = normalised(in[0], attrs);
      const Tensor g = in[2] * in[1];
      return (g - mean(g, -1, true) - n.x * mean(g * n.x, -1, true)) / n.deviation;
    }};

// (x, dy) -> (2,D) = [dgain; dbias]
const OpDef kLayerNormGradWeightsOp{
    OpKind::kLayerNormGradWeights, "layer_norm_grad_weights",
    [](const OpInputs& in, const Attrs&) -> OpOutput {
      check_norm("layer_norm_grad_weights", in, 2);
      require_shape("layer_norm_grad_weights", in, 1, in.shapes[0]);
      return {{2, in.shapes[0][-1]}};
    },
    nullptr,
    [] { return norm_samples(0, 1); },
    [](NormInputs in, const Attrs& attrs) {
      return stack({column_sums(in[1] * normalised(in[0], attrs).x), column_sums(in[1])}, 0);
    }};

Tensor layer_norm(Tensor x, Tensor gain, Tensor bias, float epsilon) {
  return x.tape->emit(OpKind::kLayerNorm, {x, gain, bias}, EpsilonAttrs{epsilon});
}

}  // namespace heed
