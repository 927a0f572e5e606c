// engine/backend/reference: the backend around the reference kernels.
#include <algorithm>
#include <map>

#include "engine/backend/backend.h"
#include "engine/backend/reference/reference.h"
#include "engine/ops/op.h"

namespace heed {
namespace reference {

Kernel kernel_for(OpKind op) {
  switch (op) {
    case OpKind::kFill: case OpKind::kRandomUniform: return random_op;
    case OpKind::kAdd: case OpKind::kSub: case OpKind::kMul: case OpKind::kDiv: case OpKind::kMaximum: case OpKind::kGreater:
    case OpKind::kEqual: return binary;
    case OpKind::kSelect: return select_op;
    case OpKind::kMatmul: return matmul_op;
    case OpKind::kSum: case OpKind::kMax: case OpKind::kArgmax: return reduce_op;
    case OpKind::kSoftmax: case OpKind::kLogSoftmax: return softmax_op;
    case OpKind::kReshape: case OpKind::kPermute: case OpKind::kBroadcast: case OpKind::kConcat: case OpKind::kSlice: case OpKind::kPad:
    case OpKind::kStopGradient: return layout_op;
    case OpKind::kGatherRows: case OpKind::kScatterAddRows: case OpKind::kPick: case OpKind::kPlace: return index_op;
    case OpKind::kStore: case OpKind::kSgd: case OpKind::kAdam: case OpKind::kRmsProp: return update_op;
    case OpKind::kNeg: case OpKind::kExp: case OpKind::kLog: case OpKind::kSqrt: case OpKind::kSquare: case OpKind::kTanh:
    case OpKind::kSigmoid: case OpKind::kErf: case OpKind::kRelu: case OpKind::kStep: case OpKind::kAffine: case OpKind::kCastFloat: return unary;
    default: return nullptr;  // leaves, and fused ops, whose compositions run
  }
}

}  // namespace reference

namespace {

using reference::Values;
using Arenas = std::vector<Values>;

class ReferenceBackend final : public Backend {
 public:
  explicit ReferenceBackend(bool double_precision) : double_(double_precision) {}

  std::string_view name() const override { return double_ ? "reference (double)" : "reference"; }
  Abilities abilities() const override { return {}; }
  bool supports(const Plan& plan) const override {
    return std::ranges::none_of(plan.nodes, [](const PlanNode& node) { return is_fused(node.node.op); });
  }

  StateId create_state(std::size_t arena_elems) override {
    states_[++last_] = Arenas(static_cast<std::size_t>(Arena::kCount), Values(arena_elems, 0.0));
    return static_cast<StateId>(last_);
  }
  void release_state(StateId state) override { states_.erase(static_cast<std::uint64_t>(state)); }

  void write(StateId state, Arena arena, std::size_t offset, std::span<const float> values) override {
    Values& to = states_.at(static_cast<std::uint64_t>(state))[static_cast<std::size_t>(arena)];
    for (std::size_t i = 0; i < values.size(); ++i) to.at(offset + i) = static_cast<double>(values[i]);
  }

  Ticket read(StateId state, Arena arena, std::size_t offset, std::size_t count) override {
    const Values& from = states_.at(static_cast<std::uint64_t>(state))[static_cast<std::size_t>(arena)];
    Outputs out;
    out.values.emplace_back();
    for (std::size_t i = 0; i < count; ++i) out.values[0].push_back(static_cast<float>(from.at(offset + i)));
    return finish(std::move(out));
  }

  ExecutableId prepare(const Plan& plan, StateId state) override {
    executables_[++last_] = {plan, state};
    return static_cast<ExecutableId>(last_);
  }
  void release(ExecutableId executable) override { executables_.erase(static_cast<std::uint64_t>(executable)); }

  Ticket submit(ExecutableId executable, std::span<const Feed> feeds, std::uint64_t seed) override {
    const auto& [plan, state] = executables_.at(static_cast<std::uint64_t>(executable));
    Arenas& arenas = states_.at(static_cast<std::uint64_t>(state));
    std::vector<Values> values(plan.nodes.size());
    for (std::size_t p = 0; p < plan.inputs.size(); ++p) {
      Values& to = values[static_cast<std::size_t>(plan.inputs[p].node)];
      if (plan.nodes[static_cast<std::size_t>(plan.inputs[p].node)].node.dtype == DType::kI32) to.assign(feeds[p].i32.begin(), feeds[p].i32.end());
      else to.assign(feeds[p].f32.begin(), feeds[p].f32.end());
    }
    for (std::size_t i = 0; i < plan.nodes.size(); ++i) evaluate(plan, i, values, arenas, seed);
    Outputs out;
    for (const PlanPort& port : plan.outputs) {
      const Values& from = values[static_cast<std::size_t>(port.node)];
      out.values.emplace_back(from.begin(), from.end());
    }
    return finish(std::move(out));
  }

  std::optional<Outputs> poll(Ticket ticket) override {
    const auto found = done_.find(ticket);
    if (found == done_.end()) return std::nullopt;
    Outputs out = std::move(found->second);
    done_.erase(found);
    return out;
  }

 private:
  void evaluate(const Plan& plan, std::size_t i, std::vector<Values>& values, Arenas& arenas, std::uint64_t seed) const {
    const Node& node = plan.nodes[i].node;
    Values& out = values[i];
    if (node.op == OpKind::kInput) return;
    if (node.op == OpKind::kConstant) {
      const auto& from = std::get<ConstantAttrs>(node.attrs).values;
      out.assign(from.begin(), from.end());
      return;
    }
    out.assign(node.shape.count(), 0.0);
    if (node.op == OpKind::kExternal) {
      const ExternalAttrs& a = std::get<ExternalAttrs>(node.attrs);
      const Values& from = arenas[static_cast<std::size_t>(a.arena)];
      for (std::size_t k = 0; k < out.size(); ++k) out[k] = from.at(a.offset + k);
      return;
    }
    reference::Call call{node, {}, {}, out, arenas, seed};
    for (int input : node.inputs) {
      call.in.push_back(&values[static_cast<std::size_t>(input)]);
      call.shapes.push_back(&plan.nodes[static_cast<std::size_t>(input)].node.shape);
    }
    reference::kernel_for(node.op)(call);
    if (!double_) round_to_single(node, out, arenas);
  }

  static void round_to_single(const Node& node, Values& out, Arenas& arenas) {
    auto round = [](Values& values) {
      for (double& v : values) v = static_cast<double>(static_cast<float>(v));
    };
    round(out);
    if (node.op == OpKind::kStore || node.op == OpKind::kSgd || node.op == OpKind::kAdam || node.op == OpKind::kRmsProp) {
      for (Values& arena : arenas) round(arena);
    }
  }

  Ticket finish(Outputs out) {
    done_[++ticket_] = std::move(out);
    return ticket_;
  }

  struct Executable {
    Plan plan;
    StateId state;
  };
  bool double_;
  std::uint64_t last_ = 0;
  Ticket ticket_ = 0;
  std::map<std::uint64_t, Arenas> states_;
  std::map<std::uint64_t, Executable> executables_;
  std::map<Ticket, Outputs> done_;
};

}  // namespace

std::unique_ptr<Backend> make_reference_backend(bool double_precision) { return std::make_unique<ReferenceBackend>(double_precision); }

}  // namespace heed
