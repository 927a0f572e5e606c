// engine/backend/cpu: runs plans inside submit, on the calling thread and those that help it. Pointers are resolved
// once, at prepare; a submission copies its feeds, calls the kernels from front to back and copies the outputs.
#include "engine/backend/backend.h"

#include <chrono>
#include <cstring>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <utility>

#include "engine/backend/cpu/buffer.h"
#include "engine/backend/cpu/kernel.h"
#include "engine/backend/cpu/thread_choice.h"
#include "engine/backend/cpu/thread_pool.h"
#include "engine/ops/op.h"

namespace heed {
namespace cpu {
namespace {

struct State {
  explicit State(std::size_t elems) : arena_elems(elems) {
    for (Buffer& arena : arenas) arena = Buffer(elems);
  }

  float* at(Arena arena, std::size_t offset) const { return arenas[static_cast<std::size_t>(arena)].data() + offset; }

  std::size_t arena_elems;
  std::array<Buffer, kArenaCount> arenas;
};

/// A kernel shorter than this is done before another thread has heard of it.
constexpr double kLeastSharedNs = 8e3;
/// Threads are not woken for a plan that has less than this to share.
constexpr double kLeastSharedPlanNs = 40e3;

bool is_shared(const Kernel& kernel) {
  return kernel.units > 1 && kernel.cost_ns >= kLeastSharedNs;
}

struct Executable {
  Plan plan;
  StateId state;
  Buffer inputs, constants;
  std::vector<Kernel> steps;
  std::size_t kernel_scratch = 0;
  bool bound = false;  ///< to the scratch that there is
  double shared_ns = 0;  ///< of the kernels that threads can share
  ThreadChoice choice;
};

class CpuBackend final : public Backend {
 public:
  explicit CpuBackend(int threads) : pool_(threads > 1 ? ThreadPool::shared(threads) : nullptr) {}

  std::string_view name() const override { return "cpu"; }
  Abilities abilities() const override;
  bool supports(const Plan& plan) const override;

  StateId create_state(std::size_t arena_elems) override;
  void release_state(StateId state) override { states_.erase(state); }
  void write(StateId state, Arena arena, std::size_t offset, std::span<const float> values) override;
  Ticket read(StateId state, Arena arena, std::size_t offset, std::size_t count) override;

  ExecutableId prepare(const Plan& plan, StateId state) override;
  void release(ExecutableId executable) override { executables_.erase(executable); }

  Ticket submit(ExecutableId executable, std::span<const Feed> feeds, std::uint64_t seed) override;
  std::optional<Outputs> poll(Ticket ticket) override;

 private:
  float* resolve(const Executable& executable, const Location& location) const;
  void bind(Executable& executable) const;
  void make_room(Executable& executable);
  void grow_kernel_scratch(std::size_t elems);
  void run(Executable& executable, const Submission& submission);
  void run_alone(const Executable& executable, const Submission& submission);
  void run_with_others(const Executable& executable, const Submission& submission);
  Ticket answer(Outputs outputs);

  /// One arena for the values of all plans: only one runs at a time. As large as the largest that has run: what is prepared may never run.
  Buffer scratch_;
  /// What kernels need while they run, for each thread.
  Buffer kernel_scratch_;
  std::size_t kernel_scratch_stride_ = 0;
  std::shared_ptr<ThreadPool> pool_;  ///< null with one thread
  std::unordered_map<StateId, State> states_;
  std::unordered_map<ExecutableId, Executable> executables_;
  std::unordered_map<Ticket, Outputs> answers_;
  int next_id_ = 1;
  Ticket next_ticket_ = 1;
};

void check_region(const State& state, std::size_t offset, std::size_t count) {
  if (offset > state.arena_elems || count > state.arena_elems - offset) {
    throw std::out_of_range("[cpu] " + std::to_string(count) + " elements at " + std::to_string(offset) +
                            " of an arena of " + std::to_string(state.arena_elems));
  }
}

Abilities CpuBackend::abilities() const {
  Abilities out;
  for (const OpDef* def : all_ops())
    if (is_fused(def->kind)) out.fused[static_cast<std::size_t>(def->kind)] = find_kernel(def->kind) != nullptr;
  return out;
}

bool CpuBackend::supports(const Plan& plan) const {
  for (const PlanNode& node : plan.nodes)
    if (node.runs && find_kernel(node.node.op) == nullptr) return false;
  return true;
}

StateId CpuBackend::create_state(std::size_t arena_elems) {
  states_.emplace(next_id_, arena_elems);
  return next_id_++;
}

void CpuBackend::write(StateId state, Arena arena, std::size_t offset, std::span<const float> values) {
  check_region(states_.at(state), offset, values.size());
  std::copy(values.begin(), values.end(), states_.at(state).at(arena, offset));
}

Ticket CpuBackend::read(StateId state, Arena arena, std::size_t offset, std::size_t count) {
  check_region(states_.at(state), offset, count);
  const float* from = states_.at(state).at(arena, offset);
  return answer({{std::vector<float>(from, from + count)}});
}

Ticket CpuBackend::answer(Outputs outputs) {
  answers_.emplace(next_ticket_, std::move(outputs));
  return next_ticket_++;
}

std::optional<Outputs> CpuBackend::poll(Ticket ticket) {
  const auto found = answers_.find(ticket);
  if (found == answers_.end()) return std::nullopt;
  std::optional<Outputs> outputs = std::move(found->second);
  answers_.erase(found);
  return outputs;
}

float* CpuBackend::resolve(const Executable& executable, const Location& location) const {
  switch (location.place) {
    case Place::kInput:
      return executable.inputs.data() + location.offset;
    case Place::kArena:
      return states_.at(executable.state).at(location.arena, location.offset);
    case Place::kConstant:
      return executable.constants.data() + location.offset;
    case Place::kScratch:
      return scratch_.data() + location.offset;
  }
  return nullptr;
}

void write_constant(const Node& node, float* to) {
  const std::vector<float>& values = std::get<ConstantAttrs>(node.attrs).values;
  if (node.dtype == DType::kF32) {
    std::copy(values.begin(), values.end(), to);
  } else {
    std::transform(values.begin(), values.end(), static_cast<std::int32_t*>(static_cast<void*>(to)),
                   [](float value) { return static_cast<std::int32_t>(value); });
  }
}

void CpuBackend::bind(Executable& executable) const {
  const std::vector<PlanNode>& nodes = executable.plan.nodes;
  const auto operand = [&](const PlanNode& node) {
    return Operand{resolve(executable, node.location), node.node.shape, node.node.dtype};
  };
  executable.steps.clear();
  executable.shared_ns = 0;
  for (const PlanNode& node : nodes) {
    if (!node.runs) continue;
    Call call{node.node.attrs, operand(node), {}, {}};
    for (int input : node.node.inputs) call.in.push_back(operand(nodes[static_cast<std::size_t>(input)]));
    for (int arena = 0; arena < kArenaCount; ++arena)
      call.arenas[static_cast<std::size_t>(arena)] = states_.at(executable.state).at(static_cast<Arena>(arena), 0);
    executable.steps.push_back(find_kernel(node.node.op)(call));
    const Kernel& kernel = executable.steps.back();
    executable.kernel_scratch = std::max(executable.kernel_scratch, kernel.scratch_elems);
    if (is_shared(kernel)) executable.shared_ns += kernel.cost_ns;
  }
}

ExecutableId CpuBackend::prepare(const Plan& plan, StateId state) {
  if (!supports(plan)) throw std::logic_error("[cpu] the plan has an op without a kernel: ask supports() first");
  if (!states_.contains(state)) throw std::logic_error("[cpu] no such state: " + std::to_string(state));
  Executable& executable = executables_[next_id_];
  executable.plan = plan;
  executable.state = state;
  executable.inputs = Buffer(plan.input_elems);
  executable.constants = Buffer(plan.constant_elems);
  for (const PlanNode& node : plan.nodes)
    if (node.node.op == OpKind::kConstant) write_constant(node.node, resolve(executable, node.location));
  return next_id_++;
}

void CpuBackend::make_room(Executable& executable) {
  if (executable.plan.scratch_elems > scratch_.elems()) {
    for (auto& [id, other] : executables_) other.bound = false;
    scratch_ = Buffer();  // the old one first: together they may be too much
    scratch_ = Buffer(executable.plan.scratch_elems);
  }
  if (executable.bound) return;
  bind(executable);
  grow_kernel_scratch(executable.kernel_scratch);
  executable.bound = true;
}

void CpuBackend::grow_kernel_scratch(std::size_t elems) {
  constexpr std::size_t kLine = 16, kThreadsApart = 4 * kLine;
  if (elems <= kernel_scratch_stride_) return;
  kernel_scratch_stride_ = (elems + kLine - 1) / kLine * kLine + kThreadsApart;
  kernel_scratch_ = Buffer(kernel_scratch_stride_ * static_cast<std::size_t>(pool_ ? pool_->threads() : 1));
}

void CpuBackend::run(Executable& executable, const Submission& submission) {
  using Clock = std::chrono::steady_clock;
  const bool worth_a_try = pool_ && executable.shared_ns >= kLeastSharedPlanNs && pool_->enter();
  if (!worth_a_try) return run_alone(executable, submission);
  const Clock::time_point begin = Clock::now();
  if (executable.choice.shares()) run_with_others(executable, submission);
  else run_alone(executable, submission);
  executable.choice.took(std::chrono::duration<double, std::micro>(Clock::now() - begin).count());
  pool_->leave();
}

void CpuBackend::run_alone(const Executable& executable, const Submission& submission) {
  for (const Kernel& step : executable.steps) step(submission, kernel_scratch_.data());
}

void CpuBackend::run_with_others(const Executable& executable, const Submission& submission) {
  const ScratchOfThreads scratch{kernel_scratch_.data(), kernel_scratch_stride_};
  pool_->rouse();
  for (const Kernel& step : executable.steps) {
    if (is_shared(step)) pool_->run(step, submission, scratch);
    else step(submission, scratch.first);
  }
}

Ticket CpuBackend::submit(ExecutableId id, std::span<const Feed> feeds, std::uint64_t seed) {
  Executable& executable = executables_.at(id);
  const Plan& plan = executable.plan;
  if (feeds.size() != plan.inputs.size()) {
    throw std::logic_error("[cpu] the plan has " + std::to_string(plan.inputs.size()) + " inputs, but " +
                           std::to_string(feeds.size()) + " were fed");
  }
  for (std::size_t i = 0; i < feeds.size(); ++i) {
    const PlanNode& node = plan.nodes[static_cast<std::size_t>(plan.inputs[i].node)];
    const bool is_float = node.node.dtype == DType::kF32;
    const std::size_t count = is_float ? feeds[i].f32.size() : feeds[i].i32.size();
    if (count != node.node.shape.count()) {
      throw std::logic_error("[cpu] input '" + plan.inputs[i].name + "' has shape " + node.node.shape.text() +
                             ", but " + std::to_string(count) + " elements were fed");
    }
    const void* from = is_float ? static_cast<const void*>(feeds[i].f32.data()) : feeds[i].i32.data();
    std::memcpy(resolve(executable, node.location), from, count * sizeof(float));
  }
  make_room(executable);
  run(executable, {seed});

  Outputs outputs;
  outputs.values.reserve(plan.outputs.size());
  for (const PlanPort& port : plan.outputs) {
    const PlanNode& node = plan.nodes[static_cast<std::size_t>(port.node)];
    const void* data = resolve(executable, node.location);
    const std::size_t count = node.node.shape.count();
    if (node.node.dtype == DType::kF32) {
      const float* from = static_cast<const float*>(data);
      outputs.values.emplace_back(from, from + count);
    } else {
      const std::int32_t* from = static_cast<const std::int32_t*>(data);
      outputs.values.emplace_back(from, from + count);
    }
  }
  return answer(std::move(outputs));
}

}  // namespace
}  // namespace cpu

std::unique_ptr<Backend> make_cpu_backend(int threads) {
  return std::make_unique<cpu::CpuBackend>(threads);
}

}  // namespace heed
