// training: the record of a run that the learner scrubs through: metrics for every step (thinned), evaluations,
// snapshots of watched taps on fixed probe inputs, and a checkpoint now and then. Bounded: a full list is thinned to
// three quarters, densest near step 0, where most happens, and near the present; the first and the last entry always
// stay. The page keeps a mirror of the worker's timeline by feeding the same entries into the same class.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/tensor/shape.h"

namespace heed {

/// One training step, on its own batch (teacher forced).
struct MetricPoint {
  std::uint64_t step = 0;
  float loss = 0;            ///< nats per target token
  float token_accuracy = 0;  ///< share of asked target tokens whose argmax is right, or of their bits; -1 for other numbers
  float gradient_norm = 0;   ///< global, before clipping
  float learning_rate = 0;
};

/// Scores on a held-out split, 0..1 except where said. Negative: does not apply (no attention, no truth, empty split).
struct Scores {
  float loss = -1;            ///< teacher forced, nats per token
  float token_accuracy = -1;  ///< greedy decoding, position by position against the target; of bits, whole vectors
  float exact_match = -1;     ///< greedy decoding, the whole sequence right
  float alignment_score =
      -1;  ///< mean attention mass on the true positions, over the rows that have a truth (teacher forced)
  float alignment_argmax = -1;   ///< share of these rows whose largest weight is on a true position
  float alignment_near = -1;     ///< the same, one position off allowed
  float attention_entropy = -1;  ///< mean over rows, in nats
  /// Where the answer is numbers: the share of wrong bits, or the mean squared error (not bounded by 1).
  float value_error = -1;
  /// Of answers in bits: the loss of a whole example, in bits, the mean over examples; and what it is for who knows how examples are drawn,
  /// where the task can tell.
  float example_bits = -1, best_example_bits = -1;
  int alignment_head = -1;  ///< which of several heads the four numbers of attention are of: the best; -1: there is one
  int examples = 0;
};

/// One kind of example of a task that has several.
struct KindScore {
  int kind = 0;
  std::string name;
  int examples = 0, exact = 0;
};

/// How often the largest weight of each head lay on the first, second, ... of the positions that an answer rests on, in the order of use.
struct HeadOnSupport {
  int examples = 0;            ///< with at least as many such positions
  std::vector<int> of_heads;  ///< how many of them, for each head
};

/// What answers rest on, tried: of right answers, how many change when the sentence that was looked at most is taken out, and when another is.
struct DeletionScore {
  int examples = 0, attended_changed = 0, other_changed = 0;
};

struct Evaluation {
  std::uint64_t step = 0;
  Scores test, test_long;
  std::vector<KindScore> kinds;         ///< of the test; neither sent nor saved
  std::vector<HeadOnSupport> supports;  ///< likewise; of tasks whose answers rest on several positions in order
  int supports_outside = 0;             ///< likewise: such positions that were left out of the source
  DeletionScore deletion;               ///< likewise: where it was asked for, of sources that are sentences
  /// Exact match by source length (index = length, negative where there was no example), both splits together.
  std::vector<float> exact_match_by_length;
};

struct TapValue {
  std::string name;
  Shape shape;  ///< the probe's own extents: padding cut off
  std::vector<float> values;
};

/// Numbers at the positions of a sequence.
struct ValueRows {
  int width = 0;  ///< numbers at each position; 0: there are none
  std::vector<float> values;
};

/// One probe input at one moment.
struct ProbeShot {
  std::vector<std::string> source;      ///< S tokens as text
  std::vector<std::string> target;      ///< T tokens as text, the end mark as "<end>"; empty when no truth is known
  std::vector<std::string> forced;      ///< T tokens: the model's choice at each position when fed the true prefix
  std::vector<std::string> decoded;     ///< the model's own greedy output, without the end mark
  std::vector<float> chances;           ///< the probability of each, where one token is the whole answer; else empty
  std::vector<std::vector<int>> truth;  ///< per target position, the true source positions
  bool exact = false;
  std::vector<std::string> query;  ///< the question's tokens; empty where none is asked
  std::vector<int> asked;          ///< T: 1 for the targets that count; empty: all
  ValueRows source_values, target_values;
  ValueRows decoded_values;  ///< the model's own answer: probabilities of bits, or numbers
  std::vector<TapValue> taps;  ///< with the decoder's rows aligned to `target` (teacher forced)
};

struct Snapshot {
  std::uint64_t step = 0;
  std::vector<ProbeShot> probes;
};

struct TimelineLimits {
  int metric_points = 4096;
  int evaluations = 512;
  int snapshots = 256;
  std::size_t snapshot_bytes = 24u << 20;  ///< fewer of them where each is large, but never fewer than kFewestSnapshots
  static constexpr int kFewestSnapshots = 24;
  int checkpoints = 12;
};

class Timeline {
 public:
  explicit Timeline(TimelineLimits limits = {}) : limits_(limits) {}

  void add(const MetricPoint& point);
  void add(Evaluation evaluation);
  void add(Snapshot snapshot);
  void add_checkpoint(std::uint64_t step, std::vector<std::uint8_t> safetensors);
  /// A change in mid-run worth a mark: "learning rate 0.003 -> 0.001", "seed", "restored".
  /// `code` and `values`: the same for translation.
  void add_mark(std::uint64_t step, std::string text, std::string code = {}, std::vector<std::string> values = {});
  /// Forgets everything later than `step`: the run went back to a checkpoint.
  void truncate_after(std::uint64_t step);
  void clear();

  const std::vector<MetricPoint>& metrics() const { return metrics_; }
  const std::vector<Evaluation>& evaluations() const { return evaluations_; }
  const std::vector<Snapshot>& snapshots() const { return snapshots_; }
  /// Index of the last snapshot at or before `step`; -1 when there is none.
  int snapshot_at(std::uint64_t step) const;
  struct Saved {
    std::uint64_t step;
    std::vector<std::uint8_t> bytes;
  };
  const std::vector<Saved>& checkpoints() const { return checkpoints_; }
  struct Mark {
    std::uint64_t step;
    std::string text;
    std::string code;
    std::vector<std::string> values;
  };
  const std::vector<Mark>& marks() const { return marks_; }

 private:
  TimelineLimits limits_;
  std::vector<MetricPoint> metrics_;
  std::vector<Evaluation> evaluations_;
  std::vector<Snapshot> snapshots_;
  std::vector<Saved> checkpoints_;
  std::vector<Mark> marks_;
};

}  // namespace heed
