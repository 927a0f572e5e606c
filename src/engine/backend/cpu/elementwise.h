// engine/backend/cpu: the elementwise ops on one element, for the kernels of single ops (elementwise.cpp) and of chains (chain.cpp).
#pragma once

#include <cmath>

#include "engine/backend/cpu/vector_math.h"
#include "engine/tape/tape.h"

namespace heed::cpu {

/// What a loop over elements needs of the attributes.
struct Factors {
  float scale = 1, shift = 0;
};

/// The op's value for operands a, b, c, of which it takes one to three.
template <OpKind op>
inline float element(float a, float b, float c, Factors f) {
  if constexpr (op == OpKind::kNeg) return -a;
  if constexpr (op == OpKind::kExp) return exp_approx(a);
  if constexpr (op == OpKind::kLog) return log_approx(a);
  if constexpr (op == OpKind::kSqrt) return std::sqrt(a);
  if constexpr (op == OpKind::kSquare) return a * a;
  if constexpr (op == OpKind::kTanh) return tanh_approx(a);
  if constexpr (op == OpKind::kSigmoid) return sigmoid_approx(a);
  if constexpr (op == OpKind::kErf) return erf_approx(a);
  if constexpr (op == OpKind::kRelu) return a < 0.0f ? 0.0f : a;
  if constexpr (op == OpKind::kStep) return a > 0.0f ? 1.0f : 0.0f;
  if constexpr (op == OpKind::kAffine) return f.scale * a + f.shift;
  if constexpr (op == OpKind::kAdd) return a + b;
  if constexpr (op == OpKind::kSub) return a - b;
  if constexpr (op == OpKind::kMul) return a * b;
  if constexpr (op == OpKind::kDiv) return a / b;
  if constexpr (op == OpKind::kMaximum) return a < b ? b : a;
  if constexpr (op == OpKind::kGreater) return a > b ? 1.0f : 0.0f;
  if constexpr (op == OpKind::kEqual) return a == b ? 1.0f : 0.0f;
  if constexpr (op == OpKind::kSelect) return a > 0.0f ? b : c;
}

/// Roughly how long one element takes one thread in wasm.
inline double element_ns(OpKind op) {
  switch (op) {
    case OpKind::kExp:
    case OpKind::kLog:
    case OpKind::kTanh:
    case OpKind::kSigmoid:
    case OpKind::kErf:
      return 0.6;
    case OpKind::kSqrt:
    case OpKind::kDiv:
      return 0.25;
    default:
      return 0.1;
  }
}

}  // namespace heed::cpu
