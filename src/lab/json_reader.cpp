// lab: strict reading of small JSON objects.
#include "lab/json_reader.h"

#include <algorithm>
#include <cmath>

#include "base/field.h"

namespace heed {

std::string unknown_word(const std::string& what, const std::string& word, const std::vector<std::string>& known) {
  const std::string shown = word.size() > 40 ? word.substr(0, 40) + "..." : word;
  std::string message = "unknown " + what + " '" + shown + "'";
  if (const std::string near = nearest(word, known); !near.empty()) return message + "; did you mean '" + near + "'?";
  message += "; known:";
  for (const std::string& name : known) message += " " + name;
  return message;
}

const Json* JsonReader::find(const std::string& key, bool needed) {
  known_.push_back(key);
  const auto found = object_.find(key);
  if (found != object_.end()) return &*found;
  if (needed) fail(key, "is missing");
  return nullptr;
}

void JsonReader::fail(const std::string& key, const std::string& message) {
  if (problem_.empty()) problem_ = name_ + "." + key + ": " + message;
}

int JsonReader::integer(const std::string& key, std::optional<int> fallback, int minimum, int maximum) {
  const Json* found = find(key, !fallback);
  if (!found) return fallback.value_or(minimum);
  const bool whole = found->is_number() && std::isfinite(found->get<double>()) &&
                     found->get<double>() == std::floor(found->get<double>());
  if (!whole || found->get<double>() < minimum || found->get<double>() > maximum) {
    fail(key, "expected a whole number from " + std::to_string(minimum) + " to " + std::to_string(maximum));
    return minimum;
  }
  return static_cast<int>(found->get<double>());
}

std::optional<double> JsonReader::real(const std::string& key) {
  const Json* found = find(key, false);
  if (!found) return std::nullopt;
  if (found->is_number()) return found->get<double>();
  fail(key, "expected a number");
  return std::nullopt;
}

bool JsonReader::flag(const std::string& key, std::optional<bool> fallback) {
  const Json* found = find(key, !fallback);
  if (!found) return fallback.value_or(false);
  if (found->is_boolean()) return found->get<bool>();
  fail(key, "expected true or false");
  return false;
}

std::optional<bool> JsonReader::optional_flag(const std::string& key) {
  if (!has(key)) {
    find(key, false);
    return std::nullopt;
  }
  return flag(key, std::nullopt);
}

std::string JsonReader::text(const std::string& key) {
  const Json* found = find(key, true);
  if (!found) return {};
  if (found->is_string()) return found->get<std::string>();
  fail(key, "expected text");
  return {};
}

std::string JsonReader::text(const std::string& key, const std::string& fallback) {
  if (has(key)) return text(key);
  find(key, false);
  return fallback;
}

std::string JsonReader::choice(const std::string& key, const std::vector<std::string>& known) {
  const std::string word = text(key);
  if (problem_.empty() && std::find(known.begin(), known.end(), word) == known.end()) {
    fail(key, unknown_word("value", word, known));
  }
  return word;
}

std::vector<std::string> JsonReader::texts(const std::string& key) {
  std::vector<std::string> list;
  const Json* found = find(key, true);
  if (!found) return list;
  if (!found->is_array()) {
    fail(key, "expected a list of texts");
    return list;
  }
  for (const Json& item : *found) {
    if (!item.is_string()) {
      fail(key, "expected a list of texts");
      return list;
    }
    list.push_back(item.get<std::string>());
  }
  return list;
}

std::vector<std::string> JsonReader::optional_texts(const std::string& key) {
  if (has(key)) return texts(key);
  find(key, false);
  return {};
}

Json JsonReader::value(const std::string& key) {
  const Json* found = find(key, true);
  return found ? *found : Json();
}

Json JsonReader::optional_value(const std::string& key) {
  const Json* found = find(key, false);
  return found ? *found : Json();
}

std::string JsonReader::problem() {
  if (!problem_.empty() || !object_.is_object()) return problem_;
  for (const auto& [key, value] : object_.items()) {
    if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
    const std::string near = nearest(key, known_);
    fail(key, near.empty() ? "is not a key here" : "is not a key here; did you mean '" + near + "'?");
    break;
  }
  return problem_;
}

}  // namespace heed
