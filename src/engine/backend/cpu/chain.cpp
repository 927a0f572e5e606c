// engine/backend/cpu: elementwise ops in one pass. The output is made block by block: each link is one loop over a block that fits the
// innermost cache, so values between links never reach memory, and operands that repeat are spread out once per block.
#include <algorithm>
#include <cstring>

#include "engine/backend/cpu/elementwise.h"
#include "engine/backend/cpu/independent.h"
#include "engine/backend/cpu/kernel.h"
#include "engine/backend/cpu/lanes.h"
#include "engine/backend/cpu/walk.h"

namespace heed::cpu {
namespace {

constexpr std::size_t kChainBlock = 512, kBlocksPerUnit = 4;

using LinkLoop = void (*)(float* y, const float* a, const float* b, const float* c, Factors f, std::size_t n);

template <OpKind op>
void link_loop(float* y, const float* a, [[maybe_unused]] const float* b, [[maybe_unused]] const float* c, Factors f, std::size_t n) {
  if constexpr (has_lanes(op)) return lanes_run<op>(y, a, n);
  // Results may go where an operand was read, at the same position: no element depends on another.
  HEED_INDEPENDENT
  for (std::size_t i = 0; i < n; ++i) {
    if constexpr (op == OpKind::kSelect) {
      const float yes = b[i], no = c[i];
      y[i] = a[i] > 0.0f ? yes : no;
    } else if constexpr (op >= OpKind::kAdd && op <= OpKind::kEqual) {
      y[i] = element<op>(a[i], b[i], 0, f);
    } else {
      y[i] = element<op>(a[i], 0, 0, f);
    }
  }
}

LinkLoop find_loop(OpKind op) {
  switch (op) {
#define HEED_LINK(name) \
  case OpKind::name:    \
    return link_loop<OpKind::name>;
    HEED_LINK(kNeg)
    HEED_LINK(kExp)
    HEED_LINK(kLog)
    HEED_LINK(kSqrt)
    HEED_LINK(kSquare)
    HEED_LINK(kTanh)
    HEED_LINK(kSigmoid)
    HEED_LINK(kErf)
    HEED_LINK(kRelu)
    HEED_LINK(kStep)
    HEED_LINK(kAffine)
    HEED_LINK(kAdd)
    HEED_LINK(kSub)
    HEED_LINK(kMul)
    HEED_LINK(kDiv)
    HEED_LINK(kMaximum)
    HEED_LINK(kGreater)
    HEED_LINK(kEqual)
    HEED_LINK(kSelect)
#undef HEED_LINK
    default:
      return nullptr;
  }
}

/// An operand that repeats along some axes, laid out as the output is.
class Repeated {
 public:
  Repeated(const Shape& out, const Operand& operand) : data_(operand.f32()), walk_(make_walk<1>(out, {broadcast_strides(out, operand.shape)})) {}

  /// Elements [from, from + n) of the output's order.
  void spread(std::size_t from, std::size_t n, float* to) const {
    const auto& [e, s] = std::tie(walk_.extent, walk_.stride);
    std::size_t run = from / e[3], at = from % e[3];
    std::size_t k = run % e[2], j = run / e[2] % e[1], i = run / e[2] / e[1];
    for (;;) {
      const float* data = data_ + i * s[0][0] + j * s[1][0] + k * s[2][0];
      const std::size_t count = std::min(n, e[3] - at);
      if (s[3][0] == 0) std::fill_n(to, count, *data);
      else std::copy_n(data + at, count, to);
      n -= count;
      if (n == 0) return;
      to += count;
      at = 0;
      if (++k < e[2]) continue;
      k = 0;
      if (++j < e[1]) continue;
      j = 0;
      ++i;
    }
  }

 private:
  const float* data_;
  Walk<1> walk_;
};

/// Where a value of the chain is while a block is made.
struct Slot {
  const float* data = nullptr;  ///< an operand that is laid out like the output
  std::size_t block = 0;        ///< otherwise: which block of the scratch
};

struct Step {
  LinkLoop loop;
  std::array<std::size_t, 3> args;  ///< slots
  Factors factors;
};

struct Program {
  float* y;
  std::size_t count;
  std::vector<Slot> slots;
  std::vector<std::pair<Repeated, std::size_t>> repeated;  ///< spread for every block, into which block of the scratch
  std::vector<std::pair<float, std::size_t>> constants;    ///< filled once: scalars of the program, and operands of one element
  std::vector<std::pair<const float*, std::size_t>> scalars;
  std::vector<Step> steps;
  std::size_t blocks = 0;  ///< of scratch

  void run(const Work& work) const;
  void run_block(std::size_t from, std::size_t n, float* scratch) const;
};

void Program::run(const Work& work) const {
  for (const auto& [value, block] : constants) std::fill_n(work.scratch + block * kChainBlock, kChainBlock, value);
  for (const auto& [data, block] : scalars) std::fill_n(work.scratch + block * kChainBlock, kChainBlock, *data);
  const std::size_t begin = work.begin * kChainBlock * kBlocksPerUnit, end = std::min(count, work.end * kChainBlock * kBlocksPerUnit);
  for (std::size_t from = begin; from < end; from += kChainBlock) run_block(from, std::min(kChainBlock, end - from), work.scratch);
}

void Program::run_block(std::size_t from, std::size_t n, float* scratch) const {
  for (const auto& [operand, block] : repeated) operand.spread(from, n, scratch + block * kChainBlock);
  const auto at = [&](std::size_t slot) {
    const Slot& s = slots[slot];
    return s.data != nullptr ? s.data + from : scratch + s.block * kChainBlock;
  };
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const Step& step = steps[i];
    const bool is_last = i + 1 == steps.size();
    float* to = is_last ? y + from : scratch + slots[slots.size() - steps.size() + i].block * kChainBlock;
    step.loop(to, at(step.args[0]), at(step.args[1]), at(step.args[2]), step.factors, n);
  }
}

/// Blocks of scratch for the links' values, taken again once their last reader has run.
class BlockPool {
 public:
  std::size_t take() {
    if (free_.empty()) return count_++;
    const std::size_t block = free_.back();
    free_.pop_back();
    return block;
  }
  void give_back(std::size_t block) { free_.push_back(block); }
  std::size_t count() const { return count_; }

 private:
  std::vector<std::size_t> free_;
  std::size_t count_ = 0;
};

void add_operands(Program& program, const Call& call, BlockPool& pool) {
  for (const Operand& operand : call.in) {
    if (operand.shape.count() == program.count) {
      program.slots.push_back({operand.f32(), 0});
      continue;
    }
    const std::size_t block = pool.take();
    program.slots.push_back({nullptr, block});
    if (operand.shape.count() == 1) program.scalars.push_back({operand.f32(), block});
    else program.repeated.push_back({Repeated(call.out.shape, operand), block});
  }
}

void add_links(Program& program, const std::vector<ChainLink>& links, BlockPool& pool) {
  const std::size_t operands = program.slots.size();
  // The fills come first, so that the links that compute have the last slots.
  std::vector<std::size_t> slot_of(operands + links.size());
  for (std::size_t i = 0; i < operands; ++i) slot_of[i] = i;
  for (std::size_t i = 0; i < links.size(); ++i) {
    if (links[i].op != OpKind::kFill) continue;
    slot_of[operands + i] = program.slots.size();
    program.slots.push_back({nullptr, pool.take()});
    program.constants.push_back({links[i].shift, program.slots.back().block});
  }
  std::vector<std::size_t> last_reader(operands + links.size(), 0);
  for (std::size_t i = 0; i < links.size(); ++i)
    for (const int arg : links[i].args) last_reader[static_cast<std::size_t>(arg)] = i;
  for (std::size_t i = 0; i < links.size(); ++i) {
    const ChainLink& link = links[i];
    if (link.op == OpKind::kFill) continue;
    Step step{find_loop(link.op), {}, {link.scale, link.shift}};
    for (std::size_t k = 0; k < 3; ++k) step.args[k] = slot_of[static_cast<std::size_t>(link.args[k])];
    // A link may write where it reads, so what it reads for the last time is free for its own value.
    for (std::size_t value = operands; value < operands + i; ++value) {
      const bool read_here = std::ranges::find(link.args, static_cast<int>(value)) != link.args.end();
      if (read_here && last_reader[value] == i && links[value - operands].op != OpKind::kFill)
        pool.give_back(program.slots[slot_of[value]].block);
    }
    slot_of[operands + i] = program.slots.size();
    program.slots.push_back({nullptr, pool.take()});
    program.steps.push_back(step);
  }
}

}  // namespace

Kernel make_chain(const Call& call) {
  const ChainAttrs& attrs = std::get<ChainAttrs>(call.attrs);
  Program program;
  program.y = call.out.f32();
  program.count = call.out.shape.count();
  BlockPool pool;
  add_operands(program, call, pool);
  double ns = 0;
  for (const ChainLink& link : attrs.links) ns += element_ns(link.op);
  if (attrs.links.back().op == OpKind::kFill) {
    return {1, 0, [=, value = attrs.links.back().shift](const Work&) { std::fill_n(program.y, program.count, value); }};
  }
  add_links(program, attrs.links, pool);
  const std::size_t per_unit = kChainBlock * kBlocksPerUnit, units = (program.count + per_unit - 1) / per_unit;
  const double cost = ns * static_cast<double>(program.count);
  return {units, cost, [program = std::move(program)](const Work& work) { program.run(work); }, pool.count() * kChainBlock};
}

}  // namespace heed::cpu
