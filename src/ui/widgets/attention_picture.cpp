// ui/widgets: what the two pictures of attention share: the data, the sentence under the cursor, the legend, slanted
// text.
#include "ui/widgets/attention_picture.h"

#include <imgui_internal.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>

#include "lab/attention_shape.h"
#include "lab/describe.h"
#include "lab/lab_state.h"
#include "lab/input_notes.h"
#include "lab/reading_ahead.h"
#include "lab/strings.h"
#include "ui/widgets/controls.h"

namespace heed {

bool Picture::is_true(int row, int column) const {
  if (static_cast<std::size_t>(row) >= truth.size()) return false;
  const auto& positions = truth[static_cast<std::size_t>(row)];
  return std::find(positions.begin(), positions.end(), column) != positions.end();
}

std::string shown_token(const std::string& token) {
  if (token == " ") return "\xE2\x90\xA3";  // open box: a space that can be seen
  return token_in_words(token);
}

bool make_picture(const ProbeShot& shot, const std::string& tap, Picture& out, int head, bool ends) {
  const TapValue* const all = find_tap(shot, tap);
  if (!all || all->shape.rank() < 2 || shot.source.empty()) return false;
  const TapValue one = head_of(*all, head);
  const TapValue* const found = &one;
  const std::size_t columns = shot.source.size();
  out = Picture{};
  const bool numbers = shot.decoded_values.width > 0;
  out.has_targets = !shot.target.empty() && !numbers;
  for (const std::string& token : shot.source) out.columns.push_back(shown_token(token));
  if (out.has_targets) {
    for (std::size_t t = 0; t < shot.target.size(); ++t) {
      const std::string model = t < shot.forced.size() ? shot.forced[t] : std::string();
      out.rows.push_back({shown_token(shot.target[t]), shown_token(model), model == shot.target[t], is_asked(shot, t)});
    }
  } else if (numbers) {
    const std::size_t count = shot.decoded_values.values.size() / static_cast<std::size_t>(shot.decoded_values.width);
    out.rows_are = "ui.picture.step";
    for (std::size_t t = 0; t < count; ++t) out.rows.push_back({{}, std::to_string(t + 1), false, is_asked(shot, t)});
  } else {
    for (const std::string& token : shot.decoded) out.rows.push_back({{}, shown_token(token), false});
    if (ends) out.rows.push_back({{}, tr("ui.token.end"), false});
  }
  for (const std::string& token : out.has_targets ? shot.forced : shot.decoded)
    out.odd_marks = out.odd_marks || (token != "<end>" && is_mark(token));
  // A model that never wrote the end mark has no row for it.
  const std::size_t tap_rows = found->values.size() / columns;
  if (static_cast<std::size_t>(found->shape[-1]) != columns || tap_rows == 0) return false;
  if (out.rows.size() > tap_rows) out.rows.resize(tap_rows);
  out.weights.assign(found->values.begin(),
                     found->values.begin() + static_cast<std::ptrdiff_t>(out.rows.size() * columns));
  out.truth = shot.truth;
  if (out.forced = forced_answer(shot); !out.forced.empty()) out.own = own_answer(shot);
  out.read_ahead = reading_ahead(shot, one).is_ahead();
  return true;
}

bool make_heads(const ProbeShot& shot, const std::string& tap, const std::vector<std::string>& names, bool ends,
                SmallMaps& out) {
  const TapValue* const all = find_tap(shot, tap);
  Picture mean;
  if (!all || head_count(*all) < 2 || !make_picture(shot, tap, mean, kMeanOfHeads, ends)) return false;
  out = SmallMaps{};
  out.pressable = true;
  out.columns = mean.columns;
  out.truth = mean.truth;
  out.truth.resize(mean.rows.size());
  for (const PictureRow& row : mean.rows) out.rows.push_back(mean.has_targets ? row.target : row.model);
  out.maps.push_back({tr("head.mean"), mean.weights, false});
  for (int head = 0; head < head_count(*all); ++head) {
    Picture picture;
    if (!make_picture(shot, tap, picture, head, ends)) return false;
    const auto at = static_cast<std::size_t>(head);
    out.maps.push_back({at < names.size() ? names[at] : std::to_string(head + 1), picture.weights, false});
  }
  return true;
}

namespace {

std::string decimals(float value) {
  char text[16];
  std::snprintf(text, sizeof text, "%.2f", static_cast<double>(value));
  return with_point(text);
}

/// Inputs by weight, the largest first.
std::vector<int> strongest(const Picture& picture, int row) {
  std::vector<int> order(picture.columns.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](int a, int b) { return picture.weight(row, a) > picture.weight(row, b); });
  return order;
}

}  // namespace

std::string picture_sentence(const Picture& picture, CellCursor cell, bool lines) {
  const int rows = static_cast<int>(picture.rows.size()), columns = static_cast<int>(picture.columns.size());
  if (cell.row < 0 || cell.row >= rows) return {};
  const PictureRow& row = picture.rows[static_cast<std::size_t>(cell.row)];
  const std::string& token = picture.has_targets ? row.target : row.model;
  const std::string place = std::to_string(cell.row + 1);
  if (!lines && cell.column >= 0 && cell.column < columns) {
    std::string text = tr("ui.picture.cell", {place, token, std::to_string(cell.column + 1),
                                              picture.columns[static_cast<std::size_t>(cell.column)],
                                              decimals(picture.weight(cell.row, cell.column))});
    if (picture.is_true(cell.row, cell.column)) text += " " + tr("ui.picture.cell_true");
    return text;
  }
  std::string list;
  const std::vector<int> order = strongest(picture, cell.row);
  for (std::size_t i = 0; i < std::min<std::size_t>(3, order.size()); ++i) {
    const std::string& input = picture.columns[static_cast<std::size_t>(order[i])];
    list += (i ? " \xC2\xB7 " : "") + input + " (" + std::to_string(order[i] + 1) + ") " +
            decimals(picture.weight(cell.row, order[i]));
  }
  return tr("ui.picture.row", {place, token, list});
}

void draw_rising_text(ImDrawList* list, const Ui& ui, ImVec2 at, const TextLook& look, const std::string& text) {
  constexpr float kSine = 0.70710678f;
  const int first = list->VtxBuffer.Size;
  ImFont* font = ui.fonts.font(look.face);
  const float height = ui.fonts.height(look.face, look.size);
  const ImVec2 from{at.x, at.y - height};
  font->RenderText(list, height, from, look.colour, ImVec4(-1e5f, -1e5f, 1e5f, 1e5f), text.data(),
                   text.data() + text.size());
  for (int i = first; i < list->VtxBuffer.Size; ++i) {
    ImVec2& p = list->VtxBuffer[i].pos;
    const float x = p.x - at.x, y = p.y - at.y + height * 0.25f;
    p = {at.x + (x + y) * kSine, at.y + (y - x) * kSine};
  }
}

void draw_picture_legend(Ui& ui, bool truth, bool targets) {
  const Theme& theme = ui.theme;
  const TextLook look = ui.caption();
  const auto piece = [&](float width, const std::string& text, auto draw) {
    const float total = width + theme.space.s + std::ceil(ui.measure(look, text).x) + 1;
    ui.flow(total, theme.space.l);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImDrawList* list = ImGui::GetWindowDrawList();
    draw(list, ImVec2(at.x, at.y + 9));
    ui.draw_text({at.x + width + theme.space.s, at.y + 9 - ui.measure(look, text).y / 2}, look, text,
                 total - width - theme.space.s);
    ImGui::Dummy({total, 18});
  };
  ui.begin_row();
  const float zero = std::ceil(ui.measure(look, "0").x) + theme.space.xs;
  piece(zero + 88, "1  " + tr("ui.picture.weight"), [&](ImDrawList* list, ImVec2 at) {
    ui.draw_text({at.x, at.y - ui.measure(look, "0").y / 2}, look, "0", zero);
    for (int i = 0; i < 22; ++i)
      list->AddRectFilled({at.x + zero + static_cast<float>(i) * 4, at.y - 5},
                          {at.x + zero + static_cast<float>(i) * 4 + 4, at.y + 5},
                          attention_colour(theme, static_cast<float>(i) / 21));
    list->AddRect({at.x + zero, at.y - 5}, {at.x + zero + 88, at.y + 5}, theme.colours.border, 0, 0, theme.line.hair);
  });
  if (truth) {
    piece(14, tr("ui.picture.true_position"), [&](ImDrawList* list, ImVec2 at) {
      list->AddRect({at.x + 1, at.y - 6}, {at.x + 13, at.y + 6}, theme.colours.truth, 3, 0, 1.5f);
    });
  }
  if (targets) {
    piece(12, tr("ui.picture.right"), [&](ImDrawList* list, ImVec2 at) {
      draw_icon(list, Icon::kCheck, {at.x + 6, at.y}, 11, theme.colours.right);
    });
    piece(12, tr("ui.picture.wrong"), [&](ImDrawList* list, ImVec2 at) {
      draw_icon(list, Icon::kCross, {at.x + 6, at.y}, 11, theme.colours.wrong);
    });
  }
}

}  // namespace heed
