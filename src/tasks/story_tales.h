// tasks: stories for files: told on with questions in between, as many as the published ones have, and those of the test apart from those to
// train on.
#pragma once

#include <cstdint>
#include <vector>

#include "tasks/stories.h"

namespace heed {

inline constexpr int kMostTaleLines = 40;

/// Questions of a published story of that kind.
int published_questions(int kind);
/// How long stories of one question are that stand for those of the paper: from the shortest of a kind to what most of theirs do not exceed,
/// at most 28. Five questions a story, one after every two lines, make ten lines.
int published_lines(int kind);

/// For each of its questions the story so far. Each begins with the lines of the one before. Below a dozen lines `most_lines` is a dozen.
std::vector<Story> tell_tale(int kind, Random& random, const Tale& tale);

struct TaleFile {
  int kind = 1;
  bool test = false;
  int count = 1000;   ///< questions in all
  int questions = 0;  ///< a story at most; 0: as many as the published ones
  int longest = 0;    ///< lines of a story; 0: kMostTaleLines, of stories of one question published_lines
  StoryManner manner;
  std::uint64_t seed = 1;
};

/// No story of a test is one to train on, whatever their seeds. Where questions come in between, none begins with the same two lines either
/// (but for kind 20, whose stories begin in few ways).
std::vector<std::vector<Story>> tell_file(const TaleFile& file);

}  // namespace heed
