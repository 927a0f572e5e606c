// engine/backend/webgpu: ops that follow integer indices, one invocation per element of the result (shaders/index.wgsl), and the scatter-adds
// of their gradients (shaders/scatter_add_rows.wgsl).
#include <algorithm>

#include "engine/backend/webgpu/kernels.h"
#include "engine/backend/webgpu/reduce.h"

namespace heed::webgpu {
namespace {

constexpr Word kIndexLanes = 64;

void add_lookup(const char* entry, const Call& call, Word width, Word rows, Schedule& schedule) {
  Params params;
  params.add(call.out.count()).add(width).add(rows).add(call.in[0].at).add(call.in[1].at).add(call.out.at);
  schedule.add({.shader = "index",
                .params = params,
                .groups = groups_for(call.out.count(), kIndexLanes),
                .work = 12.0 * call.out.count(),
                .entry = entry});
}

/// Without `weights`, `words` is 1.
void add_scatter(const Call& call, Word words, const Operand* weights, Schedule& schedule) {
  constexpr Word kEnoughGroups = 256, kLeastSegment = 256;
  const Operand &values = call.in[0], &index = call.in[1];
  const Word rows = static_cast<Word>(call.out.shape[0]), width = static_cast<Word>(call.out.shape[1]);
  const Word groups = (width + kIndexLanes - 1) / kIndexLanes * rows, count = index.count();
  const Word segments = std::max(Word{1}, std::min(kEnoughGroups / groups, count / kLeastSegment)), segment = (count + segments - 1) / segments;
  const Word to = segments == 1 ? call.out.at : schedule.temporary(static_cast<std::size_t>(segments) * call.out.count());
  Params params;
  params.add(count).add(rows).add(width).add(words);
  params.add(values.at).add(index.at).add(weights ? weights->at : 0).add(to).add(segments).add(segment);
  schedule.add({.shader = "scatter_add_rows",
                .params = params,
                .groups = groups_for(static_cast<std::size_t>(groups) * segments, 1),
                .work = 4.0 * groups * count + 8.0 * count * width,
                .constants = {{"kWeighed", weights ? 1.0 : 0.0}}});
  if (segments > 1) add_reduction(Reduction::kSum, {1, segments, call.out.count()}, to, call.out.at, schedule);
}

}  // namespace

void make_gather_rows(const Call& call, Schedule& schedule) {
  add_lookup("gather_rows", call, static_cast<Word>(call.in[0].shape[1]), static_cast<Word>(call.in[0].shape[0]), schedule);
}

void make_pick(const Call& call, Schedule& schedule) {
  const Word width = static_cast<Word>(call.in[0].shape[-1]);
  add_lookup("pick", call, width, width, schedule);
}

void make_place(const Call& call, Schedule& schedule) {
  const Word width = static_cast<Word>(call.out.shape[-1]);
  add_lookup("place", call, width, width, schedule);
}

void make_scatter_add_rows(const Call& call, Schedule& schedule) { add_scatter(call, 1, nullptr, schedule); }

void make_bag_of_rows(const Call& call, Schedule& schedule) {
  const Operand &table = call.in[0], &index = call.in[1], &weights = call.in[2];
  const Word words = static_cast<Word>(weights.shape[0]);
  Params params;
  params.add(call.out.count()).add(table.shape[1]).add(words).add(table.shape[0]);
  params.add(table.at).add(index.at).add(weights.at).add(call.out.at);
  schedule.add({.shader = "bag_of_rows",
                .params = params,
                .groups = groups_for(call.out.count(), kIndexLanes),
                .work = 12.0 * words * call.out.count()});
}

void make_bag_of_rows_grad(const Call& call, Schedule& schedule) {
  add_scatter(call, static_cast<Word>(call.in[2].shape[0]), &call.in[2], schedule);
}

}  // namespace heed::webgpu
