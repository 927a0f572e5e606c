// training: scores from answers. Definitions in training/timeline.h at Scores.
#include "training/scores.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace heed {
namespace {

float share(long long part, long long whole) {
  return whole > 0 ? static_cast<float>(static_cast<double>(part) / static_cast<double>(whole)) : -1.0f;
}
float mean(double sum, long long count) {
  return count > 0 ? static_cast<float>(sum / static_cast<double>(count)) : -1.0f;
}

bool within(const std::vector<int>& truth, int position, int slack) {
  return std::ranges::any_of(truth, [=](int t) { return std::abs(t - position) <= slack; });
}

}  // namespace

int right_tokens(const std::vector<int>& target, std::span<const float> answer) {
  int right = 0;
  for (std::size_t t = 0; t < target.size() && t < answer.size(); ++t)
    right += static_cast<int>(answer[t]) == target[t] ? 1 : 0;
  return right;
}

bool exactly_right(const std::vector<int>& target, std::span<const float> answer) {
  return right_tokens(target, answer) == static_cast<int>(target.size());
}

void ScoreSheet::add_loss(float mean_loss, int tokens) {
  loss_ += static_cast<double>(mean_loss) * tokens;
  loss_tokens_ += tokens;
}

void ScoreSheet::add_alignment(const Example& example, std::span<const float> rows, int stride) {
  const auto sources = static_cast<int>(example.source.size());
  for (std::size_t t = 0; t < example.target.size(); ++t) {
    const auto row = rows.subspan(t * static_cast<std::size_t>(stride), static_cast<std::size_t>(sources));
    for (const float weight : row) {
      if (weight > 0) entropy_ -= static_cast<double>(weight) * std::log(static_cast<double>(weight));
    }
    ++rows_;
    if (t >= example.alignment.size() || example.alignment[t].empty()) continue;
    const std::vector<int>& truth = example.alignment[t];
    for (int s = 0; s < sources; ++s) {
      if (within(truth, s, 0)) mass_ += static_cast<double>(row[static_cast<std::size_t>(s)]);
    }
    const auto largest = static_cast<int>(std::ranges::max_element(row) - row.begin());
    ++truth_rows_;
    on_truth_ += within(truth, largest, 0) ? 1 : 0;
    near_truth_ += within(truth, largest, slack_) ? 1 : 0;
  }
}

void ScoreSheet::add_answer(const Example& example, std::span<const float> answer) {
  const bool exact = exactly_right(example.target, answer);
  ++examples_;
  exact_ += exact ? 1 : 0;
  tokens_ += static_cast<long long>(example.target.size());
  right_ += right_tokens(example.target, answer);
  Tally& tally = by_length_[static_cast<int>(example.source.size())];
  ++tally.examples;
  tally.exact += exact ? 1 : 0;
}

Scores ScoreSheet::scores() const {
  Scores scores;
  scores.loss = mean(loss_, loss_tokens_);
  scores.token_accuracy = share(right_, tokens_);
  scores.exact_match = share(exact_, examples_);
  scores.alignment_score = mean(mass_, truth_rows_);
  scores.alignment_argmax = share(on_truth_, truth_rows_);
  scores.alignment_near = share(near_truth_, truth_rows_);
  scores.attention_entropy = mean(entropy_, rows_);
  scores.examples = examples_;
  return scores;
}

std::vector<float> exact_by_length(const ScoreSheet& test, const ScoreSheet& test_long) {
  std::map<int, ScoreSheet::Tally> both = test.by_length();
  for (const auto& [length, tally] : test_long.by_length()) {
    both[length].examples += tally.examples;
    both[length].exact += tally.exact;
  }
  std::vector<float> shares;
  if (!both.empty()) shares.assign(static_cast<std::size_t>(both.rbegin()->first) + 1, -1.0f);
  for (const auto& [length, tally] : both)
    shares[static_cast<std::size_t>(length)] = share(tally.exact, tally.examples);
  return shares;
}

}  // namespace heed
