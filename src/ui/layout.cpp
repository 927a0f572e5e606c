// ui: where the panels go. Three columns on a wide canvas, two on a desktop one, one beside an open lesson and on a
// phone.
#include "ui/layout.h"

#include <imgui.h>

#include <algorithm>
#include <functional>
#include <vector>

#include "ui/panels/panels.h"
#include "ui/ui.h"

namespace heed {
namespace {

constexpr float kThreeColumns = 1400;

using Panel = std::function<void(const Lab&, Ui&)>;

/// Panels one under the other; returns the y below.
float stack(const Lab& lab, Ui& ui, ImVec2 at, float width, const std::vector<Panel>& panels) {
  const float gap = ui.theme.space.l;
  ui.begin_column(at, width);
  for (std::size_t i = 0; i < panels.size(); ++i) {
    const float before = ImGui::GetCursorScreenPos().y;
    if (i) ui.gap(gap);
    const float start = ImGui::GetCursorScreenPos().y;
    panels[i](lab, ui);
    if (ImGui::GetCursorScreenPos().y == start) ui.move_to({at.x, before});  // it had nothing to show
  }
  return ui.end_column();
}

}  // namespace

float draw_layout(const Lab& lab, Ui& ui) {
  const Theme& theme = ui.theme;
  const float width = ui.viewport.width, gap = theme.space.l;
  const float side = width < theme.layout.one_column ? theme.space.m : theme.space.l + theme.space.xs;
  const float inner = width - 2 * side, scroll = ImGui::GetScrollY();
  draw_header(lab, ui);

  const ImVec2 top{side, ui.header_height - scroll + (width < theme.layout.one_column ? theme.space.m : theme.space.l)};
  const bool folds = width < theme.layout.two_columns;
  const Panel summary = [folds](const Lab& l, Ui& u) { draw_summary(l, u, folds); };
  float y = stack(lab, ui, top, inner, {draw_notices, summary}) + gap;
  const Panel build = [](const Lab& l, Ui& u) { draw_build(l, u, false); };
  if (folds) {
    ui.move_to({side, y});
    ui.begin_column({side, y}, inner);
    draw_build(lab, ui, true);
    y = ImGui::GetCursorScreenPos().y;
    ui.end_column();
  }
  // A story with the hops beside its sentences takes the whole width.
  const RunView& view = lab.state().runs[0];
  const bool story = view.sentences && view.hops;
  const std::vector<Panel> above = story ? std::vector<Panel>{draw_attention, draw_memory, draw_two_ways, draw_try} : std::vector<Panel>{draw_attention, draw_memory, draw_two_ways};
  const std::vector<Panel> curves = story ? std::vector<Panel>{draw_curves, draw_profile} : std::vector<Panel>{draw_curves, draw_cost, draw_profile};
  const std::vector<Panel> beside = story ? std::vector<Panel>{draw_scores, draw_cost} : std::vector<Panel>{draw_scores, draw_try};
  float bottom = y;
  if (width >= kThreeColumns) {
    const float left = 304, right = std::clamp(inner * 0.28f, 360.0f, 460.0f), middle = inner - left - right - 2 * gap;
    bottom = stack(lab, ui, {side, y}, left, {build});
    bottom = std::max(bottom, stack(lab, ui, {side + left + gap, y}, middle, {draw_attention, draw_memory, draw_two_ways, draw_try, draw_addressing, draw_inside}));
    bottom = std::max(bottom, stack(lab, ui, {side + left + middle + 2 * gap, y}, right, {draw_curves, draw_scores, draw_cost, draw_profile}));
  } else if (width >= theme.layout.two_columns) {
    const float left = 296, right = inner - left - gap, half = (right - gap) / 2;
    bottom = stack(lab, ui, {side, y}, left, {build});
    const float next = stack(lab, ui, {side + left + gap, y}, right, above) + gap;
    const float first = stack(lab, ui, {side + left + gap, next}, half, curves);
    const float second = stack(lab, ui, {side + left + half + 2 * gap, next}, half, beside);
    const float last = stack(lab, ui, {side + left + gap, std::max(first, second) + gap}, right, {draw_addressing, draw_inside});
    bottom = std::max(bottom, last);
  } else if (width >= theme.layout.one_column) {
    y = stack(lab, ui, {side, y}, inner, above) + gap;
    const float half = (inner - gap) / 2;
    const float first = stack(lab, ui, {side, y}, half, curves);
    const float second = stack(lab, ui, {side + half + gap, y}, half, beside);
    bottom = stack(lab, ui, {side, std::max(first, second) + gap}, inner, {draw_addressing, draw_inside});
  } else {
    bottom = stack(lab, ui, {side, y}, inner, {draw_attention, draw_memory, draw_two_ways, draw_try, draw_curves, draw_scores, draw_addressing, draw_inside, draw_cost, draw_profile});
  }
  return bottom + gap;
}

}  // namespace heed
