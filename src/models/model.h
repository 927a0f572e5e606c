// models: what training asks of a sequence-to-sequence model. One file per paper; the list of them in models/registry.h.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/field.h"
#include "nn/parameters.h"

namespace heed {

/// Token numbers with a meaning of their own, the same in all vocabularies (tasks/task.h).
struct Marks {
  static constexpr int kPad = 0, kStart = 1, kEnd = 2;
};

/// Inputs of one batch on a tape: B examples padded to S and T. Masks are 1 for tokens, 0 for padding.
struct SequenceBatch {
  Tensor source;       ///< (B,S) i32
  Tensor source_mask;  ///< (B,S)
  Tensor target_in;    ///< (B,T) i32: the start mark, then the target without its last token
  Tensor target_out;   ///< (B,T) i32: ends with the end mark
  Tensor target_mask;  ///< (B,T)
};

struct TeacherForced {
  Tensor logits;  ///< (B,T,V)
  Tensor loss;    ///< (): cross entropy in nats, the mean over all unpadded target tokens of the batch
};

struct Decoded {
  Tensor tokens;  ///< (B,T) i32, greedy; after the end mark only padding
  Tensor mask;    ///< (B,T): 1 up to and including the end mark
};

class Model {
 public:
  virtual ~Model() = default;
  virtual const ParameterSet& parameters() const = 0;
  /// Records a teacher-forced pass and its taps.
  virtual TeacherForced forward(Graph& graph, const SequenceBatch& batch) const = 0;
  /// Records greedy decoding of at most `steps` tokens, with the same taps (rows are decoding steps).
  virtual Decoded decode(Graph& graph, Tensor source, Tensor source_mask, int steps) const = 0;
  /// Names of the taps that forward and decode record; pinned by a test because lessons refer to them.
  virtual std::vector<std::string> tap_names() const = 0;
  /// The tap (B,T,S) whose rows are attention over the source; empty when the model has none.
  virtual std::string alignment_tap() const = 0;
};

}  // namespace heed
