// engine/backend/reference: effects on the arenas: store and the optimisers.
#include <cmath>

#include "engine/backend/reference/reference.h"

namespace heed::reference {
namespace {

Values& arena(const Call& call, Arena which) { return call.arenas[static_cast<std::size_t>(which)]; }

void store(const Call& call) {
  const ExternalAttrs& a = std::get<ExternalAttrs>(call.node.attrs);
  Values& to = arena(call, a.arena);
  for (std::size_t i = 0; i < call.in[0]->size(); ++i) to[a.offset + i] = (*call.in[0])[i];
}

/// The gradient times the factor that follows `scalars` scalars, if there is one.
Values scaled_gradient(const Call& call, std::size_t scalars) {
  Values g = *call.in[0];
  if (call.in.size() > 1 + scalars)
    for (double& value : g) value *= (*call.in[1 + scalars])[0];
  return g;
}

// m = momentum m + g;  p -= rate (nesterov ? g + momentum m : m)
void sgd(const Call& call) {
  const SgdAttrs& a = std::get<SgdAttrs>(call.node.attrs);
  const Values g = scaled_gradient(call, 1);
  const double rate = (*call.in[1])[0], momentum = static_cast<double>(a.momentum);
  Values &p = arena(call, Arena::kParameters), &m = arena(call, Arena::kMoment1);
  for (std::size_t i = 0; i < g.size(); ++i) {
    m[i] = momentum * m[i] + g[i];
    p[i] -= rate * (a.nesterov ? g[i] + momentum * m[i] : m[i]);
  }
}

void adam(const Call& call) {
  const AdamAttrs& a = std::get<AdamAttrs>(call.node.attrs);
  const Values g = scaled_gradient(call, 2);
  const double rate = (*call.in[1])[0], step = (*call.in[2])[0];
  const double b1 = static_cast<double>(a.beta1), b2 = static_cast<double>(a.beta2);
  const double correction1 = 1 - std::pow(b1, step), correction2 = 1 - std::pow(b2, step);
  Values &p = arena(call, Arena::kParameters), &m = arena(call, Arena::kMoment1), &v = arena(call, Arena::kMoment2);
  for (std::size_t i = 0; i < g.size(); ++i) {
    m[i] = b1 * m[i] + (1 - b1) * g[i];
    v[i] = b2 * v[i] + (1 - b2) * g[i] * g[i];
    p[i] -= rate * static_cast<double>(a.weight_decay) * p[i];
    p[i] -= rate * (m[i] / correction1) / (std::sqrt(v[i] / correction2) + static_cast<double>(a.epsilon));
  }
}

void rmsprop(const Call& call) {
  const RmsPropAttrs& a = std::get<RmsPropAttrs>(call.node.attrs);
  const Values g = scaled_gradient(call, 1);
  const double rate = (*call.in[1])[0], decay = static_cast<double>(a.decay);
  Values &p = arena(call, Arena::kParameters), &n = arena(call, Arena::kMoment1), &m = arena(call, Arena::kMoment2),
         &delta = arena(call, Arena::kMoment3);
  for (std::size_t i = 0; i < g.size(); ++i) {
    n[i] = decay * n[i] + (1 - decay) * g[i] * g[i];
    m[i] = decay * m[i] + (1 - decay) * g[i];
    delta[i] = static_cast<double>(a.momentum) * delta[i] - rate * g[i] / std::sqrt(n[i] - m[i] * m[i] + static_cast<double>(a.epsilon));
    p[i] += delta[i];
  }
}

}  // namespace

void update_op(const Call& call) {
  switch (call.node.op) {
    case OpKind::kStore: return store(call);
    case OpKind::kSgd: return sgd(call);
    case OpKind::kAdam: return adam(call);
    default: return rmsprop(call);
  }
}

}  // namespace heed::reference
