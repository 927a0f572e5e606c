// models: the Transformer; see transformer.h. Its layers are those of nn/transformer.h.
#include "models/transformer.h"

#include "models/greedy.h"
#include "nn/loss.h"

namespace heed {

Transformer::Transformer(const Json& spec, int source_vocabulary, int target_vocabulary)
    : target_vocabulary_(target_vocabulary),
      heads_(spec.at("heads")),
      dropout_(spec.at("dropout")),
      label_smoothing_(spec.at("label_smoothing")),
      source_input_(spec, parameters_, "encoder", source_vocabulary),
      encoder_(parameters_, "encoder", layer_sizes(spec), StackKind::kEncoder, spec.at("encoder_layers")),
      target_input_(spec, parameters_, "decoder", target_vocabulary),
      decoder_(parameters_, "decoder", layer_sizes(spec), StackKind::kDecoder, spec.at("decoder_layers")),
      output_(spec, parameters_, "decoder.output", target_vocabulary, target_input_.embedding()) {}

/// The encoded source, projected for each layer of the decoder.
LayerMemories Transformer::encode(Graph& graph, const SequenceBatch& batch, Dropout& dropout) const {
  const Tensor at = Positions::count(graph.tape, batch.source.shape()[1]);
  const Tensor x = tap("encoder.embedding", source_input_(graph, batch.source, at, dropout));
  LayerViews views;
  const Pass pass{dropout, batch.source_mask, source_input_.rotation(graph.tape, at)};
  const Tensor states = tap("encoder.states", encoder_(graph, x, pass, nullptr, nullptr, views));
  tap_layers("encoder", views);
  return decoder_.look_up(graph, states, batch.source_mask);
}

void Transformer::tap_decoder(const LayerViews& views, Tensor logits) const {
  tap_layers("decoder", views);
  tap("decoder.alignment", all_cross_heads(views));
  tap("decoder.logits", logits);
}

/// No target position sees a later one, so padding at the end needs no mask.
Forward Transformer::forward(Graph& graph, const SequenceBatch& batch) const {
  Dropout dropout(dropout_, batch.training);
  const LayerMemories memory = encode(graph, batch, dropout);
  const Tensor at = Positions::count(graph.tape, batch.target_in.shape()[1]);
  const Tensor x = tap("decoder.embedding", target_input_(graph, batch.target_in, at, dropout));
  LayerViews views;
  const Pass pass{dropout, {}, target_input_.rotation(graph.tape, at)};
  const Tensor logits = output_(graph, decoder_(graph, x, pass, &memory, nullptr, views));
  tap_decoder(views, logits);
  const Tensor loss = masked_cross_entropy(logits, batch.target_out, batch.target_mask);
  if (label_smoothing_ <= 0) return {logits, loss, {}};
  return {logits, loss, smoothed_cross_entropy(logits, batch.target_out, batch.target_mask, label_smoothing_)};
}

/// Greedy. The keys and values of earlier positions are kept, so that each step computes one position.
Decoded Transformer::decode(Graph& graph, const SequenceBatch& batch, int steps) const {
  Tape& tape = graph.tape;
  const int B = batch.source.shape()[0];
  Dropout none(0, false);
  const LayerMemories memory = encode(graph, batch, none);
  const Tensor count = Positions::count(tape, steps);
  LayerMemories past(static_cast<std::size_t>(decoder_.layers()));
  std::vector<LayerViews> views(static_cast<std::size_t>(steps));
  std::vector<Tensor> words, logits;
  Greedy greedy(tape, B, target_vocabulary_);
  Tensor token = greedy.start();
  for (int t = 0; t < steps; ++t) {
    const Tensor at = slice(count, 0, t, 1);
    words.push_back(target_input_(graph, reshape(token, {B, 1}), at, none));
    const Pass pass{none, {}, target_input_.rotation(tape, at)};
    const Tensor state = decoder_(graph, words.back(), pass, &memory, &past, views[static_cast<std::size_t>(t)]);
    logits.push_back(output_(graph, state));
    token = greedy.choose(take(logits.back(), 1, 0));
  }
  tap("decoder.embedding", concat(words, 1));
  tap_decoder(merged(views), concat(logits, 1));
  return greedy.decoded();
}

std::vector<std::string> Transformer::tap_names() const {
  std::vector<std::string> names{"encoder.embedding", "encoder.states"};
  for (std::string& name : layer_tap_names("encoder", encoder_.layers(), StackKind::kEncoder))
    names.push_back(std::move(name));
  names.push_back("decoder.embedding");
  for (std::string& name : layer_tap_names("decoder", decoder_.layers(), StackKind::kDecoder))
    names.push_back(std::move(name));
  names.insert(names.end(), {"decoder.alignment", "decoder.logits"});
  return names;
}

}  // namespace heed
