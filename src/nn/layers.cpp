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

Embedding::Embedding(ParameterSet& parameters, const std::string& name, int vocabulary, int width)
    : table_(parameters.add(name + ".table", {vocabulary, width}, {InitKind::kNormal, 0.1f})), width_(width) {}

Tensor Embedding::operator()(Graph& graph, Tensor index) const {
  return gather_rows(graph(table_), index);
}

Tensor bag_of_rows(Tensor table, Tensor index, Tensor weight) {
  return sum(gather_rows(table, index) * weight, -2);
}

Tensor maxout_pairs(Tensor x) {
  const Shape& shape = x.shape();
  if (shape.rank() < 1 || shape.rank() >= kMaxRank || shape[-1] % 2 != 0)
    throw ShapeError("[maxout] expected (..., 2 l) of rank 1 to 3, got " + shape.text());
  Shape pairs = shape;
  pairs.set(-1, shape[-1] / 2);
  pairs.push_back(2);
  return max(reshape(x, pairs), pairs.rank() - 1);
}

}  // namespace heed
