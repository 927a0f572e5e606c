// engine/backend/cpu: kernels whose work is rows that know nothing of each other.
#pragma once

#include <algorithm>

#include "engine/backend/cpu/kernel.h"

namespace heed::cpu {

/// run(first row, row after the last, scratch) over `rows` rows that take about `row_ns` each, in units that last a few
/// microseconds.
template <class F>
Kernel kernel_of_rows(std::size_t rows, double row_ns, F run, std::size_t scratch_elems = 0) {
  constexpr double kUnitNs = 4000;
  constexpr std::size_t kLine = 16;
  auto per_unit = static_cast<std::size_t>(std::clamp(kUnitNs / row_ns, 1.0, static_cast<double>(rows)));
  if (per_unit > kLine) per_unit -= per_unit % kLine;  // where rows are elements, each unit begins on a cache line
  return {(rows + per_unit - 1) / per_unit, static_cast<double>(rows) * row_ns,
          [=](const Work& work) { run(work.begin * per_unit, std::min(rows, work.end * per_unit), work.scratch); },
          scratch_elems};
}

/// All axes but the last, together.
inline std::size_t row_count(const Shape& shape) {
  return shape.count() / static_cast<std::size_t>(shape[-1]);
}

inline std::size_t extent_of(const Shape& shape, int axis) {
  return static_cast<std::size_t>(shape[axis]);
}

}  // namespace heed::cpu
