// training: examples laid out as the padded arrays that a plan reads. Letters: B batch, S source length, T target
// length.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/backend/backend.h"
#include "models/model.h"
#include "tasks/task.h"

namespace heed {

struct BatchShape {
  int batch = 0, source = 0, target = 0;
  bool operator==(const BatchShape&) const = default;
  auto operator<=>(const BatchShape&) const = default;
};

/// The arrays of one batch, row-major. Rows beyond the examples are padding throughout (their masks are zero).
class Batch {
 public:
  explicit Batch(BatchShape shape);

  /// Replaces what was there. Examples longer than the shape are a ShapeError.
  void fill(std::span<const Example> examples);

  const BatchShape& shape() const { return shape_; }
  int target_tokens() const { return target_tokens_; }

  /// The feeds of a plan in the plan's order; `rate` and `step` for those plans that train.
  std::vector<Feed> feeds(const Plan& plan, const float* rate = nullptr, const float* step = nullptr) const;

 private:
  BatchShape shape_;
  int target_tokens_ = 0;
  std::vector<std::int32_t> source_, target_in_, target_out_;  ///< (B,S) (B,T) (B,T)
  std::vector<float> source_mask_, target_mask_;               ///< (B,S) (B,T)
};

/// Records the inputs that Batch feeds.
SequenceBatch record_batch(Tape& tape, BatchShape shape);

/// `length` rounded up to a multiple of 8: user input falls into few shapes.
constexpr int bucket(int length) {
  return (length + 7) / 8 * 8;
}

}  // namespace heed
