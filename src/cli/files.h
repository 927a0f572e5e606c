// cli: files, and where presets and lessons are.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/json.h"

namespace heed::cli {

Result<std::string> read_text(const std::string& path);
/// The text files (.txt) of a folder, in order, each after a line "#file NAME"; of a file its text, after such a line where it is a story file.
/// Without a path nothing.
Result<std::string> read_data(const std::string& path);
Result<std::vector<std::uint8_t>> read_bytes(const std::string& path);
/// Whole or not at all: written beside, then renamed.
Status write_bytes(const std::string& path, const std::vector<std::uint8_t>& bytes);
/// Whether a file can be made there; nothing is left behind.
Status can_write(const std::string& path);

/// `chosen` (--assets or HEED_ASSETS), or else the assets of the source tree that this program was built from.
std::string assets_folder(const std::string& chosen);
std::vector<std::string> preset_names(const std::string& assets);

/// A mistake in what was typed, as opposed to in what a file holds.
struct PresetProblem {
  std::string message;
  bool usage = false;
};
/// By name, from a file, or from a link's fragment; not validated yet.
std::variant<Json, PresetProblem> find_preset(const std::string& word, const std::string& assets);

/// `message`, with the name of the file in front where `word` is one and not the name of a preset.
std::string said_of(const std::string& word, const std::string& message);

/// Applies "key=value" settings. Unknown keys are answered with the nearest valid one.
Status apply_settings(Json& preset, const std::vector<std::string>& settings);

}  // namespace heed::cli
