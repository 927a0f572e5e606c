// lab: the link is the experiment. Beside the preset's own settings a fragment may hold compare=PATH:VALUE,...,
// lesson=SLUG, hide=ID,ID and lang=CODE.
#include <algorithm>
#include <optional>

#include "base/utf8.h"
#include "lab/json_reader.h"
#include "lab/lab.h"
#include "lab/preset_change.h"
#include "lab/widget_ids.h"
#include "training/preset.h"

namespace heed {
namespace {

constexpr std::size_t kMaxFragment = 8192;
constexpr std::string_view kPlain = "-_.~:,;+";

std::string escape(std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter || kPlain.find(c) != std::string_view::npos) {
      out += c;
    } else {
      out += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return out;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 32);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

Result<std::string> unescape(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1, low = high >= 0 ? hex_digit(text[i + 2]) : -1;
    if (low < 0) return Error{"the link has a stray '%' at character " + std::to_string(i + 1)};
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  if (utf8_invalid_at(out) != std::string_view::npos) return Error{"the link holds bytes that are not text (UTF-8)"};
  return out;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const std::size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    text = at == std::string_view::npos ? std::string_view() : text.substr(at + 1);
  }
  return parts;
}

struct Link {
  std::string preset;  ///< what is left for preset_from_fragment
  std::optional<Json> compare;
  std::string lesson, language;
  std::optional<std::vector<std::string>> hidden;
};

Result<Json> parse_compare(const std::string& value) {
  Json changes = Json::object();
  for (const std::string_view change : split(value, ',')) {
    const std::size_t colon = change.find(':');
    const std::string path(change.substr(0, colon));
    if (colon == std::string_view::npos || !is_preset_path(path)) {
      return Error{"compare=" + utf8_excerpt(value, 60) +
                   ": expected changes like model.attention:none, separated by commas"};
    }
    const std::string text(change.substr(colon + 1));
    const Json parsed = Json::parse(text, nullptr, false);
    changes[path] = parsed.is_number() || parsed.is_boolean() || parsed.is_string() ? parsed : Json(text);
  }
  return changes;
}

Result<std::vector<std::string>> parse_hidden(const std::string& value) {
  const std::vector<std::string> known(kWidgetIds.begin(), kWidgetIds.end());
  std::vector<std::string> ids;
  for (const std::string_view part : split(value, ',')) {
    const std::string id(part);
    if (std::find(known.begin(), known.end(), id) == known.end())
      return Error{"hide: " + unknown_word("part of the lab", id, known)};
    ids.push_back(id);
  }
  return ids;
}

bool is_name(const std::string& text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

Status take(Link& link, std::string_view part) {
  const std::size_t equals = part.find('=');
  const std::string key(part.substr(0, equals));
  if (key != "compare" && key != "lesson" && key != "hide" && key != "lang") {
    link.preset += (link.preset.empty() ? "" : "&") + std::string(part);
    return ok_status();
  }
  const Result<std::string> value =
      unescape(equals == std::string_view::npos ? std::string_view() : part.substr(equals + 1));
  if (!value) return Error{value.error()};
  if (key == "compare") {
    Result<Json> changes = parse_compare(*value);
    if (!changes) return Error{changes.error()};
    link.compare = *changes;
  } else if (key == "hide") {
    Result<std::vector<std::string>> ids = parse_hidden(*value);
    if (!ids) return Error{ids.error()};
    link.hidden = *ids;
  } else {
    if (!is_name(*value))
      return Error{key + "=" + utf8_excerpt(*value, 40) + ": expected a name of letters, digits and '-'"};
    (key == "lesson" ? link.lesson : link.language) = *value;
  }
  return ok_status();
}

Result<Link> parse_link(std::string_view fragment) {
  if (!fragment.empty() && fragment.front() == '#') fragment.remove_prefix(1);
  if (fragment.size() > kMaxFragment)
    return Error{"this link is longer than " + std::to_string(kMaxFragment) + " characters"};
  Link link;
  for (const std::string_view part : split(fragment, '&')) {
    if (part.empty()) continue;
    if (const Status taken = take(link, part); !taken) return Error{taken.error()};
  }
  return link;
}

void append(std::string& fragment, const std::string& part) {
  if (part.empty()) return;
  if (!fragment.empty()) fragment += '&';
  fragment += part;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ",") + word;
  return text;
}

}  // namespace

std::string Lab::link_fragment() const {
  const RunView& first = state_.runs[0];
  const RunView& second = state_.runs[1];
  std::string fragment;
  const Json& shown = first.preset.is_null() ? first.draft : first.preset;
  if (!shown.is_null()) {
    append(fragment, preset_to_fragment(shown));
    if (fragment.empty())
      fragment = "task=" + preset_value(shown, "task").get<std::string>();  // all defaults: a link still says so
  }
  if (state_.compare && !second.preset.is_null() && !shown.is_null()) {
    std::vector<std::string> changes;
    for (const Setting& change : preset_changes(shown, second.preset))
      changes.push_back(change.path + ":" + change.text);
    append(fragment, changes.empty() ? "compare=" : "compare=" + escape(joined(changes)));
  }
  if (!state_.lesson.empty()) append(fragment, "lesson=" + escape(state_.lesson));
  if (!state_.hidden.empty()) append(fragment, "hide=" + escape(joined(state_.hidden)));
  if (state_.language != "en") append(fragment, "lang=" + escape(state_.language));
  return fragment;
}

Status Lab::open_fragment(std::string_view fragment) {
  const Result<Link> link = parse_link(fragment);
  if (!link) return Error{link.error()};
  const bool builds = !link->preset.empty() || link->compare;
  Json preset, second;
  if (builds) {
    Result<Json> first = preset_from_fragment(link->preset);
    if (!first) return Error{first.error()};
    preset = *first;
    if (link->compare) {
      const Result<Json> other = preset_with_all(preset, *link->compare);
      if (!other) return Error{"compare: " + other.error()};
    }
  }
  if (!link->language.empty()) apply(SetLanguage{link->language});
  if (link->hidden) apply(SetHidden{*link->hidden});
  if (builds) {
    apply(SetCompare{false, nullptr});
    apply(LoadPreset{0, preset, true});
    if (link->compare) apply(SetCompare{true, *link->compare});
  }
  if (!link->lesson.empty()) post({{"kind", "open_lesson"}, {"slug", link->lesson}});
  return ok_status();
}

}  // namespace heed
