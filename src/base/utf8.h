// base: just enough UTF-8 for text that people type: is it valid, what are its characters, how is it in lower case.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace heed {

/// Bytes of the valid sequence that starts at `at`; 0 when there is none (overlong forms, surrogates and cut ends are
/// not valid).
std::size_t utf8_length_at(std::string_view text, std::size_t at);

/// Position of the first byte that is not part of valid UTF-8, or npos.
std::size_t utf8_invalid_at(std::string_view text);

/// Code points; an invalid byte gives U+FFFD.
std::u32string utf8_decode(std::string_view text);
std::string utf8_encode(std::u32string_view points);

/// Characters as people count them: a code point with the combining marks, variation selectors, skin tones and joined
/// emoji that follow it. Invalid bytes stay as they are, each one a character.
std::vector<std::string> utf8_characters(std::string_view text);

/// Lower case for ASCII, Latin-1, Latin Extended-A, Greek and Cyrillic letters; everything else is kept.
std::string utf8_lower(std::string_view text);

/// French and other Western European letters without their accents: "garçon" as "garcon".
std::string utf8_without_accents(std::string_view text);

/// At most `limit` characters, with an ellipsis when something was cut; control characters and invalid bytes become
/// U+FFFD. For quoting input in messages.
std::string utf8_excerpt(std::string_view text, std::size_t limit = 40);

}  // namespace heed
