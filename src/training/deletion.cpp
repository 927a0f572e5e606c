// training: see deletion.h.
#include "training/deletion.h"

#include <algorithm>

namespace heed {

Example without_sentence(const Example& example, int at, int words) {
  Example shorter = example;
  shorter.source.erase(shorter.source.begin() + at);
  const auto first = shorter.source_words.begin() + static_cast<std::ptrdiff_t>(at) * words;
  shorter.source_words.erase(first, first + words);
  shorter.alignment.clear();
  return shorter;
}

std::optional<DeletionTrial> deletion_trial(const Example& example, std::span<const float> weights, int heads, int stride, int words, int choice) {
  const std::size_t sentences = example.source.size();
  std::vector<float> together(sentences, 0.0f);
  std::vector<bool> looked_at(sentences, false);
  for (int head = 0; head < heads; ++head) {
    const auto row = weights.subspan(static_cast<std::size_t>(head) * static_cast<std::size_t>(stride), sentences);
    for (std::size_t s = 0; s < sentences; ++s) together[s] += row[s];
    looked_at[static_cast<std::size_t>(std::ranges::max_element(row) - row.begin())] = true;
  }
  std::vector<int> others;
  for (std::size_t s = 0; s < sentences; ++s)
    if (!looked_at[s]) others.push_back(static_cast<int>(s));
  if (others.empty() || example.target.empty()) return std::nullopt;
  const auto most = static_cast<int>(std::ranges::max_element(together) - together.begin());
  const int other = others[static_cast<std::size_t>(choice) % others.size()];
  return DeletionTrial{{example, without_sentence(example, most, words), without_sentence(example, other, words)}};
}

void count_deletions(DeletionScore& score, std::span<const DeletionTrial> trials, std::span<const float> answers) {
  for (std::size_t n = 0; n < trials.size(); ++n) {
    const auto three = answers.subspan(n * DeletionTrial::kVersions, DeletionTrial::kVersions);
    if (static_cast<int>(three[0]) != trials[n].versions.front().target.front()) continue;
    ++score.examples;
    score.attended_changed += three[1] != three[0] ? 1 : 0;
    score.other_changed += three[2] != three[0] ? 1 : 0;
  }
}

}  // namespace heed
