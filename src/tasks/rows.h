// tasks: what tasks over rows of symbols share: how a typed row is read, and rows that go by with a question about one of their places,
// answered by one symbol at the end.
#pragma once

#include "base/rng.h"
#include "tasks/task.h"

namespace heed {

/// Typed symbols of one character each, blanks and commas left out. Errors end with the `advice`.
Result<std::vector<int>> read_symbols(std::string_view text, const Vocabulary& vocabulary, const std::string& advice);

class AskedRowTask : public Task {
 public:
  /// Rows of training have the size `usual`, those of the long test from one more than that to `longest`, as the task counts.
  AskedRowTask(Vocabulary source, Vocabulary target, int usual, int longest);

  TaskForm form() const override;
  const Vocabulary& source_vocabulary() const override { return source_vocabulary_; }
  const Vocabulary& target_vocabulary() const override { return target_vocabulary_; }
  int max_source_length(Split split) const override;
  int max_target_length(Split split) const override { return max_source_length(split) > 0 ? 1 : 0; }
  std::uint64_t example_count(Split split) const override;
  Example example(Split split, std::uint64_t seed, std::uint64_t index) const override;
  std::vector<Example> probes() const override;
  std::vector<int> solve(const std::vector<int>& source) const override { return complete(source).target; }

 protected:
  /// How many symbols a row of a size has.
  virtual int symbols_of(int size) const = 0;
  /// How many places of it may be asked about, from the first on.
  virtual int places_of(int size) const = 0;
  virtual std::vector<int> draw_source(Random& random, int size, int asked) const = 0;
  /// With its answer, where there is one.
  virtual Example complete(std::vector<int> source) const = 0;

  int usual() const { return usual_; }

 private:
  Vocabulary source_vocabulary_, target_vocabulary_;
  int usual_, longest_;
};

}  // namespace heed
