// models: Luong, Pham and Manning, "Effective approaches to attention-based neural machine translation" (EMNLP 2015),
// sections 2 and 3. Letters of the paper: h_s encoder states, h_t decoder states, c_t contexts, h~_t attentional
// states, W_c, W_s. The decoder goes h_t -> a_t -> c_t -> h~_t: it looks at the source with the state that has just
// read y_{t-1}, where Bahdanau et al. look before that (models/encoder_decoder.h).
//
// Where this differs from the paper: one layer instead of four; the encoder may read in both directions, and then its
// states are mapped to the decoder's width before anything looks at them; the decoder's first state is a learnt
// function of the encoder's last, tanh(W_h h_S + b), so that any two cells go together.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/model.h"
#include "nn/attention_luong.h"
#include "nn/layers.h"
#include "nn/sequence.h"

namespace heed {

/// The model's slots and fields.
const Part& luong_part();

class Luong : public Model {
 public:
  /// `spec` validated by luong_part().
  Luong(const Json& spec, int source_vocabulary, int target_vocabulary);

  const ParameterSet& parameters() const override { return parameters_; }
  Forward forward(Graph& graph, const SequenceBatch& batch) const override;
  Decoded decode(Graph& graph, const SequenceBatch& batch, int steps) const override;
  std::vector<std::string> tap_names() const override;
  std::string alignment_tap() const override { return "decoder.alignment"; }

 private:
  struct State {
    RecurrentState cell;  ///< h_t
    Tensor attentional;   ///< (B,H): h~_t
  };
  struct Start {
    LuongAttention::Source source;
    State state;
  };
  struct Trace;

  Start encode(Graph& graph, Tensor source, Tensor mask) const;
  State step(Graph& graph, const LuongAttention::Source& source, Tensor projected_word, const State& previous,
             Trace& trace) const;

  ParameterSet parameters_;  // first: everything below adds to it
  int target_vocabulary_;

  Embedding source_embedding_;
  RecurrentEncoder encoder_;
  std::unique_ptr<Linear> bridge_;
  Embedding target_embedding_;
  std::unique_ptr<RecurrentCell> decoder_;
  Linear initial_;
  std::unique_ptr<Linear> feed_;  // what h~_{t-1} adds to the gates; null without input feeding
  LuongAttention attention_;
  Linear combine_;  // W_c
  Linear output_;   // W_s
};

}  // namespace heed
