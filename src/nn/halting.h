// nn: adaptive computation time (Graves 2016): a net takes as many steps per input as it asks for, by halting values
// that add up until they reach 1 - epsilon. Rows halt one by one; the recording has the most steps that any may take.
#pragma once

#include "engine/ops/ops.h"

namespace heed {

class Halting {
 public:
  Halting(Tape& tape, int rows, float epsilon);

  /// p^n, equation 6, for h^n of all rows, as (rows): h^n while a row runs on, what is left of 1 at its last step, 0
  /// afterwards. `last`: no row may run on. A row's values add up to 1.
  Tensor step(Tensor h, bool last);
  /// Rows still running, 1 or 0: (rows).
  Tensor running() const { return running_; }
  /// N, equation 5: steps taken; no gradient.
  Tensor steps() const { return steps_; }
  /// R, what was left of 1 at the last step. The ponder cost is N + R, equation 10.
  Tensor remainder() const { return remainder_; }

 private:
  Tensor limit_;  ///< 1 - epsilon
  Tensor running_, total_, steps_, remainder_;
};

}  // namespace heed
