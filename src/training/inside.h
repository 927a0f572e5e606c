// training: looking inside a model on one example: which input does each output depend on? Attention as the model
// computes it; attention rollout (Abnar and Zuidema 2020); the gradient of the chosen logit (Simonyan et al. 2014) as a
// norm, times the input, and integrated along a path (Sundararajan et al. 2017); the sequential Jacobian (Graves 2012);
// and erasure, what changes when an input is left out (Li et al. 2016). All are maps of T target by S source positions.
//
// A row of the batch is one question: rows of one plan ask for other outputs at other places of the same example, so that
// all of them are answered in a few submissions.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/task_form.h"
#include "training/plans.h"
#include "training/protocol.h"

namespace heed {

/// Records the recording `forward` again on `tape`, with `input` (B,S,D) scaled by the tape's input "inside_share" (B,1,1),
/// and the gradient of the logits weighed by its input "inside_seed" (B,T,V). Outputs: "score" (B), the weighed logits; and over the D numbers of each source
/// position (B,S): "norm", the gradient's length; "times_input", its product with the unscaled input; "absolute", the sum
/// of its absolute values.
void record_inside_gradients(Tape& tape, const Tape& forward, Tensor logits, Tensor input);

/// Abnar and Zuidema 2020: A~ = (A + I) / 2 with A the mean over the heads, R_l = A~_l R_{l-1}. Every layer (H,S,S), the
/// one nearest to the input first; returns (S,S).
std::vector<float> attention_rollout(const std::vector<std::vector<float>>& layers, int heads, int length);

/// One look, in stages that build on each other: each says which plan it wants and what to feed, and takes the outputs.
class InsideLook {
 public:
  /// `known`: the example's target is the right one; otherwise the model's own answer is explained.
  InsideLook(const Experiment& experiment, Example example, bool known);

  bool done() const { return stage_ == Stage::kDone; }
  PlanKind kind() const;
  BatchShape shape() const;
  /// The examples of the next submission's batch, row by row.
  std::vector<Example> examples() const;
  /// What its feeds are instead of the batch's own, by name.
  std::map<std::string, std::vector<float>> feeds() const;
  void take(const PreparedPlan& plan, const Outputs& outputs);
  /// Once it is done.
  LookedInside result() const;

  static constexpr int kGradientRows = 32;

 private:
  enum class Stage { kDecode, kErase, kGradients, kDone };
  enum class Purpose { kChoice, kNothing, kPath, kLoss, kSequential };
  struct Question {
    Purpose purpose;
    int target;  ///< position of the output
    int output;  ///< which of its numbers; -1: those that `seed_` says
    float share;
    float weight = 1;  ///< of the answer in a sum
  };

  std::map<std::string, std::vector<float>> erasing_feeds() const;
  void assume_target();
  void take_decoded(const PreparedPlan& plan, const Outputs& outputs);
  void take_erased(const PreparedPlan& plan, const Outputs& outputs);
  void take_attention(const PreparedPlan& plan, const Outputs& outputs);
  void take_gradients(const PreparedPlan& plan, const Outputs& outputs);
  void add_answer(const Question& question, float score, const float* norm, const float* times, const float* absolute);
  void plan_questions();
  void weigh(const Question& question, float* seed) const;
  double likelihood(const float* logits, int t) const;
  std::vector<float>& map(const char* key, bool is_signed = false);
  std::vector<int> asked() const;

  const Experiment& experiment_;
  TaskForm form_;
  Example example_;
  bool known_;
  Stage stage_;
  int sources_ = 0, targets_ = 0, outputs_ = 0;
  std::vector<float> logits_;  ///< of the whole example (T,V)
  std::vector<int> choices_;   ///< per target position
  std::vector<Question> questions_;
  std::size_t asked_for_ = 0;  ///< questions answered so far
  std::vector<double> full_score_, empty_score_;
  std::vector<float> loss_gradient_;
  std::vector<InsideMap> maps_;
};

}  // namespace heed
