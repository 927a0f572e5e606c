// A GPU for the tests of runs: the cpu backend behind a device that opens late, answers late, and fails on request. Its time
// passes on the test's own clock.
#pragma once

#include <map>
#include <memory>
#include <new>
#include <set>
#include <stdexcept>

#include "engine/ops/op.h"
#include "training/run_bench.h"

namespace heed::test {

struct FakeGpu {
  // What the test decides.
  bool opens = true, refuses = false, fallback = false, has_clock = true;
  int looks_until_open = 3, polls_until_answer = 3;
  double step_ms = 3, cpu_step_ms = 9;  ///< of everything that is submitted
  int fails_after = -1;                 ///< submissions; -1: never
  OpKind lacking = OpKind::kCount;
  bool too_large = false;
  bool cpu_full = false;                    ///< the cpu has no memory for training steps
  std::size_t most_input_elems = 1u << 30;  ///< larger plans cannot be prepared
  // What it sees.
  DeviceState state = DeviceState::kAsleep;
  int opened = 0, submitted = 0, states = 0, executables = 0, backends = 0;
  std::size_t most_under_way = 0;
  bool failed = false;
  double now_ms = 0;
  double look_ms = 0.01;  ///< that pass with every look at the clock
};

class FakeBackend : public Backend {
 public:
  FakeBackend(std::shared_ptr<FakeGpu> gpu, bool is_gpu) : gpu_(std::move(gpu)), is_gpu_(is_gpu), inner_(make_cpu_backend()) {
    if (is_gpu_) ++gpu_->backends;
  }
  ~FakeBackend() override {
    if (is_gpu_) --gpu_->backends;
    gpu_->states -= states_;
    gpu_->executables -= executables_;
  }

  std::string_view name() const override { return is_gpu_ ? "webgpu" : "cpu"; }
  Abilities abilities() const override { return inner_->abilities(); }
  bool supports(const Plan& plan) const override {
    for (const PlanNode& node : plan.nodes)
      if (is_gpu_ && node.node.op == gpu_->lacking) return false;
    return inner_->supports(plan);
  }
  StateId create_state(std::size_t elems) override {
    if (is_gpu_ && gpu_->too_large) throw std::runtime_error("256 MB are the most");
    count(states_, gpu_->states, 1);
    return inner_->create_state(elems);
  }
  void release_state(StateId state) override {
    count(states_, gpu_->states, -1);
    inner_->release_state(state);
  }
  void write(StateId state, Arena arena, std::size_t offset, std::span<const float> values) override {
    inner_->write(state, arena, offset, values);
  }
  Ticket read(StateId state, Arena arena, std::size_t offset, std::size_t count) override {
    return begun(inner_->read(state, arena, offset, count));
  }
  ExecutableId prepare(const Plan& plan, StateId state) override {
    if (is_gpu_ && plan.input_elems > gpu_->most_input_elems) throw std::runtime_error("256 MB are the most");
    count(executables_, gpu_->executables, 1);
    const ExecutableId made = inner_->prepare(plan, state);
    if (plan.output_index("gradient_norm") >= 0) training_.insert(made);
    return made;
  }
  void release(ExecutableId executable) override {
    count(executables_, gpu_->executables, -1);
    inner_->release(executable);
  }
  Ticket submit(ExecutableId executable, std::span<const Feed> feeds, std::uint64_t seed) override {
    if (!is_gpu_ && gpu_->cpu_full && training_.contains(executable)) throw std::bad_alloc();
    gpu_->now_ms += is_gpu_ ? gpu_->step_ms : gpu_->cpu_step_ms;
    if (is_gpu_ && ++gpu_->submitted == gpu_->fails_after) gpu_->failed = true;
    measured_ = timed_;
    return begun(inner_->submit(executable, feeds, seed));
  }
  std::optional<Outputs> poll(Ticket ticket) override {
    if (!is_gpu_) return inner_->poll(ticket);
    if (gpu_->failed) return std::nullopt;
    const auto found = asked_.find(ticket);
    if (found == asked_.end() || ++found->second < gpu_->polls_until_answer) return std::nullopt;
    asked_.erase(found);
    return inner_->poll(ticket);
  }
  std::string failure() override { return is_gpu_ && gpu_->failed ? "the cable was pulled" : ""; }
  std::size_t most_in_flight() const override { return is_gpu_ ? 5 : 2; }
  void time_kernels(bool timed) override { timed_ = timed; }
  std::vector<KernelTime> kernel_times() const override {
    if (!measured_) return {};
    const float us = gpu_->has_clock ? 1 : 0;
    return {{"matmul (4,6)", 500 * us}, {"adam", 250 * us}, {"matmul (4,6)", 1000 * us}};
  }

 private:
  void count(int& own, int& all, int change) const {
    if (!is_gpu_) return;
    own += change;
    all += change;
  }
  Ticket begun(Ticket ticket) {
    if (is_gpu_) {
      asked_[ticket] = 0;
      gpu_->most_under_way = std::max(gpu_->most_under_way, asked_.size());
    }
    return ticket;
  }

  std::shared_ptr<FakeGpu> gpu_;
  bool is_gpu_, timed_ = false, measured_ = false;
  std::unique_ptr<Backend> inner_;
  int states_ = 0, executables_ = 0;
  std::map<Ticket, int> asked_;
  std::set<ExecutableId> training_;
};

inline Backends fake_backends(const std::shared_ptr<FakeGpu>& gpu) {
  Gpu device;
  device.make = [gpu] { return std::make_unique<FakeBackend>(gpu, true); };
  device.open = [gpu] {
    ++gpu->opened;
    gpu->failed = false;
    gpu->state = DeviceState::kOpening;
  };
  device.state = [gpu, looks = 0]() mutable {
    if (gpu->state != DeviceState::kOpening || !gpu->opens || ++looks < gpu->looks_until_open) return gpu->state;
    looks = 0;
    return gpu->state = gpu->refuses ? DeviceState::kRefused : DeviceState::kReady;
  };
  device.about = [gpu] {
    return DeviceAbout{"a fake", gpu->fallback, gpu->has_clock, 4096.0, gpu->refuses ? "the browser gave none" : "", {"64x64/8x8", true, "2026-11-21"}};
  };
  return {[gpu] { return std::make_unique<FakeBackend>(gpu, false); }, device};
}

/// A run with that GPU beside the cpu.
class GpuBench : public RunBench {
 public:
  explicit GpuBench(std::shared_ptr<FakeGpu> fake = std::make_shared<FakeGpu>())
      : RunBench(fake_backends(fake), [fake] { return fake->now_ms += fake->look_ms; }), gpu(std::move(fake)) {}

  void begin(const std::string& backend, const Json& preset = tiny_preset()) {
    apply(StartRun{preset, "", backend});
    settle();
  }
  BackendChosen chosen() const {
    const auto said = all<BackendChosen>();
    REQUIRE(!said.empty());
    return said.back();
  }

  std::shared_ptr<FakeGpu> gpu;
};

/// The numbers of a run that never saw a GPU.
inline std::map<std::uint64_t, MetricPoint> plain_points(std::uint64_t steps) {
  RunBench plain;
  plain.start(tiny_preset());
  plain.train_to(steps);
  return plain.points();
}

}  // namespace heed::test
