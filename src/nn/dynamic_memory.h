// nn: how a Differentiable Neural Computer takes and frees rows of its memory and remembers in which order it wrote (Graves et al. 2016,
// "Hybrid computing using a neural network with dynamic external memory", Methods). Letters of the paper: u_t usage, psi_t retention, a_t
// allocation, p_t precedence, L_t links, w a weighting over N rows.
#pragma once

#include <vector>

#include "engine/ops/ops.h"

namespace heed {

/// Content weighting: softmax of beta times the cosines, whose norms are kept from zero as memories of zeros ask for.
/// memory:(B,N,W) key:(B,W) strength:(B,1) -> (B,N)
Tensor content_weights(Tensor memory, Tensor key, Tensor strength);

/// psi = product over read heads of 1 - f w.  Each gate (B,1), each weighting (B,N).
Tensor retention(const std::vector<Tensor>& free_gates, const std::vector<Tensor>& read);

/// u_t = (u + w - u w) psi, of the usage and the write weighting of the step before. Each (B,N).
Tensor usage_after(Tensor usage, Tensor written, Tensor retention);

/// a(i) = (1 - u(i)) times the product of u(j) over all rows less used than i, of equally used ones those before it; rows whose usages differ
/// by rounding alone (a hundred thousandth) count as equally used, so that every machine takes the same. The order of the rows is a constant
/// for the gradient, and nothing is sorted: rows are compared in pairs.  usage:(B,N) -> (B,N)
Tensor allocation(Tensor usage);

/// p_t = (1 - sum w) p + w
Tensor precedence_after(Tensor precedence, Tensor written);

/// L_t(i,j) = (1 - w(i) - w(j)) L(i,j) + w(i) p(j), 0 on the diagonal: how surely row i was written next after row j.
/// links:(B,N,N) precedence (of the step before), written:(B,N)
Tensor links_after(Tensor links, Tensor precedence, Tensor written);

Tensor follow_forward(Tensor links, Tensor w);   ///< L w: the rows written after those of w
Tensor follow_backward(Tensor links, Tensor w);  ///< L' w: those written before

}  // namespace heed
