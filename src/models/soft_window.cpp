// models: writing with a soft window, in the order of Graves 2013, sections 5.1 to 5.3. See soft_window.h.
#include "models/soft_window.h"

#include "models/greedy.h"
#include "nn/loss.h"
#include "nn/sequence.h"

namespace heed {

SoftWindowModel::SoftWindowModel(const Json& spec, const TaskForm& form, int source_vocabulary, int target_vocabulary)
    : target_vocabulary_(target_vocabulary),
      values_(form.target_width),
      text_(parameters_, "text", source_vocabulary, spec.at("embedding")),
      symbols_(values_ > 0 ? nullptr
                           : std::make_unique<Embedding>(parameters_, "written", target_vocabulary,
                                                         spec.at("embedding").get<int>())),
      cell_(make_cell("lstm", parameters_, "cell", (values_ > 0 ? values_ : text_.width()) + text_.width(),
                      spec.at("hidden"))),
      window_(parameters_, "window", spec.at("hidden"), spec.at("components"), spec.at("pace").get<float>()),
      readout_state_(parameters_, "readout.state", spec.at("hidden"), spec.at("readout"), Bias::kZeros),
      readout_window_(parameters_, "readout.window", text_.width(), spec.at("readout"), Bias::kNone),
      output_(parameters_, "output", spec.at("readout"), values_ > 0 ? values_ : target_vocabulary, Bias::kZeros) {}

SoftWindowModel::Step SoftWindowModel::first(Graph& graph, Tensor text) const {
  const int B = text.shape()[0], S = text.shape()[1];
  return {cell_->start(graph.tape.fill({B, cell_->hidden()}, 0)), window_.start(graph, B, S, text_.width())};
}

/// Equation 52, h_t from x_t and w_{t-1}; then equations 46 to 51, the window moves on.
SoftWindowModel::Step SoftWindowModel::step(Graph& graph, Tensor x, Tensor text, Tensor mask,
                                            const Step& before) const {
  const RecurrentState state =
      cell_->step(graph, cell_->project(graph, concat({x, before.view.window}, 1)), before.state);
  return {state, window_.step(graph, state.h, text, mask, before.view.kappa)};
}

/// Of h_t and w_t, both (...,width).
Tensor SoftWindowModel::read_out(Graph& graph, Tensor state, Tensor window) const {
  return output_(graph, tanh(readout_state_(graph, state) + readout_window_(graph, window)));
}

/// What is kept of each step.
struct SoftWindowModel::Trace {
  std::vector<Tensor> states, kappas, phis, windows;

  void add(const Step& step) {
    states.push_back(step.state.h);
    kappas.push_back(step.view.kappa);
    phis.push_back(step.view.phi);
    windows.push_back(step.view.window);
  }

  void tap_all() const {
    tap("states", stack_time(states));
    tap("window.position", stack_time(kappas));
    tap("window.read", stack_time(windows));
    const Tensor phi = tap("window.phi", stack_time(phis));
    // For pictures that want rows of sum 1; phi itself is no probability.
    tap("window.share", phi / maximum(sum(phi, 2, true), phi.tape->fill({}, 1e-6f)));
  }
};

Forward SoftWindowModel::forward(Graph& graph, const SequenceBatch& batch) const {
  const int B = batch.source.shape()[0], T = batch.target_mask.shape()[1];
  const Tensor text = tap("embedding", text_(graph, batch.source));
  std::vector<Tensor> written;
  if (values_ > 0) {
    const std::vector<Tensor> points = unstack_time(batch.target_values);
    written.push_back(graph.tape.fill({B, values_}, 0));
    written.insert(written.end(), points.begin(), points.end() - 1);
  } else {
    written = unstack_time((*symbols_)(graph, batch.target_in));
  }
  Trace trace;
  Step at = first(graph, text);
  for (int t = 0; t < T; ++t) {
    at = step(graph, written[static_cast<std::size_t>(t)], text, batch.source_mask, at);
    trace.add(at);
  }
  trace.tap_all();
  const Tensor y = tap("logits", read_out(graph, stack_time(trace.states), stack_time(trace.windows)));
  if (values_ > 0) return {y, masked_squared_error(y, batch.target_values, batch.target_mask), {}};
  return {y, masked_cross_entropy(y, batch.target_out, batch.target_mask), {}};
}

Decoded SoftWindowModel::decode(Graph& graph, const SequenceBatch& batch, int steps) const {
  const int B = batch.source.shape()[0];
  const Tensor text = tap("embedding", text_(graph, batch.source));
  Greedy greedy(graph.tape, B, target_vocabulary_);
  Tensor x = values_ > 0 ? graph.tape.fill({B, values_}, 0) : (*symbols_)(graph, greedy.start());
  Tensor writing = graph.tape.fill({B, 1}, 1);
  Step at = first(graph, text);
  Trace trace;
  std::vector<Tensor> outputs, masks;
  for (int t = 0; t < steps; ++t) {
    at = step(graph, x, text, batch.source_mask, at);
    trace.add(at);
    outputs.push_back(read_out(graph, at.state.h, at.view.window));
    if (values_ > 0) {
      x = outputs.back();
      masks.push_back(reshape(writing, {B}));
      writing = writing * (1.0f - SoftWindow::has_left(at.view, batch.source_mask));
    } else {
      x = (*symbols_)(graph, greedy.choose(outputs.back()));
    }
  }
  trace.tap_all();
  const Tensor y = tap("logits", stack_time(outputs));
  if (values_ == 0) return greedy.decoded();
  return {{}, stack(masks, 1), y};
}

std::vector<std::string> SoftWindowModel::tap_names() const {
  return {"embedding", "states", "window.position", "window.read", "window.phi", "window.share", "logits"};
}

}  // namespace heed
