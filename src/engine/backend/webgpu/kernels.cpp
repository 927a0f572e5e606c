// engine/backend/webgpu: the table from op to kernel. What is not in it runs as its composition, or not here.
#include "engine/backend/webgpu/kernels.h"

#include "engine/backend/webgpu/elementwise.h"

namespace heed::webgpu {

KernelMaker find_kernel(OpKind op) {
  if (const KernelMaker elementwise = find_elementwise(op)) return elementwise;
  switch (op) {
    case OpKind::kMatmul: return make_matmul;
    case OpKind::kMatmulAdd: return make_matmul_add;
    default: return nullptr;
  }
}

}  // namespace heed::webgpu
