// models: recurrent nets, one above the other, that answer at every step: what memory machines are measured against, for all they know is
// in their states (Graves, Wayne and Danihelka 2014, section 4, where three such layers are the rival).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/model.h"
#include "nn/layers.h"
#include "nn/recurrent_cell.h"

namespace heed {

/// The model's slots and fields.
const Part& recurrent_steps_part();

class RecurrentSteps : public DirectModel {
 public:
  /// `spec` validated by recurrent_steps_part().
  RecurrentSteps(const Json& spec, const TaskForm& form, int source_vocabulary, int target_vocabulary);

  const ParameterSet& parameters() const override { return parameters_; }
  Tensor answers(Graph& graph, const SequenceBatch& batch) const override;
  std::vector<std::string> tap_names() const override;
  std::string alignment_tap() const override { return ""; }
  std::string input_tap() const override { return "input"; }

 private:
  ParameterSet parameters_;                ///< first: everything below adds to it
  std::unique_ptr<Embedding> embedding_;   ///< null where the inputs are numbers
  std::vector<std::unique_ptr<RecurrentCell>> layers_;
  std::unique_ptr<Linear> output_;
};

}  // namespace heed
