// models: Bahdanau, Cho and Bengio, "Neural machine translation by jointly learning to align and translate" (ICLR
// 2015), appendix A; without attention, the encoder-decoder of Cho et al., "Learning phrase representations using RNN
// encoder-decoder for statistical machine translation" (EMNLP 2014). Letters of the paper: x source words, y target
// words, E embeddings, h_j annotations, s_i decoder states, e_ij energies, alpha_ij weights, c_i contexts, t_i the
// read-out; here i counts decoding steps, j source positions.
//
// Where this differs from the paper: cells other than the GRU fit the slots, and the GRU's update gate is Cho's (1 - z
// for z); all gates have biases, which the paper leaves out of its equations; weights start at Glorot's scale and v_a
// is not zero at first, because the paper's tiny initial values need far more steps than a lesson has. Cho's read-out
// reads s_i and ours, as the paper's, s_{i-1}, so that runs with and without attention differ in nothing but the
// context.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/model.h"
#include "nn/attention.h"
#include "nn/layers.h"
#include "nn/sequence.h"

namespace heed {

/// The model's slots and fields.
const Part& encoder_decoder_part();

class EncoderDecoder : public Model {
 public:
  /// `spec` validated by encoder_decoder_part().
  EncoderDecoder(const Json& spec, int source_vocabulary, int target_vocabulary);

  const ParameterSet& parameters() const override { return parameters_; }
  Forward forward(Graph& graph, const SequenceBatch& batch) const override;
  Decoded decode(Graph& graph, const SequenceBatch& batch, int steps) const override;
  std::vector<std::string> tap_names() const override;
  std::string alignment_tap() const override { return reader_->has_alignment() ? "decoder.alignment" : ""; }

 private:
  struct Step {
    RecurrentState state;  ///< s_i
    Reading reading;       ///< c_i, alpha_i, e_i
  };
  struct Trace;

  Prepared encode(Graph& graph, Tensor source, Tensor mask) const;
  RecurrentState first_state(Graph& graph, const Prepared& source) const;
  Step step(Graph& graph, const Prepared& source, Tensor projected_word, const RecurrentState& previous) const;
  Tensor read_out(Graph& graph, Tensor state, Tensor word, Tensor context) const;

  ParameterSet parameters_;  // first: everything below adds to it
  int target_vocabulary_;

  Embedding source_embedding_;
  RecurrentEncoder encoder_;
  std::unique_ptr<SourceReader> reader_;
  Linear initial_;                                         // W_s
  Embedding target_embedding_;                             // E
  std::unique_ptr<RecurrentCell> decoder_;                 // W, U of all gates
  Linear context_;                                         // C of all gates
  Linear readout_state_, readout_word_, readout_context_;  // U_o, V_o, C_o
  Linear output_;                                          // W_o
};

}  // namespace heed
