// models: what the three Transformers share: their fields, the way in (embeddings with positions), and the names of
// what is watched.
#pragma once

#include <string>
#include <vector>

#include "base/field.h"
#include "nn/transformer.h"

namespace heed {

/// Fields from "width" to "label_smoothing"; `layers`: the fields that say how many layers there are.
std::vector<Field> transformer_fields(std::vector<Field> layers);
Field layers_field(const char* key, const char* label, const char* help, int fallback);

/// What contradicts itself in a validated `spec`; empty when nothing does.
std::string transformer_complaint(const Json& spec);

LayerSizes layer_sizes(const Json& spec);

/// Vaswani et al. 2017, sections 3.4 and 3.5: sqrt(D) times the embedding, plus positions, and dropout. Parameters
/// NAME.embedding.table, N(0, 1/D), and, where positions are learnt, NAME.positions.table.
class TokenInput {
 public:
  TokenInput(const Json& spec, ParameterSet& parameters, const std::string& name, int vocabulary);
  /// tokens:(B,T) i32 at:(T) i32 -> (B,T,D)
  Tensor operator()(Graph& graph, Tensor tokens, Tensor at, Dropout& dropout) const;
  Rotation rotation(Tape& tape, Tensor at) const { return positions_.rotation(tape, at); }
  const Embedding& embedding() const { return embedding_; }

 private:
  Embedding embedding_;
  Positions positions_;
};

/// The choice of a token: by the embedding table itself (Press and Wolf 2017), or by a weight of its own, the parameters
/// NAME.weight and NAME.bias.
class TokenOutput {
 public:
  TokenOutput(const Json& spec, ParameterSet& parameters, const std::string& name, int vocabulary,
              const Embedding& embedding);
  /// x:(...,D) -> (...,V)
  Tensor operator()(Graph& graph, Tensor x) const;

 private:
  const Embedding& embedding_;
  std::vector<Linear> own_;  ///< none when the table is used
};

using LayerViews = std::vector<LayerView>;

/// The views of one layer after another, of T steps with one position each, as if all had been computed at once: weights
/// (B,H,T,T) and (B,H,T,S), streams (B,T,D).
LayerViews merged(const std::vector<LayerViews>& steps);

/// Names NAME.layerN.self_attention, .cross_attention and .residual.
void tap_layers(const std::string& name, const LayerViews& views);
std::vector<std::string> layer_tap_names(const std::string& name, int layers, StackKind kind);

/// All heads of all layers side by side: (B,L*H,T,S).
Tensor all_self_heads(const LayerViews& views);
Tensor all_cross_heads(const LayerViews& views);
/// “layer 1, head 2” and so on, in that order.
std::vector<std::string> layer_head_names(int layers, int heads);

}  // namespace heed
