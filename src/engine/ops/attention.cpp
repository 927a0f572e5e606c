// engine/ops: attention in one pass, without its weights in memory, and additive scores; the gradients compute the weights again.
// Each gradient is one vector of parts end to end.
#include "engine/ops/check.h"
#include "engine/ops/registry.h"

namespace heed {
namespace {

using AttentionInputs = const std::vector<Tensor>&;

constexpr float kFarBelow = -1e9f;  // finite: 0 * infinity would be NaN in a gradient

const AttentionAttrs& attention_attrs(const Attrs& attrs) { return std::get<AttentionAttrs>(attrs); }

/// (B,T,D) -> (B,H,T,D/H): head h has the columns from h D/H on. And back.
Tensor by_head(Tensor x, int heads) {
  const Shape s = x.shape();
  return permute(reshape(x, {s[0], s[1], heads, s[2] / heads}), {0, 2, 1, 3});
}
Tensor side_by_side(Tensor x) {
  const Shape s = x.shape();
  return reshape(permute(x, {0, 2, 1, 3}), {s[0], s[2], s[1] * s[3]});
}

/// 1 on and below the diagonal, 0 above: (1,1,T,T).
Tensor lower_triangle(Tape& tape, int T) {
  std::vector<float> ones(static_cast<std::size_t>(T) * static_cast<std::size_t>(T), 0.0f);
  for (int i = 0; i < T; ++i) std::fill_n(ones.begin() + static_cast<std::ptrdiff_t>(i) * T, i + 1, 1.0f);
  return tape.constant({1, 1, T, T}, std::move(ones));
}

/// (B,H,T,S), each row a distribution over what is seen. `mask` may be null.
Tensor head_weights(Tensor q, Tensor k, Tensor mask, const AttentionAttrs& a) {
  const Tensor scores = affine(matmul(by_head(q, a.heads), by_head(k, a.heads), false, true), a.scale, 0);
  Tensor seen;
  if (a.causal) seen = lower_triangle(*q.tape, q.shape()[1]);
  if (mask) {
    const Tensor m = step(reshape(mask, {mask.shape()[0], 1, 1, mask.shape()[1]}));
    seen = seen ? seen * m : m;
  }
  return seen ? softmax(scores + affine(seen, -kFarBelow, kFarBelow)) * seen : softmax(scores);
}

/// Attention takes q, k and v, or one operand with them side by side; its gradient has one operand more. `least`: of the latter form,
/// without a mask.
bool is_packed(std::size_t operands, std::size_t least) { return operands <= least + 1; }

/// q, k, v, what else there is of the op's operands but the mask, and the mask or null, of either form.
std::vector<Tensor> sides_of(AttentionInputs in, std::size_t least) {
  std::vector<Tensor> out(in);
  if (is_packed(in.size(), least)) {
    const int D = in[0].shape()[2] / 3;
    out.erase(out.begin());
    for (const int which : {2, 1, 0}) out.insert(out.begin(), slice(in[0], 2, which * D, D));
  }
  out.resize(least + 3);
  return out;
}

/// qkv:(B,T,3D), for the gradient (B,T,D), then perhaps a mask (B,T).
void check_packed(const char* op, const OpInputs& in, const Attrs& attrs, std::size_t least) {
  const AttentionAttrs& a = attention_attrs(attrs);
  require_operands(op, in, in.shapes.size() == least + 1 ? least + 1 : least);
  require_rank(op, in, 0, 3);
  const Shape& qkv = in.shapes[0];
  if (a.heads < 1 || qkv[2] % (3 * a.heads) != 0)
    shape_error(op, qkv.text() + " does not hold queries, keys and values of " + std::to_string(a.heads) + " heads");
  if (least > 1) require_shape(op, in, 1, {qkv[0], qkv[1], qkv[2] / 3});
  if (in.shapes.size() > least) require_shape(op, in, least, {qkv[0], qkv[1]});
}

/// Operands q:(B,T,D) k, v:(B,S,D), for the gradient one more of q's shape, then perhaps a mask (B,S).
void check_attention(const char* op, const OpInputs& in, const Attrs& attrs, std::size_t operands) {
  const AttentionAttrs& a = attention_attrs(attrs);
  require_operands(op, in, in.shapes.size() == operands + 1 ? operands + 1 : operands);
  require_rank(op, in, 0, 3);
  require_rank(op, in, 1, 3);
  const Shape &q = in.shapes[0], &k = in.shapes[1];
  if (a.heads < 1 || q[2] % a.heads != 0) shape_error(op, q.text() + " has no " + std::to_string(a.heads) + " heads of equal width");
  if (k[0] != q[0] || k[2] != q[2]) shape_error(op, "keys " + k.text() + " do not fit queries " + q.text());
  if (a.causal && k[1] != q[1]) shape_error(op, "causal, but " + q.text() + " and " + k.text() + " differ in length");
  require_shape(op, in, 2, k);
  if (operands > 3) require_shape(op, in, 3, q);
  if (in.shapes.size() > operands) require_shape(op, in, operands, {k[0], k[1]});
}

std::vector<Sample> attention_samples(bool with_gradient) {
  struct Size { int B, T, S, D, H; };
  std::vector<Sample> out;
  for (const auto& [B, T, S, D, H] : std::vector<Size>{{1, 2, 3, 2, 1}, {1, 2, 2, 4, 2}, {2, 3, 5, 6, 3}, {2, 9, 7, 8, 2}, {1, 17, 17, 32, 2},
                                                       {2, 5, 33, 12, 1}, {1, 70, 70, 16, 1}, {1, 8, 8, 48, 3}}) {
    for (const bool causal : {false, true}) {
      for (const bool masked : {false, true}) {
        if (causal && T != S) continue;
        Sample sample{.shapes = {{B, T, D}, {B, S, D}, {B, S, D}}, .attrs = AttentionAttrs{H, 0.7f, causal}};
        if (with_gradient) sample.shapes.push_back({B, T, D});
        if (masked) sample.shapes.push_back({B, S}), sample.kink_margin = 0.01f;
        out.push_back(sample);
        if (T != S) continue;
        sample.shapes.erase(sample.shapes.begin(), sample.shapes.begin() + 2);
        sample.shapes[0] = {B, T, 3 * D};
        out.push_back(sample);
      }
    }
  }
  return out;
}

/// The parts of a gradient for the operands q, k, v.
std::vector<Shape> query_key_value(AttentionInputs in) { return {in[0].shape(), in[1].shape(), in[2].shape()}; }

}  // namespace

// (q, k, v [, mask]) or (qkv [, mask]) -> (B,T,D) = softmax(scale q k' where seen) v, head by head. A query that sees nothing gets zeros.
const OpDef kAttentionOp{
    OpKind::kAttention, "attention",
    [](const OpInputs& in, const Attrs& attrs) -> OpOutput {
      if (is_packed(in.shapes.size(), 1)) {
        check_packed("attention", in, attrs, 1);
        return {{in.shapes[0][0], in.shapes[0][1], in.shapes[0][2] / 3}};
      }
      check_attention("attention", in, attrs, 3);
      return {in.shapes[0]};
    },
    [](Tensor y, Tensor dy, AttentionInputs in, const Attrs& attrs) {
      std::vector<Tensor> operands(in);
      const bool packed = is_packed(in.size(), 1);
      operands.insert(operands.begin() + (packed ? 1 : 3), dy);
      if (packed) return std::vector<Tensor>{y.tape->emit(OpKind::kAttentionGrad, operands, attrs)};
      return parted(y.tape->emit(OpKind::kAttentionGrad, operands, attrs), query_key_value(in));
    },
    [] { return attention_samples(false); },
    [](AttentionInputs in, const Attrs& attrs) {
      const AttentionAttrs& a = attention_attrs(attrs);
      const std::vector<Tensor> sides = sides_of(in, 1);
      return side_by_side(matmul(head_weights(sides[0], sides[1], sides[3], a), by_head(sides[2], a.heads)));
    }};

// (q, k, v, dy [, mask]) -> [dq | dk | dv], (qkv, dy [, mask]) -> dqkv:  dP = dy v', dS = P (dP - sum(P dP)) scale, dq = dS k, dk = dS' q, dv = P' dy
const OpDef kAttentionGradOp{
    OpKind::kAttentionGrad, "attention_grad",
    [](const OpInputs& in, const Attrs& attrs) -> OpOutput {
      if (is_packed(in.shapes.size(), 2)) return check_packed("attention_grad", in, attrs, 2), OpOutput{in.shapes[0]};
      check_attention("attention_grad", in, attrs, 4);
      return {{static_cast<int>(in.shapes[0].count() + 2 * in.shapes[1].count())}};
    },
    nullptr,
    [] { return attention_samples(true); },
    [](AttentionInputs in, const Attrs& attrs) {
      const AttentionAttrs& a = attention_attrs(attrs);
      const std::vector<Tensor> sides = sides_of(in, 2);
      const Tensor p = head_weights(sides[0], sides[1], sides[4], a), dy = by_head(sides[3], a.heads);
      const Tensor dp = matmul(dy, by_head(sides[2], a.heads), false, true);
      const Tensor ds = affine(p * (dp - sum(p * dp, -1, true)), a.scale, 0);
      const std::vector<Tensor> parts{side_by_side(matmul(ds, by_head(sides[1], a.heads))),
                                      side_by_side(matmul(ds, by_head(sides[0], a.heads), true)), side_by_side(matmul(p, dy, true))};
      return is_packed(in.size(), 2) ? concat(parts, 2) : joined(parts);
    }};

namespace {

/// tanh(keys + q).  q:(B,A) keys:(B,S,A)
Tensor compared(Tensor q, Tensor keys) { return tanh(reshape(q, {q.shape()[0], 1, q.shape()[1]}) + keys); }

void check_scores(const char* op, const OpInputs& in, std::size_t operands) {
  require_operands(op, in, operands);
  require_rank(op, in, 1, 3);
  const Shape& keys = in.shapes[1];
  require_shape(op, in, 0, {keys[0], keys[2]});
  require_shape(op, in, 2, {keys[2]});
  if (operands > 3) require_shape(op, in, 3, {keys[0], keys[1]});
}

std::vector<Sample> score_samples(bool with_gradient) {
  std::vector<Sample> out;
  for (const Shape& keys : {Shape{1, 2, 3}, Shape{2, 3, 1}, Shape{3, 1, 5}, Shape{2, 7, 16}, Shape{2, 5, 33}, Shape{3, 10, 64}}) {
    Sample sample{.shapes = {{keys[0], keys[2]}, keys, {keys[2]}}};
    if (with_gradient) sample.shapes.push_back({keys[0], keys[1]});
    out.push_back(sample);
  }
  return out;
}

}  // namespace

// (q:(B,A) keys:(B,S,A) v:(A)) -> (B,S) = v . tanh(keys + q)   (Bahdanau et al. 2015, A.1.2)
const OpDef kAdditiveScoresOp{
    OpKind::kAdditiveScores, "additive_scores",
    [](const OpInputs& in, const Attrs&) -> OpOutput {
      check_scores("additive_scores", in, 3);
      return {{in.shapes[1][0], in.shapes[1][1]}};
    },
    [](Tensor y, Tensor dy, AttentionInputs in, const Attrs&) {
      const Tensor flat = y.tape->emit(OpKind::kAdditiveScoresGrad, {in[0], in[1], in[2], dy});
      std::vector<Tensor> d = parted(flat, {in[0].shape(), in[1].shape(), in[0].shape()});
      d[2] = sum(d[2], 0);
      return d;
    },
    [] { return score_samples(false); },
    [](AttentionInputs in, const Attrs&) { return sum(compared(in[0], in[1]) * in[2], -1); }};

// (q, keys, v, dy) -> [dq | dkeys | dv of each example (B,A)]
const OpDef kAdditiveScoresGradOp{
    OpKind::kAdditiveScoresGrad, "additive_scores_grad",
    [](const OpInputs& in, const Attrs&) -> OpOutput {
      check_scores("additive_scores_grad", in, 4);
      return {{static_cast<int>(in.shapes[1].count() + 2 * in.shapes[0].count())}};
    },
    nullptr,
    [] { return score_samples(true); },
    [](AttentionInputs in, const Attrs&) {
      const Tensor t = compared(in[0], in[1]), dy = reshape(in[3], {in[3].shape()[0], in[3].shape()[1], 1});
      const Tensor dkeys = dy * in[2] * (1.0f - square(t));
      return joined({sum(dkeys, 1), dkeys, sum(dy * t, 1)});
    }};

Tensor attention(Tensor q, Tensor k, Tensor v, Tensor mask, AttentionAttrs attrs) {
  std::vector<Tensor> operands{q, k, v};
  if (mask) operands.push_back(mask);
  return q.tape->emit(OpKind::kAttention, operands, attrs);
}

Tensor attention_weights(Tensor q, Tensor k, Tensor mask, AttentionAttrs attrs) { return head_weights(q, k, mask, attrs); }

Tensor additive_scores(Tensor q, Tensor keys, Tensor v) { return q.tape->emit(OpKind::kAdditiveScores, {q, keys, v}); }

}  // namespace heed
