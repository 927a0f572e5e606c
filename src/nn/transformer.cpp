// nn: see transformer.h.
#include "nn/transformer.h"

#include <cmath>
#include <utility>

namespace heed {
namespace {

template <class Part, class... Arguments>
std::vector<Part> one(ParameterSet& parameters, Arguments&&... arguments) {
  std::vector<Part> made;
  made.emplace_back(parameters, std::forward<Arguments>(arguments)...);
  return made;
}

}  // namespace

Tensor causal_attention(Tensor qkv, int heads) {
  const Shape shape = qkv.shape();
  if (shape.rank() != 3 || heads < 1 || shape[2] % (3 * heads) != 0)
    throw ShapeError("[causal_attention] expected (B,T,3D) with D a multiple of " + std::to_string(heads) +
                     " heads, got " + shape.text());
  const int D = shape[2] / 3;
  return qkv.tape->emit(OpKind::kAttention, {qkv}, AttentionAttrs{heads, 1 / std::sqrt(static_cast<float>(D / heads)), true});
}

Tensor Dropout::operator()(Tensor x) {
  if (rate_ <= 0) return x;
  Tape& tape = *x.tape;
  const Tensor kept = greater(random_uniform(tape, x.shape(), stream_++), tape.fill({}, rate_));
  return x * affine(kept, 1 / (1 - rate_), 0);
}

LayerNorm::LayerNorm(ParameterSet& parameters, const std::string& name, int width)
    : gain_(parameters.add(name + ".gain", {width}, {InitKind::kConstant, 1})),
      bias_(parameters.add(name + ".bias", {width}, {InitKind::kZeros})) {}

MultiHeadAttention::MultiHeadAttention(ParameterSet& parameters, const std::string& name, int width, int heads,
                                       bool scaled)
    : heads_(heads),
      scale_(scaled ? 1 / std::sqrt(static_cast<float>(width / heads)) : 1.0f),
      query_(parameters, name + ".query", width, width, Bias::kZeros),
      key_(parameters, name + ".key", width, width, Bias::kZeros),
      value_(parameters, name + ".value", width, width, Bias::kZeros),
      output_(parameters, name + ".output", width, width, Bias::kZeros) {}

KeysValues MultiHeadAttention::look_up(Graph& graph, Tensor source, Tensor mask, const Rotation& rotation) const {
  const Tensor keys = key_(graph, source);
  return {rotation ? rotate(keys, rotation, heads_) : keys, value_(graph, source), mask};
}

Tensor MultiHeadAttention::operator()(Graph& graph, Tensor x, const KeysValues& source, bool causal,
                                      const Rotation& rotation, Tensor& weights) const {
  Tensor queries = query_(graph, x);
  if (rotation) queries = rotate(queries, rotation, heads_);
  const AttentionAttrs attrs{heads_, scale_, causal};
  weights = attention_weights(queries, source.keys, source.mask, attrs);
  return output_(graph, attention(queries, source.keys, source.values, source.mask, attrs));
}

TransformerLayer::TransformerLayer(ParameterSet& parameters, const std::string& name, const LayerSizes& sizes,
                                   StackKind kind)
    : sizes_(sizes),
      kind_(kind),
      self_(parameters, name + ".self", sizes.width, sizes.heads, sizes.scaled),
      self_norm_(parameters, name + ".self_norm", sizes.width),
      cross_(kind == StackKind::kDecoder ? one<MultiHeadAttention>(parameters, name + ".cross", sizes.width, sizes.heads,
                                                                   sizes.scaled)
                                         : std::vector<MultiHeadAttention>()),
      cross_norm_(kind == StackKind::kDecoder ? one<LayerNorm>(parameters, name + ".cross_norm", sizes.width)
                                              : std::vector<LayerNorm>()),
      inner_(parameters, name + ".inner", sizes.width, sizes.feed_forward, Bias::kZeros),
      outer_(parameters, name + ".outer", sizes.feed_forward, sizes.width, Bias::kZeros),
      feed_norm_(parameters, name + ".feed_norm", sizes.width) {}

KeysValues TransformerLayer::look_up(Graph& graph, Tensor source, Tensor mask) const {
  return cross_.at(0).look_up(graph, source, mask, {});
}

/// LN(x + F(x)), or with pre_norm x + F(LN x).
template <class Function>
Tensor TransformerLayer::sublayer(Graph& graph, Tensor x, const LayerNorm& norm, const Pass& pass,
                                  Function function) const {
  if (sizes_.pre_norm) return x + pass.dropout(function(norm(graph, x)));
  return norm(graph, x + pass.dropout(function(x)));
}

LayerView TransformerLayer::operator()(Graph& graph, Tensor x, const Pass& pass, const KeysValues* memory,
                                       KeysValues* past) const {
  LayerView view;
  x = sublayer(graph, x, self_norm_, pass, [&](Tensor y) {
    KeysValues own = self_.look_up(graph, y, pass.mask, pass.rotation);
    if (past != nullptr) {
      if (past->keys) {
        own.keys = concat({past->keys, own.keys}, 1);
        own.values = concat({past->values, own.values}, 1);
        if (past->mask) own.mask = concat({past->mask, graph.tape.fill({y.shape()[0], 1}, 1)}, 1);
      }
      *past = own;
    }
    const bool causal = kind_ != StackKind::kEncoder && past == nullptr;
    return self_(graph, y, own, causal, pass.rotation, view.self_weights);
  });
  if (memory != nullptr) {
    x = sublayer(graph, x, cross_norm_.at(0), pass,
                 [&](Tensor y) { return cross_.at(0)(graph, y, *memory, false, {}, view.cross_weights); });
  }
  view.residual = sublayer(graph, x, feed_norm_, pass, [&](Tensor y) {
    const Tensor inner = inner_(graph, y);
    return outer_(graph, sizes_.gelu ? gelu(inner) : relu(inner));
  });
  return view;
}

TransformerStack::TransformerStack(ParameterSet& parameters, const std::string& name, const LayerSizes& sizes,
                                   StackKind kind, int layers) {
  for (int n = 1; n <= layers; ++n)
    layers_.emplace_back(parameters, name + ".layer" + std::to_string(n), sizes, kind);
  if (sizes.pre_norm) norm_.emplace_back(parameters, name + ".norm", sizes.width);
}

LayerMemories TransformerStack::look_up(Graph& graph, Tensor source, Tensor mask) const {
  LayerMemories memories;
  for (const TransformerLayer& layer : layers_) memories.push_back(layer.look_up(graph, source, mask));
  return memories;
}

Tensor TransformerStack::operator()(Graph& graph, Tensor x, const Pass& pass, const LayerMemories* memory,
                                    LayerMemories* past, std::vector<LayerView>& views) const {
  for (std::size_t n = 0; n < layers_.size(); ++n) {
    views.push_back(layers_[n](graph, x, pass, memory != nullptr ? &memory->at(n) : nullptr,
                               past != nullptr ? &past->at(n) : nullptr));
    x = views.back().residual;
  }
  return norm_.empty() ? x : norm_.front()(graph, x);
}

}  // namespace heed
