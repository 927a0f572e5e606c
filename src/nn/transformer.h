// nn: what Transformers are made of (Vaswani et al. 2017): multi-head attention, the layer with its norms and
// residuals, and stacks of layers that read a sequence at once, or one position after another with the keys and values
// of those before.
#pragma once

#include <string>
#include <vector>

#include "nn/layers.h"
#include "nn/positions.h"

namespace heed {

/// Vaswani et al. 2017, equation 1 in each of H heads, every position seeing itself and what is before it. qkv:(B,T,3D)
/// holds queries, keys and values side by side; heads are contiguous slices of K = D/H of each.  -> (B,T,D)
Tensor causal_attention(Tensor qkv, int heads);

/// Srivastava et al. 2014: in training each number is zero with probability `rate`, the others grow by 1 / (1 - rate).
/// Every use draws from a stream of its own.
class Dropout {
 public:
  Dropout(float rate, bool training) : rate_(training ? rate : 0) {}
  Tensor operator()(Tensor x);

 private:
  float rate_;
  std::uint32_t stream_ = 0;
};

/// Ba et al. 2016. Parameters NAME.gain (ones) and NAME.bias (zeros).
class LayerNorm {
 public:
  LayerNorm(ParameterSet& parameters, const std::string& name, int width);
  Tensor operator()(Graph& graph, Tensor x) const { return layer_norm(x, graph(gain_), graph(bias_)); }

 private:
  Parameter gain_, bias_;
};

/// What attention looks at, projected once.
struct KeysValues {
  Tensor keys, values;  ///< (B,S,D)
  Tensor mask;          ///< (B,S); null: nothing is padding
};

/// Vaswani et al. 2017, section 3.2.2. Parameters NAME.query, NAME.key, NAME.value, NAME.output, each a Linear (D,D)
/// with a bias; head h has the columns from h D/H on.
class MultiHeadAttention {
 public:
  MultiHeadAttention(ParameterSet& parameters, const std::string& name, int width, int heads, bool scaled);
  /// source:(B,S,D)
  KeysValues look_up(Graph& graph, Tensor source, Tensor mask, const Rotation& rotation) const;
  /// x:(B,T,D) -> (B,T,D); `weights` (B,H,T,S) for those who watch. Causal: no position sees a later one.
  Tensor operator()(Graph& graph, Tensor x, const KeysValues& source, bool causal, const Rotation& rotation,
                    Tensor& weights) const;

 private:
  int heads_;
  float scale_;
  Linear query_, key_, value_, output_;
};

struct LayerSizes {
  int width = 32, heads = 4, feed_forward = 64;
  bool scaled = true;    ///< divide q.k by sqrt(K)
  bool pre_norm = false;  ///< x + F(LN x) (Xiong et al. 2020) instead of the paper's LN(x + F(x))
  bool gelu = false;
};

enum class StackKind : unsigned char {
  kEncoder,   ///< every position sees all
  kDecoder,   ///< sees itself, those before, and an encoded source
  kLanguage,  ///< sees itself and those before
};

/// What goes along with the values through a stack.
struct Pass {
  Dropout& dropout;
  Tensor mask;        ///< (B,T) of the positions themselves; null: none is padding
  Rotation rotation;  ///< of the positions given
};

/// What a layer lets be seen.
struct LayerView {
  Tensor self_weights;   ///< (B,H,T,T)
  Tensor cross_weights;  ///< (B,H,T,S)
  Tensor residual;       ///< (B,T,D): the stream after the layer
};

/// Section 3.1. Parameters NAME.self, NAME.cross (MultiHeadAttention), NAME.inner and NAME.outer (W_1, W_2 of section
/// 3.3), NAME.self_norm, NAME.cross_norm, NAME.feed_norm.
class TransformerLayer {
 public:
  TransformerLayer(ParameterSet& parameters, const std::string& name, const LayerSizes& sizes, StackKind kind);
  KeysValues look_up(Graph& graph, Tensor source, Tensor mask) const;
  /// `memory`: the encoded source, for a decoder. `past`: null when x holds all positions; else x is the one position
  /// that comes next, and its keys and values are appended.
  LayerView operator()(Graph& graph, Tensor x, const Pass& pass, const KeysValues* memory, KeysValues* past) const;

 private:
  template <class Function>
  Tensor sublayer(Graph& graph, Tensor x, const LayerNorm& norm, const Pass& pass, Function function) const;

  LayerSizes sizes_;
  StackKind kind_;
  MultiHeadAttention self_;
  LayerNorm self_norm_;
  std::vector<MultiHeadAttention> cross_;  ///< one for a decoder, else none
  std::vector<LayerNorm> cross_norm_;
  Linear inner_, outer_;
  LayerNorm feed_norm_;
};

/// Keys and values of each layer.
using LayerMemories = std::vector<KeysValues>;

/// Layers NAME.layer1, NAME.layer2, ...; with pre_norm the parameter NAME.norm at the end.
class TransformerStack {
 public:
  TransformerStack(ParameterSet& parameters, const std::string& name, const LayerSizes& sizes, StackKind kind,
                   int layers);
  /// The encoded source as each layer of a decoder looks at it.
  LayerMemories look_up(Graph& graph, Tensor source, Tensor mask) const;
  /// x:(B,T,D) -> (B,T,D). `memory` for a decoder; `past` as in TransformerLayer, one for each layer. Views, one for each
  /// layer, are appended.
  Tensor operator()(Graph& graph, Tensor x, const Pass& pass, const LayerMemories* memory, LayerMemories* past,
                    std::vector<LayerView>& views) const;
  int layers() const { return static_cast<int>(layers_.size()); }

 private:
  std::vector<TransformerLayer> layers_;
  std::vector<LayerNorm> norm_;  ///< one with pre_norm, else none
};

}  // namespace heed
