// engine/backend/cpu: attention and additive scores. One unit of work is one head of one example; its scores live in
// scratch memory only, and the gradient computes them again. Causal: neither the products nor the softmax look at the
// half above the diagonal. Products are gemm.h's on strided blocks, so neither heads nor queries, keys and values that
// lie side by side are copied apart. In relaxed wasm
// the composition took 2.5 times as long at (16,128,128) with 8 heads, its gradient 2.8; of additive scores 2.0
// and 1.7.
#include <limits>

#include "engine/backend/cpu/gemm.h"
#include "engine/backend/cpu/lanes.h"
#include "engine/backend/cpu/rows.h"

namespace heed::cpu {
namespace {

struct HeadSizes {
  bool packed;  ///< queries, keys and values side by side: one operand instead of three
  std::size_t B, T, S, D, heads, K;
  std::size_t stride;  ///< between the rows of queries, keys and values
  float scale;
  bool causal;

  /// `most_packed`: as many operands the op has when they are side by side, with a mask.
  HeadSizes(const Call& call, std::size_t most_packed)
      : packed(call.in.size() <= most_packed),
        B(extent_of(call.in[0].shape, 0)),
        T(extent_of(call.in[0].shape, 1)),
        S(packed ? T : extent_of(call.in[1].shape, 1)),
        D(extent_of(call.in[0].shape, 2) / (packed ? 3 : 1)),
        heads(static_cast<std::size_t>(std::get<AttentionAttrs>(call.attrs).heads)),
        K(D / heads),
        stride(packed ? 3 * D : D),
        scale(std::get<AttentionAttrs>(call.attrs).scale),
        causal(std::get<AttentionAttrs>(call.attrs).causal) {}

  std::size_t result(std::size_t unit) const { return unit / heads * T * D + unit % heads * K; }
  std::size_t query(std::size_t unit) const { return unit / heads * T * stride + unit % heads * K; }
  std::size_t key(std::size_t unit) const { return unit / heads * S * stride + unit % heads * K; }
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

/// Rows of scores start on cache lines, and end in whole lanes: what is beyond the seen ones is hidden, so that no loop
/// over them has a rest.
std::size_t score_stride(const HeadSizes& z) {
  return (z.S + 15) / 16 * 16;
}

std::size_t whole_lanes(std::size_t n) {
  return (n + kLanes - 1) / kLanes * kLanes;
}

constexpr float kHidden = -3e38f;

/// What is hidden in one row of scores is marked, up to the end of its lanes. mask may be null.
void hide_row(float* p, const float* mask, std::size_t seen) {
  if (mask != nullptr) {
    for (std::size_t j = 0; j < seen; ++j) {
      const float score = p[j];
      p[j] = mask[j] > 0.0f ? score : kHidden;
    }
  }
  // What is less than infinite stays; what is not less than kHidden, and what is no number at all, becomes it.
  constexpr float kSeen = std::numeric_limits<float>::infinity();
  static constexpr float kEdge[2 * kLanes] = {kSeen,   kSeen,   kSeen,   kSeen,   kSeen,   kSeen,   kSeen,   kSeen,
                                              kHidden, kHidden, kHidden, kHidden, kHidden, kHidden, kHidden, kHidden};
  float* last = p + whole_lanes(seen) - kLanes;
  Lanes score, edge;
  load(score, last);
  load(edge, kEdge + whole_lanes(seen) - seen);
  score = score < edge ? score : edge;
  std::memcpy(last, &score, sizeof score);
}

/// Zeros at [begin, end), both multiples of the lanes. A loop that compilers do not make a call of.
void clear_lanes(float* p, std::size_t begin, std::size_t end) {
  const Lanes zero{};
  for (; begin < end; begin += kLanes) {
    std::memcpy(p + begin, &zero, sizeof zero);
    asm volatile("" ::: "memory");
  }
}

/// P:(T,S) of one unit; zeros where nothing is seen. Rows go through each pass together, as in softmax_rows (lanes.h).
void head_weights(const HeadSizes& z, const float* q, const float* k, const float* mask, float* p, float* scratch) {
  const std::size_t stride = score_stride(z);
  gemm(z.scores(), {q, z.stride, k, z.stride, p, stride}, {.scale = z.scale}, scratch, {0, z.T}, z.result_half());
  for (std::size_t from = 0; from < z.T; from += kRowsTogether) {
    const std::size_t to = std::min(z.T, from + kRowsTogether);
    float of_row[kRowsTogether];
    for (std::size_t t = from; t < to; ++t) {
      hide_row(p + t * stride, mask, z.seen(t));
      of_row[t - from] = row_max(p + t * stride, whole_lanes(z.seen(t)));
    }
    for (std::size_t t = from; t < to; ++t) {
      float* row = p + t * stride;
      const float most = of_row[t - from];
      of_row[t - from] = most <= kHidden ? 0.0f : 1.0f / exp_row(row, row, whole_lanes(z.seen(t)), most);
    }
    for (std::size_t t = from; t < to; ++t) {
      const std::size_t whole = whole_lanes(z.seen(t));
      scale_row(p + t * stride, whole, of_row[t - from]);
      clear_lanes(p + t * stride, whole, stride);
    }
  }
}

/// dS = P (dP - sum(P dP)) scale, in place of dP.
void score_gradient_row(float* __restrict d, const float* __restrict p, std::size_t seen, std::size_t stride,
                        float scale) {
  const std::size_t whole = whole_lanes(seen);
  for (std::size_t j = seen; j < whole; ++j) d[j] = 0;
  const float dot = row_dot(p, d, whole);
  for (std::size_t j = 0; j < whole; ++j) d[j] = p[j] * (d[j] - dot) * scale;
  clear_lanes(d, whole, stride);
}

}  // namespace

Kernel make_attention(const Call& call) {
  const HeadSizes z(call, 2);
  const std::size_t scores = z.T * score_stride(z), masked = z.packed ? 2 : 4;
  const float* mask = call.in.size() == masked ? call.in.back().f32() : nullptr;
  const float* q = call.in[0].f32();
  const float* k = z.packed ? q + z.D : call.in[1].f32();
  const float* v = z.packed ? q + 2 * z.D : call.in[2].f32();
  return {z.B * z.heads, 2 * z.product_ns() + 0.8 * static_cast<double>(z.B * z.heads * z.T * z.S),
          [=, y = call.out.f32()](const Work& work) {
            float *p = work.scratch, *rest = p + scores;
            for (std::size_t u = work.begin; u < work.end; ++u) {
              const float* seen = mask == nullptr ? nullptr : mask + u / z.heads * z.S;
              head_weights(z, q + z.query(u), k + z.key(u), seen, p, rest);
              gemm(z.averages(), {p, score_stride(z), v + z.key(u), z.stride, y + z.result(u), z.D}, {}, rest, {0, z.T},
                   z.left_half());
            }
          },
          scores + std::max(gemm_scratch(z.scores()), gemm_scratch(z.averages()))};
}

Kernel make_attention_grad(const Call& call) {
  const HeadSizes z(call, 3);
  const std::size_t stride = score_stride(z), scores = z.T * stride, masked = z.packed ? 3 : 5;
  const float* mask = call.in.size() == masked ? call.in.back().f32() : nullptr;
  const float *q = call.in[0].f32(), *dy = call.in[z.packed ? 1 : 3].f32();
  const float* k = z.packed ? q + z.D : call.in[1].f32();
  const float* v = z.packed ? q + 2 * z.D : call.in[2].f32();
  float* dq = call.out.f32();
  float* dk = dq + (z.packed ? z.D : z.B * z.T * z.D);
  float* dv = dk + (z.packed ? z.D : z.B * z.S * z.D);
  return {
      z.B * z.heads, 5 * z.product_ns() + 1.1 * static_cast<double>(z.B * z.heads * z.T * z.S),
      [=](const Work& work) {
        float *p = work.scratch, *ds = p + scores, *rest = ds + scores;
        for (std::size_t u = work.begin; u < work.end; ++u) {
          const std::size_t at_q = z.query(u), at_k = z.key(u);
          const float* dy_here = dy + z.result(u);
          head_weights(z, q + at_q, k + at_k, mask == nullptr ? nullptr : mask + u / z.heads * z.S, p, rest);
          gemm(z.scores(), {dy_here, z.D, v + at_k, z.stride, ds, stride}, {}, rest, {0, z.T}, z.result_half());
          for (std::size_t t = 0; t < z.T; ++t)
            score_gradient_row(ds + t * stride, p + t * stride, z.seen(t), stride, z.scale);
          gemm(z.averages(), {ds, stride, k + at_k, z.stride, dq + at_q, z.stride}, {}, rest, {0, z.T}, z.left_half());
          gemm(z.returns(), {ds, stride, q + at_q, z.stride, dk + at_k, z.stride}, {}, rest, {0, z.S},
               z.transposed_half());
          gemm(z.returns(), {p, stride, dy_here, z.D, dv + at_k, z.stride}, {}, rest, {0, z.S}, z.transposed_half());
        }
      },
      2 * scores + std::max({gemm_scratch(z.scores()), gemm_scratch(z.averages()), gemm_scratch(z.returns())})};
}

namespace {

/// v . tanh(key + q)
float score_row(const float* q, const float* key, const float* v, std::size_t A) {
  const detail::Constants k = detail::constants;
  Lanes sum{}, x, y, weight;
  std::size_t j = 0;
  for (; j + kLanes <= A; j += kLanes) {
    load(x, q + j);
    load(y, key + j);
    load(weight, v + j);
    sum += weight * tanh_lanes(x + y, k);
  }
  if (j < A) sum += load_some(v + j, A - j) * tanh_lanes(load_some(q + j, A - j) + load_some(key + j, A - j), k);
  return add_lanes(sum);
}

void scores_grad_row(float* dq, float* dkey, float* dv, const float* q, const float* key, const float* v, float dy,
                     std::size_t A) {
  each_lanes(A, {q, key, v, dq, dv}, {dkey, dq, dv}, [dy](const Lanes* x, Lanes* y, const detail::Constants& k) {
    const Lanes t = tanh_lanes(x[0] + x[1], k);
    y[0] = dy * x[2] * (k.one - t * t);
    y[1] = x[3] + y[0];
    y[2] = x[4] + dy * t;
  });
}

}  // namespace

Kernel make_additive_scores(const Call& call) {
  const std::size_t B = extent_of(call.in[1].shape, 0), S = extent_of(call.in[1].shape, 1),
                    A = extent_of(call.in[1].shape, 2);
  return kernel_of_rows(B, static_cast<double>(S * A),
                        [=, y = call.out.f32(), q = call.in[0].f32(), keys = call.in[1].f32(), v = call.in[2].f32()](
                            std::size_t begin, std::size_t end, float*) {
                          for (std::size_t row = begin * S; row < end * S; ++row)
                            y[row] = score_row(q + row / S * A, keys + row * A, v, A);
                        });
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
