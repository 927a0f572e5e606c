// lab: machines that read one step before they answer. The answer of a step rests on what is read at it and, by the controller, on what was
// read at the step before: a machine may learn either, and where it learns the second the largest weights stand one row above their answers.
#pragma once

#include <cstdint>

#include "lab/attention_shape.h"

namespace heed {

/// Of the outputs whose true source positions are known, the first of all left out.
struct ReadingAhead {
  std::uint64_t known = 0;
  std::uint64_t own = 0;     ///< of which the largest weight of their own row lies on a true position
  std::uint64_t before = 0;  ///< and of which that of the row before does
  /// Nearly all are found in the row before, and hardly any in their own.
  bool is_ahead() const { return known >= 3 && before * 10 >= known * 8 && own * 10 <= known * 3; }
};

/// `weights`: one head of the tap of attention, (T,S). Nothing is counted but for a machine that reads a memory anew at each step.
ReadingAhead reading_ahead(const ProbeShot& shot, const TapValue& weights);

}  // namespace heed
