// training: examples laid out as the padded arrays that a plan reads. Letters: B batch, S source length, T target
// length.
#pragma once

#include <cstdint>
#include <map>
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

/// The arrays of one batch of a task of the given form, row-major. Rows beyond the examples are padding throughout (their masks are zero).
class Batch {
 public:
  explicit Batch(BatchShape shape, const TaskForm& form = {});

  /// Replaces what was there. Examples longer than the shape are a ShapeError.
  void fill(std::span<const Example> examples);

  const BatchShape& shape() const { return shape_; }
  /// How many target positions are asked for.
  int asked() const { return asked_; }

  /// The feeds of a plan in the plan's order; `rate` and `step` for those plans that train.
  std::vector<Feed> feeds(const Plan& plan, const float* rate = nullptr, const float* step = nullptr) const;
  /// The same with some of them given, by name; what they are made of must outlive the submission's call.
  using OwnFeeds = std::map<std::string, std::vector<float>>;
  std::vector<Feed> feeds(const Plan& plan, const OwnFeeds& own) const;

 private:
  void fill_source(std::size_t row, const Example& example);
  void fill_target(std::size_t row, const Example& example);

  BatchShape shape_;
  TaskForm form_;
  int asked_ = 0;
  std::map<std::string, std::vector<std::int32_t>, std::less<>> tokens_;  ///< by the names of a plan's inputs
  std::map<std::string, std::vector<float>, std::less<>> numbers_;
};

enum class Targets : bool { kWithout, kWith };

/// Records the inputs that Batch feeds, as far as the form has them.
SequenceBatch record_batch(Tape& tape, BatchShape shape, const TaskForm& form = {}, Targets targets = Targets::kWith);

/// `length` rounded up to a multiple of 8: user input falls into few shapes.
constexpr int bucket(int length) {
  return (length + 7) / 8 * 8;
}

}  // namespace heed
