// tasks: text in small pieces: characters, or the pieces that byte-pair encoding finds (Sennrich et al. 2016, on
// characters instead of bytes).
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tasks/task.h"

namespace heed {

/// Runs of blanks, tabs and line breaks become one blank; none at the ends.
std::string one_line(std::string_view text);

class TextPieces {
 public:
  /// Characters: the `most` most frequent ones.
  static TextPieces characters(std::string_view text, std::size_t most);
  /// Those characters, and then, as long as there are fewer than `most` pieces, the most frequent pair of neighbours
  /// joined, again and again. Pieces reach over no blank, but may begin with one.
  static TextPieces byte_pairs(std::string_view text, std::size_t most);

  const Vocabulary& vocabulary() const { return vocabulary_; }
  std::vector<int> encode(std::string_view text) const;

 private:
  explicit TextPieces(std::vector<std::string> tokens) : vocabulary_(std::move(tokens), "") {}

  Vocabulary vocabulary_;
  std::map<std::pair<std::string, std::string>, std::size_t> ranks_;  ///< of the joins, in the order they were learnt
};

}  // namespace heed
