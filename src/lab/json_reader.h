// lab: reads the keys of one JSON object and remembers the first thing that is wrong with it: a missing key, a wrong
// type, a value out of range, a key that nobody asked for.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"

namespace heed {

/// "unknown command 'trian_run'; did you mean 'train_run'?"
std::string unknown_word(const std::string& what, const std::string& word, const std::vector<std::string>& known);

class JsonReader {
 public:
  /// `name` begins every message.
  JsonReader(const Json& object, std::string name) : object_(object), name_(std::move(name)) {}

  int integer(const std::string& key, std::optional<int> fallback, int minimum, int maximum);
  std::optional<double> real(const std::string& key);
  bool flag(const std::string& key, std::optional<bool> fallback);
  std::optional<bool> optional_flag(const std::string& key);
  std::string text(const std::string& key);
  std::string text(const std::string& key, const std::string& fallback);
  std::string choice(const std::string& key, const std::vector<std::string>& known);
  std::vector<std::string> texts(const std::string& key);
  std::vector<std::string> optional_texts(const std::string& key);
  Json value(const std::string& key);
  Json optional_value(const std::string& key);
  bool has(const std::string& key) const { return object_.contains(key); }

  void fail(const std::string& key, const std::string& message);
  /// The first problem; when there is none so far, a key that was never asked for is one. Empty: all is well.
  std::string problem();

 private:
  const Json* find(const std::string& key, bool needed);

  const Json& object_;
  std::string name_, problem_;
  std::vector<std::string> known_;
};

}  // namespace heed
