// training: how long a training step takes on a backend, measured on scratch copies: arenas of its own with the run's
// weights, the run's own batch, a few submissions. The run itself is not touched.
#pragma once

#include <deque>
#include <span>
#include <vector>

#include "training/plans.h"

namespace heed {

/// A training step as it would be submitted: what it reads beside the weights.
struct StepFeeds {
  std::vector<Example> examples;
  float rate = 0, step = 1;
};

class StepTimer {
 public:
  enum class Measure : unsigned char { kSteps, kKernels };
  /// Throws where the backend cannot hold or prepare the step. kKernels measures them one by one, which makes steps slower.
  StepTimer(const Experiment& experiment, Backend& backend, std::span<const float> parameters, const StepFeeds& feeds,
            Measure measure = Measure::kSteps);
  ~StepTimer();
  StepTimer(const StepTimer&) = delete;
  StepTimer& operator=(const StepTimer&) = delete;

  /// Submits what may be under way and takes what is there; false when there is nothing to do but wait.
  bool turn(double now_ms);
  bool done() const { return done_; }
  /// Milliseconds of one step, as many of them under way as the backend likes.
  double step_ms() const { return step_ms_; }
  /// The kernels of one step, mean over those that were measured.
  std::vector<KernelTime> kernels() const;

 private:
  void submit();
  void add_kernels();

  Backend& backend_;
  StateId state_;
  PlanCache plans_;
  PreparedPlan* plan_ = nullptr;
  float rate_, step_;
  Measure measure_;
  std::vector<KernelTime> kernels_;  ///< sums
  std::deque<Ticket> tickets_;
  int submitted_ = 0, arrived_ = 0;  ///< the first one only warms up
  double started_ms_ = 0, step_ms_ = 0;
  bool done_ = false;
};

}  // namespace heed
