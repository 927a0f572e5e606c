// training: one training run: task, model, optimiser, seed, plans and timeline. Driven by commands, answers with
// events, works in slices of time and never waits: submissions are polled.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "training/backends.h"
#include "training/protocol.h"

namespace heed {

class Run {
 public:
  /// `clock_ms`: a monotonic clock, handed in so that tests can do without one.
  Run(Backends backends, std::function<double()> clock_ms);
  /// With one backend only.
  Run(BackendFactory make_backend, std::function<double()> clock_ms);
  ~Run();

  void apply(const Command& command);
  /// Does work for about `budget_ms` (at least one piece).
  Tick tick(double budget_ms);
  std::vector<Event> take_events();

  const Timeline& timeline() const;
  RunPhase phase() const;
  std::uint64_t step() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace heed
