// models: the generic attention model's slots and fields, in plain words.
#include "models/generic_attention.h"

namespace heed {
namespace {

std::vector<Part> score_kinds() {
  return {{"tanh",
           "Small net (tanh)",
           "A small net looks at the context and at one argument and says how well they fit.",
           "Bahdanau et al. 2015, A.1.2",
           {integer_field("size", "Size", "Hidden units of the small net.", 1, 256, 24, "units")}},
          {"dot",
           "Dot product",
           "Context and argument fit well when their vectors point the same way. Nothing to learn but the vectors.",
           "Luong et al. 2015 (dot)",
           {}}};
}

std::vector<Part> addressings() {
  return {
      {"soft",
       "Soft",
       "Reads a mixture: a little of every argument, more of those that fit. Gradients show at once which weights to "
       "change.",
       "",
       {}},
      {"hard",
       "Hard (REINFORCE)",
       "Draws one argument by chance and reads it alone, as a glance does. Which draws were good is learnt from the "
       "reward that followed: slower, and no two trainings alike.",
       "Williams 1992; Xu et al. 2015, section 4.1",
       {choice_field("baseline", "Baseline",
                     "What a reward is compared with: only what is better or worse than expected teaches, which makes "
                     "learning steadier and changes nothing on average.",
                     {{"none", "None"}, {"moving", "Moving average"}, {"learned", "Learned from the context"}},
                     "learned"),
        choice_field("reward", "Reward", "What a draw is judged by.",
                     {{"log_likelihood", "How probable the right answer became"}, {"correct", "1 for a right answer"}},
                     "log_likelihood"),
        real_field("entropy", "Entropy bonus",
                   "Extra reward for undecided weights, so that the model tries all arguments before it settles.", 0, 1,
                   0.01, 0.02),
        integer_field("entropy_steps", "Bonus lasts", "The bonus falls to nothing over so many steps.", 1, 1000000,
                      1500, "steps")}},
  };
}

}  // namespace

const Part& generic_attention_part() {
  static const Part part{
      "generic_attention",
      "Generic attention",
      "The bare mechanism, without a recurrent net around it: a context, some arguments, a weight for each, and their "
      "mixture, from which the answer is read.",
      "Bahdanau et al. 2015, A.1.2, with any context and any arguments",
      {integer_field("embedding", "Embedding size", "How many numbers stand for one symbol, one argument, the context.",
                     1, 256, 24, "numbers"),
       slot_field("scores", "Scores", "How the fit between context and argument is judged.", score_kinds(), "tanh"),
       real_field("sharpness", "Sharpness",
                  "Multiplies the scores before the softmax, one over the temperature: high values leave all weight to "
                  "the best fit, 0 gives every argument the same.",
                  0, 20, 0.1, 1),
       slot_field("addressing", "Addressing", "Whether a mixture is read or one argument alone.", addressings(),
                  "soft")}};
  return part;
}

}  // namespace heed
