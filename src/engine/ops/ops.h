// engine/ops: the operations as functions that model code calls. Each records one node or a short composition; shapes are written
// with the shape letters of src/README.md. All are row-major float32 unless said otherwise. Errors: ShapeError naming the op.
#pragma once

#include <string>
#include <vector>

#include "engine/tape/tape.h"

namespace heed {

// Elementwise.  x:(...) -> y:(...)
Tensor neg(Tensor x);
Tensor exp(Tensor x);
Tensor log(Tensor x);     ///< natural; x > 0
Tensor sqrt(Tensor x);
Tensor square(Tensor x);
Tensor tanh(Tensor x);
Tensor sigmoid(Tensor x);
Tensor erf(Tensor x);     ///< the error function
Tensor relu(Tensor x);
Tensor step(Tensor x);    ///< 1 where x > 0, else 0; no gradient
Tensor affine(Tensor x, float scale, float shift);
/// Elementwise with broadcasting: extents equal or 1, aligned at the last axis.
Tensor add(Tensor a, Tensor b);
Tensor sub(Tensor a, Tensor b);
Tensor mul(Tensor a, Tensor b);
Tensor div(Tensor a, Tensor b);
Tensor maximum(Tensor a, Tensor b);  ///< gradient goes to the larger; to a where equal
Tensor greater(Tensor a, Tensor b);  ///< 1 or 0; no gradient
Tensor equal(Tensor a, Tensor b);    ///< 1 or 0, for f32 or i32 operands; no gradient
/// condition > 0 ? a : b; all three of one shape.
Tensor select(Tensor condition, Tensor a, Tensor b);

inline Tensor operator+(Tensor a, Tensor b) { return add(a, b); }
inline Tensor operator-(Tensor a, Tensor b) { return sub(a, b); }
inline Tensor operator*(Tensor a, Tensor b) { return mul(a, b); }
inline Tensor operator/(Tensor a, Tensor b) { return div(a, b); }
inline Tensor operator-(Tensor a) { return neg(a); }
inline Tensor operator*(float s, Tensor a) { return affine(a, s, 0); }
inline Tensor operator+(Tensor a, float s) { return affine(a, 1, s); }
inline Tensor operator-(float s, Tensor a) { return affine(a, -1, s); }

/// a:(...,M,K) b:(...,K,N) -> (...,M,N); leading extents equal, or b of rank 2 shared by all of a's.
/// With transpose_a the operand is (...,K,M), with transpose_b (...,N,K).
Tensor matmul(Tensor a, Tensor b, bool transpose_a = false, bool transpose_b = false);

Tensor sum(Tensor x, int axis, bool keep = false);
Tensor max(Tensor x, int axis, bool keep = false);  ///< gradient shared equally by ties
Tensor sum_all(Tensor x);                            ///< -> ()
Tensor mean(Tensor x, int axis, bool keep = false);
Tensor argmax(Tensor x);                             ///< last axis; (...,C) -> (...) i32; the first of ties
Tensor softmax(Tensor x);                            ///< last axis
Tensor log_softmax(Tensor x);                        ///< last axis

Tensor reshape(Tensor x, Shape shape);
Tensor permute(Tensor x, std::vector<int> order);
Tensor transpose(Tensor x);                          ///< the last two axes
Tensor broadcast(Tensor x, Shape shape);
Tensor concat(const std::vector<Tensor>& xs, int axis);
/// (shape) x n -> shape with a new axis of extent n at `axis`.
Tensor stack(const std::vector<Tensor>& xs, int axis);
Tensor slice(Tensor x, int axis, int start, int extent);
Tensor pad(Tensor x, int axis, int start, int extent);  ///< x placed at `start` of a zero axis of `extent`
/// The index-th entry of `axis`, the axis removed.
Tensor take(Tensor x, int axis, int index);

/// table:(V,D) index:(...) i32 -> (...,D). Indices outside [0,V) read zeros.
Tensor gather_rows(Tensor table, Tensor index);
Tensor scatter_add_rows(Tensor values, Tensor index, int rows);  ///< values:(...,D) index:(...) -> (rows,D)
Tensor pick(Tensor x, Tensor index);                             ///< x:(...,C) index:(...) i32 -> (...)
Tensor place(Tensor x, Tensor index, int extent);                ///< x:(...) index:(...) i32 -> (...,extent); zeros elsewhere
Tensor cast_float(Tensor x);                                     ///< i32 -> f32
Tensor stop_gradient(Tensor x);

// Fused: backends may do them in one pass (OpDef::compose says what they are made of). All have gradients.
/// Softmax over the last axis where mask > 0; 0 elsewhere. A row masked throughout is a row of zeros. mask broadcasts to x and has no
/// gradient.
Tensor masked_softmax(Tensor x, Tensor mask);
/// Goodfellow et al. 2013, the maximum of adjacent pairs.  x:(..., 2 l) -> (..., l), rank 1 to 3; ties share the gradient.
Tensor maxout_pairs(Tensor x);
Tensor sum_squares(Tensor x);                        ///< -> ()
/// Ba et al. 2016, equations 3 and 4 over the last axis, epsilon inside the root.  x:(...,D) gain:(D) bias:(D) -> (...,D)
Tensor layer_norm(Tensor x, Tensor gain, Tensor bias, float epsilon = 1e-5f);
/// -log softmax(logits) at the target.  logits:(...,V) target:(...) i32 -> (...); 0 for a target outside [0,V).
Tensor cross_entropy_rows(Tensor logits, Tensor target);
/// Hendrycks and Gimpel 2016, the form with tanh: x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))).
Tensor gelu(Tensor x);
/// Their exact form, x/2 (1 + erf(x / sqrt(2))).
Tensor gelu_erf(Tensor x);
/// Vaswani et al. 2017, equation 1 in each head: softmax(scale q k' where seen) v.  q:(B,T,D) k,v:(B,S,D) -> (B,T,D); heads are
/// contiguous slices of D/heads columns. Seen are positions where mask:(B,S) > 0 (null: all) and, if causal (T = S), none after the
/// query's own. A query that sees nothing gets zeros.
Tensor attention(Tensor q, Tensor k, Tensor v, Tensor mask, AttentionAttrs attrs);
Tensor attention_weights(Tensor q, Tensor k, Tensor mask, AttentionAttrs attrs);  ///< those weights, for taps: (B,heads,T,S)
/// Bahdanau et al. 2015, A.1.2: v . tanh(keys + q).  q:(B,A) keys:(B,S,A) v:(A) -> (B,S)
Tensor additive_scores(Tensor q, Tensor keys, Tensor v);
/// An LSTM's gates: a:(B,4H) in the order i, f, g, o before their nonlinearities, c:(B,H) -> (2,B,H) = [h'; c'].
Tensor lstm_cell(Tensor a, Tensor c);
/// cuDNN's GRU: p:(B,3H) projects the input, u:(B,3H) the state; order r, z, n.  h:(B,H) -> (B,H)
Tensor gru_cell(Tensor p, Tensor u, Tensor h);
/// The GRU of Cho et al. 2014 before its second product, r h with r = sigmoid(p + u), and after it: with z = sigmoid(p + u) and
/// n = tanh(p + w), z h + (1 - z) n.  p:(B,3H) u:(B,2H) w,h:(B,H) -> (B,H)
Tensor gru_reset(Tensor p, Tensor u, Tensor h);
Tensor gru_update(Tensor p, Tensor u, Tensor w, Tensor h);
/// Sukhbaatar et al. 2015, section 2.2: the sum over j of weights_j * table[index_j], element by element; the weights encode
/// positions.  table:(V,D) index:(...,J) i32 weights:(J,D) -> (...,D)
Tensor bag_of_rows(Tensor table, Tensor index, Tensor weights);

/// Uniform in [0,1), a function of the submission's seed, `stream` and the element's number: the same on every backend.
Tensor random_uniform(Tape& tape, Shape shape, std::uint32_t stream);

inline Tensor tap(std::string name, Tensor x) { return x.tape->tap(std::move(name), x); }

/// Writes x into an arena when the plan runs. Effects run in the order in which they were recorded.
void store(Tensor x, Arena arena, std::size_t offset_elems);
/// Updates of all parameters at once; `gradient` and the arenas are (P). rate and step are scalars, step counts from 1;
/// `factor`, a scalar that may be null, multiplies the gradient (clipping).
void sgd_update(Tensor gradient, Tensor rate, SgdAttrs attrs, Tensor factor = {});
/// Adam (Kingma and Ba 2015, algorithm 1); decoupled decay (Loshchilov and Hutter 2019) when weight_decay > 0.
void adam_update(Tensor gradient, Tensor rate, Tensor step, AdamAttrs attrs, Tensor factor = {});
/// Centred RMSProp with momentum (Graves 2013, equations 38 to 45; epsilon inside the root).
void rmsprop_update(Tensor gradient, Tensor rate, RmsPropAttrs attrs, Tensor factor = {});

}  // namespace heed
