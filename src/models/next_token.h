// models: language models that can go on with a text one token at a time, given the keys and values of all tokens
// before: what generation asks for, so that each token costs one position and not the whole text.
#pragma once

#include "nn/transformer.h"

namespace heed {

class NextToken {
 public:
  virtual ~NextToken() = default;
  virtual int memory_layers() const = 0;
  virtual int memory_width() const = 0;
  /// token, at:(1) i32, its place in the text. past: keys and values (1,N,D) of each layer with masks (1,N) that say
  /// which of the N places are filled; those of this token are appended to them. -> logits (1,V)
  virtual Tensor next(Graph& graph, Tensor token, Tensor at, LayerMemories& past) const = 0;
};

}  // namespace heed
