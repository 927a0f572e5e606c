// models: the equations of Luong et al. 2015 in their order. See luong.h.
#include "models/luong.h"

#include "models/greedy.h"
#include "models/recurrent_parts.h"
#include "nn/loss.h"

namespace heed {
namespace {

LuongSetting attention_setting(const Json& spec) {
  const Json& score = spec.at("score");
  const Json& window = spec.at("window");
  LuongSetting setting;
  if (score.at("type") == "general") setting.score = LuongScore::kGeneral;
  if (score.at("type") == "concat") setting.score = LuongScore::kConcat;
  if (score.at("type") == "location") setting.score = LuongScore::kLocation;
  if (window.at("type") == "local_m") setting.window = LuongWindow::kMonotonic;
  if (window.at("type") == "local_p") setting.window = LuongWindow::kPredicted;
  setting.size = score.value("size", setting.size);
  setting.longest = score.value("longest", setting.longest);
  setting.half_width = window.value("half_width", setting.half_width);
  return setting;
}

}  // namespace

Luong::Luong(const Json& spec, int source_vocabulary, int target_vocabulary)
    : target_vocabulary_(target_vocabulary),
      source_embedding_(parameters_, "encoder.embedding", source_vocabulary, spec.at("embedding")),
      encoder_(encoder_from(spec.at("encoder"), parameters_, "encoder", spec.at("embedding"))),
      bridge_(encoder_.width() == spec.at("decoder").at("hidden").get<int>()
                  ? nullptr
                  : std::make_unique<Linear>(parameters_, "encoder.bridge", encoder_.width(),
                                             spec.at("decoder").at("hidden"), Bias::kNone)),
      target_embedding_(parameters_, "decoder.embedding", target_vocabulary, spec.at("embedding")),
      decoder_(cell_from(spec.at("decoder"), parameters_, "decoder.cell", spec.at("embedding"))),
      initial_(parameters_, "decoder.initial", encoder_.width(), decoder_->hidden(), Bias::kZeros),
      feed_(spec.at("input_feeding").get<bool>()
                ? std::make_unique<Linear>(parameters_, "decoder.feed", decoder_->hidden(),
                                           decoder_->gates() * decoder_->hidden(), Bias::kNone, decoder_->gates())
                : nullptr),
      attention_(parameters_, "attention", decoder_->hidden(), attention_setting(spec)),
      combine_(parameters_, "decoder.combine", 2 * decoder_->hidden(), decoder_->hidden(), Bias::kNone),
      output_(parameters_, "decoder.output", decoder_->hidden(), target_vocabulary, Bias::kZeros) {}

/// What is kept of each decoding step.
struct Luong::Trace {
  std::vector<Tensor> states, contexts, energies, weights, centres, attentional;

  void add(const State& state, const LuongAttention::Reading& reading) {
    states.push_back(state.cell.h);
    attentional.push_back(state.attentional);
    contexts.push_back(reading.context);
    energies.push_back(reading.energies);
    weights.push_back(reading.weights);
    if (reading.centre) centres.push_back(reading.centre);
  }

  /// Names what is watched; returns the attentional states (B,T,H).
  Tensor tap_all() const {
    tap("decoder.states", stack_time(states));
    tap("decoder.context", stack_time(contexts));
    tap("decoder.energies", stack_time(energies));
    tap("decoder.alignment", stack_time(weights));
    if (!centres.empty()) tap("decoder.centre", stack(centres, 1));
    return tap("decoder.attentional", stack_time(attentional));
  }
};

Luong::Start Luong::encode(Graph& graph, Tensor source, Tensor mask) const {
  const Tensor x = tap("encoder.embedding", source_embedding_(graph, source));
  const Encoded encoded = encoder_(graph, x, mask);
  const Tensor states = tap("encoder.states", bridge_ ? (*bridge_)(graph, encoded.annotations) : encoded.annotations);
  const RecurrentState first = decoder_->start(tanh(initial_(graph, encoded.final_state)));
  return {attention_.prepare(graph, states, mask), {first, graph.tape.fill(first.h.shape(), 0)}};
}

/// Section 3.3 (input feeding): the cell reads [y_{t-1}; h~_{t-1}]. Equation 5: h~_t = tanh(W_c [c_t; h_t]).
/// projected_word: what y_{t-1} adds to the gates.
Luong::State Luong::step(Graph& graph, const LuongAttention::Source& source, Tensor projected_word,
                         const State& previous, Trace& trace) const {
  const Tensor gates = feed_ ? projected_word + (*feed_)(graph, previous.attentional) : projected_word;
  State next{decoder_->step(graph, gates, previous.cell), {}};
  const LuongAttention::Reading reading =
      attention_.read(graph, source, next.cell.h, static_cast<int>(trace.states.size()));
  next.attentional = tanh(combine_(graph, concat({reading.context, next.cell.h}, 1)));
  trace.add(next, reading);
  return next;
}

Forward Luong::forward(Graph& graph, const SequenceBatch& batch) const {
  auto [source, state] = encode(graph, batch.source, batch.source_mask);
  const Tensor words = tap("decoder.embedding", target_embedding_(graph, batch.target_in));
  Trace trace;
  for (const Tensor& projected : unstack_time(decoder_->project(graph, words)))
    state = step(graph, source, projected, state, trace);
  const Tensor logits = tap("decoder.logits", output_(graph, trace.tap_all()));  // equation 6
  return {logits, masked_cross_entropy(logits, batch.target_out, batch.target_mask)};
}

Decoded Luong::decode(Graph& graph, const SequenceBatch& batch, int steps) const {
  auto [source, state] = encode(graph, batch.source, batch.source_mask);
  Greedy greedy(graph.tape, batch.source.shape()[0], target_vocabulary_);
  Tensor token = greedy.start();
  Trace trace;
  std::vector<Tensor> words, logits;
  for (int t = 0; t < steps; ++t) {
    words.push_back(target_embedding_(graph, token));
    state = step(graph, source, decoder_->project(graph, words.back()), state, trace);
    logits.push_back(output_(graph, state.attentional));
    token = greedy.choose(logits.back());
  }
  tap("decoder.embedding", stack_time(words));
  trace.tap_all();
  tap("decoder.logits", stack_time(logits));
  return greedy.decoded();
}

std::vector<std::string> Luong::tap_names() const {
  std::vector<std::string> names{"encoder.embedding", "encoder.states",   "decoder.embedding",
                                 "decoder.states",    "decoder.context",  "decoder.attentional",
                                 "decoder.logits",    "decoder.energies", "decoder.alignment"};
  if (attention_.has_window()) names.push_back("decoder.centre");
  return names;
}

}  // namespace heed
