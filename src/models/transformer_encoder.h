// models: the encoder of Vaswani et al. 2017 alone, as in Devlin et al. 2019 (BERT): every position sees all others and
// answers for itself. Where one answer is asked for, a learnt query reads it off all positions with one more attention.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/model.h"
#include "models/transformer_parts.h"

namespace heed {

/// The model's fields.
const Part& transformer_encoder_part();

class TransformerEncoder : public DirectModel {
 public:
  /// `spec` validated by transformer_encoder_part() and without complaint; the form asks for kEach or kLabel.
  TransformerEncoder(const Json& spec, const TaskForm& form, int source_vocabulary, int target_vocabulary);

  const ParameterSet& parameters() const override { return parameters_; }
  Forward forward(Graph& graph, const SequenceBatch& batch) const override;
  Tensor answers(Graph& graph, const SequenceBatch& batch) const override;
  std::vector<std::string> tap_names() const override;
  std::string alignment_tap() const override { return "encoder.alignment"; }
  std::vector<std::string> head_names() const override;

 private:
  /// The weights of the one attention that reads off an answer, and what it reads: (B,1,S) and (B,1,D).
  struct ReadOff {
    Tensor weights, read;
  };
  ReadOff read_off(Graph& graph, Tensor states, Tensor mask) const;

  ParameterSet parameters_;  // first: everything below adds to it
  int heads_;
  float dropout_, label_smoothing_;

  TokenInput input_;
  TransformerStack encoder_;
  std::optional<Linear> query_;  ///< D -> 1: the learnt query
  Linear output_;
};

}  // namespace heed
