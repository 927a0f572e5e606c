// models: the generic attention model: n arguments y_i, a context c, and z = sum_i s_i y_i with s = softmax of how well
// each argument fits the context (Olah and Carter 2016, "Attention and augmented recurrent neural networks"; the same
// alignment model as Bahdanau et al. 2015, A.1.2). Here the arguments are the sentences of the source, each the sum of
// its words' embeddings, or its single words where the task knows no sentences; the context is the question, or a
// learned vector where nothing is asked; the answer is read off z.
//
// Addressing is soft (z is the mixture) or hard: one argument is drawn and read alone, and the way there is learnt from
// reward (Williams 1992; Xu et al. 2015, section 4.1). Letters: s_i weights, a the choice, R reward, b baseline.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/model.h"
#include "nn/argument_scores.h"
#include "nn/choice.h"
#include "nn/sentences.h"

namespace heed {

/// The model's slots and fields.
const Part& generic_attention_part();

/// What hard addressing is trained with.
struct HardAddressing {
  std::string baseline;          ///< "none", "moving" or "learned"
  bool reward_is_correctness;    ///< R = 1 for a right answer, else log p of the right one
  float entropy, entropy_steps;  ///< the bonus lambda_H, and the steps over which it goes down to 0
};

class GenericAttention : public DirectModel {
 public:
  /// `spec` validated by generic_attention_part().
  GenericAttention(const Json& spec, const TaskForm& form, int source_vocabulary, int target_vocabulary);

  const ParameterSet& parameters() const override { return parameters_; }
  Tensor answers(Graph& graph, const SequenceBatch& batch) const override;
  Forward forward(Graph& graph, const SequenceBatch& batch) const override;
  std::vector<std::string> tap_names() const override;
  std::string alignment_tap() const override { return "attention.alignment"; }
  std::string input_tap() const override { return "embedding"; }

 private:
  /// One look at the arguments.
  struct Look {
    Sentences sentences;
    Tensor context;   ///< c:(B,C)
    Tensor energies;  ///< (B,N), the temperature in them
    Tensor choice;    ///< a:(B,N), one-hot; null for soft addressing
    Tensor logits;    ///< (B,1,V)
  };
  Look look(Graph& graph, const SequenceBatch& batch) const;
  Tensor context_of(Graph& graph, const SequenceBatch& batch) const;
  Tensor choose(Tensor energies, Tensor mask, bool training) const;
  Tensor policy_objective(Graph& graph, const Look& look, const SequenceBatch& batch, Tensor log_likelihood) const;
  Tensor anneal(Graph& graph) const;

  ParameterSet parameters_;  // first: everything below adds to it
  int segments_;
  bool asks_;
  float sharpness_;
  Embedding embedding_;
  std::unique_ptr<Embedding> question_;
  Parameter learned_context_;
  std::unique_ptr<ArgumentScores> scores_;
  Linear output_;
  std::unique_ptr<HardAddressing> hard_;
  std::unique_ptr<MovingBaseline> moving_baseline_;
  std::unique_ptr<Linear> learned_baseline_;
};

}  // namespace heed
