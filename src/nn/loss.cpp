// nn: see loss.h.
#include "nn/loss.h"

namespace heed {

Tensor masked_cross_entropy(Tensor logits, Tensor target, Tensor mask) {
  const Tensor tokens = maximum(sum_all(mask), mask.tape->fill({}, 1));
  return sum_all(cross_entropy_rows(logits, target) * mask) / tokens;
}

Tensor smoothed_cross_entropy(Tensor logits, Tensor target, Tensor mask, float smoothing) {
  const Tensor tokens = maximum(sum_all(mask), mask.tape->fill({}, 1));
  const Tensor even = neg(mean(log_softmax(logits), -1));
  const Tensor rows = (1 - smoothing) * cross_entropy_rows(logits, target) + smoothing * even;
  return sum_all(rows * mask) / tokens;
}

Tensor cross_entropy(Tensor logits, Tensor target) {
  return mean(cross_entropy_rows(logits, target), 0);
}

}  // namespace heed
