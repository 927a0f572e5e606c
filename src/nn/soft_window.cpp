// nn: see soft_window.h.
#include "nn/soft_window.h"

#include <cmath>
#include <vector>

namespace heed {

SoftWindow::SoftWindow(ParameterSet& parameters, const std::string& name, int state_width, int components, float pace)
    : components_(components),
      height_(parameters, name + ".height", state_width, components, Bias::kZeros),
      width_(parameters, name + ".width", state_width, components, Bias::kZeros),
      step_weight_(parameters.add(name + ".step.weight", {state_width, components}, {InitKind::kXavierUniform})),
      step_bias_(parameters.add(name + ".step.bias", {components}, {InitKind::kConstant, std::log(pace)})) {}

SoftWindow::View SoftWindow::start(Graph& graph, int rows, int sources, int width) const {
  Tape& tape = graph.tape;
  const Tensor none = tape.fill({rows, components_}, 0);
  return {none, none, none, tape.fill({rows, sources}, 0), tape.fill({rows, width}, 0)};
}

SoftWindow::View SoftWindow::step(Graph& graph, Tensor state, Tensor text, Tensor mask, Tensor kappa) const {
  const int B = text.shape()[0], S = text.shape()[1], D = text.shape()[2], K = components_;
  const Tensor alpha = exp(height_(graph, state));
  const Tensor beta = exp(width_(graph, state));
  const Tensor next = kappa + exp(matmul(state, graph(step_weight_)) + graph(step_bias_));

  std::vector<float> positions;
  for (int u = 1; u <= S; ++u) positions.push_back(static_cast<float>(u));
  const Tensor u = graph.tape.constant({1, 1, S}, positions);
  const auto column = [&](Tensor x) { return reshape(x, {B, K, 1}); };
  const Tensor bells = column(alpha) * exp(-(column(beta) * square(column(next) - u)));
  const Tensor phi = sum(bells, 1) * mask;
  return {alpha, beta, next, phi, reshape(matmul(reshape(phi, {B, 1, S}), text), {B, D})};
}

Tensor SoftWindow::has_left(const View& view, Tensor mask) {
  const Tensor end = affine(sum(mask, 1, true), 1, 1);  // U + 1
  const Tensor beyond = sum(view.alpha * exp(-(view.beta * square(view.kappa - end))), 1, true);
  return greater(beyond, max(view.phi, 1, true));
}

}  // namespace heed
