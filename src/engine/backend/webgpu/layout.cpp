// engine/backend/webgpu: ops that move values without computing. What only repeats or keeps values is an elementwise copy; what steps
// through memory runs shaders/strided.wgsl, or shaders/transpose.wgsl where the last axis moves.
#include <algorithm>

#include "engine/backend/webgpu/elementwise.h"
#include "engine/backend/webgpu/kernels.h"

namespace heed::webgpu {
namespace {

using Four = std::array<Word, 4>;

constexpr Word kCopyLanes = 64;

/// Steps of a dense value along its own axes, aligned at the last one.
Four dense_steps(const Shape& shape) {
  const Four extents = extents_of(shape);
  Four out{};
  Word step = 1;
  for (std::size_t axis = 4; axis-- > 0; step *= extents[axis]) out[axis] = step;
  return out;
}

/// Where axis `axis` of `shape` is among four, aligned at the last one.
std::size_t of_four(const Shape& shape, int axis) { return static_cast<std::size_t>(4 - shape.rank() + axis); }

/// The part of the result that shows the operand; all of it unless told otherwise.
struct Window {
  Four low{};
  Four high;
};

void add_strided(const Operand& out, Word from, const Four& steps, const Window& window, Schedule& schedule) {
  Params params;
  params.add(extents_of(out.shape)).add(steps).add(window.low).add(window.high).add(out.count()).add(from).add(out.at);
  schedule.add({.shader = "strided", .params = params, .groups = groups_for(out.count(), kCopyLanes), .work = 8.0 * out.count()});
}

/// `steps`: of the operand along the axes of the result; along `row` they are 1.
bool add_transpose(const Operand& out, Word from, const Four& steps, std::size_t row, Schedule& schedule) {
  constexpr Word kTile = 32, kLeastExtent = 8, kMostMatrices = 65535;
  const Four extents = extents_of(out.shape), own = dense_steps(out.shape);
  const std::size_t outer = row == 0 ? 1 : 0, middle = row == 2 ? 1 : 2;
  const Word rows = extents[row], columns = extents[3], matrices = extents[outer] * extents[middle];
  if (rows < kLeastExtent || columns < kLeastExtent || matrices > kMostMatrices) return false;
  Params params;
  params.add(rows).add(columns).add(extents[middle]);
  params.add(from).add(steps[3]).add(steps[middle]).add(steps[outer]);
  params.add(out.at).add(own[row]).add(own[middle]).add(own[outer]);
  schedule.add({.shader = "transpose",
                .params = params,
                .groups = {(columns + kTile - 1) / kTile, (rows + kTile - 1) / kTile, matrices},
                .work = 8.0 * out.count()});
  return true;
}

}  // namespace

void make_copy(const Call& call, Schedule& schedule) { add_copy(call.in[0], call.out, schedule); }

void make_permute(const Call& call, Schedule& schedule) {
  const Shape& shape = call.out.shape;
  const auto& order = std::get<PermuteAttrs>(call.attrs).order;
  const Four own = dense_steps(call.in[0].shape);
  Four steps{};
  for (int axis = 0; axis < shape.rank(); ++axis) steps[of_four(shape, axis)] = own[of_four(shape, order[static_cast<std::size_t>(axis)])];
  for (int axis = 0; axis + 1 < shape.rank(); ++axis) {
    const bool was_last = order[static_cast<std::size_t>(axis)] == shape.rank() - 1;
    if (was_last && add_transpose(call.out, call.in[0].at, steps, of_four(shape, axis), schedule)) return;
  }
  add_strided(call.out, call.in[0].at, steps, {.high = extents_of(shape)}, schedule);
}

void make_slice(const Call& call, Schedule& schedule) {
  const SliceAttrs& a = std::get<SliceAttrs>(call.attrs);
  const Four steps = dense_steps(call.in[0].shape);
  const Word from = call.in[0].at + static_cast<Word>(a.start) * steps[of_four(call.out.shape, a.axis)];
  add_strided(call.out, from, steps, {.high = extents_of(call.out.shape)}, schedule);
}

void make_pad(const Call& call, Schedule& schedule) {
  const SliceAttrs& a = std::get<SliceAttrs>(call.attrs);
  const std::size_t axis = of_four(call.out.shape, a.axis);
  Window window{.high = extents_of(call.out.shape)};
  window.low[axis] = static_cast<Word>(a.start);
  window.high[axis] = static_cast<Word>(a.start + call.in[0].shape[a.axis]);
  add_strided(call.out, call.in[0].at, dense_steps(call.in[0].shape), window, schedule);
}

void make_concat(const Call& call, Schedule& schedule) {
  constexpr std::size_t kMostParts = 24;
  const int axis = std::get<AxisAttrs>(call.attrs).axis;
  const Shape& shape = call.out.shape;
  const Word inner = dense_steps(shape)[of_four(shape, axis)], whole = static_cast<Word>(shape[axis]), outer = call.out.count() / (inner * whole);
  Word first = 0;
  for (std::size_t begin = 0; begin < call.in.size(); begin += kMostParts) {
    const std::size_t end = std::min(call.in.size(), begin + kMostParts);
    Word extent = 0;
    std::vector<Word> parts;
    for (std::size_t k = begin; k < end; ++k) {
      parts.push_back(call.in[k].at);
      parts.push_back(extent);
      extent += static_cast<Word>(call.in[k].shape[axis]);
    }
    const Word count = outer * extent * inner;
    Params params;
    params.add(count).add(inner).add(extent).add(first).add(whole).add(call.out.at).add(end - begin).add(0);
    for (Word value : parts) params.add(value);
    schedule.add({.shader = "concat", .params = params, .groups = groups_for(count, kCopyLanes), .work = 8.0 * count});
    first += extent;
  }
}

}  // namespace heed::webgpu
