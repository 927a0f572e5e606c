// ui/panels: the learner's story as fields and as one text, and which place in the one is which in the other.
#pragma once

#include <string>
#include <vector>

#include "ui/ui.h"

namespace heed {

/// A text of all fields, and where each lies in it.
struct JoinedStory {
  std::string text;
  std::vector<int> begins, ends;  ///< of the lines, then of the question
};

/// Without blanks around it and without its stop.
std::string trimmed_line(std::string text);
JoinedStory join_story(const StoryDraft& draft);
/// Cuts a text into the fields: at stops and ends of lines; what ends with "?" is the question. `places`, where wanted: of the lines that
/// are not empty, then of the question.
void split_story(const std::string& text, StoryDraft& draft, JoinedStory* places = nullptr);
/// Where the fields of the draft lie in a text that came from elsewhere, with other blanks and stops than `join_story` puts.
JoinedStory places_in(const std::string& text, const StoryDraft& draft);
/// A line that holds several sentences (pasted, or typed in one go) becomes several lines. False where it is one.
bool split_line(StoryDraft& draft, std::size_t at);

}  // namespace heed
