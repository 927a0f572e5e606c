// models: the slots and fields of the recurrent reader as learners meet them. See recurrent_reader.h.
#include "models/recurrent_parts.h"
#include "models/recurrent_reader.h"

namespace heed {
namespace {

std::vector<Part> read_outs() {
  return {
      {"last",
       "Last state",
       "The answer is read from the state after the last symbol. Whatever came earlier must have been carried along "
       "all "
       "the way.",
       "Elman 1990",
       {}},
      {"max",
       "Largest values",
       "Each unit shows the largest value it ever had, whenever that was: the states together are a memory. The "
       "picture "
       "counts at which position the units had it.",
       "Conneau et al. 2017 (max pooling over recurrent states)",
       {}},
      {"mean", "Mean", "The mean of all states: everything counts a little.", "", {}},
      {"attention",
       "Attention",
       "A learnt question is compared with every state, and the answer is read where it fits.",
       "Yang et al. 2016, equations 5 to 7",
       {integer_field("size", "Size", "Width in which states and question are compared.", 1, 256, 32, "numbers")}},
  };
}

}  // namespace

const Part& recurrent_reader_part() {
  static const Part part{
      "recurrent_reader",
      "Recurrent reader",
      "One recurrent net reads the source from beginning to end; then one answer is given. Shows how long a net can "
      "remember, and what it helps to look back at all of its states.",
      "Elman 1990; Hochreiter and Schmidhuber 1997; Cho et al. 2014",
      {integer_field("embedding", "Embedding size", "How many numbers stand for one symbol.", 1, 128, 16, "numbers"),
       slot_field("cell", "Cell", "The net that reads the source.",
                  cell_parts({hidden_field("How many numbers the net's state has.")}), "lstm"),
       slot_field("read_out", "Read-out", "Which of the net's states the answer is read from.", read_outs(), "last")}};
  return part;
}

}  // namespace heed
