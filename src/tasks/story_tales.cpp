// tasks: see story_tales.h.
#include "tasks/story_tales.h"

#include <algorithm>

#include "tasks/split.h"

namespace heed {
namespace {

/// The lines that decide whether a tale is for the test.
std::string beginning_of(const std::vector<Story>& tale) {
  constexpr std::size_t kLines = 2;
  const Story &first = tale.front(), &last = tale.back();
  const bool in_between = first.lines.size() < last.lines.size() && first.kind != 20;
  std::string text;
  for (std::size_t n = 0; n < last.lines.size() && !(in_between && n == kLines); ++n) text += "|" + last.lines[n];
  return text;
}

std::vector<Story> any_tale(const TaleFile& file, int questions, Random& random) {
  if (questions > 1) return tell_tale(file.kind, random, {questions, file.longest > 0 ? file.longest : kMostTaleLines, file.manner});
  return {tell_story(file.kind, random, random.between(2, file.longest > 0 ? file.longest : published_lines(file.kind)), file.manner)};
}

}  // namespace

int published_questions(int kind) {
  switch (kind) {
    case 4:
    case 16:
    case 19:
    case 21: return 1;
    case 15: return 4;
    case 17: return 8;
    case 20: return 12;
    default: return 5;
  }
}

int published_lines(int kind) {
  static constexpr std::array<int, kAllStoryKinds> kLines = {10, 28, 28, 2, 14, 10, 12, 12, 10, 10, 10, 10, 10, 14, 8, 9, 2, 10, 5, 12, 14};
  return kLines[static_cast<std::size_t>(kind - 1)];
}

std::vector<Story> tell_tale(int kind, Random& random, const Tale& wanted) {
  constexpr int kFewest = 12;  // in which every kind has something to ask, without idle talk
  Tale tale = wanted;
  tale.most_lines = std::max(tale.most_lines, kFewest * 10 / (10 - tale.manner.distractors));
  for (;;) {
    std::vector<Story> stories = kind == 21                ? std::vector<Story>{tell_story(kind, random, std::min(tale.most_lines, published_lines(kind)), tale.manner)}
                                 : kind == 4 || kind >= 15 ? tell_facts_on(kind, random, tale)
                                 : kind >= 9               ? tell_people_on(kind, random, tale)
                                                           : tell_moves_on(kind, random, tale);
    for (Story& story : stories) story.kind = kind;
    if (!stories.empty()) return stories;
  }
}

std::vector<std::vector<Story>> tell_file(const TaleFile& file) {
  std::vector<std::vector<Story>> tales;
  const int questions = std::min(file.questions > 0 ? file.questions : published_questions(file.kind), published_questions(file.kind));
  int left = file.count;
  for (std::uint64_t index = 0; left > 0; ++index) {
    Random random(file.seed, Purpose::kSample, 2 * index + (file.test ? 1 : 0));
    std::vector<Story> tale = any_tale(file, questions, random);
    if (is_held_out(beginning_of(tale)) != file.test) continue;
    if (static_cast<int>(tale.size()) > left) tale.resize(static_cast<std::size_t>(left));
    left -= static_cast<int>(tale.size());
    tales.push_back(std::move(tale));
  }
  return tales;
}

}  // namespace heed
