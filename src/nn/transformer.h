// nn: what the layers of a Transformer are made of (Vaswani et al. 2017; Radford et al. 2019).
#pragma once

#include "engine/ops/ops.h"

namespace heed {

/// Ba et al. 2016, equations 3 and 4 over the last axis, epsilon inside the root.  x:(...,D) gain:(D) bias:(D) ->
/// (...,D)
Tensor layer_norm(Tensor x, Tensor gain, Tensor bias, float epsilon = 1e-5f);

/// Hendrycks and Gimpel 2016, the approximation by tanh: x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))).
Tensor gelu(Tensor x);

/// Vaswani et al. 2017, equation 1 in each of H heads, every position seeing itself and what is before it. qkv:(B,T,3D)
/// holds queries, keys and values side by side; heads are contiguous slices of K = D/H of each.  -> (B,T,D)
Tensor causal_attention(Tensor qkv, int heads);

}  // namespace heed
