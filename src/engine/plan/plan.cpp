// engine/plan: from a tape to a plan: which nodes live, what views what, and where every value lies.
#include "engine/plan/plan.h"

#include <algorithm>
#include <limits>
#include <map>

#include "engine/ops/op.h"
#include "engine/plan/fuse.h"

namespace heed {
namespace {

constexpr std::size_t kAlignElems = 64;  // 256 bytes: what WebGPU asks of a buffer binding's offset
constexpr int kForever = std::numeric_limits<int>::max();

std::size_t aligned(std::size_t elems) { return (elems + kAlignElems - 1) / kAlignElems * kAlignElems; }

/// Elements before a slice that is one contiguous block of what it slices; -1 when it is not, or not aligned.
std::ptrdiff_t contiguous_offset(const Node& slice, const Shape& of) {
  const SliceAttrs& a = std::get<SliceAttrs>(slice.attrs);
  std::size_t inner = 1;
  for (int i = 0; i < of.rank(); ++i) {
    if (i < a.axis && of[i] != 1) return -1;
    if (i > a.axis) inner *= static_cast<std::size_t>(of[i]);
  }
  const std::size_t offset = inner * static_cast<std::size_t>(a.start);
  return offset % kAlignElems == 0 ? static_cast<std::ptrdiff_t>(offset) : -1;
}

/// Blocks of scratch handed out by lifetime: the smallest free block that fits, neighbours merged when they come back.
class Scratch {
 public:
  std::size_t take(std::size_t size) {
    auto best = free_.end();
    for (auto it = free_.begin(); it != free_.end(); ++it) {
      if (it->second >= size && (best == free_.end() || it->second < best->second)) best = it;
    }
    if (best == free_.end()) {
      std::size_t at = extent_;
      // The last free block may end where scratch ends: grow from there.
      if (!free_.empty() && std::prev(free_.end())->first + std::prev(free_.end())->second == extent_) {
        at = std::prev(free_.end())->first;
        free_.erase(std::prev(free_.end()));
      }
      extent_ = at + size;
      return at;
    }
    const auto [at, extent] = *best;
    free_.erase(best);
    if (extent > size) free_[at + size] = extent - size;
    return at;
  }

  void give_back(std::size_t at, std::size_t size) {
    auto it = free_.emplace(at, size).first;
    if (auto next = std::next(it); next != free_.end() && it->first + it->second == next->first) {
      it->second += next->second;
      free_.erase(next);
    }
    if (it != free_.begin()) {
      auto before = std::prev(it);
      if (before->first + before->second == it->first) {
        before->second += it->second;
        free_.erase(it);
      }
    }
  }

  std::size_t extent() const { return extent_; }

 private:
  std::map<std::size_t, std::size_t> free_;
  std::size_t extent_ = 0;
};

struct Base {
  int node;            // the plan node that owns the memory
  std::size_t offset;  // of the view inside it
};

bool is_view(OpKind op) { return op == OpKind::kReshape || op == OpKind::kStopGradient || op == OpKind::kSlice; }

bool needs_compositions(const Tape& tape, const Abilities& abilities) {
  return std::ranges::any_of(tape.nodes(), [&](const Node& node) {
    return is_fused(node.op) && !abilities.fused[static_cast<std::size_t>(node.op)];
  });
}

/// Copies the live nodes, renumbered. What is wanted for the outside and only views an arena is copied on
/// the spot, so that effects recorded later do not change what was meant; `outside` then names the copy.
void copy_live(const Tape& tape, const std::vector<char>& live, const std::vector<int>& wanted, Plan& plan,
               std::map<int, int>& outside) {
  std::vector<int> number(tape.nodes().size(), -1);
  std::vector<char> shows_arena(tape.nodes().size(), 0);
  for (std::size_t id = 0; id < live.size(); ++id) {
    if (!live[id]) continue;
    PlanNode entry{tape.nodes()[id], {}, true};
    shows_arena[id] = entry.node.op == OpKind::kExternal ||
                      (is_view(entry.node.op) && shows_arena[static_cast<std::size_t>(entry.node.inputs[0])]);
    for (int& input : entry.node.inputs) input = number[static_cast<std::size_t>(input)];
    number[id] = static_cast<int>(plan.nodes.size());
    plan.nodes.push_back(std::move(entry));
    if (std::ranges::find(wanted, static_cast<int>(id)) == wanted.end()) continue;
    outside[static_cast<int>(id)] = number[id];
    if (!shows_arena[id]) continue;
    outside[static_cast<int>(id)] = static_cast<int>(plan.nodes.size());
    plan.nodes.push_back({{OpKind::kAffine, DType::kF32, tape.nodes()[id].shape, {number[id]}, AffineAttrs{1, 0}}, {}, true});
  }
}

std::vector<Base> find_bases(Plan& plan) {
  std::vector<Base> bases;
  for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
    PlanNode& entry = plan.nodes[i];
    const Node& node = entry.node;
    Base base{static_cast<int>(i), 0};
    std::ptrdiff_t view = -1;
    if (node.op == OpKind::kReshape || node.op == OpKind::kStopGradient) view = 0;
    if (node.op == OpKind::kSlice) view = contiguous_offset(node, plan.nodes[static_cast<std::size_t>(node.inputs[0])].node.shape);
    if (view >= 0) {
      const Base& of = bases[static_cast<std::size_t>(node.inputs[0])];
      base = {of.node, of.offset + static_cast<std::size_t>(view)};
      entry.runs = false;
    }
    bases.push_back(base);
  }
  return bases;
}

/// Gives inputs, arena views, constants and effects their places; true for those.
bool place_leaf(Plan& plan, PlanNode& entry, int index) {
  const Node& node = entry.node;
  switch (node.op) {
    case OpKind::kInput:
      entry.location = {Place::kInput, Arena::kParameters, plan.input_elems};
      plan.input_elems += aligned(node.shape.count());
      plan.inputs.push_back({std::get<LeafAttrs>(node.attrs).name, index});
      entry.runs = false;
      return true;
    case OpKind::kConstant:
      entry.location = {Place::kConstant, Arena::kParameters, plan.constant_elems};
      plan.constant_elems += aligned(node.shape.count());
      entry.runs = false;
      return true;
    case OpKind::kExternal:
    case OpKind::kStore: {
      const ExternalAttrs& a = std::get<ExternalAttrs>(node.attrs);
      entry.location = {Place::kArena, a.arena, a.offset};
      if (node.op == OpKind::kExternal) entry.runs = false;
      return true;
    }
    case OpKind::kSgd:
    case OpKind::kAdam:
    case OpKind::kRmsProp:
      entry.location = {Place::kArena, Arena::kParameters, 0};
      return true;
    default:
      return false;
  }
}

/// A gradient that is stored into the gradients' arena may be computed there in the first place.
void pin_stored(Plan& plan, const std::vector<Base>& bases, std::vector<char>& placed) {
  for (PlanNode& entry : plan.nodes) {
    if (entry.node.op != OpKind::kStore || entry.location.arena != Arena::kGradients) continue;
    const Base& base = bases[static_cast<std::size_t>(entry.node.inputs[0])];
    PlanNode& owner = plan.nodes[static_cast<std::size_t>(base.node)];
    if (placed[static_cast<std::size_t>(base.node)] || owner.node.shape.count() != entry.node.shape.count()) continue;
    owner.location = entry.location;
    placed[static_cast<std::size_t>(base.node)] = 1;
    entry.runs = false;
  }
}

/// The operand whose memory node i may take over for its value; -1 when there is none. Its kernel reads and writes there element by
/// element at the same positions, and nobody needs the operand, or anything else in the same memory, any more.
int operand_to_overwrite(const Plan& plan, const std::vector<Base>& bases, const std::vector<char>& placed, const std::vector<int>& last_use,
                         std::size_t i) {
  const Node& node = plan.nodes[i].node;
  if (node.op != OpKind::kChain && node.op != OpKind::kMatmulAdd) return -1;
  const auto owner = [&](int input) { return bases[static_cast<std::size_t>(input)].node; };
  const auto is_whole = [&](int input) {
    return plan.nodes[static_cast<std::size_t>(input)].node.shape.count() == node.shape.count() &&
           plan.nodes[static_cast<std::size_t>(owner(input))].node.shape.count() == node.shape.count();
  };
  for (std::size_t k = node.op == OpKind::kMatmulAdd ? 2 : 0; k < node.inputs.size(); ++k) {
    const int input = node.inputs[k], of = owner(input);
    if (!is_whole(input) || placed[static_cast<std::size_t>(of)] || last_use[static_cast<std::size_t>(of)] != static_cast<int>(i)) continue;
    // A factor of the product, or a part that a chain repeats, must stay as it is.
    const auto is_in_the_way = [&](const int& other) {
      return &other != &node.inputs[k] && owner(other) == of && (node.op == OpKind::kMatmulAdd || !is_whole(other));
    };
    if (std::ranges::none_of(node.inputs, is_in_the_way)) return of;
  }
  return -1;
}

void place_scratch(Plan& plan, const std::vector<Base>& bases, const std::vector<char>& placed) {
  std::vector<int> last_use(plan.nodes.size(), -1);
  for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
    for (int input : plan.nodes[i].node.inputs) {
      int& last = last_use[static_cast<std::size_t>(bases[static_cast<std::size_t>(input)].node)];
      last = std::max(last, static_cast<int>(i));
    }
  }
  for (const PlanPort& port : plan.outputs) {
    last_use[static_cast<std::size_t>(bases[static_cast<std::size_t>(port.node)].node)] = kForever;
  }
  std::vector<std::vector<int>> ends(plan.nodes.size());
  Scratch scratch;
  for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
    const bool owns = bases[i].node == static_cast<int>(i) && !placed[i];
    if (owns) {
      const int taken_over = operand_to_overwrite(plan, bases, placed, last_use, i);
      if (taken_over >= 0) {
        plan.nodes[i].location = plan.nodes[static_cast<std::size_t>(taken_over)].location;
        std::erase(ends[i], taken_over);
      } else {
        plan.nodes[i].location = {Place::kScratch, Arena::kParameters, scratch.take(aligned(plan.nodes[i].node.shape.count()))};
      }
      if (last_use[i] < 0) ends[i].push_back(static_cast<int>(i));
      else if (last_use[i] != kForever) ends[static_cast<std::size_t>(last_use[i])].push_back(static_cast<int>(i));
    }
    for (int done : ends[i]) {
      const PlanNode& entry = plan.nodes[static_cast<std::size_t>(done)];
      scratch.give_back(entry.location.offset, aligned(entry.node.shape.count()));
    }
  }
  plan.scratch_elems = scratch.extent();
}

std::vector<NamedTensor> wanted_values(const Tape& tape, const std::vector<std::string>& taps) {
  std::vector<NamedTensor> wanted = tape.outputs();
  for (const std::string& name : taps) {
    const auto found = std::find_if(tape.taps().begin(), tape.taps().end(), [&](const NamedTensor& t) { return t.name == name; });
    if (found == tape.taps().end()) throw ShapeError("[plan] no tap '" + name + "' was recorded");
    wanted.push_back(*found);
  }
  return wanted;
}

/// Everything after fused ops have been dealt with: what lives, what views what, where it lies.
Plan lay_out(const Tape& tape, const std::vector<NamedTensor>& wanted, const std::vector<int>& ids) {
  Plan plan;
  std::map<int, int> outside;
  copy_live(tape, live_nodes(tape, ids), ids, plan, outside);
  for (const NamedTensor& t : wanted) plan.outputs.push_back({t.name, outside.at(t.id)});

  const std::vector<Base> bases = find_bases(plan);
  std::vector<char> placed(plan.nodes.size(), 0);
  for (std::size_t i = 0; i < plan.nodes.size(); ++i) placed[i] = place_leaf(plan, plan.nodes[i], static_cast<int>(i));
  pin_stored(plan, bases, placed);
  place_scratch(plan, bases, placed);
  for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
    if (bases[i].node == static_cast<int>(i)) continue;
    plan.nodes[i].location = plan.nodes[static_cast<std::size_t>(bases[i].node)].location;
    plan.nodes[i].location.offset += bases[i].offset;
  }
  return plan;
}

int find_port(const std::vector<PlanPort>& ports, const std::string& name) {
  for (std::size_t i = 0; i < ports.size(); ++i) {
    if (ports[i].name == name) return static_cast<int>(i);
  }
  return -1;
}

}  // namespace

int Plan::input_index(const std::string& name) const { return find_port(inputs, name); }
int Plan::output_index(const std::string& name) const { return find_port(outputs, name); }

Plan compile(const Tape& tape, const std::vector<std::string>& taps, const Abilities& abilities) {
  std::vector<NamedTensor> wanted = wanted_values(tape, taps);
  std::vector<int> ids;
  for (const NamedTensor& t : wanted) ids.push_back(t.id);
  std::vector<Rewritten> rewritten;
  const Tape* now = &tape;
  const auto go_on = [&](Rewritten next) {
    for (std::size_t i = 0; i < ids.size(); ++i) ids[i] = wanted[i].id = next.now[static_cast<std::size_t>(ids[i])];
    now = next.tape.get();
    rewritten.push_back(std::move(next));
  };
  if (needs_compositions(tape, abilities)) go_on(write_out_compositions(*now, ids, abilities));
  if (abilities.fused[static_cast<std::size_t>(OpKind::kMatmulAdd)]) go_on(add_onto_products(*now, ids));
  if (abilities.fused[static_cast<std::size_t>(OpKind::kChain)]) go_on(make_chains(*now, ids));
  return lay_out(*now, wanted, ids);
}

}  // namespace heed
