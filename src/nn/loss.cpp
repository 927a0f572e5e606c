// nn: see loss.h.
#include "nn/loss.h"

namespace heed {
namespace {

/// The mean of values:(B,T,G) over positions where mask:(B,T) is 1; 0 when there is none.
Tensor masked_mean(Tensor values, Tensor mask) {
  const int width = values.shape()[2];
  const Tensor positions = maximum(sum_all(mask), mask.tape->fill({}, 1));
  return affine(sum_all(sum(values, 2) * mask) / positions, 1.0f / static_cast<float>(width), 0);
}

}  // namespace

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

// max(x,0) - x z + log(1 + exp(-|x|)): finite for every logit x.
Tensor masked_bit_cross_entropy(Tensor logits, Tensor target, Tensor mask) {
  const Tensor positive = relu(logits), magnitude = positive + relu(-logits);
  return masked_mean(positive - logits * target + log(exp(-magnitude) + 1.0f), mask);
}

Tensor masked_squared_error(Tensor prediction, Tensor target, Tensor mask) {
  return masked_mean(square(prediction - target), mask);
}

Tensor cross_entropy(Tensor logits, Tensor target) {
  return mean(cross_entropy_rows(logits, target), 0);
}

}  // namespace heed
