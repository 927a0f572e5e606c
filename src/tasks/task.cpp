// tasks: what tasks do alike unless they say otherwise.
#include "tasks/task.h"

namespace heed {

Result<Example> Task::read_input(std::string_view text) const {
  Result<std::vector<int>> source = encode_source(text);
  if (!source) return Error{source.error()};
  if (source->empty()) return Error{"Type something first."};
  Example example;
  example.target = solve(*source);
  example.source = std::move(*source);
  const bool ends = form().answer == Answer::kSequence;
  if (ends && !example.target.empty() && example.target.back() != kEndToken) example.target.push_back(kEndToken);
  return example;
}

}  // namespace heed
