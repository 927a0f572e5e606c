// nn: losses.
#pragma once

#include "engine/ops/ops.h"

namespace heed {

/// Cross entropy in nats, the mean over the tokens where mask is 1: -sum(mask log p(target)) / sum(mask). Every token
/// weighs the same, whichever example it belongs to; a batch without any token has loss 0. logits:(B,T,V) target:(B,T)
/// i32 mask:(B,T) -> ()
Tensor masked_cross_entropy(Tensor logits, Tensor target, Tensor mask);

/// Szegedy et al. 2016, section 7: the target's share is 1 - smoothing, the rest is spread evenly over all V tokens.
/// Otherwise as masked_cross_entropy.
Tensor smoothed_cross_entropy(Tensor logits, Tensor target, Tensor mask, float smoothing);

/// Cross entropy of bits in nats, the mean over the G bits of all positions where mask is 1. logits, target:(B,T,G)
/// mask:(B,T) -> ()
Tensor masked_bit_cross_entropy(Tensor logits, Tensor target, Tensor mask);

/// The mean of (prediction - target)^2 over the G numbers of all positions where mask is 1.  prediction, target:(B,T,G)
/// mask:(B,T) -> ()
Tensor masked_squared_error(Tensor prediction, Tensor target, Tensor mask);

/// The mean over all rows, each of them a token.  logits:(N,V) target:(N) i32 -> ()
Tensor cross_entropy(Tensor logits, Tensor target);

}  // namespace heed
