// nn: one step of a recurrent net. A cell is a function (input, state) -> state; the state is a plain struct, and `h`
// is what other parts read. The product of input and input weight does not depend on the state, so it is a function of
// its own: a whole sequence is projected by one product outside the recurrence, and further inputs (the context of a
// decoder) are added to it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "nn/parameters.h"

namespace heed {

struct RecurrentState {
  Tensor h;  ///< (B, H)
  Tensor c;  ///< (B, H), the memory of an LSTM; null for the other cells
};

/// A gate's value at one step, for those who watch.
struct Gate {
  std::string name;  ///< "input", "forget", ...
  Tensor value;      ///< (B, H), between 0 and 1
};

/// How a cell starts out, where there is a choice.
struct CellOptions {
  float forget_bias = 1;  ///< of an LSTM
  int longest_delay = 0;  ///< of an LSTM with chrono initialisation: T_max
};

class RecurrentCell {
 public:
  virtual ~RecurrentCell() = default;

  /// W x + b for all gates, side by side.  x:(..., in) -> (..., gates() * H)
  Tensor project(Graph& graph, Tensor x) const;
  /// The next state, given the projected input (B, gates() * H).
  virtual RecurrentState step(Graph& graph, Tensor projected, const RecurrentState& state) const = 0;
  /// What the gates were in that step; none for cells without gates.
  virtual std::vector<Gate> watch(Graph&, Tensor /*projected*/, const RecurrentState&) const { return {}; }
  virtual std::vector<std::string> gate_names() const { return {}; }
  /// The state whose h is given; an LSTM's memory starts at zero.
  virtual RecurrentState start(Tensor h) const { return {h, {}}; }

  virtual bool has_memory() const { return false; }  ///< beside the state

  int hidden() const { return hidden_; }
  int gates() const { return gates_; }

 protected:
  /// Parameters NAME.input_weight (in, gates * H) and NAME.bias (gates * H).
  RecurrentCell(ParameterSet& parameters, const std::string& name, int in, int hidden, int gates, Init bias);
  /// Block number `index` of several side by side.  (B, n * H) -> (B, H)
  Tensor block(Tensor gates, int index) const;

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

/// Le, Jaitly and Hinton 2015, "A simple way to initialize recurrent networks of rectified linear units" (IRNN):
/// h' = max(0, W x + U h + b) with U = 1 and b = 0 at first, so that a state which nobody writes to stays.
class IrnnCell : public RecurrentCell {
 public:
  IrnnCell(ParameterSet& parameters, const std::string& name, int in, int hidden);
  RecurrentState step(Graph& graph, Tensor projected, const RecurrentState& state) const override;

 private:
  Parameter recurrent_weight_;
};

/// Hochreiter and Schmidhuber 1997 with the forget gate of Gers et al. 2000, its bias 1 at first unless the options say
/// otherwise. Gates lie in the order i, f, g, o:
///   i, f, o = sigmoid(W x + U h + b),  g = tanh(W x + U h + b),  c' = f c + i g,  h' = o tanh(c').
class LstmCell : public RecurrentCell {
 public:
  /// `bias`: how the biases of the four gates start.
  LstmCell(ParameterSet& parameters, const std::string& name, int in, int hidden, Init bias = forget_bias(1));
  /// Forget gates open by the same bias (Gers et al. 2000; Jozefowicz et al. 2015).
  static Init forget_bias(float bias) { return {InitKind::kConstant, bias, 4, 1}; }
  /// Each unit ready to remember for a time of its own, up to `longest_delay` steps (Tallec and Ollivier 2018).
  static Init chrono_bias(int longest_delay) { return {InitKind::kChrono, static_cast<float>(longest_delay), 4}; }

  RecurrentState step(Graph& graph, Tensor projected, const RecurrentState& state) const override;
  std::vector<Gate> watch(Graph& graph, Tensor projected, const RecurrentState& state) const override;
  std::vector<std::string> gate_names() const override { return {"input", "forget", "output"}; }
  bool has_memory() const override { return true; }
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
  std::vector<Gate> watch(Graph& graph, Tensor projected, const RecurrentState& state) const override;
  std::vector<std::string> gate_names() const override { return {"reset", "keep"}; }

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
  std::vector<Gate> watch(Graph& graph, Tensor projected, const RecurrentState& state) const override;
  std::vector<std::string> gate_names() const override { return {"reset", "keep"}; }

 private:
  Parameter recurrent_weight_, recurrent_bias_;
};

/// `key`: "rnn", "irnn", "lstm", "lstm_chrono", "gru" or "gru_cudnn"; null for any other.
std::unique_ptr<RecurrentCell> make_cell(const std::string& key, ParameterSet& parameters, const std::string& name,
                                         int in, int hidden, CellOptions options = {});

}  // namespace heed
