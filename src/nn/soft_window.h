// nn: the soft window of handwriting synthesis (Graves 2013, section 5.1): a reader that slides along a text. Where it
// looks depends on how far it has come, not on what stands there, and it never goes back.
#pragma once

#include <string>

#include "nn/layers.h"

namespace heed {

class SoftWindow {
 public:
  /// Parameters NAME.height.*, NAME.width.*, NAME.step.*: the maps from the net's state to alpha^, beta^, kappa^ of K
  /// components. `pace`: positions that kappa goes forward per step at first.
  SoftWindow(ParameterSet& parameters, const std::string& name, int state_width, int components, float pace);

  struct View {
    Tensor alpha;   ///< (B,K): how much each component counts
    Tensor beta;    ///< (B,K): how narrow it is
    Tensor kappa;   ///< (B,K): where it is; positions count from 1
    Tensor phi;     ///< (B,S): phi(t,u), zero on padding; not a probability, its sum is free
    Tensor window;  ///< (B,D): w_t, equation 47
  };
  /// Before the first step: kappa = 0, and a window of zeros of `width` numbers.
  View start(Graph& graph, int rows, int sources, int width) const;
  /// Equations 46 to 51.  state:(B,H) text:(B,S,D) mask:(B,S)
  View step(Graph& graph, Tensor state, Tensor text, Tensor mask, Tensor kappa) const;
  /// Section 5.3: 1 where the window has left the text, phi(t,U+1) > phi(t,u) for all u, else 0: (B,1).
  static Tensor has_left(const View& view, Tensor mask);

 private:
  int components_;
  Linear height_, width_;
  Parameter step_weight_, step_bias_;
};

}  // namespace heed
