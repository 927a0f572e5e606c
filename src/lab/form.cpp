// lab: see form.h.
#include "lab/form.h"

#include <algorithm>
#include <array>

#include "lab/fitting.h"
#include "lab/lab.h"
#include "lab/strings.h"
#include "training/preset.h"

namespace heed {
namespace {

constexpr std::array<std::string_view, 10> kFirst = {"task",           "model.attention",
                                                     "model.encoder",  "model.encoder.hidden",
                                                     "optimiser.rate", "task.max_length",
                                                     "task.forms",     "task.max_words",
                                                     "task.tokens",    "batch"};
constexpr std::size_t kFirstCount = 5;

const Json* value_in(const Json& preset, const std::string& path) {
  const Json* at = &preset;
  for (std::size_t from = 0; from <= path.size();) {
    const std::size_t dot = std::min(path.find('.', from), path.size());
    const std::string key = path.substr(from, dot - from);
    if (!at->is_object() || !at->contains(key)) return nullptr;
    at = &at->at(key);
    from = dot + 1;
  }
  return at;
}

Json choices_of(const Json& draft, const Entry& entry) {
  Json choices = Json::array();
  const auto add = [&](const std::string& key, const std::string& label, const std::string& help) {
    const std::string base = entry.path + "." + key;
    std::string shown = tr_or(base + ".label", label);
    if (entry.field->kind == FieldKind::kSlot && !would_fit(draft, entry.path, key))
      shown = tr("form.other." + entry.path, {shown});
    choices.push_back({{"key", key}, {"label", std::move(shown)}, {"help", tr_or(base + ".help", help)}});
  };
  for (const Part& part : entry.field->parts) add(part.key, part.label, part.help);
  for (const Choice& choice : entry.field->choices) add(choice.key, choice.label, {});
  return choices;
}

Json entry_as_json(const RunView& run, const Entry& entry) {
  const Field& field = *entry.field;
  Json json = {{"path", entry.path},
               {"label", tr_or(entry.path + ".label", field.label)},
               {"help", tr_or(entry.path + ".help", field.help)},
               {"value", *entry.value},
               {"changed", differs(run, entry)}};
  switch (field.kind) {
    case FieldKind::kSlot:
      json["value"] = entry.value->is_object() ? entry.value->value("type", Json()) : *entry.value;
      [[fallthrough]];
    case FieldKind::kChoice:
      json["control"] = "choice";
      json["choices"] = choices_of(run.draft.is_object() ? run.draft : run.preset, entry);
      break;
    case FieldKind::kInteger:
    case FieldKind::kReal:
      json["control"] = "number";
      json["minimum"] = field.minimum;
      json["maximum"] = field.maximum;
      json["step"] = field.kind == FieldKind::kInteger ? Json(1) : Json("any");
      json["unit"] = field.unit;
      break;
    case FieldKind::kFlag:
      json["control"] = "flag";
      break;
    case FieldKind::kText:
      json["control"] = "text";
      break;
  }
  return json;
}

}  // namespace

const Part* part_in(const Field& slot, const Json& value) {
  const std::string key = value.is_object()   ? value.value("type", std::string())
                          : value.is_string() ? value.get<std::string>()
                                              : std::string();
  for (const Part& part : slot.parts)
    if (part.key == key) return &part;
  return nullptr;
}

void collect_entries(const Part& part, const Json& value, const std::string& path, std::vector<Entry>& out) {
  if (!value.is_object()) return;
  for (const Field& field : part.fields) {
    if (!value.contains(field.key)) continue;
    const std::string own = path.empty() ? field.key : path + "." + field.key;
    const Json& inner = value.at(field.key);
    if (field.kind != FieldKind::kSlot || field.parts.size() > 1) out.push_back({&field, own, &inner});
    if (field.kind != FieldKind::kSlot) continue;
    if (const Part* chosen = part_in(field, inner)) collect_entries(*chosen, inner, own, out);
  }
}

bool differs(const RunView& run, const Entry& entry) {
  if (!run.preset.is_object()) return false;
  const Json* built = value_in(run.preset, entry.path);
  if (!built) return true;
  if (entry.field->kind == FieldKind::kSlot && built->is_object() && entry.value->is_object())
    return built->value("type", Json()) != entry.value->value("type", Json());
  return *built != *entry.value;
}

std::vector<Entry> take_first_entries(std::vector<Entry>& entries) {
  std::vector<Entry> first;
  for (const std::string_view path : kFirst) {
    const auto found =
        std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) { return entry.path == path; });
    if (found == entries.end() || first.size() >= kFirstCount) continue;
    first.push_back(*found);
    entries.erase(found);
  }
  return first;
}

Json form_of(const LabState& state) {
  const int run = state.compare ? state.focus : 0;
  const RunView& view = state.runs[static_cast<std::size_t>(run)];
  Json form = {{"kind", "form"},    {"run", run},       {"compare", state.compare},
               {"used", view.used}, {"changed", false}, {"entries", Json::array()}};
  const Json& draft = view.draft.is_object() ? view.draft : view.preset;
  if (!draft.is_object()) return form;
  std::vector<Entry> rest;
  collect_entries(preset_part(), draft, "", rest);
  const auto add = [&](const std::vector<Entry>& entries, bool first) {
    for (const Entry& entry : entries) {
      Json json = entry_as_json(view, entry);
      json["first"] = first || entry.path == "seed" || entry.path == "optimiser";
      if (json["changed"] == true) form["changed"] = true;
      form["entries"].push_back(std::move(json));
    }
  };
  const std::vector<Entry> first = take_first_entries(rest);
  add(first, true);
  add(rest, false);
  return form;
}

}  // namespace heed
