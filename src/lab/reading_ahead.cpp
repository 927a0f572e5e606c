// lab: which row of the weights an answer's true positions are found in.
#include "lab/reading_ahead.h"

#include <algorithm>

namespace heed {

ReadingAhead reading_ahead(const ProbeShot& shot, const TapValue& weights) {
  ReadingAhead found;
  if (!find_tap(shot, "memory.read")) return found;
  const AttentionPicture picture = attention_picture(weights, {});
  for (std::size_t t = 1; t < picture.rows.size() && t < shot.truth.size(); ++t) {
    const std::vector<int>& truth = shot.truth[t];
    if (truth.empty()) continue;
    const auto is_true = [&](std::size_t row) { return std::ranges::find(truth, picture.rows[row].strongest) != truth.end(); };
    ++found.known;
    found.own += is_true(t) ? 1 : 0;
    found.before += is_true(t - 1) ? 1 : 0;
  }
  return found;
}

}  // namespace heed
