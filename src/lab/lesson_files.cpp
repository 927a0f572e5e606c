// lab: lessons on disk, and the check of all of them (`heed-cli lessons check`). Not part of the page.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "lab/lesson.h"
#include "training/experiment.h"
#include "training/preset.h"

namespace heed {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kMaxFileBytes = 4u << 20;

Result<std::string> read_text(const fs::path& path) {
  std::error_code error;
  const std::uintmax_t size = fs::file_size(path, error);
  if (error) return Error{path.filename().string() + ": cannot be read (" + error.message() + ")"};
  if (size > kMaxFileBytes) return Error{path.filename().string() + ": is larger than 4 MiB"};
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

Result<Json> read_json(const fs::path& path) {
  const Result<std::string> text = read_text(path);
  if (!text) return Error{text.error()};
  const Result<Json> json = parse_json(*text);
  if (!json) return Error{path.filename().string() + ": " + json.error()};
  return *json;
}

/// "fr" of "text.fr.md"; empty for other files.
std::string language_of(const std::string& name, const std::string& prefix, const std::string& suffix) {
  if (name.size() <= prefix.size() + suffix.size() || name.rfind(prefix, 0) != 0) return {};
  if (name.compare(name.size() - suffix.size(), suffix.size(), suffix) != 0) return {};
  return name.substr(prefix.size(), name.size() - prefix.size() - suffix.size());
}

/// Tap names of the models that the lesson's presets build.
std::vector<std::string> taps_of(const Json& lesson) {
  std::vector<std::string> taps;
  if (!lesson.is_object() || !lesson.contains("presets") || !lesson["presets"].is_object()) return taps;
  for (const auto& [name, preset] : lesson["presets"].items()) {
    const Result<Json> valid = validate_preset(preset);
    if (!valid) continue;
    const auto experiment = make_experiment(*valid, "");
    if (!experiment) continue;
    for (std::string& tap : (*experiment)->model->tap_names()) taps.push_back(std::move(tap));
  }
  std::sort(taps.begin(), taps.end());
  taps.erase(std::unique(taps.begin(), taps.end()), taps.end());
  return taps;
}

LessonReport check_folder(const fs::path& folder) {
  LessonReport report{folder.filename().string(), false, {}};
  Result<LessonSource> source = read_lesson_folder(folder.string());
  if (!source) {
    report.message = source.error();
    return report;
  }
  source->taps = taps_of(source->lesson);
  const Result<Lesson> lesson = load_lesson(*source);
  if (!lesson) {
    report.message = lesson.error();
    return report;
  }
  if (lesson->slug != report.folder) {
    report.message = "lesson.json: slug: is '" + lesson->slug + "', the folder is '" + report.folder + "'";
    return report;
  }
  report.ok = true;
  report.message = std::to_string(lesson->steps.size()) + " steps;";
  for (const auto& [language, table] : lesson->strings) report.message += " " + language;
  return report;
}

}  // namespace

Result<LessonSource> read_lesson_folder(const std::string& folder) {
  LessonSource source;
  const Result<Json> lesson = read_json(fs::path(folder) / "lesson.json");
  if (!lesson) return Error{lesson.error()};
  source.lesson = *lesson;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (const std::string language = language_of(name, "strings.", ".json"); !language.empty()) {
      const Result<Json> table = read_json(entry.path());
      if (!table) return Error{table.error()};
      source.strings[language] = *table;
    }
    if (const std::string language = language_of(name, "text.", ".md"); !language.empty()) {
      const Result<std::string> text = read_text(entry.path());
      if (!text) return Error{text.error()};
      source.sections[language] = lesson_sections(*text);
    }
  }
  if (error) return Error{folder + ": cannot be read (" + error.message() + ")"};
  if (!source.sections.contains("en"))
    return Error{"text.en.md: is missing; English is the language that every lesson has"};
  return source;
}

std::vector<LessonReport> check_lessons(const std::string& directory) {
  std::vector<fs::path> folders;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory, error)) {
    if (fs::exists(entry.path() / "lesson.json")) folders.push_back(entry.path());
  }
  std::sort(folders.begin(), folders.end());
  std::vector<LessonReport> reports;
  for (const fs::path& folder : folders) reports.push_back(check_folder(folder));
  if (error) reports.push_back({directory, false, "cannot be read (" + error.message() + ")"});
  return reports;
}

}  // namespace heed
