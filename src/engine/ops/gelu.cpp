// engine/ops: GELU (Hendrycks and Gimpel 2016) in the form with tanh:  y = x/2 (1 + tanh u),  u = sqrt(2/pi) (x + 0.044715 x^3).
// The kernels use x/2 (1 + tanh u) = x sigmoid(2 u). The exact form is a short composition that plans make one chain of.
#include "engine/ops/check.h"
#include "engine/ops/registry.h"

namespace heed {
namespace {

using GeluInputs = const std::vector<Tensor>&;

constexpr float kRootTwoOverPi = 0.797884561f, kCubic = 0.044715f;

/// tanh u
Tensor gelu_tanh(Tensor x) { return tanh(kRootTwoOverPi * x * affine(square(x), kCubic, 1)); }

std::vector<Sample> gelu_samples(std::size_t operands) {
  std::vector<Sample> out;
  for (const Shape& s : {Shape{}, Shape{7}, Shape{3, 5}, Shape{2, 3, 17}, Shape{2, 2, 3, 9}, Shape{257}}) {
    out.push_back({.shapes = std::vector<Shape>(operands, s), .low = -5, .high = 5});
  }
  return out;
}

}  // namespace

const OpDef kGeluOp{
    OpKind::kGelu, "gelu",
    [](const OpInputs& in, const Attrs&) -> OpOutput {
      require_operands("gelu", in, 1);
      require_f32("gelu", in, 0);
      return {in.shapes[0]};
    },
    [](Tensor y, Tensor dy, GeluInputs in, const Attrs&) {
      return std::vector<Tensor>{y.tape->emit(OpKind::kGeluGrad, {in[0], dy})};
    },
    [] { return gelu_samples(1); },
    [](GeluInputs in, const Attrs&) { return 0.5f * in[0] * (gelu_tanh(in[0]) + 1); }};

// (x, dy) -> dx = dy (1/2 (1 + tanh u) + x/2 (1 - tanh^2 u) du/dx)
const OpDef kGeluGradOp{
    OpKind::kGeluGrad, "gelu_grad",
    [](const OpInputs& in, const Attrs&) -> OpOutput {
      require_operands("gelu_grad", in, 2);
      require_f32("gelu_grad", in, 0);
      require_shape("gelu_grad", in, 1, in.shapes[0]);
      return {in.shapes[0]};
    },
    nullptr,
    [] { return gelu_samples(2); },
    [](GeluInputs in, const Attrs&) {
      const Tensor x = in[0], t = gelu_tanh(x);
      const Tensor slope = affine(square(x), 3 * kRootTwoOverPi * kCubic, kRootTwoOverPi);
      return in[1] * (affine(t, 0.5f, 0.5f) + 0.5f * x * (1.0f - square(t)) * slope);
    }};

Tensor gelu_erf(Tensor x) {
  constexpr float kRootHalf = 0.707106781f;
  return 0.5f * x * (erf(kRootHalf * x) + 1);
}

Tensor gelu(Tensor x) { return x.tape->emit(OpKind::kGelu, {x}); }

}  // namespace heed
