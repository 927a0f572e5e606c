// ui/widgets: a choice from a list that opens below (or above) it.
#include <algorithm>
#include <cmath>

#include "ui/widgets/controls.h"

namespace heed {
namespace {

float option_height(const Ui& ui, const Option& option, float width) {
  const float pad = ui.viewport.coarse ? ui.theme.space.m : ui.theme.space.s;
  const float help = option.help.empty() ? 0 : ui.paragraph_height(ui.caption(), option.help, width);
  return std::max(ui.target(), ui.paragraph_height(ui.body(), option.label, width) + help + pad);
}

/// One row of the open list; true when it was chosen.
bool draw_option(Ui& ui, int index, const Option& option, bool current, float width) {
  const Theme& theme = ui.theme;
  const float mark = 24, text_width = width - mark - 2 * theme.space.s;
  ImGui::PushID(index);
  const Item item = add_item(ui, "option", {width, option_height(ui, option, text_width)}, theme.radius.small);
  ImGui::PopID();
  if (current) ImGui::SetItemDefaultFocus();
  if (item.visible) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    if (item.hovered || item.focused || item.held)
      list->AddRectFilled(item.box.Min, item.box.Max, theme.colours.surface_hover, theme.radius.small);
    const ImVec2 at{item.box.Min.x + theme.space.s, item.box.Min.y};
    TextLook label = ui.body();
    if (current) label.face = Face::kStrong;
    const float label_height = ui.paragraph_height(label, option.label, text_width);
    const float help_height = option.help.empty() ? 0 : ui.paragraph_height(ui.caption(), option.help, text_width);
    const float top = (item.box.Min.y + item.box.Max.y - label_height - help_height) / 2;
    if (current) draw_icon(list, Icon::kCheck, {at.x + 8, top + label_height / 2}, 13, theme.colours.accent);
    ui.draw_paragraph({at.x + mark, top}, label, option.label, text_width);
    if (help_height > 0) ui.draw_paragraph({at.x + mark, top + label_height}, ui.caption(), option.help, text_width);
  }
  return item.pressed;
}

}  // namespace

int choice(Ui& ui, const char* id, const std::vector<Option>& options, int current, float width,
           const std::string& help, const std::string& citation) {
  const Theme& theme = ui.theme;
  const Item item = add_item(ui, id, {width, ui.target()}, theme.radius.control);
  const std::string label = current >= 0 && current < static_cast<int>(options.size())
                                ? options[static_cast<std::size_t>(current)].label
                                : "";
  if (item.visible) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    list->AddRectFilled(item.box.Min, item.box.Max,
                        item.held      ? theme.colours.surface_active
                        : item.hovered ? theme.colours.surface_hover
                                       : theme.colours.surface,
                        theme.radius.control);
    list->AddRect(item.box.Min, item.box.Max, theme.colours.border_strong, theme.radius.control, 0, theme.line.hair);
    const TextLook look = ui.look(Face::kUi, theme.type.small, theme.colours.ink);
    const float middle = (item.box.Min.y + item.box.Max.y) / 2;
    ui.draw_text({item.box.Min.x + theme.space.m, middle - ui.measure(look, label).y / 2}, look, label,
                 width - 2 * theme.space.m - 16);
    draw_icon(list, Icon::kChevronDown, {item.box.Max.x - theme.space.m - 5, middle}, 11, theme.colours.ink_soft);
  }
  help_bubble(ui, item, help, citation);
  ImGui::PushID(id);
  if (item.pressed) ImGui::OpenPopup("list");
  int chosen = current;
  if (ImGui::IsPopupOpen("list")) {
    const float pad = theme.space.xs;
    const float inner = std::min(std::max(width, 300.0f), ui.viewport.width - 4 * theme.space.s) - 2 * pad;
    float height = 2 * pad;
    for (const Option& option : options) height += option_height(ui, option, inner - 24 - 2 * theme.space.s);
    const float below = ui.viewport.height - item.box.Max.y - 2 * theme.space.s,
                above = item.box.Min.y - 2 * theme.space.s;
    const bool up = height > below && above > below;
    height = std::min(height, std::max(up ? above : below, 3 * ui.target()));
    const float x = std::clamp(item.box.Min.x, theme.space.s,
                               std::max(theme.space.s, ui.viewport.width - inner - 2 * pad - theme.space.s));
    ImGui::SetNextWindowPos({x, up ? item.box.Min.y - 4 - height : item.box.Max.y + 4});
    ImGui::SetNextWindowSize({inner + 2 * pad, height});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(pad, pad));
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, 0));
    ImGui::PushStyleColor(ImGuiCol_Border, theme.colours.border_strong);
    if (ImGui::BeginPopup("list", ImGuiWindowFlags_NoMove)) {
      ui.wheel_wanted = ImGui::IsWindowHovered() && ImGui::GetScrollMaxY() > 0;
      for (int i = 0; i < static_cast<int>(options.size()); ++i) {
        if (draw_option(ui, i, options[static_cast<std::size_t>(i)], i == current, inner)) {
          chosen = i;
          ImGui::CloseCurrentPopup();
        }
      }
      ImGui::EndPopup();
    }
    ImGui::PopStyleColor();
    ImGui::PopStyleVar(2);
  }
  ImGui::PopID();
  return chosen;
}

}  // namespace heed
