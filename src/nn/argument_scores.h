// nn: the generic attention model: how well each of n arguments y_i fits a context c, and the mixture of the arguments
// that follows. Bahdanau's alignment model is the case c = s_{i-1}, y_i = h_i; scaled dot products are the case c = a
// query.
#pragma once

#include <memory>
#include <string>

#include "nn/layers.h"

namespace heed {

/// e_i for c:(B,C) and y:(B,N,D), as (B,N).
class ArgumentScores {
 public:
  virtual ~ArgumentScores() = default;
  virtual Tensor operator()(Graph& graph, Tensor c, Tensor y) const = 0;
};

/// m_i = tanh(W_1 c + W_2 y_i), e_i = w_m . m_i. Parameters NAME.context.weight (W_1), NAME.argument.weight (W_2) and
/// NAME.score.weight (w_m).
class TanhScores : public ArgumentScores {
 public:
  TanhScores(ParameterSet& parameters, const std::string& name, int context_width, int argument_width, int size);
  Tensor operator()(Graph& graph, Tensor c, Tensor y) const override;

 private:
  Linear context_, argument_;
  Parameter score_;
};

/// e_i = c . y_i; where the widths differ, c is first mapped to that of the arguments by NAME.context.weight.
class DotScores : public ArgumentScores {
 public:
  DotScores(ParameterSet& parameters, const std::string& name, int context_width, int argument_width);
  Tensor operator()(Graph& graph, Tensor c, Tensor y) const override;

 private:
  std::unique_ptr<Linear> context_;
};

/// z = sum_i s_i y_i, inside the convex hull of the arguments when s is a softmax.  s:(B,N) y:(B,N,D) -> (B,D)
Tensor mixture(Tensor weights, Tensor arguments);

}  // namespace heed
