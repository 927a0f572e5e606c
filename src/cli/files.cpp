// cli: reading and writing files, finding presets, changing their settings.
#include "cli/files.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "training/preset.h"

namespace heed::cli {
namespace {

namespace fs = std::filesystem;

/// A link is longer than names of files may be: then there is none.
bool is_there(const std::string& word) {
  std::error_code none;
  return fs::exists(word, none);
}

constexpr std::uintmax_t kMostBytes = 1u << 30;

/// Every dotted key that the preset's choice of parts has.
void collect_paths(const Part& part, const Json& value, const std::string& prefix, std::vector<std::string>& paths) {
  for (const Field& field : part.fields) {
    const std::string path = prefix.empty() ? field.key : prefix + "." + field.key;
    paths.push_back(path);
    if (field.kind != FieldKind::kSlot) continue;
    const Json inner = value.is_object() && value.contains(field.key) ? value[field.key] : Json();
    const Json type = inner.is_string()   ? inner
                      : inner.is_object() ? inner.value("type", field.fallback)
                                          : field.fallback;
    for (const Part& candidate : field.parts) {
      if (type == candidate.key) collect_paths(candidate, inner, path, paths);
    }
  }
}

std::string last_name(const std::string& path) {
  return path.substr(path.rfind('.') + 1);
}

/// "rate" -> "optimiser.rate", "optimizer.rate" -> "optimiser.rate"; empty when nothing is near.
std::string nearest_path(const std::string& key, const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    if (last_name(path) == key) return path;
  }
  const std::string near = nearest(key, paths);
  if (!near.empty()) return near;
  std::vector<std::string> names;
  for (const std::string& path : paths) names.push_back(last_name(path));
  const std::string name = nearest(last_name(key), names);
  const auto found = std::ranges::find(names, name);
  return name.empty() || found == names.end() ? "" : paths[static_cast<std::size_t>(found - names.begin())];
}

}  // namespace

Result<std::string> read_data(const std::string& path) {
  if (path.empty()) return std::string();
  std::error_code problem;
  if (!fs::is_directory(path, problem)) return read_text(path);
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(path, problem)) {
    if (entry.is_regular_file() && entry.path().extension() == ".txt") files.push_back(entry.path());
  }
  if (problem) return Error{"The folder '" + path + "' cannot be read. Check whether you may read it."};
  if (files.empty()) return Error{"The folder '" + path + "' has no text files (*.txt)."};
  std::ranges::sort(files);
  std::string all;
  for (const fs::path& file : files) {
    Result<std::string> text = read_text(file.string());
    if (!text) return Error{text.error()};
    all += "#file " + file.filename().string() + "\n" + *text;
    if (!all.ends_with('\n')) all += '\n';
  }
  return all;
}

Result<std::vector<std::uint8_t>> read_bytes(const std::string& path) {
  std::error_code problem;
  if (fs::is_directory(path, problem)) return Error{"'" + path + "' is a folder, not a file."};
  const std::uintmax_t size = fs::file_size(path, problem);
  if (!problem && size > kMostBytes) return Error{"'" + path + "' is larger than 1 GiB; Heed reads no such files."};
  std::ifstream file(path, std::ios::binary);
  if (!file) return Error{"'" + path + "' cannot be read. Check the name and whether you may read it."};
  return std::vector<std::uint8_t>(std::istreambuf_iterator<char>(file), {});
}

Result<std::string> read_text(const std::string& path) {
  const auto bytes = read_bytes(path);
  if (!bytes) return Error{bytes.error()};
  return std::string(bytes->begin(), bytes->end());
}

Status write_bytes(const std::string& path, const std::vector<std::uint8_t>& bytes) {
  const std::string beside = path + ".part";
  {
    std::ofstream file(beside, std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    if (!file.flush()) return Error{"'" + path + "' cannot be written. Is there room, and may you write there?"};
  }
  std::error_code problem;
  fs::rename(beside, path, problem);
  if (problem) return Error{"'" + path + "' cannot be written: " + problem.message() + "."};
  return ok_status();
}

Status can_write(const std::string& path) {
  const std::string beside = path + ".part";
  if (fs::is_directory(path)) return Error{"'" + path + "' is a folder; name a file in it."};
  if (!std::ofstream(beside, std::ios::binary))
    return Error{"'" + path + "' cannot be written. Does the folder exist, and may you write there?"};
  std::error_code ignored;
  fs::remove(beside, ignored);
  return ok_status();
}

std::string assets_folder(const std::string& chosen) {
  return chosen.empty() ? HEED_ASSETS_DIR : chosen;
}

std::vector<std::string> preset_names(const std::string& assets) {
  std::vector<std::string> names;
  std::error_code problem;
  for (const auto& entry : fs::directory_iterator(fs::path(assets) / "presets", problem)) {
    if (entry.path().extension() == ".json") names.push_back(entry.path().stem().string());
  }
  std::ranges::sort(names);
  return names;
}

std::variant<Json, PresetProblem> find_preset(const std::string& word, const std::string& assets) {
  const std::vector<std::string> names = preset_names(assets);
  std::string path = word;
  if (std::ranges::find(names, word) != names.end()) {
    path = (fs::path(assets) / "presets" / (word + ".json")).string();
  } else if (word.find('=') != std::string::npos && !is_there(word)) {
    auto preset = preset_from_fragment(word);
    if (!preset) return PresetProblem{preset.error(), true};
    return std::move(*preset);
  } else if (!is_there(word)) {
    const std::string near = nearest(word, names);
    std::string list;
    for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
    return PresetProblem{"There is no preset and no file '" + word + "'" +
                             (near.empty() ? "." : "; did you mean '" + near + "'?") +
                             " Presets: " + (list.empty() ? "none in '" + assets + "'" : list) + ".",
                         true};
  }
  const auto text = read_text(path);
  if (!text) return PresetProblem{text.error()};
  auto json = parse_json(*text);
  if (!json) return PresetProblem{path + ": " + json.error(), true};
  if (!json->is_object()) return PresetProblem{path + ": a preset is an object {...}.", true};
  return std::move(*json);
}

std::string said_of(const std::string& word, const std::string& message) {
  return is_there(word) && fs::is_regular_file(word) ? word + ": " + message : message;
}

Status apply_settings(Json& preset, const std::vector<std::string>& settings) {
  std::vector<std::string> keys;
  for (const std::string& setting : settings) {
    const std::size_t equals = setting.find('=');
    if (equals == std::string::npos || equals == 0)
      return Error{"--set " + setting + ": settings look like key=value, for example seed=3."};
    keys.push_back(setting.substr(0, equals));
    if (const Status status = set_by_path(preset, keys.back(), std::string_view(setting).substr(equals + 1)); !status) {
      return Error{"--set " + status.error() + "."};
    }
  }
  // Checked after all of them: a setting may belong to a part that a later one puts in place.
  std::vector<std::string> paths = {"title"};
  collect_paths(preset_part(), preset, "", paths);
  for (const std::string& key : keys) {
    if (std::ranges::find(paths, key) != paths.end()) continue;
    const std::string near = nearest_path(key, paths);
    return Error{"--set: there is no setting '" + key + "'" +
                 (near.empty() ? "; `heed models` and `heed tasks` list them." : "; did you mean '" + near + "'?")};
  }
  return ok_status();
}

}  // namespace heed::cli
