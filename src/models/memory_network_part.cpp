// models: memory networks' four parts and their fields, in plain words.
#include "models/memory_network.h"

namespace heed {
namespace {

Field supports_field() { return integer_field("supports", "Supporting facts", "How many sentences are looked for, one after the other.", 1, 3, 2, "sentences"); }

Field margin_field() { return real_field("margin", "Margin", "By so much the right one has to be ahead of each other.", 0, 5, 0.05, 0.1); }

Field negatives_field(const char* unit) {
  return integer_field("negatives", "Ranked against", "In training: so many others, drawn anew each time. 0: all of them.", 0, 64, 0, unit);
}

std::vector<Part> output_kinds() {
  return {{"hard",
           "Hard: the one that fits best",
           "Takes one sentence, the winner over all others. Which one is right has to be told in training.",
           "Weston et al. 2015, section 3.1",
           {supports_field(), margin_field(), negatives_field("sentences")}},
          {"soft",
           "Soft: a mixture",
           "Reads all sentences, each by how well it fits, with the same scores. Learns from the answers alone.",
           "Sukhbaatar et al. 2015",
           {supports_field()}}};
}

}  // namespace

const Part& memory_network_part() {
  static const Part part{
      "memory_network",
      "Memory network",
      "Four parts: one reads, one stores, one looks for what supports an answer, one answers.",
      "Weston, Chopra and Bordes 2015 (arXiv:1410.3916)",
      {slot_field("input", "I: input", "What becomes of a sentence.",
                  {{"bag",
                    "Bag of words",
                    "The words' vectors, added up; other vectors for what is asked, what was found and what is looked at.",
                    "Weston et al. 2015, section 3.1",
                    {integer_field("embedding", "Embedding size", "How many numbers a sentence becomes.", 4, 128, 32, "numbers"),
                     choice_field("times", "Times", "Whether it counts which of two sentences is newer.", {{"yes", "Compared"}, {"no", "Not known"}}, "yes")}}},
                  "bag"),
       slot_field("generalisation", "G: generalisation", "Where a sentence is stored.",
                  {{"next", "The next free slot", "Nothing is forgotten.", "Weston et al. 2015, section 3.1", {}},
                   {"newest", "The newest stay", "When the memory is full, the oldest sentence makes room.", "Weston et al. 2015, section 2",
                    {integer_field("kept", "Kept", "So many sentences fit.", 1, 64, 10, "sentences")}}},
                  "next"),
       slot_field("output", "O: output", "How supporting facts are found.", output_kinds(), "hard"),
       slot_field("response", "R: response", "How the answering word is learnt.",
                  {{"ranking", "Ranking", "The right word has to be ahead of each other by a margin.", "Weston et al. 2015, section 3.1", {margin_field(), negatives_field("words")}},
                   {"likelihood", "Likelihood", "The right word is to become as likely as possible.", "", {}}},
                  "ranking")}};
  return part;
}

}  // namespace heed
