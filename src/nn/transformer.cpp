// nn: see transformer.h.
#include "nn/transformer.h"

#include <cmath>
#include <string>

namespace heed {
namespace {

constexpr float kHidden = -1e9f;  ///< finite: 0 * infinity would be NaN in a gradient

/// (T,T): 0 on and below the diagonal, kHidden above.
Tensor causal_mask(Tape& tape, int T) {
  std::vector<float> mask(static_cast<std::size_t>(T) * static_cast<std::size_t>(T), 0.0f);
  for (std::size_t i = 0; i < static_cast<std::size_t>(T); ++i)
    for (std::size_t j = i + 1; j < static_cast<std::size_t>(T); ++j)
      mask[i * static_cast<std::size_t>(T) + j] = kHidden;
  return tape.constant({T, T}, std::move(mask));
}

}  // namespace

Tensor layer_norm(Tensor x, Tensor gain, Tensor bias, float epsilon) {
  const Tensor centred = x - mean(x, -1, true);
  const Tensor deviation = sqrt(mean(square(centred), -1, true) + epsilon);
  return centred / deviation * gain + bias;
}

Tensor gelu(Tensor x) {
  const float kRoot = std::sqrt(2 / 3.14159265f);
  const Tensor inner = kRoot * x * affine(square(x), 0.044715f, 1);
  return 0.5f * x * (tanh(inner) + 1);
}

Tensor causal_attention(Tensor qkv, int heads) {
  const Shape shape = qkv.shape();
  if (shape.rank() != 3 || heads < 1 || shape[2] % (3 * heads) != 0)
    throw ShapeError("[causal_attention] expected (B,T,3D) with D a multiple of " + std::to_string(heads) +
                     " heads, got " + shape.text());
  const int B = shape[0], T = shape[1], D = shape[2] / 3, K = D / heads;
  const auto heads_of = [&](int part) {
    return permute(reshape(slice(qkv, 2, part * D, D), {B, T, heads, K}), {0, 2, 1, 3});
  };
  const Tensor q = heads_of(0), k = heads_of(1), v = heads_of(2);
  const Tensor scores = affine(matmul(q, k, false, true), 1 / std::sqrt(static_cast<float>(K)), 0);
  const Tensor weights = softmax(scores + causal_mask(*qkv.tape, T));
  return reshape(permute(matmul(weights, v), {0, 2, 1, 3}), {B, T, D});
}

}  // namespace heed
