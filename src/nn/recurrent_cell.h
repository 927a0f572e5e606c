// nn: one step of a recurrent net. A cell is a function (input, state) -> state; the state is a plain struct, and `h`
// is what other parts read. The product of input and input weight does not depend on the state, so it is a function of
// its own: a whole sequence is projected by one product outside the recurrence, and further inputs (the context of a
// decoder) are added to it.
#pragma once

#include <memory>
#include <string>

#include "nn/parameters.h"

namespace heed {

struct RecurrentState {
  Tensor h;  ///< (B, H)
  Tensor c;  ///< (B, H), the memory of an LSTM; null for the other cells
};

class RecurrentCell {
 public:
  virtual ~RecurrentCell() = default;

  /// W x + b for all gates, side by side.  x:(..., in) -> (..., gates() * H)
  Tensor project(Graph& graph, Tensor x) const;
  /// The next state, given the projected input (B, gates() * H).
  virtual RecurrentState step(Graph& graph, Tensor projected, const RecurrentState& state) const = 0;
  /// The state whose h is given; an LSTM's memory starts at zero.
  virtual RecurrentState start(Tensor h) const { return {h, {}}; }

  int hidden() const { return hidden_; }
  int gates() const { return gates_; }

 protected:
  /// Parameters NAME.input_weight (in, gates * H) and NAME.bias (gates * H).
  RecurrentCell(ParameterSet& parameters, const std::string& name, int in, int hidden, int gates, Init bias);

 private:
  int hidden_, gates_;
  Parameter input_weight_, bias_;
};

/// Elman 1990: h' = tanh(W x + U h + b).
class RnnCell : public RecurrentCell {
 public:
  RnnCell(ParameterSet& parameters, const std::string& name, int in, int hidden);
  RecurrentState step(Graph& graph, Tensor projected, const RecurrentState& state) const override;

 private:
  Parameter recurrent_weight_;
};

/// Hochreiter and Schmidhuber 1997 with the forget gate of Gers et al. 2000, its bias 1 at first. Gates lie in the
/// order i, f, g, o:
///   i, f, o = sigmoid(W x + U h + b),  g = tanh(W x + U h + b),  c' = f c + i g,  h' = o tanh(c').
class LstmCell : public RecurrentCell {
 public:
  LstmCell(ParameterSet& parameters, const std::string& name, int in, int hidden);
  RecurrentState step(Graph& graph, Tensor projected, const RecurrentState& state) const override;
  RecurrentState start(Tensor h) const override;

 private:
  Parameter recurrent_weight_;
};

/// Cho et al. 2014, equations 5 to 8; gates in the order r, z, and then the candidate:
///   r, z = sigmoid(W x + U h + b),  n = tanh(W x + U (r h) + b),  h' = z h + (1 - z) n.
/// Bahdanau et al. 2015 write 1 - z for this z; with a symmetric initialisation that is the same net.
class GruCell : public RecurrentCell {
 public:
  GruCell(ParameterSet& parameters, const std::string& name, int in, int hidden);
  RecurrentState step(Graph& graph, Tensor projected, const RecurrentState& state) const override;

 private:
  Parameter recurrent_gate_weight_, recurrent_candidate_weight_;
};

/// The variant of cuDNN and PyTorch, where r acts after the product, so that one product serves all three (same gate
/// order):
///   n = tanh(W x + b + r (U h + b')),  h' = z h + (1 - z) n.
class CudnnGruCell : public RecurrentCell {
 public:
  CudnnGruCell(ParameterSet& parameters, const std::string& name, int in, int hidden);
  RecurrentState step(Graph& graph, Tensor projected, const RecurrentState& state) const override;

 private:
  Parameter recurrent_weight_, recurrent_bias_;
};

/// `key`: "rnn", "lstm", "gru" or "gru_cudnn"; null for any other.
std::unique_ptr<RecurrentCell> make_cell(const std::string& key, ParameterSet& parameters, const std::string& name,
                                         int in, int hidden);

}  // namespace heed
