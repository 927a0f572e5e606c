// training: recording and keeping of plans.
#include "training/plans.h"

#include <algorithm>
#include <stdexcept>

#include "engine/ops/ops.h"
#include "nn/optimiser.h"

namespace heed {
namespace {

/// The share of target tokens whose most likely prediction is right.
Tensor token_accuracy(const TeacherForced& forced, const SequenceBatch& batch) {
  const Tensor right = equal(argmax(forced.logits), batch.target_out);
  return sum_all(right * batch.target_mask) / sum_all(batch.target_mask);
}

void record(Tape& tape, const Experiment& experiment, PlanKind kind, BatchShape shape) {
  Graph graph(tape, experiment.model->parameters());
  const SequenceBatch batch = record_batch(tape, shape);
  if (kind == PlanKind::kDecode || kind == PlanKind::kWatchDecode) {
    tape.output("tokens", experiment.model->decode(graph, batch.source, batch.source_mask, shape.target).tokens);
    return;
  }
  const TeacherForced forced = experiment.model->forward(graph, batch);
  if (kind == PlanKind::kWatch) {
    tape.output("choices", argmax(forced.logits));
    return;
  }
  tape.output("loss", forced.loss);
  if (kind == PlanKind::kTrain) {
    tape.output("token_accuracy", token_accuracy(forced, batch));
    tape.output("gradient_norm", record_update(graph, forced.loss, experiment.optimiser()));
  }
}

std::vector<std::string> wanted_taps(const Experiment& experiment, PlanKind kind) {
  if (kind == PlanKind::kWatch || kind == PlanKind::kWatchDecode) return experiment.watched;
  const std::string alignment = experiment.model->alignment_tap();
  if (kind == PlanKind::kEvaluate && !alignment.empty()) return {alignment};
  return {};
}

/// Records the same computation with one more source and two more target positions: the axes that grow are the ones
/// that run over them, whatever other extents happen to be equal.
std::map<std::string, TapAxes> find_axes(Tape& tape, const Experiment& experiment, PlanKind kind, BatchShape shape,
                                         const std::vector<std::string>& taps) {
  std::map<std::string, TapAxes> found;
  if (taps.empty()) return found;
  Tape larger;
  record(larger, experiment, kind, {shape.batch, shape.source + 1, shape.target + 2});
  for (const std::string& name : taps) {
    const Shape a = tape.tapped(name).shape(), b = larger.tapped(name).shape();
    TapAxes axes;
    for (int axis = 0; axis < a.rank(); ++axis) {
      if (b[axis] == a[axis] + 1) axes.source = axis;
      if (b[axis] == a[axis] + 2) axes.target = axis;
    }
    found[name] = axes;
  }
  return found;
}

}  // namespace

PlanCache::PlanCache(const Experiment& experiment, Backend& backend, StateId state)
    : experiment_(experiment), backend_(backend), state_(state) {}

PlanCache::~PlanCache() {
  for (const PreparedPlan& plan : plans_) backend_.release(plan.executable);
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
                    -1,   Batch(shape), find_axes(tape, experiment_, kind, shape, taps)};
  if (!backend_.supports(made.plan))
    throw std::runtime_error("the backend " + std::string(backend_.name()) + " lacks an op of this model");
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
