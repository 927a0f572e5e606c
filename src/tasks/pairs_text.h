// tasks: the user's own pairs as text: one pair a line, source and target parted by a tab. Reads what spreadsheets,
// editors and downloads produce (CRLF, byte order mark, further columns), and says by line number what is wrong.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace heed {

inline constexpr std::size_t kMaximumPairs = 20'000, kMaximumPairsBytes = 1 << 20, kFewestPairs = 8;

enum class TokenKind { kAuto, kCharacters, kWords };

struct TextPair {
  std::vector<std::string> source, target;
  bool operator==(const TextPair&) const = default;
};

struct PairsText {
  TokenKind tokens = TokenKind::kCharacters;  ///< what kAuto became
  std::vector<TextPair> pairs;                ///< without repeated pairs, in the order of the lines
};

/// Words are parted by blanks; punctuation at a word's ends is a token of its own. Characters are as people count them.
/// Runs of blanks count as one, blanks at the ends as none.
std::vector<std::string> tokenise(std::string_view text, TokenKind kind);

/// kAuto takes words when most sources and most targets have several, else characters.
Result<PairsText> parse_pairs(std::string_view text, TokenKind kind);

}  // namespace heed
