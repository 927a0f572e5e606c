// engine/backend/webgpu: runs plans on the GPU. A run has one buffer, "memory": the submission's seed and inputs in front, the arenas,
// the scratch that its plans share, and their constants behind. A plan's schedule (pipelines, places, workgroups) is made once; a
// submission is one upload, one pass over the schedule and one read-back of the outputs, which arrive when they arrive.
#include <algorithm>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <utility>

#include "engine/backend/webgpu/device_tuning.h"
#include "engine/backend/webgpu/gpu.h"
#include "engine/backend/webgpu/kernel.h"
#include "engine/backend/webgpu/memory_layout.h"
#include "engine/backend/webgpu/survey.h"
#include "engine/backend/webgpu/taken.h"
#include "engine/backend/webgpu/webgpu.h"
#include "engine/ops/op.h"

namespace heed {
namespace webgpu {
namespace {

struct State {
  int memory = 0;
  Layout layout;
  std::size_t arena_elems = 0;  ///< as asked for, before alignment
  std::vector<ExecutableId> executables;
};

/// Records dispatches; places of temporaries follow the layout.
class Recorder final : public Schedule {
 public:
  explicit Recorder(const Tuning& chosen) { tuning = chosen; }
  void begin_call(std::size_t temporary_at) { temporary_at_ = temporary_at, temporary_elems_ = 0; }
  std::vector<Dispatch>& dispatches() { return dispatches_; }
  std::size_t most_temporary_elems() const { return most_temporary_elems_; }
};

struct Executable {
  Plan plan;
  StateId state = 0;
  std::size_t constants_at = 0;  ///< of this plan's constants among all of the state's
  std::size_t temporary_elems = 0;
  int schedule = 0;
  std::shared_ptr<const std::vector<std::string>> labels;  ///< of the dispatches
  std::vector<double> copies;                              ///< pairs of byte offset and byte count of the outputs
};

/// A result on its way.
struct Awaited {
  std::vector<std::size_t> sizes;                          ///< elements of each output
  std::shared_ptr<const std::vector<std::string>> labels;  ///< of the kernels whose times follow the outputs; null where none do
};

class WebGpuBackend final : public Backend {
 public:
  explicit WebGpuBackend(const Tuning& tuning) : tuning_(tuning) {}
  ~WebGpuBackend() override;

  std::string_view name() const override { return "webgpu"; }
  Abilities abilities() const override;
  bool supports(const Plan& plan) const override;
  std::string failure() override;
  std::size_t most_in_flight() const override { return 8; }

  StateId create_state(std::size_t arena_elems) override;
  void release_state(StateId state) override;
  void write(StateId state, Arena arena, std::size_t offset, std::span<const float> values) override;
  Ticket read(StateId state, Arena arena, std::size_t offset, std::size_t count) override;

  ExecutableId prepare(const Plan& plan, StateId state) override;
  void release(ExecutableId executable) override;

  Ticket submit(ExecutableId executable, std::span<const Feed> feeds, std::uint64_t seed) override;
  std::optional<Outputs> poll(Ticket ticket) override;

  Survey survey(const Plan& plan, std::size_t arena_elems) const;

  void time_kernels(bool timed) override { timed_ = timed; }
  std::vector<KernelTime> kernel_times() const override { return times_; }

 private:
  std::size_t place(const State& state, const Executable& executable, const Location& location) const;
  Call call_of(const State& state, const Executable& executable, const PlanNode& node) const;
  void record(const State& state, const Executable& executable, Recorder& recorder) const;
  void bind(State& state, Executable& executable) const;
  void grow(State& state, const Layout& layout);
  void write_constants(const State& state, const Executable& executable) const;
  void upload(const Executable& executable, std::span<const Feed> feeds, std::uint64_t seed);

  Tuning tuning_;
  std::unordered_map<StateId, State> states_;
  std::unordered_map<ExecutableId, Executable> executables_;
  std::unordered_map<Ticket, Awaited> awaited_;
  std::vector<KernelTime> times_;
  bool timed_ = false;
  std::vector<float> upload_, arrived_;
  std::string failure_;
  int next_id_ = 1;
};

WebGpuBackend::~WebGpuBackend() {
  for (const auto& [ticket, awaited] : awaited_) heed_gpu_forget(static_cast<int>(ticket));
  for (auto& [id, executable] : executables_) heed_gpu_release_schedule(executable.schedule);
  for (auto& [id, state] : states_) heed_gpu_release_memory(state.memory);
}

Abilities WebGpuBackend::abilities() const {
  Abilities out;
  for (const OpDef* def : all_ops())
    if (is_fused(def->kind)) out.fused[static_cast<std::size_t>(def->kind)] = find_kernel(def->kind) != nullptr;
  return out;
}

bool WebGpuBackend::supports(const Plan& plan) const {
  return std::ranges::none_of(plan.nodes, [](const PlanNode& node) { return node.runs && find_kernel(node.node.op) == nullptr; });
}

std::string WebGpuBackend::failure() {
  if (failure_.empty()) failure_ = taken(heed_gpu_trouble());
  return failure_;
}

StateId WebGpuBackend::create_state(std::size_t arena_elems) {
  State& state = states_[next_id_];
  state.arena_elems = arena_elems;
  Layout layout;
  layout.arena_elems = aligned(arena_elems);
  grow(state, layout);
  return next_id_++;
}

void WebGpuBackend::release_state(StateId id) {
  const auto found = states_.find(id);
  if (found == states_.end()) return;
  heed_gpu_release_memory(found->second.memory);
  states_.erase(found);
}

void check_region(const State& state, std::size_t offset, std::size_t count) {
  if (offset > state.arena_elems || count > state.arena_elems - offset) {
    throw std::out_of_range("[webgpu] " + std::to_string(count) + " elements at " + std::to_string(offset) + " of an arena of " +
                            std::to_string(state.arena_elems));
  }
}

constexpr double bytes_of(std::size_t elems) { return static_cast<double>(elems) * sizeof(float); }

void WebGpuBackend::write(StateId id, Arena arena, std::size_t offset, std::span<const float> values) {
  const State& state = states_.at(id);
  check_region(state, offset, values.size());
  if (values.empty()) return;
  heed_gpu_write(state.memory, bytes_of(state.layout.arena(static_cast<std::size_t>(arena)) + offset), values.data(),
                 static_cast<int>(values.size_bytes()));
}

Ticket WebGpuBackend::read(StateId id, Arena arena, std::size_t offset, std::size_t count) {
  const State& state = states_.at(id);
  check_region(state, offset, count);
  const int ticket = heed_gpu_read(state.memory, bytes_of(state.layout.arena(static_cast<std::size_t>(arena)) + offset), bytes_of(count));
  awaited_[static_cast<Ticket>(ticket)] = {{count}, nullptr};
  return static_cast<Ticket>(ticket);
}

std::size_t WebGpuBackend::place(const State& state, const Executable& executable, const Location& location) const {
  switch (location.place) {
    case Place::kInput: return kHeaderElems + location.offset;
    case Place::kArena: return state.layout.arena(static_cast<std::size_t>(location.arena)) + location.offset;
    case Place::kConstant: return state.layout.constants() + executable.constants_at + location.offset;
    case Place::kScratch: return state.layout.scratch() + location.offset;
  }
  return 0;
}

Call WebGpuBackend::call_of(const State& state, const Executable& executable, const PlanNode& node) const {
  const auto operand = [&](const PlanNode& of) {
    return Operand{static_cast<Word>(place(state, executable, of.location)), of.node.shape, of.node.dtype};
  };
  Call call{node.node.attrs, operand(node), {}};
  for (int input : node.node.inputs) call.in.push_back(operand(executable.plan.nodes[static_cast<std::size_t>(input)]));
  for (std::size_t i = 0; i < kArenas; ++i) call.arenas[i] = static_cast<Word>(state.layout.arena(i));
  return call;
}

void WebGpuBackend::record(const State& state, const Executable& executable, Recorder& recorder) const {
  for (const PlanNode& node : executable.plan.nodes) {
    if (!node.runs || node.node.shape.count() == 0) continue;
    recorder.begin_call(state.layout.temporary());
    const std::size_t first = recorder.dispatches().size();
    find_kernel(node.node.op)(call_of(state, executable, node), recorder);
    for (std::size_t i = first; i < recorder.dispatches().size(); ++i) {
      Dispatch& dispatch = recorder.dispatches()[i];
      dispatch.label = std::string(op_def(node.node.op).name) + " " + node.node.shape.text();
    }
  }
}

/// The dispatches that a new submission begins with, besides the first one: none has more work than the limit, unless one dispatch does.
std::vector<bool> cuts_in(const std::vector<Dispatch>& dispatches, double most_work) {
  std::vector<bool> cuts;
  double work = 0;
  for (const Dispatch& dispatch : dispatches) {
    cuts.push_back(work > 0 && work + dispatch.work > most_work);
    work = (cuts.back() ? 0 : work) + dispatch.work;
  }
  return cuts;
}

/// Makes the schedule anew, for the places that the state's layout gives.
void WebGpuBackend::bind(State& state, Executable& executable) const {
  Recorder recorder(tuning_);
  record(state, executable, recorder);
  const std::vector<Dispatch>& dispatches = recorder.dispatches();
  std::vector<int> rows;
  std::vector<Word> params(dispatches.size() * Params::kMostWords, 0);
  const std::vector<bool> cuts = cuts_in(dispatches, tuning_.most_work_at_once);
  auto labels = std::make_shared<std::vector<std::string>>();
  for (std::size_t i = 0; i < dispatches.size(); ++i) {
    const Dispatch& dispatch = dispatches[i];
    const std::vector<Word>& words = dispatch.params.words();
    if (words.size() > Params::kMostWords) throw std::logic_error("[webgpu] " + dispatch.shader + " has too many parameters");
    std::ranges::copy(words, params.begin() + static_cast<std::ptrdiff_t>(i * Params::kMostWords));
    for (int value : {pipeline_of(dispatch), static_cast<int>(dispatch.groups[0]), static_cast<int>(dispatch.groups[1]),
                      static_cast<int>(dispatch.groups[2]), cuts[i] ? 1 : 0})
      rows.push_back(value);
    labels->push_back(dispatch.label);
  }
  executable.labels = std::move(labels);
  if (executable.schedule != 0) heed_gpu_release_schedule(executable.schedule);
  executable.schedule = heed_gpu_create_schedule(state.memory, rows.data(), static_cast<int>(dispatches.size()), params.data());
  executable.copies.clear();
  for (const PlanPort& port : executable.plan.outputs) {
    const PlanNode& node = executable.plan.nodes[static_cast<std::size_t>(port.node)];
    executable.copies.push_back(bytes_of(place(state, executable, node.location)));
    executable.copies.push_back(bytes_of(node.node.shape.count()));
  }
}

/// A larger memory: arenas keep their values, every plan of the state is bound again.
void WebGpuBackend::grow(State& state, const Layout& layout) {
  const int memory = heed_gpu_create_memory(bytes_of(layout.all()));
  if (memory == 0)
    throw std::runtime_error("the GPU's limits do not allow the " + std::to_string(layout.all() * sizeof(float) >> 20) +
                             " MB that this model and batch take in one buffer");
  if (state.memory != 0) {
    heed_gpu_copy(state.memory, bytes_of(state.layout.arena(0)), memory, bytes_of(layout.arena(0)), bytes_of(kArenas * layout.arena_elems));
    heed_gpu_release_memory(state.memory);
  }
  state.memory = memory;
  state.layout = layout;
  for (ExecutableId id : state.executables) {
    Executable& executable = executables_.at(id);
    write_constants(state, executable);
    bind(state, executable);
  }
}

void WebGpuBackend::write_constants(const State& state, const Executable& executable) const {
  for (const PlanNode& node : executable.plan.nodes) {
    if (node.node.op != OpKind::kConstant) continue;
    const std::vector<float>& values = std::get<ConstantAttrs>(node.node.attrs).values;
    if (!values.empty())
      heed_gpu_write(state.memory, bytes_of(place(state, executable, node.location)), values.data(), static_cast<int>(values.size() * sizeof(float)));
  }
}

Survey WebGpuBackend::survey(const Plan& plan, std::size_t arena_elems) const {
  State state;
  Executable executable;
  executable.plan = plan;
  Recorder recorder(tuning_);
  record(state, executable, recorder);
  state.layout = {aligned(plan.input_elems), aligned(arena_elems), aligned(plan.scratch_elems), aligned(recorder.most_temporary_elems()), plan.constant_elems};
  Survey out{bytes_of(state.layout.all()), recorder.dispatches().size(), {0}};
  const std::vector<bool> cuts = cuts_in(recorder.dispatches(), tuning_.most_work_at_once);
  for (std::size_t i = 0; i < cuts.size(); ++i) {
    if (cuts[i]) out.work.push_back(0);
    out.work.back() += recorder.dispatches()[i].work;
    out.largest_dispatch = std::max(out.largest_dispatch, recorder.dispatches()[i].work);
  }
  return out;
}

ExecutableId WebGpuBackend::prepare(const Plan& plan, StateId id) {
  if (!supports(plan)) throw std::logic_error("[webgpu] the plan has an op without a kernel: ask supports() first");
  if (!states_.contains(id)) throw std::logic_error("[webgpu] no such state: " + std::to_string(id));
  State& state = states_.at(id);
  Executable& executable = executables_[next_id_];
  executable.plan = plan;
  executable.state = id;
  Recorder rehearsal(tuning_);  // how much room its kernels want does not depend on where it is
  record(state, executable, rehearsal);
  executable.temporary_elems = aligned(rehearsal.most_temporary_elems());

  std::size_t constants = 0;
  for (ExecutableId other : state.executables)
    constants = std::max(constants, executables_.at(other).constants_at + executables_.at(other).plan.constant_elems);
  executable.constants_at = constants;
  state.executables.push_back(next_id_);
  Layout wanted = state.layout;
  wanted.input_elems = std::max(wanted.input_elems, aligned(plan.input_elems));
  wanted.scratch_elems = std::max(wanted.scratch_elems, aligned(plan.scratch_elems));
  wanted.temporary_elems = std::max(wanted.temporary_elems, executable.temporary_elems);
  wanted.constant_elems = std::max(wanted.constant_elems, constants + plan.constant_elems);
  if (wanted.all() > state.layout.all()) {
    grow(state, wanted);
  } else {
    write_constants(state, executable);
    bind(state, executable);
  }
  return next_id_++;
}

void WebGpuBackend::release(ExecutableId id) {
  const auto found = executables_.find(id);
  if (found == executables_.end()) return;
  heed_gpu_release_schedule(found->second.schedule);
  if (const auto state = states_.find(found->second.state); state != states_.end()) std::erase(state->second.executables, id);
  executables_.erase(found);
}

/// Seed and inputs as they lie at the front of the memory.
void WebGpuBackend::upload(const Executable& executable, std::span<const Feed> feeds, std::uint64_t seed) {
  const Plan& plan = executable.plan;
  if (feeds.size() != plan.inputs.size()) {
    throw std::logic_error("[webgpu] the plan has " + std::to_string(plan.inputs.size()) + " inputs, but " + std::to_string(feeds.size()) +
                           " were fed");
  }
  upload_.assign(kHeaderElems + plan.input_elems, 0);
  for (std::size_t i = 0; i < 4; ++i) upload_[i] = static_cast<float>(seed >> (16 * i) & 0xffff);
  for (std::size_t i = 0; i < feeds.size(); ++i) {
    const PlanNode& node = plan.nodes[static_cast<std::size_t>(plan.inputs[i].node)];
    const bool is_float = node.node.dtype == DType::kF32;
    const std::size_t count = is_float ? feeds[i].f32.size() : feeds[i].i32.size();
    if (count != node.node.shape.count()) {
      throw std::logic_error("[webgpu] input '" + plan.inputs[i].name + "' has shape " + node.node.shape.text() + ", but " +
                             std::to_string(count) + " elements were fed");
    }
    const auto to = upload_.begin() + static_cast<std::ptrdiff_t>(kHeaderElems + node.location.offset);
    if (is_float) std::ranges::copy(feeds[i].f32, to);
    else std::ranges::transform(feeds[i].i32, to, [](std::int32_t whole) { return static_cast<float>(whole); });
  }
}

Ticket WebGpuBackend::submit(ExecutableId id, std::span<const Feed> feeds, std::uint64_t seed) {
  const Executable& executable = executables_.at(id);
  upload(executable, feeds, seed);
  const int ticket = heed_gpu_submit(executable.schedule, upload_.data(), static_cast<int>(upload_.size() * sizeof(float)), executable.copies.data(),
                                     static_cast<int>(executable.copies.size() / 2), timed_ ? kGpuTimedApart : kGpuUntimed);
  Awaited& awaited = awaited_[static_cast<Ticket>(ticket)];
  if (timed_) awaited.labels = executable.labels;
  for (std::size_t i = 1; i < executable.copies.size(); i += 2) awaited.sizes.push_back(static_cast<std::size_t>(executable.copies[i]) / sizeof(float));
  return static_cast<Ticket>(ticket);
}

std::optional<Outputs> WebGpuBackend::poll(Ticket ticket) {
  const auto found = awaited_.find(ticket);
  if (found == awaited_.end()) return std::nullopt;
  const auto& [sizes, labels] = found->second;
  const std::size_t elems = std::accumulate(sizes.begin(), sizes.end(), std::size_t{0});
  arrived_.resize(elems + (labels ? labels->size() : 0));
  if (heed_gpu_poll(static_cast<int>(ticket), arrived_.data()) != 1) return std::nullopt;
  std::optional<Outputs> outputs(std::in_place);
  const float* from = arrived_.data();
  for (std::size_t size : sizes) {
    outputs->values.emplace_back(from, from + size);
    from += size;
  }
  if (labels) {
    times_.clear();
    for (const std::string& label : *labels) times_.push_back({label, *from++ * 1e-3f});
  }
  awaited_.erase(found);
  return outputs;
}

}  // namespace

}  // namespace webgpu

webgpu::Survey webgpu::survey(const Plan& plan, std::size_t arena_elems, const Tuning& tuning) {
  return WebGpuBackend(tuning).survey(plan, arena_elems);
}

std::unique_ptr<Backend> webgpu::make_backend_with(const Tuning& tuning) { return std::make_unique<WebGpuBackend>(tuning); }
std::unique_ptr<Backend> make_webgpu_backend() { return webgpu::make_backend_with(webgpu::device_tuning().tuning); }

}  // namespace heed
