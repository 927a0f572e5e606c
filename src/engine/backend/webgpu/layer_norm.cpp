// engine/backend/webgpu: layer normalisation and its gradients. Those of the weights take the mean and deviation of every row, then sums
// of chunks of rows, then the sum of those, always in the same order.
#include "engine/backend/webgpu/kernels.h"
#include "engine/backend/webgpu/rows.h"

namespace heed::webgpu {
namespace {

/// The members of the shader's Params.
struct Norm {
  RowShares shares;
  Word x, gain = 0, bias = 0, dy = 0, result, statistics = 0;
  float epsilon;
  Word chunk = 0, chunks = 1, partial = 0;

  Params params(Word lanes) const {
    Params out;
    out.add(shares.rows).add(shares.count).add(lanes).add(x).add(gain).add(bias).add(dy).add(result).add(statistics).add(epsilon);
    return out.add(chunk).add(chunks).add(partial);
  }
  double work() const { return 16.0 * shares.rows * shares.count; }
};

Norm norm_of(const Call& call) {
  return {.shares = shares_of(call.in[0].shape), .x = call.in[0].at, .result = call.out.at, .epsilon = std::get<EpsilonAttrs>(call.attrs).epsilon};
}

void add_rows(const Norm& norm, const char* entry, Schedule& schedule) {
  Dispatch dispatch{.shader = "layer_norm",
                    .params = norm.params(norm.shares.lanes),
                    .groups = norm.shares.groups,
                    .work = norm.work(),
                    .entry = entry,
                    .constants = {{"kGroup", norm.shares.group}}};
  choose_subgroups(dispatch, norm.shares.group, schedule);
  schedule.add(std::move(dispatch));
}

}  // namespace

void make_layer_norm(const Call& call, Schedule& schedule) {
  Norm norm = norm_of(call);
  norm.gain = call.in[1].at, norm.bias = call.in[2].at;
  add_rows(norm, "main", schedule);
}

/// (x, gain, dy)
void make_layer_norm_grad(const Call& call, Schedule& schedule) {
  Norm norm = norm_of(call);
  norm.gain = call.in[1].at, norm.dy = call.in[2].at;
  add_rows(norm, "gradient", schedule);
}

/// (x, dy) -> [dgain; dbias]
void make_layer_norm_grad_weights(const Call& call, Schedule& schedule) {
  constexpr Word kGroup = 256, kMostColumns = 64, kLeastRows = 64, kMostChunks = 64;
  Norm norm = norm_of(call);
  const Word rows = norm.shares.rows, count = norm.shares.count;
  norm.dy = call.in[1].at;
  norm.statistics = schedule.temporary(2 * static_cast<std::size_t>(rows));
  add_rows(norm, "rows", schedule);

  norm.chunk = (rows + std::clamp(rows / kLeastRows, 1u, kMostChunks) - 1) / std::clamp(rows / kLeastRows, 1u, kMostChunks);
  norm.chunks = (rows + norm.chunk - 1) / norm.chunk;
  norm.partial = norm.chunks == 1 ? norm.result : schedule.temporary(2 * static_cast<std::size_t>(norm.chunks) * count);
  const Word columns = std::min(kMostColumns, std::bit_ceil(count));
  schedule.add({.shader = "layer_norm",
                .params = norm.params(columns),
                .groups = {(count + columns - 1) / columns, norm.chunks, 1},
                .work = norm.work(),
                .entry = "weights",
                .constants = {{"kGroup", kGroup}}});
  if (norm.chunks == 1) return;
  schedule.add({.shader = "layer_norm",
                .params = norm.params(columns),
                .groups = groups_for(2 * static_cast<std::size_t>(count), 64),
                .work = 8.0 * norm.chunks * count,
                .entry = "chunks",
                .constants = {{"kGroup", 64}}});
}

}  // namespace heed::webgpu
