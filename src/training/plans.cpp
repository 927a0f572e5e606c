// training: recording and keeping of plans.
#include "training/plans.h"

#include <algorithm>
#include <stdexcept>

#include "engine/ops/op.h"
#include "engine/ops/ops.h"
#include "nn/optimiser.h"
#include "training/inside.h"

namespace heed {
namespace {

/// The share of asked tokens (or of their bits) whose most likely prediction is right; -1 for numbers, which are never
/// quite right.
Tensor token_accuracy(const TaskForm& form, const Forward& forced, const SequenceBatch& batch) {
  Tape& tape = *forced.logits.tape;
  if (form.target_width > 0 && form.values == ValueKind::kReal) return tape.fill({}, -1);
  const Tensor right = form.target_width > 0 ? mean(equal(step(forced.logits), batch.target_values), 2)
                                             : equal(argmax(forced.logits), batch.target_out);
  return sum_all(right * batch.target_mask) / maximum(sum_all(batch.target_mask), tape.fill({}, 1));
}

void output_answer(Tape& tape, const Decoded& decoded) {
  if (decoded.tokens) tape.output("tokens", decoded.tokens);
  if (decoded.values) tape.output("values", decoded.values);
  if (decoded.chances) tape.output("chances", decoded.chances);
}

/// Training/inside.h: the forward pass on a tape of its own, then that again with gradients.
void record_gradients(Tape& tape, const Experiment& experiment, BatchShape shape) {
  Tape forward;
  Graph graph(forward, experiment.model->parameters());
  const SequenceBatch batch = record_batch(forward, shape, experiment.form);
  const Tensor logits = experiment.model->forward(graph, batch).logits;
  const std::string name = experiment.model->input_tap();
  const Tensor input = name.empty() ? batch.source_values : forward.tapped(name);
  record_inside_gradients(tape, forward, logits, input);
}

void record(Tape& tape, const Experiment& experiment, PlanKind kind, BatchShape shape) {
  if (kind == PlanKind::kInsideGradients) return record_gradients(tape, experiment, shape);
  Graph graph(tape, experiment.model->parameters());
  const TaskForm& form = experiment.form;
  if (kind == PlanKind::kDecode || kind == PlanKind::kWatchDecode) {
    const SequenceBatch batch = record_batch(tape, shape, form, Targets::kWithout);
    output_answer(tape, experiment.model->decode(graph, batch, shape.target));
    return;
  }
  SequenceBatch batch = record_batch(tape, shape, form);
  batch.training = kind == PlanKind::kTrain;
  const Forward forced = experiment.model->forward(graph, batch);
  if (kind == PlanKind::kWatch) {
    if (form.target_width > 0)
      tape.output("values", answer_values(form, forced.logits));
    else
      tape.output("choices", argmax(forced.logits));
    return;
  }
  if (kind == PlanKind::kInside) {
    tape.output("logits", forced.logits);
    return;
  }
  tape.output("loss", forced.loss);
  if (kind == PlanKind::kTrain) {
    tape.output("token_accuracy", token_accuracy(form, forced, batch));
    const Tensor objective = forced.objective ? forced.objective : forced.loss;
    tape.output("gradient_norm", record_update(graph, objective, experiment.optimiser(), shape.batch));
  }
}

std::vector<std::string> wanted_taps(const Experiment& experiment, PlanKind kind) {
  if (kind == PlanKind::kWatch || kind == PlanKind::kWatchDecode) return experiment.watched;
  const std::string alignment = experiment.model->alignment_tap();
  if (kind == PlanKind::kInside) {
    std::vector<std::string> taps = experiment.model->self_attention_taps();
    if (!alignment.empty() && std::ranges::find(taps, alignment) == taps.end()) taps.push_back(alignment);
    return taps;
  }
  if (kind == PlanKind::kEvaluate && !alignment.empty() && experiment.scores_attention) return {alignment};
  return {};
}

/// The shape with which find_axes compares: one more source position, and as many more targets as the form allows.
BatchShape larger_shape(BatchShape shape, Answer answer) {
  const int more = answer == Answer::kSequence ? 2 : answer == Answer::kLabel ? 0 : 1;
  return {shape.batch, shape.source + 1, shape.target + more};
}

/// Records the same computation with more source and target positions: the axes that grow are the ones that run over
/// them, whatever other extents happen to be equal. Where the targets are the source's positions, the last of two such
/// axes is the source.
std::map<std::string, TapAxes> find_axes(Tape& tape, const Experiment& experiment, PlanKind kind, BatchShape shape,
                                         const std::vector<std::string>& taps) {
  std::map<std::string, TapAxes> found;
  if (taps.empty()) return found;
  Tape larger;
  record(larger, experiment, kind, larger_shape(shape, experiment.form.answer));
  for (const std::string& name : taps) {
    const Shape a = tape.tapped(name).shape(), b = larger.tapped(name).shape();
    TapAxes axes;
    for (int axis = 0; axis < a.rank(); ++axis) {
      if (b[axis] == a[axis] + 2) axes.target = axis;
      if (b[axis] != a[axis] + 1) continue;
      if (axes.source >= 0) axes.target = axes.source;
      axes.source = axis;
    }
    found[name] = axes;
  }
  return found;
}

}  // namespace

std::string unsupported_op(const Plan& plan, const Backend& backend) {
  for (const PlanNode& node : plan.nodes) {
    Plan alone;
    alone.nodes = {node};
    if (!backend.supports(alone)) return std::string(op_def(node.node.op).name);
  }
  return {};
}

LackingOp::LackingOp(std::string_view backend, const std::string& lacking)
    : std::runtime_error("the backend " + std::string(backend) + " lacks the operation '" + lacking + "'"), op(lacking) {}

std::string lacking_op(const Experiment& experiment, const Backend& backend) {
  for (const PlanKind kind : {PlanKind::kTrain, PlanKind::kWatch, PlanKind::kDecode}) {
    Tape tape;
    record(tape, experiment, kind, experiment.train_shape);
    const Plan plan = compile(tape, wanted_taps(experiment, kind), backend.abilities());
    if (!backend.supports(plan)) return unsupported_op(plan, backend);
  }
  return {};
}

PlanCache::PlanCache(const Experiment& experiment, Backend& backend, StateId state)
    : experiment_(experiment), backend_(backend), state_(state) {}

PlanCache::~PlanCache() {
  clear();
}

void PlanCache::clear() {
  for (const PreparedPlan& plan : plans_) backend_.release(plan.executable);
  plans_.clear();
}

PreparedPlan& PlanCache::get(PlanKind kind, BatchShape shape) {
  const auto found =
      std::ranges::find_if(plans_, [&](const PreparedPlan& plan) { return plan.kind == kind && plan.shape == shape; });
  if (found != plans_.end()) {
    plans_.splice(plans_.begin(), plans_, found);
    return plans_.front();
  }
  Tape tape;
  record(tape, experiment_, kind, shape);
  const std::vector<std::string> taps = wanted_taps(experiment_, kind);
  PreparedPlan made{kind, shape,        compile(tape, taps, backend_.abilities()),
                    -1,   Batch(shape, experiment_.form), find_axes(tape, experiment_, kind, shape, taps)};
  if (!backend_.supports(made.plan))
    throw LackingOp(backend_.name(), unsupported_op(made.plan, backend_));
  made.executable = backend_.prepare(made.plan, state_);
  plans_.push_front(std::move(made));
  if (plans_.size() > kMost) {
    backend_.release(plans_.back().executable);
    plans_.pop_back();
  }
  return plans_.front();
}

TapValue cut_tap(const std::string& name, const Shape& shape, const std::vector<float>& values, TapAxes axes,
                 int example, int source_length, int target_length) {
  Shape cut;
  for (int axis = 1; axis < shape.rank(); ++axis) {
    cut.push_back(axis == axes.source ? source_length : axis == axes.target ? target_length : shape[axis]);
  }
  TapValue tap{name, cut, {}};
  tap.values.reserve(cut.count());
  std::vector<int> at(static_cast<std::size_t>(cut.rank()), 0);
  for (std::size_t n = 0; n < cut.count(); ++n) {
    auto from = static_cast<std::size_t>(example);
    for (int axis = 0; axis < cut.rank(); ++axis) {
      from = from * static_cast<std::size_t>(shape[axis + 1]) +
             static_cast<std::size_t>(at[static_cast<std::size_t>(axis)]);
    }
    tap.values.push_back(values[from]);
    for (int axis = cut.rank() - 1; axis >= 0; --axis) {
      if (++at[static_cast<std::size_t>(axis)] < cut[axis]) break;
      at[static_cast<std::size_t>(axis)] = 0;
    }
  }
  return tap;
}

}  // namespace heed
