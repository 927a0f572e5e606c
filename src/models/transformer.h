// models: Vaswani et al., "Attention is all you need" (NIPS 2017): encoder and decoder of layers that do nothing but
// attend and go through a small net, position by position. No recurrence: in training all positions are computed at
// once, in decoding one after another.
//
// Where this differs from the paper: its sizes; source and target have embeddings of their own (the tasks' vocabularies
// differ); the projections have biases; dropout lies on the parts' outputs and the embeddings, as there, and other
// norms, positions and activations fit in.
#pragma once

#include <string>
#include <vector>

#include "models/model.h"
#include "models/transformer_parts.h"

namespace heed {

/// The model's fields.
const Part& transformer_part();

class Transformer : public Model {
 public:
  /// `spec` validated by transformer_part() and without complaint.
  Transformer(const Json& spec, int source_vocabulary, int target_vocabulary);

  const ParameterSet& parameters() const override { return parameters_; }
  Forward forward(Graph& graph, const SequenceBatch& batch) const override;
  Decoded decode(Graph& graph, const SequenceBatch& batch, int steps) const override;
  std::vector<std::string> tap_names() const override;
  std::string alignment_tap() const override { return "decoder.alignment"; }
  std::vector<std::string> head_names() const override { return layer_head_names(decoder_.layers(), heads_); }

 private:
  LayerMemories encode(Graph& graph, const SequenceBatch& batch, Dropout& dropout) const;
  void tap_decoder(const LayerViews& views, Tensor logits) const;

  ParameterSet parameters_;  // first: everything below adds to it
  int target_vocabulary_, heads_;
  float dropout_, label_smoothing_;

  TokenInput source_input_;
  TransformerStack encoder_;
  TokenInput target_input_;
  TransformerStack decoder_;
  TokenOutput output_;
};

}  // namespace heed
