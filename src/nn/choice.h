// nn: hard attention: drawing one of N from a softmax on the tape, and the gradient of what one cannot differentiate
// through (REINFORCE, Williams 1992) with baselines that make it steadier.
#pragma once

#include <memory>
#include <string>

#include "nn/parameters.h"

namespace heed {

/// One of N where mask > 0, drawn with the probabilities softmax(energies), as a row with a single 1: the largest of
/// e_i + g_i, with g_i = -log(-log u_i) (Gumbel's distribution) and u_i from `stream` of the submission's seed. No
/// gradient passes.  energies, mask:(B,N) -> (B,N)
Tensor draw(Tensor energies, Tensor mask, std::uint32_t stream);
/// The most probable one.
Tensor most_probable(Tensor energies, Tensor mask);

/// log s_a for a one-hot choice a, from the energies (no logarithm of a rounded probability).  (B,N) -> (B)
Tensor log_probability(Tensor energies, Tensor mask, Tensor choice);
/// H[s] = -sum_i s_i log s_i in nats.  (B,N) -> (B)
Tensor choice_entropy(Tensor energies, Tensor mask);

/// What to maximise so that its gradient is (R - b) grad log s_a: neither reward nor baseline lets a gradient through.
/// All (B); baseline may be null.
Tensor reinforce(Tensor log_probability, Tensor reward, Tensor baseline);

/// Xu et al. 2015, section 4.1: b <- 0.9 b + 0.1 mean R, from 0. The scalar parameter NAME is kept by the training plan
/// itself; it has no gradient.
class MovingBaseline {
 public:
  MovingBaseline(ParameterSet& parameters, const std::string& name);
  /// b before this batch:(1)
  Tensor value(Graph& graph) const;
  /// Records the step of b by the mean reward over the rows where asked:(B) is 1.
  void follow(Graph& graph, Tensor reward, Tensor asked) const;

 private:
  Parameter mean_;
};

}  // namespace heed
