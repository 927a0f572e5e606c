// models: the fields of recurrent nets that answer at every step, in plain words.
#include "models/recurrent_parts.h"
#include "models/recurrent_steps.h"

namespace heed {

const Part& recurrent_steps_part() {
  static const Part part{
      "recurrent_steps",
      "Recurrent net, step by step",
      "Recurrent nets one above the other, and an answer at every step. There is no memory beside their states: what memory machines are measured against.",
      "Graves, Wayne and Danihelka 2014 (arXiv:1410.5401), section 4",
      {integer_field("embedding", "Embedding size", "How many numbers stand for one symbol, where inputs are symbols.", 1, 128, 16, "numbers"),
       slot_field("cell", "Cell", "The net of each layer.", cell_parts({hidden_field("How many numbers the net's state has.")}), "lstm"),
       integer_field("depth", "Layers", "How many of them lie one above the other.", 1, 3, 1, "layers")}};
  return part;
}

}  // namespace heed
