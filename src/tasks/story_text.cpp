// tasks: see story_text.h.
#include "tasks/story_text.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "base/utf8.h"

namespace heed {
namespace {

constexpr std::size_t kMostBytes = 64u << 20;
constexpr std::size_t kMostStories = 400'000;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

struct FileLine {
  std::string_view text;
  int number;  ///< within its file
};

std::vector<std::string_view> cut_at(std::string_view text, char by) {
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0;;) {
    const std::size_t end = text.find(by, begin);
    parts.push_back(text.substr(begin, end == std::string_view::npos ? end : end - begin));
    if (end == std::string_view::npos) return parts;
    begin = end + 1;
  }
}

bool whole_number(std::string_view text, int& number) {
  const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
  return end.ec == std::errc{} && end.ptr == text.data() + text.size();
}

StoryFile file_named(std::string_view name) {
  StoryFile file{std::string(name)};
  file.test = name.find("test") != std::string_view::npos;
  const std::size_t slash = name.find_last_of("/\\");
  const std::string_view base = slash == std::string_view::npos ? name : name.substr(slash + 1);
  if (base.starts_with("qa")) {
    std::size_t end = 2;
    while (end < base.size() && base[end] >= '0' && base[end] <= '9') ++end;
    whole_number(base.substr(2, end - 2), file.kind);
  }
  return file;
}

/// Reads the lines of one file.
class StoryReader {
 public:
  explicit StoryReader(StoryFile& file) : file_(file) {}

  Status read(const FileLine& line) {
    std::string_view text = line.text;
    if (const std::size_t bad = utf8_invalid_at(text); bad != std::string_view::npos)
      return wrong(line, "is text in UTF-8, and byte " + std::to_string(bad + 1) + " of this one is not; save the file as UTF-8");
    if (line.number == 1 && text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
    if (text.find_first_not_of(" \t") == std::string_view::npos) return ok_status();
    const std::size_t blank = text.find(' ');
    int id = 0;
    if (blank == std::string_view::npos || !whole_number(text.substr(0, blank), id) || id < 1)
      return wrong(line, "begins with a number, as in “1 Mary went to the kitchen.”; this is “" + utf8_excerpt(text, 32) + "”");
    if (id == 1) lines_.clear(), line_of_.clear(), last_ = 0;
    if (id != last_ + 1)
      return wrong(line, "has the number " + std::to_string(id) + ", but " + (last_ == 0 ? "a story begins with 1" : std::to_string(last_ + 1) + " is next, or 1 for a new story"));
    last_ = id;
    const std::vector<std::string_view> parts = cut_at(text.substr(blank + 1), '\t');
    return parts.size() == 1 ? statement(line, id, parts[0]) : question(line, parts);
  }

 private:
  Error wrong(const FileLine& line, const std::string& what) const {
    return Error{(file_.name.empty() ? std::string("The stories") : file_.name) + ", line " + std::to_string(line.number) + ": a line of a story " + what + "."};
  }

  Status short_enough(const FileLine& line, const std::string& sentence) const {
    const auto words = 1 + std::ranges::count(sentence, ' ');
    if (words <= kMostSentenceWords) return ok_status();
    return wrong(line, "has at most " + std::to_string(kMostSentenceWords) + " words, and this one has " + std::to_string(words) + "; look for a missing line break");
  }

  Status statement(const FileLine& line, int id, std::string_view text) {
    const std::string sentence = plain_sentence(text);
    if (sentence.empty()) return wrong(line, "says something after its number; this one is empty");
    if (const Status fits = short_enough(line, sentence); !fits) return fits;
    if (text.find('?') != std::string_view::npos) return wrong(line, "that asks needs its answer behind it: question, tab, answer, tab, numbers of the lines that tell it");
    line_of_[id] = static_cast<int>(lines_.size());
    lines_.push_back(sentence);
    return ok_status();
  }

  Status question(const FileLine& line, const std::vector<std::string_view>& parts) {
    Story story{lines_, plain_sentence(parts[0]), utf8_lower(parts[1]), {}, file_.kind};
    while (!story.answer.empty() && story.answer.back() == ' ') story.answer.pop_back();
    if (story.question.empty() || story.answer.empty()) return wrong(line, "that asks has a question, a tab and an answer");
    if (const Status fits = short_enough(line, story.question); !fits) return fits;
    if (lines_.empty()) return wrong(line, "asks before anything was told");
    const std::string_view numbers = parts.size() > 2 ? parts[2] : std::string_view();
    for (const std::string_view word : cut_at(numbers, ' ')) {
      if (word.empty()) continue;
      int id = 0;
      if (!whole_number(word, id) || !line_of_.contains(id))
        return wrong(line, "names “" + utf8_excerpt(word, 12) + "” among the lines that tell the answer, and no statement of the story has that number");
      story.support.push_back(line_of_.at(id));
    }
    if (story.support.size() > static_cast<std::size_t>(kMostSupport)) story.support.resize(kMostSupport);
    file_.stories.push_back(std::move(story));
    return ok_status();
  }

  StoryFile& file_;
  std::vector<std::string> lines_;
  std::map<int, int> line_of_;
  int last_ = 0;
};

}  // namespace

std::string plain_sentence(std::string_view text) {
  std::string plain;
  for (const char c : utf8_lower(text)) {
    const bool apart = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (c == '.' || c == '?' || c == '!' || c == ',' || c == ';' || c == '"') continue;
    if (apart && (plain.empty() || plain.back() == ' ')) continue;
    plain += apart ? ' ' : c;
  }
  while (!plain.empty() && plain.back() == ' ') plain.pop_back();
  return plain;
}

Result<std::vector<StoryFile>> parse_story_files(std::string_view data) {
  constexpr std::string_view kFile = "#file ";
  if (data.size() > kMostBytes) return Error{"The stories are " + std::to_string(data.size() >> 20) + " MB; at most " + std::to_string(kMostBytes >> 20) + " MB can be read."};
  std::vector<StoryFile> files;
  std::vector<std::vector<FileLine>> texts;
  int number = 0;
  for (const std::string_view text : cut_at(data, '\n')) {
    ++number;
    if (text.starts_with(kFile) && utf8_invalid_at(text) != std::string_view::npos) return Error{"The name of a file is not text in UTF-8. Rename it."};
    if (text.starts_with(kFile) || files.empty()) {
      files.push_back(file_named(text.starts_with(kFile) ? text.substr(kFile.size()) : std::string_view()));
      texts.emplace_back();
      number = text.starts_with(kFile) ? 0 : 1;
      if (text.starts_with(kFile)) continue;
    }
    texts.back().push_back({text, number});
  }
  std::size_t all = 0;
  for (std::size_t n = 0; n < files.size(); ++n) {
    StoryReader reader(files[n]);
    for (const FileLine& line : texts[n]) {
      if (const Status read = reader.read(line); !read) return Error{read.error()};
    }
    all += files[n].stories.size();
    if (all > kMostStories) return Error{"There are more than " + std::to_string(kMostStories) + " questions. Give fewer files."};
  }
  return files;
}

std::string write_story_file(const std::vector<std::vector<Story>>& tales) {
  std::string text;
  const auto sentence = [](std::string line, char stop) {
    if (!line.empty() && line[0] >= 'a' && line[0] <= 'z') line[0] = static_cast<char>(line[0] - 'a' + 'A');
    return line + stop;
  };
  for (const std::vector<Story>& tale : tales) {
    int id = 0;
    std::vector<int> ids;  // of the lines written
    for (const Story& story : tale) {
      for (std::size_t n = ids.size(); n < story.lines.size(); ++n) {
        ids.push_back(++id);
        text += std::to_string(id) + " " + sentence(story.lines[n], '.') + "\n";
      }
      text += std::to_string(++id) + " " + sentence(story.question, '?') + "\t" + story.answer + "\t";
      for (std::size_t n = 0; n < story.support.size(); ++n) text += (n > 0 ? " " : "") + std::to_string(ids[static_cast<std::size_t>(story.support[n])]);
      text += "\n";
    }
  }
  return text;
}

std::string write_story_file(const std::vector<Story>& stories) {
  std::vector<std::vector<Story>> tales;
  for (const Story& story : stories) tales.push_back({story});
  return write_story_file(tales);
}

}  // namespace heed
