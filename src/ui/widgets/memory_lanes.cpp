// ui/widgets: see memory_lanes.h.
#include "ui/widgets/memory_lanes.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "ui/widgets/attention_picture.h"
#include "ui/widgets/controls.h"

namespace heed {
namespace {

constexpr float kMostStep = 40, kSlotsHeight = 132, kMostSlot = 9, kAxis = 18, kSpace = 8, kLeastBeside = 520;

struct LanePlan {
  ImVec2 origin;
  float label = 0, caption = 0, cell = 0, height = 0, left = 0;
  std::vector<float> top, row;  ///< of each lane
  int steps = 0;

  float x(int t) const { return left + static_cast<float>(t) * cell; }
};

float row_height(const Lane& lane, float cell, float text) {
  if (!lane.tokens.empty()) return text + 4;
  if (lane.ink == LaneInk::kShares) return std::max(text + 1, 30.0f / static_cast<float>(std::max(1, lane.rows)));
  if (lane.ink == LaneInk::kWeights) return std::clamp(kSlotsHeight / static_cast<float>(std::max(1, lane.rows)), 1.5f, std::min(kMostSlot, std::max(cell, 3.0f)));
  return std::clamp(cell, 5.0f, 12.0f);
}

LanePlan lay_out_lanes(const Ui& ui, const std::vector<Lane>& lanes, int steps, const LanesLook& look) {
  LanePlan plan;
  plan.steps = std::max(1, steps);
  plan.origin = ImGui::GetCursorScreenPos();
  plan.label = ui.avail() >= kLeastBeside ? look.label_width : 0;
  plan.caption = plan.label > 0 ? 0 : ui.fonts.height(Face::kUi, ui.theme.type.caption) + 3;
  plan.left = plan.origin.x + plan.label;
  plan.cell = std::min(kMostStep, (ui.avail() - plan.label) / static_cast<float>(plan.steps));
  float y = 0;
  const float text = ui.fonts.height(Face::kMono, ui.theme.type.caption);
  for (const Lane& lane : lanes) {
    y += plan.caption + lane.space;
    plan.top.push_back(y);
    plan.row.push_back(row_height(lane, plan.cell, text));
    y += plan.row.back() * static_cast<float>(std::max(1, lane.rows)) + kSpace;
  }
  plan.height = y - kSpace + kAxis;
  return plan;
}

bool counts(const Lane& lane, int t) {
  return static_cast<std::size_t>(t) >= lane.asked.size() || lane.asked[static_cast<std::size_t>(t)] > 0;
}

void draw_lane_tokens(Ui& ui, const Lane& lane, const LanePlan& plan, float y, float height, int cursor) {
  const TextLook plain = ui.look(Face::kMono, ui.theme.type.caption, ui.theme.colours.ink_soft);
  float widest = 0;
  for (const std::string& token : lane.tokens) widest = std::max(widest, ui.measure(plain, token).x);
  const bool all = widest + 2 <= plan.cell;
  for (int t = 0; t < plan.steps && static_cast<std::size_t>(t) < lane.tokens.size(); ++t) {
    if (!all && t != cursor) continue;
    const std::string& token = lane.tokens[static_cast<std::size_t>(t)];
    TextLook look = plain;
    if (t == cursor) look.colour = ui.theme.colours.ink;
    const float width = ui.measure(look, token).x, most = plan.x(plan.steps) - width;
    ui.draw_text({std::clamp(plan.x(t) + (plan.cell - width) / 2, plan.left, std::max(plan.left, most)), y + (height - ui.measure(look, "x").y) / 2}, look, token, width + 1);
  }
}

void draw_lane_cells(Ui& ui, const Lane& lane, const LanePlan& plan, float y, float row) {
  const Theme& theme = ui.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float gap_x = plan.cell >= 6 ? 1.0f : 0.0f, gap_y = row >= 5 ? 1.0f : 0.0f;
  for (int t = 0; t < plan.steps; ++t) {
    const bool asked = counts(lane, t);
    for (int r = 0; r < lane.rows; ++r) {
      const std::size_t at = static_cast<std::size_t>(t * lane.rows + r);
      if (at >= lane.values.size()) return;
      const float value = lane.values[at];
      const ImVec2 low{plan.x(t), y + static_cast<float>(r) * row}, high{low.x + plan.cell - gap_x, low.y + row - gap_y};
      if (lane.ink == LaneInk::kWeights && value < 0.012f) continue;
      const ImU32 colour = attention_colour(theme, std::clamp(value, 0.0f, 1.0f));
      list->AddRectFilled(low, high, asked ? colour : with_alpha(colour, 0.28f), plan.cell >= 10 && row >= 8 ? 2.0f : 0.0f);
      if (asked && at < lane.truth.size() && (value > 0.5f) != (lane.truth[at] > 0.5f)) list->AddRect(low, high, theme.colours.wrong, 1, 0, 1.5f);
    }
  }
}

ImU32 share_ink(const Ui& ui, int row) {
  const Palette& c = ui.theme.colours;
  const std::array<ImU32, 3> inks{c.run_b, c.ink_faint, c.run_a};
  return inks[static_cast<std::size_t>(row) % inks.size()];
}

/// What each share is of, with a square in its ink: one below the other beside the lane, in a row above it.
void draw_share_names(Ui& ui, const Lane& lane, const LanePlan& plan, float y) {
  constexpr float kSquare = 8, kGap = 5;
  const TextLook look = ui.caption();
  const float row = ui.measure(look, "x").y;
  ImVec2 at{plan.origin.x, plan.label > 0 ? y : y - plan.caption};
  for (std::size_t n = 0; n < lane.names.size(); ++n) {
    const float top = at.y + (row - kSquare) / 2;
    ImGui::GetWindowDrawList()->AddRectFilled({at.x, top}, {at.x + kSquare, top + kSquare}, share_ink(ui, static_cast<int>(n)), 2);
    ui.draw_text({at.x + kSquare + kGap, at.y}, look, lane.names[n], (plan.label > 0 ? plan.label : ui.avail()) - kSquare - kGap);
    if (plan.label > 0) at.y += row;
    else at.x += kSquare + kGap + ui.measure(look, lane.names[n]).x + 2 * kGap;
  }
}

/// One above the other, each in its own ink.
void draw_shares(Ui& ui, const Lane& lane, const LanePlan& plan, float y, float height) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float gap = plan.cell >= 6 ? 1.0f : 0.0f;
  for (int t = 0; t < plan.steps; ++t) {
    float from = y;
    for (int r = 0; r < lane.rows; ++r) {
      const float part = height * lane.values[static_cast<std::size_t>(t * lane.rows + r)];
      list->AddRectFilled({plan.x(t), from}, {plan.x(t) + plan.cell - gap, from + part}, share_ink(ui, r));
      from += part;
    }
  }
}

void draw_lane(Ui& ui, const Lane& lane, const LanePlan& plan, std::size_t index, int cursor) {
  const Theme& theme = ui.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float y = plan.origin.y + plan.top[index], height = plan.row[index] * static_cast<float>(std::max(1, lane.rows));
  const TextLook look = ui.caption();
  if (!lane.names.empty()) {
    draw_share_names(ui, lane, plan, y);
  } else if (plan.label > 0) {
    const float tall = ui.paragraph_height(look, lane.label, plan.label - 10);
    ui.draw_paragraph({plan.origin.x, y + std::max(0.0f, std::min((height - tall) / 2, 40.0f))}, look, lane.label, plan.label - 10);
  } else {
    ui.draw_text({plan.origin.x, y - plan.caption}, look, lane.label, ui.avail());
  }
  const bool slots = lane.ink == LaneInk::kWeights && lane.tokens.empty();
  if (slots) list->AddRectFilled({plan.left, y}, {plan.x(plan.steps), y + height}, attention_colour(theme, 0), 2);
  if (!lane.tokens.empty()) draw_lane_tokens(ui, lane, plan, y, height, cursor);
  else if (lane.ink == LaneInk::kShares) draw_shares(ui, lane, plan, y, height);
  else draw_lane_cells(ui, lane, plan, y, plan.row[index]);
  if (slots) list->AddRect({plan.left, y}, {plan.x(plan.steps), y + height}, theme.colours.border, 2, 0, theme.line.hair);
}

/// Step numbers where they have room, and the cursor through all lanes.
void draw_time(Ui& ui, const LanePlan& plan, int cursor, bool live) {
  const Theme& theme = ui.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const TextLook look = ui.look(Face::kMono, 10, theme.colours.ink_faint);
  const float bottom = plan.origin.y + plan.height - kAxis, room = ui.measure(look, "000").x + 4, middle = plan.x(cursor) + plan.cell / 2;
  const std::string now = std::to_string(cursor + 1);
  const float badge = std::max(20.0f, ui.measure(look, now).x + 8);
  int every = 1;
  for (const int step : {1, 2, 5, 10, 20, 50, 100, 200})
    if (every = step; static_cast<float>(step) * plan.cell >= room) break;
  for (int t = 0; t < plan.steps; ++t) {
    if ((t + 1) % every != 0 && t != 0) continue;
    const std::string text = std::to_string(t + 1);
    const float width = ui.measure(look, text).x, x = plan.x(t) + (plan.cell - width) / 2;
    if (std::abs(x + width / 2 - middle) < (badge + width) / 2 + 1) continue;
    if (t == 0 && every > 1 && plan.x(every - 1) - x < room) continue;
    ui.draw_text({x, bottom + 5}, look, text, width + 1);
  }
  const ImU32 ink = live ? theme.colours.accent_hover : theme.colours.accent;
  const float low = std::min(plan.x(cursor), middle - 1.5f), high = std::max(plan.x(cursor) + plan.cell - (plan.cell >= 6 ? 1.0f : 0.0f), middle + 1.5f);
  list->AddRectFilled({low - 1, plan.origin.y - 2}, {high + 1, bottom + 2}, with_alpha(ink, 0.07f), 2);
  list->AddRect({low - 1, plan.origin.y - 2}, {high + 1, bottom + 2}, ink, 3, 0, 1.5f);
  const float left = std::clamp(middle - badge / 2, plan.origin.x, std::max(plan.origin.x, plan.x(plan.steps) - badge + 6));
  list->AddRectFilled({left, bottom + 2}, {left + badge, bottom + kAxis}, ink, 4);
  ui.draw_centred({left, bottom + 2}, {left + badge, bottom + kAxis}, ui.look(Face::kMono, 10, theme.colours.on_accent), now);
}

}  // namespace

int draw_memory_lanes(Ui& ui, const char* id, const std::vector<Lane>& lanes, int steps, const LanesLook& look) {
  const LanePlan plan = lay_out_lanes(ui, lanes, steps, look);
  const Item item = add_item(ui, id, {ui.avail(), std::max(plan.height, ui.target())}, ui.theme.radius.control);
  keep_arrow_keys(item, false);
  int wanted = -1;
  const ImGuiIO& io = ImGui::GetIO();
  const auto under = static_cast<int>(std::floor((io.MousePos.x - plan.left) / std::max(1e-3f, plan.cell)));
  if (item.held && ImGui::GetCurrentContext()->ActiveIdSource == ImGuiInputSource_Mouse) wanted = std::clamp(under, 0, plan.steps - 1);
  if (item.hovered || item.held) ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
  // After a press the keys go on from there, ring or not.
  const auto pressed = [&](ImGuiKey key) { return ImGui::GetCurrentContext()->NavId == item.id && ImGui::IsKeyPressed(key, ImGuiInputFlags_Repeat, item.id); };
  if (pressed(ImGuiKey_LeftArrow)) wanted = std::max(0, look.cursor - 1);
  if (pressed(ImGuiKey_RightArrow)) wanted = std::min(plan.steps - 1, look.cursor + 1);
  if (pressed(ImGuiKey_Home)) wanted = 0;
  if (pressed(ImGuiKey_End)) wanted = plan.steps - 1;
  if (!item.visible) return wanted;
  for (std::size_t n = 0; n < lanes.size(); ++n) draw_lane(ui, lanes[n], plan, n, look.cursor);
  draw_time(ui, plan, std::clamp(look.cursor, 0, plan.steps - 1), item.hovered || item.held);
  return wanted == look.cursor ? -1 : wanted;
}

}  // namespace heed
