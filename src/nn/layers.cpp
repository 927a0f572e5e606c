// nn: see layers.h.
#include "nn/layers.h"

namespace heed {

Linear::Linear(ParameterSet& parameters, const std::string& name, int in, int out, Bias bias, int blocks)
    : weight_(parameters.add(name + ".weight", {in, out}, {InitKind::kXavierUniform, 1, blocks})) {
  if (bias == Bias::kZeros) bias_ = parameters.add(name + ".bias", {out}, {InitKind::kZeros});
}

Tensor Linear::operator()(Graph& graph, Tensor x) const {
  const Tensor y = matmul(x, graph(weight_));
  return bias_.index < 0 ? y : y + graph(bias_);
}

Embedding::Embedding(ParameterSet& parameters, const std::string& name, int vocabulary, int width, float deviation)
    : table_(parameters.add(name + ".table", {vocabulary, width}, {InitKind::kNormal, deviation})), width_(width) {}

Tensor Embedding::operator()(Graph& graph, Tensor index) const {
  return gather_rows(graph(table_), index);
}

}  // namespace heed
