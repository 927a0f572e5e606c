// training: a language model that goes on with a text, token by token. Models that can keep the keys and values of what
// came before compute one position for each token; others compute the whole window anew.
#pragma once

#include <optional>
#include <vector>

#include "engine/backend/backend.h"
#include "models/next_token.h"
#include "training/batch.h"
#include "training/experiment.h"
#include "training/sampling.h"

namespace heed {

/// What was computed of the pieces written so far.
enum class Earlier : unsigned char { kKept, kNone };

class Writer {
 public:
  /// For models and tasks of the form kNext. The weights are those of `state`. `earlier`: kNone computes the window anew
  /// even where keys and values could be kept.
  Writer(const Experiment& experiment, Backend& backend, StateId state, Earlier earlier = Earlier::kKept);
  ~Writer();
  /// Goes on with the same text and the weights of another backend's state. Nothing has changed when it throws.
  void move_to(Backend& backend, StateId state);
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  bool keeps_memory() const { return next_ != nullptr; }
  /// A new text. The prompt has at least one token.
  void begin(std::vector<int> prompt, const Sampling& sampling);
  /// The next computation; its outputs go to `take`.
  Ticket submit();
  /// The token that was chosen; nothing while the prompt is still being read.
  std::optional<int> take(const Outputs& outputs);
  /// What the last chosen token was chosen from, and its chance among them by temperature 1.
  const std::vector<float>& logits() const { return logits_; }
  float chance() const;

 private:
  Plan record(const Backend& backend) const;
  void record_step(Tape& tape) const;
  void record_window(Tape& tape) const;
  std::vector<Feed> step_feeds() const;
  std::vector<Feed> window_feeds();
  void keep(const Outputs& outputs);
  /// The window is full: its second half is read again from its start.
  void move_on();
  const std::vector<float>& output(const Outputs& outputs, const std::string& name) const;

  const Model& model_;
  const NextToken* next_;
  Backend* backend_;
  int window_;
  Plan plan_;
  ExecutableId executable_ = -1;
  Batch batch_;

  Sampling sampling_;
  std::vector<int> text_;
  std::size_t read_ = 0;     ///< tokens of the text read so far
  std::uint64_t drawn_ = 0;  ///< tokens chosen so far
  std::vector<float> logits_;

  std::vector<std::int32_t> token_, place_;   ///< one number each
  std::vector<float> filled_;                 ///< (1,N)
  std::vector<std::vector<float>> memories_;  ///< keys, values, keys, ... of each layer: (1,N,D)
};

}  // namespace heed
