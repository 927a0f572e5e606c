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

inline void require_axis(const char* op, const Shape& shape, int axis) {
  if (axis < 0 || axis >= shape.rank()) shape_error(op, "no axis " + std::to_string(axis) + " in " + shape.text());
}

inline int resolve_axis(const char* op, const Shape& shape, int axis) {
  const int resolved = axis < 0 ? axis + shape.rank() : axis;
  require_axis(op, shape, resolved);
  return resolved;
}

/// Undoes a broadcast: sums `gradient` down to `shape`.
Tensor sum_to(Tensor gradient, const Shape& shape);

}  // namespace heed
