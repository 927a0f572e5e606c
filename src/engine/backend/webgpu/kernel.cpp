// engine/backend/webgpu: what the makers of kernels share; see kernel.h.
#include "engine/backend/webgpu/kernel.h"

#include <algorithm>

namespace heed::webgpu {

Word Schedule::temporary(std::size_t elems) {
  const std::size_t at = temporary_at_ + temporary_elems_;
  temporary_elems_ += aligned(elems);
  most_temporary_elems_ = std::max(most_temporary_elems_, temporary_elems_);
  return static_cast<Word>(at);
}

std::array<Word, 3> groups_for(std::size_t count, Word per_group) {
  constexpr std::size_t kMostInOneAxis = 65535;
  const std::size_t groups = std::max<std::size_t>(1, (count + per_group - 1) / per_group);
  const std::size_t x = std::min(groups, kMostInOneAxis);
  return {static_cast<Word>(x), static_cast<Word>((groups + x - 1) / x), 1};
}

std::array<Word, 4> extents_of(const Shape& shape) {
  std::array<Word, 4> out{1, 1, 1, 1};
  for (int i = 1; i <= shape.rank(); ++i) out[static_cast<std::size_t>(4 - i)] = static_cast<Word>(shape[-i]);
  return out;
}

std::array<Word, 4> strides_in(const Shape& operand, const Shape& result) {
  const std::array<Word, 4> own = extents_of(operand), whole = extents_of(result);
  std::array<Word, 4> out{};
  Word step = 1;
  for (std::size_t axis = 4; axis-- > 0;) {
    if (own[axis] == whole[axis] && own[axis] != 1) out[axis] = step;
    step *= own[axis];
  }
  return out;
}

}  // namespace heed::webgpu
