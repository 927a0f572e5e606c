// models: a recurrent net that reads a source and answers with one label. What the answer is read from is a slot: the
// last state alone, as since Elman 1990; or all states, by their maxima (Conneau et al. 2017), their mean, or a softmax
// of how well each fits a learnt query (Yang et al. 2016, equations 5 to 7). The closer a state stands to the answer,
// the shorter the way for its gradient: that is what the read-outs differ in.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/model.h"
#include "nn/layers.h"
#include "nn/sequence.h"

namespace heed {

/// The model's slots and fields.
const Part& recurrent_reader_part();

class RecurrentReader : public DirectModel {
 public:
  /// `spec` validated by recurrent_reader_part().
  RecurrentReader(const Json& spec, const TaskForm& form, int source_vocabulary, int target_vocabulary);

  const ParameterSet& parameters() const override { return parameters_; }
  Tensor answers(Graph& graph, const SequenceBatch& batch) const override;
  std::vector<std::string> tap_names() const override;
  std::string alignment_tap() const override { return has_alignment() ? "reader.alignment" : ""; }

 private:
  enum class ReadOut : unsigned char { kLast, kMaximum, kMean, kAttention };

  static ReadOut read_out_from(const Json& spec);
  bool has_alignment() const { return read_out_ == ReadOut::kMaximum || read_out_ == ReadOut::kAttention; }
  void watch_gates(Graph& graph, Tensor projected, const std::vector<RecurrentState>& states) const;
  Tensor summary(Graph& graph, Tensor states, Tensor mask) const;
  Tensor maxima(Tensor states, Tensor mask) const;
  Tensor attended(Graph& graph, Tensor states, Tensor mask) const;

  ParameterSet parameters_;  // first: everything below adds to it
  Embedding embedding_;
  std::unique_ptr<RecurrentCell> cell_;
  ReadOut read_out_;
  std::unique_ptr<Linear> key_;  // of attention
  Parameter query_;
  Linear output_;
};

}  // namespace heed
