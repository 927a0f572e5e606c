// models: Graves, Wayne and Danihelka 2014, "Neural Turing Machines" (arXiv:1410.5401), sections 3.1 to 3.4. Letters of the paper
// (nn/addressing.h). Within a step the controller sees the input and what was read a step ago; the write heads, one after the other,
// find their places in the memory as it was and change it; the read heads then find theirs in the memory as it is now. The answer is
// made of the controller's output and of what was just read.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/controller.h"
#include "nn/addressing.h"

namespace heed {

/// The model's slots and fields.
const Part& neural_turing_machine_part();

class NeuralTuringMachine : public DirectModel {
 public:
  /// `spec` validated by neural_turing_machine_part().
  NeuralTuringMachine(const Json& spec, const TaskForm& form, int source_vocabulary, int target_vocabulary);

  const ParameterSet& parameters() const override { return parameters_; }
  Tensor answers(Graph& graph, const SequenceBatch& batch) const override;
  std::vector<std::string> tap_names() const override;
  /// (B,H,T,T) for several read heads: of what a head reads at step t, the share that step s wrote.
  std::string alignment_tap() const override { return "memory.read_from"; }
  std::vector<std::string> head_names() const override;
  std::vector<std::string> picture_taps() const override;
  std::string input_tap() const override { return "input"; }

 private:
  struct Head {
    AddressHead address;
    std::unique_ptr<WriteHead> change;  ///< null for a read head
    Parameter first;                    ///< logits of w_0: (N)
    std::string name;
  };
  struct Trace;
  struct Step;

  Step first(Graph& graph, int batch) const;
  void add_head(int index, bool writes, const Json& spec);

  ParameterSet parameters_;  // first: everything below adds to it
  int rows_, row_width_, shifts_;
  StepInputs inputs_;
  Parameter first_memory_, first_reading_;
  Linear output_;
  Controller controller_;
  std::vector<Head> heads_;  ///< those that write first
};

}  // namespace heed
