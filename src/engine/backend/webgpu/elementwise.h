// engine/backend/webgpu: elementwise ops, and copies, for kernels that are made of them.
#pragma once

#include "engine/backend/webgpu/kernel.h"

namespace heed::webgpu {

/// Null for ops that are not elementwise.
KernelMaker find_elementwise(OpKind op);

/// `links` on `operands`, which broadcast to `out`; without links, the copy of the last operand.
void add_elementwise(const Operand& out, const std::vector<Operand>& operands, const std::vector<ChainLink>& links, Schedule& schedule);

/// `from` broadcast to `to`.
void add_copy(const Operand& from, const Operand& to, Schedule& schedule);

}  // namespace heed::webgpu
