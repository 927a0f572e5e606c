// nn: the affine map, the lookup table and the maxout unit. Rows are examples: the papers' W x is written x W here, so
// a weight has the shape (in, out).
#pragma once

#include <string>

#include "nn/parameters.h"

namespace heed {

enum class Bias : bool { kNone, kZeros };

/// y = x W + b.  x:(..., in) -> y:(..., out)
class Linear {
 public:
  /// Parameters NAME.weight (in, out) and NAME.bias (out). `blocks`: side-by-side weights of several gates.
  Linear(ParameterSet& parameters, const std::string& name, int in, int out, Bias bias, int blocks = 1);
  Tensor operator()(Graph& graph, Tensor x) const;

 private:
  Parameter weight_, bias_;
};

/// Row lookup.  index:(...) i32 -> (..., width)
class Embedding {
 public:
  /// Parameter NAME.table (V, width), N(0, deviation^2). 0.1 for recurrent nets: from embeddings of size 1 they learn as
  /// fast, but attention is blurred.
  Embedding(ParameterSet& parameters, const std::string& name, int vocabulary, int width, float deviation = 0.1f);
  Tensor operator()(Graph& graph, Tensor index) const;
  /// The table as the weight of an output: how well x fits each token.  x:(...,width) -> (...,V)
  Tensor logits(Graph& graph, Tensor x) const { return matmul(x, graph(table_), false, true); }
  int width() const { return width_; }

 private:
  Parameter table_;
  int width_;
};

}  // namespace heed
