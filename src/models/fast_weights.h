// models: Ba, Hinton, Mnih, Leibo and Ionescu 2016, "Using Fast Weights to Attend to the Recent Past" (arXiv:1610.06258), sections 2 and 3.
// A recurrent net whose second weight matrix A(t) = lambda A(t-1) + eta h(t) h(t)' changes with every step, and which settles for S steps
// under it before it goes on. A h is the same as attention over all earlier states without a softmax, eta sum lambda^(t-tau) h(tau)
// (h(tau) . h): the model computes whichever is asked for, and both have the same parameters.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/model.h"
#include "nn/layers.h"
#include "nn/transformer.h"

namespace heed {

/// The model's slots and fields.
const Part& fast_weights_part();

class FastWeights : public DirectModel {
 public:
  /// `spec` validated by fast_weights_part().
  FastWeights(const Json& spec, const TaskForm& form, int source_vocabulary, int target_vocabulary);

  const ParameterSet& parameters() const override { return parameters_; }
  Tensor answers(Graph& graph, const SequenceBatch& batch) const override;
  std::vector<std::string> tap_names() const override;
  /// (B,1,S): how much each earlier state counts at the last step.
  std::string alignment_tap() const override { return "memory.alignment"; }
  /// memory.read (B,1,S,S): how much each earlier state counts at each step. Of a matrix memory.content (B,S,R,R), and memory.two_ways (B,S,2):
  /// how large A h is, and how much it differs from the attention that it is the same as; both themselves memory.by_matrix and
  /// memory.by_attention (B,S,R).
  std::vector<std::string> picture_taps() const override;

 private:
  struct Past;

  /// What a step keeps for those who watch.
  struct Seen {
    Tensor scores;  ///< (B,t)
    Tensor ways;    ///< (B,2): the largest number of A h, and by how much it is another when computed as attention
    Tensor matrix, attention;  ///< (B,R): A h, computed both ways
  };

  Tensor by_matrix(const Past& past, Tensor h) const;
  Tensor by_attention(const Past& past, Tensor h) const;
  Tensor step(Graph& graph, Tensor x, const Past& past, Tensor old, Seen& seen) const;
  void remember(Past& past, Tensor h) const;

  ParameterSet parameters_;  // first: everything below adds to it
  int hidden_, inner_steps_;
  float decay_, rate_;
  bool as_matrix_;
  Embedding embedding_;
  Linear input_;                     ///< C
  Parameter recurrent_;              ///< W
  std::unique_ptr<LayerNorm> norm_;  ///< null: none
  Linear readout_, output_;
};

}  // namespace heed
