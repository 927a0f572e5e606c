// tasks: see pairs_text.h.
#include "tasks/pairs_text.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/utf8.h"
#include "tasks/task.h"

namespace heed {

namespace {

constexpr std::size_t kListedProblems = 5, kListedLineLength = 30;
constexpr std::string_view kPunctuation = ".,;:!?()\"";

struct Line {
  std::size_t number = 0;
  std::string source, target;
};

/// Collects what is wrong with which line; the message lists the first few.
class Problems {
 public:
  void add(std::size_t line, const std::string& what) {
    if (count_++ < kListedProblems) text_ += (text_.empty() ? "line " : "; line ") + std::to_string(line) + ": " + what;
  }
  bool any() const { return count_ > 0; }
  Error error() const {
    const std::size_t more = count_ > kListedProblems ? count_ - kListedProblems : 0;
    return Error{"Your data: " + text_ + (more > 0 ? "; and " + std::to_string(more) + " more." : ".")};
  }

 private:
  std::size_t count_ = 0;
  std::string text_;
};

std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find_first_of("\r\n", at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + (text.substr(end, 2) == "\r\n" ? 2 : 1);
  }
  return lines;
}

/// Blank runs become one blank, those at the ends vanish; no-break spaces are blanks too.
std::string tidy(std::string_view text) {
  std::string result;
  bool blank = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool no_break = text.substr(at, 2) == "\u00a0";
    if (text[at] == ' ' || text[at] == '\t' || no_break) {
      blank = !result.empty();
      at += no_break ? 1 : 0;
      continue;
    }
    if (blank) result += ' ';
    blank = false;
    result += text[at];
  }
  return result;
}

/// Empty when the line is fine.
std::string complaint(std::string_view text, Line& line) {
  if (utf8_invalid_at(text) != std::string_view::npos) return "not valid UTF-8; save the file as UTF-8";
  const auto control = [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F; };
  if (std::any_of(text.begin(), text.end(), control)) return "contains a control character";
  const std::size_t tab = text.find('\t');
  if (tab == std::string_view::npos)
    return "no tab between source and target (“" + utf8_excerpt(text, kListedLineLength) + "”)";
  const std::string_view rest = text.substr(tab + 1);
  line.source = tidy(text.substr(0, tab));
  line.target = tidy(rest.substr(0, rest.find('\t')));
  if (line.source.empty()) return "nothing before the tab";
  if (line.target.empty()) return "nothing after the tab";
  return {};
}

Result<std::vector<Line>> read_lines(std::string_view text) {
  std::vector<Line> lines;
  Problems problems;
  std::size_t number = 0;
  for (const std::string_view content : split_lines(text)) {
    ++number;
    if (content.find_first_not_of(" \t") == std::string_view::npos) continue;
    Line line{number, {}, {}};
    if (const std::string what = complaint(content, line); !what.empty()) {
      problems.add(number, what);
      continue;
    }
    lines.push_back(std::move(line));
    if (lines.size() > kMaximumPairs) {
      return Error{"Your data: line " + std::to_string(number) + ": more than " + std::to_string(kMaximumPairs) +
                   " pairs; shorten the file to so many."};
    }
  }
  if (problems.any()) return problems.error();
  return lines;
}

TokenKind decide(const std::vector<Line>& lines) {
  const auto several = [](const std::string& text) { return text.find(' ') != std::string::npos; };
  const auto sources =
      std::count_if(lines.begin(), lines.end(), [&](const Line& line) { return several(line.source); });
  const auto targets =
      std::count_if(lines.begin(), lines.end(), [&](const Line& line) { return several(line.target); });
  const auto half = static_cast<std::ptrdiff_t>((lines.size() + 1) / 2);
  return sources >= half && targets >= half ? TokenKind::kWords : TokenKind::kCharacters;
}

std::string length_complaint(const char* side, std::size_t length, TokenKind kind) {
  const bool words = kind == TokenKind::kWords;
  return std::string(side) + " has " + std::to_string(length) + (words ? " words" : " characters") + ", at most " +
         std::to_string(kMaximumSource) + " fit" + (words ? "" : " (or read the data as words)");
}

Result<std::string_view> strip_mark(std::string_view text) {
  if (text.size() > kMaximumPairsBytes) {
    return Error{"Your data is larger than " + std::to_string(kMaximumPairsBytes >> 20) + " MiB; shorten it."};
  }
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"))
    return Error{"Your data is UTF-16 text; save the file as UTF-8."};
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  return text;
}

}  // namespace

std::vector<std::string> tokenise(std::string_view text, TokenKind kind) {
  const std::string line = tidy(text);
  if (kind != TokenKind::kWords) return utf8_characters(line);
  std::vector<std::string> tokens;
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t end = std::min(line.find(' ', at), line.size());
    std::size_t first = at, last = end;
    const auto mark = [&](std::size_t k) { return kPunctuation.find(line[k]) != std::string_view::npos; };
    while (first < end && mark(first)) tokens.emplace_back(1, line[first++]);
    while (last > first && mark(last - 1)) --last;
    if (last > first) tokens.push_back(line.substr(first, last - first));
    for (; last < end && last >= first; ++last) tokens.emplace_back(1, line[last]);
    at = end + 1;
  }
  return tokens;
}

Result<PairsText> parse_pairs(std::string_view text, TokenKind kind) {
  const Result<std::string_view> content = strip_mark(text);
  if (!content) return Error{content.error()};
  const Result<std::vector<Line>> lines = read_lines(*content);
  if (!lines) return Error{lines.error()};

  PairsText result;
  result.tokens = kind == TokenKind::kAuto ? decide(*lines) : kind;
  Problems problems;
  std::set<std::pair<std::string, std::string>> seen;
  std::set<std::string> sources;
  for (const Line& line : *lines) {
    sources.insert(line.source);
    if (!seen.emplace(line.source, line.target).second) continue;
    TextPair pair{tokenise(line.source, result.tokens), tokenise(line.target, result.tokens)};
    if (pair.source.size() > kMaximumSource) {
      problems.add(line.number, length_complaint("the source", pair.source.size(), result.tokens));
    } else if (pair.target.size() > kMaximumSource) {
      problems.add(line.number, length_complaint("the target", pair.target.size(), result.tokens));
    } else {
      result.pairs.push_back(std::move(pair));
    }
  }
  if (problems.any()) return problems.error();
  if (sources.size() < kFewestPairs) {
    return Error{"Your data has " + std::to_string(sources.size()) +
                 (sources.size() == 1 ? " source" : " different sources") + "; at least " +
                 std::to_string(kFewestPairs) +
                 " are needed, and some hundreds to learn from. Each line is: source, a tab, target."};
  }
  return result;
}

}  // namespace heed
