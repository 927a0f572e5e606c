// engine/backend/webgpu: the makers of all kernels, one file each for related ops; the table from op to maker is in kernels.cpp.
#pragma once

#include "engine/backend/webgpu/kernel.h"

namespace heed::webgpu {

// layout.cpp
void make_copy(const Call& call, Schedule& schedule);
void make_permute(const Call& call, Schedule& schedule);
void make_slice(const Call& call, Schedule& schedule);
void make_pad(const Call& call, Schedule& schedule);
void make_concat(const Call& call, Schedule& schedule);

// reduce.cpp
void make_sum(const Call& call, Schedule& schedule);
void make_max(const Call& call, Schedule& schedule);
void make_sum_squares(const Call& call, Schedule& schedule);
void make_argmax(const Call& call, Schedule& schedule);
void make_maxout(const Call& call, Schedule& schedule);
void make_maxout_grad(const Call& call, Schedule& schedule);

// index.cpp
void make_gather_rows(const Call& call, Schedule& schedule);
void make_pick(const Call& call, Schedule& schedule);
void make_place(const Call& call, Schedule& schedule);
void make_scatter_add_rows(const Call& call, Schedule& schedule);
void make_bag_of_rows(const Call& call, Schedule& schedule);
void make_bag_of_rows_grad(const Call& call, Schedule& schedule);

// random.cpp
void make_random_uniform(const Call& call, Schedule& schedule);

// optimise.cpp
void make_store(const Call& call, Schedule& schedule);
void make_sgd(const Call& call, Schedule& schedule);
void make_adam(const Call& call, Schedule& schedule);
void make_rmsprop(const Call& call, Schedule& schedule);

// matmul.cpp
void make_matmul(const Call& call, Schedule& schedule);
void make_matmul_add(const Call& call, Schedule& schedule);

}  // namespace heed::webgpu
