// nn: see recurrent_cell.h.
#include "nn/recurrent_cell.h"

namespace heed {
namespace {

/// Recurrent weights of several gates, each an orthogonal matrix at first.
Init orthogonal(int blocks) {
  return {InitKind::kOrthogonal, 1, blocks};
}

}  // namespace

Tensor RecurrentCell::block(Tensor gates, int index) const {
  return slice(gates, 1, index * hidden_, hidden_);
}

RecurrentCell::RecurrentCell(ParameterSet& parameters, const std::string& name, int in, int hidden, int gates,
                             Init bias)
    : hidden_(hidden),
      gates_(gates),
      input_weight_(parameters.add(name + ".input_weight", {in, gates * hidden}, {InitKind::kXavierUniform, 1, gates})),
      bias_(parameters.add(name + ".bias", {gates * hidden}, bias)) {}

Tensor RecurrentCell::project(Graph& graph, Tensor x) const {
  return matmul(x, graph(input_weight_)) + graph(bias_);
}

RnnCell::RnnCell(ParameterSet& parameters, const std::string& name, int in, int hidden)
    : RecurrentCell(parameters, name, in, hidden, 1, {InitKind::kZeros}),
      recurrent_weight_(parameters.add(name + ".recurrent_weight", {hidden, hidden}, orthogonal(1))) {}

RecurrentState RnnCell::step(Graph& graph, Tensor projected, const RecurrentState& state) const {
  return {tanh(projected + matmul(state.h, graph(recurrent_weight_))), {}};
}

IrnnCell::IrnnCell(ParameterSet& parameters, const std::string& name, int in, int hidden)
    : RecurrentCell(parameters, name, in, hidden, 1, {InitKind::kZeros}),
      recurrent_weight_(parameters.add(name + ".recurrent_weight", {hidden, hidden}, {InitKind::kIdentity})) {}

RecurrentState IrnnCell::step(Graph& graph, Tensor projected, const RecurrentState& state) const {
  return {relu(projected + matmul(state.h, graph(recurrent_weight_))), {}};
}

LstmCell::LstmCell(ParameterSet& parameters, const std::string& name, int in, int hidden, Init bias)
    : RecurrentCell(parameters, name, in, hidden, 4, bias),
      recurrent_weight_(parameters.add(name + ".recurrent_weight", {hidden, 4 * hidden}, orthogonal(4))) {}

RecurrentState LstmCell::step(Graph& graph, Tensor projected, const RecurrentState& state) const {
  const Tensor a = projected + matmul(state.h, graph(recurrent_weight_));
  const Tensor out = lstm_cell(a, state.c);
  return {take(out, 0, 0), take(out, 0, 1)};
}

std::vector<Gate> LstmCell::watch(Graph& graph, Tensor projected, const RecurrentState& state) const {
  const Tensor gates = sigmoid(projected + matmul(state.h, graph(recurrent_weight_)));
  return {{"input", block(gates, 0)}, {"forget", block(gates, 1)}, {"output", block(gates, 3)}};
}

RecurrentState LstmCell::start(Tensor h) const {
  return {h, h.tape->fill(h.shape(), 0)};
}

GruCell::GruCell(ParameterSet& parameters, const std::string& name, int in, int hidden)
    : RecurrentCell(parameters, name, in, hidden, 3, {InitKind::kZeros}),
      recurrent_gate_weight_(parameters.add(name + ".recurrent_gate_weight", {hidden, 2 * hidden}, orthogonal(2))),
      recurrent_candidate_weight_(
          parameters.add(name + ".recurrent_candidate_weight", {hidden, hidden}, orthogonal(1))) {}

RecurrentState GruCell::step(Graph& graph, Tensor projected, const RecurrentState& state) const {
  const Tensor h = state.h;
  const Tensor u = matmul(h, graph(recurrent_gate_weight_));
  const Tensor w = matmul(gru_reset(projected, u, h), graph(recurrent_candidate_weight_));
  return {gru_update(projected, u, w, h), {}};
}

std::vector<Gate> GruCell::watch(Graph& graph, Tensor projected, const RecurrentState& state) const {
  const Tensor u = matmul(state.h, graph(recurrent_gate_weight_));
  const Tensor gates = sigmoid(slice(projected, 1, 0, 2 * hidden()) + u);
  return {{"reset", block(gates, 0)}, {"keep", block(gates, 1)}};
}

CudnnGruCell::CudnnGruCell(ParameterSet& parameters, const std::string& name, int in, int hidden)
    : RecurrentCell(parameters, name, in, hidden, 3, {InitKind::kZeros}),
      recurrent_weight_(parameters.add(name + ".recurrent_weight", {hidden, 3 * hidden}, orthogonal(3))),
      recurrent_bias_(parameters.add(name + ".recurrent_bias", {3 * hidden}, {InitKind::kZeros})) {}

RecurrentState CudnnGruCell::step(Graph& graph, Tensor projected, const RecurrentState& state) const {
  const Tensor u = matmul(state.h, graph(recurrent_weight_)) + graph(recurrent_bias_);
  return {gru_cell(projected, u, state.h), {}};
}

std::vector<Gate> CudnnGruCell::watch(Graph& graph, Tensor projected, const RecurrentState& state) const {
  const Tensor u = matmul(state.h, graph(recurrent_weight_)) + graph(recurrent_bias_);
  const Tensor gates = sigmoid(projected + u);
  return {{"reset", block(gates, 0)}, {"keep", block(gates, 1)}};
}

std::unique_ptr<RecurrentCell> make_cell(const std::string& key, ParameterSet& parameters, const std::string& name,
                                         int in, int hidden, CellOptions options) {
  if (key == "rnn") return std::make_unique<RnnCell>(parameters, name, in, hidden);
  if (key == "irnn") return std::make_unique<IrnnCell>(parameters, name, in, hidden);
  if (key == "lstm")
    return std::make_unique<LstmCell>(parameters, name, in, hidden, LstmCell::forget_bias(options.forget_bias));
  if (key == "lstm_chrono")
    return std::make_unique<LstmCell>(parameters, name, in, hidden, LstmCell::chrono_bias(options.longest_delay));
  if (key == "gru") return std::make_unique<GruCell>(parameters, name, in, hidden);
  if (key == "gru_cudnn") return std::make_unique<CudnnGruCell>(parameters, name, in, hidden);
  return nullptr;
}

}  // namespace heed
