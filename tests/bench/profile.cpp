// tests/bench: see profile.h. The only file of the bench that knows kernels of the cpu backend.
#include "profile.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <map>

#include "engine/backend/cpu/buffer.h"
#include "engine/backend/cpu/kernel.h"
#include "engine/ops/op.h"

namespace heed::bench {
namespace {

using Clock = std::chrono::steady_clock;

double microseconds(Clock::duration duration) {
  return std::chrono::duration<double, std::micro>(duration).count();
}

/// The ops of a chain, each once: " [add 2 x mul]".
std::string links_of(const ChainAttrs& chain) {
  std::map<std::string, int> counts;
  for (const ChainLink& link : chain.links) ++counts[op_def(link.op).name];
  std::string text;
  for (const auto& [name, count] : counts)
    text += (text.empty() ? "" : " ") + (count > 1 ? std::to_string(count) + " x " : "") + name;
  return " [" + text + "]";
}

/// A plan bound to memory as the backend binds it.
class BoundPlan {
 public:
  struct Step {
    std::string op, label;
    cpu::Kernel kernel;
    double us = 0;
  };

  explicit BoundPlan(const Plan& plan, const std::vector<float>& arena)
      : plan_(plan),
        places_{cpu::Buffer(plan.input_elems), cpu::Buffer(plan.constant_elems), cpu::Buffer(plan.scratch_elems)} {
    for (cpu::Buffer& buffer : arenas_) buffer = cpu::Buffer(arena.size());
    std::copy(arena.begin(), arena.end(), arenas_[0].data());
    std::size_t scratch = 0;
    for (const PlanNode& node : plan.nodes) {
      if (const auto* constant = std::get_if<ConstantAttrs>(&node.node.attrs)) write(operand(node), constant->values);
      if (!node.runs) continue;
      steps.push_back(bind(node));
      scratch = std::max(scratch, steps.back().kernel.scratch_elems);
    }
    kernel_scratch_ = cpu::Buffer(scratch);
  }

  void feed(const std::vector<Feed>& feeds) {
    for (std::size_t i = 0; i < feeds.size(); ++i) {
      const cpu::Operand to = operand(plan_.nodes[static_cast<std::size_t>(plan_.inputs[i].node)]);
      if (to.dtype == DType::kF32)
        std::ranges::copy(feeds[i].f32, to.f32());
      else
        std::ranges::copy(feeds[i].i32, to.i32());
    }
  }

  void run() {
    for (Step& step : steps) {
      const Clock::time_point begin = Clock::now();
      step.kernel({1}, kernel_scratch_.data());
      step.us += microseconds(Clock::now() - begin);
    }
  }

  std::vector<Step> steps;

 private:
  static void write(const cpu::Operand& to, const std::vector<float>& values) {
    if (to.dtype == DType::kF32)
      std::ranges::copy(values, to.f32());
    else
      std::ranges::transform(values, to.i32(), [](float value) { return static_cast<std::int32_t>(value); });
  }

  cpu::Operand operand(const PlanNode& node) const {
    const Location& at = node.location;
    const cpu::Buffer& place = at.place == Place::kArena      ? arenas_[static_cast<std::size_t>(at.arena)]
                               : at.place == Place::kInput    ? places_[0]
                               : at.place == Place::kConstant ? places_[1]
                                                              : places_[2];
    return {place.data() + at.offset, node.node.shape, node.node.dtype};
  }

  Step bind(const PlanNode& node) const {
    cpu::Call call{node.node.attrs, operand(node), {}, {}};
    const std::string op = op_def(node.node.op).name;
    std::string label = op;
    for (const int input : node.node.inputs) {
      call.in.push_back(operand(plan_.nodes[static_cast<std::size_t>(input)]));
      label += " " + call.in.back().shape.text();
    }
    if (const auto* chain = std::get_if<ChainAttrs>(&node.node.attrs)) label += links_of(*chain);
    if (const auto* matmul = std::get_if<MatmulAttrs>(&node.node.attrs))
      label += std::string(matmul->transpose_a ? " A'" : "") + (matmul->transpose_b ? " B'" : "");
    for (std::size_t i = 0; i < arenas_.size(); ++i) call.arenas[i] = arenas_[i].data();
    return {op, label + " -> " + node.node.shape.text(), cpu::find_kernel(node.node.op)(call)};
  }

  const Plan& plan_;
  std::array<cpu::Buffer, 3> places_;
  std::array<cpu::Buffer, cpu::kArenaCount> arenas_;
  cpu::Buffer kernel_scratch_;
};

Json sorted_sums(const std::vector<BoundPlan::Step>& steps, std::string BoundPlan::Step::*key, double rounds) {
  std::map<std::string, std::pair<int, double>> sums;
  for (const BoundPlan::Step& step : steps) {
    auto& [count, us] = sums[step.*key];
    count += 1;
    us += step.us / rounds;
  }
  std::vector<Json> rows;
  for (const auto& [name, sum] : sums) rows.push_back({{"op", name}, {"count", sum.first}, {"us", sum.second}});
  std::ranges::sort(rows, [](const Json& a, const Json& b) { return a.at("us") > b.at("us"); });
  return rows;
}

}  // namespace

Json profile(Workload& workload, double seconds) {
  BoundPlan plan(workload.plan(), workload.first_arena());
  const auto once = [&] {
    plan.feed(workload.next_feeds());
    plan.run();
  };
  for (int warm = 0; warm < 3; ++warm) once();
  for (BoundPlan::Step& step : plan.steps) step.us = 0;
  const Clock::time_point begin = Clock::now();
  int rounds = 0;
  while (rounds < 3 || microseconds(Clock::now() - begin) < seconds * 1e6) {
    once();
    ++rounds;
  }
  double all = 0;
  for (const BoundPlan::Step& step : plan.steps) all += step.us / rounds;
  return {{"kernels", plan.steps.size()},
          {"scratch_bytes", workload.plan().scratch_elems * sizeof(float)},
          {"us", all},
          {"ops", sorted_sums(plan.steps, &BoundPlan::Step::op, rounds)},
          {"shapes", sorted_sums(plan.steps, &BoundPlan::Step::label, rounds)}};
}

}  // namespace heed::bench
