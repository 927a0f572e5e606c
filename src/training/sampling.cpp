// training: see sampling.h.
#include "training/sampling.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tasks/task.h"

namespace heed {

std::vector<float> chances(std::span<const float> logits, const Sampling& sampling) {
  std::vector<float> result(logits.size(), 0.0f);
  std::vector<int> order(logits.size() - kFirstToken);
  std::iota(order.begin(), order.end(), kFirstToken);
  const auto logit = [&](int id) { return static_cast<double>(logits[static_cast<std::size_t>(id)]); };
  std::ranges::stable_sort(order, [&](int a, int b) { return logit(a) > logit(b); });
  if (sampling.temperature <= 0) {
    result[static_cast<std::size_t>(order.front())] = 1;
    return result;
  }
  if (sampling.top_k > 0) order.resize(std::min(order.size(), static_cast<std::size_t>(sampling.top_k)));
  std::vector<double> weights;
  for (const int id : order) weights.push_back(std::exp((logit(id) - logit(order.front())) / static_cast<double>(sampling.temperature)));
  const double all = std::accumulate(weights.begin(), weights.end(), 0.0);
  double kept = 0;
  std::size_t count = 0;
  while (count < weights.size() && (count == 0 || kept < static_cast<double>(sampling.top_p) * all)) kept += weights[count++];
  for (std::size_t n = 0; n < count; ++n)
    result[static_cast<std::size_t>(order[n])] = static_cast<float>(weights[n] / kept);
  return result;
}

int draw(std::span<const float> chances, float uniform) {
  int last = 0;
  double below = 0;
  for (std::size_t id = 0; id < chances.size(); ++id) {
    if (chances[id] <= 0) continue;
    last = static_cast<int>(id);
    below += static_cast<double>(chances[id]);
    if (static_cast<double>(uniform) < below) break;
  }
  return last;
}

}  // namespace heed
