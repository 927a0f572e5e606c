// tests/bench: a plan with what it is fed, ready to be run again and again on a backend: an op of W1 and W2, a training
// item, or a training step of one of Heed's own presets.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "engine/backend/backend.h"
#include "items.h"

namespace heed::bench {

/// Every program here asks for its backend in this one place: cpu_backend.cpp or gpu_backend.cpp.
std::unique_ptr<Backend> make_backend(const std::string& name, int threads);

/// How the backend's kernels are cut, where that is chosen by measuring: the "kernels" of gpu_about(). Null elsewhere.
Json kernel_choice();

class Workload {
 public:
  virtual ~Workload() = default;
  /// Runs the plan once on the next batch and waits for it; its first output: a loss, or an element of the result.
  double run();
  /// Starts the next run, and waits for earlier ones only where the backend has as many under way as it takes.
  void go_on();
  /// Waits for all of them.
  void catch_up(std::size_t most_under_way = 0);

  const Plan& plan() const { return *plan_; }
  Backend& backend() const { return *backend_; }
  /// What the next run is fed, valid until the next call; later batches come round again.
  virtual std::vector<Feed> next_feeds() = 0;
  /// Where the parameters of a fresh state begin.
  const std::vector<float>& first_arena() const { return arena_; }

 protected:
  Workload(std::unique_ptr<Backend> backend, std::vector<float> arena);

  std::unique_ptr<Backend> backend_;
  std::vector<float> arena_;
  StateId state_ = -1;
  const Plan* plan_ = nullptr;
  ExecutableId executable_ = -1;
  std::deque<Ticket> under_way_;
};

std::unique_ptr<Workload> make_op_workload(const OpItem& item, std::unique_ptr<Backend> backend);
std::unique_ptr<Workload> make_training_workload(std::unique_ptr<TrainingItem> item, std::unique_ptr<Backend> backend);
/// Batches are drawn anew at every step, as in a run.
Result<std::unique_ptr<Workload>> make_preset_workload(const std::string& preset, std::unique_ptr<Backend> backend);

}  // namespace heed::bench
