// engine/ops: how an op is described, once: name, shape rule, gradient written with other ops, and the samples from which the tests
// are generated. One table, engine/ops/registry.cpp, lists all of them in the order of OpKind.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "engine/tape/tape.h"

namespace heed {

/// What a shape rule sees.
struct OpInputs {
  std::vector<Shape> shapes;
  std::vector<DType> dtypes;
};

struct OpOutput {
  Shape shape;
  DType dtype = DType::kF32;
};

/// One sample case. The tests make inputs of these shapes with seeded numbers in [low, high] (whole numbers in [0, index_below) for
/// i32 inputs), compare every backend with the reference, and check the gradient numerically when the op has one.
struct Sample {
  std::vector<Shape> shapes = {};
  Attrs attrs = NoAttrs{};
  float low = -2, high = 2;
  int index_below = 4;
  std::vector<int> i32_inputs = {};  ///< which inputs are i32
  /// Inputs are pushed at least this far from multiples of kink_every (kinks of relu, max, step); 0: the op is smooth.
  float kink_margin = 0;
};

/// `infer` is null for leaves, which Tape records with the shape it is told; `samples` is null where a case needs more than operands
/// (inputs, arena views and constants: covered by every other case).
struct OpDef {
  OpKind kind;
  const char* name;
  /// Throws ShapeError.
  OpOutput (*infer)(const OpInputs& in, const Attrs& attrs);
  /// Gradients for each input of `node`, given that of its output; a null Tensor where there is none. Null function: no gradient.
  std::vector<Tensor> (*gradient)(Tensor output, Tensor output_grad, const std::vector<Tensor>& inputs, const Attrs& attrs);
  std::vector<Sample> (*samples)();
  /// Fused ops only: the same value written with primitives. Backends without a kernel for the op run this (compile() sees to it), and
  /// where `gradient` is null it is what is differentiated. Null for primitives.
  Tensor (*compose)(const std::vector<Tensor>& inputs, const Attrs& attrs) = nullptr;
};

const OpDef& op_def(OpKind kind);
inline bool is_fused(OpKind kind) { return op_def(kind).compose != nullptr; }
std::span<const OpDef* const> all_ops();

}  // namespace heed
