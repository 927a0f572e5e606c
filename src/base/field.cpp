// base: making and describing fields; see field.h.
#include "base/field.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/utf8.h"

namespace heed {

namespace {

Field named(FieldKind kind, std::string key, std::string label, std::string help) {
  Field field;
  field.kind = kind;
  field.key = std::move(key);
  field.label = std::move(label);
  field.help = std::move(help);
  return field;
}

const char* kind_name(FieldKind kind) {
  switch (kind) {
    case FieldKind::kInteger:
      return "integer";
    case FieldKind::kReal:
      return "real";
    case FieldKind::kFlag:
      return "flag";
    case FieldKind::kChoice:
      return "choice";
    case FieldKind::kText:
      return "text";
    case FieldKind::kSlot:
      return "slot";
  }
  return "";
}

/// Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours.
std::size_t edit_distance(const std::u32string& a, const std::u32string& b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({row[j - 1] + 1, last[j] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

/// "pick" and "picked", "garden" and "gardens".
bool same_stem(const std::u32string& a, const std::u32string& b) {
  constexpr std::size_t kStem = 3, kEnding = 3;
  const auto& [stem, whole] = a.size() < b.size() ? std::tie(a, b) : std::tie(b, a);
  return stem.size() >= kStem && whole.size() - stem.size() <= kEnding && whole.starts_with(stem);
}

Json describe_field(const Field& field) {
  Json json = {{"key", field.key}, {"label", field.label}, {"help", field.help}, {"kind", kind_name(field.kind)}};
  json["default"] = field.fallback;
  if (!field.unit.empty()) json["unit"] = field.unit;
  if (field.kind == FieldKind::kInteger || field.kind == FieldKind::kReal) {
    const bool whole = field.kind == FieldKind::kInteger;
    const auto number = [&](double x) { return whole ? Json(static_cast<std::int64_t>(x)) : Json(x); };
    json["minimum"] = number(field.minimum);
    json["maximum"] = number(field.maximum);
    json["step"] = number(field.step);
    if (field.logarithmic) json["logarithmic"] = true;
  }
  for (const Choice& choice : field.choices) json["choices"].push_back({{"key", choice.key}, {"label", choice.label}});
  for (const Part& part : field.parts) json["parts"].push_back(describe(part));
  return json;
}

}  // namespace

Field integer_field(std::string key, std::string label, std::string help, int minimum, int maximum, int fallback,
                    std::string unit) {
  Field field = named(FieldKind::kInteger, std::move(key), std::move(label), std::move(help));
  field.minimum = minimum;
  field.maximum = maximum;
  field.fallback = fallback;
  field.unit = std::move(unit);
  return field;
}

Field real_field(std::string key, std::string label, std::string help, double minimum, double maximum, double step,
                 double fallback, bool logarithmic) {
  Field field = named(FieldKind::kReal, std::move(key), std::move(label), std::move(help));
  field.minimum = minimum;
  field.maximum = maximum;
  field.step = step;
  field.fallback = fallback;
  field.logarithmic = logarithmic;
  return field;
}

Field flag_field(std::string key, std::string label, std::string help, bool fallback) {
  Field field = named(FieldKind::kFlag, std::move(key), std::move(label), std::move(help));
  field.fallback = fallback;
  return field;
}

Field choice_field(std::string key, std::string label, std::string help, std::vector<Choice> choices,
                   std::string fallback) {
  Field field = named(FieldKind::kChoice, std::move(key), std::move(label), std::move(help));
  field.choices = std::move(choices);
  field.fallback = std::move(fallback);
  return field;
}

Field text_field(std::string key, std::string label, std::string help, std::string fallback) {
  Field field = named(FieldKind::kText, std::move(key), std::move(label), std::move(help));
  field.fallback = std::move(fallback);
  return field;
}

Field slot_field(std::string key, std::string label, std::string help, std::vector<Part> parts, std::string fallback) {
  Field field = named(FieldKind::kSlot, std::move(key), std::move(label), std::move(help));
  field.parts = std::move(parts);
  field.fallback = std::move(fallback);
  return field;
}

Json defaults_of(const Part& part) {
  Json value = Json::object();
  value["type"] = part.key;
  for (const Field& field : part.fields) {
    value[field.key] = field.fallback;
    if (field.kind != FieldKind::kSlot) continue;
    for (const Part& inner : field.parts) {
      if (field.fallback == inner.key) value[field.key] = defaults_of(inner);
    }
  }
  return value;
}

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
  constexpr std::size_t kLettersPerSlip = 4;
  const std::u32string wanted = utf8_decode(utf8_lower(word.substr(0, 200)));
  std::string best;
  std::size_t best_distance = 2 + (wanted.size() - std::min<std::size_t>(1, wanted.size())) / kLettersPerSlip;
  for (const std::string& candidate : candidates) {
    const std::u32string letters = utf8_decode(utf8_lower(candidate));
    const std::size_t edits = edit_distance(wanted, letters), distance = same_stem(wanted, letters) ? std::min<std::size_t>(edits, 1) : edits;
    if (distance >= best_distance || distance >= std::max(wanted.size(), letters.size())) continue;
    best_distance = distance;
    best = candidate;
  }
  return best;
}

Json describe(const Part& part) {
  Json json = {{"key", part.key}, {"label", part.label}, {"help", part.help}, {"fields", Json::array()}};
  if (!part.citation.empty()) json["citation"] = part.citation;
  for (const Field& field : part.fields) json["fields"].push_back(describe_field(field));
  return json;
}

}  // namespace heed
