// nn: see sentences.h.
#include "nn/sentences.h"

#include <vector>

#include "nn/sequence.h"

namespace heed {

Sentences sentences_of(Tensor segments, Tensor mask, int count) {
  const Tensor membership = permute(place(mask, segments, count), {0, 2, 1});
  return {membership, step(sum(membership, 2))};
}

Sentences one_sentence(Tensor mask) {
  const int B = mask.shape()[0], S = mask.shape()[1];
  return {reshape(mask, {B, 1, S}), max(mask, 1, true)};
}

Sentences token_sentences(Tensor mask) {
  const int B = mask.shape()[0], S = mask.shape()[1];
  std::vector<float> diagonal(static_cast<std::size_t>(S) * static_cast<std::size_t>(S), 0.0f);
  for (int s = 0; s < S; ++s) diagonal[static_cast<std::size_t>(s) * static_cast<std::size_t>(S + 1)] = 1;
  return {mask.tape->constant({1, S, S}, diagonal) * reshape(mask, {B, 1, S}), mask};
}

Tensor sum_in_sentences(const Sentences& sentences, Tensor x) {
  return matmul(sentences.membership, x);
}

Tensor softmax_in_sentences(const Sentences& sentences, Tensor scores) {
  const int B = scores.shape()[0], S = scores.shape()[1];
  return masked_softmax(broadcast(reshape(scores, {B, 1, S}), sentences.membership.shape()), sentences.membership);
}

Tensor lay_on_tokens(const Sentences& sentences, Tensor weights) {
  const int B = weights.shape()[0], N = weights.shape()[1], S = sentences.membership.shape()[2];
  const Tensor tokens = maximum(sum(sentences.membership, 2), weights.tape->fill({B, N}, 1));
  return reshape(matmul(reshape(weights / tokens, {B, 1, N}), sentences.membership), {B, S});
}

namespace {

/// h_1 ... h_S along projected inputs (B,S,gates H), begun anew at each sentence's first word, or at its last one.
Tensor scan_in_sentences(Graph& graph, const RecurrentCell& cell, Tensor projected, const Sentences& sentences,
                         Direction direction) {
  const int B = projected.shape()[0], S = projected.shape()[1];
  const std::vector<Tensor> inputs = unstack_time(projected);
  std::vector<Tensor> states(static_cast<std::size_t>(S));
  RecurrentState state = cell.start(graph.tape.fill({B, cell.hidden()}, 0));
  Tensor before;  // the sentence of the token read last, one-hot:(B,N)
  for (int n = 0; n < S; ++n) {
    const int s = direction == Direction::kForward ? n : S - 1 - n;
    const Tensor now = take(sentences.membership, 2, s);
    if (before) {
      const Tensor same = sum(before * now, 1, true);
      state.h = same * state.h;
      if (state.c) state.c = same * state.c;
    }
    state = cell.step(graph, inputs[static_cast<std::size_t>(s)], state);
    states[static_cast<std::size_t>(s)] = state.h;
    before = now;
  }
  return stack_time(states);
}

}  // namespace

SentenceEncoder::SentenceEncoder(ParameterSet& parameters, const std::string& name, const std::string& cell, int in,
                                 int hidden)
    : forward_(make_cell(cell, parameters, name + ".forward", in, hidden)),
      backward_(make_cell(cell, parameters, name + ".backward", in, hidden)) {}

Tensor SentenceEncoder::operator()(Graph& graph, Tensor x, const Sentences& sentences) const {
  return concat({scan_in_sentences(graph, *forward_, forward_->project(graph, x), sentences, Direction::kForward),
                 scan_in_sentences(graph, *backward_, backward_->project(graph, x), sentences, Direction::kBackward)},
                2);
}

}  // namespace heed
