// ui/panels: what several panels need.
#include <algorithm>

#include "lab/describe.h"
#include "lab/strings.h"
#include "ui/panels/panels.h"
#include "ui/widgets/controls.h"

namespace heed {

bool any_training(const LabState& state) {
  for (int run = 0; run < shown_runs(state); ++run)
    if (state.runs[static_cast<std::size_t>(run)].phase == RunPhase::kTraining) return true;
  return false;
}

std::uint64_t newest_step(const LabState& state) {
  std::uint64_t step = 0;
  for (int run = 0; run < shown_runs(state); ++run)
    step = std::max(step, state.runs[static_cast<std::size_t>(run)].step);
  return step;
}

namespace {

std::string slot_key(const Json& preset, const char* pointer) {
  const Json::json_pointer path(pointer);
  if (!preset.is_object() || !preset.contains(path)) return {};
  const Json& value = preset.at(path);
  return value.is_string()   ? value.get<std::string>()
         : value.is_object() ? value.value("type", std::string())
                             : std::string();
}

}  // namespace

std::string run_label(const LabState& state, int run) {
  const RunView& view = state.runs[static_cast<std::size_t>(run)];
  const RunView& other = state.runs[static_cast<std::size_t>(1 - run)];
  const std::string own = slot_key(view.preset, "/model/attention"),
                    theirs = slot_key(other.preset, "/model/attention");
  if (own.empty()) return tr(run == 0 ? "ui.run.a" : "ui.run.b");
  if (own == "none") return tr("ui.run.without_attention");
  if (theirs == "none") return tr("ui.run.with_attention");
  const std::string cell = slot_key(view.preset, "/model/encoder");
  return tr("ui.run.attention", {part_label("model.attention", own), part_label("model.encoder", cell)});
}

void draw_run_label(const Lab& lab, Ui& ui, int run) {
  const std::string text = std::string(run == 0 ? "A" : "B") + " \xC2\xB7 " + run_label(lab.state(), run);
  const TextLook look = ui.look(Face::kStrong, ui.theme.type.small, ui.theme.run(run));
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float inset = 16, width = ui.avail() - inset, height = std::max(20.0f, ui.paragraph_height(look, text, width));
  run_marker(ImGui::GetWindowDrawList(), ui.theme, run, {at.x + 5, at.y + ui.paragraph_height(look, "A", width) / 2},
             9);
  ui.draw_paragraph({at.x + inset, at.y}, look, text, width);
  ImGui::Dummy({width, height});
}

void draw_empty(Ui& ui, const std::string& title, const std::string& text, float height) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = ui.avail(), room = std::min(width - 2 * ui.theme.space.m, 420.0f), x = at.x + (width - room) / 2;
  const TextLook head = ui.look(Face::kStrong, ui.theme.type.body, ui.theme.colours.ink_soft);
  const float upper = ui.paragraph_height(head, title, room), lower = ui.paragraph_height(ui.soft(), text, room);
  const float total = std::max(height, upper + lower + 2 * ui.theme.space.l);
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(at, {at.x + width, at.y + total}, ui.theme.colours.surface_sunken, ui.theme.radius.control);
  const float y = at.y + (total - upper - lower) / 2;
  ui.draw_paragraph({x, y}, head, title, room);
  ui.draw_paragraph({x, y + upper + ui.theme.space.hair}, ui.soft(), text, room);
  ImGui::Dummy({width, total});
}

}  // namespace heed
