// models: hierarchical attention's slots and fields, in plain words.
#include "models/hierarchical_attention.h"

namespace heed {
namespace {

std::vector<Part> encoders(const char* what) {
  const std::vector<Field> fields{integer_field(
      "hidden", "State size", "How many numbers the encoder's state has, in each direction.", 1, 256, 16, "numbers")};
  return {{"none", "None", std::string("Each ") + what + " stands for itself: the order does not matter.", "", {}},
          {"gru", "GRU, both ways", std::string("Each ") + what + " is seen with those before and after it.",
           "Yang et al. 2016, section 2.2; Cho et al. 2014", fields},
          {"lstm", "LSTM, both ways", std::string("Each ") + what + " is seen with those before and after it.",
           "Hochreiter and Schmidhuber 1997", fields}};
}

}  // namespace

const Part& hierarchical_attention_part() {
  static const Part part{
      "hierarchical_attention",
      "Hierarchical attention",
      "Reads a document in two steps: in every sentence it weighs the words, then it weighs the sentences. So it can "
      "say which sentence decided, and which word in it.",
      "Yang et al. 2016 (NAACL), section 2.2",
      {integer_field("embedding", "Embedding size", "How many numbers stand for one word.", 1, 256, 16, "numbers"),
       slot_field("words", "Word encoder", "What a word knows of its neighbours before it is weighed.",
                  encoders("word"), "gru"),
       slot_field("sentences", "Sentence encoder", "What a sentence knows of its neighbours before it is weighed.",
                  encoders("sentence"), "none"),
       integer_field("size", "Attention size", "Width in which words and sentences are compared with what is sought.",
                     1, 256, 16, "numbers")}};
  return part;
}

}  // namespace heed
