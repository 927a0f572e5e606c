// ui/widgets: see small_maps.h.
#include "ui/widgets/small_maps.h"

#include <algorithm>
#include <cmath>

#include "ui/widgets/attention_picture.h"
#include "ui/widgets/controls.h"

namespace heed {
namespace {

constexpr float kLeastSmallCell = 9, kMostSmallCell = 24, kStripCell = 40, kMostHeight = 260, kToken = 10;
constexpr float kNothing = 0.004f;  // no colour of its own
constexpr float kTokenSlant = 0.70710678f;

struct MapsPlan {
  int per_row = 1;
  float part = 0, label = 0, cell_w = 0, cell_h = 0, header = 0, title = 0;
  bool slanted = false, row_tokens = false, column_tokens = false;
};

TextLook token_look(const Ui& ui) {
  return ui.look(Face::kMono, kToken, ui.theme.colours.ink_soft);
}

float widest_token(const Ui& ui, const std::vector<std::string>& tokens) {
  float width = 0;
  for (const std::string& token : tokens) width = std::max(width, ui.measure(token_look(ui), token).x);
  return std::ceil(width);
}

/// As many maps beside each other as leave their cells large enough to be seen and their titles room.
MapsPlan lay_out(const Ui& ui, const SmallMaps& all, float whole) {
  MapsPlan plan;
  const float gap = ui.theme.space.l, columns = static_cast<float>(std::max<std::size_t>(1, all.columns.size()));
  const float rows = static_cast<float>(std::max<std::size_t>(1, all.rows.size()));
  const bool strips = all.rows.size() <= 2;
  const float token = widest_token(ui, all.columns);
  plan.label = std::min(widest_token(ui, all.rows) + 6, whole * 0.3f);
  const float least_part = std::max(96.0f, kLeastSmallCell * columns);
  const float room = whole - plan.label;
  for (int n = strips ? 1 : std::clamp(static_cast<int>(all.maps.size()), 1, 8); n >= 1; --n) {
    const float part = (room - gap * static_cast<float>(n - 1)) / static_cast<float>(n);
    plan.per_row = n;
    plan.part = part;
    if (part >= least_part) break;
  }
  plan.cell_w = std::clamp(plan.part / columns, 2.0f, strips ? kStripCell : kMostSmallCell);
  plan.slanted = token + 2 > plan.cell_w;
  if (plan.slanted) plan.cell_w = std::max(2.0f, std::min(plan.cell_w, (plan.part - token * kTokenSlant) / columns));
  plan.column_tokens = plan.cell_w >= 8;
  plan.cell_h = strips ? 22.0f : std::clamp(std::min(plan.cell_w, kMostHeight / rows), 4.0f, kMostSmallCell);
  plan.row_tokens = plan.cell_h >= 10 && !strips;
  if (!plan.row_tokens) plan.label = 0;
  const float line = ui.fonts.height(Face::kMono, kToken);
  plan.header = !plan.column_tokens ? 2 : plan.slanted ? std::ceil(token * kTokenSlant + line * 0.8f) : line + 3;
  for (const SmallMap& map : all.maps)
    plan.title = std::max(plan.title, ui.paragraph_height(ui.soft(), map.title, plan.part));
  return plan;
}

CellCursor cell_under(CellCursor& kept, const Item& item, const MapsPlan& plan, ImVec2 origin, int rows, int columns) {
  const ImGuiIO& io = ImGui::GetIO();
  if (item.hovered || item.held) {
    const int column = static_cast<int>(std::floor((io.MousePos.x - origin.x) / plan.cell_w));
    const int row = static_cast<int>(std::floor((io.MousePos.y - origin.y) / plan.cell_h));
    if (row < 0 || column < 0 || row >= rows || column >= columns) return {};
    if (item.held) kept = {row, column};
    return {row, column};
  }
  if (!item.focused) return {};
  kept = {std::clamp(kept.row, 0, rows - 1), std::clamp(kept.column, 0, columns - 1)};
  if (key_on(item, ImGuiKey_LeftArrow)) kept.column = std::max(0, kept.column - 1);
  if (key_on(item, ImGuiKey_RightArrow)) kept.column = std::min(columns - 1, kept.column + 1);
  if (key_on(item, ImGuiKey_UpArrow)) kept.row = std::max(0, kept.row - 1);
  if (key_on(item, ImGuiKey_DownArrow)) kept.row = std::min(rows - 1, kept.row + 1);
  return kept;
}

void draw_tokens(Ui& ui, const SmallMaps& all, const MapsPlan& plan, ImVec2 origin, bool first, CellCursor cell) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  TextLook look = token_look(ui);
  const float line = ui.fonts.height(Face::kMono, kToken);
  for (std::size_t c = 0; plan.column_tokens && c < all.columns.size(); ++c) {
    const float middle = origin.x + (static_cast<float>(c) + 0.5f) * plan.cell_w;
    look.colour = static_cast<int>(c) == cell.column ? ui.theme.colours.ink : ui.theme.colours.ink_soft;
    if (plan.slanted) {
      draw_rising_text(list, ui, {middle - 1, origin.y - 2}, look, all.columns[c]);
    } else {
      const float width = ui.measure(look, all.columns[c]).x;
      ui.draw_text({middle - width / 2, origin.y - line - 1}, look, all.columns[c], plan.cell_w + 1);
    }
  }
  for (std::size_t r = 0; first && plan.row_tokens && r < all.rows.size(); ++r) {
    look.colour = static_cast<int>(r) == cell.row ? ui.theme.colours.ink : ui.theme.colours.ink_soft;
    const float width = ui.measure(look, all.rows[r]).x;
    const float y = origin.y + (static_cast<float>(r) + 0.5f) * plan.cell_h - line / 2;
    list->PushClipRect({origin.x - plan.label, y}, {origin.x - 3, y + line + 2}, true);
    ui.draw_text({std::max(origin.x - plan.label, origin.x - 5 - width), y}, look, all.rows[r], width + 1);
    list->PopClipRect();
  }
}

void draw_cells(Ui& ui, const SmallMaps& all, const SmallMap& map, const MapsPlan& plan, ImVec2 origin, CellCursor cell) {
  const Theme& theme = ui.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const auto rows = static_cast<int>(all.rows.size()), columns = static_cast<int>(all.columns.size());
  const float gap = plan.cell_w >= 7 ? 1.0f : 0.0f;
  const auto box = [&](int r, int c) {
    const ImVec2 low{origin.x + static_cast<float>(c) * plan.cell_w, origin.y + static_cast<float>(r) * plan.cell_h};
    return ImRect(low, {low.x + plan.cell_w - gap, low.y + plan.cell_h - gap});
  };
  const bool on_ground = gap == 0 && !map.is_signed;  // there are thousands of cells then, most of them nearly nothing
  if (on_ground)
    list->AddRectFilled(origin, {origin.x + static_cast<float>(columns) * plan.cell_w, origin.y + static_cast<float>(rows) * plan.cell_h}, attention_colour(theme, 0));
  for (int r = 0; r < rows; ++r) {
    for (int c = 0; c < columns; ++c) {
      const float value = map.values[static_cast<std::size_t>(r * columns + c)];
      if (on_ground && value < kNothing) continue;
      const ImRect at = box(r, c);
      list->AddRectFilled(at.Min, at.Max, map.is_signed ? bipolar_colour(theme, value) : attention_colour(theme, value),
                          plan.cell_w >= 12 ? 2.0f : 0.0f);
    }
    if (static_cast<std::size_t>(r) >= all.truth.size()) continue;
    for (const int c : all.truth[static_cast<std::size_t>(r)]) {
      if (c < 0 || c >= columns) continue;
      const ImRect at = box(r, c);
      list->AddRect(at.Min, at.Max, theme.colours.truth, plan.cell_w >= 12 ? 2.0f : 0.0f, 0, 1.25f);
    }
  }
  if (cell.row < 0 || cell.column < 0 || cell.row >= rows || cell.column >= columns) return;
  const ImRect at = box(cell.row, cell.column);
  list->AddRect({at.Min.x - 2, at.Min.y - 2}, {at.Max.x + 2, at.Max.y + 2}, theme.colours.accent, 3, 0, 2);
}

}  // namespace

SmallMapsSeen draw_small_maps(Ui& ui, const char* id, const SmallMaps& all, CellCursor shared) {
  SmallMapsSeen seen;
  const float whole = ui.avail();
  const MapsPlan plan = lay_out(ui, all, whole);
  const auto rows = static_cast<int>(all.rows.size()), columns = static_cast<int>(all.columns.size());
  const float height = plan.cell_h * static_cast<float>(rows), gap = ui.theme.space.l;
  const float body = std::max(plan.header + height + 2, ui.target());
  const ImVec2 start = ImGui::GetCursorScreenPos();
  float y = start.y;
  ImGui::PushID(id);
  for (std::size_t i = 0; i < all.maps.size(); ++i) {
    const auto place = static_cast<int>(i) % plan.per_row;
    if (i > 0 && place == 0) y += plan.title + body + gap;
    const float x = start.x + plan.label + static_cast<float>(place) * (plan.part + gap);
    ui.draw_paragraph({x, y}, ui.soft(), all.maps[i].title, plan.part);
    ui.move_to({x, y + plan.title});
    ImGui::PushID(static_cast<int>(i));
    const Item item = add_item(ui, "map", {plan.part, body}, ui.theme.radius.small);
    ImGui::PopID();
    keep_arrow_keys(item, true);
    const ImVec2 origin{x, y + plan.title + plan.header};
    const CellCursor own = cell_under(ui.memory.cells[id], item, plan, origin, rows, columns);
    if (own.row >= 0) seen.cell = own;
    if (item.pressed && all.pressable) seen.pressed = static_cast<int>(i);
    if (!all.pressable && item.hovered) ImGui::SetMouseCursor(ImGuiMouseCursor_Arrow);
    if (!item.visible) continue;
    const CellCursor shown = own.row >= 0 ? own : shared;
    draw_tokens(ui, all, plan, origin, place == 0, shown);
    draw_cells(ui, all, all.maps[i], plan, origin, shown);
  }
  ImGui::PopID();
  ui.move_to(start);
  ImGui::Dummy({whole, y + plan.title + body - start.y});
  return seen;
}

}  // namespace heed
