// engine/backend/reference: the truth. Plain loops over doubles, one vector per value, no views, no sharing of memory: it follows the
// meaning of each op and ignores where a plan puts things, so that it checks the planner too. In single precision every stored value is
// rounded to float32 after an op; sums accumulate in double in both.
#pragma once

#include <vector>

#include "engine/plan/plan.h"

namespace heed::reference {

using Values = std::vector<double>;

/// What a kernel sees: the node, its operands' shapes and values, the result to fill (already sized, zero), and the arenas for effects.
struct Call {
  const Node& node;
  std::vector<const Shape*> shapes;
  std::vector<const Values*> in;
  Values& out;
  std::vector<Values>& arenas;
  std::uint64_t seed;
};

using Kernel = void (*)(const Call&);

/// Null for leaves.
Kernel kernel_for(OpKind op);

void unary(const Call& call);
void binary(const Call& call);
void select_op(const Call& call);
void matmul_op(const Call& call);
void reduce_op(const Call& call);
void softmax_op(const Call& call);
void layout_op(const Call& call);
void index_op(const Call& call);
void update_op(const Call& call);
void random_op(const Call& call);

/// Position of the multi-index of `flat` in `out`, read in an operand that broadcasts to it.
std::size_t broadcast_index(std::size_t flat, const Shape& out, const Shape& operand);

}  // namespace heed::reference
