// ui/panels: sliders, choices, switches and texts from fields, with their labels and help.
#include "ui/panels/build_fields.h"

#include <algorithm>
#include <cmath>

#include "lab/describe.h"
#include "lab/fitting.h"
#include "lab/strings.h"
#include "ui/widgets/controls.h"

namespace heed {
namespace {

/// Label, and a dot while it differs from what is built; on touch a sign that opens the help.
void field_label(const Form& form, const Entry& entry, float width) {
  Ui& ui = form.ui;
  const Theme& theme = ui.theme;
  const std::string label = tr_or(entry.path + ".label", entry.field->label);
  TextLook look = ui.soft();
  look.colour = theme.colours.ink;
  const bool changed = differs(form.view(), entry);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float dot = changed ? 12.0f : 0.0f, room = width - dot;
  const float height = std::max(22.0f, ui.paragraph_height(look, label, room));
  if (changed)
    ImGui::GetWindowDrawList()->AddCircleFilled({at.x + 3, at.y + ui.paragraph_height(look, "x", room) / 2}, 3.5f,
                                                theme.colours.accent, 16);
  ui.draw_paragraph({at.x + dot, at.y}, look, label, room);
  ImGui::Dummy({width, height});
}

void touch_help(const Form& form, const Entry& entry, const std::string& help) {
  Ui& ui = form.ui;
  if (!ui.viewport.coarse || help.empty()) return;
  if (ui.memory.help_open == entry.path) ui.paragraph(ui.caption(), help);
}

void touch_help_button(const Form& form, const Entry& entry) {
  Ui& ui = form.ui;
  if (!ui.viewport.coarse) return;
  ImGui::SameLine(0, 0);
  if (button(ui, "help", {}, {ButtonKind::kQuiet, Icon::kInfo}, {}))
    ui.memory.help_open = ui.memory.help_open == entry.path ? std::string() : entry.path;
}

int index_of(const std::vector<std::string>& keys, const std::string& key) {
  const auto found = std::find(keys.begin(), keys.end(), key);
  return found == keys.end() ? 0 : static_cast<int>(found - keys.begin());
}

void draw_choice(const Form& form, const Entry& entry) {
  Ui& ui = form.ui;
  const Field& field = *entry.field;
  std::vector<Option> options;
  std::vector<std::string> keys;
  std::string current, citation, help = tr_or(entry.path + ".help", field.help);
  if (field.kind == FieldKind::kSlot) {
    for (const Part& part : field.parts) {
      const std::string base = entry.path + "." + part.key;
      std::string label = tr_or(base + ".label", part.label);
      if (!would_fit(form.view().draft, entry.path, part.key)) label = tr("form.other." + entry.path, {label});
      options.push_back({std::move(label), tr_or(base + ".help", part.help)});
      keys.push_back(part.key);
    }
    if (const Part* part = part_in(field, *entry.value)) {
      current = part->key;
      citation = part->citation;
    }
  } else {
    for (const Choice& one : field.choices) {
      options.push_back({tr_or(entry.path + "." + one.key + ".label", one.label), {}});
      keys.push_back(one.key);
    }
    current = entry.value->is_string() ? entry.value->get<std::string>() : std::string();
  }
  const int index = index_of(keys, current);
  const float aside = ui.viewport.coarse ? ui.target() : 0;
  const int chosen = choice(ui, "choice", options, index, ui.avail() - aside, help, citation);
  if (chosen != index) form.edit(entry.path, keys[static_cast<std::size_t>(chosen)]);
  touch_help_button(form, entry);
  const std::string about = options.empty() ? std::string() : options[static_cast<std::size_t>(index)].help;
  touch_help(form, entry, about.empty() ? help : about);
}

void draw_number(const Form& form, const Entry& entry) {
  Ui& ui = form.ui;
  const Field& field = *entry.field;
  const SliderRange range{field.minimum, field.maximum, field.step,
                          field.logarithmic || (field.kind == FieldKind::kInteger && field.minimum > 0 &&
                                                field.maximum / field.minimum > 100),
                          field.kind == FieldKind::kInteger};
  double value = entry.value->is_number() ? entry.value->get<double>() : field.minimum;
  const std::string unit = tr_or("unit." + field.unit, field.unit), help = tr_or(entry.path + ".help", field.help);
  const float whole = ui.avail(), aside = ui.viewport.coarse ? ui.target() : 0;
  const float box = std::clamp(ui.measure(ui.number(), number_text_short(field.maximum, range.integer)).x +
                                   ui.measure(ui.caption(), unit).x + 24,
                               64.0f, whole * 0.6f);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ui.begin_column({at.x, at.y + (ui.target() - 22) / 2}, whole - box - aside);
  field_label(form, entry, whole - box - aside - ui.theme.space.s);
  const float label_end = ui.end_column();
  ui.move_to({at.x + whole - box - aside, at.y});
  bool changed = number_box(ui, "number", range, unit, value, box);
  touch_help_button(form, entry);
  ui.move_to({at.x, std::max(label_end, at.y + ui.target())});
  changed = slider(ui, "slider", range, value, help) || changed;
  touch_help(form, entry, help);
  if (!changed) return;
  if (range.integer) {
    form.edit(entry.path, static_cast<std::int64_t>(std::llround(value)));
  } else {
    form.edit(entry.path, value);
  }
}

void draw_flag(const Form& form, const Entry& entry) {
  const bool on = entry.value->is_boolean() && entry.value->get<bool>();
  const std::string help = tr_or(entry.path + ".help", entry.field->help);
  if (toggle(form.ui, "flag", tr_or(entry.path + ".label", entry.field->label), on, help)) form.edit(entry.path, !on);
  touch_help_button(form, entry);
  touch_help(form, entry, help);
}

void draw_text(const Form& form, const Entry& entry) {
  std::string text = entry.value->is_string() ? entry.value->get<std::string>() : std::string();
  field_label(form, entry, form.ui.avail());
  if (text_field(form.ui, "text", text, {}, form.ui.avail(), false)) form.edit(entry.path, text);
}

/// The user's own pairs or text are typed in HTML: the page opens its editor.
void draw_data(const Form& form, const std::string& task) {
  Ui& ui = form.ui;
  const std::string& data = form.view().data;
  if (task == "text") {
    ui.paragraph(ui.caption(), data.empty() ? tr("ui.build.no_text") : tr("ui.build.text", {count_text(data.size())}));
    if (button(ui, "text", tr("ui.build.edit_text"), {ButtonKind::kPlain, Icon::kEdit}))
      ui.say({{"kind", "edit_data"}, {"run", form.run}, {"value", data}, {"task", task}});
    return;
  }
  if (task == "stories") {
    ui.paragraph(ui.caption(), data.empty() ? tr("ui.build.no_stories") : tr("ui.build.stories", {count_text(data.size())}));
    if (button(ui, "stories", tr("ui.build.edit_stories"), {ButtonKind::kPlain, Icon::kEdit}))
      ui.say({{"kind", "edit_data"}, {"run", form.run}, {"value", data}, {"task", task}});
    return;
  }
  const auto lines = static_cast<std::uint64_t>(std::count(data.begin(), data.end(), '\n')) +
                     (data.empty() || data.back() == '\n' ? 0u : 1u);
  ui.paragraph(ui.caption(), data.empty() ? tr("ui.build.no_pairs") : tr("ui.build.pairs", {count_text(lines)}));
  if (button(ui, "pairs", tr("ui.build.edit_pairs"), {ButtonKind::kPlain, Icon::kEdit}))
    ui.say({{"kind", "edit_data"}, {"run", form.run}, {"value", data}});
}

}  // namespace

void draw_entry(const Form& form, const Entry& entry) {
  Ui& ui = form.ui;
  ImGui::PushID(entry.path.c_str());
  const ImVec2 from = ImGui::GetCursorScreenPos();
  const float width = ui.avail();
  switch (entry.field->kind) {
    case FieldKind::kSlot:
    case FieldKind::kChoice:
      field_label(form, entry, width);
      draw_choice(form, entry);
      break;
    case FieldKind::kInteger:
    case FieldKind::kReal:
      draw_number(form, entry);
      break;
    case FieldKind::kFlag:
      draw_flag(form, entry);
      break;
    case FieldKind::kText:
      draw_text(form, entry);
      break;
  }
  const ImRect box(from, {from.x + width, ImGui::GetItemRectMax().y});
  ui.mark(form.lab, entry.path, box);
  const std::string task =
      entry.path == "task" && entry.value->is_object() ? entry.value->value("type", std::string()) : "";
  if (brings_own_data(task)) draw_data(form, task);
  ImGui::PopID();
  ui.gap(ui.theme.space.m);
}

}  // namespace heed
