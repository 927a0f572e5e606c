// models: adaptive computation time in the order of Graves 2016, section 2. See adaptive_computation.h.
#include "models/adaptive_computation.h"

#include "nn/halting.h"
#include "nn/loss.h"
#include "nn/optimiser.h"
#include "nn/sequence.h"

namespace heed {

AdaptiveComputation::AdaptiveComputation(const Json& spec, const TaskForm& form, int source_vocabulary,
                                         int target_vocabulary)
    : DirectModel(form),
      label_(form.answer == Answer::kLabel),
      carries_(label_ || spec.at("carries").get<bool>()),
      one_by_one_(spec.at("reads") == "one"),
      most_steps_(spec.at("most_steps")),
      epsilon_(spec.at("epsilon").get<float>()),
      penalty_(spec.at("penalty").get<float>()),
      free_steps_(spec.at("free_steps")),
      input_width_(form.source_width > 0 ? form.source_width : spec.at("embedding").get<int>()),
      embedding_(form.source_width > 0
                     ? nullptr
                     : std::make_unique<Embedding>(parameters_, "embedding", source_vocabulary, input_width_)),
      cell_(make_cell(spec.at("cell"), parameters_, "cell", (one_by_one_ ? 1 : input_width_) + 1, spec.at("hidden"))),
      halting_weight_(parameters_.add("halting.weight", {spec.at("hidden"), 1}, {InitKind::kZeros})),
      halting_bias_(parameters_.add("halting.bias", {1}, {InitKind::kConstant, spec.at("halting_bias").get<float>()})),
      output_(parameters_, "output", spec.at("hidden"), target_vocabulary, Bias::kZeros) {}

/// x^n for n = 1 ... M, projected: x with a flag that is 1 at the first step, equation 3; or its n-th number alone.
std::vector<Tensor> AdaptiveComputation::inputs(Graph& graph, Tensor x) const {
  const int rows = x.shape()[0];
  const auto flagged = [&](Tensor part, float flag) {
    return cell_->project(graph, concat({part, graph.tape.fill({rows, 1}, flag)}, 1));
  };
  std::vector<Tensor> projected;
  if (one_by_one_) {
    const Tensor nothing = graph.tape.fill({rows, 1}, 0);
    for (int n = 0; n < most_steps_; ++n)
      projected.push_back(flagged(n < input_width_ ? slice(x, 1, n, 1) : nothing, n == 0 ? 1.0f : 0.0f));
    return projected;
  }
  projected.push_back(flagged(x, 1));
  projected.resize(static_cast<std::size_t>(most_steps_), flagged(x, 0));
  return projected;
}

/// 1 from the step on at which halting may learn; null where it always may.
Tensor AdaptiveComputation::opened(Graph& graph, bool training) const {
  if (!training || free_steps_ == 0) return {};
  return step(affine(step_input(graph.tape), 1, -static_cast<float>(free_steps_)));
}

/// h^n_t = sigmoid(W_h s^n_t + b_h), equation 5, as (rows); no gradient where `open` is 0.
Tensor AdaptiveComputation::halting_units(Graph& graph, Tensor state, Tensor open) const {
  const Tensor h = reshape(sigmoid(matmul(state, graph(halting_weight_)) + graph(halting_bias_)), {state.shape()[0]});
  if (!open) return h;
  const Tensor fixed = stop_gradient(h);
  return fixed + open * (h - fixed);
}

/// Equations 2 to 7 and 13 for one input of every row.
AdaptiveComputation::Pondered AdaptiveComputation::ponder(Graph& graph, Tensor x, const RecurrentState& before,
                                                          Tensor open) const {
  Tape& tape = graph.tape;
  const int rows = x.shape()[0];
  const std::vector<Tensor> x_n = inputs(graph, x);
  Halting halting(tape, rows, epsilon_);
  RecurrentState state = before, mean;
  std::vector<Tensor> shares;
  for (int n = 1; n <= most_steps_; ++n) {
    state = cell_->step(graph, x_n[static_cast<std::size_t>(n - 1)], state);
    shares.push_back(halting.step(halting_units(graph, state.h, open), n == most_steps_));
    const Tensor p = reshape(shares.back(), {rows, 1});
    mean.h = mean.h ? mean.h + p * state.h : p * state.h;
    if (state.c) mean.c = mean.c ? mean.c + p * state.c : p * state.c;
  }
  return {mean, stack(shares, 1), halting.steps(), halting.remainder()};
}

/// Every position from a state of zeros, all at the same time.  x:(B,S,F)
AdaptiveComputation::Pondered AdaptiveComputation::ponder_each(Graph& graph, Tensor x, Tensor open) const {
  const int B = x.shape()[0], S = x.shape()[1], H = cell_->hidden();
  const RecurrentState zero = cell_->start(graph.tape.fill({B * S, H}, 0));
  const Pondered all = ponder(graph, reshape(x, {B * S, input_width_}), zero, open);
  return {{reshape(all.state.h, {B, S, H}), {}},
          reshape(all.shares, {B, S, most_steps_}),
          reshape(all.steps, {B, S}),
          reshape(all.remainder, {B, S})};
}

/// One position after the other; each starts from the mean state of the one before. At padding the state is kept.
AdaptiveComputation::Pondered AdaptiveComputation::ponder_along(Graph& graph, Tensor x, Tensor mask, Tensor open,
                                                                RecurrentState* last) const {
  const int B = x.shape()[0], S = x.shape()[1];
  RecurrentState state = cell_->start(graph.tape.fill({B, cell_->hidden()}, 0));
  std::vector<Tensor> states, shares, steps, remainders;
  for (int s = 0; s < S; ++s) {
    const Pondered here = ponder(graph, take(x, 1, s), state, open);
    const Tensor m = slice(mask, 1, s, 1);
    const auto kept = [&](Tensor old, Tensor next) { return old + m * (next - old); };
    state = {kept(state.h, here.state.h), state.c ? kept(state.c, here.state.c) : Tensor{}};
    states.push_back(state.h);
    shares.push_back(here.shares);
    steps.push_back(here.steps);
    remainders.push_back(here.remainder);
  }
  *last = state;
  return {{stack_time(states), {}}, stack(shares, 1), stack(steps, 1), stack(remainders, 1)};
}

AdaptiveComputation::Answered AdaptiveComputation::answer(Graph& graph, const SequenceBatch& batch) const {
  const int B = batch.source.shape()[0];
  const Tensor x = tap("embedding", embedding_ ? (*embedding_)(graph, batch.source) : batch.source_values);
  RecurrentState last;
  const Tensor open = opened(graph, batch.training);
  const Pondered all = carries_ ? ponder_along(graph, x, batch.source_mask, open, &last) : ponder_each(graph, x, open);
  tap("states", all.state.h);
  tap("ponder.shares", all.shares);
  tap("ponder.steps", all.steps * batch.source_mask);
  const Tensor cost = tap("ponder.cost", (all.steps + all.remainder) * batch.source_mask);
  const Tensor read = label_ ? reshape(last.h, {B, 1, cell_->hidden()}) : all.state.h;
  return {tap("logits", output_(graph, read)), cost};
}

Tensor AdaptiveComputation::answers(Graph& graph, const SequenceBatch& batch) const {
  return answer(graph, batch).logits;
}

/// tau, which in training may be 0 at first and rise to its value later.
Tensor AdaptiveComputation::penalty(Graph& graph, bool training) const {
  const Tensor full = graph.tape.fill({}, penalty_);
  if (!training || free_steps_ == 0) return full;
  const Tensor left = relu(affine(step_input(graph.tape), -1 / static_cast<float>(free_steps_), 2));
  return full * relu(1.0f - left);
}

/// Equation 11: the loss and tau times the ponder cost.
Forward AdaptiveComputation::forward(Graph& graph, const SequenceBatch& batch) const {
  const Answered at = answer(graph, batch);
  Forward out{at.logits, masked_cross_entropy(at.logits, batch.target_out, batch.target_mask), {}};
  const Tensor positions = maximum(sum_all(batch.source_mask), graph.tape.fill({}, 1));
  out.objective = out.loss + penalty(graph, batch.training) * (sum_all(at.cost) / positions);
  return out;
}

std::vector<std::string> AdaptiveComputation::tap_names() const {
  return {"embedding", "states", "ponder.shares", "ponder.steps", "ponder.cost", "logits"};
}

}  // namespace heed
