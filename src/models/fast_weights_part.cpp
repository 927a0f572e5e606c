// models: the fields of fast weights, in plain words.
#include "models/fast_weights.h"

namespace heed {

const Part& fast_weights_part() {
  static const Part part{
      "fast_weights",
      "Fast weights",
      "A recurrent net with a second set of weights that every step changes a little and time wears off: a memory of the recent past. Reading it is "
      "the same as attention over the states that have been.",
      "Ba, Hinton, Mnih, Leibo and Ionescu 2016 (arXiv:1610.06258)",
      {integer_field("embedding", "Embedding size", "How many numbers stand for one symbol.", 1, 128, 32, "numbers"),
       integer_field("hidden", "State size", "How many numbers the net's state has.", 1, 128, 20, "numbers"),
       integer_field("inner_steps", "Inner steps", "S: for how many steps the state settles under the fast weights before the next symbol is read.", 1, 4,
                     1, "steps"),
       real_field("decay", "Decay", "Lambda: how much of the fast weights each step keeps. At 0 only the state before is remembered.", 0, 1, 0.01, 0.95),
       real_field("rate", "Fast learning rate", "Eta: how strongly each state is written. At 0 a plain recurrent net is left.", 0, 2, 0.05, 0.5),
       flag_field("layer_norm", "Layer norm inside",
                  "Brings the state back to size at every inner step. Without it states and fast weights make each other larger until they overflow.", true),
       choice_field("computed", "Computed as",
                    "The same numbers in two ways: a matrix that each step changes, or attention over all earlier states, each counted the less the longer "
                    "it is ago.",
                    {{"matrix", "A matrix"}, {"attention", "Attention"}}, "matrix"),
       integer_field("readout", "Readout size", "Width of the layer between the last state and the answer.", 1, 256, 100, "numbers")}};
  return part;
}

}  // namespace heed
