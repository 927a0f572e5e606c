// training: what a mechanism costs against the length of the sequence: multiply-adds and memory counted in the plans that
// run, the same by formula, and the time that a pass takes here. RNN against self-attention, and the run's own model.
//
// Counted are passes over one sequence of n positions of width d: attention O(n^2 d), recurrence O(n d^2) (Vaswani et al.
// 2017, table 1), with the constants that the table leaves out.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "training/experiment.h"
#include "training/protocol.h"

namespace heed {

/// "self_attention", "rnn", "gru", "lstm": one layer of width d, projections included.
const std::vector<std::string>& cost_mechanisms();
/// Multiply-adds of a forward pass over n positions: 4 n d^2 + 2 n^2 d, or 2, 6, 8 n d^2.
double cost_by_formula(const std::string& mechanism, double length, double width);

/// Records one layer on a sequence (1,n,d); returns its output (1,n,d). Parameters are added to `parameters`.
Tensor record_mechanism(Tape& tape, ParameterSet& parameters, const std::string& mechanism, int length, int width);

/// The counts of a recording: multiply-adds of its matrix products and results of everything else, both with every fused
/// op written out, and the longest chain of operations of which each waits for the one before.
struct OperationCount {
  double multiply_adds = 0, other = 0;
  int chain = 0;
};
OperationCount count_operations(const Tape& tape);

/// The multiply-adds of a plan's matrix products; attention and recurrent cells that are fused count none.
double count_products(const Plan& plan);

/// The smallest length from which `a` costs more multiply-adds than `b`, between the measured points in a straight line;
/// none where it does not within them.
std::optional<double> costs_more_from(const CostCurve& a, const CostCurve& b);

/// The measuring, one plan after the other.
class CostJob {
 public:
  CostJob(const Experiment& experiment, Abilities abilities, int width);

  bool done() const { return at_ == items_.size(); }
  /// Counts the next item and returns the forward pass that is to be timed; it reads `arena_elems` of parameters.
  Plan next(std::size_t& arena_elems);
  /// Feeds for it: masks of ones, else zeros.
  static std::vector<std::vector<float>> feeds(const Plan& plan);
  void timed(float milliseconds);
  CostMeasured result() const { return result_; }

 private:
  struct Item {
    std::size_t curve;
    int length;
  };
  CostCurve& curve_of(const Item& item);

  const Experiment& experiment_;
  Abilities abilities_;
  std::vector<Item> items_;
  std::size_t at_ = 0;
  CostMeasured result_;
};

}  // namespace heed
