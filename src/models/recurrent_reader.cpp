// models: see recurrent_reader.h.
#include "models/recurrent_reader.h"

#include <map>

#include "models/recurrent_parts.h"

namespace heed {

RecurrentReader::ReadOut RecurrentReader::read_out_from(const Json& spec) {
  const std::string type = spec.at("type");
  if (type == "max") return ReadOut::kMaximum;
  if (type == "mean") return ReadOut::kMean;
  return type == "attention" ? ReadOut::kAttention : ReadOut::kLast;
}

RecurrentReader::RecurrentReader(const Json& spec, const TaskForm& form, int source_vocabulary, int target_vocabulary)
    : DirectModel(form),
      embedding_(parameters_, "encoder.embedding", source_vocabulary, spec.at("embedding")),
      cell_(cell_from(spec.at("cell"), parameters_, "encoder.cell", spec.at("embedding"))),
      read_out_(read_out_from(spec.at("read_out"))),
      output_(parameters_, "reader.output", cell_->hidden(), target_vocabulary, Bias::kZeros) {
  if (read_out_ != ReadOut::kAttention) return;
  const int size = spec.at("read_out").at("size");
  key_ = std::make_unique<Linear>(parameters_, "reader.key", cell_->hidden(), size, Bias::kZeros);
  query_ = parameters_.add("reader.query", {size, 1}, {InitKind::kXavierUniform});
}

/// Taps of what the gates did at each step, and of an LSTM's memory.
void RecurrentReader::watch_gates(Graph& graph, Tensor projected, const std::vector<RecurrentState>& states) const {
  const std::vector<Tensor> inputs = unstack_time(projected);
  RecurrentState before = cell_->start(graph.tape.fill(states.front().h.shape(), 0));
  std::map<std::string, std::vector<Tensor>> gates;
  std::vector<Tensor> memory;
  for (std::size_t s = 0; s < states.size(); ++s) {
    for (const Gate& gate : cell_->watch(graph, inputs[s], before)) gates[gate.name].push_back(gate.value);
    if (states[s].c) memory.push_back(states[s].c);
    before = states[s];
  }
  for (const auto& [name, values] : gates) tap("encoder." + name + "_gate", stack_time(values));
  if (!memory.empty()) tap("encoder.memory", stack_time(memory));
}

/// m = max_t h_t, unit by unit. The picture is the share of units whose largest value stands at each position.
Tensor RecurrentReader::maxima(Tensor states, Tensor mask) const {
  const int B = states.shape()[0], S = states.shape()[1], H = states.shape()[2];
  const Tensor real = reshape(mask, {B, S, 1});
  const Tensor seen = states + affine(real, 1e9f, -1e9f);
  const Tensor winners = argmax(permute(seen, {0, 2, 1}));  // (B,H)
  const Tensor votes = place(states.tape->fill({B, H}, 1.0f / static_cast<float>(H)), winners, S);
  tap("reader.alignment", sum(votes, 1, true));
  return max(seen, 1);
}

/// u_t = tanh(W h_t + b), alpha = softmax of u_t . q, and the states' mean under alpha.
Tensor RecurrentReader::attended(Graph& graph, Tensor states, Tensor mask) const {
  const int B = states.shape()[0], S = states.shape()[1];
  const Tensor u = tanh((*key_)(graph, states));
  const Tensor e = tap("reader.energies", reshape(matmul(u, graph(query_)), {B, 1, S}));
  const Tensor a = tap("reader.alignment", masked_softmax(e, reshape(mask, {B, 1, S})));
  return reshape(matmul(a, states), {B, states.shape()[2]});
}

Tensor RecurrentReader::summary(Graph& graph, Tensor states, Tensor mask) const {
  const int B = states.shape()[0], S = states.shape()[1];
  switch (read_out_) {
    case ReadOut::kMaximum:
      return maxima(states, mask);
    case ReadOut::kAttention:
      return attended(graph, states, mask);
    case ReadOut::kMean:
      return sum(states * reshape(mask, {B, S, 1}), 1) / maximum(sum(mask, 1, true), graph.tape.fill({}, 1));
    default:
      return take(states, 1, S - 1);  // past the end a state is kept
  }
}

Tensor RecurrentReader::answers(Graph& graph, const SequenceBatch& batch) const {
  const Tensor x = tap("encoder.embedding", embedding_(graph, batch.source));
  const Tensor projected = cell_->project(graph, x);
  const std::vector<RecurrentState> states = scan(graph, *cell_, projected, batch.source_mask, Direction::kForward);
  watch_gates(graph, projected, states);
  std::vector<Tensor> h;
  for (const RecurrentState& state : states) h.push_back(state.h);
  const Tensor m = tap("reader.summary", summary(graph, tap("encoder.states", stack_time(h)), batch.source_mask));
  const Tensor logits = output_(graph, m);
  return tap("reader.logits", reshape(logits, {logits.shape()[0], 1, logits.shape()[1]}));
}

std::vector<std::string> RecurrentReader::tap_names() const {
  std::vector<std::string> names{"encoder.embedding", "encoder.states"};
  for (const std::string& gate : cell_->gate_names()) names.push_back("encoder." + gate + "_gate");
  if (cell_->has_memory()) names.push_back("encoder.memory");
  names.push_back("reader.summary");
  if (read_out_ == ReadOut::kAttention) names.push_back("reader.energies");
  if (has_alignment()) names.push_back("reader.alignment");
  names.push_back("reader.logits");
  return names;
}

}  // namespace heed
