// tasks: what the tests of all tasks share.
#pragma once

#include <doctest/doctest.h>

#include <string>

#include "support/text.h"
#include "tasks/registry.h"

namespace heed {

inline constexpr Split kSplits[] = {Split::kTrain, Split::kTest, Split::kTestLong};

inline std::unique_ptr<Task> task_from(const char* spec, std::string_view data = {}) {
  Result<std::unique_ptr<Task>> made = make_task(parse_json(spec).value(), data);
  REQUIRE_MESSAGE(made.ok(), spec << ": " << (made.ok() ? "" : made.error()));
  return std::move(*made);
}

inline std::string complaint_of(const char* spec, std::string_view data = {}) {
  const Result<std::unique_ptr<Task>> made = make_task(parse_json(spec).value(), data);
  return made ? "accepted" : made.error();
}

inline std::string source_text(const Task& task, const Example& example) {
  return task.source_vocabulary().text(example.source);
}
inline std::string target_text(const Task& task, const Example& example) {
  return task.target_vocabulary().text(example.target);
}

/// The task's answer to what a user types, as text; "?" when it cannot tell, the message when the text is refused.
inline std::string answer(const Task& task, std::string_view text) {
  const Result<std::vector<int>> source = task.encode_source(text);
  if (!source) return source.error();
  const std::vector<int> solved = task.solve(*source);
  return solved.empty() ? "?" : task.target_vocabulary().text(solved);
}

using test::mentions;

}  // namespace heed
