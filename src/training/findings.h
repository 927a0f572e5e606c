// training: what comes out of looking inside a model (training/inside.h) and of measuring its cost (training/cost.h), as
// plain data.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace heed {

/// T target by S source positions.
struct InsideMap {
  /// "attention", "rollout", "gradient", "gradient_times_input", "integrated_gradients", "sequential_jacobian", "erasure"
  std::string key;
  bool is_signed = false;
  std::vector<float> values;
};

struct LookedInside {
  int request = 0;
  std::uint64_t step = 0;
  std::string error;                ///< not empty: nothing could be looked at, and why
  std::vector<std::string> source;  ///< S tokens as text
  std::vector<std::string> target;  ///< T tokens that are right; empty where nobody knows
  std::vector<std::string> chosen;  ///< T tokens that the model chooses when fed the target; these are explained
  int targets = 0;                  ///< T
  std::vector<int> asked;           ///< the target positions that count
  bool causal = false;              ///< position t sees nothing after t
  std::vector<std::vector<int>> truth;
  std::vector<InsideMap> maps;
  /// Kendall's tau-b between each two maps, the mean over the asked rows; not a number where there is no order.
  std::vector<float> agreement;
  std::vector<float> loss_gradient;  ///< S: the length of the loss's gradient at each source position; empty: no loss
  /// How far integrated gradients are from adding up to the change of the logit, at most (Sundararajan et al. 2017).
  float completeness_gap = 0;
  float largest_change = 0;  ///< of the logit along the path, for comparison
};

struct CostPoint {
  int length = 0;
  double multiply_adds = 0;   ///< counted
  double other = 0;           ///< everything that is no product, counted
  int chain = 0;              ///< operations that wait for each other
  double memory_bytes = 0;    ///< scratch of a forward pass
  double training_bytes = 0;  ///< scratch of a pass forward and back
  double by_formula = 0;      ///< multiply-adds; 0: there is no formula
  float milliseconds = 0;     ///< of a forward pass, here
};

struct CostCurve {
  std::string key;  ///< "self_attention", "rnn", "gru", "lstm"; "model"
  std::vector<CostPoint> points;
};

struct CostMeasured {
  int request = 0;
  int width = 0;  ///< of the mechanisms
  std::vector<CostCurve> mechanisms;
  CostCurve model;  ///< the run's own, whole
};

}  // namespace heed
