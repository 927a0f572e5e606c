// training: the plans of a run, recorded once per kind and shape and kept prepared on the backend. The number kept is
// bounded: the one used longest ago makes room.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <string>

#include "engine/backend/backend.h"
#include "training/experiment.h"
#include "training/timeline.h"

namespace heed {

enum class PlanKind : unsigned char {
  kTrain,        ///< one training step; outputs loss, token_accuracy, gradient_norm
  kEvaluate,     ///< teacher forced; outputs loss and, where there is one, the alignment
  kDecode,       ///< greedy, shape.target steps; outputs tokens, or values where the answer is numbers
  kWatch,        ///< teacher forced; outputs choices (the most likely token at each position) or values, and the watched taps
  kWatchDecode,  ///< greedy; as kDecode, and the watched taps
  kInside,       ///< teacher forced; outputs logits and all taps of attention
  kInsideGradients,  ///< the same differentiated: training/inside.h
};

/// Which axis of a tap runs over source positions and which over target positions; -1: none does.
struct TapAxes {
  int source = -1, target = -1;
};

struct PreparedPlan {
  PlanKind kind;
  BatchShape shape;
  Plan plan;
  ExecutableId executable = -1;
  Batch batch;
  std::map<std::string, TapAxes> axes;  ///< of the watched taps
};

class PlanCache {
 public:
  PlanCache(const Experiment& experiment, Backend& backend, StateId state);
  ~PlanCache();
  PlanCache(const PlanCache&) = delete;
  PlanCache& operator=(const PlanCache&) = delete;

  /// Throws ShapeError where model and shape do not fit. The reference lives until kMost other plans have been asked
  /// for.
  PreparedPlan& get(PlanKind kind, BatchShape shape);
  std::size_t size() const { return plans_.size(); }

  static constexpr std::size_t kMost = 24;

 private:
  const Experiment& experiment_;
  Backend& backend_;
  StateId state_;
  std::list<PreparedPlan> plans_;  ///< the latest used first
};

/// The example-th entry of a tap, padding cut off: as many source and target positions as given.
TapValue cut_tap(const std::string& name, const Shape& shape, const std::vector<float>& values, TapAxes axes,
                 int example, int source_length, int target_length);

}  // namespace heed
