// ui/widgets: the attention of one example as lines from output tokens (right) to input tokens (left), as wide as their
// weight.
#include <algorithm>
#include <cmath>

#include "lab/strings.h"
#include "ui/widgets/attention_picture.h"
#include "ui/widgets/controls.h"

namespace heed {
namespace {

struct Columns {
  ImVec2 origin;
  float top = 0, left_x = 0, right_x = 0, pitch_left = 0, pitch_right = 0, height = 0;
  float left_y(int i) const { return top + pitch_left * (static_cast<float>(i) + 0.5f); }
  float right_y(int i) const { return top + pitch_right * (static_cast<float>(i) + 0.5f); }
};

TextLook token_look(const Ui& ui, ImU32 colour) {
  return ui.look(Face::kMono, ui.theme.type.small, colour);
}

Columns lay_out(Ui& ui, const Picture& picture, const PictureLook& look) {
  Columns at;
  at.origin = ImGui::GetCursorScreenPos();
  float left = ui.measure(ui.caption(), tr("ui.picture.input")).x,
        right = ui.measure(ui.caption(), tr(picture.rows_are)).x;
  for (const std::string& token : picture.columns) left = std::max(left, ui.measure(token_look(ui, 0), token).x);
  for (const PictureRow& row : picture.rows) {
    const float target =
        picture.has_targets && !row.right ? ui.measure(token_look(ui, 0), row.target).x + ui.theme.space.m : 0;
    right = std::max(right, ui.measure(token_look(ui, 0), row.model).x + 20 + target);
  }
  const float most = static_cast<float>(std::max(picture.columns.size(), picture.rows.size()));
  const float pitch = std::clamp(look.max_height / most, 19.0f, 30.0f);
  at.top = at.origin.y + ui.fonts.height(Face::kUi, ui.theme.type.caption) + 6;
  at.height = pitch * most;
  at.pitch_left = at.height / static_cast<float>(picture.columns.size());
  at.pitch_right = at.height / static_cast<float>(picture.rows.size());
  const float span = std::clamp(ui.avail() - left - right - 2 * ui.theme.space.l, 60.0f, 420.0f);
  at.left_x = at.origin.x + left + ui.theme.space.m;
  at.right_x = at.left_x + span;
  return at;
}

void curve(ImDrawList* list, ImVec2 from, ImVec2 to, ImU32 colour, float width) {
  const float bend = (to.x - from.x) * 0.45f;
  list->AddBezierCubic(from, {from.x + bend, from.y}, {to.x - bend, to.y}, to, colour, width, 32);
}

/// Short strokes along the same curve.
void dashed_curve(ImDrawList* list, ImVec2 from, ImVec2 to, ImU32 colour) {
  const float bend = (to.x - from.x) * 0.45f;
  constexpr int kDashes = 22;
  const ImVec2 b{from.x + bend, from.y}, c{to.x - bend, to.y};
  for (int i = 0; i < kDashes; ++i) {
    const float t0 = static_cast<float>(i) / kDashes, t1 = t0 + 0.5f / kDashes;
    list->AddLine(ImBezierCubicCalc(from, b, c, to, t0), ImBezierCubicCalc(from, b, c, to, t1), colour, 1.25f);
  }
}

void draw_lines(Ui& ui, const Picture& picture, const Columns& at, int row, bool truth) {
  const Theme& theme = ui.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const int rows = static_cast<int>(picture.rows.size()), columns = static_cast<int>(picture.columns.size());
  for (int pass = 0; pass < 2; ++pass) {  // the chosen row on top
    for (int r = 0; r < rows; ++r) {
      if ((r == row) != (pass == 1)) continue;
      for (int c = 0; c < columns; ++c) {
        const float weight = picture.weight(r, c);
        const ImVec2 from{at.left_x, at.left_y(c)}, to{at.right_x, at.right_y(r)};
        const float dim = row >= 0 && r != row ? 0.22f : 1.0f;
        if (weight > 0.01f) {
          const ImU32 colour = attention_colour(theme, 0.45f + 0.55f * weight);
          curve(list, from, to, with_alpha(colour, dim * std::min(1.0f, 0.08f + weight)), 0.75f + 5 * weight);
        }
        if (truth && r == row && picture.is_true(r, c)) dashed_curve(list, from, to, theme.colours.truth);
      }
    }
  }
}

void draw_tokens(Ui& ui, const Picture& picture, const Columns& at, int row) {
  const Theme& theme = ui.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const TextLook caption = ui.caption();
  const float input = ui.measure(caption, tr("ui.picture.input")).x;
  ui.draw_text({at.left_x - theme.space.s - input, at.origin.y}, caption, tr("ui.picture.input"), input);
  ui.draw_text({at.right_x + theme.space.s, at.origin.y}, caption, tr(picture.rows_are), ui.avail());
  for (int c = 0; c < static_cast<int>(picture.columns.size()); ++c) {
    const std::string& token = picture.columns[static_cast<std::size_t>(c)];
    const float strength = row >= 0 ? picture.weight(row, c) : 0;
    const TextLook look = token_look(ui, mix(theme.colours.ink_soft, theme.colours.ink, std::min(1.0f, strength * 2)));
    const ImVec2 size = ui.measure(look, token);
    ui.draw_text({at.left_x - theme.space.s - size.x, at.left_y(c) - size.y / 2}, look, token, size.x);
  }
  for (int r = 0; r < static_cast<int>(picture.rows.size()); ++r) {
    const PictureRow& entry = picture.rows[static_cast<std::size_t>(r)];
    const ImU32 ink = !picture.has_targets ? theme.colours.ink
                      : entry.right        ? theme.colours.right
                                           : theme.colours.wrong;
    TextLook look = token_look(ui, ink);
    const ImVec2 size = ui.measure(look, entry.model);
    float x = at.right_x + theme.space.s;
    const float y = at.right_y(r);
    if (r == row)
      list->AddRectFilled({x - 4, y - at.pitch_right / 2 + 1}, {x + size.x + 24, y + at.pitch_right / 2 - 1},
                          theme.colours.surface_sunken, theme.radius.small);
    ui.draw_text({x, y - size.y / 2}, look, entry.model, size.x);
    if (!picture.has_targets) continue;
    x += size.x + 11;
    draw_icon(list, entry.right ? Icon::kCheck : Icon::kCross, {x, y}, 10, ink);
    if (entry.right) continue;
    look.colour = theme.colours.ink_soft;
    ui.draw_text({x + 9, y - size.y / 2}, look, entry.target, ui.measure(look, entry.target).x);
  }
}

}  // namespace

CellCursor draw_attention_lines(Ui& ui, const char* id, const Picture& picture, const PictureLook& look,
                                CellCursor shared) {
  const Columns at = lay_out(ui, picture, look);
  const Item item = add_item(ui, id, {ui.avail(), at.top - at.origin.y + at.height}, ui.theme.radius.control);
  keep_arrow_keys(item, true);
  CellCursor own;
  const int rows = static_cast<int>(picture.rows.size());
  if (item.hovered || item.held) {
    const int row = static_cast<int>(std::floor((ImGui::GetIO().MousePos.y - at.top) / at.pitch_right));
    if (row >= 0 && row < rows) own.row = row;
    if (item.held && own.row >= 0) ui.memory.cells[id] = own;
    ImGui::SetMouseCursor(ImGuiMouseCursor_Arrow);
  } else if (item.focused) {
    CellCursor& kept = ui.memory.cells[id];
    kept.row = std::clamp(kept.row, 0, rows - 1);
    if (key_on(item, ImGuiKey_UpArrow)) kept.row = std::max(0, kept.row - 1);
    if (key_on(item, ImGuiKey_DownArrow)) kept.row = std::min(rows - 1, kept.row + 1);
    own.row = kept.row;
  } else if (ui.viewport.coarse) {
    own.row = std::min(ui.memory.cells[id].row, rows - 1);
  }
  if (!item.visible) return own;
  const int row = own.row >= 0 ? own.row : shared.row < rows ? shared.row : -1;
  draw_lines(ui, picture, at, row, look.truth);
  draw_tokens(ui, picture, at, row);
  return own;
}

}  // namespace heed
