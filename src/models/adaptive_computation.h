// models: Graves, "Adaptive computation time for recurrent neural networks" (arXiv:1603.08983), section 2. Letters of
// the paper: x_t inputs, s^n_t the state after the n-th step at input t, h^n_t halting units, p^n_t halting
// probabilities, N(t) steps taken, R(t) the remainder, s_t and y_t the means over the steps, tau the time penalty.
//
// Where this differs: the ponder cost is the mean over positions, as the loss is, so that tau does not depend on their
// number; the state may be forgotten between positions, so that each is a problem of its own and all are worked on at
// the same time; and halting may wait with learning until the answers are good, or it would cut short what is not yet
// understood. At its n-th step the net may be shown the n-th number of x_t alone instead of all of them: what takes
// many numbers to tell then takes many steps.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/model.h"
#include "nn/layers.h"
#include "nn/recurrent_cell.h"

namespace heed {

/// The model's slots and fields.
const Part& adaptive_computation_part();

class AdaptiveComputation : public DirectModel {
 public:
  /// `spec` validated by adaptive_computation_part().
  AdaptiveComputation(const Json& spec, const TaskForm& form, int source_vocabulary, int target_vocabulary);

  const ParameterSet& parameters() const override { return parameters_; }
  Tensor answers(Graph& graph, const SequenceBatch& batch) const override;
  Forward forward(Graph& graph, const SequenceBatch& batch) const override;
  std::vector<std::string> tap_names() const override;
  std::string alignment_tap() const override { return ""; }
  std::string input_tap() const override { return "embedding"; }

 private:
  /// Several rows at one input each.
  struct Pondered {
    RecurrentState state;  ///< s_t, the mean of the states
    Tensor shares;         ///< p^n:(rows,M)
    Tensor steps;          ///< N:(rows)
    Tensor remainder;      ///< R:(rows)
  };
  struct Answered {
    Tensor logits;  ///< (B,T,V)
    Tensor cost;    ///< N + R:(B,S)
  };
  std::vector<Tensor> inputs(Graph& graph, Tensor x) const;
  Tensor halting_units(Graph& graph, Tensor state, Tensor open) const;
  Tensor opened(Graph& graph, bool training) const;
  Pondered ponder(Graph& graph, Tensor x, const RecurrentState& before, Tensor open) const;
  Pondered ponder_each(Graph& graph, Tensor x, Tensor open) const;
  Pondered ponder_along(Graph& graph, Tensor x, Tensor mask, Tensor open, RecurrentState* last) const;
  Answered answer(Graph& graph, const SequenceBatch& batch) const;
  Tensor penalty(Graph& graph, bool training) const;

  ParameterSet parameters_;  // first: everything below adds to it
  bool label_, carries_, one_by_one_;
  int most_steps_;
  float epsilon_, penalty_;
  int free_steps_;
  int input_width_;  ///< F
  std::unique_ptr<Embedding> embedding_;
  std::unique_ptr<RecurrentCell> cell_;
  Parameter halting_weight_, halting_bias_;  // W_h, b_h
  Linear output_;                            // W_y, b_y
};

}  // namespace heed
