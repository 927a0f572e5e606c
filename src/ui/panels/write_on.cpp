// ui/panels: a language model writes on from the learner's own text: how daring it is, and how sure it was of each
// piece.
#include <algorithm>

#include "lab/strings.h"
#include "ui/panels/panels.h"
#include "ui/widgets/controls.h"

namespace heed {
namespace {

constexpr int kLength = 120;
constexpr SliderRange kTemperatures{0, 2, 0.05, false, false};

/// What was read in soft ink, what was written in the run's, the fainter the less likely the model held it.
void draw_pieces(Ui& ui, const TextWritten& written) {
  const Theme& theme = ui.theme;
  const TextLook plain = ui.look(Face::kMono, theme.type.body, theme.colours.ink);
  const ImVec2 start = ImGui::GetCursorScreenPos();
  const float width = ui.avail(), height = ui.paragraph_height(plain, "x", width) + 4;
  ImVec2 at = start;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const auto draw = [&](const std::string& piece, float chance) {
    TextLook look = plain;
    const ImVec2 size = ui.measure(look, piece);
    if (at.x + size.x > start.x + width && at.x > start.x) at = {start.x, at.y + height};
    if (chance >= 0) {
      ImVec4 under = ImGui::ColorConvertU32ToFloat4(theme.colours.wrong_soft);
      under.w *= 1 - chance;
      list->AddRectFilled(at, {at.x + size.x, at.y + height - 2}, ImGui::GetColorU32(under));
    } else {
      look.colour = theme.colours.ink_soft;
    }
    ui.draw_text(at, look, piece, size.x + 1);
    at.x += size.x;
  };
  for (const std::string& piece : written.prompt) draw(piece, -1);
  for (std::size_t n = 0; n < written.pieces.size(); ++n) draw(written.pieces[n], written.chances[n]);
  ImGui::Dummy({width, at.y + height - start.y});
}

void draw_temperature(Ui& ui) {
  double temperature = static_cast<double>(ui.memory.temperature);
  const float box = 72, whole = ui.avail();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ui.draw_text({at.x, at.y + (ui.target() - 22) / 2}, ui.soft(), tr("ui.write.temperature"), whole - box);
  ui.move_to({at.x + whole - box, at.y});
  bool changed = number_box(ui, "temperature", kTemperatures, "", temperature, box);
  ui.move_to({at.x, at.y + ui.target()});
  changed = slider(ui, "temperature_slider", kTemperatures, temperature, tr("ui.write.temperature_help")) || changed;
  if (changed) ui.memory.temperature = static_cast<float>(temperature);
}

}  // namespace

void draw_write_on(const Lab& lab, Ui& ui) {
  const LabState& state = lab.state();
  const int run = state.runs[0].answer == "next" ? 0 : 1;
  const RunView& view = state.runs[static_cast<std::size_t>(run)];
  if (!view.used || view.answer != "next" || run >= shown_runs(state)) return;
  ImGui::PushID("write");
  ui.gap(ui.theme.space.m);
  draw_temperature(ui);
  ui.gap(ui.theme.space.s);
  const ButtonLook look{ButtonKind::kPlain, Icon::kNone, 0, !view.write_pending};
  if (button(ui, "write_on", tr("ui.write.on"), look, tr("ui.write.help"))) {
    WriteOn command{run, ui.memory.try_text, kLength, {}};
    command.sampling.temperature = ui.memory.temperature;
    command.sampling.seed = static_cast<std::uint64_t>(++ui.memory.texts_written);
    ui.push(command);
  }
  if (view.write_pending) ui.paragraph(ui.caption(), tr("ui.write.pending"));
  if (view.has_written) {
    ui.gap(ui.theme.space.s);
    if (view.written.error.empty())
      draw_pieces(ui, view.written);
    else
      ui.paragraph(ui.soft(), view.written.error);
  }
  ImGui::PopID();
}

}  // namespace heed
