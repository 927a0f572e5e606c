// engine/backend/cpu: effects on arenas: storing a value, and the optimisers' updates of all parameters in one pass, in
// which clipping is a factor of the gradient.
#include <cmath>
#include <cstring>

#include "engine/backend/cpu/rows.h"

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

void sgd_loop(SgdAttrs attrs, float rate, float factor, const float* __restrict gradient, float* __restrict p,
              float* __restrict v, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    const float g = gradient[i] * factor;
    v[i] = attrs.momentum * v[i] + g;
    p[i] -= rate * (attrs.nesterov ? g + attrs.momentum * v[i] : v[i]);
  }
}

/// The running means start at zero; m_scale and v_scale take that bias out.
void adam_loop(AdamAttrs attrs, float rate, float m_scale, float v_scale, float factor,
               const float* __restrict gradient, float* __restrict p, float* __restrict m, float* __restrict v,
               std::size_t n) {
  const float keep = 1.0f - rate * attrs.weight_decay;
  for (std::size_t i = 0; i < n; ++i) {
    const float g = gradient[i] * factor;
    m[i] = attrs.beta1 * m[i] + (1.0f - attrs.beta1) * g;
    v[i] = attrs.beta2 * v[i] + (1.0f - attrs.beta2) * (g * g);
    p[i] = keep * p[i] - rate * (m[i] * m_scale) / (std::sqrt(v[i] * v_scale) + attrs.epsilon);
  }
}

void rmsprop_loop(RmsPropAttrs attrs, float rate, float factor, const float* __restrict gradient, float* __restrict p,
                  float* __restrict squares, float* __restrict mean, float* __restrict change, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    const float g = gradient[i] * factor;
    squares[i] = attrs.decay * squares[i] + (1.0f - attrs.decay) * (g * g);
    mean[i] = attrs.decay * mean[i] + (1.0f - attrs.decay) * g;
    change[i] = attrs.momentum * change[i] - rate * g / std::sqrt(squares[i] - mean[i] * mean[i] + attrs.epsilon);
    p[i] += change[i];
  }
}

/// A scalar operand that may not be there: then 1.
float factor_of(const float* factor) {
  return factor == nullptr ? 1.0f : *factor;
}

const float* factor_operand(const Call& call, std::size_t at) {
  return call.in.size() > at ? call.in[at].f32() : nullptr;
}

}  // namespace

Kernel make_sgd(const Call& call) {
  return kernel_of_rows(call.in[0].shape.count(), 0.3,
                        [attrs = std::get<SgdAttrs>(call.attrs), g = call.in[0].f32(), rate = call.in[1].f32(),
                         factor = factor_operand(call, 2), p = call.arena(Arena::kParameters),
                         v = call.arena(Arena::kMoment1)](std::size_t begin, std::size_t end, float*) {
                          sgd_loop(attrs, *rate, factor_of(factor), g + begin, p + begin, v + begin, end - begin);
                        });
}

Kernel make_adam(const Call& call) {
  return kernel_of_rows(
      call.in[0].shape.count(), 0.9,
      [attrs = std::get<AdamAttrs>(call.attrs), g = call.in[0].f32(), rate = call.in[1].f32(), step = call.in[2].f32(),
       factor = factor_operand(call, 3), p = call.arena(Arena::kParameters), m = call.arena(Arena::kMoment1),
       v = call.arena(Arena::kMoment2)](std::size_t begin, std::size_t end, float*) {
        const auto scale = [step](float beta) {
          return static_cast<float>(1.0 / (1.0 - std::pow(double{beta}, double{*step})));
        };
        adam_loop(attrs, *rate, scale(attrs.beta1), scale(attrs.beta2), factor_of(factor), g + begin, p + begin,
                  m + begin, v + begin, end - begin);
      });
}

Kernel make_rmsprop(const Call& call) {
  return kernel_of_rows(call.in[0].shape.count(), 0.9,
                        [attrs = std::get<RmsPropAttrs>(call.attrs), g = call.in[0].f32(), rate = call.in[1].f32(),
                         factor = factor_operand(call, 2), p = call.arena(Arena::kParameters),
                         squares = call.arena(Arena::kMoment1), mean = call.arena(Arena::kMoment2),
                         change = call.arena(Arena::kMoment3)](std::size_t begin, std::size_t end, float*) {
                          rmsprop_loop(attrs, *rate, factor_of(factor), g + begin, p + begin, squares + begin,
                                       mean + begin, change + begin, end - begin);
                        });
}

}  // namespace heed::cpu
