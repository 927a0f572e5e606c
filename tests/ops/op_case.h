// tests/ops: one case of one op: operand shapes, attributes and the numbers fed. Cases come from the op's own samples,
// from seeded random shapes and from a sweep over the lengths of the last axis; each has a text form that runs just
// that case again.
#pragma once

#include <string>
#include <vector>

#include "engine/ops/op.h"

namespace heed::test {

struct OpCase {
  const OpDef* def = nullptr;
  Sample sample;
  std::string source;      ///< "sample=3", "random=7" or "length=17"
  std::uint64_t seed = 1;  ///< of the values

  /// "softmax sample=6 seed=1 shapes=(4,257)": the value of HEED_OP_CASE. The shapes are there for the reader.
  std::string text() const;
  /// The command that repeats this case.
  std::string reproduction() const;
};

enum class CaseSet {
  kSamples,  ///< every sample of every op
  kRandom,   ///< seeded random shapes, broadcasts, axes and attributes
  kLengths,  ///< every length of the last axis from 1 to two registers of 16 and one more
};

/// The cases of a set; only the one that HEED_OP_CASE names when that is set.
std::vector<OpCase> cases_of(CaseSet set);

/// A case of random shape and attributes; the last axis has extent `last` unless that is 0.
Sample random_sample(const OpDef& def, std::uint64_t seed, int last);

/// The numbers of one operand, as floats whatever its type.
std::vector<float> operand_values(const OpCase& op_case, std::size_t operand);

bool is_i32(const Sample& sample, std::size_t operand);
bool is_effect(OpKind op);
std::size_t element_count(const Sample& sample);

}  // namespace heed::test
