// base: forms in words.
#include "base/task_form.h"

namespace heed {

const char* answer_key(Answer answer) {
  switch (answer) {
    case Answer::kSequence:
      return "sequence";
    case Answer::kLabel:
      return "label";
    case Answer::kEach:
      return "each";
    case Answer::kNext:
      return "next";
  }
  return "";
}

std::string describe(const TaskForm& form) {
  std::string text = form.target_width > 0 ? std::to_string(form.target_width) +
                                                 (form.values == ValueKind::kBits ? " bits" : " numbers")
                                           : "one token";
  switch (form.answer) {
    case Answer::kSequence:
      text = form.target_width > 0 ? "a sequence, each step " + text : "a sequence of tokens";
      break;
    case Answer::kLabel:
      text += " for the whole source";
      break;
    case Answer::kEach:
      text += " for every position of the source";
      break;
    case Answer::kNext:
      text += " after every position, knowing only what stands before";
      break;
  }
  if (form.query > 0) text += ", to a question";
  if (form.words > 0) text += ", from sentences";
  if (form.segments > 0) text += ", from a source of several parts";
  if (form.source_width > 0) text += ", from numbers";
  return text;
}

}  // namespace heed
