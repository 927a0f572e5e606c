// base: checking values against fields, with messages that name the place and the way out.
#include <algorithm>
#include <cmath>

#include "base/field.h"
#include "base/utf8.h"

namespace heed {

namespace {

constexpr std::size_t kMaximumListed = 12;

std::string quote(std::string_view text) {
  return "“" + utf8_excerpt(text) + "”";
}

std::string joined(const std::string& path, const std::string& key) {
  return path.empty() ? key : path + "." + key;
}

std::string with_place(const std::string& path, const std::string& message) {
  return path.empty() ? message : path + ": " + message;
}

/// "; did you mean “size”?" or the keys there are.
std::string suggestion(std::string_view word, const std::vector<std::string>& keys) {
  const std::string near = nearest(word, keys);
  if (!near.empty()) return "; did you mean “" + near + "”?";
  if (keys.empty()) return "; there is nothing to set here";
  std::string list;
  for (std::size_t k = 0; k < std::min(keys.size(), kMaximumListed); ++k) list += (k == 0 ? "" : ", ") + keys[k];
  return "; choose one of: " + list + (keys.size() > kMaximumListed ? ", ..." : "");
}

std::string what_it_is(const Json& value) {
  switch (value.type()) {
    case Json::value_t::null:
      return "nothing (null)";
    case Json::value_t::object:
      return "an object {...}";
    case Json::value_t::array:
      return "a list [...]";
    case Json::value_t::string:
      return "text (" + quote(value.get_ref<const std::string&>()) + ")";
    case Json::value_t::boolean:
      return value.get<bool>() ? "true" : "false";
    default:
      return value.dump();
  }
}

std::string number_text(double x) {
  return Json(x).dump();
}

std::string bound_text(const Field& field, double x) {
  return field.kind == FieldKind::kInteger ? std::to_string(static_cast<std::int64_t>(x)) : number_text(x);
}

Error wrong_type(const Field& field, const Json& value, const std::string& path, const std::string& expected) {
  return Error{with_place(
      path, "expects " + expected + ", for example " + field.fallback.dump() + ", not " + what_it_is(value))};
}

Result<Json> check_number(const Field& field, const Json& value, const std::string& path) {
  const bool whole = field.kind == FieldKind::kInteger;
  if (!value.is_number()) return wrong_type(field, value, path, whole ? "a whole number" : "a number");
  const double x = value.get<double>();
  if (!std::isfinite(x)) return Error{with_place(path, "is not a finite number")};
  if (whole && x != std::floor(x)) return wrong_type(field, value, path, "a whole number");
  if (x < field.minimum || x > field.maximum) {
    const std::string unit = field.unit.empty() ? "" : " " + field.unit;
    return Error{with_place(path, value.dump() + " is out of range; allowed are " + bound_text(field, field.minimum) +
                                      " to " + bound_text(field, field.maximum) + unit)};
  }
  return whole ? Json(static_cast<std::int64_t>(x)) : Json(x);
}

Result<Json> check_choice(const Field& field, const Json& value, const std::string& path) {
  if (!value.is_string()) return wrong_type(field, value, path, "one of its keys");
  std::vector<std::string> keys;
  for (const Choice& choice : field.choices) keys.push_back(choice.key);
  const std::string& key = value.get_ref<const std::string&>();
  if (std::find(keys.begin(), keys.end(), key) != keys.end()) return value;
  return Error{with_place(path, "there is no " + quote(key) + suggestion(key, keys))};
}

Result<Json> check_field(const Field& field, const Json& value, const std::string& path) {
  switch (field.kind) {
    case FieldKind::kInteger:
    case FieldKind::kReal:
      return check_number(field, value, path);
    case FieldKind::kFlag:
      if (!value.is_boolean()) return wrong_type(field, value, path, "true or false");
      return value;
    case FieldKind::kChoice:
      return check_choice(field, value, path);
    case FieldKind::kText:
      if (!value.is_string()) return wrong_type(field, value, path, "text in double quotes");
      if (utf8_invalid_at(value.get_ref<const std::string&>()) != std::string::npos)
        return Error{with_place(path, "is not UTF-8 text")};
      return value;
    case FieldKind::kSlot:
      return validate_slot(field, value, path);
  }
  return value;
}

}  // namespace

Result<Json> validate(const Part& part, const Json& value, const std::string& path) {
  if (!value.is_object()) return Error{with_place(path, "expects an object {...}, not " + what_it_is(value))};
  std::vector<std::string> keys;
  for (const Field& field : part.fields) keys.push_back(field.key);
  for (const auto& [key, unused] : value.items()) {
    if (key == "type" || std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
    return Error{with_place(path, "there is no setting " + quote(key) + suggestion(key, keys))};
  }
  if (value.contains("type") && value["type"] != part.key) {
    return Error{with_place(joined(path, "type"), "expects “" + part.key + "”, not " + what_it_is(value["type"]))};
  }
  Json filled = defaults_of(part);
  for (const Field& field : part.fields) {
    if (!value.contains(field.key)) continue;
    Result<Json> checked = check_field(field, value[field.key], joined(path, field.key));
    if (!checked) return checked;
    filled[field.key] = std::move(*checked);
  }
  return filled;
}

Result<Json> validate_slot(const Field& slot, const Json& value, const std::string& path) {
  if (!value.is_string() && !value.is_object()) {
    return Error{with_place(path, "expects the key of a part or an object {\"type\": ...}, not " + what_it_is(value))};
  }
  const Json type = value.is_string() ? value : value.value("type", slot.fallback);
  if (!type.is_string())
    return Error{with_place(joined(path, "type"), "expects the key of a part, not " + what_it_is(type))};
  std::vector<std::string> keys;
  for (const Part& part : slot.parts) {
    if (type == part.key) return validate(part, value.is_string() ? Json::object() : value, path);
    keys.push_back(part.key);
  }
  const std::string& key = type.get_ref<const std::string&>();
  return Error{with_place(path, "there is no " + quote(key) + suggestion(key, keys))};
}

}  // namespace heed
