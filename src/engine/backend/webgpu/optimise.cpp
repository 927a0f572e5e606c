// engine/backend/webgpu: effects on arenas: storing a value, and the optimisers' updates of all parameters in one pass, in which clipping
// is a factor of the gradient.
#include <algorithm>
#include <cmath>

#include "engine/backend/webgpu/elementwise.h"
#include "engine/backend/webgpu/kernels.h"

namespace heed::webgpu {
namespace {

/// What an optimiser's attributes become in shaders/optimise.wgsl; each uses some of it.
struct Rule {
  const char* entry;
  float momentum = 0;
  bool nesterov = false;
  float beta1 = 0, beta2 = 0, epsilon = 0, weight_decay = 0;
};

float log_of(float beta) {
  constexpr double kLowest = -100;  // as good as minus infinity, which WGSL does not promise
  return static_cast<float>(std::max(kLowest, std::log(static_cast<double>(beta))));
}

/// Operands: gradient, rate, with `has_step` the step, then perhaps the gradient's factor.
void add_update(const Call& call, bool has_step, const Rule& rule, Schedule& schedule) {
  const std::size_t factor = has_step ? 3 : 2;
  const bool has_factor = call.in.size() > factor;
  const Word count = call.in[0].count();
  Params params;
  params.add(count).add(call.in[0].at).add(call.in[1].at).add(has_step ? call.in[2].at : 0);
  params.add(has_factor ? call.in[factor].at : 0).add(has_factor ? 1 : 0);
  for (Arena arena : {Arena::kParameters, Arena::kMoment1, Arena::kMoment2, Arena::kMoment3}) params.add(call.arena(arena));
  params.add(rule.momentum).add(rule.nesterov ? 1 : 0).add(rule.beta1).add(rule.beta2).add(log_of(rule.beta1)).add(log_of(rule.beta2));
  params.add(rule.epsilon).add(rule.weight_decay);
  schedule.add({.shader = "optimise", .params = params, .groups = groups_for(count, 64), .work = 40.0 * count, .entry = rule.entry});
}

}  // namespace

void make_store(const Call& call, Schedule& schedule) { add_copy(call.in[0], call.out, schedule); }

void make_sgd(const Call& call, Schedule& schedule) {
  const SgdAttrs& a = std::get<SgdAttrs>(call.attrs);
  add_update(call, false, {.entry = "sgd", .momentum = a.momentum, .nesterov = a.nesterov}, schedule);
}

void make_adam(const Call& call, Schedule& schedule) {
  const AdamAttrs& a = std::get<AdamAttrs>(call.attrs);
  const Rule rule{.entry = "adam", .beta1 = a.beta1, .beta2 = a.beta2, .epsilon = a.epsilon, .weight_decay = a.weight_decay};
  add_update(call, true, rule, schedule);
}

void make_rmsprop(const Call& call, Schedule& schedule) {
  const RmsPropAttrs& a = std::get<RmsPropAttrs>(call.attrs);
  add_update(call, false, {.entry = "rmsprop", .momentum = a.momentum, .beta1 = a.decay, .epsilon = a.epsilon}, schedule);
}

}  // namespace heed::webgpu
