// models: the Differentiable Neural Computer's fields, in plain words.
#include "models/differentiable_neural_computer.h"

namespace heed {

const Part& differentiable_neural_computer_part() {
  static const Part part{
      "differentiable_neural_computer",
      "Differentiable Neural Computer",
      "A net with a memory that keeps account of it: which rows are in use, which may be taken again, and in which order they were written, so that it "
      "can read on from any of them, forwards or backwards.",
      "Graves et al. 2016 (Nature 538, Methods)",
      {choice_field("controller", "Controller",
                    "The net that tells the heads what to do. Without a state of its own it has to keep everything in the memory.",
                    {{"feed_forward", "Feed-forward"}, {"lstm", "LSTM"}, {"gru", "GRU"}}, "lstm"),
       integer_field("hidden", "Controller size", "How many numbers the controller puts out.", 4, 256, 32, "numbers"),
       integer_field("embedding", "Embedding size", "How many numbers stand for one symbol, where inputs are symbols.", 1, 128, 16, "numbers"),
       integer_field("rows", "Rows", "N: how many rows the memory has.", 2, 64, 16, "rows"),
       integer_field("row_width", "Row width", "How many numbers a row holds.", 1, 64, 8, "numbers"),
       integer_field("read_heads", "Read heads", "", 1, 4, 1, "heads")}};
  return part;
}

}  // namespace heed
