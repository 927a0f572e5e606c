// tests: a lab with real runs in the same process: what the page does with workers, without the page.
#pragma once

#include <memory>
#include <utility>

#include "engine/backend/backend.h"
#include "lab/lab.h"
#include "training/run.h"

namespace heed {

class LabWithRuns {
 public:
  LabWithRuns() {
    for (auto& run : runs_) {
      run = std::make_unique<Run>([] { return make_cpu_backend(); }, [this] { return clock_ms_ += 1; });
    }
  }

  Lab lab;

  void apply(const LabCommand& command) {
    lab.apply(command);
    deliver();
  }

  /// Hands commands to the runs and their events to the lab, until no run has work left.
  void settle() {
    for (bool busy = true; busy;) {
      deliver();
      busy = false;
      for (int run = 0; run < kMaxRuns; ++run) {
        busy = runs_[static_cast<std::size_t>(run)]->tick(50) || busy;
        for (Event& event : runs_[static_cast<std::size_t>(run)]->take_events()) {
          lab.receive(run, std::move(event));
          busy = true;
        }
      }
    }
  }

 private:
  void deliver() {
    for (auto& [run, command] : lab.take_run_commands()) runs_[static_cast<std::size_t>(run)]->apply(command);
  }

  std::unique_ptr<Run> runs_[kMaxRuns];
  double clock_ms_ = 0;
};

}  // namespace heed
