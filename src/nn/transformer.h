// nn: what the layers of a Transformer are made of (Vaswani et al. 2017; Radford et al. 2019).
#pragma once

#include "engine/ops/ops.h"

namespace heed {

/// Vaswani et al. 2017, equation 1 in each of H heads, every position seeing itself and what is before it. qkv:(B,T,3D)
/// holds queries, keys and values side by side; heads are contiguous slices of K = D/H of each.  -> (B,T,D)
Tensor causal_attention(Tensor qkv, int heads);

}  // namespace heed
