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
                                   int hidden, bool bidirectional, ReadingOrder order, CellOptions options)
    : forward_(make_cell(cell, parameters, name + ".forward", in, hidden, options)),
      backward_(bidirectional ? make_cell(cell, parameters, name + ".backward", in, hidden, options) : nullptr),
      first_(order == ReadingOrder::kReversed ? Direction::kBackward : Direction::kForward) {}

RecurrentEncoder::Pass RecurrentEncoder::run(Graph& graph, const RecurrentCell& cell, Tensor x, Tensor mask,
                                             Direction direction) const {
  const std::vector<Tensor> states = states_h(scan(graph, cell, cell.project(graph, x), mask, direction));
  return {stack_time(states), direction == Direction::kForward ? states.back() : states.front()};
}

Encoded RecurrentEncoder::operator()(Graph& graph, Tensor x, Tensor mask) const {
  const Pass first = run(graph, *forward_, x, mask, first_);
  if (!backward_) return {first.states, first.last, first.last, mask};
  const Direction other = first_ == Direction::kForward ? Direction::kBackward : Direction::kForward;
  const Pass second = run(graph, *backward_, x, mask, other);
  return {concat({first.states, second.states}, 2), concat({first.last, second.last}, 1), second.last, mask};
}

}  // namespace heed
