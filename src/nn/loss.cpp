// nn: see loss.h.
#include "nn/loss.h"

namespace heed {

Tensor masked_cross_entropy(Tensor logits, Tensor target, Tensor mask) {
  const Tensor log_p = pick(log_softmax(logits), target);
  const Tensor tokens = maximum(sum_all(mask), mask.tape->fill({}, 1));
  return neg(sum_all(log_p * mask)) / tokens;
}

Tensor cross_entropy(Tensor logits, Tensor target) {
  return neg(mean(pick(log_softmax(logits), target), 0));
}

}  // namespace heed
