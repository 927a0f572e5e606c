// models: Miller et al. 2016, "Key-value memory networks for directly reading documents" (arXiv:1606.03126), section 3.1. Letters of the
// paper: Phi features (bags of words), A and B embeddings, k_i keys, v_i values, p_i how well a key fits, o what was read, R_j the turn of
// the question after hop j.
//
// Where this differs: values may have a table of their own (with A for all, R_j has to forget what was asked), and the words of the
// question have weights by place, so that "ada likes knows" differs from "ada knows likes".
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/model.h"
#include "nn/memory_slots.h"

namespace heed {

/// The model's slots and fields.
const Part& key_value_memory_part();

class KeyValueMemory : public DirectModel {
 public:
  /// `spec` validated by key_value_memory_part().
  KeyValueMemory(const Json& spec, const TaskForm& form, int source_vocabulary, int target_vocabulary);

  const ParameterSet& parameters() const override { return parameters_; }
  Tensor answers(Graph& graph, const SequenceBatch& batch) const override;
  std::vector<std::string> tap_names() const override;
  /// (B,P,1,S): p of each hop.
  std::string alignment_tap() const override { return "memory.attention"; }
  std::vector<std::string> head_names() const override;
  bool heads_are_hops() const override { return true; }
  /// (B,S,2D): keys and values.
  std::string input_tap() const override { return "memory.slots"; }

 private:
  Tensor candidates(const SequenceBatch& batch, Tensor in_key) const;

  ParameterSet parameters_;  // first: everything below adds to it
  int hops_;
  std::string key_side_, value_side_;  ///< which words of a slot: "beginning", "around", "whole"; "last", "centre", "whole"
  bool hashing_;
  WordOrder order_, key_order_;  ///< of the question, of the keys
  Parameter keys_, values_;         ///< A; the same parameter where the table is shared
  std::vector<Parameter> turns_;    ///< R_j
  std::unique_ptr<Linear> output_;  ///< B; null where the values' table serves
};

}  // namespace heed
