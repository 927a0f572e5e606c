// engine/backend/cpu: how a kernel walks over its output while its operands repeat along broadcast axes. Neighbouring
// axes that all operands cross in one stride are merged, so equal shapes, scalars, rows and columns all end in one or
// two loops.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "engine/tensor/shape.h"

namespace heed::cpu {

template <std::size_t kOperands>
struct Walk {
  using Strides = std::array<std::size_t, kOperands>;

  /// Four loops from the outside in; the last one is the inner loop. Unused loops have extent 1.
  std::array<std::size_t, kMaxRank> extent{1, 1, 1, 1};
  std::array<Strides, kMaxRank> stride{};

  /// Calls inner(output offset, offsets of the operands, how many) for every run of the inner loop, of the elements
  /// [begin, end) of the output: the first run and the last may be parts.
  template <class F>
  void each_run(std::size_t begin, std::size_t end, F inner) const {
    std::size_t i = 0, j = 0, k = 0, first = 0;
    if (begin > 0) {
      const std::size_t run = begin / extent[3];
      first = begin % extent[3];
      k = run % extent[2];
      j = run / extent[2] % extent[1];
      i = run / extent[2] / extent[1];
    }
    for (std::size_t out = begin; out < end;) {
      const std::size_t count = std::min(extent[3] - first, end - out);
      Strides at;
      for (std::size_t o = 0; o < kOperands; ++o)
        at[o] = i * stride[0][o] + j * stride[1][o] + k * stride[2][o] + first * stride[3][o];
      inner(out, at, count);
      out += count;
      first = 0;
      if (++k < extent[2]) continue;
      k = 0;
      if (++j < extent[1]) continue;
      j = 0;
      ++i;
    }
  }
};

/// A walk over `out` given the operands' strides (in elements) along each axis of `out`.
template <std::size_t kOperands>
Walk<kOperands> make_walk(const Shape& out, const std::array<std::array<std::size_t, kMaxRank>, kOperands>& strides) {
  Walk<kOperands> walk;
  int top = kMaxRank;  // loops [top, kMaxRank) are in use
  for (int axis = out.rank() - 1; axis >= 0; --axis) {
    const auto extent = static_cast<std::size_t>(out[axis]);
    if (extent == 1) continue;
    const auto at = static_cast<std::size_t>(top);
    bool merges = top < kMaxRank;
    for (std::size_t o = 0; o < kOperands && merges; ++o)
      merges = strides[o][static_cast<std::size_t>(axis)] == walk.extent[at] * walk.stride[at][o];
    if (merges) {
      walk.extent[at] *= extent;
      continue;
    }
    --top;
    walk.extent[at - 1] = extent;
    for (std::size_t o = 0; o < kOperands; ++o) walk.stride[at - 1][o] = strides[o][static_cast<std::size_t>(axis)];
  }
  return walk;
}

/// Strides of an operand that is broadcast to `out`: 0 along the axes it lacks or repeats.
inline std::array<std::size_t, kMaxRank> broadcast_strides(const Shape& out, const Shape& in) {
  std::array<std::size_t, kMaxRank> strides{};
  std::size_t stride = 1;
  for (int axis = in.rank() - 1, to = out.rank() - 1; axis >= 0; --axis, --to) {
    if (in[axis] != 1) strides[static_cast<std::size_t>(to)] = stride;
    stride *= static_cast<std::size_t>(in[axis]);
  }
  return strides;
}

}  // namespace heed::cpu
