// nn: see loss.h.
#include "nn/loss.h"

namespace heed {

Tensor masked_cross_entropy(Tensor logits, Tensor target, Tensor mask) {
  const Tensor tokens = maximum(sum_all(mask), mask.tape->fill({}, 1));
  return sum_all(cross_entropy_rows(logits, target) * mask) / tokens;
}

Tensor cross_entropy(Tensor logits, Tensor target) {
  return mean(cross_entropy_rows(logits, target), 0);
}

}  // namespace heed
