// models: the decoder of Vaswani et al. 2017 alone, as in Radford et al. 2018 (GPT): a language model. Every position
// sees itself and those before it, and says what comes next.
#pragma once

#include <string>
#include <vector>

#include "models/model.h"
#include "models/next_token.h"
#include "models/transformer_parts.h"

namespace heed {

/// The model's fields.
const Part& transformer_decoder_part();

class TransformerDecoder : public DirectModel, public NextToken {
 public:
  /// `spec` validated by transformer_decoder_part() and without complaint. Source and target are of one vocabulary.
  TransformerDecoder(const Json& spec, const TaskForm& form, int vocabulary);

  const ParameterSet& parameters() const override { return parameters_; }
  Forward forward(Graph& graph, const SequenceBatch& batch) const override;
  Tensor answers(Graph& graph, const SequenceBatch& batch) const override;
  std::vector<std::string> tap_names() const override;
  std::string alignment_tap() const override { return "decoder.alignment"; }
  std::vector<std::string> head_names() const override { return layer_head_names(decoder_.layers(), heads_); }
  std::string input_tap() const override { return "decoder.embedding"; }

  int memory_layers() const override { return decoder_.layers(); }
  int memory_width() const override { return input_.embedding().width(); }
  Tensor next(Graph& graph, Tensor token, Tensor at, LayerMemories& past) const override;

 private:
  ParameterSet parameters_;  // first: everything below adds to it
  int heads_;
  float dropout_, label_smoothing_;

  TokenInput input_;
  TransformerStack decoder_;
  TokenOutput output_;
};

}  // namespace heed
