// models: what training asks of a model. One file per paper; the list of them in models/registry.h.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/field.h"
#include "base/task_form.h"
#include "nn/parameters.h"

namespace heed {

/// Token numbers with a meaning of their own, the same in all vocabularies (tasks/task.h).
struct Marks {
  static constexpr int kPad = 0, kStart = 1, kEnd = 2;
};

/// Inputs of one batch on a tape: B examples padded to S, T and Q. Masks are 1 for tokens, 0 for padding. What the
/// form of the task lacks is null, and so are the targets where a model only decodes.
struct SequenceBatch {
  Tensor source;       ///< (B,S) i32
  Tensor source_mask;  ///< (B,S)
  Tensor target_in;    ///< (B,T) i32: the start mark, then the target without its last token
  Tensor target_out;   ///< (B,T) i32: of a kSequence it ends with the end mark
  Tensor target_mask;  ///< (B,T): 0 also where the answer is not asked for

  Tensor query;          ///< (B,Q) i32
  Tensor query_mask;     ///< (B,Q)
  Tensor segments;       ///< (B,S) i32, from 0 on
  Tensor source_words;   ///< (B,S,W) i32, -1 after the end of a sentence: no row of a table
  Tensor support;        ///< (B,K) i32: the sentences that the answer rests on, in their order, -1 where there are fewer; given in
                         ///< training and evaluation, never where a model only decodes
  Tensor source_values;  ///< (B,S,F)
  Tensor target_values;  ///< (B,T,G)

  bool training = false;  ///< dropout and sampling happen in training only
};

struct Forward {
  Tensor logits;  ///< (B,T,V); of a task with numbers (B,T,G): logits of the bits, or the numbers themselves
  Tensor loss;    ///< (): what is shown. Cross entropy in nats, the mean over all asked tokens of the batch; of bits the
                  ///< mean over asked bits, of numbers the mean squared error
  Tensor objective = {};  ///< (): what gradients are taken of; null: the loss
};

struct Decoded {
  Tensor tokens;       ///< (B,T) i32, greedy; after the end mark only padding. Null where the answer is numbers
  Tensor mask;         ///< (B,T): 1 up to and including the end mark
  Tensor values = {};  ///< (B,T,G): probabilities of bits, or numbers; null where the answer is tokens
  Tensor chances = {};  ///< (B,T): the softmax's probability of each token, where one is the whole answer; null elsewhere
};

/// After `step` steps something of the training changes. `code`: of the mark that tells it ("mark.CODE" in the lab's strings); `text`: in English.
struct TrainingTurn {
  std::uint64_t step = 0;
  std::string code, text;
};

class Model {
 public:
  virtual ~Model() = default;
  virtual const ParameterSet& parameters() const = 0;
  /// Records a teacher-forced pass and its taps.
  virtual Forward forward(Graph& graph, const SequenceBatch& batch) const = 0;
  /// Records greedy decoding of at most `steps` positions, with the same taps (rows are decoding steps). Targets are
  /// not read.
  virtual Decoded decode(Graph& graph, const SequenceBatch& batch, int steps) const = 0;
  /// Names of the taps that forward and decode record; pinned by a test because lessons refer to them.
  virtual std::vector<std::string> tap_names() const = 0;
  /// The tap (B,T,S), or (B,H,T,S) with the heads of all layers that are worth watching, whose rows are attention over
  /// the source; empty when the model has none.
  virtual std::string alignment_tap() const = 0;
  /// Further taps that the lab draws beside it: a memory over time, the stages of an address. Snapshots hold them too.
  virtual std::vector<std::string> picture_taps() const { return {}; }
  /// Names of those H heads for people: "layer 1, head 2". Empty for a tap (B,T,S).
  virtual std::vector<std::string> head_names() const { return {}; }
  /// The heads are stages of one look, one after the other (hops): the picture shows all of them, one row each.
  virtual bool heads_are_hops() const { return false; }
  /// Steps after which the model trains otherwise of its own accord: the timeline marks them.
  virtual std::vector<TrainingTurn> turns() const { return {}; }
  /// The tap (B,S,D) that holds the source as the net first sees it; what saliency is taken with respect to.
  virtual std::string input_tap() const { return "encoder.embedding"; }
  /// The taps (B,H,S,S), or (B,S,S), of self-attention stacked over the source, the one nearest to the input first:
  /// attention rollout multiplies them. Unless a model says otherwise, the taps "....self_attention" of the stack that
  /// reads the source.
  virtual std::vector<std::string> self_attention_taps() const;
};

/// A model that answers all positions at once: kLabel, kEach and kNext. It records the logits; the loss, the most likely
/// tokens and the numbers follow from them.
class DirectModel : public Model {
 public:
  explicit DirectModel(const TaskForm& form) : form_(form) {}
  Forward forward(Graph& graph, const SequenceBatch& batch) const override;
  Decoded decode(Graph& graph, const SequenceBatch& batch, int steps) const override;

  /// Logits (B,T,V), or (B,T,G) for a task with numbers; T = 1 for kLabel, S otherwise. Targets are not read.
  virtual Tensor answers(Graph& graph, const SequenceBatch& batch) const = 0;

 protected:
  const TaskForm& form() const { return form_; }

 private:
  TaskForm form_;
};

/// The loss of `logits` as Forward describes it, for the form's kind of target.
Tensor answer_loss(const TaskForm& form, Tensor logits, const SequenceBatch& batch);

/// Numbers from their logits: probabilities of bits, or the numbers themselves.
Tensor answer_values(const TaskForm& form, Tensor logits);

}  // namespace heed
