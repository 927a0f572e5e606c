// lab: presets by dotted path. The rules themselves are in base/field.h and training/preset.h.
#include "lab/preset_change.h"

#include <algorithm>

#include "training/preset.h"

namespace heed {
namespace {

std::string setting_text(const Json& value) {
  if (!value.is_string()) return value.dump();
  const std::string& text = value.get_ref<const std::string&>();
  const Json parsed = Json::parse(text, nullptr, false);
  return parsed.is_number() || parsed.is_boolean() || parsed.is_string() ? value.dump() : text;
}

/// One round: every setting of `second` that `first` lacks, and what has to go back to its default.
std::vector<Setting> one_round(const Json& first, const Json& second) {
  const std::vector<Setting> has = flatten(preset_part(), first), wants = flatten(preset_part(), second);
  std::vector<Setting> changes;
  for (const Setting& setting : has) {
    const bool wanted =
        std::any_of(wants.begin(), wants.end(), [&](const Setting& want) { return want.path == setting.path; });
    if (wanted) continue;
    if (const Json value = preset_value(second, setting.path); !value.is_null()) {
      changes.push_back({setting.path, setting_text(value)});
    }
  }
  for (const Setting& setting : wants) {
    if (std::find(has.begin(), has.end(), setting) == has.end()) changes.push_back(setting);
  }
  return changes;
}

bool path_in(const Part& part, std::string_view path) {
  const std::size_t dot = path.find('.');
  const std::string_view head = path.substr(0, dot);
  for (const Field& field : part.fields) {
    if (field.key != head) continue;
    if (dot == std::string_view::npos) return true;
    const std::string_view rest = path.substr(dot + 1);
    if (rest == "type") return field.kind == FieldKind::kSlot;
    return std::any_of(field.parts.begin(), field.parts.end(), [&](const Part& inner) { return path_in(inner, rest); });
  }
  return false;
}

}  // namespace

Json preset_value(const Json& preset, std::string_view path) {
  const Json* place = &preset;
  while (!path.empty()) {
    const std::size_t dot = path.find('.');
    const std::string head(path.substr(0, dot));
    if (!place->is_object() || !place->contains(head)) return nullptr;
    place = &(*place)[head];
    path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  }
  return place->is_object() && place->contains("type") ? (*place)["type"] : *place;
}

Result<Json> preset_with(const Json& preset, const std::string& path, const Json& value) {
  return preset_with_all(preset, Json{{path, value}});
}

Result<Json> preset_with_all(const Json& preset, const Json& changes) {
  Json changed = preset;
  for (const auto& [path, value] : changes.items()) {
    if (value.is_object() || value.is_array()) return Error{path + ": expected a number, true, false or a name"};
    if (const Status set = set_by_path(changed, path, setting_text(value)); !set) return Error{set.error()};
  }
  return validate_preset(changed);
}

std::vector<Setting> preset_changes(const Json& first, const Json& second) {
  std::vector<Setting> all;
  Json current = first;
  for (int round = 0; round < 4;
       ++round) {  // changing a part forgets the settings of the old one: a second round sets them
    const std::vector<Setting> changes = one_round(current, second);
    if (changes.empty()) break;
    for (const Setting& change : changes) {
      if (!set_by_path(current, change.path, change.text)) return all;
      all.push_back(change);
    }
    const Result<Json> valid = validate_preset(current);
    if (!valid) return all;
    current = *valid;
  }
  std::erase_if(all, [](const Setting& setting) { return setting.path == "title"; });
  return all;
}

bool is_preset_path(std::string_view path) {
  return path_in(preset_part(), path);
}

}  // namespace heed
