// nn: see transformer.h.
#include "nn/transformer.h"

#include <cmath>
#include <string>

namespace heed {

Tensor causal_attention(Tensor qkv, int heads) {
  const Shape shape = qkv.shape();
  if (shape.rank() != 3 || heads < 1 || shape[2] % (3 * heads) != 0)
    throw ShapeError("[causal_attention] expected (B,T,3D) with D a multiple of " + std::to_string(heads) +
                     " heads, got " + shape.text());
  const int D = shape[2] / 3;
  const auto part = [&](int which) { return slice(qkv, 2, which * D, D); };
  const float scale = 1 / std::sqrt(static_cast<float>(D / heads));
  return attention(part(0), part(1), part(2), {}, {heads, scale, true});
}

}  // namespace heed
