// tests: what tests ask of messages.
#pragma once

#include <string>

namespace heed::test {

/// Does the text hold these words?
inline bool mentions(const std::string& text, const std::string& words) {
  return text.find(words) != std::string::npos;
}

}  // namespace heed::test
