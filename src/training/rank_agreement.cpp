// training: see rank_agreement.h.
#include "training/rank_agreement.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace heed {
namespace {

int order_of(float x, float y) {
  return x < y ? -1 : x > y ? 1 : 0;
}

std::vector<float> sizes(const RankedMap& map, int row, int count) {
  std::vector<float> out;
  for (int column = 0; column < count; ++column)
    out.push_back(std::abs(map.values[static_cast<std::size_t>(row * map.columns + column)]));
  return out;
}

}  // namespace

std::optional<double> kendall_tau_b(std::span<const float> a, std::span<const float> b) {
  const std::size_t n = std::min(a.size(), b.size());
  double balance = 0, apart_in_a = 0, apart_in_b = 0;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = i + 1; j < n; ++j) {
      const int in_a = order_of(a[i], a[j]), in_b = order_of(b[i], b[j]);
      balance += in_a * in_b;
      apart_in_a += in_a != 0;
      apart_in_b += in_b != 0;
    }
  }
  if (apart_in_a == 0 || apart_in_b == 0) return std::nullopt;
  return balance / std::sqrt(apart_in_a * apart_in_b);
}

std::optional<double> mean_agreement(const RankedMap& a, const RankedMap& b, std::span<const int> asked, bool causal) {
  double total = 0;
  int counted = 0;
  const auto add = [&](int row) {
    const int columns = std::min(a.columns, causal ? row + 1 : a.columns);
    const std::optional<double> tau = kendall_tau_b(sizes(a, row, columns), sizes(b, row, columns));
    if (!tau) return;
    total += *tau;
    ++counted;
  };
  if (asked.empty()) {
    for (int row = 0; row < a.rows; ++row) add(row);
  } else {
    for (const int row : asked) add(row);
  }
  if (counted == 0) return std::nullopt;
  return total / counted;
}

}  // namespace heed
