// ui/panels: the controls of what is built, generated from the preset's own description: the few that matter most
// first, the rest under "More". Changes wait in the draft until "Build".
#include <algorithm>

#include "lab/describe.h"
#include "lab/strings.h"
#include "training/preset.h"
#include "ui/panels/build_fields.h"
#include "ui/panels/panels.h"
#include "ui/widgets/controls.h"

namespace heed {
namespace {

/// In as many columns as there is room for, filled downwards.
void draw_entries(const Form& form, const std::vector<Entry>& entries) {
  Ui& ui = form.ui;
  const float whole = ui.avail(), gutter = ui.theme.space.xl;
  const std::size_t columns = whole >= 560 ? 2 : 1, rows = (entries.size() + columns - 1) / columns;
  const float part = (whole - gutter * static_cast<float>(columns - 1)) / static_cast<float>(columns);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  float bottom = at.y;
  for (std::size_t column = 0; column < columns; ++column) {
    ui.begin_column({at.x + static_cast<float>(column) * (part + gutter), at.y}, part);
    for (std::size_t i = column * rows; i < std::min(entries.size(), (column + 1) * rows); ++i)
      draw_entry(form, entries[i]);
    bottom = std::max(bottom, ui.end_column());
  }
  ui.move_to(at);
  ImGui::Dummy({whole, bottom - at.y});
}

bool hidden_field(const Form& form, const Entry& entry) {
  for (const std::string& id : form.lab.state().hidden)
    if (entry.path == id || entry.path.rfind(id + ".", 0) == 0) return true;
  return entry.path == "seed" && Ui::hidden(form.lab, "seed");
}

/// "Changed, not built yet" with the two ways out of it.
void draw_changes(const Form& form, bool changed) {
  Ui& ui = form.ui;
  const Theme& theme = ui.theme;
  if (!changed && form.view().used) return;
  ui.gap(theme.space.s);
  ui.paragraph(ui.caption(), tr(form.view().used ? "ui.build.changed" : "ui.build.not_built"));
  ButtonLook main{ButtonKind::kPrimary};
  if (button(ui, "build", tr("ui.build.build"), main, tr("ui.build.build_help"))) ui.push(BuildRun{form.run});
  if (!form.view().used) return;
  const ButtonLook undo{ButtonKind::kQuiet, Icon::kUndo};
  ui.flow(button_width(ui, tr("ui.build.undo"), undo), theme.space.s);
  if (button(ui, "undo", tr("ui.build.undo"), undo)) ui.push(LoadPreset{form.run, form.view().preset, false});
}

void draw_form(const Form& form) {
  Ui& ui = form.ui;
  std::vector<Entry> entries;
  const Json& draft = form.view().draft.is_object() ? form.view().draft : form.view().preset;
  collect_entries(preset_part(), draft, "", entries);
  std::erase_if(entries, [&](const Entry& entry) { return hidden_field(form, entry); });
  const bool changed =
      std::any_of(entries.begin(), entries.end(), [&](const Entry& entry) { return differs(form.view(), entry); });
  const std::vector<Entry> first = take_first_entries(entries);
  draw_entries(form, first);
  const std::string more =
      tr(ui.memory.build_more ? "ui.build.less" : "ui.build.more", {std::to_string(entries.size())});
  if (button(ui, "more", more, {ButtonKind::kQuiet, ui.memory.build_more ? Icon::kChevronDown : Icon::kChevronRight}))
    ui.memory.build_more = !ui.memory.build_more;
  // A lesson that points at something in here points at the way to it.
  for (const Entry& entry : entries)
    if (!ui.memory.build_more) ui.mark(form.lab, entry.path, ImRect(ImGui::GetItemRectMin(), ImGui::GetItemRectMax()));
  if (ui.memory.build_more) {
    ui.gap(ui.theme.space.s);
    draw_entries(form, entries);
  }
  draw_changes(form, changed);
}

/// What runs compute on: not of the experiment, so it is there at once and needs no building.
void draw_backend(const Lab& lab, Ui& ui, int run) {
  if (Ui::hidden(lab, "backend")) return;
  const LabState& state = lab.state();
  const std::vector<std::string> keys{"auto", "cpu", "webgpu"};
  std::vector<std::string> labels;
  for (const std::string& key : keys) labels.push_back(backend_name(key));
  const auto current = static_cast<int>(std::find(keys.begin(), keys.end(), state.backend) - keys.begin());
  ui.gap(ui.theme.space.m);
  const ImVec2 from = ImGui::GetCursorScreenPos();
  const float width = ui.avail();
  ui.paragraph(ui.look(Face::kStrong, ui.theme.type.small, ui.theme.colours.ink), tr("ui.backend.title"));
  ui.gap(ui.theme.space.xs);
  const int chosen = segmented(ui, "backend", labels, std::min(current, 2), std::min(width, 420.0f));
  if (chosen != current) ui.push(ComputeOn{keys[static_cast<std::size_t>(chosen)]});
  if (const RunView& view = state.runs[static_cast<std::size_t>(run)]; view.used && !view.backend.empty()) {
    ui.gap(ui.theme.space.xs);
    ui.paragraph(ui.caption(), describe_backend(state, run));
  }
  ui.mark(lab, "backend", ImRect(from, {from.x + width, ImGui::GetCursorScreenPos().y}));
}

}  // namespace

void draw_build(const Lab& lab, Ui& ui, bool folded) {
  if (Ui::hidden(lab, "model") && Ui::hidden(lab, "task") && Ui::hidden(lab, "optimiser")) return;
  const LabState& state = lab.state();
  const Form form{lab, ui, state.compare ? state.focus : 0};
  const bool waiting = form.view().used && form.view().draft.is_object() && form.view().draft != form.view().preset;
  const bool open = !folded || ui.memory.build_open;
  if (!open && !waiting) return;
  ImRect box;
  ImGui::PushID("build");
  begin_card(ui, ImGui::GetCursorScreenPos(), ui.avail());
  if (open) {
    card_title(ui, tr("ui.build.title"));
    if (state.compare) {
      const std::vector<std::string> runs{tr("ui.run.a"), tr("ui.run.b")};
      const int chosen = segmented(ui, "run", runs, form.run, std::min(ui.avail(), 420.0f));
      if (chosen != form.run) ui.push(SetFocus{chosen});
    }
    ui.gap(ui.theme.space.m);
    draw_form(form);
    draw_backend(lab, ui, form.run);
  } else {
    draw_changes(form, true);
  }
  end_card(ui, &box);
  ImGui::PopID();
  ui.gap(ui.theme.space.l);
  if (open) ui.mark(lab, "model", box);
}

}  // namespace heed
