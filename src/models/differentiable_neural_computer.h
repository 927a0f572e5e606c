// models: Graves et al. 2016, "Hybrid computing using a neural network with dynamic external memory" (Nature 538), Methods. Letters of the
// paper (nn/dynamic_memory.h). Within a step: the controller sees the input and what was read a step ago; rows that read heads let go of are
// free again; one write head goes to a free row or to one it finds by content; links remember the order of writing; each read head goes
// back, forward or by content; the answer is made of the controller's output and of what was just read.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/controller.h"
#include "nn/addressing.h"

namespace heed {

/// The model's slots and fields.
const Part& differentiable_neural_computer_part();

class DifferentiableNeuralComputer : public DirectModel {
 public:
  /// `spec` validated by differentiable_neural_computer_part().
  DifferentiableNeuralComputer(const Json& spec, const TaskForm& form, int source_vocabulary, int target_vocabulary);

  const ParameterSet& parameters() const override { return parameters_; }
  Tensor answers(Graph& graph, const SequenceBatch& batch) const override;
  std::vector<std::string> tap_names() const override;
  /// (B,H,T,T) for several read heads: of what a head reads at step t, the share that step s wrote.
  std::string alignment_tap() const override { return "memory.read_from"; }
  std::vector<std::string> head_names() const override;
  /// Beside those of every machine: memory.usage and memory.allocation (B,T,N); memory.link (B,T,N,N); memory.modes (B,R,T,3), back, by
  /// content, forward; memory.write_gates (B,T,2), by allocation and at all; memory.free_gates (B,T,R).
  std::vector<std::string> picture_taps() const override;
  std::string input_tap() const override { return "input"; }

 private:
  struct Step;
  struct Trace;

  Step first(Graph& graph, int batch) const;
  void write(Graph& graph, Tensor h, Step& at, Trace& trace, Provenance& provenance, int t) const;
  void read(Step& at, Trace& trace, const Provenance& provenance) const;

  ParameterSet parameters_;  // first: everything below adds to it
  int rows_, row_width_, read_heads_, hidden_;
  bool keeps_;  ///< habits: "keep"
  StepInputs inputs_;
  Controller controller_;
  Linear write_;  ///< key, strength, allocation gate, write gate
  Linear erase_, vector_;
  std::vector<Linear> read_;  ///< of each head: key, strength, free gate, three modes
  Linear output_;
};

}  // namespace heed
