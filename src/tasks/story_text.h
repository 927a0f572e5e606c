// tasks: stories as text: as people type them, and in the format of the bAbI files. There each line is "ID sentence." or
// "ID question?<tab>answer<tab>IDs of the supporting lines"; IDs count from 1 and begin again with each story, and questions have one too.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "tasks/stories.h"

namespace heed {

/// The longest sentence or question of a file.
inline constexpr int kMostSentenceWords = 64;

/// Lower case without stops, words apart by one blank: "Mary went to the kitchen." -> "mary went to the kitchen".
std::string plain_sentence(std::string_view text);

struct StoryFile {
  std::string name;  ///< as given in the data
  bool test = false;  ///< by its name: "..._test.txt"
  int kind = 0;       ///< by its name: "qa3_..." is 3; 0 where it does not say
  std::vector<Story> stories;  ///< one for each question, with all lines before it
};

/// `data`: the text of one file, or of several, each after a line "#file NAME". Errors name the file and the line and say what is expected
/// there.
Result<std::vector<StoryFile>> parse_story_files(std::string_view data);

/// The stories in that format: each a list of questions, every one with the lines so far.
std::string write_story_file(const std::vector<std::vector<Story>>& tales);
/// One question each.
std::string write_story_file(const std::vector<Story>& stories);

}  // namespace heed
