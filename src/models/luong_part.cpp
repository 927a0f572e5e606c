// models: the slots and fields of Luong's model as learners meet them. See luong.h.
#include "models/luong.h"
#include "models/recurrent_parts.h"

namespace heed {
namespace {

std::vector<Part> scores() {
  return {
      {"dot",
       "Dot product",
       "Decoder state and source state fit well when they point the same way. Nothing to learn here: the two nets must "
       "agree on a language.",
       "Luong et al. 2015, equation 7 (dot)",
       {}},
      {"general",
       "General",
       "The dot product with a learnt matrix in between, which translates from one net's language to the other's.",
       "Luong et al. 2015, equation 7 (general)",
       {}},
      {"concat",
       "Concat",
       "A small net looks at both states and says how well they fit, as in Bahdanau's attention.",
       "Luong et al. 2015, equation 7 (concat)",
       {integer_field("size", "Size", "Hidden units of the small net.", 1, 256, 32, "units")}},
      {"location",
       "Location",
       "Looks at the decoder's state alone and says where to read, blind to what stands there: it learns a time-table. "
       "Works as long as all sources are much alike.",
       "Luong et al. 2015, equation 8",
       {integer_field("longest", "Longest source", "How many positions it knows; later ones are never read.", 1, 64, 24,
                      "symbols")}},
  };
}

std::vector<Part> windows() {
  const Field half_width = integer_field(
      "half_width", "Half width", "How far the window reaches to either side of its centre.", 1, 32, 2, "symbols");
  return {
      {"global",
       "Whole source",
       "Every position of the source may be read at every step.",
       "Luong et al. 2015, section 3.1",
       {}},
      {"local_m",
       "Window that goes along",
       "Only the neighbourhood of the position that is being written may be read: right for copying, hopeless for "
       "reversal.",
       "Luong et al. 2015, section 3.2, local-m",
       {half_width}},
      {"local_p",
       "Window at a predicted place",
       "The decoder first says where it wants to look, and weights fall off around that place in the shape of a bell.",
       "Luong et al. 2015, equations 9 and 10, local-p",
       {half_width}},
  };
}

}  // namespace

const Part& luong_part() {
  static const Part part{
      "luong",
      "Luong's encoder-decoder",
      "One recurrent net reads the source, another writes the target. Unlike Bahdanau's, the decoder first takes its "
      "step and then looks back at the source with its new state.",
      "Luong, Pham and Manning 2015, sections 2 and 3",
      {integer_field("embedding", "Embedding size", "How many numbers stand for one symbol.", 1, 128, 16, "numbers"),
       slot_field("encoder", "Encoder", "The net that reads the source.", encoder_parts(), "lstm"),
       slot_field("score", "Score", "How well a position of the source fits what the decoder needs.", scores(), "dot"),
       slot_field("window", "Window", "Which part of the source may be read.", windows(), "global"),
       slot_field("decoder", "Decoder", "The net that writes the target.",
                  cell_parts({hidden_field("How many numbers the decoder's state has.")}), "lstm"),
       flag_field("input_feeding", "Input feeding",
                  "The decoder also reads what it saw last, so that it knows where it has already looked.", true)}};
  return part;
}

}  // namespace heed
