// engine/backend/cpu: attention and additive scores. One unit of work is one head of one example; its scores live in
// scratch memory only, and the gradient computes them again. Causal: neither the products nor the softmax look at the
// half above the diagonal. Products are gemm.h's on strided blocks, so heads are never copied apart.
#include "engine/backend/cpu/gemm.h"
#include "engine/backend/cpu/lanes.h"
#include "engine/backend/cpu/rows.h"

namespace heed::cpu {
namespace {

struct HeadSizes {
  std::size_t B, T, S, D, heads, K;
  float scale;
  bool causal;

  explicit HeadSizes(const Call& call)
      : B(extent_of(call.in[0].shape, 0)),
        T(extent_of(call.in[0].shape, 1)),
        S(extent_of(call.in[1].shape, 1)),
        D(extent_of(call.in[0].shape, 2)),
        heads(static_cast<std::size_t>(std::get<AttentionAttrs>(call.attrs).heads)),
        K(D / heads),
        scale(std::get<AttentionAttrs>(call.attrs).scale),
        causal(std::get<AttentionAttrs>(call.attrs).causal) {}

  std::size_t query(std::size_t unit) const { return unit / heads * T * D + unit % heads * K; }
  std::size_t key(std::size_t unit) const { return unit / heads * S * D + unit % heads * K; }
  GemmShape scores() const { return {T, K, S, false, true}; }   ///< q k', dy v'
  GemmShape averages() const { return {T, S, K}; }              ///< P v, dS k
  GemmShape returns() const { return {S, T, K, true, false}; }  ///< P' dy, dS' q
  Triangle result_half() const { return causal ? Triangle::kResultLower : Triangle::kNone; }
  Triangle left_half() const { return causal ? Triangle::kLeftLower : Triangle::kNone; }
  Triangle transposed_half() const { return causal ? Triangle::kLeftUpper : Triangle::kNone; }
  std::size_t seen(std::size_t row) const { return causal ? row + 1 : S; }
  /// Nanoseconds of one multiply-add for each pair of positions and each column, in all units.
  double product_ns() const { return static_cast<double>(B * T * S * D) * (causal ? 0.025 : 0.04); }
};

/// A matrix of scores, rows on multiples of a cache line.
std::size_t score_stride(const HeadSizes& z) {
  return (z.S + 15) / 16 * 16;
}

constexpr float kHidden = -3e38f;

/// One row of scores becomes weights; zeros where nothing is seen. mask may be null.
void weights_row(float* p, const float* mask, std::size_t seen, std::size_t all) {
  if (mask != nullptr) {
    for (std::size_t j = 0; j < seen; ++j) {
      const float score = p[j];
      p[j] = mask[j] > 0.0f ? score : kHidden;
    }
  }
  if (mask != nullptr && row_max(p, seen) <= kHidden)
    std::fill_n(p, seen, 0.0f);
  else
    softmax_row(p, p, seen);
  std::fill(p + seen, p + all, 0.0f);
}

/// P:(T,S) of one unit.
void head_weights(const HeadSizes& z, const float* q, const float* k, const float* mask, float* p, float* scratch) {
  const std::size_t stride = score_stride(z);
  gemm(z.scores(), {q, z.D, k, z.D, p, stride}, {.scale = z.scale}, scratch, {0, z.T}, z.result_half());
  for (std::size_t t = 0; t < z.T; ++t) weights_row(p + t * stride, mask, z.seen(t), z.S);
}

/// dS = P (dP - sum(P dP)) scale, in place of dP.
void score_gradient_row(float* __restrict d, const float* __restrict p, std::size_t seen, std::size_t all,
                        float scale) {
  const float dot = row_dot(p, d, seen);
  for (std::size_t j = 0; j < seen; ++j) d[j] = p[j] * (d[j] - dot) * scale;
  std::fill(d + seen, d + all, 0.0f);
}

}  // namespace

Kernel make_attention(const Call& call) {
  const HeadSizes z(call);
  const std::size_t scores = z.T * score_stride(z);
  const float* mask = call.in.size() > 3 ? call.in[3].f32() : nullptr;
  return {z.B * z.heads, 2 * z.product_ns() + 0.8 * static_cast<double>(z.B * z.heads * z.T * z.S),
          [=, y = call.out.f32(), q = call.in[0].f32(), k = call.in[1].f32(), v = call.in[2].f32()](const Work& work) {
            float *p = work.scratch, *rest = p + scores;
            for (std::size_t u = work.begin; u < work.end; ++u) {
              const float* seen = mask == nullptr ? nullptr : mask + u / z.heads * z.S;
              head_weights(z, q + z.query(u), k + z.key(u), seen, p, rest);
              gemm(z.averages(), {p, score_stride(z), v + z.key(u), z.D, y + z.query(u), z.D}, {}, rest, {0, z.T},
                   z.left_half());
            }
          },
          scores + std::max(gemm_scratch(z.scores()), gemm_scratch(z.averages()))};
}

Kernel make_attention_grad(const Call& call) {
  const HeadSizes z(call);
  const std::size_t stride = score_stride(z), scores = z.T * stride;
  const float* mask = call.in.size() > 4 ? call.in[4].f32() : nullptr;
  const std::size_t queries = z.B * z.T * z.D, keys = z.B * z.S * z.D;
  return {z.B * z.heads, 5 * z.product_ns() + 1.1 * static_cast<double>(z.B * z.heads * z.T * z.S),
          [=, out = call.out.f32(), q = call.in[0].f32(), k = call.in[1].f32(), v = call.in[2].f32(),
           dy = call.in[3].f32()](const Work& work) {
            float *p = work.scratch, *ds = p + scores, *rest = ds + scores;
            for (std::size_t u = work.begin; u < work.end; ++u) {
              const std::size_t at_q = z.query(u), at_k = z.key(u);
              head_weights(z, q + at_q, k + at_k, mask == nullptr ? nullptr : mask + u / z.heads * z.S, p, rest);
              gemm(z.scores(), {dy + at_q, z.D, v + at_k, z.D, ds, stride}, {}, rest, {0, z.T}, z.result_half());
              for (std::size_t t = 0; t < z.T; ++t)
                score_gradient_row(ds + t * stride, p + t * stride, z.seen(t), z.S, z.scale);
              gemm(z.averages(), {ds, stride, k + at_k, z.D, out + at_q, z.D}, {}, rest, {0, z.T}, z.left_half());
              gemm(z.returns(), {ds, stride, q + at_q, z.D, out + queries + at_k, z.D}, {}, rest, {0, z.S},
                   z.transposed_half());
              gemm(z.returns(), {p, stride, dy + at_q, z.D, out + queries + keys + at_k, z.D}, {}, rest, {0, z.S},
                   z.transposed_half());
            }
          },
          2 * scores + std::max({gemm_scratch(z.scores()), gemm_scratch(z.averages()), gemm_scratch(z.returns())})};
}

namespace {

void compare_row(float* __restrict t, const float* __restrict q, const float* __restrict key, std::size_t A) {
  for (std::size_t j = 0; j < A; ++j) t[j] = tanh_approx(key[j] + q[j]);
}

void scores_grad_row(float* __restrict dq, float* __restrict dkey, float* __restrict dv, const float* __restrict q,
                     const float* __restrict key, const float* __restrict v, float dy, std::size_t A) {
  for (std::size_t j = 0; j < A; ++j) {
    const float t = tanh_approx(key[j] + q[j]);
    const float d = dy * v[j] * (1.0f - t * t);
    dkey[j] = d;
    dq[j] += d;
    dv[j] += dy * t;
  }
}

}  // namespace

Kernel make_additive_scores(const Call& call) {
  const std::size_t B = extent_of(call.in[1].shape, 0), S = extent_of(call.in[1].shape, 1),
                    A = extent_of(call.in[1].shape, 2);
  return kernel_of_rows(
      B, static_cast<double>(S * A),
      [=, y = call.out.f32(), q = call.in[0].f32(), keys = call.in[1].f32(), v = call.in[2].f32()](
          std::size_t begin, std::size_t end, float* t) {
        for (std::size_t row = begin * S; row < end * S; ++row) {
          compare_row(t, q + row / S * A, keys + row * A, A);
          y[row] = row_dot(t, v, A);
        }
      },
      A);
}

Kernel make_additive_scores_grad(const Call& call) {
  const std::size_t B = extent_of(call.in[1].shape, 0), S = extent_of(call.in[1].shape, 1),
                    A = extent_of(call.in[1].shape, 2);
  return kernel_of_rows(B, 1.3 * static_cast<double>(S * A),
                        [=, out = call.out.f32(), q = call.in[0].f32(), keys = call.in[1].f32(), v = call.in[2].f32(),
                         dy = call.in[3].f32()](std::size_t begin, std::size_t end, float*) {
                          float *dkeys = out + B * A, *dv = dkeys + B * S * A;
                          for (std::size_t b = begin; b < end; ++b) {
                            std::fill_n(out + b * A, A, 0.0f);
                            std::fill_n(dv + b * A, A, 0.0f);
                            for (std::size_t row = b * S; row < (b + 1) * S; ++row)
                              scores_grad_row(out + b * A, dkeys + row * A, dv + b * A, q + b * A, keys + row * A, v,
                                              dy[row], A);
                          }
                        });
}

}  // namespace heed::cpu
