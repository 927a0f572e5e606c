// base: UTF-8; see utf8.h.
#include "base/utf8.h"

namespace heed {

namespace {

constexpr char32_t kReplacement = 0xFFFD;

unsigned byte_at(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

/// The code point at `at`, whose sequence is `length` bytes long and valid.
char32_t decode_at(std::string_view text, std::size_t at, std::size_t length) {
  const unsigned first = byte_at(text, at);
  if (length == 1) return first;
  char32_t point = first & (0xFFu >> (length + 1));
  for (std::size_t k = 1; k < length; ++k) point = (point << 6) | (byte_at(text, at + k) & 0x3Fu);
  return point;
}

/// Marks that belong to the character before them.
bool extends(char32_t c) {
  return (c >= 0x0300 && c <= 0x036F) || (c >= 0x1AB0 && c <= 0x1AFF) || (c >= 0x1DC0 && c <= 0x1DFF) ||
         (c >= 0x20D0 && c <= 0x20FF) || (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xFE20 && c <= 0xFE2F) ||
         (c >= 0x1F3FB && c <= 0x1F3FF) || c == 0x200D;
}

char32_t lower(char32_t c) {
  if (c >= 'A' && c <= 'Z') return c + 32;
  if (c >= 0xC0 && c <= 0xDE && c != 0xD7) return c + 32;                      // Latin-1
  if (c == 0x178) return 0xFF;                                                 // Y with diaeresis
  if (c == 0x130) return 'i';                                                  // dotted capital I
  if ((c >= 0x100 && c <= 0x137) || (c >= 0x14A && c <= 0x177)) return c | 1;  // Latin Extended-A, even capitals
  if ((c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E))
    return c % 2 == 1 ? c + 1 : c;                            // the same, odd capitals
  if (c >= 0x391 && c <= 0x3A9 && c != 0x3A2) return c + 32;  // Greek
  if (c >= 0x410 && c <= 0x42F) return c + 32;                // Cyrillic
  if (c >= 0x400 && c <= 0x40F) return c + 80;
  return c;
}

}  // namespace

std::size_t utf8_length_at(std::string_view text, std::size_t at) {
  if (at >= text.size()) return 0;
  const unsigned first = byte_at(text, at);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xC2 && first <= 0xDF   ? 2
                             : (first & 0xF0) == 0xE0         ? 3
                             : first >= 0xF0 && first <= 0xF4 ? 4
                                                              : 0;
  if (length == 0 || text.size() - at < length) return 0;
  for (std::size_t k = 1; k < length; ++k) {
    if ((byte_at(text, at + k) & 0xC0) != 0x80) return 0;
  }
  const char32_t point = decode_at(text, at, length);
  const bool overlong = (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
  const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
  return overlong || surrogate || point > 0x10FFFF ? 0 : length;
}

std::size_t utf8_invalid_at(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_length_at(text, at);
    if (length == 0) return at;
    at += length;
  }
  return std::string_view::npos;
}

std::u32string utf8_decode(std::string_view text) {
  std::u32string points;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_length_at(text, at);
    points += length == 0 ? kReplacement : decode_at(text, at, length);
    at += length == 0 ? 1 : length;
  }
  return points;
}

std::string utf8_encode(std::u32string_view points) {
  std::string text;
  const auto put = [&](char32_t bits) { text += static_cast<char>(bits); };
  for (const char32_t c : points) {
    if (c < 0x80) {
      put(c);
    } else if (c < 0x800) {
      put(0xC0 | (c >> 6)), put(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
      put(0xE0 | (c >> 12)), put(0x80 | ((c >> 6) & 0x3F)), put(0x80 | (c & 0x3F));
    } else {
      put(0xF0 | (c >> 18)), put(0x80 | ((c >> 12) & 0x3F)), put(0x80 | ((c >> 6) & 0x3F)), put(0x80 | (c & 0x3F));
    }
  }
  return text;
}

std::vector<std::string> utf8_characters(std::string_view text) {
  std::vector<std::string> characters;
  bool joined = false;  // the last code point was a zero-width joiner: the next one belongs to the same picture
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_length_at(text, at);
    const char32_t point = length == 0 ? kReplacement : decode_at(text, at, length);
    const std::size_t bytes = length == 0 ? 1 : length;
    const std::string_view piece = text.substr(at, bytes);
    const bool attaches = !characters.empty() && length != 0 && (extends(point) || (joined && point >= 0x2000));
    if (attaches) {
      characters.back() += piece;
    } else {
      characters.emplace_back(piece);
    }
    joined = point == 0x200D;
    at += bytes;
  }
  return characters;
}

std::string utf8_lower(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_length_at(text, at);
    if (length == 0) {
      result += text[at++];
      continue;
    }
    const char32_t point = lower(decode_at(text, at, length));
    result += utf8_encode(std::u32string_view(&point, 1));
    at += length;
  }
  return result;
}

std::string utf8_without_accents(std::string_view text) {
  // From U+00E0 to U+00FF, small and capital letters alike; ' ' where there is no plain letter.
  constexpr std::string_view kPlain = "aaaaaa ceeeeiiii nooooo ouuuuy y";
  std::u32string points = utf8_decode(text);
  for (char32_t& c : points) {
    if (c < 0xC0 || c > 0xFF || c == 0xDF) continue;
    const char plain = kPlain[(c - 0xC0) % 32];
    if (plain != ' ') c = static_cast<char32_t>(c < 0xE0 ? plain - 32 : plain);
  }
  return utf8_encode(points);
}

std::string utf8_excerpt(std::string_view text, std::size_t limit) {
  // Four bytes a character are enough to know whether anything is cut, however long the text is.
  const bool long_text = text.size() > 4 * (limit + 1);
  std::u32string points = utf8_decode(text.substr(0, long_text ? 4 * (limit + 1) : text.size()));
  const bool cut = long_text || points.size() > limit;
  if (points.size() > limit) points.resize(limit);
  for (char32_t& c : points) {
    if (c < 0x20 || (c >= 0x7F && c < 0xA0)) c = kReplacement;
  }
  return utf8_encode(points) + (cut ? "…" : "");
}

}  // namespace heed
