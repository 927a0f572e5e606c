// models: Sukhbaatar, Szlam, Weston and Fergus 2015, "End-to-end memory networks" (arXiv:1503.08895), sections 2 and 4. Letters of the
// paper: m_i and c_i the memories of sentence i, u the state of the question, p attention, o what was read, one hop after the other.
//
// Where this differs: empty slots are masked, so that they take no part in the softmax, unless blank slots are asked for, as in the
// authors' program; the time of a sentence is added to it, outside the weights of positions; what counts as linear start is a number of
// training steps.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/model.h"
#include "nn/memory_slots.h"

namespace heed {

/// The model's slots and fields.
const Part& end_to_end_memory_part();

class EndToEndMemory : public DirectModel {
 public:
  /// `spec` validated by end_to_end_memory_part().
  EndToEndMemory(const Json& spec, const TaskForm& form, int source_vocabulary, int target_vocabulary);

  const ParameterSet& parameters() const override { return parameters_; }
  Tensor answers(Graph& graph, const SequenceBatch& batch) const override;
  std::vector<std::string> tap_names() const override;
  /// (B,P,1,S): p of each hop; what it lacks to 1 lies on blank slots. During linear start the softmax of the scores, which then are used
  /// as they are.
  std::string alignment_tap() const override { return "memory.attention"; }
  std::vector<std::string> head_names() const override;
  bool heads_are_hops() const override { return true; }
  std::vector<TrainingTurn> turns() const override;
  std::string input_tap() const override { return "memory.sentences"; }

 private:
  /// The embeddings of the sentences that hop k compares with and reads: numbers among `tables_`.
  int key_table(int hop) const { return layer_wise_ ? 0 : hop; }
  int value_table(int hop) const { return layer_wise_ ? 1 : hop + 1; }
  Tensor linear_phase(Graph& graph, bool training) const;
  Tensor attention_of(Tensor scores, Tensor mask) const;

  ParameterSet parameters_;  // first: everything below adds to it
  int hops_, most_times_;
  WordOrder order_;
  bool layer_wise_, blanks_;
  float time_noise_;
  int linear_steps_;
  std::vector<Parameter> tables_, times_;  ///< A^1, then each further embedding; T_A and T_C beside them
  Parameter question_;                     ///< B, layer-wise; otherwise A^1 serves
  Parameter turn_;                         ///< H, layer-wise
  Parameter linear_;                       ///< 1 during linear start; kept by the training plan
  std::unique_ptr<Linear> output_;         ///< W; null where C^K serves
};

}  // namespace heed
