// tasks: the numbering of a task's tokens; see task.h.
#include <array>
#include <utility>

#include "base/utf8.h"
#include "tasks/task.h"

namespace heed {

namespace {

constexpr std::size_t kMaximumTokens = 100'000;

}  // namespace

Vocabulary::Vocabulary(std::vector<std::string> tokens, std::string separator)
    : tokens_(std::move(tokens)), separator_(std::move(separator)) {
  for (std::size_t k = 0; k < tokens_.size(); ++k) index_.emplace(tokens_[k], kFirstToken + static_cast<int>(k));
}

int Vocabulary::size() const {
  return kFirstToken + static_cast<int>(tokens_.size());
}

const std::string& Vocabulary::token(int id) const {
  static const std::array<std::string, kFirstToken> special = {"<pad>", "<start>", "<end>", "<unknown>"};
  if (id < 0 || id >= size()) return special[kUnknownToken];
  const auto number = static_cast<std::size_t>(id);
  return id < kFirstToken ? special[number] : tokens_[number - kFirstToken];
}

int Vocabulary::find(std::string_view word) const {
  const auto found = index_.find(word);
  return found == index_.end() ? kUnknownToken : found->second;
}

const std::string& Vocabulary::separator() const {
  return separator_;
}

std::string Vocabulary::text(const std::vector<int>& ids) const {
  std::string joined;
  bool first = true;
  for (const int id : ids) {
    if (id == kPadToken || id == kStartToken || id == kEndToken) continue;
    if (!first) joined += separator_;
    joined += token(id);
    first = false;
  }
  return joined;
}

Json Vocabulary::to_json() const {
  return {{"separator", separator_}, {"tokens", tokens_}};
}

Result<Vocabulary> Vocabulary::from_json(const Json& json) {
  const Error malformed{
      "This vocabulary is damaged: it should be {\"separator\": text, \"tokens\": [different texts]}."};
  if (!json.is_object() || !json.contains("separator") || !json.contains("tokens")) return malformed;
  const Json& separator = json["separator"];
  const Json& list = json["tokens"];
  if (!separator.is_string() || !list.is_array() || list.size() > kMaximumTokens) return malformed;
  std::vector<std::string> tokens;
  for (const Json& token : list) {
    if (!token.is_string() || token.get_ref<const std::string&>().empty()) return malformed;
    tokens.push_back(token.get<std::string>());
    if (utf8_invalid_at(tokens.back()) != std::string::npos) return malformed;
  }
  Vocabulary vocabulary(std::move(tokens), separator.get<std::string>());
  if (vocabulary.index_.size() != list.size()) return malformed;
  return vocabulary;
}

}  // namespace heed
