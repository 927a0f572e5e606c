// nn: sentences as the slots of a memory, and hops over them (Sukhbaatar et al. 2015, "End-to-end memory networks", arXiv:1503.08895,
// sections 2 and 4.1). Letters of the paper: A, B, C embeddings, l weights of positions, T_A and T_C of times, p attention, o output.
#pragma once

#include <string>

#include "nn/layers.h"

namespace heed {

enum class WordOrder : unsigned char {
  kBag,        ///< l = 1: the order of words is lost
  kPaper,      ///< section 4.1: l_kj = (1 - j/J) - (k/d)(1 - 2j/J)
  kPublished,  ///< as in the authors' program: 1 + 4 (k - (d+1)/2)(j - (J+1)/2) / (d J)
};

/// l for k = 1..d and j = 1..J, as (J,d).
std::vector<float> position_weights(WordOrder order, int words, int width);

/// The sentences' embeddings, the sum over words j of l_j * table[x_j].  words:(B,S,W) i32, -1 for no word -> (B,S,d)
Tensor embed_sentences(Tensor table, Tensor words, WordOrder order);
/// The question's.  words:(B,Q) mask:(B,Q) -> (B,d)
Tensor embed_question(Tensor table, Tensor words, Tensor mask, WordOrder order);

/// Which of `most` times each sentence has: 0 is the newest. In training, random empty places in between (the paper's random noise, about
/// one for every `1 / noise` sentences) keep the net from learning times by heart. Sentences beyond the last time share it.
/// mask:(B,S) -> one-hot (B,S,most)
Tensor sentence_times(Tensor mask, int most, float noise, std::uint32_t stream);

}  // namespace heed
