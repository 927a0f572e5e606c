// ui/widgets: exact match by source length, one bar per run.
#include <algorithm>
#include <cmath>

#include "lab/strings.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/plot.h"

namespace heed {
namespace {

constexpr float kBars = 72;

/// Run B's bars are hatched as well as orange.
void draw_bar(Ui& ui, int run, ImVec2 low, ImVec2 high) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(low, high, ui.theme.run(run), 2, ImDrawFlags_RoundCornersTop);
  if (run == 0) return;
  list->PushClipRect(low, high, true);
  for (float y = low.y - (high.x - low.x); y < high.y; y += 5)
    list->AddLine({low.x, y + (high.x - low.x)}, {high.x, y}, with_alpha(ui.theme.colours.surface, 0.55f), 1);
  list->PopClipRect();
}

}  // namespace

void draw_length_bars(Ui& ui, const char* id, const std::vector<BarGroup>& groups, int runs, int trained_length) {
  const Theme& theme = ui.theme;
  const float text_height = ui.measure(ui.caption(), "0").y;
  const bool beyond = trained_length > 0 && !groups.empty() && groups.back().length > trained_length;
  const float head = beyond ? ui.paragraph_height(ui.caption(), tr("ui.scores.longer_ground"), ui.avail()) : 0;
  const Item item = add_item(ui, id, {ui.avail(), head + kBars + text_height + 10}, theme.radius.control);
  if (!item.visible || groups.empty()) return;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float gutter = std::ceil(ui.measure(ui.caption(), "100%").x) + theme.space.s;
  const ImRect box({item.box.Min.x + gutter, item.box.Min.y + head + 4},
                   {item.box.Max.x, item.box.Min.y + head + 4 + kBars});
  const float slot = box.GetWidth() / static_cast<float>(groups.size());
  std::size_t first_long = groups.size();
  for (std::size_t i = groups.size(); i-- > 0;)
    if (trained_length > 0 && groups[i].length > trained_length) first_long = i;
  if (first_long < groups.size()) {
    const float x = box.Min.x + slot * static_cast<float>(first_long);
    list->AddRectFilled({x, box.Min.y - 2}, {box.Max.x, box.Max.y}, theme.colours.surface_sunken, 4,
                        ImDrawFlags_RoundCornersTop);
    const float width = ui.measure(ui.caption(), tr("ui.scores.longer_ground")).x;
    ui.draw_paragraph({std::max(item.box.Min.x, std::min(x, box.Max.x - width)), item.box.Min.y}, ui.caption(),
                      tr("ui.scores.longer_ground"), item.box.GetWidth());
  }
  for (const float part : {0.0f, 0.5f, 1.0f}) {
    const float y = std::round(box.Max.y - kBars * part);
    list->AddLine({box.Min.x, y}, {box.Max.x, y}, part == 0 ? theme.colours.border_strong : theme.colours.grid,
                  theme.line.hair);
    const std::string text = part == 0 ? "0%" : part < 1 ? "50%" : "100%";
    ui.draw_text({box.Min.x - theme.space.s - ui.measure(ui.caption(), text).x, y - text_height / 2}, ui.caption(),
                 text, gutter);
  }
  const float bar = std::clamp((slot - 4) / static_cast<float>(runs), 2.0f, 14.0f);
  const float label = ui.measure(ui.caption(), "00").x + 4;
  const int stride = std::max(1, static_cast<int>(std::ceil(label / slot)));
  std::string spoken;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const float middle = box.Min.x + slot * (static_cast<float>(i) + 0.5f);
    for (int run = 0; run < runs; ++run) {
      const float value = groups[i].values[run];
      if (value < 0) continue;
      const float x = middle + bar * (static_cast<float>(run) - static_cast<float>(runs) / 2),
                  y = box.Max.y - std::max(1.5f, kBars * value);
      draw_bar(ui, run, {x + 0.5f, y}, {x + bar - 0.5f, box.Max.y});
    }
    const std::string text = std::to_string(groups[i].length);
    const float width = ui.measure(ui.caption(), text).x;
    if (static_cast<int>(i) % stride == 0)
      ui.draw_text({middle - width / 2, box.Max.y + 4}, ui.caption(), text,
                   std::max(width, slot * static_cast<float>(stride)));
    if (item.hovered && std::abs(ImGui::GetIO().MousePos.x - middle) <= slot / 2) {
      spoken = tr("ui.scores.bar",
                  {text, std::to_string(static_cast<int>(std::lround(std::max(0.0f, groups[i].values[0]) * 100)))});
      if (runs > 1 && groups[i].values[1] >= 0)
        spoken = tr("ui.scores.bar_two",
                    {text, std::to_string(static_cast<int>(std::lround(std::max(0.0f, groups[i].values[0]) * 100))),
                     std::to_string(static_cast<int>(std::lround(groups[i].values[1] * 100)))});
    }
  }
  help_bubble(ui, item, spoken.empty() ? tr("ui.scores.bars_help") : spoken);
}

}  // namespace heed
