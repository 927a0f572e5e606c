// models: see transformer_encoder.h.
#include "models/transformer_encoder.h"

#include "nn/loss.h"

namespace heed {

TransformerEncoder::TransformerEncoder(const Json& spec, const TaskForm& form, int source_vocabulary,
                                       int target_vocabulary)
    : DirectModel(form),
      heads_(spec.at("heads")),
      dropout_(spec.at("dropout")),
      label_smoothing_(spec.at("label_smoothing")),
      input_(spec, parameters_, "encoder", source_vocabulary),
      encoder_(parameters_, "encoder", layer_sizes(spec), StackKind::kEncoder, spec.at("layers")),
      query_(form.answer == Answer::kLabel
                 ? std::optional<Linear>(std::in_place, parameters_, "read_off.query", spec.at("width").get<int>(), 1,
                                         Bias::kNone)
                 : std::nullopt),
      output_(parameters_, "output", spec.at("width"), target_vocabulary, Bias::kZeros) {}

TransformerEncoder::ReadOff TransformerEncoder::read_off(Graph& graph, Tensor states, Tensor mask) const {
  const int B = states.shape()[0], S = states.shape()[1];
  const Tensor energies = reshape((*query_)(graph, states), {B, 1, S});
  const Tensor weights = mask ? masked_softmax(energies, reshape(mask, {B, 1, S})) : softmax(energies);
  return {weights, matmul(weights, states)};
}

Tensor TransformerEncoder::answers(Graph& graph, const SequenceBatch& batch) const {
  Dropout dropout(dropout_, batch.training);
  const Tensor at = Positions::count(graph.tape, batch.source.shape()[1]);
  const Tensor x = tap("encoder.embedding", input_(graph, batch.source, at, dropout));
  LayerViews views;
  const Pass pass{dropout, batch.source_mask, input_.rotation(graph.tape, at)};
  Tensor states = tap("encoder.states", encoder_(graph, x, pass, nullptr, nullptr, views));
  tap_layers("encoder", views);
  Tensor alignment = all_self_heads(views);
  if (query_) {
    const ReadOff read = read_off(graph, states, batch.source_mask);
    alignment = read.weights;
    states = read.read;
  }
  tap("encoder.alignment", alignment);
  return tap("encoder.logits", output_(graph, states));
}

Forward TransformerEncoder::forward(Graph& graph, const SequenceBatch& batch) const {
  Forward out = DirectModel::forward(graph, batch);
  if (label_smoothing_ > 0)
    out.objective = smoothed_cross_entropy(out.logits, batch.target_out, batch.target_mask, label_smoothing_);
  return out;
}

std::vector<std::string> TransformerEncoder::tap_names() const {
  std::vector<std::string> names{"encoder.embedding", "encoder.states"};
  for (std::string& name : layer_tap_names("encoder", encoder_.layers(), StackKind::kEncoder))
    names.push_back(std::move(name));
  names.insert(names.end(), {"encoder.alignment", "encoder.logits"});
  return names;
}

std::vector<std::string> TransformerEncoder::head_names() const {
  return query_ ? std::vector<std::string>{} : layer_head_names(encoder_.layers(), heads_);
}

}  // namespace heed
