// ui/widgets: sliders, numbers that can be typed over, and text fields.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "ui/widgets/controls.h"

namespace heed {
namespace {

double to_place(const SliderRange& range, double value) {
  if (range.maximum <= range.minimum) return 0;
  if (range.logarithmic && range.minimum > 0)
    return std::log(value / range.minimum) / std::log(range.maximum / range.minimum);
  return (value - range.minimum) / (range.maximum - range.minimum);
}

/// Two significant digits on a logarithmic scale, whole steps on a linear one.
double tidy(const SliderRange& range, double value) {
  value = std::clamp(value, range.minimum, range.maximum);
  if (range.integer) return std::round(value);
  if (range.logarithmic && value > 0) {
    const double unit = std::pow(10.0, std::floor(std::log10(value)) - 1);
    return std::clamp(std::strtod(number_text_short(std::round(value / unit) * unit, false).c_str(), nullptr),
                      range.minimum, range.maximum);
  }
  if (range.step > 0) value = range.minimum + std::round((value - range.minimum) / range.step) * range.step;
  return std::clamp(value, range.minimum, range.maximum);
}

double from_place(const SliderRange& range, double place) {
  place = std::clamp(place, 0.0, 1.0);
  if (range.logarithmic && range.minimum > 0)
    return tidy(range, range.minimum * std::pow(range.maximum / range.minimum, place));
  return tidy(range, range.minimum + place * (range.maximum - range.minimum));
}

double stepped(const SliderRange& range, double value, int steps) {
  if (range.logarithmic && range.minimum > 0) {
    double next = tidy(range, value * std::pow(1.25, steps));
    if (next == value && range.integer) next = tidy(range, value + steps);
    return next;
  }
  return tidy(range, value + steps * (range.step > 0 ? range.step : (range.maximum - range.minimum) / 100));
}

int grow_string(ImGuiInputTextCallbackData* data) {
  if (data->EventFlag == ImGuiInputTextFlags_CallbackResize) {
    auto* text = static_cast<std::string*>(data->UserData);
    text->resize(static_cast<std::size_t>(data->BufTextLen));
    data->Buf = text->data();
  }
  return 0;
}

/// Dear ImGui's single-line input over a std::string, in our looks.
bool input(Ui& ui, const char* id, std::string& text, const std::string& hint, float width, const TextLook& look,
           ImGuiInputTextFlags flags) {
  const float height = ui.fonts.height(look.face, look.size);
  if (text.empty() && ui.measure(look, hint).x > width - 2 * ui.theme.space.s) ui.clipped.push_back(hint);
  ImGui::PushFont(ui.fonts.font(look.face), height);
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, ImVec2(ui.theme.space.s, (ui.target() - height) / 2));
  ImGui::PushStyleColor(ImGuiCol_Border, ui.theme.colours.border_strong);
  ImGui::PushStyleColor(ImGuiCol_TextDisabled, ui.theme.colours.ink_faint);
  ImGui::SetNextItemWidth(width);
  const bool changed =
      ImGui::InputTextWithHint((std::string("##") + id).c_str(), hint.c_str(), text.data(), text.capacity() + 1,
                               flags | ImGuiInputTextFlags_CallbackResize, grow_string, &text);
  ImGui::PopStyleColor(2);
  ImGui::PopStyleVar();
  ImGui::PopFont();
  const ImRect box(ImGui::GetItemRectMin(), ImGui::GetItemRectMax());
  ui.focusable(ImGui::GetItemID(), box, ui.theme.radius.control);
  if (ImGui::IsItemActive())
    ImGui::GetWindowDrawList()->AddRect(box.Min, box.Max, ui.theme.colours.focus, ui.theme.radius.control, 0,
                                        ui.theme.line.focus);
  return changed;
}

}  // namespace

std::string number_text_short(double value, bool integer) {
  char text[40];
  if (integer) {
    std::snprintf(text, sizeof text, "%lld", static_cast<long long>(std::llround(value)));
    return text;
  }
  for (int digits = 1; digits <= 9; ++digits) {
    std::snprintf(text, sizeof text, "%.*g", digits, value);
    if (std::abs(std::strtod(text, nullptr) - value) <= 1e-6 * std::abs(value)) break;
  }
  return text;
}

bool slider(Ui& ui, const char* id, const SliderRange& range, double& value, const std::string& help,
            const std::string& citation) {
  const Theme& theme = ui.theme;
  const float height = ui.viewport.coarse ? theme.target.touch : 24.0f;
  const Item item = add_item(ui, id, {ui.avail(), height}, theme.radius.control);
  keep_arrow_keys(item, false);
  constexpr float kKnob = 8;
  const float x0 = item.box.Min.x + kKnob, x1 = item.box.Max.x - kKnob, middle = (item.box.Min.y + item.box.Max.y) / 2;
  double next = value;
  if (item.held && ImGui::GetCurrentContext()->ActiveIdSource == ImGuiInputSource_Mouse) {
    next = from_place(range, (ImGui::GetIO().MousePos.x - x0) / std::max(1.0f, x1 - x0));
    ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
  }
  const int stride = ImGui::GetIO().KeyShift ? 10 : 1;
  if (key_on(item, ImGuiKey_LeftArrow)) next = stepped(range, value, -stride);
  if (key_on(item, ImGuiKey_RightArrow)) next = stepped(range, value, stride);
  if (key_on(item, ImGuiKey_Home)) next = range.minimum;
  if (key_on(item, ImGuiKey_End)) next = range.maximum;
  if (item.visible) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const float x = x0 + (x1 - x0) * static_cast<float>(std::clamp(to_place(range, next), 0.0, 1.0));
    list->AddRectFilled({x0 - kKnob, middle - 2}, {x1 + kKnob, middle + 2}, theme.colours.track, 2);
    list->AddRectFilled({x0 - kKnob, middle - 2}, {x, middle + 2}, theme.colours.accent, 2);
    list->AddCircleFilled({x, middle}, kKnob, theme.colours.surface, 28);
    list->AddCircle({x, middle}, kKnob - 0.5f,
                    item.hovered || item.held ? theme.colours.accent : theme.colours.border_strong, 28,
                    item.held ? 2.0f : 1.5f);
  }
  help_bubble(ui, item, help, citation);
  const bool changed = next != value;
  value = next;
  return changed;
}

bool number_box(Ui& ui, const char* id, const SliderRange& range, const std::string& unit, double& value, float width) {
  const Theme& theme = ui.theme;
  Memory& memory = ui.memory;
  const std::string place = std::to_string(ImGui::GetID(id));
  if (memory.editing == place) {
    if (!memory.edit_started) ImGui::SetKeyboardFocusHere();
    input(ui, id, memory.edit_text, {}, width, ui.number(),
          ImGuiInputTextFlags_AutoSelectAll | ImGuiInputTextFlags_CharsScientific);
    const bool active = ImGui::IsItemActive();
    if (active || !memory.edit_started) {
      memory.edit_started = memory.edit_started || active;
      if (!active) ui.want_frame();
      return false;
    }
    memory.editing.clear();
    char* end = nullptr;
    const double typed = std::strtod(memory.edit_text.c_str(), &end);
    if (end == memory.edit_text.c_str() || !std::isfinite(typed)) return false;
    const double next = std::clamp(range.integer ? std::round(typed) : typed, range.minimum, range.maximum);
    const bool changed = next != value;
    value = next;
    return changed;
  }
  const Item item = add_item(ui, id, {width, ui.target()}, theme.radius.control);
  if (item.visible) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    if (item.hovered || item.held)
      list->AddRectFilled(item.box.Min, item.box.Max, theme.colours.surface_hover, theme.radius.control);
    const std::string text = number_text_short(value, range.integer);
    const float unit_width = unit.empty() ? 0 : ui.measure(ui.caption(), unit).x + theme.space.xs;
    const ImVec2 size = ui.measure(ui.number(), text);
    const float middle = (item.box.Min.y + item.box.Max.y) / 2,
                x = item.box.Max.x - theme.space.xs - unit_width - size.x;
    ui.draw_text({x, middle - size.y / 2}, ui.number(), text, size.x);
    list->AddLine({x, middle + size.y / 2}, {x + size.x, middle + size.y / 2}, theme.colours.border_strong,
                  theme.line.hair);
    if (!unit.empty())
      ui.draw_text({item.box.Max.x - unit_width, middle - ui.measure(ui.caption(), unit).y / 2}, ui.caption(), unit,
                   unit_width);
  }
  if (item.pressed) {
    memory.editing = place;
    memory.edit_text = number_text_short(value, range.integer);
    memory.edit_started = false;
    ui.want_frame();
  }
  return false;
}

bool text_field(Ui& ui, const char* id, std::string& text, const std::string& hint, float width, bool mono) {
  const TextLook look = ui.look(mono ? Face::kMono : Face::kUi, ui.theme.type.lead, ui.theme.colours.ink);
  return input(ui, id, text, hint, width, look, 0);
}

bool line_field(Ui& ui, const char* id, std::string& text, const std::string& hint, float width) {
  return input(ui, id, text, hint, width, ui.body(), 0);
}

}  // namespace heed
