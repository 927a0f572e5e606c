// models: end-to-end memory networks' fields, in plain words.
#include "models/end_to_end_memory.h"

namespace heed {

const Part& end_to_end_memory_part() {
  static const Part part{
      "end_to_end_memory",
      "End-to-end memory network",
      "Each sentence of a story is a slot of a memory. The question looks for the sentence that fits it, takes in what it finds, and looks again: one hop "
      "after the other.",
      "Sukhbaatar et al. 2015 (arXiv:1503.08895), sections 2 and 4",
      {integer_field("hops", "Hops", "How often the memory is looked at.", 1, 6, 3, "hops"),
       integer_field("embedding", "Embedding size", "How many numbers a sentence becomes.", 4, 128, 20, "numbers"),
       choice_field("tying", "Tying", "Which embeddings are the same: what one hop reads is what the next compares with, or all hops share theirs.",
                    {{"adjacent", "Adjacent"}, {"layer_wise", "Layer-wise"}}, "adjacent"),
       choice_field("order", "Word order", "How a sentence keeps the order of its words.",
                    {{"bag", "Not at all"}, {"paper", "Positions, as in the paper"}, {"published", "Positions, as in the authors' program"}}, "published"),
       integer_field("times", "Times", "So many sentences, counted from the last, know how long ago they were.", 1, 128, 50, "sentences"),
       flag_field("blanks", "Blank slots",
                  "The memory has as many slots as times are counted. Those without a sentence can be looked at too, as in the authors' program: then a hop takes in nothing.",
                  false),
       real_field("time_noise", "Time noise", "In training, empty places between sentences: one for so many of them.", 0, 0.5, 0.05, 0.1),
       integer_field("linear_steps", "Linear start",
                     "For so many training steps the memory is read without a softmax. Nets that start with it tend to learn stories by heart.", 0, 1000000, 0,
                     "steps")}};
  return part;
}

}  // namespace heed
