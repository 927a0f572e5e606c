// models: see fast_weights.h.
#include "models/fast_weights.h"

#include <algorithm>
#include <cmath>

#include "nn/sequence.h"

namespace heed {

FastWeights::FastWeights(const Json& spec, const TaskForm& form, int source_vocabulary, int target_vocabulary)
    : DirectModel(form),
      hidden_(spec.at("hidden")),
      inner_steps_(spec.at("inner_steps")),
      decay_(spec.at("decay").get<float>()),
      rate_(spec.at("rate").get<float>()),
      as_matrix_(spec.at("computed") == "matrix"),
      embedding_(parameters_, "encoder.embedding", source_vocabulary, spec.at("embedding")),
      input_(parameters_, "cell.input", spec.at("embedding"), hidden_, Bias::kNone),
      recurrent_(parameters_.add("cell.recurrent_weight", {hidden_, hidden_}, {InitKind::kIdentity, 0.05f})),
      norm_(spec.at("layer_norm").get<bool>() ? std::make_unique<LayerNorm>(parameters_, "cell.norm", hidden_) : nullptr),
      readout_(parameters_, "readout", hidden_, spec.at("readout"), Bias::kZeros),
      output_(parameters_, "output", spec.at("readout"), target_vocabulary, Bias::kZeros) {}

/// What the fast weights are made of: A itself, and the states in the order of time.
struct FastWeights::Past {
  Tensor matrix;               ///< (B,R,R)
  std::vector<Tensor> states;  ///< each (B,R)

  Tensor stacked() const { return stack(states, 1); }  ///< (B,t,R)
};

/// Equation 1.
void FastWeights::remember(Past& past, Tensor h) const {
  past.states.push_back(h);
  if (!as_matrix_) return;
  const int B = h.shape()[0];
  const Tensor product = matmul(reshape(h, {B, hidden_, 1}), reshape(h, {B, 1, hidden_}));
  past.matrix = past.matrix ? decay_ * past.matrix + rate_ * product : rate_ * product;
}

namespace {

/// lambda^(t-1-tau) for tau = 0 ... t-1: (1,t)
Tensor decays(Tape& tape, float decay, int t) {
  std::vector<float> powers;
  for (int tau = 0; tau < t; ++tau) powers.push_back(static_cast<float>(std::pow(static_cast<double>(decay), t - 1 - tau)));
  return tape.constant({1, t}, powers);
}

/// h(tau) . h of every earlier state.  states:(B,t,R) h:(B,R) -> (B,t)
Tensor likeness(Tensor states, Tensor h) {
  const int B = h.shape()[0], t = states.shape()[1];
  return reshape(matmul(states, reshape(h, {B, h.shape()[1], 1})), {B, t});
}

/// The largest size of a row's numbers.  (B,R) -> (B,1)
Tensor largest(Tensor x) { return max(relu(x) + relu(-x), 1, true); }

}  // namespace

/// A(t) h, equation 2's right-hand term, by the matrix.
Tensor FastWeights::by_matrix(const Past& past, Tensor h) const {
  const int B = h.shape()[0];
  return reshape(matmul(past.matrix, reshape(h, {B, hidden_, 1})), {B, hidden_});
}

/// The same by equations 3 and 4: attention over the states that have been.
Tensor FastWeights::by_attention(const Past& past, Tensor h) const {
  const int B = h.shape()[0], t = static_cast<int>(past.states.size());
  const Tensor states = past.stacked();
  const Tensor weights = rate_ * (likeness(states, h) * decays(*h.tape, decay_, t));
  return reshape(matmul(reshape(weights, {B, 1, t}), states), {B, hidden_});
}

/// Section 2 with the layer normalisation of section 3.1: h_0 = f(z), then S times h_{s+1} = f(LN[z + A h_s]), with z = W h(t) + C x(t).
/// Of the last of them `seen` keeps how much each earlier state counted, of sum 1 (zeros where nothing did), and what the two ways of
/// computing gave.
Tensor FastWeights::step(Graph& graph, Tensor x, const Past& past, Tensor old, Seen& seen) const {
  const Tensor z = matmul(old, graph(recurrent_)) + x;
  const auto settled = [&](Tensor sum) { return relu(norm_ ? (*norm_)(graph, sum) : sum); };
  Tensor h = relu(z);
  for (int s = 0; s < inner_steps_; ++s) {
    if (past.states.empty()) {
      h = settled(z);
      continue;
    }
    const int t = static_cast<int>(past.states.size());
    const Tensor found = as_matrix_ ? by_matrix(past, h) : by_attention(past, h);
    if (s + 1 == inner_steps_) {
      const Tensor counts = likeness(past.stacked(), h) * decays(graph.tape, decay_, t);
      const Tensor total = sum(counts, 1, true);
      seen.scores = counts / maximum(total, graph.tape.fill({}, 1e-12f));
      if (as_matrix_) {
        seen.matrix = found;
        seen.attention = by_attention(past, h);
        seen.ways = concat({largest(found), largest(found - seen.attention)}, 1);
      }
    }
    h = settled(z + found);
  }
  return h;
}

Tensor FastWeights::answers(Graph& graph, const SequenceBatch& batch) const {
  const int B = batch.source.shape()[0], S = batch.source.shape()[1];
  const Tensor projected = input_(graph, tap("encoder.embedding", embedding_(graph, batch.source)));
  Tensor h = graph.tape.fill({B, hidden_}, 0);
  Past past;
  std::vector<Tensor> matrices, reads, ways, by_matrix, by_attention;
  for (int t = 0; t < S; ++t) {
    const Tensor nothing = graph.tape.fill({B, hidden_}, 0);
    Seen seen{graph.tape.fill({B, std::max(t, 1)}, 0), graph.tape.fill({B, 2}, 0), nothing, nothing};
    const Tensor next = step(graph, take(projected, 1, t), past, h, seen);
    h = h + slice(batch.source_mask, 1, t, 1) * (next - h);  // past the end the state is kept, and with it the answer
    remember(past, h);
    reads.push_back(pad(seen.scores, 1, 0, S));
    ways.push_back(seen.ways);
    by_matrix.push_back(seen.matrix);
    by_attention.push_back(seen.attention);
    if (as_matrix_) matrices.push_back(past.matrix);
  }
  tap("encoder.states", past.stacked());
  const Tensor read = stack(reads, 1);  // (B,S,S)
  tap("memory.read", reshape(read, {B, 1, S, S}));
  if (as_matrix_) {
    tap("memory.content", stack(matrices, 1));
    tap("memory.two_ways", stack(ways, 1));
    tap("memory.by_matrix", stack(by_matrix, 1));
    tap("memory.by_attention", stack(by_attention, 1));
  }
  // The row of the last step that is no padding.
  const Tensor behind = S > 1 ? pad(slice(batch.source_mask, 1, 1, S - 1), 1, 0, S) : graph.tape.fill({B, S}, 0);
  tap("memory.alignment", matmul(reshape(batch.source_mask - behind, {B, 1, S}), read));
  const Tensor logits = output_(graph, relu(readout_(graph, h)));
  return tap("logits", reshape(logits, {B, 1, logits.shape()[1]}));
}

std::vector<std::string> FastWeights::picture_taps() const {
  return as_matrix_ ? std::vector<std::string>{"memory.read", "memory.content", "memory.two_ways", "memory.by_matrix", "memory.by_attention"} : std::vector<std::string>{"memory.read"};
}

std::vector<std::string> FastWeights::tap_names() const {
  std::vector<std::string> names{"encoder.embedding", "encoder.states", "memory.alignment", "logits"};
  for (const std::string& name : picture_taps()) names.push_back(name);
  return names;
}

}  // namespace heed
