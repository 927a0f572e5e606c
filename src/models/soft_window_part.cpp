// models: the soft window model's fields, in plain words.
#include "models/soft_window.h"

namespace heed {

const Part& soft_window_part() {
  static const Part part{
      "soft_window",
      "Soft window",
      "An LSTM writes while a window slides along the text. Where the window is depends on how far it has come, not on "
      "what stands there, and it never goes back: good for writing in order, useless for reversing.",
      "Graves 2013 (arXiv:1308.0850), section 5.1",
      {integer_field("embedding", "Embedding size", "How many numbers stand for one character.", 1, 128, 16, "numbers"),
       integer_field("hidden", "State size", "How many numbers the LSTM's state has.", 1, 256, 48, "numbers"),
       integer_field("components", "Components",
                     "Bells that the window is the sum of; each has its own place and width.", 1, 16, 3, "bells"),
       real_field("pace", "Pace at first",
                  "Characters that the window goes forward per step before training: about the length of a source over "
                  "that of its target.",
                  0.01, 2, 0.05, 0.4),
       integer_field("readout", "Read-out size", "Units between state, window and what is written.", 1, 256, 32,
                     "units")}};
  return part;
}

}  // namespace heed
