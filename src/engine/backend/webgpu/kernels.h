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

// softmax.cpp
void make_softmax(const Call& call, Schedule& schedule);
void make_log_softmax(const Call& call, Schedule& schedule);
void make_masked_softmax(const Call& call, Schedule& schedule);
void make_softmax_grad(const Call& call, Schedule& schedule);

// layer_norm.cpp
void make_layer_norm(const Call& call, Schedule& schedule);
void make_layer_norm_grad(const Call& call, Schedule& schedule);
void make_layer_norm_grad_weights(const Call& call, Schedule& schedule);

// cross_entropy.cpp
void make_cross_entropy(const Call& call, Schedule& schedule);
void make_cross_entropy_grad(const Call& call, Schedule& schedule);

// attention.cpp
void make_attention(const Call& call, Schedule& schedule);
void make_attention_grad(const Call& call, Schedule& schedule);
void make_additive_scores(const Call& call, Schedule& schedule);
void make_additive_scores_grad(const Call& call, Schedule& schedule);

// recurrent.cpp
void make_lstm_cell(const Call& call, Schedule& schedule);
void make_lstm_cell_grad(const Call& call, Schedule& schedule);
void make_gru_cell(const Call& call, Schedule& schedule);
void make_gru_cell_grad(const Call& call, Schedule& schedule);
void make_gru_reset(const Call& call, Schedule& schedule);
void make_gru_reset_grad(const Call& call, Schedule& schedule);
void make_gru_update(const Call& call, Schedule& schedule);
void make_gru_update_grad(const Call& call, Schedule& schedule);

}  // namespace heed::webgpu
