// engine/backend/webgpu: the makers of all kernels, one file each for related ops; the table from op to maker is in kernels.cpp.
#pragma once

#include "engine/backend/webgpu/kernel.h"

namespace heed::webgpu {

// matmul.cpp
void make_matmul(const Call& call, Schedule& schedule);
void make_matmul_add(const Call& call, Schedule& schedule);

}  // namespace heed::webgpu
