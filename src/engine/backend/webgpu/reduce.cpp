// engine/backend/webgpu: reductions along one axis. How many invocations share the terms of one result, and whether there are two
// passes, follows from the shape; the order of summation follows from that, and from whether the adapter adds up rows by subgroups.
#include "engine/backend/webgpu/reduce.h"

#include <algorithm>
#include <bit>

#include "engine/backend/webgpu/kernels.h"
#include "engine/backend/webgpu/rows.h"

namespace heed::webgpu {
namespace {

constexpr Word kReduceLanes = 256;

Word divided_up(Word a, Word b) { return (a + b - 1) / b; }

Axis axis_of(const Shape& shape, int which) {
  Axis out;
  for (int i = 0; i < shape.rank(); ++i) (i < which ? out.outer : i == which ? out.n : out.inner) *= static_cast<Word>(shape[i]);
  return out;
}

/// Invocations that share one result: each should have some terms of its own, and side by side there should be results enough for whole
/// cache lines where terms do not lie next to one another.
Word invocations_along(const Axis& axis) {
  constexpr Word kTerms = 8, kLine = 32;
  const Word wanted = std::bit_ceil(divided_up(axis.n, kTerms));
  const Word most = axis.inner == 1 ? kReduceLanes : kReduceLanes / std::min(kLine, std::bit_ceil(axis.outer * axis.inner));
  return std::clamp(wanted, Word{1}, most);
}

void add_pass(Reduction kind, const Axis& axis, Word segments, Word from, Word to, Schedule& schedule) {
  const Word columns = axis.outer * axis.inner, along = invocations_along(axis), across = kReduceLanes / along;
  Params params;
  params.add(columns).add(axis.n).add(axis.inner).add(from).add(to).add(across).add(along).add(segments).add(divided_up(axis.n, segments));
  Dispatch dispatch{.shader = "reduce",
                    .params = params,
                    .groups = groups_for(static_cast<std::size_t>(divided_up(columns, across)) * segments, 1),
                    .work = 4.0 * columns * axis.n,
                    .constants = {{"kKind", static_cast<double>(kind)}}};
  if (axis.inner == 1 && along > 1) choose_subgroups(dispatch, kReduceLanes, schedule);
  schedule.add(std::move(dispatch));
}

/// (..., 2 l) in pairs.
void add_maxout(const char* entry, const Operand& x, Word upstream, const Operand& out, Schedule& schedule) {
  const Word pairs = x.count() / 2;
  Params params;
  params.add(pairs).add(x.at).add(upstream).add(out.at);
  schedule.add({.shader = "maxout", .params = params, .groups = groups_for(pairs, 64), .work = 16.0 * pairs, .entry = entry});
}

}  // namespace

void add_reduction(Reduction kind, const Axis& axis, Word from, Word to, Schedule& schedule) {
  constexpr Word kTermsAtOnce = 16, kEnoughGroups = 256;  // as many workgroups keep a large GPU busy
  const Word along = invocations_along(axis), columns = axis.outer * axis.inner, groups = divided_up(columns, kReduceLanes / along);
  const Word segments = std::clamp(divided_up(axis.n, along * kTermsAtOnce), Word{1}, std::max(Word{1}, kEnoughGroups / groups));
  if (segments == 1) return add_pass(kind, axis, 1, from, to, schedule);
  const Word partial = schedule.temporary(static_cast<std::size_t>(columns) * segments);
  add_pass(kind, axis, segments, from, partial, schedule);
  add_pass(kind == Reduction::kMax ? kind : Reduction::kSum, {axis.outer, segments, axis.inner}, 1, partial, to, schedule);
}

void make_sum(const Call& call, Schedule& schedule) {
  add_reduction(Reduction::kSum, axis_of(call.in[0].shape, std::get<AxisAttrs>(call.attrs).axis), call.in[0].at, call.out.at, schedule);
}

void make_max(const Call& call, Schedule& schedule) {
  add_reduction(Reduction::kMax, axis_of(call.in[0].shape, std::get<AxisAttrs>(call.attrs).axis), call.in[0].at, call.out.at, schedule);
}

void make_sum_squares(const Call& call, Schedule& schedule) {
  add_reduction(Reduction::kSumSquares, {1, call.in[0].count(), 1}, call.in[0].at, call.out.at, schedule);
}

void make_argmax(const Call& call, Schedule& schedule) {
  const Word rows = call.out.count(), n = call.in[0].count() / rows, along = invocations_along({rows, n, 1}), across = kReduceLanes / along;
  Params params;
  params.add(rows).add(n).add(call.in[0].at).add(call.out.at).add(across).add(along);
  schedule.add({.shader = "argmax", .params = params, .groups = groups_for(rows, across), .work = 4.0 * rows * n});
}

void make_maxout(const Call& call, Schedule& schedule) { add_maxout("main", call.in[0], 0, call.out, schedule); }
void make_maxout_grad(const Call& call, Schedule& schedule) { add_maxout("gradient", call.in[0], call.in[1].at, call.out, schedule); }

}  // namespace heed::webgpu
