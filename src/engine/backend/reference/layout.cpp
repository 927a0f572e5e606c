// engine/backend/reference: ops that move values, and ops that look things up by index.
#include "engine/backend/reference/reference.h"

namespace heed::reference {
namespace {

using Index = std::array<std::size_t, kMaxRank>;

Index unflatten(std::size_t flat, const Shape& shape) {
  Index index{};
  for (int axis = shape.rank() - 1; axis >= 0; --axis) {
    index[static_cast<std::size_t>(axis)] = flat % static_cast<std::size_t>(shape[axis]);
    flat /= static_cast<std::size_t>(shape[axis]);
  }
  return index;
}

std::size_t flatten(const Index& index, const Shape& shape) {
  std::size_t flat = 0;
  for (int axis = 0; axis < shape.rank(); ++axis) flat = flat * static_cast<std::size_t>(shape[axis]) + index[static_cast<std::size_t>(axis)];
  return flat;
}

void concat(const Call& call) {
  const std::size_t axis = static_cast<std::size_t>(std::get<AxisAttrs>(call.node.attrs).axis);
  std::size_t start = 0;
  for (std::size_t k = 0; k < call.in.size(); ++k) {
    for (std::size_t i = 0; i < call.in[k]->size(); ++i) {
      Index index = unflatten(i, *call.shapes[k]);
      index[axis] += start;
      call.out[flatten(index, call.node.shape)] = (*call.in[k])[i];
    }
    start += static_cast<std::size_t>((*call.shapes[k])[static_cast<int>(axis)]);
  }
}

/// Which element of the operand an element of the result shows.
std::size_t source_of(const Call& call, std::size_t i) {
  const Shape &from = *call.shapes[0], &to = call.node.shape;
  switch (call.node.op) {
    case OpKind::kPermute: {
      const Index at = unflatten(i, to);
      Index index{};
      for (int axis = 0; axis < to.rank(); ++axis) {
        const std::size_t a = static_cast<std::size_t>(axis);
        index[static_cast<std::size_t>(std::get<PermuteAttrs>(call.node.attrs).order[a])] = at[a];
      }
      return flatten(index, from);
    }
    case OpKind::kBroadcast: return broadcast_index(i, to, from);
    case OpKind::kSlice: {
      const SliceAttrs& a = std::get<SliceAttrs>(call.node.attrs);
      Index index = unflatten(i, to);
      index[static_cast<std::size_t>(a.axis)] += static_cast<std::size_t>(a.start);
      return flatten(index, from);
    }
    default: return i;  // kReshape, kStopGradient
  }
}

}  // namespace

void layout_op(const Call& call) {
  if (call.node.op == OpKind::kConcat) return concat(call);
  if (call.node.op == OpKind::kPad) {
    const SliceAttrs& a = std::get<SliceAttrs>(call.node.attrs);
    for (std::size_t i = 0; i < call.in[0]->size(); ++i) {
      Index index = unflatten(i, *call.shapes[0]);
      index[static_cast<std::size_t>(a.axis)] += static_cast<std::size_t>(a.start);
      call.out[flatten(index, call.node.shape)] = (*call.in[0])[i];
    }
    return;
  }
  for (std::size_t i = 0; i < call.out.size(); ++i) call.out[i] = (*call.in[0])[source_of(call, i)];
}

void index_op(const Call& call) {
  const Values &x = *call.in[0], &index = *call.in[1];
  const bool gathers = call.node.op == OpKind::kGatherRows, scatters = call.node.op == OpKind::kScatterAddRows;
  const Shape& table = gathers ? *call.shapes[0] : call.node.shape;
  const std::size_t width = gathers || scatters ? static_cast<std::size_t>(table[-1]) : 1;
  const std::size_t rows = static_cast<std::size_t>(gathers || scatters ? table[0] : call.node.op == OpKind::kPick ? (*call.shapes[0])[-1] : table[-1]);
  for (std::size_t i = 0; i < index.size(); ++i) {
    if (index[i] < 0 || index[i] >= static_cast<double>(rows)) continue;
    const std::size_t row = static_cast<std::size_t>(index[i]);
    switch (call.node.op) {
      case OpKind::kGatherRows:
        for (std::size_t d = 0; d < width; ++d) call.out[i * width + d] = x[row * width + d];
        break;
      case OpKind::kScatterAddRows:
        for (std::size_t d = 0; d < width; ++d) call.out[row * width + d] += x[i * width + d];
        break;
      case OpKind::kPick: call.out[i] = x[i * rows + row]; break;
      default: call.out[i * rows + row] = x[i];  // kPlace
    }
  }
}

}  // namespace heed::reference
