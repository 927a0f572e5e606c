// What the tests of runs share: a clock without time, small experiments, and a run driven until it rests.
#pragma once

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

#include "training/checkpoint.h"
#include "training/run.h"

namespace heed::test {

/// One millisecond passes with every look at the clock, so that slices of time end after a fixed number of pieces.
inline std::function<double()> counting_clock() {
  return [now_ms = 0.0]() mutable { return now_ms += 1; };
}

/// A few letters, a few numbers wide: milliseconds a step even in slow builds.
inline Json tiny_preset() {
  return {{"task", {{"type", "reverse"}, {"symbols", 5}, {"min_length", 2}, {"max_length", 4}}},
          {"model",
           {{"type", "encoder_decoder"},
            {"embedding", 4},
            {"encoder", {{"type", "gru"}, {"hidden", 6}}},
            {"decoder", {{"type", "gru"}, {"hidden", 6}}},
            {"attention", {{"type", "additive"}, {"size", 5}}},
            {"readout", 5}}},
          {"optimiser", {{"type", "adam"}, {"rate", 0.01}}},
          {"batch", 4},
          {"steps", 30},
          {"evaluate_every", 10},
          {"snapshot_every", 5}};
}

class RunBench {
 public:
  explicit RunBench(BackendFactory backend = [] { return make_cpu_backend(); })
      : run(std::move(backend), counting_clock()) {}
  RunBench(Backends backends, std::function<double()> clock_ms) : run(std::move(backends), std::move(clock_ms)) {}

  void apply(const Command& command) {
    run.apply(command);
    take();
  }
  /// Ticks until the run rests. The page takes every snapshot at once.
  void settle() {
    int slices = 0;
    while (run.tick(5)) {
      take();
      REQUIRE(++slices < 100000);
    }
    take();
    if (run.tick(5)) settle();
  }
  void start(const Json& preset, const std::string& data = "") {
    apply(StartRun{preset, data});
    settle();
  }
  void train_to(std::uint64_t step) {
    apply(Play{step});
    settle();
    REQUIRE(run.step() == step);
  }
  Bytes checkpoint() {
    apply(TakeCheckpoint{77});
    settle();
    REQUIRE(!all<CheckpointReady>().empty());
    return all<CheckpointReady>().back().bytes;
  }

  template <class T>
  std::vector<T> all() const {
    std::vector<T> found;
    for (const Event& event : events) {
      if (const T* one = std::get_if<T>(&event)) found.push_back(*one);
    }
    return found;
  }
  bool noticed(const std::string& code) const {
    for (const Notice& notice : all<Notice>()) {
      if (notice.code == code) return true;
    }
    return false;
  }
  std::map<std::uint64_t, MetricPoint> points() const {
    std::map<std::uint64_t, MetricPoint> found;
    for (const MetricsReady& ready : all<MetricsReady>()) {
      for (const MetricPoint& point : ready.points) found[point.step] = point;
    }
    return found;
  }

  /// What the run has said since it was last asked.
  void drain() { take(); }

  Run run;
  std::vector<Event> events;

 private:
  void take() {
    for (Event& event : run.take_events()) {
      const bool snapshot = std::holds_alternative<SnapshotReady>(event);
      events.push_back(std::move(event));
      if (snapshot) {
        run.apply(SnapshotTaken{});
        take();
      }
    }
  }
};

/// Bit for bit.
inline bool same_points(const std::map<std::uint64_t, MetricPoint>& a, const std::map<std::uint64_t, MetricPoint>& b) {
  if (a.size() != b.size()) return false;
  for (const auto& [step, point] : a) {
    const auto other = b.find(step);
    if (other == b.end() || point.loss != other->second.loss || point.token_accuracy != other->second.token_accuracy ||
        point.gradient_norm != other->second.gradient_norm || point.learning_rate != other->second.learning_rate) {
      return false;
    }
  }
  return true;
}

inline bool same_tensors(const Bytes& a, const Bytes& b) {
  const auto first = read_safetensors(a), second = read_safetensors(b);
  REQUIRE(first.ok());
  REQUIRE(second.ok());
  if (first->tensors.size() != second->tensors.size()) return false;
  for (const auto& [name, tensor] : first->tensors) {
    const auto other = second->tensors.find(name);
    if (other == second->tensors.end() || tensor.values != other->second.values) return false;
  }
  return true;
}

}  // namespace heed::test
