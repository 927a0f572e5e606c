// training: what a look inside has found, when it is done; see inside.h.
#include <algorithm>
#include <cmath>

#include "training/inside.h"
#include "training/rank_agreement.h"

namespace heed {

LookedInside InsideLook::result() const {
  LookedInside out;
  const auto words = [](const Vocabulary& vocabulary, const std::vector<int>& tokens) {
    std::vector<std::string> texts;
    for (const int token : tokens) texts.push_back(vocabulary.token(token));
    return texts;
  };
  out.source = experiment_.task->source_labels(example_);
  if (known_) out.target = words(experiment_.task->target_vocabulary(), example_.target);
  if (form_.target_width == 0) out.chosen = words(experiment_.task->target_vocabulary(), choices_);
  out.targets = targets_;
  out.asked = asked();
  out.maps = maps_;
  out.truth = example_.alignment;
  out.loss_gradient = loss_gradient_;
  out.causal = form_.answer == Answer::kNext;
  for (const InsideMap& a : maps_) {
    for (const InsideMap& b : maps_) {
      const std::optional<double> tau = mean_agreement({a.values, targets_, sources_}, {b.values, targets_, sources_},
                                                       out.asked, out.causal);
      out.agreement.push_back(static_cast<float>(tau.value_or(std::nan(""))));
    }
  }
  double worst = 0, largest = 0;
  for (const InsideMap& path : maps_) {
    if (path.key != "integrated_gradients") continue;
    for (const int t : out.asked) {
      double sum = 0;
      for (int s = 0; s < sources_; ++s) sum += static_cast<double>(path.values[static_cast<std::size_t>(t * sources_ + s)]);
      const auto at = static_cast<std::size_t>(t);
      worst = std::max(worst, std::abs(sum - (full_score_[at] - empty_score_[at])));
      largest = std::max(largest, std::abs(full_score_[at] - empty_score_[at]));
    }
  }
  out.completeness_gap = static_cast<float>(worst);
  out.largest_change = static_cast<float>(largest);
  return out;
}

}  // namespace heed
