// training: how far two ways of looking agree on the order of what they rank. Kendall's tau-b (Kendall 1945), which
// counts ties.
#pragma once

#include <optional>
#include <span>

namespace heed {

/// (P - Q) / sqrt((n0 - n1)(n0 - n2)) with P pairs in the same order, Q in the opposite one, n0 all pairs, n1 and n2
/// those tied in a and in b. From -1 to 1; none where fewer than two values are given or all of one side are equal.
std::optional<double> kendall_tau_b(std::span<const float> a, std::span<const float> b);

/// A map of T rows by S columns as those that rank see it.
struct RankedMap {
  std::span<const float> values;  ///< row-major
  int rows = 0, columns = 0;
};

/// The mean of tau-b over the rows in `asked` (an empty list: all rows), by size, sign aside. With `causal` only
/// columns up to the row's own number count. None where no row has an order on both sides.
std::optional<double> mean_agreement(const RankedMap& a, const RankedMap& b, std::span<const int> asked, bool causal);

}  // namespace heed
