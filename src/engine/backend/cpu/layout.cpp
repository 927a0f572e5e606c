// engine/backend/cpu: ops that only move elements. Elements are four bytes whatever their type, and are moved as such.
#include <algorithm>
#include <cstring>

#include "engine/backend/cpu/rows.h"
#include "engine/backend/cpu/walk.h"

namespace heed::cpu {
namespace {

/// Nanoseconds to move one element.
constexpr double kMoveNs = 0.1, kTransposeNs = 0.5;

/// Runs of `width` elements, each `from_step` after the last in the source and `to_step` in the target.
struct Runs {
  std::size_t width, from_step, to_step;

  /// The runs [begin, end).
  void copy(float* to, const float* from, std::size_t begin, std::size_t end) const {
    if (width == 1) {
      for (std::size_t r = begin; r < end; ++r) to[r * to_step] = from[r * from_step];
    } else if (width == from_step && width == to_step) {
      std::memmove(to + begin * width, from + begin * width, (end - begin) * width * sizeof(float));
    } else {
      for (std::size_t r = begin; r < end; ++r)
        std::memmove(to + r * to_step, from + r * from_step, width * sizeof(float));
    }
  }
  double run_ns() const { return kMoveNs * static_cast<double>(width) + 2; }
};

std::size_t product(const Shape& shape, int begin, int end) {
  std::size_t count = 1;
  for (int axis = begin; axis < end; ++axis) count *= static_cast<std::size_t>(shape[axis]);
  return count;
}

/// Elements that one step along `axis` crosses.
std::size_t inner_of(const Shape& shape, int axis) {
  return product(shape, axis + 1, shape.rank());
}

/// A matrix whose columns are contiguous in the source, in square tiles so that both sides stay in the cache.
void copy_transposed(float* __restrict to, std::size_t to_step, const float* __restrict from, std::size_t from_step,
                     std::size_t rows, std::size_t columns) {
  constexpr std::size_t kTile = 16;
  for (std::size_t r0 = 0; r0 < rows; r0 += kTile)
    for (std::size_t c0 = 0; c0 < columns; c0 += kTile) {
      const std::size_t r1 = std::min(rows, r0 + kTile), c1 = std::min(columns, c0 + kTile);
      for (std::size_t r = r0; r < r1; ++r)
        for (std::size_t c = c0; c < c1; ++c) to[r * to_step + c] = from[c * from_step + r];
    }
}

/// The walk's loop along which the source is contiguous, or 3 when there is none.
std::size_t contiguous_loop(const Walk<1>& walk) {
  std::size_t loop = 3;
  for (std::size_t i = 0; i < 3; ++i)
    if (walk.extent[i] > 1 && walk.stride[i][0] == 1) loop = i;
  return loop;
}

Kernel permute_in_tiles(const Walk<1>& walk, std::size_t row_loop, float* y, const float* x) {
  // Elements of y that one step of the row loop crosses; the row loop itself leaves the walk.
  std::size_t to_step = 1;
  for (std::size_t i = row_loop + 1; i < kMaxRank; ++i) to_step *= walk.extent[i];
  std::array<std::size_t, 2> extent{1, 1}, from{}, to{};
  std::size_t next = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    if (i == row_loop) continue;
    extent[next] = walk.extent[i];
    from[next] = walk.stride[i][0];
    to[next] = 1;
    for (std::size_t j = i + 1; j < kMaxRank; ++j) to[next] *= walk.extent[j];
    ++next;
  }
  const std::size_t rows = walk.extent[row_loop], columns = walk.extent[3], from_step = walk.stride[3][0];
  return kernel_of_rows(extent[0] * extent[1], kTransposeNs * static_cast<double>(rows * columns),
                        [=](std::size_t begin, std::size_t end, float*) {
                          for (std::size_t matrix = begin; matrix < end; ++matrix) {
                            const std::size_t i = matrix / extent[1], j = matrix % extent[1];
                            copy_transposed(y + i * to[0] + j * to[1], to_step, x + i * from[0] + j * from[1],
                                            from_step, rows, columns);
                          }
                        });
}

}  // namespace

Kernel make_fill(const Call& call) {
  return kernel_of_rows(call.out.shape.count(), kMoveNs,
                        [y = call.out.f32(), value = std::get<FillAttrs>(call.attrs).value](
                            std::size_t begin, std::size_t end, float*) { std::fill(y + begin, y + end, value); });
}

Kernel make_copy(const Call& call) {
  return kernel_of_rows(call.out.shape.count(), kMoveNs,
                        [y = call.out.f32(), x = call.in[0].f32()](std::size_t begin, std::size_t end, float*) {
                          std::memmove(y + begin, x + begin, (end - begin) * sizeof(float));
                        });
}

Kernel make_permute(const Call& call) {
  const auto order = std::get<PermuteAttrs>(call.attrs).order;
  const Shape& in = call.in[0].shape;
  std::array<std::size_t, kMaxRank> strides{};
  for (int axis = 0; axis < in.rank(); ++axis)
    strides[static_cast<std::size_t>(axis)] = inner_of(in, order[static_cast<std::size_t>(axis)]);
  const Walk<1> walk = make_walk<1>(call.out.shape, {strides});
  float* y = call.out.f32();
  const float* x = call.in[0].f32();
  const auto over_runs = [&](double ns, auto loop) {
    return kernel_of_rows(call.out.shape.count(), ns, [walk, loop](std::size_t begin, std::size_t end, float*) {
      walk.each_run(begin, end, loop);
    });
  };
  if (walk.extent[3] == 1 || walk.stride[3][0] == 1) {
    return over_runs(kMoveNs,
                     [=](std::size_t o, auto at, std::size_t n) { std::memcpy(y + o, x + at[0], n * sizeof(float)); });
  }
  const std::size_t row_loop = contiguous_loop(walk);
  if (row_loop < 3) return permute_in_tiles(walk, row_loop, y, x);
  return over_runs(1.0, [=, step = walk.stride[3][0]](std::size_t o, auto at, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) y[o + i] = x[at[0] + i * step];
  });
}

Kernel make_broadcast(const Call& call) {
  const Walk<1> walk = make_walk<1>(call.out.shape, {broadcast_strides(call.out.shape, call.in[0].shape)});
  float* y = call.out.f32();
  const float* x = call.in[0].f32();
  const auto over_runs = [&](auto loop) {
    return kernel_of_rows(call.out.shape.count(), kMoveNs, [walk, loop](std::size_t begin, std::size_t end, float*) {
      walk.each_run(begin, end, loop);
    });
  };
  if (walk.stride[3][0] == 0)
    return over_runs([=](std::size_t o, auto at, std::size_t n) { std::fill_n(y + o, n, x[at[0]]); });
  return over_runs([=](std::size_t o, auto at, std::size_t n) { std::memcpy(y + o, x + at[0], n * sizeof(float)); });
}

Kernel make_concat(const Call& call) {
  const int axis = std::get<AxisAttrs>(call.attrs).axis;
  const std::size_t to_step = product(call.out.shape, axis, call.out.shape.rank());
  struct Part {
    float* to;
    const float* from;
    Runs runs;
  };
  std::vector<Part> parts;
  float* to = call.out.f32();
  for (const Operand& in : call.in) {
    const std::size_t width = product(in.shape, axis, in.shape.rank());
    parts.push_back({to, in.f32(), {width, width, to_step}});
    to += width;
  }
  return kernel_of_rows(product(call.out.shape, 0, axis), kMoveNs * static_cast<double>(to_step),
                        [parts = std::move(parts)](std::size_t begin, std::size_t end, float*) {
                          for (const Part& part : parts) part.runs.copy(part.to, part.from, begin, end);
                        });
}

Kernel make_slice(const Call& call) {
  const auto attrs = std::get<SliceAttrs>(call.attrs);
  const Shape& in = call.in[0].shape;
  const std::size_t inner = inner_of(in, attrs.axis), whole = static_cast<std::size_t>(in[attrs.axis]) * inner;
  const std::size_t width = static_cast<std::size_t>(attrs.extent) * inner;
  const Runs runs{width, whole, width};
  return kernel_of_rows(
      product(in, 0, attrs.axis), runs.run_ns(),
      [runs, y = call.out.f32(), x = call.in[0].f32() + static_cast<std::size_t>(attrs.start) * inner](
          std::size_t begin, std::size_t end, float*) { runs.copy(y, x, begin, end); });
}

Kernel make_pad(const Call& call) {
  const auto attrs = std::get<SliceAttrs>(call.attrs);
  const Shape& in = call.in[0].shape;
  const std::size_t inner = inner_of(in, attrs.axis), width = static_cast<std::size_t>(in[attrs.axis]) * inner;
  const std::size_t whole = static_cast<std::size_t>(attrs.extent) * inner;
  const std::size_t before = static_cast<std::size_t>(attrs.start) * inner, after = whole - before - width;
  return kernel_of_rows(product(in, 0, attrs.axis), kMoveNs * static_cast<double>(whole) + 4,
                        [=, y = call.out.f32(), x = call.in[0].f32()](std::size_t begin, std::size_t end, float*) {
                          for (std::size_t r = begin; r < end; ++r) {
                            float* to = y + r * whole;
                            std::fill_n(to, before, 0.0f);
                            std::memcpy(to + before, x + r * width, width * sizeof(float));
                            std::fill_n(to + before + width, after, 0.0f);
                          }
                        });
}

}  // namespace heed::cpu
