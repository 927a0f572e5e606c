// engine/backend/webgpu: the cross entropy of each row of logits and its gradient.
#include "engine/backend/webgpu/kernels.h"
#include "engine/backend/webgpu/rows.h"

namespace heed::webgpu {
namespace {

void add_cross_entropy(const Call& call, Word dy, const char* entry, Schedule& schedule) {
  const RowShares shares = shares_of(call.in[0].shape);
  Params params;
  params.add(shares.rows).add(shares.count).add(shares.lanes);
  params.add(call.in[0].at).add(call.in[1].at).add(dy).add(call.out.at);
  Dispatch dispatch{.shader = "cross_entropy",
                    .params = params,
                    .groups = shares.groups,
                    .work = 12.0 * call.in[0].count(),
                    .entry = entry,
                    .constants = {{"kGroup", shares.group}}};
  choose_subgroups(dispatch, shares.group, schedule);
  schedule.add(std::move(dispatch));
}

}  // namespace

void make_cross_entropy(const Call& call, Schedule& schedule) { add_cross_entropy(call, 0, "main", schedule); }
void make_cross_entropy_grad(const Call& call, Schedule& schedule) { add_cross_entropy(call, call.in[2].at, "gradient", schedule); }

}  // namespace heed::webgpu
