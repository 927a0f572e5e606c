// base: dotted paths into presets, for `--set` and for links.
#include <cctype>

#include "base/field.h"
#include "base/utf8.h"

namespace heed {

namespace {

constexpr std::size_t kMaximumPath = 200, kMaximumText = 4096;

/// Path names are made of letters, digits, '_' and '-'.
Result<std::vector<std::string>> split_path(std::string_view path) {
  const Error malformed{"“" + utf8_excerpt(path, 40) +
                        "” is not a setting's name; names look like model.attention.size"};
  if (path.empty() || path.size() > kMaximumPath) return malformed;
  std::vector<std::string> names(1);
  for (const char c : path) {
    if (c == '.') {
      names.emplace_back();
    } else if (std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-') {
      names.back() += c;
    } else {
      return malformed;
    }
  }
  for (const std::string& name : names) {
    if (name.empty()) return malformed;
  }
  return names;
}

/// The plain value that `text` reads as; discarded when it is simply text.
Json plain_value(std::string_view text) {
  Json value = Json::parse(text.begin(), text.end(), nullptr, false);
  return value.is_number() || value.is_boolean() || value.is_string() ? value : Json(Json::value_t::discarded);
}

/// The slot's key replaces another key together with its settings, and joins settings that came before any key.
void put_into_object(Json& object, const std::string& key) {
  const bool same = object.value("type", Json(key)) == key;
  if (same) {
    object["type"] = key;
  } else {
    object = key;
  }
}

std::string as_text(const Json& value) {
  if (!value.is_string()) return value.dump();
  const std::string& text = value.get_ref<const std::string&>();
  return plain_value(text).is_discarded() ? text : value.dump();
}

}  // namespace

Status set_by_path(Json& preset, std::string_view path, std::string_view text) {
  const Result<std::vector<std::string>> names = split_path(path);
  if (!names) return Error{names.error()};
  if (text.size() > kMaximumText) return Error{std::string(path) + ": this value is too long"};
  if (utf8_invalid_at(text) != std::string_view::npos)
    return Error{std::string(path) + ": this value is not UTF-8 text"};
  if (preset.is_null()) preset = Json::object();
  Json* place = &preset;
  for (const std::string& name : *names) {
    if (place->is_string()) *place = Json{{"type", *place}};  // a slot that was given by its key
    if (place->is_null()) *place = Json::object();
    if (!place->is_object())
      return Error{std::string(path) + ": nothing lies inside the value " + utf8_excerpt(place->dump(), 40)};
    place = &(*place)[name];
  }
  Json value = plain_value(text);
  if (value.is_discarded()) value = std::string(text);
  if (place->is_object() && value.is_string()) {
    put_into_object(*place, value.get<std::string>());
  } else {
    *place = std::move(value);
  }
  return ok_status();
}

std::vector<Setting> flatten(const Part& part, const Json& value, const std::string& path) {
  std::vector<Setting> settings;
  if (!value.is_object()) return settings;
  for (const Field& field : part.fields) {
    const auto found = value.find(field.key);
    if (found == value.end()) continue;
    const std::string place = path.empty() ? field.key : path + "." + field.key;
    if (field.kind == FieldKind::kSlot) {
      for (Setting& setting : flatten_slot(field, *found, place)) settings.push_back(std::move(setting));
    } else if (*found != field.fallback) {
      settings.push_back({place, as_text(*found)});
    }
  }
  return settings;
}

std::vector<Setting> flatten_slot(const Field& slot, const Json& value, const std::string& path) {
  std::vector<Setting> settings;
  const Json type = value.is_object() ? value.value("type", slot.fallback) : value;
  if (type != slot.fallback && type.is_string()) settings.push_back({path, type.get<std::string>()});
  for (const Part& part : slot.parts) {
    if (type != part.key) continue;
    for (Setting& setting : flatten(part, value, path)) settings.push_back(std::move(setting));
  }
  return settings;
}

}  // namespace heed
