// engine/backend/webgpu: kernels whose work is rows that know nothing of each other, shared among the invocations of workgroups.
#pragma once

#include <algorithm>
#include <bit>

#include "engine/backend/webgpu/kernel.h"

namespace heed::webgpu {

struct RowShares {
  Word rows, count;
  Word lanes;  ///< invocations that share a row
  Word group;  ///< invocations of a workgroup: the shader's kGroup
  std::array<Word, 3> groups;
};

/// Each invocation gets about four elements of a row, more where rows are long: then a whole workgroup has one.
inline RowShares shares_of(std::size_t rows, std::size_t count) {
  constexpr std::size_t kLong = 1024;
  const Word group = count > kLong ? 256 : 64;
  const Word lanes = std::min(group, std::bit_ceil(static_cast<Word>((count + 3) / 4)));
  return {static_cast<Word>(rows), static_cast<Word>(count), lanes, group, groups_for(rows, group / lanes)};
}

/// For a dispatch whose shader adds up across rows.
inline void choose_subgroups(Dispatch& dispatch, Word group, const Schedule& schedule) {
  if (schedule.tuning.subgroup_width == 0) return;
  dispatch.by_subgroups = true;
  dispatch.constants.push_back({"kWidth", std::min(schedule.tuning.subgroup_width, group)});
}

/// Rows along the last axis.
inline RowShares shares_of(const Shape& shape) {
  const auto count = static_cast<std::size_t>(shape[-1]);
  return shares_of(shape.count() / count, count);
}

inline Word extent_of(const Shape& shape, int axis) { return static_cast<Word>(shape[axis]); }

}  // namespace heed::webgpu
