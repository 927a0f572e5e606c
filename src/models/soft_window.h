// models: the synthesis network of Graves, "Generating sequences with recurrent neural networks" (arXiv:1308.0850),
// section 5: an LSTM writes while a soft window slides along the text. Letters of the paper: c_u the text's characters,
// alpha, beta, kappa the window's mixture, phi(t,u) the weight of character u at step t, w_t the window, h_t the hidden
// state, x_t the last point (or symbol) written.
//
// Where this differs: one LSTM layer and a small read-out instead of three layers; points are predicted by their mean
// (squared error) instead of a mixture density, so there is no sampling; characters are embedded.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/model.h"
#include "nn/layers.h"
#include "nn/recurrent_cell.h"
#include "nn/soft_window.h"

namespace heed {

/// The model's slots and fields.
const Part& soft_window_part();

class SoftWindowModel : public Model {
 public:
  /// `spec` validated by soft_window_part().
  SoftWindowModel(const Json& spec, const TaskForm& form, int source_vocabulary, int target_vocabulary);

  const ParameterSet& parameters() const override { return parameters_; }
  Forward forward(Graph& graph, const SequenceBatch& batch) const override;
  Decoded decode(Graph& graph, const SequenceBatch& batch, int steps) const override;
  std::vector<std::string> tap_names() const override;
  std::string alignment_tap() const override { return "window.share"; }
  std::string input_tap() const override { return "embedding"; }

 private:
  struct Step {
    RecurrentState state;
    SoftWindow::View view;
  };
  struct Trace;
  Step first(Graph& graph, Tensor text) const;
  Step step(Graph& graph, Tensor x, Tensor text, Tensor mask, const Step& before) const;
  Tensor read_out(Graph& graph, Tensor state, Tensor window) const;

  ParameterSet parameters_;  // first: everything below adds to it
  int target_vocabulary_, values_;
  Embedding text_;
  std::unique_ptr<Embedding> symbols_;  // null where points are written
  std::unique_ptr<RecurrentCell> cell_;
  SoftWindow window_;
  Linear readout_state_, readout_window_, output_;
};

}  // namespace heed
