// models: see transformer_decoder.h.
#include "models/transformer_decoder.h"

#include "nn/loss.h"

namespace heed {

TransformerDecoder::TransformerDecoder(const Json& spec, const TaskForm& form, int vocabulary)
    : DirectModel(form),
      heads_(spec.at("heads")),
      dropout_(spec.at("dropout")),
      label_smoothing_(spec.at("label_smoothing")),
      input_(spec, parameters_, "decoder", vocabulary),
      decoder_(parameters_, "decoder", layer_sizes(spec), StackKind::kLanguage, spec.at("layers")),
      output_(spec, parameters_, "decoder.output", vocabulary, input_.embedding()) {}

/// No position sees a later one, so padding at the end needs no mask.
Tensor TransformerDecoder::answers(Graph& graph, const SequenceBatch& batch) const {
  Dropout dropout(dropout_, batch.training);
  const Tensor at = Positions::count(graph.tape, batch.source.shape()[1]);
  const Tensor x = tap("decoder.embedding", input_(graph, batch.source, at, dropout));
  LayerViews views;
  const Tensor states =
      decoder_(graph, x, {dropout, {}, input_.rotation(graph.tape, at)}, nullptr, nullptr, views);
  tap_layers("decoder", views);
  tap("decoder.alignment", all_self_heads(views));
  return tap("decoder.logits", output_(graph, states));
}

Tensor TransformerDecoder::next(Graph& graph, Tensor token, Tensor at, LayerMemories& past) const {
  Dropout none(0, false);
  LayerViews views;
  const Tensor x = input_(graph, reshape(token, {1, 1}), at, none);
  return take(output_(graph, decoder_(graph, x, {none, {}, input_.rotation(graph.tape, at)}, nullptr, &past, views)), 1,
              0);
}

Forward TransformerDecoder::forward(Graph& graph, const SequenceBatch& batch) const {
  Forward out = DirectModel::forward(graph, batch);
  if (label_smoothing_ > 0)
    out.objective = smoothed_cross_entropy(out.logits, batch.target_out, batch.target_mask, label_smoothing_);
  return out;
}

std::vector<std::string> TransformerDecoder::tap_names() const {
  std::vector<std::string> names{"decoder.embedding"};
  for (std::string& name : layer_tap_names("decoder", decoder_.layers(), StackKind::kLanguage))
    names.push_back(std::move(name));
  names.insert(names.end(), {"decoder.alignment", "decoder.logits"});
  return names;
}

}  // namespace heed
