// engine/backend/webgpu: the gates of LSTM and GRU cells and their gradients: one invocation for one element of the state.
#include "engine/backend/webgpu/kernels.h"

namespace heed::webgpu {
namespace {

/// `narrow`: an operand (B,H). `operands`: without dy, which follows them in a gradient.
void add_cell(const Call& call, const char* entry, std::size_t narrow, std::size_t operands, Schedule& schedule) {
  std::array<Word, 4> at{};
  for (std::size_t i = 0; i < operands; ++i) at[i] = call.in[i].at;
  const Shape& state = call.in[narrow].shape;
  Params params;
  params.add(at).add(call.in.size() > operands ? call.in[operands].at : 0).add(call.out.at).add(state[0]).add(state[1]);
  schedule.add({.shader = "recurrent",
                .params = params,
                .groups = groups_for(state.count(), 64),
                .work = 80.0 * static_cast<double>(state.count()),
                .entry = entry});
}

}  // namespace

void make_lstm_cell(const Call& call, Schedule& schedule) { add_cell(call, "lstm_cell", 1, 2, schedule); }
void make_lstm_cell_grad(const Call& call, Schedule& schedule) { add_cell(call, "lstm_cell_grad", 1, 2, schedule); }
void make_gru_cell(const Call& call, Schedule& schedule) { add_cell(call, "gru_cell", 2, 3, schedule); }
void make_gru_cell_grad(const Call& call, Schedule& schedule) { add_cell(call, "gru_cell_grad", 2, 3, schedule); }
void make_gru_reset(const Call& call, Schedule& schedule) { add_cell(call, "gru_reset", 2, 3, schedule); }
void make_gru_reset_grad(const Call& call, Schedule& schedule) { add_cell(call, "gru_reset_grad", 2, 3, schedule); }
void make_gru_update(const Call& call, Schedule& schedule) { add_cell(call, "gru_update", 3, 4, schedule); }
void make_gru_update_grad(const Call& call, Schedule& schedule) { add_cell(call, "gru_update_grad", 3, 4, schedule); }

}  // namespace heed::webgpu
