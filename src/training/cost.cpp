// training: see cost.h.
#include "training/cost.h"

#include <algorithm>
#include <cmath>

#include "engine/ops/ops.h"
#include "nn/layers.h"
#include "nn/sequence.h"

namespace heed {
namespace {

constexpr int kMechanismLengths[] = {8, 16, 32, 64, 128, 256};
constexpr int kModelLengths[] = {4, 8, 16, 32, 64};

double multiply_adds_of(const Plan& plan, const Node& node) {
  const Shape& left = plan.nodes[static_cast<std::size_t>(node.inputs[0])].node.shape;
  const bool turned = std::get<MatmulAttrs>(node.attrs).transpose_a;
  return static_cast<double>(node.shape.count()) * left[turned ? -2 : -1];
}

/// How much a node that is no product does: a result each, or what it reads where that is more (sums).
double work_of(const Plan& plan, const Node& node) {
  std::size_t most = node.shape.count();
  for (const int input : node.inputs) most = std::max(most, plan.nodes[static_cast<std::size_t>(input)].node.shape.count());
  return static_cast<double>(most);
}

/// The model's own forward pass over one example of `length`.
Tensor record_model(Tape& tape, const Experiment& experiment, int length) {
  const TaskForm& form = experiment.form;
  const int target = form.answer == Answer::kSequence ? length + 1 : form.answer == Answer::kLabel ? 1 : length;
  Graph graph(tape, experiment.model->parameters());
  const SequenceBatch batch = record_batch(tape, {1, length, target}, form);
  return experiment.model->forward(graph, batch).logits;
}

/// Scratch of a pass forward and back, in bytes: what has to be kept for the gradients of all parameters.
double training_memory(Tape& tape, Tensor y, const Abilities& abilities) {
  std::vector<Tensor> parameters;
  for (std::size_t id = 0; id < tape.nodes().size(); ++id) {
    if (tape.nodes()[id].op == OpKind::kExternal) parameters.push_back({&tape, static_cast<int>(id)});
  }
  const std::vector<Tensor> grads = gradients(sum_all(square(y)), parameters);
  for (std::size_t i = 0; i < grads.size(); ++i) tape.output("gradient " + std::to_string(i), grads[i]);
  return 4.0 * static_cast<double>(compile(tape, {}, abilities).scratch_elems);
}

}  // namespace

const std::vector<std::string>& cost_mechanisms() {
  static const std::vector<std::string> all{"self_attention", "rnn", "gru", "lstm"};
  return all;
}

double cost_by_formula(const std::string& mechanism, double n, double d) {
  if (mechanism == "self_attention") return 4 * n * d * d + 2 * n * n * d;
  return (mechanism == "rnn" ? 2 : mechanism == "gru" ? 6 : 8) * n * d * d;
}

Tensor record_mechanism(Tape& tape, ParameterSet& parameters, const std::string& mechanism, int length, int width) {
  const Tensor x = tape.input("x", {1, length, width});
  if (mechanism != "self_attention") {
    const std::unique_ptr<RecurrentCell> cell = make_cell(mechanism, parameters, "cell", width, width);
    Graph graph(tape, parameters);
    std::vector<Tensor> states;
    for (const RecurrentState& state : scan(graph, *cell, cell->project(graph, x), {}, Direction::kForward))
      states.push_back(state.h);
    return stack_time(states);
  }
  const Linear query(parameters, "query", width, width, Bias::kNone), key(parameters, "key", width, width, Bias::kNone),
      value(parameters, "value", width, width, Bias::kNone), output(parameters, "output", width, width, Bias::kNone);
  Graph graph(tape, parameters);
  const float scale = 1.0f / std::sqrt(static_cast<float>(width));
  return output(graph, attention(query(graph, x), key(graph, x), value(graph, x), {}, {1, scale, false}));
}

double count_products(const Plan& plan) {
  double count = 0;
  for (const PlanNode& one : plan.nodes)
    if (one.runs && (one.node.op == OpKind::kMatmul || one.node.op == OpKind::kMatmulAdd)) count += multiply_adds_of(plan, one.node);
  return count;
}

OperationCount count_operations(const Tape& tape) {
  const Plan plan = compile(tape);
  OperationCount count;
  std::vector<int> chain(plan.nodes.size(), 0);
  for (std::size_t id = 0; id < plan.nodes.size(); ++id) {
    const PlanNode& one = plan.nodes[id];
    for (const int input : one.node.inputs) chain[id] = std::max(chain[id], chain[static_cast<std::size_t>(input)]);
    if (!one.runs || one.node.inputs.empty()) continue;
    ++chain[id];
    count.chain = std::max(count.chain, chain[id]);
    if (one.node.op == OpKind::kMatmul) {
      count.multiply_adds += multiply_adds_of(plan, one.node);
    } else {
      count.other += work_of(plan, one.node);
    }
  }
  return count;
}

std::optional<double> costs_more_from(const CostCurve& a, const CostCurve& b) {
  std::optional<double> before;
  for (std::size_t i = 0; i < std::min(a.points.size(), b.points.size()); ++i) {
    const double gap = a.points[i].multiply_adds - b.points[i].multiply_adds;
    const double length = a.points[i].length;
    if (gap > 0) {
      if (!before) return length;
      const double last = a.points[i - 1].length;
      return last + (length - last) * -*before / (gap - *before);
    }
    before = gap;
  }
  return std::nullopt;
}

CostJob::CostJob(const Experiment& experiment, Abilities abilities, int width)
    : experiment_(experiment), abilities_(abilities) {
  result_.width = width;
  for (const std::string& mechanism : cost_mechanisms()) {
    for (const int length : kMechanismLengths) items_.push_back({result_.mechanisms.size(), length});
    result_.mechanisms.push_back({mechanism, {}});
  }
  result_.model.key = "model";
  for (const int length : kModelLengths) items_.push_back({result_.mechanisms.size(), length});
}

CostCurve& CostJob::curve_of(const Item& item) {
  return item.curve < result_.mechanisms.size() ? result_.mechanisms[item.curve] : result_.model;
}

Plan CostJob::next(std::size_t& arena_elems) {
  const Item& item = items_[at_];
  CostCurve& curve = curve_of(item);
  CostPoint point;
  point.length = item.length;
  Tape tape;
  ParameterSet own;
  const bool whole = &curve == &result_.model;
  const Tensor y = whole ? record_model(tape, experiment_, item.length)
                         : record_mechanism(tape, own, curve.key, item.length, result_.width);
  tape.output("y", y);
  Plan plan = compile(tape, {}, abilities_);
  arena_elems = (whole ? experiment_.model->parameters() : own).arena_elems();
  point.memory_bytes = 4.0 * static_cast<double>(plan.scratch_elems);
  if (!whole) point.by_formula = cost_by_formula(curve.key, item.length, result_.width);
  const OperationCount count = count_operations(tape);
  point.multiply_adds = count.multiply_adds;
  point.other = count.other;
  point.chain = count.chain;
  point.training_bytes = training_memory(tape, y, abilities_);
  curve.points.push_back(point);
  return plan;
}

std::vector<std::vector<float>> CostJob::feeds(const Plan& plan) {
  std::vector<std::vector<float>> out;
  for (const PlanPort& port : plan.inputs) {
    const float value = port.name.ends_with("mask") ? 1.0f : 0.0f;
    out.emplace_back(plan.nodes[static_cast<std::size_t>(port.node)].node.shape.count(), value);
  }
  return out;
}

void CostJob::timed(float milliseconds) {
  curve_of(items_[at_]).points.back().milliseconds = milliseconds;
  ++at_;
}

}  // namespace heed
