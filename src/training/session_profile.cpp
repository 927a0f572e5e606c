// training: where the time of a training step on the GPU goes, measured on scratch copies while training waits.
#include <algorithm>

#include "training/session.h"

namespace heed {

struct Session::Profiling {
  int request = 0;
  std::optional<Ticket> ticket;
  std::vector<float> weights;
  std::unique_ptr<StepTimer> timer;
  double step_ms = 0;
  bool kernels = false;  ///< being timed; before that, whole steps are
};

void Session::profile_step(int request) {
  StepProfiled refusal;
  refusal.request = request;
  if (!on_gpu_)
    refusal.error = "Kernels are timed on the GPU only, and this run computes on the CPU.";
  else if (profiling_ || choosing_)
    refusal.error = "The run is busy with another measurement.";
  if (!refusal.error.empty()) {
    refusal.backend = on_gpu_ ? "webgpu" : std::string(backend_->name());
    outbox_.send(std::move(refusal));
    return;
  }
  profiling_ = std::make_shared<Profiling>();
  profiling_->request = request;
  ++looking_;
}

/// One piece of a profile: the weights, then whole steps, then steps kernel by kernel.
bool Session::profile() {
  Profiling& now = *profiling_;
  if (!now.timer) {
    if (!now.ticket) {
      if (!quiet()) return false;
      now.ticket = backend_->read(state_, Arena::kParameters, 0, arena_elems_);
      return true;
    }
    if (now.weights.empty()) {
      std::optional<Outputs> outputs = backend_->poll(*now.ticket);
      if (!outputs) return false;
      now.weights = std::move(outputs->values.at(0));
    }
    now.timer = std::make_unique<StepTimer>(*experiment_, *backend_, now.weights, feeds_of(progress_.step),
                                            now.kernels ? StepTimer::Measure::kKernels : StepTimer::Measure::kSteps);
  }
  if (!now.timer->turn(clock_ms_())) return false;
  if (!now.timer->done()) return true;
  if (!now.kernels) {
    now.kernels = true;
    now.step_ms = now.timer->step_ms();
    now.timer.reset();
    return true;
  }
  StepProfiled answer;
  answer.step_ms = now.step_ms;
  for (const KernelTime& time : now.timer->kernels()) {
    auto found = std::ranges::find(answer.kernels, time.label, &KernelShare::label);
    if (found == answer.kernels.end()) found = answer.kernels.insert(found, KernelShare{time.label});
    ++found->calls;
    found->ms += time.us / 1000;
  }
  std::ranges::stable_sort(answer.kernels, std::ranges::greater(), &KernelShare::ms);
  end_profile(std::move(answer));
  return true;
}

void Session::end_profile(StepProfiled answer) {
  const DeviceAbout about = backends_.webgpu ? backends_.webgpu->about() : DeviceAbout{};
  answer.request = profiling_->request;
  answer.backend = on_gpu_ ? "webgpu" : std::string(backend_->name());
  answer.device = about.name;
  answer.memory_bytes = about.memory_bytes;
  answer.has_clock = about.has_clock && std::ranges::any_of(answer.kernels, [](const KernelShare& kernel) { return kernel.ms > 0; });
  profiling_.reset();
  looking_ = std::max(0, looking_ - 1);
  outbox_.send(std::move(answer));
}

}  // namespace heed
