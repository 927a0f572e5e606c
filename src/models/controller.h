// models: what memory machines have in common beside their memory: how a step comes in, and the controller, the net that sees it together
// with what was read a step ago and tells the heads what to do.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/model.h"
#include "nn/layers.h"
#include "nn/recurrent_cell.h"

namespace heed {

/// The steps of the input: numbers as they are, symbols by their rows of the table "embedding".
class StepInputs {
 public:
  StepInputs(ParameterSet& parameters, const Json& spec, const TaskForm& form, int vocabulary);

  int width() const { return embedding_ ? embedding_->width() : numbers_; }
  /// (B,T,width)
  Tensor operator()(Graph& graph, const SequenceBatch& batch) const;

 private:
  int numbers_;
  std::unique_ptr<Embedding> embedding_;  ///< null where the inputs are numbers
};

class Controller {
 public:
  /// `seen`: how many numbers it sees at a step, the input's and those that were read.
  Controller(ParameterSet& parameters, const Json& spec, int seen);

  /// The state before the first step; nothing where there is none.
  RecurrentState first(Graph& graph, int batch) const;
  /// One step, which moves `state` on.  x:(B,in), reading:(B,R W) -> (B,hidden)
  Tensor operator()(Graph& graph, Tensor x, Tensor reading, RecurrentState& state) const;

 private:
  std::unique_ptr<RecurrentCell> cell_;  ///< null for a controller without a state of its own
  std::unique_ptr<Linear> layer_;        ///< that controller
};

/// The controller's kind and size and the size of the embedding, as fields of a machine.
std::vector<Field> controller_fields(const char* kind);
Field read_heads_field();
/// What a new machine leans to: nothing, or `habit`.
Field habits_field(Choice habit);
/// How many numbers a machine puts out at a step.
int answer_width(const TaskForm& form, int vocabulary);
/// "read head 1" and so on; none where there is but one.
std::vector<std::string> read_head_names(int count);

}  // namespace heed
