// engine/backend/webgpu: the places in a run's one buffer.
#pragma once

#include <cstddef>

#include "engine/plan/plan.h"

namespace heed::webgpu {

inline constexpr std::size_t kHeaderElems = 64;  // the seed
inline constexpr std::size_t kArenas = static_cast<std::size_t>(Arena::kCount);

/// Where everything lies in a run's memory, in elements.
struct Layout {
  std::size_t input_elems = 0, arena_elems = 0, scratch_elems = 0, temporary_elems = 0, constant_elems = 0;

  std::size_t arena(std::size_t which) const { return kHeaderElems + input_elems + which * arena_elems; }
  std::size_t scratch() const { return arena(kArenas); }
  std::size_t temporary() const { return scratch() + scratch_elems; }
  std::size_t constants() const { return temporary() + temporary_elems; }
  std::size_t all() const { return constants() + constant_elems; }
};

}  // namespace heed::webgpu
