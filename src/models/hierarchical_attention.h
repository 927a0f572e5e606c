// models: Yang et al., "Hierarchical attention networks for document classification" (NAACL 2016), section 2.2. Letters
// of the paper: h_it states of the words of sentence i, u_it their hidden form, u_w the word context, alpha_it word
// weights, s_i sentence vectors; h_i, u_i, u_s, alpha_i the same a level up; v the document.
//
// Where this differs: either encoder may be left out (attention over bags of words); a question, where the task asks
// one, takes the place of the learned context vectors, mapped once for each level. A source without sentences counts as
// one.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/model.h"
#include "nn/layers.h"
#include "nn/sentences.h"
#include "nn/sequence.h"

namespace heed {

/// The model's slots and fields.
const Part& hierarchical_attention_part();

class HierarchicalAttention : public DirectModel {
 public:
  /// `spec` validated by hierarchical_attention_part().
  HierarchicalAttention(const Json& spec, const TaskForm& form, int source_vocabulary, int target_vocabulary);

  const ParameterSet& parameters() const override { return parameters_; }
  Tensor answers(Graph& graph, const SequenceBatch& batch) const override;
  std::vector<std::string> tap_names() const override;
  std::string alignment_tap() const override { return "attention.alignment"; }
  std::string input_tap() const override { return "embedding"; }

 private:
  /// u = tanh(W h + b), scores u . context: equations 5, 6, 8, 9 before their softmax.
  struct Level {
    Level(ParameterSet& parameters, const std::string& name, int width, int size, int question_width);
    /// h:(B,M,width) question:(B,Q), null for a learned context -> (B,M)
    Tensor scores(Graph& graph, Tensor h, Tensor question) const;

    int size;
    Linear hidden;
    std::unique_ptr<Linear> from_question;
    Parameter context;
  };

  ParameterSet parameters_;  // first: everything below adds to it
  int segments_;
  Embedding embedding_;
  std::unique_ptr<Embedding> question_;
  std::unique_ptr<SentenceEncoder> word_encoder_;
  std::unique_ptr<Level> words_;
  std::unique_ptr<RecurrentEncoder> sentence_encoder_;
  std::unique_ptr<Level> sentences_;
  std::unique_ptr<Linear> output_;
};

}  // namespace heed
