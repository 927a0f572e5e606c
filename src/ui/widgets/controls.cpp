// ui/widgets: buttons, toggles, segmented controls, help bubbles and cards.
#include "ui/widgets/controls.h"

#include <algorithm>
#include <cmath>

namespace heed {

Item add_item(Ui& ui, const char* id, ImVec2 size, float rounding, bool enabled) {
  ImGuiWindow* window = ImGui::GetCurrentWindow();
  Item item;
  item.id = window->GetID(id);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  item.box = ImRect(at, {at.x + size.x, at.y + size.y});
  if (!enabled) ImGui::BeginDisabled();
  ImGui::ItemSize(size, 0);
  item.visible = ImGui::ItemAdd(item.box, item.id);
  if (item.visible) item.pressed = ImGui::ButtonBehavior(item.box, item.id, &item.hovered, &item.held) && enabled;
  if (!enabled) ImGui::EndDisabled();
  if (enabled) item.focused = ui.focusable(item.id, item.box, rounding);
  item.hovered = item.hovered && enabled && !(ui.viewport.coarse && !item.held);
  if (item.hovered) ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
  if (item.pressed) ui.memory.pressed = item.id;
  if (!item.hovered && ui.memory.pressed == item.id && !item.pressed) ui.memory.pressed = 0;
  return item;
}

void keep_arrow_keys(const Item& item, bool vertical) {
  if (ImGui::GetCurrentContext()->NavId != item.id) return;
  ImGui::SetKeyOwner(ImGuiKey_LeftArrow, item.id);
  ImGui::SetKeyOwner(ImGuiKey_RightArrow, item.id);
  ImGui::SetKeyOwner(ImGuiKey_Home, item.id);
  ImGui::SetKeyOwner(ImGuiKey_End, item.id);
  if (!vertical) return;
  ImGui::SetKeyOwner(ImGuiKey_UpArrow, item.id);
  ImGui::SetKeyOwner(ImGuiKey_DownArrow, item.id);
}

bool key_on(const Item& item, ImGuiKey key) {
  return item.focused && ImGui::IsKeyPressed(key, ImGuiInputFlags_Repeat, item.id);
}

// ---- buttons
// ---------------------------------------------------------------------------------------------------------------

namespace {

constexpr float kIconSize = 15;

struct ButtonColours {
  ImU32 ground, border, ink;
};

ButtonColours button_colours(const Theme& theme, const ButtonLook& look, bool hovered, bool held) {
  const Palette& c = theme.colours;
  if (!look.enabled)
    return {look.kind == ButtonKind::kQuiet ? 0 : c.surface_sunken, look.kind == ButtonKind::kQuiet ? 0 : c.border,
            with_alpha(c.ink_faint, 0.7f)};
  if (look.kind == ButtonKind::kPrimary)
    return {held ? c.accent_active : hovered ? c.accent_hover : c.accent, 0, c.on_accent};
  if (look.on) return {held ? c.surface_active : c.accent_soft, c.accent, c.accent};
  const ImU32 rest = look.kind == ButtonKind::kPlain ? c.surface : 0;
  return {held      ? c.surface_active
          : hovered ? c.surface_hover
                    : rest,
          look.kind == ButtonKind::kPlain ? c.border : 0, look.kind == ButtonKind::kPlain ? c.ink : c.ink_soft};
}

TextLook button_text(const Ui& ui, ImU32 colour) {
  return ui.look(Face::kStrong, ui.theme.type.small, colour);
}

}  // namespace

float button_width(const Ui& ui, const std::string& label, const ButtonLook& look) {
  if (label.empty()) return ui.target();
  const float icon = look.icon == Icon::kNone ? 0 : kIconSize + ui.theme.space.s;
  const float side = look.kind == ButtonKind::kPrimary ? ui.theme.space.l : ui.theme.space.m;
  return std::max(look.width, std::ceil(ui.measure(button_text(ui, 0), label).x + icon + 2 * side));
}

bool button(Ui& ui, const char* id, const std::string& label, const ButtonLook& look, const std::string& help) {
  const float width = button_width(ui, label, look);
  const Item item = add_item(ui, id, {width, ui.target()}, ui.theme.radius.control, look.enabled);
  if (item.visible) {
    const ButtonColours colours = button_colours(ui.theme, look, item.hovered, item.held);
    ImDrawList* list = ImGui::GetWindowDrawList();
    const ImVec2 low = item.box.Min, high = item.box.Max;
    if (colours.ground) list->AddRectFilled(low, high, colours.ground, ui.theme.radius.control);
    if (colours.border) list->AddRect(low, high, colours.border, ui.theme.radius.control, 0, ui.theme.line.hair);
    const float middle = (low.y + high.y) / 2;
    if (label.empty()) {
      draw_icon(list, look.icon, {(low.x + high.x) / 2, middle}, kIconSize, colours.ink);
    } else {
      const TextLook text = button_text(ui, colours.ink);
      const ImVec2 size = ui.measure(text, label);
      const float icon = look.icon == Icon::kNone ? 0 : kIconSize + ui.theme.space.s;
      const float x = (low.x + high.x - size.x - icon) / 2;
      if (icon > 0) draw_icon(list, look.icon, {x + kIconSize / 2, middle}, kIconSize, colours.ink);
      ui.draw_text({x + icon, middle - size.y / 2}, text, label, high.x - x - icon);
    }
  }
  if (!help.empty()) help_bubble(ui, item, help);
  return item.pressed;
}

// ---- toggle
// ----------------------------------------------------------------------------------------------------------------

namespace {
constexpr float kSwitchWidth = 32, kSwitchHeight = 18;
}

float toggle_width(const Ui& ui, const std::string& label) {
  return std::ceil(kSwitchWidth + ui.theme.space.s + ui.measure(ui.soft(), label).x);
}

bool toggle(Ui& ui, const char* id, const std::string& label, bool value, const std::string& help) {
  const Theme& theme = ui.theme;
  const Item item = add_item(ui, id, {toggle_width(ui, label), ui.target()}, theme.radius.control);
  if (item.visible) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const float middle = (item.box.Min.y + item.box.Max.y) / 2;
    const ImVec2 low{item.box.Min.x, middle - kSwitchHeight / 2},
        high{low.x + kSwitchWidth, middle + kSwitchHeight / 2};
    const ImU32 off = item.hovered ? theme.colours.ink_faint : theme.colours.border_strong;
    list->AddRectFilled(low, high, value ? (item.hovered ? theme.colours.accent_hover : theme.colours.accent) : off,
                        kSwitchHeight / 2);
    const float knob = kSwitchHeight / 2 - 3;
    list->AddCircleFilled({value ? high.x - knob - 3 : low.x + knob + 3, middle}, knob,
                          value ? theme.colours.on_accent : theme.colours.surface, 24);
    TextLook look = ui.soft();
    look.colour = theme.colours.ink;
    ui.draw_text({high.x + theme.space.s, middle - ui.measure(look, label).y / 2}, look, label,
                 item.box.Max.x - high.x - theme.space.s);
  }
  if (!help.empty()) help_bubble(ui, item, help);
  return item.pressed;
}

// ---- segmented
// -------------------------------------------------------------------------------------------------------------

namespace {

float segment_width(const Ui& ui, const std::string& label) {
  return std::max(ui.target(), std::ceil(ui.measure(ui.look(Face::kStrong, ui.theme.type.small, 0), label).x) +
                                   2 * ui.theme.space.m);
}

}  // namespace

float segmented_width(const Ui& ui, const std::vector<std::string>& labels) {
  float width = 0;
  for (const std::string& label : labels) width += segment_width(ui, label);
  return width;
}

int segmented(Ui& ui, const char* id, const std::vector<std::string>& labels, int current, float width) {
  const float natural = segmented_width(ui, labels);
  if (natural > ui.avail() + 0.5f) {
    std::vector<Option> options;
    for (const std::string& label : labels) options.push_back({label, {}});
    return choice(ui, id, options, current, ui.avail());
  }
  const Theme& theme = ui.theme;
  const float total = std::max(width, natural),
              extra = (total - natural) / static_cast<float>(std::max<std::size_t>(1, labels.size()));
  const Item item = add_item(ui, id, {total, ui.target()}, theme.radius.control);
  keep_arrow_keys(item, false);
  int chosen = current;
  const int last = static_cast<int>(labels.size()) - 1;
  if (key_on(item, ImGuiKey_LeftArrow)) chosen = std::max(0, current - 1);
  if (key_on(item, ImGuiKey_RightArrow)) chosen = std::min(last, current + 1);
  if (key_on(item, ImGuiKey_Home)) chosen = 0;
  if (key_on(item, ImGuiKey_End)) chosen = last;
  ImDrawList* list = ImGui::GetWindowDrawList();
  if (item.visible) {
    list->AddRectFilled(item.box.Min, item.box.Max, theme.colours.surface_sunken, theme.radius.control);
    list->AddRect(item.box.Min, item.box.Max, theme.colours.border, theme.radius.control, 0, theme.line.hair);
  }
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  const bool by_key = ImGui::GetCurrentContext()->NavActivateId == item.id;
  float x = item.box.Min.x;
  for (int i = 0; i <= last; ++i) {
    const std::string& label = labels[static_cast<std::size_t>(i)];
    const float wide = segment_width(ui, label) + extra;
    const ImVec2 low{x, item.box.Min.y}, high{x + wide, item.box.Max.y};
    const bool over = mouse.x >= low.x && mouse.x < high.x;
    if (item.pressed && over && !by_key) chosen = i;
    if (item.visible) {
      const bool on = i == current;
      if (on) {
        list->AddRectFilled({low.x + 2, low.y + 2}, {high.x - 2, high.y - 2}, theme.colours.surface,
                            theme.radius.control - 2);
        list->AddRect({low.x + 2, low.y + 2}, {high.x - 2, high.y - 2}, theme.colours.border_strong,
                      theme.radius.control - 2, 0, theme.line.hair);
      }
      const ImU32 ink = on ? theme.colours.ink : item.hovered && over ? theme.colours.ink : theme.colours.ink_soft;
      ui.draw_centred(low, high, ui.look(on ? Face::kStrong : Face::kUi, theme.type.small, ink), label);
    }
    x += wide;
  }
  return chosen;
}

// ---- help
// ------------------------------------------------------------------------------------------------------------------

void help_bubble(Ui& ui, const Item& item, const std::string& text, const std::string& citation) {
  constexpr float kDelay = 0.45f, kWidth = 280;
  if (text.empty() || !item.visible) return;
  const ImGuiContext& g = *ImGui::GetCurrentContext();
  bool show = item.focused;
  if (item.hovered && ui.memory.pressed != item.id && !item.held && !ui.viewport.coarse) {
    show = show || g.HoveredIdTimer >= kDelay;
    if (!show) ui.want_frame();
  }
  if (!show || g.OpenPopupStack.Size > 0) return;
  const float pad = ui.theme.space.m, room = std::min(kWidth, ui.viewport.width - 4 * pad);
  TextLook look = ui.soft(), source = ui.caption();
  look.colour = ui.theme.colours.ink;
  float wide = 0;
  for (const auto& [part, style] : {std::pair{&text, &look}, std::pair{&citation, &source}})
    wide = std::max(wide, std::min(room, std::ceil(ui.measure(*style, *part).x) + 1));
  const float upper = ui.paragraph_height(look, text, wide);
  const float lower = citation.empty() ? 0 : ui.theme.space.xs + ui.paragraph_height(source, citation, wide);
  const ImVec2 size{wide + 2 * pad, upper + lower + 2 * pad};
  ImVec2 at{std::clamp(item.box.Min.x, pad, std::max(pad, ui.viewport.width - size.x - pad)), item.box.Max.y + 6};
  if (at.y + size.y > ui.viewport.height - 4) at.y = item.box.Min.y - 6 - size.y;
  ImGui::SetNextWindowPos(at);
  ImGui::SetNextWindowSize(size);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, ui.theme.radius.control);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, ui.theme.line.hair);
  ImGui::PushStyleColor(ImGuiCol_WindowBg, ui.theme.colours.surface);
  ImGui::PushStyleColor(ImGuiCol_Border, ui.theme.colours.border_strong);
  ImGui::Begin("##help", nullptr,
               ImGuiWindowFlags_Tooltip | ImGuiWindowFlags_NoInputs | ImGuiWindowFlags_NoDecoration |
                   ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoFocusOnAppearing |
                   ImGuiWindowFlags_NoNav);
  ui.draw_paragraph({at.x + pad, at.y + pad}, look, text, wide);
  if (!citation.empty())
    ui.draw_paragraph({at.x + pad, at.y + pad + upper + ui.theme.space.xs}, source, citation, wide);
  ImGui::End();
  ImGui::PopStyleColor(2);
  ImGui::PopStyleVar(2);
}

// ---- small things
// ----------------------------------------------------------------------------------------------------------

void run_marker(ImDrawList* list, const Theme& theme, int run, ImVec2 centre, float size) {
  if (run == 0) {
    list->AddCircleFilled(centre, size / 2, theme.run(0), 20);
  } else {
    const float half = size / 2 * 0.9f;
    list->AddRectFilled({centre.x - half, centre.y - half}, {centre.x + half, centre.y + half}, theme.run(1), 2);
  }
}

void begin_card(Ui& ui, ImVec2 at, float width) {
  const float pad = ui.viewport.width < ui.theme.layout.one_column ? ui.theme.space.m : ui.theme.space.l;
  ui.begin_column({at.x + pad, at.y + pad}, width - 2 * pad);
}

float end_card(Ui& ui, ImRect* box, float least_height) {
  const Theme& theme = ui.theme;
  const float pad = ui.viewport.width < theme.layout.one_column ? theme.space.m : theme.space.l;
  const float left = ui.left(), right = left + ui.column_width();
  const float top = ImGui::GetCurrentContext()->GroupStack.back().BackupCursorPos.y;
  const float bottom = std::max(ui.end_column() + pad, top - pad + least_height);
  const ImVec2 low{left - pad, top - pad}, high{right + pad, bottom};
  ui.layer(0);
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float radius = theme.radius.card;
  list->AddRectFilled({low.x, high.y - radius}, {high.x, high.y + 2}, theme.colours.shadow, radius);
  ui.ground(low, high, theme.colours.surface, radius);
  list->AddRect(low, high, theme.colours.border, radius, 0, theme.line.hair);
  ui.layer(1);
  if (box) *box = ImRect(low, high);
  ui.move_to(low);
  ImGui::Dummy({high.x - low.x, high.y - low.y});
  return bottom;
}

void card_title(Ui& ui, const std::string& title, const std::string& subtitle) {
  ui.paragraph(ui.look(Face::kStrong, ui.theme.type.lead, ui.theme.colours.ink), title);
  if (!subtitle.empty()) ui.paragraph(ui.soft(), subtitle);
}

}  // namespace heed
