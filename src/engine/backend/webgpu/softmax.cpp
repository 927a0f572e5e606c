// engine/backend/webgpu: softmax, its logarithm, its gradient, and softmax under a mask.
#include "engine/backend/webgpu/kernels.h"
#include "engine/backend/webgpu/rows.h"

namespace heed::webgpu {
namespace {

/// `other`: the mask, or dy. Null where there is none.
void add_softmax(const Call& call, const Operand* other, const char* entry, Schedule& schedule) {
  const Shape& shape = call.out.shape;
  const RowShares shares = shares_of(shape);
  Params params;
  params.add(extents_of(shape)).add(other ? strides_in(other->shape, shape) : std::array<Word, 4>{});
  params.add(shares.rows).add(shares.count).add(shares.lanes).add(call.in[0].at).add(other ? other->at : 0).add(call.out.at);
  Dispatch dispatch{.shader = "softmax",
                    .params = params,
                    .groups = shares.groups,
                    .work = 16.0 * static_cast<double>(shape.count()),
                    .entry = entry,
                    .constants = {{"kGroup", shares.group}}};
  choose_subgroups(dispatch, shares.group, schedule);
  schedule.add(std::move(dispatch));
}

}  // namespace

void make_softmax(const Call& call, Schedule& schedule) { add_softmax(call, nullptr, "main", schedule); }
void make_log_softmax(const Call& call, Schedule& schedule) { add_softmax(call, nullptr, "logarithm", schedule); }
void make_masked_softmax(const Call& call, Schedule& schedule) { add_softmax(call, &call.in[1], "masked", schedule); }
void make_softmax_grad(const Call& call, Schedule& schedule) { add_softmax(call, &call.in[1], "gradient", schedule); }

}  // namespace heed::webgpu
