// nn: tokens that belong to sentences, as matrices. Sums, softmaxes and pictures over sentences are products with them.
#pragma once

#include <memory>
#include <string>

#include "nn/recurrent_cell.h"

namespace heed {

/// N sentences over S tokens.
struct Sentences {
  Tensor membership;  ///< (B,N,S): 1 where token s is in sentence n; padding is in none
  Tensor mask;        ///< (B,N): 1 where sentence n has a token
};

/// segments:(B,S) i32, the sentence of each token, from 0; mask:(B,S). `count`: N.
Sentences sentences_of(Tensor segments, Tensor mask, int count);
/// All tokens in one sentence.
Sentences one_sentence(Tensor mask);
/// Each token a sentence of its own.
Sentences token_sentences(Tensor mask);

/// x:(B,S,D) -> (B,N,D)
Tensor sum_in_sentences(const Sentences& sentences, Tensor x);
/// A softmax within each sentence.  scores:(B,S) -> (B,N,S), zero outside the sentence
Tensor softmax_in_sentences(const Sentences& sentences, Tensor scores);
/// Weights of sentences shared evenly by their tokens.  (B,N) -> (B,S)
Tensor lay_on_tokens(const Sentences& sentences, Tensor weights);

/// A recurrent net along each sentence, in both directions, that forgets everything between sentences.
class SentenceEncoder {
 public:
  /// Parameters NAME.forward.* and NAME.backward.*.
  SentenceEncoder(ParameterSet& parameters, const std::string& name, const std::string& cell, int in, int hidden);
  /// x:(B,S,in) -> (B,S,width()). What stands at padding means nothing.
  Tensor operator()(Graph& graph, Tensor x, const Sentences& sentences) const;
  int width() const { return 2 * forward_->hidden(); }

 private:
  std::unique_ptr<RecurrentCell> forward_, backward_;
};

}  // namespace heed
