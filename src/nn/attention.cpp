// nn: see attention.h.
#include "nn/attention.h"

#include <cmath>

namespace heed {

FixedContext::FixedContext(ParameterSet& parameters, const std::string& name, int annotation_width)
    : width_(annotation_width), context_(parameters, name, annotation_width, annotation_width, Bias::kNone) {}

Prepared FixedContext::prepare(Graph& graph, const Encoded& source) const {
  const Tensor c = tanh(context_(graph, source.final_state));
  return {source.annotations, {}, source.mask, c};
}

Reading FixedContext::read(Graph&, const Prepared& source, Tensor) const {
  return {source.summary, {}, {}};
}

Prepared Attention::prepare(Graph& graph, const Encoded& source) const {
  return {source.annotations, keys(graph, source.annotations), source.mask, source.last_read};
}

Reading Attention::read(Graph& graph, const Prepared& source, Tensor query) const {
  const int B = source.annotations.shape()[0];
  const int S = source.annotations.shape()[1];
  const Tensor e = energies(graph, query, source.keys);
  const Tensor a = source.mask ? masked_softmax(e, source.mask) : softmax(e);
  const Tensor c = matmul(reshape(a, {B, 1, S}), source.annotations);  // c_i = sum_j alpha_ij h_j
  return {reshape(c, {B, annotation_width_}), e, a};
}

AdditiveAttention::AdditiveAttention(ParameterSet& parameters, const std::string& name, int query_width,
                                     const RecurrentEncoder& encoder, int size)
    : Attention(encoder.width(), encoder.hidden()),
      size_(size),
      query_(parameters, name + ".query", query_width, size, Bias::kNone),
      key_(parameters, name + ".key", encoder.width(), size, Bias::kNone),
      energy_(parameters.add(name + ".energy.weight", {size, 1}, {InitKind::kXavierUniform})) {}

Tensor AdditiveAttention::keys(Graph& graph, Tensor annotations) const {
  return key_(graph, annotations);
}

Tensor AdditiveAttention::energies(Graph& graph, Tensor query, Tensor keys) const {
  return additive_scores(query_(graph, query), keys, reshape(graph(energy_), {size_}));
}

DotAttention::DotAttention(ParameterSet& parameters, const std::string& name, int query_width,
                           const RecurrentEncoder& encoder, int size, bool scaled)
    : Attention(encoder.width(), encoder.hidden()), size_(size), scaled_(scaled) {
  if (query_width != size)
    query_ = std::make_unique<Linear>(parameters, name + ".query", query_width, size, Bias::kNone);
  if (encoder.width() != size)
    key_ = std::make_unique<Linear>(parameters, name + ".key", encoder.width(), size, Bias::kNone);
}

Tensor DotAttention::keys(Graph& graph, Tensor annotations) const {
  return key_ ? (*key_)(graph, annotations) : annotations;
}

Tensor DotAttention::energies(Graph& graph, Tensor query, Tensor keys) const {
  const int B = keys.shape()[0];
  const int S = keys.shape()[1];
  const Tensor q = reshape(query_ ? (*query_)(graph, query) : query, {B, size_, 1});
  const Tensor e = reshape(matmul(keys, q), {B, S});
  return scaled_ ? affine(e, 1.0f / std::sqrt(static_cast<float>(size_)), 0) : e;
}

}  // namespace heed
