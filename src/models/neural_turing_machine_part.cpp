// models: the Neural Turing Machine's fields, in plain words.
#include "models/neural_turing_machine.h"

namespace heed {

const Part& neural_turing_machine_part() {
  static const Part part{
      "neural_turing_machine",
      "Neural Turing Machine",
      "A net with a memory that it reads and writes through heads. A head finds a row by what is in it, or by moving on from where it was, "
      "so that it can learn small programs: copy, repeat, sort.",
      "Graves, Wayne and Danihelka 2014 (arXiv:1410.5401)",
      {choice_field("controller", "Controller",
                    "The net that tells the heads what to do. Without a state of its own it has to keep everything in the memory.",
                    {{"feed_forward", "Feed-forward"}, {"lstm", "LSTM"}, {"gru", "GRU"}}, "feed_forward"),
       integer_field("hidden", "Controller size", "How many numbers the controller puts out.", 4, 256, 32, "numbers"),
       integer_field("embedding", "Embedding size", "How many numbers stand for one symbol, where inputs are symbols.", 1, 128, 16, "numbers"),
       integer_field("rows", "Rows", "N: how many rows the memory has.", 2, 128, 20, "rows"),
       integer_field("row_width", "Row width", "How many numbers a row holds.", 1, 64, 8, "numbers"),
       integer_field("read_heads", "Read heads", "", 1, 4, 1, "heads"),
       integer_field("write_heads", "Write heads", "", 1, 4, 1, "heads"),
       choice_field("start", "Memory at first",
                    "What the rows hold before anything is written, which is learnt: for each row its own, or the same for all.",
                    {{"own", "Each row its own"}, {"alike", "All rows the same"}}, "own"),
       integer_field("shifts", "Farthest move", "How many rows a head can move in one step, in either direction.", 1, 3, 1, "rows")}};
  return part;
}

}  // namespace heed
