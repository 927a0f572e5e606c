// engine/backend/reference: elementwise ops.
#include <cmath>

#include "engine/backend/reference/reference.h"
#include "engine/ops/random_bits.h"

namespace heed::reference {
namespace {

double apply_unary(const Node& node, double x) {
  switch (node.op) {
    case OpKind::kNeg: return -x;
    case OpKind::kExp: return std::exp(x);
    case OpKind::kLog: return std::log(x);
    case OpKind::kSqrt: return std::sqrt(x);
    case OpKind::kSquare: return x * x;
    case OpKind::kTanh: return std::tanh(x);
    case OpKind::kSigmoid: return 1.0 / (1.0 + std::exp(-x));
    case OpKind::kErf: return std::erf(x);
    case OpKind::kRelu: return x > 0 ? x : 0;
    case OpKind::kStep: return x > 0 ? 1 : 0;
    case OpKind::kAffine: {
      const AffineAttrs& a = std::get<AffineAttrs>(node.attrs);
      return static_cast<double>(a.scale) * x + static_cast<double>(a.shift);
    }
    default: return x;  // kCastFloat
  }
}

double apply_binary(OpKind op, double a, double b) {
  switch (op) {
    case OpKind::kAdd: return a + b;
    case OpKind::kSub: return a - b;
    case OpKind::kMul: return a * b;
    case OpKind::kDiv: return a / b;
    case OpKind::kMaximum: return a < b ? b : a;
    case OpKind::kGreater: return a > b ? 1 : 0;
    default: return a == b ? 1 : 0;  // kEqual
  }
}

}  // namespace

std::size_t broadcast_index(std::size_t flat, const Shape& out, const Shape& operand) {
  std::size_t index = 0, stride = 1;
  for (int back = 1; back <= out.rank(); ++back) {
    const std::size_t extent = static_cast<std::size_t>(out[-back]);
    const std::size_t at = flat % extent;
    flat /= extent;
    if (back > operand.rank()) continue;
    const std::size_t own = static_cast<std::size_t>(operand[-back]);
    index += (own == 1 ? 0 : at) * stride;
    stride *= own;
  }
  return index;
}

void unary(const Call& call) {
  for (std::size_t i = 0; i < call.out.size(); ++i) call.out[i] = apply_unary(call.node, (*call.in[0])[i]);
}

void binary(const Call& call) {
  const Shape& out = call.node.shape;
  for (std::size_t i = 0; i < call.out.size(); ++i) {
    call.out[i] = apply_binary(call.node.op, (*call.in[0])[broadcast_index(i, out, *call.shapes[0])],
                               (*call.in[1])[broadcast_index(i, out, *call.shapes[1])]);
  }
}

void select_op(const Call& call) {
  for (std::size_t i = 0; i < call.out.size(); ++i) call.out[i] = (*call.in[0])[i] > 0 ? (*call.in[1])[i] : (*call.in[2])[i];
}

void random_op(const Call& call) {
  if (call.node.op == OpKind::kFill) {
    for (double& y : call.out) y = static_cast<double>(std::get<FillAttrs>(call.node.attrs).value);
    return;
  }
  const std::uint32_t stream = std::get<RandomAttrs>(call.node.attrs).stream;
  for (std::size_t i = 0; i < call.out.size(); ++i) call.out[i] = static_cast<double>(uniform_at(call.seed, stream, i));
}

}  // namespace heed::reference
