// training: do the answers rest on what was looked at? Stories from which a sentence is taken out: the one that was looked at most, and one
// that was not.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "tasks/task.h"
#include "training/timeline.h"

namespace heed {

/// One story three times: whole, without the sentence that was looked at most, without one that no head looked at most.
struct DeletionTrial {
  static constexpr int kVersions = 3;
  std::vector<Example> versions;
};

/// `words`: how many a sentence has room for.
Example without_sentence(const Example& example, int at, int words);

/// `weights`: for each head `stride` numbers, the first ones those of the example's own sentences. `choice`: any number, says which of the
/// sentences that nobody looked at most is taken. Nothing where there is none.
std::optional<DeletionTrial> deletion_trial(const Example& example, std::span<const float> weights, int heads, int stride, int words, int choice);

/// `answers`: the words answered to the versions of each trial, one after the other. Wrong answers to the whole story do not count.
void count_deletions(DeletionScore& score, std::span<const DeletionTrial> trials, std::span<const float> answers);

}  // namespace heed
