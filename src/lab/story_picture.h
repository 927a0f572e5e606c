// lab: a story as a model with hops reads it: the sentences, how much each hop takes of each, the question and the answer. From what the
// run sent, for the panel and for the words beside it.
#pragma once

#include <string>
#include <vector>

#include "lab/lab_state.h"

namespace heed {

struct StoryPicture {
  std::vector<std::string> sentences, hops;
  std::vector<float> weights;  ///< hops x sentences
  std::vector<int> support;    ///< per sentence its place among the supporting facts, from 1 on; 0: it is none
  bool support_known = false;
  bool key_and_value = false;  ///< the last word of a sentence is the value, what is before it the key
  std::string question, answer;
  float chance = -1;  ///< of the answer; negative: not known
  std::string right;  ///< the right answer; empty where nobody knows it
  bool exact = false;
  std::string chain, longer;  ///< lab/input_notes.h

  float weight(std::size_t hop, std::size_t sentence) const { return weights[hop * sentences.size() + sentence]; }
  std::size_t strongest(std::size_t hop) const;  ///< the sentence with the largest weight
};

/// False where the model has no hops over sentences, or the picture does not hold them.
bool make_story(const RunView& view, const ProbeShot& shot, StoryPicture& out);
/// "Hop 1 reads mostly sentence 3 “mary went to the kitchen” (0.97), supporting fact 1." for each hop, and the answer.
std::string describe_story(const StoryPicture& story);
/// What lies under the cursor: one sentence with the weights of all hops.
std::string story_sentence(const StoryPicture& story, int sentence);
/// "0.97": a weight, with the decimal sign of the language.
std::string weight_text(float weight);

}  // namespace heed
