// tasks: what tasks do alike unless they say otherwise.
#include "tasks/task.h"

namespace heed {

std::vector<std::string> Task::source_labels(const Example& example) const {
  std::vector<std::string> labels;
  const auto width = static_cast<std::size_t>(form().words);
  for (std::size_t s = 0; s < example.source.size(); ++s) {
    if (width == 0) {
      labels.push_back(source_vocabulary().token(example.source[s]));
      continue;
    }
    const auto begin = example.source_words.begin() + static_cast<std::ptrdiff_t>(s * width);
    labels.push_back(source_vocabulary().text({begin, begin + static_cast<std::ptrdiff_t>(width)}));
  }
  return labels;
}

Result<Example> Task::read_input(std::string_view text) const {
  Result<std::vector<int>> source = encode_source(text);
  if (!source) return source.failure();
  if (source->empty()) return Error{"Type something first.", "empty"};
  Example example;
  example.target = solve(*source);
  example.source = std::move(*source);
  const bool ends = form().answer == Answer::kSequence;
  if (ends && !example.target.empty() && example.target.back() != kEndToken) example.target.push_back(kEndToken);
  return example;
}

Result<std::vector<int>> WholeInputTask::encode_source(std::string_view text) const {
  Result<Example> read = read_input(text);
  if (!read) return read.failure();
  return std::move(read->source);
}

}  // namespace heed
