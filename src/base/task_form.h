// base: the form of a task: what is given, what is asked for. Tasks say theirs, models say which they take; neither
// knows the other.
#pragma once

#include <string>

namespace heed {

enum class Answer : unsigned char {
  kSequence,  ///< a sequence of its own, written token by token up to the end mark
  kLabel,     ///< one token for the whole source: T = 1, no end mark
  kEach,      ///< one token for every source position: T = S, no end mark
  kNext,      ///< as kEach, but position t sees only positions up to t: a language model, target t = source t + 1
};

enum class ValueKind : unsigned char {
  kBits,  ///< 0 or 1
  kReal,
};

struct TaskForm {
  Answer answer = Answer::kSequence;
  int query = 0;         ///< Q, the longest question in tokens; 0: nothing is asked beside the source
  int segments = 0;      ///< the most sentences (items, facts) that a source falls into; 0: it is flat
  int words = 0;         ///< W > 0: each source position is a sentence (a fact) of at most so many tokens; S counts sentences
  int support = 0;       ///< K, the most sentences that an answer rests on and that training may be told; 0: it is not told
  int source_width = 0;  ///< F > 0: each source position is so many numbers, beside its token
  int target_width = 0;  ///< G > 0: each target position is so many numbers instead of a token
  ValueKind values = ValueKind::kBits;  ///< what the numbers of the target are

  bool operator==(const TaskForm&) const = default;
};

/// "sequence", "label", "each", "next".
const char* answer_key(Answer answer);

/// "one token for the whole source, to a question": for messages.
std::string describe(const TaskForm& form);

}  // namespace heed
