// tests/tasks: reads stories sentence by sentence, word by word, without any knowledge of how they were told.
#pragma once

#include <string>
#include <vector>

namespace heed::test {

std::vector<std::string> story_words_of(const std::string& text);

/// The answer that the lines give to a question of that kind (1 to 21); "" when they do not tell.
std::string read_story(int kind, const std::vector<std::string>& lines, const std::string& question);

}  // namespace heed::test
