// nn: see sequence.h.
#include "nn/sequence.h"

namespace heed {

std::vector<Tensor> unstack_time(Tensor x) {
  std::vector<Tensor> steps;
  const int S = x.shape()[1];
  for (int s = 0; s < S; ++s) steps.push_back(take(x, 1, s));
  return steps;
}

Tensor stack_time(const std::vector<Tensor>& steps) {
  return stack(steps, 1);
}

namespace {

/// old where mask:(B,1) is 0, next where it is 1.
Tensor keep_at_padding(Tensor mask, Tensor next, Tensor old) {
  return old + mask * (next - old);
}

std::vector<Tensor> states_h(const std::vector<RecurrentState>& states) {
  std::vector<Tensor> h;
  for (const RecurrentState& state : states) h.push_back(state.h);
  return h;
}

}  // namespace

std::vector<RecurrentState> scan(Graph& graph, const RecurrentCell& cell, Tensor projected, Tensor mask,
                                 Direction direction) {
  const int B = projected.shape()[0];
  const int S = projected.shape()[1];
  const std::vector<Tensor> inputs = unstack_time(projected);
  std::vector<RecurrentState> states(static_cast<std::size_t>(S));
  RecurrentState state = cell.start(graph.tape.fill({B, cell.hidden()}, 0));
  for (int n = 0; n < S; ++n) {
    const int s = direction == Direction::kForward ? n : S - 1 - n;
    const RecurrentState next = cell.step(graph, inputs[static_cast<std::size_t>(s)], state);
    if (mask) {
      const Tensor m = slice(mask, 1, s, 1);
      state.h = keep_at_padding(m, next.h, state.h);
      if (next.c) state.c = keep_at_padding(m, next.c, state.c);
    } else {
      state = next;
    }
    states[static_cast<std::size_t>(s)] = state;
  }
  return states;
}

RecurrentEncoder::RecurrentEncoder(ParameterSet& parameters, const std::string& name, const std::string& cell, int in,
                                   int hidden, bool bidirectional)
    : forward_(make_cell(cell, parameters, name + ".forward", in, hidden)),
      backward_(bidirectional ? make_cell(cell, parameters, name + ".backward", in, hidden) : nullptr) {}

Encoded RecurrentEncoder::operator()(Graph& graph, Tensor x, Tensor mask) const {
  const std::vector<Tensor> forward =
      states_h(scan(graph, *forward_, forward_->project(graph, x), mask, Direction::kForward));
  if (!backward_) return {stack_time(forward), forward.back(), forward.back(), mask};
  const std::vector<Tensor> backward =
      states_h(scan(graph, *backward_, backward_->project(graph, x), mask, Direction::kBackward));
  return {concat({stack_time(forward), stack_time(backward)}, 2), concat({forward.back(), backward.front()}, 1),
          backward.front(), mask};
}

}  // namespace heed
