// nn: see halting.h.
#include "nn/halting.h"

namespace heed {

Halting::Halting(Tape& tape, int rows, float epsilon)
    : limit_(tape.fill({}, 1 - epsilon)),
      running_(tape.fill({rows}, 1)),
      total_(tape.fill({rows}, 0)),
      steps_(tape.fill({rows}, 0)),
      remainder_(tape.fill({rows}, 0)) {}

Tensor Halting::step(Tensor h, bool last) {
  const Tensor left = 1.0f - total_;
  const Tensor total = total_ + running_ * h;
  const Tensor goes_on = last ? h.tape->fill(h.shape(), 0) : running_ * greater(limit_, total);
  const Tensor stops = running_ - goes_on;
  steps_ = steps_ + running_;
  remainder_ = remainder_ + stops * left;
  running_ = goes_on;
  total_ = total;
  return goes_on * h + stops * left;
}

}  // namespace heed
