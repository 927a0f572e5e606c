// training: the plans of a run, recorded once per kind and shape and kept prepared on the backend. The number kept is
// bounded: the one used longest ago makes room.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

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

/// A plan with an op that the backend has no kernel for.
class LackingOp : public std::runtime_error {
 public:
  LackingOp(std::string_view backend, const std::string& op);
  std::string op;
};

class PlanCache {
 public:
  PlanCache(const Experiment& experiment, Backend& backend, StateId state);
  ~PlanCache();
  PlanCache(const PlanCache&) = delete;
  PlanCache& operator=(const PlanCache&) = delete;

  /// Throws ShapeError where model and shape do not fit, LackingOp where the backend cannot run it. The reference lives until kMost other plans have been asked
  /// for.
  PreparedPlan& get(PlanKind kind, BatchShape shape);
  std::size_t size() const { return plans_.size(); }
  void clear();

  static constexpr std::size_t kMost = 24;

 private:
  const Experiment& experiment_;
  Backend& backend_;
  StateId state_;
  std::list<PreparedPlan> plans_;  ///< the latest used first
};

/// The first op of the plan that `backend` lacks.
std::string unsupported_op(const Plan& plan, const Backend& backend);
/// The name of an op that training and looking at this experiment need and that `backend` lacks; empty where it has all.
std::string lacking_op(const Experiment& experiment, const Backend& backend);

/// The example-th entry of a tap, padding cut off: as many source and target positions as given.
TapValue cut_tap(const std::string& name, const Shape& shape, const std::vector<float>& values, TapAxes axes,
                 int example, int source_length, int target_length);

}  // namespace heed
