// tasks: see rows.h.
#include "tasks/rows.h"

#include "base/utf8.h"
#include "tasks/split.h"

namespace heed {
namespace {

/// The last of the letters or digits that follow each other from the first symbol on.
std::string last_in_row(const Vocabulary& vocabulary) {
  int last = kFirstToken;
  const auto follows = [&](int id) { return vocabulary.token(id).size() == 1 && vocabulary.token(id)[0] == vocabulary.token(id - 1)[0] + 1; };
  while (last + 1 < vocabulary.size() && follows(last + 1)) ++last;
  return vocabulary.token(last);
}

}  // namespace

Result<std::vector<int>> read_symbols(std::string_view text, const Vocabulary& vocabulary, const std::string& advice) {
  std::vector<int> source;
  for (const std::string& character : utf8_characters(text)) {
    if (character == " " || character == "\t" || character == "\n" || character == "\r" || character == ",") continue;
    const int id = vocabulary.find(character);
    if (id == kUnknownToken) {
      const std::string shown = utf8_excerpt(character, 8), first = vocabulary.token(kFirstToken);
      return Error{"“" + shown + "” is not one of this task's symbols. " + advice, "unknown_symbol", {shown, first, last_in_row(vocabulary)}};
    }
    source.push_back(id);
    if (source.size() > kMaximumSource) return Error{"At most " + std::to_string(kMaximumSource) + " symbols fit.", "too_many_symbols", {std::to_string(kMaximumSource)}};
  }
  if (source.empty()) return Error{"There is nothing to read yet. " + advice, "empty"};
  return source;
}

AskedRowTask::AskedRowTask(Vocabulary source, Vocabulary target, int usual, int longest)
    : source_vocabulary_(std::move(source)), target_vocabulary_(std::move(target)), usual_(usual), longest_(longest) {}

TaskForm AskedRowTask::form() const {
  TaskForm form;
  form.answer = Answer::kLabel;
  return form;
}

int AskedRowTask::max_source_length(Split split) const {
  if (split != Split::kTestLong) return symbols_of(usual_);
  return longest_ > usual_ ? symbols_of(longest_) : 0;
}

std::uint64_t AskedRowTask::example_count(Split split) const { return max_source_length(split) > 0 ? kManyExamples : 0; }

Example AskedRowTask::example(Split split, std::uint64_t seed, std::uint64_t index) const {
  Random random = example_stream(split, seed, index);
  for (;;) {
    const int size = split == Split::kTestLong ? random.between(usual_ + 1, longest_) : usual_;
    std::vector<int> source = draw_source(random, size, random.below(places_of(size)));
    if (split != Split::kTestLong && is_held_out(source_vocabulary_.text(source)) != (split == Split::kTest)) continue;
    return complete(std::move(source));
  }
}

/// Held-out rows that ask about the first place, the last and one in between.
std::vector<Example> AskedRowTask::probes() const {
  Random random(1, Purpose::kSample);
  std::vector<Example> chosen;
  const int places = places_of(usual_);
  for (const int asked : {0, places - 1, places / 2, places / 2}) {
    std::vector<int> source = draw_source(random, usual_, asked);
    while (!is_held_out(source_vocabulary_.text(source))) source = draw_source(random, usual_, asked);
    chosen.push_back(complete(std::move(source)));
  }
  return chosen;
}

}  // namespace heed
