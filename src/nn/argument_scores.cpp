// nn: see argument_scores.h.
#include "nn/argument_scores.h"

namespace heed {

TanhScores::TanhScores(ParameterSet& parameters, const std::string& name, int context_width, int argument_width,
                       int size)
    : context_(parameters, name + ".context", context_width, size, Bias::kNone),
      argument_(parameters, name + ".argument", argument_width, size, Bias::kNone),
      score_(parameters.add(name + ".score.weight", {size}, {InitKind::kXavierUniform})) {}

Tensor TanhScores::operator()(Graph& graph, Tensor c, Tensor y) const {
  return additive_scores(context_(graph, c), argument_(graph, y), graph(score_));
}

DotScores::DotScores(ParameterSet& parameters, const std::string& name, int context_width, int argument_width) {
  if (context_width != argument_width)
    context_ = std::make_unique<Linear>(parameters, name + ".context", context_width, argument_width, Bias::kNone);
}

Tensor DotScores::operator()(Graph& graph, Tensor c, Tensor y) const {
  const int B = y.shape()[0], N = y.shape()[1], D = y.shape()[2];
  const Tensor q = context_ ? (*context_)(graph, c) : c;
  return reshape(matmul(y, reshape(q, {B, D, 1})), {B, N});
}

Tensor mixture(Tensor weights, Tensor arguments) {
  const int B = arguments.shape()[0], N = arguments.shape()[1], D = arguments.shape()[2];
  return reshape(matmul(reshape(weights, {B, 1, N}), arguments), {B, D});
}

}  // namespace heed
