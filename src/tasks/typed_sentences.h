// tasks: sentences as people type them: cut at stops and ends of lines, each word with its place in the text, so that what is wrong can
// be said where it stands.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tasks/task.h"

namespace heed {

struct TypedWord {
  std::string text;        ///< in lower case
  int begin = 0, end = 0;  ///< bytes of what was typed
};

struct TypedSentence {
  int begin = 0, end = 0;  ///< of its words, without the stop
  bool asks = false;       ///< ends with "?"
  std::vector<TypedWord> words;

  std::string plain() const;  ///< the words, one blank apart
};

/// Sentences with at least one word. What follows the last stop is a sentence too.
std::vector<TypedSentence> typed_sentences(std::string_view text);

struct SentenceLimits {
  int sentences = kMaximumSource, words = 1, question_words = 1;
  std::string advice;  ///< an example of what may be typed
  std::string nothing = "There is no story yet.";
};

/// The first thing that keeps the sentences from being a story and its question: a word that nobody knows, too many of them, too many
/// sentences, no question or more than one. Its code is empty where all is well.
InputFault sentence_fault(const std::vector<TypedSentence>& sentences, const Vocabulary& vocabulary, const SentenceLimits& limits);

}  // namespace heed
