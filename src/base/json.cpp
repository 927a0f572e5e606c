// base: parsing JSON that people wrote, with messages that lead to the mistake.
#include "base/json.h"

#include <algorithm>

#include "base/utf8.h"

namespace heed {

namespace {

constexpr int kMaximumDepth = 64;

std::string place(std::string_view text, std::size_t at) {
  const std::string_view before = text.substr(0, std::min(at, text.size()));
  const std::size_t line = 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
  const std::size_t start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  const std::size_t column = 1 + utf8_decode(before.substr(start)).size();
  return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

/// Position of the bracket that opens level kMaximumDepth + 1, or npos. Brackets inside strings do not count.
std::size_t too_deep_at(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (in_string) {
      if (c == '\\') ++at;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kMaximumDepth) return at;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return std::string_view::npos;
}

/// What went wrong, in words, from the library's message without its code, its position and its copy of the input.
std::string reason(const Json::exception& problem) {
  const std::string_view message = problem.what();
  const auto says = [&](std::string_view words) { return message.find(words) != std::string_view::npos; };
  if (says("number overflow")) return "this number is too large";
  if (says("ill-formed UTF-8")) return "these bytes are not UTF-8 text";
  if (says("invalid literal")) return "not a number, true, false, null or text in double quotes";
  if (says("control character")) return "text in double quotes must not contain line breaks or tabs; write \\n or \\t";
  if (says("missing closing quote")) return "the closing quote is missing";
  if (says("expected string literal")) return "a name in double quotes should be here";
  const std::size_t start = message.find(" - ");
  if (start == std::string_view::npos) return "this is not JSON";
  return std::string(message.substr(start + 3, message.find("; last read") - start - 3));
}

/// The word that the mistake ends, for the message; a few characters more when the mistake is at its start.
std::string near(std::string_view text, std::size_t at) {
  at = std::min(at + 1, text.size());
  std::size_t start = at - 1;
  while (start > 0 && at - start < 24 && std::string_view(" \t\r\n").find(text[start - 1]) == std::string_view::npos)
    --start;
  while (start < at && utf8_length_at(text, start) == 0) ++start;
  return utf8_excerpt(text.substr(start, at - start));
}

}  // namespace

Result<Json> parse_json(std::string_view text) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos)
    return Error{"JSON: there is no text; the shortest is {}"};
  const std::size_t deep = too_deep_at(text);
  if (deep != std::string_view::npos) {
    return Error{"JSON, " + place(text, deep) + ": more than " + std::to_string(kMaximumDepth) +
                 " levels of brackets inside each other"};
  }
  try {
    return Json::parse(text.begin(), text.end());
  } catch (const Json::parse_error& problem) {
    // `byte` counts from 1 and names the last byte read.
    const std::size_t at = problem.byte == 0 ? 0 : problem.byte - 1;
    if (at >= text.size())
      return Error{"JSON, " + place(text, text.size()) + ": the text ends too early; " + reason(problem)};
    return Error{"JSON, " + place(text, at) + ": " + reason(problem) + ", near “" + near(text, at) + "”"};
  } catch (const Json::exception& problem) {
    return Error{"JSON: " + reason(problem)};
  }
}

}  // namespace heed
