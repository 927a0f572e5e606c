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

int asked_tokens(const Example& example) {
  if (example.asked.empty()) return static_cast<int>(example.target.size());
  return static_cast<int>(std::ranges::count_if(example.asked, [](float asked) { return asked > 0; }));
}

int right_tokens(const Example& example, std::span<const float> answer) {
  int right = 0;
  for (std::size_t t = 0; t < example.target.size() && t < answer.size(); ++t) {
    if (!example.asked.empty() && example.asked[t] <= 0) continue;
    right += static_cast<int>(answer[t]) == example.target[t] ? 1 : 0;
  }
  return right;
}

bool exactly_right(const Example& example, std::span<const float> answer) {
  return right_tokens(example, answer) == asked_tokens(example);
}

void ScoreSheet::add_loss(float mean_loss, int tokens) {
  loss_ += static_cast<double>(mean_loss) * tokens;
  loss_tokens_ += tokens;
}

void ScoreSheet::add_row(Attention& sums, const std::vector<int>* truth, std::span<const float> row) const {
  for (const float weight : row) {
    if (weight > 0) sums.entropy -= static_cast<double>(weight) * std::log(static_cast<double>(weight));
  }
  ++sums.rows;
  if (truth == nullptr) return;
  for (std::size_t s = 0; s < row.size(); ++s) {
    if (within(*truth, static_cast<int>(s), 0)) sums.mass += static_cast<double>(row[s]);
  }
  const auto largest = static_cast<int>(std::ranges::max_element(row) - row.begin());
  ++sums.truth_rows;
  sums.on_truth += within(*truth, largest, 0) ? 1 : 0;
  sums.near_truth += within(*truth, largest, slack_) ? 1 : 0;
}

void ScoreSheet::add_alignment(const Example& example, std::span<const float> weights, int stride, int rows_each,
                               int heads) {
  heads_.resize(static_cast<std::size_t>(heads));
  const std::size_t sources = example.source.size();
  if (example.target.size() == 1 && sources > 0) add_supports(example, weights, stride, rows_each, heads);
  for (std::size_t head = 0; head < heads_.size(); ++head) {
    for (std::size_t t = 0; t < example.target.size(); ++t) {
      const std::size_t at = (head * static_cast<std::size_t>(rows_each) + t) * static_cast<std::size_t>(stride);
      const bool known = t < example.alignment.size() && !example.alignment[t].empty();
      add_row(heads_[head], known ? &example.alignment[t] : nullptr, weights.subspan(at, sources));
    }
  }
}

void ScoreSheet::add_supports(const Example& example, std::span<const float> weights, int stride, int rows_each, int heads) {
  supports_outside_ += example.lost_support;
  if (example.alignment.empty() || example.lost_support > 0) return;
  const std::vector<int>& truth = example.alignment.front();
  if (supports_.size() < truth.size()) supports_.resize(truth.size());
  for (std::size_t n = 0; n < truth.size(); ++n) {
    supports_[n].of_heads.resize(static_cast<std::size_t>(heads));
    ++supports_[n].examples;
    for (std::size_t head = 0; head < static_cast<std::size_t>(heads); ++head) {
      const auto row = weights.subspan(head * static_cast<std::size_t>(rows_each) * static_cast<std::size_t>(stride), example.source.size());
      supports_[n].of_heads[head] += std::ranges::max_element(row) - row.begin() == truth[n] ? 1 : 0;
    }
  }
}

/// The head with the most mass on the truth; where there is no truth, the one that is surest of itself.
int ScoreSheet::best_head() const {
  const auto worse = [](const Attention& a, const Attention& b) {
    return a.truth_rows > 0 ? a.mass < b.mass : a.entropy > b.entropy;
  };
  return static_cast<int>(std::ranges::max_element(heads_, worse) - heads_.begin());
}

void ScoreSheet::count(const Example& example, bool exact, int tokens, int right) {
  ++examples_;
  exact_ += exact ? 1 : 0;
  tokens_ += tokens;
  right_ += right;
  Tally& tally = by_length_[static_cast<int>(example.source.size())];
  ++tally.examples;
  tally.exact += exact ? 1 : 0;
  if (example.kind == 0) return;
  Tally& kind = by_kind_[example.kind];
  ++kind.examples;
  kind.exact += exact ? 1 : 0;
}

void ScoreSheet::add_answer(const Example& example, std::span<const float> answer) {
  count(example, exactly_right(example, answer), asked_tokens(example), right_tokens(example, answer));
}

void ScoreSheet::add_values(const Example& example, std::span<const float> values, const TaskForm& form) {
  const auto width = static_cast<std::size_t>(form.target_width);
  int right = 0;
  numbers_ = form.values == ValueKind::kReal;
  for (std::size_t t = 0; t < example.target.size(); ++t) {
    if (!example.asked.empty() && example.asked[t] <= 0) continue;
    bool all = true;
    for (std::size_t g = 0; g < width; ++g) {
      const float truth = example.target_values[t * width + g], given = values[t * width + g];
      const bool bit_right = (given > 0.5f) == (truth > 0.5f);
      const auto off = static_cast<double>(given - truth);
      value_error_ += numbers_ ? off * off : bit_right ? 0 : 1;
      all = all && bit_right;
    }
    values_ += static_cast<long long>(width);
    right += all ? 1 : 0;
  }
  count(example, right == asked_tokens(example), asked_tokens(example), right);
}

Scores ScoreSheet::scores() const {
  Scores scores;
  scores.loss = mean(loss_, loss_tokens_);
  scores.value_error = mean(value_error_, values_);
  if (!numbers_) {
    scores.token_accuracy = share(right_, tokens_);
    scores.exact_match = share(exact_, examples_);
  }
  scores.examples = examples_;
  if (values_ > 0 && !numbers_ && loss_tokens_ > 0) {
    const double nats_per_bit = loss_ / static_cast<double>(loss_tokens_);
    scores.example_bits = mean(nats_per_bit * static_cast<double>(values_) / std::log(2.0), examples_);
    if (best_loss_ > 0) scores.best_example_bits = mean(best_loss_ / std::log(2.0), examples_);
  }
  if (heads_.empty()) return scores;
  const Attention& best = heads_[static_cast<std::size_t>(best_head())];
  scores.alignment_head = heads_.size() > 1 ? best_head() : -1;
  scores.alignment_score = mean(best.mass, best.truth_rows);
  scores.alignment_argmax = share(best.on_truth, best.truth_rows);
  scores.alignment_near = share(best.near_truth, best.truth_rows);
  scores.attention_entropy = mean(best.entropy, best.rows);
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
