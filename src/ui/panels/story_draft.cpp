// ui/panels: see story_draft.h.
#include "ui/panels/story_draft.h"

#include <algorithm>
#include <utility>

namespace heed {

std::string trimmed_line(std::string text) {
  const auto drop = [](char c) { return c == ' ' || c == '.' || c == '\n' || c == '\t'; };
  while (!text.empty() && drop(text.back())) text.pop_back();
  const std::size_t from = text.find_first_not_of(' ');
  return from == std::string::npos ? std::string() : text.substr(from);
}

JoinedStory join_story(const StoryDraft& draft) {
  JoinedStory all;
  for (std::size_t n = 0; n <= draft.lines.size(); ++n) {
    const bool asks = n == draft.lines.size();
    std::string part = trimmed_line(asks ? draft.question : draft.lines[n]);
    while (asks && !part.empty() && part.back() == '?') part.pop_back();
    all.begins.push_back(static_cast<int>(all.text.size()));
    if (!part.empty()) all.text += part + (asks ? "?" : ".\n");
    all.ends.push_back(static_cast<int>(all.text.size()));
  }
  return all;
}

void split_story(const std::string& text, StoryDraft& draft, JoinedStory* places) {
  draft.lines.clear();
  draft.question.clear();
  std::string part;
  std::pair<int, int> asked{};
  const auto place = [&](std::size_t end) {
    const std::size_t spaces = std::min(part.find_first_not_of(' '), part.size());
    return std::pair(static_cast<int>(end - part.size() + spaces), static_cast<int>(end));
  };
  for (std::size_t at = 0; at <= text.size(); ++at) {
    const char c = at < text.size() ? text[at] : '\n';
    if ((c != '.' && c != '\n' && c != '?') || (c == '?' && !draft.question.empty())) {
      part += c;
      continue;
    }
    const auto [begin, end] = place(at);
    std::string field = trimmed_line(std::exchange(part, {}));
    if (c == '?') {
      draft.question = field + "?";
      asked = {begin, end};
    } else if (!field.empty()) {
      draft.lines.push_back(std::move(field));
      if (places) places->begins.push_back(begin), places->ends.push_back(end);
    }
  }
  if (places) places->begins.push_back(asked.first), places->ends.push_back(asked.second);
  if (draft.lines.empty()) draft.lines.emplace_back();
}

JoinedStory places_in(const std::string& text, const StoryDraft& draft) {
  StoryDraft cut;
  JoinedStory found, all;
  split_story(text, cut, &found);
  all.text = text;
  std::size_t next = 0;
  for (const std::string& line : draft.lines) {
    const bool there = !trimmed_line(line).empty() && next + 1 < found.begins.size();
    all.begins.push_back(there ? found.begins[next] : 0);
    all.ends.push_back(there ? found.ends[next++] : 0);
  }
  all.begins.push_back(found.begins.back());
  all.ends.push_back(found.ends.back());
  return all;
}

bool split_line(StoryDraft& draft, std::size_t at) {
  StoryDraft parts;
  split_story(draft.lines[at], parts);
  const bool takes_question = !parts.question.empty() && draft.question.empty();
  if (parts.lines.size() < 2 && !takes_question) return false;
  if (takes_question) draft.question = parts.question;
  else if (!parts.question.empty()) parts.lines.push_back(parts.question);
  draft.lines.erase(draft.lines.begin() + static_cast<std::ptrdiff_t>(at));
  draft.lines.insert(draft.lines.begin() + static_cast<std::ptrdiff_t>(at), parts.lines.begin(), parts.lines.end());
  draft.focus = takes_question ? static_cast<int>(draft.lines.size()) : static_cast<int>(at + parts.lines.size()) - 1;
  draft.to_end = true;
  return true;
}

}  // namespace heed
