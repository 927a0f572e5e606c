// engine/ops: small helpers that shape rules and gradients of several op files share.
#pragma once

#include <string>

#include "engine/ops/op.h"
#include "engine/ops/ops.h"

namespace heed {

[[noreturn]] inline void shape_error(const char* op, const std::string& what) { throw ShapeError(std::string("[") + op + "] " + what); }

inline void require_operands(const char* op, const OpInputs& in, std::size_t count) {
  if (in.shapes.size() != count) shape_error(op, "takes " + std::to_string(count) + " operands, got " + std::to_string(in.shapes.size()));
}

inline void require_f32(const char* op, const OpInputs& in, std::size_t which) {
  if (in.dtypes[which] != DType::kF32) shape_error(op, "operand " + std::to_string(which) + " must be f32");
}

inline void require_i32(const char* op, const OpInputs& in, std::size_t which) {
  if (in.dtypes[which] != DType::kI32) shape_error(op, "operand " + std::to_string(which) + " must hold i32 indices");
}

inline void require_shape(const char* op, const OpInputs& in, std::size_t which, const Shape& wanted) {
  require_f32(op, in, which);
  if (!(in.shapes[which] == wanted)) {
    shape_error(op, "operand " + std::to_string(which) + " must be " + wanted.text() + ", got " + in.shapes[which].text());
  }
}

inline void require_rank(const char* op, const OpInputs& in, std::size_t which, int rank) {
  require_f32(op, in, which);
  if (in.shapes[which].rank() != rank) {
    shape_error(op, "operand " + std::to_string(which) + " must have " + std::to_string(rank) + " axes, got " + in.shapes[which].text());
  }
}

inline void require_axis(const char* op, const Shape& shape, int axis) {
  if (axis < 0 || axis >= shape.rank()) shape_error(op, "no axis " + std::to_string(axis) + " in " + shape.text());
}

inline int resolve_axis(const char* op, const Shape& shape, int axis) {
  const int resolved = axis < 0 ? axis + shape.rank() : axis;
  require_axis(op, shape, resolved);
  return resolved;
}

/// `x` without its last axis.
inline Shape rows_of(const Shape& x) {
  Shape out;
  for (int i = 0; i + 1 < x.rank(); ++i) out.push_back(x[i]);
  return out;
}

/// Several values end to end in one vector, as fused gradients return them.
inline Tensor joined(const std::vector<Tensor>& parts) {
  std::vector<Tensor> flat;
  for (const Tensor& part : parts) flat.push_back(reshape(part, {static_cast<int>(part.shape().count())}));
  return concat(flat, 0);
}

/// The parts again: of a vector, values of these shapes one after the other.
inline std::vector<Tensor> parted(Tensor flat, const std::vector<Shape>& shapes) {
  std::vector<Tensor> out;
  int start = 0;
  for (const Shape& shape : shapes) {
    const int count = static_cast<int>(shape.count());
    out.push_back(reshape(slice(flat, 0, start, count), shape));
    start += count;
  }
  return out;
}

/// Undoes a broadcast: sums `gradient` down to `shape`.
Tensor sum_to(Tensor gradient, const Shape& shape);

}  // namespace heed
