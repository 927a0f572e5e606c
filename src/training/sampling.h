// training: how a language model's next token is chosen from what it thinks of all tokens.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace heed {

struct Sampling {
  float temperature = 1;  ///< below 1 the likely becomes likelier; 0: always the likeliest
  int top_k = 0;          ///< only among so many of the likeliest; 0: all
  float top_p = 1;        ///< only among the likeliest that together have this share (Holtzman et al. 2020)
  std::uint64_t seed = 1;
};

/// The chances with which each token is drawn: softmax of logits / temperature, then top_k, then top_p of what is left,
/// brought to a sum of 1. The special tokens (padding, marks, unknown) have no chance.
std::vector<float> chances(std::span<const float> logits, const Sampling& sampling);

/// The token in whose share of [0,1) `uniform` falls.
int draw(std::span<const float> chances, float uniform);

}  // namespace heed
