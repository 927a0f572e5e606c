// training: see step_timer.h.
#include "training/step_timer.h"

#include <algorithm>

namespace heed {
namespace {

constexpr int kMostSteps = 24;      // measured
constexpr double kEnough_ms = 60;  // of measuring

}  // namespace

StepTimer::StepTimer(const Experiment& experiment, Backend& backend, std::span<const float> parameters,
                     const StepFeeds& feeds, Measure measure)
    : backend_(backend),
      state_(backend.create_state(experiment.model->parameters().arena_elems())),
      plans_(experiment, backend, state_),
      rate_(feeds.rate),
      step_(feeds.step),
      measure_(measure) {
  try {
    backend_.write(state_, Arena::kParameters, 0, parameters);
    plan_ = &plans_.get(PlanKind::kTrain, experiment.train_shape);
    plan_->batch.fill(feeds.examples);
  } catch (...) {
    plans_.clear();
    backend_.release_state(state_);
    throw;
  }
}

StepTimer::~StepTimer() {
  plans_.clear();
  backend_.release_state(state_);
}

bool StepTimer::turn(double now_ms) {
  bool moved = false;
  while (!tickets_.empty() && backend_.poll(tickets_.front())) {
    tickets_.pop_front();
    moved = true;
    if (++arrived_ == 1) started_ms_ = now_ms;
    if (arrived_ > 1 && measure_ == Measure::kKernels) add_kernels();
  }
  const int measured = arrived_ - 1;
  const bool enough = measured > 0 && (measured == kMostSteps || now_ms - started_ms_ >= kEnough_ms);
  if (enough && tickets_.empty()) {
    step_ms_ = (now_ms - started_ms_) / measured;
    done_ = true;
    return true;
  }
  const std::size_t room = arrived_ == 0 || measure_ == Measure::kKernels ? 1 : backend_.most_in_flight();
  if (enough || tickets_.size() >= room || submitted_ > kMostSteps) return moved;
  submit();
  return true;
}

void StepTimer::submit() {
  const bool kernels = measure_ == Measure::kKernels;
  if (kernels) backend_.time_kernels(true);
  tickets_.push_back(backend_.submit(plan_->executable, plan_->batch.feeds(plan_->plan, &rate_, &step_),
                                     static_cast<std::uint64_t>(submitted_)));
  if (kernels) backend_.time_kernels(false);
  ++submitted_;
}

void StepTimer::add_kernels() {
  const std::vector<KernelTime> times = backend_.kernel_times();
  if (kernels_.size() != times.size()) {
    kernels_ = times;
    return;
  }
  for (std::size_t i = 0; i < times.size(); ++i) kernels_[i].us += times[i].us;
}

std::vector<KernelTime> StepTimer::kernels() const {
  std::vector<KernelTime> mean = kernels_;
  for (KernelTime& kernel : mean) kernel.us /= static_cast<float>(std::max(1, arrived_ - 1));
  return mean;
}

}  // namespace heed
