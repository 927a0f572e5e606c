// training: the scores of an evaluation, accumulated batch by batch from what a model answered.
#pragma once

#include <map>
#include <span>
#include <vector>

#include "tasks/task.h"
#include "training/timeline.h"

namespace heed {

/// How many of the example's target positions are asked for.
int asked_tokens(const Example& example);
/// How many asked tokens (end mark counted, padding not) of a greedy answer are right, position by position.
int right_tokens(const Example& example, std::span<const float> answer);
/// The whole answer right: every asked token, up to and including the end mark where there is one.
bool exactly_right(const Example& example, std::span<const float> answer);

class ScoreSheet {
 public:
  /// `slack`: how many neighbours of a true position count as near.
  explicit ScoreSheet(int slack) : slack_(slack) {}

  /// Teacher forced: the batch's mean loss over `tokens` target tokens.
  void add_loss(float mean_loss, int tokens);
  /// One example's attention: for each of `heads` the rows of `rows_each` targets, `stride` apart, each over the
  /// example's own sources.
  void add_alignment(const Example& example, std::span<const float> weights, int stride, int rows_each, int heads = 1);
  /// One example's greedy answer.
  void add_answer(const Example& example, std::span<const float> answer);
  /// One example's best possible loss in nats (Task::best_loss).
  void add_best(double nats) { best_loss_ += nats; }
  /// One example's answer in numbers: (T,G), probabilities of bits or the numbers themselves.
  void add_values(const Example& example, std::span<const float> values, const TaskForm& form);

  Scores scores() const;
  /// Per source length: how many examples there were and how many were exactly right.
  struct Tally {
    int examples = 0, exact = 0;
  };
  const std::map<int, Tally>& by_length() const { return by_length_; }
  /// Per kind, of the examples that have one.
  const std::map<int, Tally>& by_kind() const { return by_kind_; }
  /// Of the first target's true positions: the first, the second, and so on.
  const std::vector<HeadOnSupport>& supports() const { return supports_; }
  /// True positions that were left out of the source; of such examples `supports` says nothing.
  int supports_outside() const { return supports_outside_; }

 private:
  struct Attention {
    double mass = 0, entropy = 0;
    long long truth_rows = 0, on_truth = 0, near_truth = 0, rows = 0;
  };
  void add_row(Attention& sums, const std::vector<int>* truth, std::span<const float> row) const;
  void count(const Example& example, bool exact, int tokens, int right);
  void add_supports(const Example& example, std::span<const float> weights, int stride, int rows_each, int heads);
  int best_head() const;

  int slack_;
  double loss_ = 0, best_loss_ = 0, value_error_ = 0;
  long long loss_tokens_ = 0, tokens_ = 0, right_ = 0, values_ = 0;
  int examples_ = 0, exact_ = 0;
  bool numbers_ = false;
  std::vector<Attention> heads_;
  std::map<int, Tally> by_length_, by_kind_;
  std::vector<HeadOnSupport> supports_;
  int supports_outside_ = 0;
};

/// Exact match per source length over both sheets; -1 where a length did not occur.
std::vector<float> exact_by_length(const ScoreSheet& test, const ScoreSheet& test_long);

}  // namespace heed
