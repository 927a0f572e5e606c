// ui/widgets: see bar_strip.h.
#include "ui/widgets/bar_strip.h"

#include <algorithm>
#include <cmath>

#include "lab/story_picture.h"
#include "lab/strings.h"

namespace heed {
namespace {

constexpr float kNumbered = 26;  ///< bars at least so wide have their numbers over them
constexpr float kTold = 0.05f;   ///< a largest value below this is not worth telling
constexpr float kLeast = 0.002f; ///< from here on a value is seen, however low its bar

/// Over the largest bar, within the strip.
void tell_peak(Ui& ui, const std::vector<float>& values, const BarStrip& look, ImVec2 at, float cell, float top) {
  const auto largest = std::ranges::max_element(values);
  if (largest == values.end() || *largest < kTold) return;
  const auto place = static_cast<std::size_t>(largest - values.begin());
  const TextLook text = ui.look(Face::kMono, 10, ui.theme.colours.ink_soft);
  const std::string said = tr(look.peak, {std::to_string(place + 1), weight_text(*largest)});
  const float width = ui.measure(text, said).x, y = at.y + look.height - (look.height - top) * std::min(1.0f, *largest) - top;
  const float x = std::clamp(at.x + (static_cast<float>(place) + 0.5f) * cell - width / 2, at.x, at.x + std::max(0.0f, look.width - width));
  ui.draw_text({x, y}, text, said, width);
}

}  // namespace

void draw_bar_strip(Ui& ui, const std::vector<float>& values, const BarStrip& look) {
  const Theme& theme = ui.theme;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float top = look.numbers ? ui.fonts.height(Face::kMono, 10) + 2 : 0, room = look.height - top;
  const float cell = look.width / static_cast<float>(std::max<std::size_t>(1, values.size())), gap = cell >= 6 ? 2.0f : cell >= 3 ? 1.0f : 0.0f;
  const float ground = at.y + look.height, middle = at.y + top + room / 2;
  list->AddRectFilled({at.x, at.y + top}, {at.x + look.width, ground}, theme.colours.surface_sunken, 3);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const float x = at.x + static_cast<float>(i) * cell, value = std::clamp(values[i], look.is_signed ? -1.0f : 0.0f, 1.0f);
    const float y0 = look.is_signed ? middle - room / 2 * std::max(0.0f, value) : ground - room * value;
    const float y1 = look.is_signed ? middle - room / 2 * std::min(0.0f, value) : ground;
    const float low = !look.is_signed && value >= kLeast ? std::min(y0, ground - 1) : y0;
    if (y1 - low >= 0.4f) list->AddRectFilled({x + gap / 2, low}, {x + cell - gap / 2, y1}, look.colour, std::min(2.0f, (y1 - low) / 2));
    if (look.numbers && cell >= kNumbered && values[i] >= 0.005f) {
      const TextLook text = ui.look(Face::kMono, 10, theme.colours.ink_soft);
      ui.draw_centred({x - 4, y0 - top}, {x + cell + 4, y0 - 1}, text, weight_text(values[i]));
    }
    if (static_cast<int>(i) == look.marked) list->AddTriangleFilled({x + cell / 2, ground + 1}, {x + cell / 2 - 4, ground + 6}, {x + cell / 2 + 4, ground + 6}, theme.colours.ink_soft);
  }
  if (look.numbers && look.peak && cell < kNumbered) tell_peak(ui, values, look, at, cell, top);
  if (look.is_signed) list->AddLine({at.x, middle}, {at.x + look.width, middle}, theme.colours.border, theme.line.hair);
  ImGui::Dummy({look.width, look.height + (look.marked >= 0 ? 7.0f : 0.0f)});
}

void draw_cell_strip(Ui& ui, ImVec2 at, const std::vector<float>& values, float width, float height) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float cell = width / static_cast<float>(std::max<std::size_t>(1, values.size())), gap = cell >= 6 ? 1.0f : 0.0f;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const float x = at.x + static_cast<float>(i) * cell;
    list->AddRectFilled({x, at.y}, {x + cell - gap, at.y + height}, bipolar_colour(ui.theme, std::clamp(values[i], -1.0f, 1.0f)), cell >= 8 ? 2.0f : 0.0f);
  }
}

}  // namespace heed
