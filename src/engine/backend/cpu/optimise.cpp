// engine/backend/cpu: effects on arenas: storing a value, and the optimisers' updates of all parameters in one pass.
#include <cmath>
#include <cstring>

#include "engine/backend/cpu/kernel.h"

namespace heed::cpu {

Kernel make_store(const Call& call) {
  const auto attrs = std::get<ExternalAttrs>(call.attrs);
  return [to = call.arena(attrs.arena) + attrs.offset, from = call.in[0].f32(),
          size_bytes = call.in[0].shape.count() * sizeof(float)](const Submission&) {
    std::memmove(to, from, size_bytes);
  };
}

namespace {

// The loops are functions of their own, with attributes by value and pointers that share nothing, so that they
// vectorise.

void sgd_loop(SgdAttrs attrs, float rate, const float* __restrict g, float* __restrict p, float* __restrict v,
              std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    v[i] = attrs.momentum * v[i] + g[i];
    p[i] -= rate * (attrs.nesterov ? g[i] + attrs.momentum * v[i] : v[i]);
  }
}

/// The running means start at zero; m_scale and v_scale take that bias out.
void adam_loop(AdamAttrs attrs, float rate, float m_scale, float v_scale, const float* __restrict g,
               float* __restrict p, float* __restrict m, float* __restrict v, std::size_t n) {
  const float keep = 1.0f - rate * attrs.weight_decay;
  for (std::size_t i = 0; i < n; ++i) {
    m[i] = attrs.beta1 * m[i] + (1.0f - attrs.beta1) * g[i];
    v[i] = attrs.beta2 * v[i] + (1.0f - attrs.beta2) * (g[i] * g[i]);
    p[i] = keep * p[i] - rate * (m[i] * m_scale) / (std::sqrt(v[i] * v_scale) + attrs.epsilon);
  }
}

void rmsprop_loop(RmsPropAttrs attrs, float rate, const float* __restrict g, float* __restrict p,
                  float* __restrict squares, float* __restrict mean, float* __restrict change, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    squares[i] = attrs.decay * squares[i] + (1.0f - attrs.decay) * (g[i] * g[i]);
    mean[i] = attrs.decay * mean[i] + (1.0f - attrs.decay) * g[i];
    change[i] = attrs.momentum * change[i] - rate * g[i] / std::sqrt(squares[i] - mean[i] * mean[i] + attrs.epsilon);
    p[i] += change[i];
  }
}

}  // namespace

Kernel make_sgd(const Call& call) {
  const auto attrs = std::get<SgdAttrs>(call.attrs);
  return [attrs, g = call.in[0].f32(), rate = call.in[1].f32(), p = call.arena(Arena::kParameters),
          v = call.arena(Arena::kMoment1),
          n = call.in[0].shape.count()](const Submission&) { sgd_loop(attrs, *rate, g, p, v, n); };
}

Kernel make_adam(const Call& call) {
  const auto attrs = std::get<AdamAttrs>(call.attrs);
  return [attrs, g = call.in[0].f32(), rate = call.in[1].f32(), step = call.in[2].f32(),
          p = call.arena(Arena::kParameters), m = call.arena(Arena::kMoment1), v = call.arena(Arena::kMoment2),
          n = call.in[0].shape.count()](const Submission&) {
    const auto scale = [step](float beta) {
      return static_cast<float>(1.0 / (1.0 - std::pow(double{beta}, double{*step})));
    };
    adam_loop(attrs, *rate, scale(attrs.beta1), scale(attrs.beta2), g, p, m, v, n);
  };
}

Kernel make_rmsprop(const Call& call) {
  const auto attrs = std::get<RmsPropAttrs>(call.attrs);
  return
      [attrs, g = call.in[0].f32(), rate = call.in[1].f32(), p = call.arena(Arena::kParameters),
       squares = call.arena(Arena::kMoment1), mean = call.arena(Arena::kMoment2), change = call.arena(Arena::kMoment3),
       n = call.in[0].shape.count()](const Submission&) { rmsprop_loop(attrs, *rate, g, p, squares, mean, change, n); };
}

}  // namespace heed::cpu
