// lab: the tables of sentences. English stands in for what a language lacks.
#include "lab/strings.h"

#include <map>

namespace heed {
namespace {

using Table = std::map<std::string, std::string, std::less<>>;

Table& chosen_table() {
  static Table table;
  return table;
}
Table& english_table() {
  static Table table;
  return table;
}

void fill(Table& table, const Json& json) {
  table.clear();
  if (!json.is_object()) return;
  for (const auto& [key, value] : json.items()) {
    if (value.is_string()) table[key] = value.get<std::string>();
  }
}

const std::string* find(std::string_view key) {
  for (const Table* table : {&chosen_table(), &english_table()}) {
    if (const auto found = table->find(key); found != table->end()) return &found->second;
  }
  return nullptr;
}

}  // namespace

void set_strings(const Json& english, const Json& chosen) {
  fill(english_table(), english);
  fill(chosen_table(), chosen);
}

const std::string& tr(std::string_view key) {
  if (const std::string* found = find(key)) return *found;
  static Table missing;  // keys handed back as they are, kept alive because callers hold references
  return missing.try_emplace(std::string(key), key).first->second;
}

std::string tr(std::string_view key, const std::vector<std::string>& values) {
  const std::string& pattern = tr(key);
  std::string text;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const bool slot = pattern[i] == '{' && i + 2 < pattern.size() && pattern[i + 2] == '}' && pattern[i + 1] >= '0' &&
                      pattern[i + 1] <= '9';
    const std::size_t number = slot ? static_cast<std::size_t>(pattern[i + 1] - '0') : values.size();
    if (number < values.size()) {
      text += values[number];
      i += 2;
    } else {
      text += pattern[i];
    }
  }
  return text;
}

const std::string& tr_or(std::string_view key, const std::string& english) {
  const std::string* found = find(key);
  return found ? *found : english;
}

}  // namespace heed
