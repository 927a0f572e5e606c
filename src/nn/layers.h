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
  /// Parameter NAME.table (V, width), N(0, 0.1^2): from embeddings of size 1 the same nets learn as fast, but attention
  /// is blurred.
  Embedding(ParameterSet& parameters, const std::string& name, int vocabulary, int width);
  Tensor operator()(Graph& graph, Tensor index) const;
  int width() const { return width_; }

 private:
  Parameter table_;
  int width_;
};

}  // namespace heed
