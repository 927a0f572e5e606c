// models: adaptive computation time's fields, in plain words.
#include "models/adaptive_computation.h"

namespace heed {

const Part& adaptive_computation_part() {
  static const Part part{
      "adaptive_computation",
      "Adaptive computation time",
      "A recurrent net that thinks about each input for as many steps as it wants: a halting unit says when it has "
      "seen enough. Time has a price, so that hard inputs take longer than easy ones.",
      "Graves 2016 (arXiv:1603.08983), section 2",
      {integer_field("embedding", "Embedding size", "How many numbers stand for one symbol, where inputs are symbols.",
                     1, 128, 16, "numbers"),
       choice_field("cell", "Cell", "The recurrent net that does the steps.",
                    {{"rnn", "Plain RNN"}, {"gru", "GRU"}, {"lstm", "LSTM"}}, "gru"),
       integer_field("hidden", "State size", "How many numbers the state has.", 1, 256, 32, "numbers"),
       choice_field("reads", "Sees at a step",
                    "All numbers of the input at every step, as in the paper, or one number after the other.",
                    {{"whole", "The whole input"}, {"one", "One number"}}, "whole"),
       integer_field("most_steps", "Most steps", "No input is thought about for longer.", 1, 32, 10, "steps"),
       real_field("penalty", "Price of time", "tau: what one step costs, in the unit of the loss.", 0, 1, 0.001, 0.01,
                  true),
       integer_field(
           "free_steps", "Time is free for",
           "For so many training steps time costs nothing and halting stays as it is; over as many again the price "
           "rises to the full. First the net learns to answer, then to be quick. 0: both at once.",
           0, 1000000, 0, "steps"),
       real_field("epsilon", "Epsilon", "Halting values that add up to 1 less this are enough: one step can do.",
                  0.0001, 0.5, 0.01, 0.01),
       real_field("halting_bias", "Halting bias", "At first: high values halt early, low values think long.", -8, 8,
                  0.5, 1),
       flag_field("carries", "Memory between positions",
                  "The state goes on from one position to the next. Without, each position is a problem of its own.",
                  true)}};
  return part;
}

}  // namespace heed
