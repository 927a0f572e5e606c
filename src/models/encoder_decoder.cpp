// models: the encoder-decoder's equations in the order of Bahdanau et al. 2015, appendix A. See encoder_decoder.h.
#include "models/encoder_decoder.h"

#include "models/greedy.h"
#include "models/recurrent_parts.h"
#include "nn/loss.h"

namespace heed {
namespace {

std::unique_ptr<SourceReader> make_reader(const Json& spec, ParameterSet& parameters, const RecurrentEncoder& encoder,
                                          int state_width) {
  const std::string type = spec.at("type");
  if (type == "none") return std::make_unique<FixedContext>(parameters, "summary", encoder.width());
  const int size = spec.at("size");
  if (type == "additive")
    return std::make_unique<AdditiveAttention>(parameters, "attention", state_width, encoder, size);
  return std::make_unique<DotAttention>(parameters, "attention", state_width, encoder, size,
                                        spec.at("scaled").get<bool>());
}

}  // namespace

EncoderDecoder::EncoderDecoder(const Json& spec, int source_vocabulary, int target_vocabulary)
    : target_vocabulary_(target_vocabulary),
      source_embedding_(parameters_, "encoder.embedding", source_vocabulary, spec.at("embedding")),
      encoder_(encoder_from(spec.at("encoder"), parameters_, "encoder", spec.at("embedding"))),
      reader_(make_reader(spec.at("attention"), parameters_, encoder_, spec.at("decoder").at("hidden"))),
      initial_(parameters_, "decoder.initial", reader_->summary_width(), spec.at("decoder").at("hidden"), Bias::kZeros),
      target_embedding_(parameters_, "decoder.embedding", target_vocabulary, spec.at("embedding")),
      decoder_(cell_from(spec.at("decoder"), parameters_, "decoder.cell", spec.at("embedding"))),
      context_(parameters_, "decoder.context", reader_->context_width(), decoder_->gates() * decoder_->hidden(),
               Bias::kNone, decoder_->gates()),
      readout_state_(parameters_, "decoder.readout.state", decoder_->hidden(), 2 * spec.at("readout").get<int>(),
                     Bias::kZeros),
      readout_word_(parameters_, "decoder.readout.word", target_embedding_.width(), 2 * spec.at("readout").get<int>(),
                    Bias::kNone),
      readout_context_(parameters_, "decoder.readout.context", reader_->context_width(),
                       2 * spec.at("readout").get<int>(), Bias::kNone),
      output_(parameters_, "decoder.output", spec.at("readout"), target_vocabulary, Bias::kZeros) {}

/// A.2.1. The annotations h_j = [forward h_j; backward h_j], and what attention can compute from them once.
Prepared EncoderDecoder::encode(Graph& graph, Tensor source, Tensor mask) const {
  const Tensor x = tap("encoder.embedding", source_embedding_(graph, source));
  Encoded encoded = encoder_(graph, x, mask);
  encoded.annotations = tap("encoder.states", encoded.annotations);
  return reader_->prepare(graph, encoded);
}

/// A.2.2: s_0 = tanh(W_s backward h_1). Without attention Cho et al. 2014 make it of c, the only thing that passes.
RecurrentState EncoderDecoder::first_state(Graph& graph, const Prepared& source) const {
  return decoder_->start(tanh(initial_(graph, source.summary)));
}

/// A.1.2 and A.2.2: c_i is read with s_{i-1} and enters every gate of s_i. projected_word: W E y_{i-1}.
EncoderDecoder::Step EncoderDecoder::step(Graph& graph, const Prepared& source, Tensor projected_word,
                                          const RecurrentState& previous) const {
  const Reading reading = reader_->read(graph, source, previous.h);
  const Tensor gates = projected_word + context_(graph, reading.context);
  return {decoder_->step(graph, gates, previous), reading};
}

/// A.2.2: t~ = U_o s_{i-1} + V_o E y_{i-1} + C_o c_i, t = the maxima of adjacent pairs, p(y_i) ~ exp(y_i W_o t). The
/// state is the one before the step, as printed there (equation 4 of the main text has s_i).
Tensor EncoderDecoder::read_out(Graph& graph, Tensor state, Tensor word, Tensor context) const {
  const Tensor t = readout_state_(graph, state) + readout_word_(graph, word) + readout_context_(graph, context);
  return output_(graph, maxout_pairs(t));
}

/// What is kept of each decoding step.
struct EncoderDecoder::Trace {
  std::vector<Tensor> previous, states, contexts, energies, weights;

  void add(const RecurrentState& before, const Step& step) {
    previous.push_back(before.h);
    states.push_back(step.state.h);
    contexts.push_back(step.reading.context);
    if (!step.reading.weights) return;
    energies.push_back(step.reading.energies);
    weights.push_back(step.reading.weights);
  }

  /// Names what is watched; returns the contexts (B,T,A).
  Tensor tap_all() const {
    tap("decoder.states", stack_time(states));
    if (!weights.empty()) {
      tap("decoder.energies", stack_time(energies));
      tap("decoder.alignment", stack_time(weights));
    }
    return tap("decoder.context", stack_time(contexts));
  }
};

Forward EncoderDecoder::forward(Graph& graph, const SequenceBatch& batch) const {
  const Prepared source = encode(graph, batch.source, batch.source_mask);
  const Tensor words = tap("decoder.embedding", target_embedding_(graph, batch.target_in));
  const std::vector<Tensor> projected = unstack_time(decoder_->project(graph, words));

  Trace trace;
  RecurrentState state = first_state(graph, source);
  for (const Tensor& projected_word : projected) {
    const Step next = step(graph, source, projected_word, state);
    trace.add(state, next);
    state = next.state;
  }
  const Tensor contexts = trace.tap_all();
  const Tensor logits = tap("decoder.logits", read_out(graph, stack_time(trace.previous), words, contexts));
  return {logits, masked_cross_entropy(logits, batch.target_out, batch.target_mask)};
}

Decoded EncoderDecoder::decode(Graph& graph, const SequenceBatch& batch, int steps) const {
  Greedy greedy(graph.tape, batch.source.shape()[0], target_vocabulary_);
  const Prepared source = encode(graph, batch.source, batch.source_mask);
  RecurrentState state = first_state(graph, source);
  Tensor token = greedy.start();
  Trace trace;
  std::vector<Tensor> words, logits;
  for (int i = 0; i < steps; ++i) {
    words.push_back(target_embedding_(graph, token));
    const Step next = step(graph, source, decoder_->project(graph, words.back()), state);
    logits.push_back(read_out(graph, state.h, words.back(), next.reading.context));
    token = greedy.choose(logits.back());
    trace.add(state, next);
    state = next.state;
  }
  tap("decoder.embedding", stack_time(words));
  trace.tap_all();
  tap("decoder.logits", stack_time(logits));
  return greedy.decoded();
}

std::vector<std::string> EncoderDecoder::tap_names() const {
  std::vector<std::string> names{"encoder.embedding", "encoder.states",  "decoder.embedding",
                                 "decoder.states",    "decoder.context", "decoder.logits"};
  if (reader_->has_alignment()) names.insert(names.end(), {"decoder.energies", "decoder.alignment"});
  return names;
}

}  // namespace heed
