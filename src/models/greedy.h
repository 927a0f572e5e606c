// models: greedy decoding, whatever the decoder: the likeliest token at each step, until each row has ended.
#pragma once

#include <vector>

#include "models/model.h"

namespace heed {

/// Keeps account of B rows that write tokens of a vocabulary of V. Padding and the start mark are no tokens that could
/// follow; a row that has written the end mark gives padding.
class Greedy {
 public:
  Greedy(Tape& tape, int batch, int vocabulary);
  /// The start mark in every row.  -> (B) i32
  Tensor start() const;
  /// The next token of each row.  logits:(B,V) -> (B) i32
  Tensor choose(Tensor logits);
  /// Everything chosen so far.
  Decoded decoded() const;

 private:
  int batch_;
  Tensor never_, padding_, end_, alive_;
  std::vector<Tensor> choices_, masks_;
};

}  // namespace heed
