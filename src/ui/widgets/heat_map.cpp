// ui/widgets: the attention of one example as a heat map.
#include <algorithm>
#include <cmath>

#include "lab/describe.h"
#include "lab/strings.h"
#include "ui/widgets/attention_picture.h"
#include "ui/widgets/controls.h"

namespace heed {
namespace {

constexpr float kSlant = 0.70710678f;
constexpr float kMark = 16;  ///< room for the right or wrong sign
constexpr float kLeastCell = 15, kMostCell = 46, kLeastRow = 20;

/// Where everything lies.
struct Grid {
  ImVec2 origin;  ///< of the whole widget
  float label_width = 0, target_width = 0, token_width = 0, header = 0, captions = 0;
  float cell_w = 0, cell_h = 0, pan = 0, most_pan = 0, tail = 0;
  bool slanted = false;
  int rows = 0, columns = 0;
  ImRect window;  ///< where the cells may show

  ImVec2 cell(int row, int column) const {
    return {window.Min.x + static_cast<float>(column) * cell_w - pan, window.Min.y + static_cast<float>(row) * cell_h};
  }
  float height() const { return captions + header + static_cast<float>(rows) * cell_h; }
};

TextLook axis_look(const Ui& ui, ImU32 colour) {
  return ui.look(Face::kMono, ui.theme.type.small, colour);
}

float widest(const Ui& ui, const std::vector<std::string>& tokens) {
  float width = 0;
  for (const std::string& token : tokens) width = std::max(width, ui.measure(axis_look(ui, 0), token).x);
  return std::ceil(width);
}

/// The columns with the tokens to the left of the cells.
void measure_labels(const Ui& ui, const Picture& picture, Grid& grid) {
  std::vector<std::string> targets, models;
  for (const PictureRow& row : picture.rows) {
    targets.push_back(row.target);
    models.push_back(row.model);
  }
  const float gap = ui.theme.space.m;
  const float model_caption = ui.measure(ui.caption(), tr(picture.rows_are)).x;
  grid.token_width = widest(ui, models);
  const float model_width = std::max(grid.token_width + (picture.has_targets ? kMark : 0), std::ceil(model_caption));
  if (picture.has_targets)
    grid.target_width = std::max(widest(ui, targets), std::ceil(ui.measure(ui.caption(), tr("ui.picture.target")).x));
  grid.label_width = grid.target_width + (picture.has_targets ? gap : 0) + model_width + gap;
}

Grid lay_out_grid(Ui& ui, const Picture& picture, const PictureLook& look) {
  Grid grid;
  grid.origin = ImGui::GetCursorScreenPos();
  grid.rows = static_cast<int>(picture.rows.size());
  grid.columns = static_cast<int>(picture.columns.size());
  measure_labels(ui, picture, grid);
  const float room = ui.avail() - grid.label_width;
  const float columns = static_cast<float>(std::max(1, grid.columns)), token = widest(ui, picture.columns);
  const float line = ui.fonts.height(Face::kMono, ui.theme.type.small);
  grid.cell_w = std::clamp(room / columns, kLeastCell, kMostCell);
  grid.slanted = token + 4 > grid.cell_w;
  if (grid.slanted) {
    grid.tail = std::max(0.0f, token * kSlant - grid.cell_w / 2);
    grid.cell_w = std::clamp((room - grid.tail) / columns, kLeastCell, kMostCell);
  }
  grid.header = grid.slanted ? std::ceil(token * kSlant + line) : line + 6;
  grid.captions = ui.fonts.height(Face::kUi, ui.theme.type.caption) + 4;
  const float most = std::min(grid.cell_w, kMostCell);
  grid.cell_h = std::clamp((look.max_height - grid.header) / static_cast<float>(std::max(1, grid.rows)), kLeastRow,
                           std::max(kLeastRow, most));
  const float total = columns * grid.cell_w + grid.tail;
  grid.most_pan = std::max(0.0f, total - room);
  const float left = grid.origin.x + grid.label_width, top = grid.origin.y + grid.captions + grid.header;
  grid.window = ImRect({left, top}, {left + std::min(room, total), top + static_cast<float>(grid.rows) * grid.cell_h});
  return grid;
}

/// Pointer and keys; keeps the cell in sight when the picture pans.
CellCursor interact(Ui& ui, const char* id, const Item& item, Grid& grid) {
  Memory& memory = ui.memory;
  float& pan = memory.pans[id];
  CellCursor& kept = memory.cells[id];
  const ImGuiIO& io = ImGui::GetIO();
  CellCursor cell;
  if (grid.most_pan > 0) {
    if (item.held && std::abs(io.MouseDelta.x) > 0) pan -= io.MouseDelta.x;
    if (item.hovered) {
      ui.wheel_wanted = io.KeyShift;
      pan -= io.MouseWheelH * 40 + (io.KeyShift ? io.MouseWheel * 40 : 0);
    }
  }
  if (item.hovered || item.held) {
    const int column = static_cast<int>(std::floor((io.MousePos.x - grid.window.Min.x + pan) / grid.cell_w));
    const int row = static_cast<int>(std::floor((io.MousePos.y - grid.window.Min.y) / grid.cell_h));
    if (grid.window.Contains(io.MousePos) && row >= 0 && row < grid.rows && column >= 0 && column < grid.columns)
      cell = {row, column};
    if (item.held && cell.row >= 0) kept = cell;
    ImGui::SetMouseCursor(ImGuiMouseCursor_Arrow);
  } else if (item.focused) {
    kept = {std::clamp(kept.row, 0, grid.rows - 1), std::clamp(kept.column, 0, grid.columns - 1)};
    if (key_on(item, ImGuiKey_LeftArrow)) kept.column = std::max(0, kept.column - 1);
    if (key_on(item, ImGuiKey_RightArrow)) kept.column = std::min(grid.columns - 1, kept.column + 1);
    if (key_on(item, ImGuiKey_UpArrow)) kept.row = std::max(0, kept.row - 1);
    if (key_on(item, ImGuiKey_DownArrow)) kept.row = std::min(grid.rows - 1, kept.row + 1);
    if (key_on(item, ImGuiKey_Home)) kept.column = 0;
    if (key_on(item, ImGuiKey_End)) kept.column = grid.columns - 1;
    const float left = static_cast<float>(kept.column) * grid.cell_w;
    pan = std::clamp(pan, left + grid.cell_w - grid.window.GetWidth() + grid.tail, left);
    cell = kept;
  } else if (ui.viewport.coarse && kept.row >= 0) {
    cell = {std::min(kept.row, grid.rows - 1), std::min(kept.column, grid.columns - 1)};  // what was tapped last
  }
  pan = std::clamp(pan, 0.0f, grid.most_pan);
  grid.pan = pan;
  return cell;
}

void draw_rows(Ui& ui, const Picture& picture, const Grid& grid, CellCursor cell) {
  const Theme& theme = ui.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float gap = theme.space.m, model_x = grid.origin.x + grid.target_width + (picture.has_targets ? gap : 0);
  const float caption_y = grid.window.Min.y - ui.fonts.height(Face::kUi, theme.type.caption) - 4;
  if (picture.has_targets)
    ui.draw_text({grid.origin.x, caption_y}, ui.caption(), tr("ui.picture.target"), grid.target_width + gap);
  ui.draw_text({model_x, caption_y}, ui.caption(), tr(picture.rows_are), grid.window.Min.x - model_x);
  const float input_width = ui.measure(ui.caption(), tr("ui.picture.input")).x, right = grid.origin.x + ui.avail();
  ui.draw_text({std::max(grid.origin.x, std::min(grid.window.Min.x, right - input_width)), grid.origin.y}, ui.caption(),
               tr("ui.picture.input"), ui.avail());
  for (int r = 0; r < grid.rows; ++r) {
    const PictureRow& row = picture.rows[static_cast<std::size_t>(r)];
    const float middle = grid.cell(r, 0).y + grid.cell_h / 2;
    if (r == cell.row)
      list->AddRectFilled({grid.origin.x - 4, middle - grid.cell_h / 2},
                          {grid.window.Min.x - 4, middle + grid.cell_h / 2}, theme.colours.surface_sunken,
                          theme.radius.small);
    const ImU32 ink = !row.asked             ? theme.colours.ink_faint
                      : !picture.has_targets ? theme.colours.ink
                      : row.right            ? theme.colours.right
                                             : theme.colours.wrong;
    TextLook look = axis_look(ui, theme.colours.ink);
    const float y = middle - ui.measure(look, "x").y / 2;
    if (picture.has_targets) ui.draw_text({grid.origin.x, y}, look, row.target, grid.target_width + gap);
    look.colour = ink;
    ui.draw_text({model_x, y}, look, row.model, grid.window.Min.x - model_x);
    if (picture.has_targets && row.asked)
      draw_icon(list, row.right ? Icon::kCheck : Icon::kCross, {model_x + grid.token_width + 10, middle}, 10, ink);
  }
}

void draw_columns(Ui& ui, const Picture& picture, const Grid& grid, CellCursor cell) {
  const Theme& theme = ui.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  for (int c = 0; c < grid.columns; ++c) {
    const std::string& token = picture.columns[static_cast<std::size_t>(c)];
    TextLook look = axis_look(ui, c == cell.column ? theme.colours.ink : theme.colours.ink_soft);
    const float middle = grid.cell(0, c).x + grid.cell_w / 2;
    const ImVec2 size = ui.measure(look, token);
    if (c == cell.column && !grid.slanted)
      list->AddRectFilled({middle - grid.cell_w / 2, grid.window.Min.y - grid.header + 1},
                          {middle + grid.cell_w / 2, grid.window.Min.y - 3}, theme.colours.surface_sunken,
                          theme.radius.small);
    if (grid.slanted) {
      draw_rising_text(list, ui, {middle - 1, grid.window.Min.y - 4}, look, token);
    } else {
      ui.draw_text({middle - size.x / 2, grid.window.Min.y - 4 - size.y}, look, token, grid.cell_w);
    }
  }
}

void draw_cells(Ui& ui, const Picture& picture, const Grid& grid, CellCursor cell, bool truth) {
  const Theme& theme = ui.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  // Round corners take a dozen points each, and cannot be seen on the smallest cells.
  const float rounding = grid.cell_w > 22 ? 4.0f : std::min(grid.cell_w, grid.cell_h) < 8 ? 0.0f : 2.0f;
  const bool numbers = grid.cell_w >= 34;
  for (int r = 0; r < grid.rows; ++r) {
    for (int c = 0; c < grid.columns; ++c) {
      const ImVec2 low = grid.cell(r, c), high{low.x + grid.cell_w - 1, low.y + grid.cell_h - 1};
      if (high.x < grid.window.Min.x || low.x > grid.window.Max.x) continue;
      const float weight = picture.weight(r, c);
      list->AddRectFilled(low, high, attention_colour(theme, weight), rounding);
      if (numbers && r == cell.row) {
        char text[8];
        std::snprintf(text, sizeof text, "%.2f", static_cast<double>(weight));
        ui.draw_centred(low, high, ui.look(Face::kMono, 10, ink_on_attention(theme, weight)),
                        with_point(text).substr(weight < 0.995f ? 1 : 0));
      }
      if (truth && picture.is_true(r, c)) {
        list->AddRect({low.x + 1.5f, low.y + 1.5f}, {high.x - 1.5f, high.y - 1.5f}, theme.colours.truth_halo, rounding,
                      0, 1);
        list->AddRect({low.x + 0.5f, low.y + 0.5f}, {high.x - 0.5f, high.y - 0.5f}, theme.colours.truth, rounding, 0,
                      1.5f);
      }
    }
  }
  if (cell.row >= 0 && cell.column >= 0 && cell.row < grid.rows && cell.column < grid.columns) {
    const ImVec2 low = grid.cell(cell.row, cell.column), high{low.x + grid.cell_w - 1, low.y + grid.cell_h - 1};
    list->AddRect({low.x - 1, low.y - 1}, {high.x + 1, high.y + 1}, theme.colours.surface, rounding + 1, 0, 1.5f);
    list->AddRect({low.x - 2.5f, low.y - 2.5f}, {high.x + 2.5f, high.y + 2.5f}, theme.colours.accent, rounding + 2.5f,
                  0, 2);
  }
}

}  // namespace

float heat_map_least_width(const Ui& ui, const Picture& picture) {
  Grid grid;
  measure_labels(ui, picture, grid);
  const float token = widest(ui, picture.columns);
  const float tail = token + 4 > kLeastCell ? std::max(0.0f, token * kSlant - kLeastCell / 2) : 0;
  return grid.label_width + tail + kLeastCell * static_cast<float>(std::max<std::size_t>(1, picture.columns.size()));
}

CellCursor draw_heat_map(Ui& ui, const char* id, const Picture& picture, const PictureLook& look, CellCursor shared) {
  Grid grid = lay_out_grid(ui, picture, look);
  const float bar = grid.most_pan > 0 ? 12.0f : 0.0f;
  const Item item = add_item(ui, id, {ui.avail(), grid.height() + bar}, ui.theme.radius.control);
  keep_arrow_keys(item, true);
  const CellCursor own = interact(ui, id, item, grid);
  const CellCursor shown = own.row >= 0 ? own : shared;
  if (!item.visible) return own;
  draw_rows(ui, picture, grid, shown);
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float spill = grid.most_pan > 0 ? 0.0f : 4.0f;
  list->PushClipRect({grid.window.Min.x - spill, grid.origin.y},
                     {grid.window.Max.x + grid.tail + spill, grid.window.Max.y + 4}, true);
  draw_columns(ui, picture, grid, shown);
  draw_cells(ui, picture, grid, shown, look.truth);
  list->PopClipRect();
  if (grid.most_pan > 0) {
    const float width = grid.window.GetWidth(), y = grid.window.Max.y + 7, part = width / (width + grid.most_pan);
    const float x = grid.window.Min.x + (1 - part) * width * grid.pan / grid.most_pan;
    list->AddRectFilled({grid.window.Min.x, y}, {grid.window.Max.x, y + 4}, ui.theme.colours.surface_sunken, 2);
    list->AddRectFilled({x, y}, {x + part * width, y + 4}, ui.theme.colours.border_strong, 2);
  }
  return own;
}

}  // namespace heed
