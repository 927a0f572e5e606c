// ui/panels: how an address comes about, by content and by place, soft and hard: a memory of eight rows in the plane and a head whose
// inputs the learner moves. Each stage stands beside what moves it; all numbers come from the engine.
#include "lab/addressing.h"

#include <algorithm>
#include <cmath>

#include "lab/story_picture.h"
#include "lab/strings.h"
#include "ui/panels/panels.h"
#include "ui/widgets/bar_strip.h"
#include "ui/widgets/controls.h"

namespace heed {
namespace {

constexpr float kFigureBeside = 560, kPlane = 232, kReach = 1.05f;

ImVec2 in_plane(const ImRect& box, float x, float y) {
  return {box.GetCenter().x + x / kReach * box.GetWidth() / 2, box.GetCenter().y - y / kReach * box.GetHeight() / 2};
}

void draw_key_arrow(ImDrawList* list, ImVec2 from, ImVec2 to, ImU32 colour) {
  const float dx = to.x - from.x, dy = to.y - from.y, length = std::sqrt(dx * dx + dy * dy);
  list->AddLine(from, to, colour, 2);
  if (length < 4) return;
  const float ux = dx / length, uy = dy / length;
  list->AddTriangleFilled(to, {to.x - 10 * ux + 5 * uy, to.y - 10 * uy - 5 * ux}, {to.x - 10 * ux - 5 * uy, to.y - 10 * uy + 5 * ux}, colour);
}

/// The rows as discs that fill with their weights, the key as an arrow, what is read as a diamond.
void draw_plane_content(Ui& ui, const ImRect& box, const AddressState& state) {
  const Theme& theme = ui.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(box.Min, box.Max, theme.colours.surface_sunken, theme.radius.control);
  const ImVec2 middle = box.GetCenter();
  list->AddLine({box.Min.x, middle.y}, {box.Max.x, middle.y}, theme.colours.grid, 1);
  list->AddLine({middle.x, box.Min.y}, {middle.x, box.Max.y}, theme.colours.grid, 1);
  const auto& rows = address_memory();
  const bool told = state.asked.key.size() == 2;
  draw_key_arrow(list, middle, in_plane(box, told ? state.asked.key[0] : state.inputs.key_x, told ? state.asked.key[1] : state.inputs.key_y), theme.colours.accent);
  for (std::size_t i = 0; i < kAddressRows; ++i) {
    const ImVec2 at = in_plane(box, rows[2 * i], rows[2 * i + 1]);
    const float weight = state.has_found && i < state.found.sharpened.size() ? state.found.sharpened[i] : 0;
    const ImU32 ground = attention_colour(theme, weight);
    list->AddCircleFilled(at, 12, ground, 28);
    list->AddCircle(at, 12, theme.colours.border_strong, 28, 1.25f);
    ui.draw_centred({at.x - 12, at.y - 10}, {at.x + 12, at.y + 10}, ui.look(Face::kMono, 11, ink_on_attention(theme, weight)), std::to_string(i + 1));
  }
  if (state.found.reading.size() != 2) return;
  const ImVec2 read = in_plane(box, state.found.reading[0], state.found.reading[1]);
  constexpr float kHalf = 7;
  const ImVec2 corners[] = {{read.x, read.y - kHalf}, {read.x + kHalf, read.y}, {read.x, read.y + kHalf}, {read.x - kHalf, read.y}};
  list->AddConvexPolyFilled(corners, 4, theme.colours.run_b);
  list->AddPolyline(corners, 4, theme.colours.surface, ImDrawFlags_Closed, 1.5f);
}

/// The key is dragged, or moved by the arrow keys. True when it moved.
bool draw_plane(const Lab& lab, Ui& ui, const AddressState& state, AddressInputs& inputs) {
  const float side = std::min(kPlane, ui.avail());
  const Item item = add_item(ui, "plane", {side, side}, ui.theme.radius.control);
  keep_arrow_keys(item, true);
  float x = inputs.key_x, y = inputs.key_y;
  const ImVec2 middle = item.box.GetCenter(), mouse = ImGui::GetIO().MousePos;
  if (item.held && ImGui::GetCurrentContext()->ActiveIdSource == ImGuiInputSource_Mouse) {
    x = (mouse.x - middle.x) / (side / 2) * kReach;
    y = (middle.y - mouse.y) / (side / 2) * kReach;
  }
  constexpr float kStep = 0.05f;
  x += key_on(item, ImGuiKey_RightArrow) ? kStep : key_on(item, ImGuiKey_LeftArrow) ? -kStep : 0;
  y += key_on(item, ImGuiKey_UpArrow) ? kStep : key_on(item, ImGuiKey_DownArrow) ? -kStep : 0;
  x = std::clamp(x, -1.0f, 1.0f), y = std::clamp(y, -1.0f, 1.0f);
  const bool moved = x != inputs.key_x || y != inputs.key_y;
  inputs.key_x = x, inputs.key_y = y;
  if (item.visible) draw_plane_content(ui, item.box, state);
  help_bubble(ui, item, tr("addressing.plane_help"));
  ui.mark(lab, "addressing.plane", item.box);
  return moved;
}

struct Stage {
  const char* id;
  std::string title, help;
  SliderRange range;
  float* value;
  const std::vector<float>* weights;
  ImU32 colour;
};

/// What moves it, and below or beside that the weights after it. True when it was moved.
bool draw_address_stage(Ui& ui, const Stage& stage) {
  const float whole = ui.avail(), gap = ui.theme.space.l;
  const bool beside = whole >= 420;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ui.begin_column(at, beside ? whole * 0.42f : whole);
  ui.paragraph(ui.soft(), stage.title);
  double value = static_cast<double>(*stage.value);
  const bool moved = slider(ui, stage.id, stage.range, value, stage.help);
  *stage.value = static_cast<float>(value);
  const float first = ui.end_column();
  ui.begin_column(beside ? ImVec2(at.x + whole * 0.42f + gap, at.y) : ImVec2(at.x, first + 2), beside ? whole * 0.58f - gap : whole);
  BarStrip look;
  look.width = ui.avail();
  look.height = 46;
  look.colour = stage.colour;
  look.numbers = true;
  draw_bar_strip(ui, stage.weights->empty() ? std::vector<float>(kAddressRows, 0.0f) : *stage.weights, look);
  const float bottom = std::max(first, ui.end_column());
  ui.move_to(at);
  ImGui::Dummy({whole, bottom - at.y});
  ui.gap(ui.theme.space.s);
  return moved;
}

bool draw_address_stages(Ui& ui, const AddressState& state, AddressInputs& inputs) {
  const AddressFound& found = state.found;
  const ImU32 soft = ui.theme.colours.run_a, last = ui.theme.colours.accent;
  const auto number = [](float value) { return number_text_short(std::round(static_cast<double>(value) * 100) / 100, false); };
  SliderRange strength{0.1, 50, 0, true, false}, gate{0, 1, 0.05, false, false}, shift{-kAddressReach, kAddressReach, 0.1, false, false}, sharpening{1, 10, 0.1, false, false};
  bool moved = draw_address_stage(ui, {"strength", tr("addressing.strength", {number(inputs.strength)}), tr("addressing.strength_help"), strength, &inputs.strength, &found.content, soft});
  moved = draw_address_stage(ui, {"gate", tr("addressing.gate", {number(inputs.gate)}), tr("addressing.gate_help"), gate, &inputs.gate, &found.gated, soft}) || moved;
  moved = draw_address_stage(ui, {"shift", tr("addressing.shift", {number(inputs.shift)}), tr("addressing.shift_help"), shift, &inputs.shift, &found.shifted, soft}) || moved;
  moved = draw_address_stage(ui, {"sharpening", tr("addressing.sharpening", {number(inputs.sharpening)}), tr("addressing.sharpening_help"), sharpening, &inputs.sharpening, &found.sharpened, last}) || moved;
  return moved;
}

/// Ready settings: by content, by place, one after the other.
bool draw_kinds(const Lab& lab, Ui& ui, AddressInputs& inputs) {
  const std::vector<std::string> kinds{tr("addressing.by_content"), tr("addressing.by_place"), tr("addressing.by_both")};
  const int now = inputs.gate == 0 ? 1 : inputs.gate == 1 && inputs.shift == 0 ? 0 : inputs.gate == 1 ? 2 : -1;
  ui.begin_row();
  ui.flow(std::min(segmented_width(ui, kinds), ui.column_width()), 0);
  const int chosen = segmented(ui, "kind", kinds, now);
  ui.mark(lab, "addressing.kind", ImRect(ImGui::GetItemRectMin(), ImGui::GetItemRectMax()));
  const bool changed = chosen != now;
  if (changed) {
    inputs.gate = chosen == 1 ? 0.0f : 1.0f;
    inputs.shift = chosen == 0 ? 0.0f : chosen == 1 ? 1.0f : 2.0f;
    inputs.rounds = 0;
  }
  const std::vector<std::string> looks{tr("addressing.soft"), tr("addressing.hard")};
  ui.flow(segmented_width(ui, looks), ui.theme.space.m);
  const int hard = segmented(ui, "hard", looks, inputs.hard ? 1 : 0);
  if ((hard == 1) == inputs.hard) return changed;
  inputs.hard = hard == 1;
  return true;
}

/// The same shift again and again: it blurs, unless it is sharpened or hard.
bool draw_rounds(const Lab& lab, Ui& ui, const AddressState& state, AddressInputs& inputs) {
  const ButtonLook more{ButtonKind::kPlain, Icon::kNext, 0, inputs.rounds < kMostAddressRounds}, back{ButtonKind::kQuiet, Icon::kUndo, 0, inputs.rounds > 0};
  bool changed = false;
  ui.begin_row();
  ui.flow(button_width(ui, tr("addressing.repeat"), more), 0);
  if (button(ui, "repeat", tr("addressing.repeat"), more, tr("addressing.repeat_help"))) ++inputs.rounds, changed = true;
  ui.mark(lab, "addressing.repeat", ImRect(ImGui::GetItemRectMin(), ImGui::GetItemRectMax()));
  ui.flow(button_width(ui, tr("addressing.again"), back), ui.theme.space.xs);
  if (button(ui, "again", tr("addressing.again"), back)) inputs.rounds = 0, changed = true;
  const std::size_t rounds = state.found.rounds.size() / kAddressRows;
  for (std::size_t round = 0; round < rounds; ++round) {
    const auto begin = state.found.rounds.begin() + static_cast<std::ptrdiff_t>(round * kAddressRows);
    const std::vector<float> weights(begin, begin + kAddressRows);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float label = 40, number = 46, height = 17, width = ui.avail() - label - number, cell = width / kAddressRows;
    ui.draw_text({at.x, at.y + 1}, ui.caption(), "\xC3\x97" + std::to_string(round + 1), label);
    ImDrawList* list = ImGui::GetWindowDrawList();
    for (std::size_t i = 0; i < weights.size(); ++i) {
      const float x = at.x + label + static_cast<float>(i) * cell;
      list->AddRectFilled({x, at.y}, {x + cell - 1, at.y + height - 2}, attention_colour(ui.theme, weights[i]), 2);
    }
    ui.draw_text({at.x + ui.avail() - number + 8, at.y}, ui.number(), weight_text(*std::max_element(weights.begin(), weights.end())), number);
    ImGui::Dummy({ui.avail(), height});
  }
  if (rounds > 0) ui.paragraph(ui.caption(), tr("addressing.rounds_help"));
  return changed;
}

bool draw_left(const Lab& lab, Ui& ui, const AddressState& state, AddressInputs& inputs) {
  bool moved = draw_plane(lab, ui, state, inputs);
  ui.gap(ui.theme.space.xs);
  ui.paragraph(ui.caption(), tr("addressing.plane"));
  ui.gap(ui.theme.space.s);
  ui.paragraph(ui.soft(), tr("addressing.previous", {std::to_string(inputs.previous)}));
  double row = inputs.previous;
  if (slider(ui, "previous", {1, kAddressRows, 1, false, true}, row, tr("addressing.previous_help"))) inputs.previous = static_cast<int>(row), moved = true;
  return moved;
}

void draw_figure(const Lab& lab, Ui& ui) {
  const AddressState& state = lab.state().addressing;
  AddressInputs inputs = state.inputs;
  bool changed = draw_kinds(lab, ui, inputs);
  ui.gap(ui.theme.space.m);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float whole = ui.avail(), left = std::min(kPlane, whole);
  const bool beside = whole >= kFigureBeside;
  ui.begin_column(at, left);
  changed = draw_left(lab, ui, state, inputs) || changed;
  const float first = ui.end_column(), x = beside ? at.x + left + ui.theme.space.xl : at.x;
  ui.begin_column({x, beside ? at.y : first + ui.theme.space.m}, at.x + whole - x);
  changed = draw_address_stages(ui, state, inputs) || changed;
  changed = draw_rounds(lab, ui, state, inputs) || changed;
  const float bottom = std::max(first, ui.end_column());
  ui.move_to(at);
  ImGui::Dummy({whole, bottom - at.y});
  if (state.has_found) {
    ui.gap(ui.theme.space.m);
    ui.paragraph(ui.soft(), describe_addressing(state));
  }
  if (changed || (!state.has_found && !state.pending && state.found.error.empty())) ui.push(SetAddressing{inputs});
}

}  // namespace

void draw_addressing(const Lab& lab, Ui& ui) {
  if (Ui::hidden(lab, "addressing")) return;
  ImRect box;
  ImGui::PushID("addressing");
  begin_card(ui, ImGui::GetCursorScreenPos(), ui.avail());
  const bool open = addressing_open(lab);
  card_title(ui, tr("addressing.title"), tr("addressing.subtitle"));
  ui.gap(ui.theme.space.s);
  const ButtonLook look{open ? ButtonKind::kQuiet : ButtonKind::kPlain, open ? Icon::kChevronDown : Icon::kChevronRight};
  if (button(ui, "open", tr(open ? "addressing.close" : "addressing.open"), look)) ui.push(OpenAddressing{!open});
  ui.mark(lab, "addressing.open", ImRect(ImGui::GetItemRectMin(), ImGui::GetItemRectMax()));
  if (open) {
    ui.gap(ui.theme.space.m);
    draw_figure(lab, ui);
  }
  end_card(ui, &box);
  ImGui::PopID();
  ui.mark(lab, "addressing", box);
}

}  // namespace heed
