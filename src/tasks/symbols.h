// tasks: what reversal, copying and sorting of symbol sequences share: alphabet, lengths, splits, the user's input.
#pragma once

#include "base/rng.h"
#include "tasks/task.h"

namespace heed {

enum class SymbolRule : unsigned char { kCopy, kReverse, kSort };

class SymbolTask : public Task {
 public:
  /// `spec` is validated against `info`, whose fields are symbol_fields().
  SymbolTask(const Part& info, const Json& spec, SymbolRule rule);

  const Part& info() const override { return info_; }
  const Vocabulary& source_vocabulary() const override { return vocabulary_; }
  const Vocabulary& target_vocabulary() const override { return vocabulary_; }
  int max_source_length(Split split) const override;
  int max_target_length(Split split) const override;
  std::uint64_t example_count(Split split) const override;
  Example example(Split split, std::uint64_t seed, std::uint64_t index) const override;
  std::vector<Example> probes() const override;
  Result<std::vector<int>> encode_source(std::string_view text) const override;
  std::vector<int> solve(const std::vector<int>& source) const override;

 private:
  std::vector<int> draw_source(Random& random, int low, int high) const;
  static std::vector<int> places(const std::vector<int>& source, int symbol);
  Example complete(std::vector<int> source) const;
  Example draw_probe(Random& random, int length) const;

  const Part& info_;
  int symbols_, min_length_, max_length_;
  SymbolRule rule_;
  Vocabulary vocabulary_;
};

std::vector<Field> symbol_fields();

/// Says what is wrong with lengths that contradict each other or leave too few different sequences; empty when nothing
/// is.
std::string symbol_complaint(const Json& spec);

}  // namespace heed
