// engine/plan: see fuse.h.
#include "engine/plan/fuse.h"

#include <algorithm>
#include <queue>

#include "engine/ops/op.h"

namespace heed {

bool is_effect(OpKind op) { return op == OpKind::kStore || op == OpKind::kSgd || op == OpKind::kAdam || op == OpKind::kRmsProp; }

std::vector<char> live_nodes(const Tape& tape, const std::vector<int>& wanted) {
  std::vector<char> live(tape.nodes().size(), 0);
  for (int id : wanted) live[static_cast<std::size_t>(id)] = 1;
  for (std::size_t id = live.size(); id-- > 0;) {
    const Node& node = tape.nodes()[id];
    if (is_effect(node.op)) live[id] = 1;
    if (!live[id]) continue;
    for (int input : node.inputs) live[static_cast<std::size_t>(input)] = 1;
  }
  return live;
}

Usage usage_of(const Tape& tape, const std::vector<int>& wanted) {
  constexpr int kOutside = 1 << 20;
  Usage out{live_nodes(tape, wanted), std::vector<int>(tape.nodes().size()), std::vector<int>(tape.nodes().size())};
  int effects = 0;
  for (std::size_t id = 0; id < out.live.size(); ++id) {
    const Node& node = tape.nodes()[id];
    out.effects_before[id] = effects;
    if (!out.live[id]) continue;
    effects += is_effect(node.op) ? 1 : 0;
    for (int input : node.inputs) ++out.readers[static_cast<std::size_t>(input)];
  }
  for (int id : wanted) out.readers[static_cast<std::size_t>(id)] += kOutside;
  return out;
}

namespace {

constexpr std::size_t kMostLinks = 24;

std::size_t at(int id) { return static_cast<std::size_t>(id); }

/// Elementwise ops with a loop in every backend that runs chains.
bool can_link(const Tape& tape, const Node& node) {
  if (node.op < OpKind::kNeg || node.op > OpKind::kSelect) return false;
  return std::ranges::all_of(node.inputs, [&](int input) { return tape.node(input).dtype == DType::kF32; });
}

/// Finds which elementwise nodes run as part of which later one.
class ChainFinder {
 public:
  ChainFinder(const Tape& tape, const std::vector<int>& wanted)
      : tape_(tape), use_(usage_of(tape, wanted)), absorbed_by_(use_.live.size(), -1) {
    for (std::size_t id = use_.live.size(); id-- > 0;) {
      const int root = static_cast<int>(id);
      if (use_.live[id] && absorbed_by_[id] < 0 && can_link(tape, tape.node(root))) grow(root);
    }
  }

  bool live(std::size_t id) const { return use_.live[id] != 0; }
  /// The last node of the chain that this one became a link of; -1 when it stays a node.
  int absorbed_by(std::size_t id) const { return absorbed_by_[id]; }

 private:
  /// Absorbs, from the root backwards, every node of the same shape all of whose readers belong to the chain.
  void grow(int root) {
    const Node& end = tape_.node(root);
    std::priority_queue<int> candidates;
    std::vector<int> seen;  // readers within the chain, one entry each
    std::size_t links = 1;
    const auto offer = [&](const Node& node) {
      for (int input : node.inputs) candidates.push(input);
    };
    offer(end);
    while (!candidates.empty() && links < kMostLinks) {
      const int id = candidates.top();
      int readers = 0;
      for (; !candidates.empty() && candidates.top() == id; candidates.pop()) ++readers;
      const Node& node = tape_.node(id);
      // A value that must be there before an effect must not be computed after it.
      if (readers != use_.readers[at(id)] || !can_link(tape_, node) || !(node.shape == end.shape) ||
          use_.effects_before[at(id)] != use_.effects_before[at(root)])
        continue;
      absorbed_by_[at(id)] = root;
      ++links;
      offer(node);
    }
  }

  const Tape& tape_;
  Usage use_;
  std::vector<int> absorbed_by_;
};

/// The links and operands of one chain, while the tape is written again.
class ChainWriter {
 public:
  ChainWriter(const Tape& tape, const std::vector<int>& members) : tape_(tape), members_(members) {
    for (int id : members_) {
      for (int input : tape.node(id).inputs) note(input);
    }
  }

  std::size_t operands() const { return operands_.size(); }
  const std::vector<int>& operand_ids() const { return operands_; }

  ChainAttrs links() const {
    ChainAttrs out{{}, tape_.node(members_.back()).shape};
    std::vector<int> place_of_fill;
    for (int id : fills_) {
      place_of_fill.push_back(static_cast<int>(operands_.size() + out.links.size()));
      out.links.push_back({OpKind::kFill, {}, 1, std::get<FillAttrs>(tape_.node(id).attrs).value});
    }
    for (int id : members_) {
      const Node& node = tape_.node(id);
      ChainLink link{node.op, {}, 1, 0};
      if (const auto* affine = std::get_if<AffineAttrs>(&node.attrs)) link.scale = affine->scale, link.shift = affine->shift;
      for (std::size_t k = 0; k < node.inputs.size(); ++k) link.args[k] = number(node.inputs[k], place_of_fill);
      out.links.push_back(link);
    }
    return out;
  }

 private:
  void note(int input) {
    input = source(input);
    std::vector<int>& list = tape_.node(input).op == OpKind::kFill ? fills_ : operands_;
    if (std::ranges::find(members_, input) == members_.end() && std::ranges::find(list, input) == list.end()) list.push_back(input);
  }

  /// A broadcast value is read where it comes from.
  int source(int input) const {
    const Node& node = tape_.node(input);
    return node.op == OpKind::kBroadcast && std::ranges::find(members_, input) == members_.end() ? node.inputs[0] : input;
  }

  int number(int input, const std::vector<int>& place_of_fill) const {
    input = source(input);
    if (const auto fill = std::ranges::find(fills_, input); fill != fills_.end()) return place_of_fill[static_cast<std::size_t>(fill - fills_.begin())];
    if (const auto operand = std::ranges::find(operands_, input); operand != operands_.end()) return static_cast<int>(operand - operands_.begin());
    const auto member = std::ranges::find(members_, input);
    return static_cast<int>(operands_.size() + fills_.size()) + static_cast<int>(member - members_.begin());
  }

  const Tape& tape_;
  const std::vector<int>& members_;
  std::vector<int> operands_, fills_;
};

}  // namespace

Rewritten write_out_compositions(const Tape& tape, const std::vector<int>& wanted, const Abilities& abilities) {
  const std::vector<char> live = live_nodes(tape, wanted);
  Rewritten out{std::make_unique<Tape>(), std::vector<int>(live.size(), -1)};
  for (std::size_t id = 0; id < live.size(); ++id) {
    if (!live[id]) continue;
    const Node& node = tape.nodes()[id];
    std::vector<Tensor> inputs;
    for (int input : node.inputs) inputs.push_back({out.tape.get(), out.now[at(input)]});
    const bool lacks = is_fused(node.op) && !abilities.fused[static_cast<std::size_t>(node.op)];
    out.now[id] = (lacks ? op_def(node.op).compose(inputs, node.attrs) : out.tape->repeat(node, inputs)).id;
  }
  return out;
}

Rewritten make_chains(const Tape& tape, const std::vector<int>& wanted) {
  const ChainFinder found(tape, wanted);
  std::vector<std::vector<int>> members(tape.nodes().size());
  for (std::size_t id = 0; id < tape.nodes().size(); ++id) {
    if (found.absorbed_by(id) >= 0) members[at(found.absorbed_by(id))].push_back(static_cast<int>(id));
  }
  Rewritten out{std::make_unique<Tape>(), std::vector<int>(tape.nodes().size(), -1)};
  for (std::size_t id = 0; id < tape.nodes().size(); ++id) {
    if (!found.live(id) || found.absorbed_by(id) >= 0) continue;
    const Node& node = tape.nodes()[id];
    std::vector<Tensor> inputs;
    const auto add = [&](int input) { inputs.push_back({out.tape.get(), out.now[at(input)]}); };
    if (members[id].empty()) {
      for (int input : node.inputs) add(input);
      out.now[id] = out.tape->repeat(node, inputs).id;
      continue;
    }
    members[id].push_back(static_cast<int>(id));
    const ChainWriter chain(tape, members[id]);
    for (int input : chain.operand_ids()) add(input);
    out.now[id] = out.tape->emit(OpKind::kChain, inputs, chain.links()).id;
  }
  return out;
}

}  // namespace heed
