// training: the scores of an evaluation, accumulated batch by batch from what a model answered.
#pragma once

#include <map>
#include <span>
#include <vector>

#include "tasks/task.h"
#include "training/timeline.h"

namespace heed {

/// How many tokens (end mark counted, padding not) of a greedy answer are right, position by position.
int right_tokens(const std::vector<int>& target, std::span<const float> answer);
/// The whole answer right: every token up to and including the end mark.
bool exactly_right(const std::vector<int>& target, std::span<const float> answer);

class ScoreSheet {
 public:
  /// `slack`: how many neighbours of a true position count as near.
  explicit ScoreSheet(int slack) : slack_(slack) {}

  /// Teacher forced: the batch's mean loss over `tokens` target tokens.
  void add_loss(float mean_loss, int tokens);
  /// One example's attention rows (T of them, `stride` apart), each over the example's own sources.
  void add_alignment(const Example& example, std::span<const float> rows, int stride);
  /// One example's greedy answer.
  void add_answer(const Example& example, std::span<const float> answer);

  Scores scores() const;
  /// Per source length: how many examples there were and how many were exactly right.
  struct Tally {
    int examples = 0, exact = 0;
  };
  const std::map<int, Tally>& by_length() const { return by_length_; }

 private:
  int slack_;
  double loss_ = 0;
  long long loss_tokens_ = 0, tokens_ = 0, right_ = 0;
  int examples_ = 0, exact_ = 0;
  double mass_ = 0, entropy_ = 0;
  long long truth_rows_ = 0, on_truth_ = 0, near_truth_ = 0, rows_ = 0;
  std::map<int, Tally> by_length_;
};

/// Exact match per source length over both sheets; -1 where a length did not occur.
std::vector<float> exact_by_length(const ScoreSheet& test, const ScoreSheet& test_long);

}  // namespace heed
