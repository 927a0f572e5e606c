// platform: input messages to ImGuiIO events.
#include "platform/lab_input.h"

#include <imgui.h>

#include <algorithm>
#include <cfloat>
#include <map>
#include <string>

namespace heed {
namespace {

float number(const Json& json, const char* key, float fallback = 0) {
  const auto found = json.find(key);
  return found != json.end() && found->is_number() ? found->get<float>() : fallback;
}
bool flag(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_boolean() && found->get<bool>();
}
std::string text(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// Names of KeyboardEvent.key; letters and digits come as themselves.
ImGuiKey key_named(const std::string& name) {
  static const std::map<std::string, ImGuiKey> kNames = {{"Tab", ImGuiKey_Tab},
                                                         {"ArrowLeft", ImGuiKey_LeftArrow},
                                                         {"ArrowRight", ImGuiKey_RightArrow},
                                                         {"ArrowUp", ImGuiKey_UpArrow},
                                                         {"ArrowDown", ImGuiKey_DownArrow},
                                                         {"Home", ImGuiKey_Home},
                                                         {"End", ImGuiKey_End},
                                                         {"Insert", ImGuiKey_Insert},
                                                         {"Delete", ImGuiKey_Delete},
                                                         {"Backspace", ImGuiKey_Backspace},
                                                         {" ", ImGuiKey_Space},
                                                         {"Enter", ImGuiKey_Enter},
                                                         {"Escape", ImGuiKey_Escape},
                                                         {"PageUp", ImGuiKey_PageUp},
                                                         {"PageDown", ImGuiKey_PageDown}};
  if (const auto found = kNames.find(name); found != kNames.end()) return found->second;
  if (name.size() != 1) return ImGuiKey_None;
  const char c = name[0];
  if (c >= 'a' && c <= 'z') return static_cast<ImGuiKey>(ImGuiKey_A + (c - 'a'));
  if (c >= 'A' && c <= 'Z') return static_cast<ImGuiKey>(ImGuiKey_A + (c - 'A'));
  if (c >= '0' && c <= '9') return static_cast<ImGuiKey>(ImGuiKey_0 + (c - '0'));
  return ImGuiKey_None;
}

void add_modifiers(const Json& message) {
  ImGuiIO& io = ImGui::GetIO();
  io.AddKeyEvent(ImGuiMod_Ctrl, flag(message, "ctrl"));
  io.AddKeyEvent(ImGuiMod_Shift, flag(message, "shift"));
  io.AddKeyEvent(ImGuiMod_Alt, flag(message, "alt"));
  io.AddKeyEvent(ImGuiMod_Super, flag(message, "meta"));
}

/// {"kind": "pointer", "type": "move" | "down" | "up" | "leave", "x", "y", "button", "touch"}
void pointer(const Json& message) {
  ImGuiIO& io = ImGui::GetIO();
  const std::string type = text(message, "type");
  const bool touch = flag(message, "touch");
  io.AddMouseSourceEvent(touch ? ImGuiMouseSource_TouchScreen : ImGuiMouseSource_Mouse);
  if (type != "leave") io.AddMousePosEvent(number(message, "x"), number(message, "y"));
  // The DOM counts left, middle, right; ImGui left, right, middle.
  const int dom = static_cast<int>(number(message, "button")), button = dom == 1 ? 2 : dom == 2 ? 1 : 0;
  if (type == "down") io.AddMouseButtonEvent(button, true);
  if (type == "up") io.AddMouseButtonEvent(button, false);
  // A lifted finger points nowhere.
  if (type == "leave" || (type == "up" && touch)) io.AddMousePosEvent(-FLT_MAX, -FLT_MAX);
}

void glyph(Ui& ui, const Json& message, const Bytes& blob) {
  PageGlyph made;
  made.width = static_cast<int>(number(message, "width"));
  made.height = static_cast<int>(number(message, "height"));
  made.left = number(message, "left");
  made.top = number(message, "top");
  made.advance = number(message, "advance");
  made.alpha = blob;
  ui.fonts.set_glyph({static_cast<std::uint32_t>(number(message, "point")), static_cast<int>(number(message, "em"))},
                     std::move(made));
}

}  // namespace

bool apply_input(Ui& ui, const std::string& kind, const Json& message, const Bytes& blob) {
  ImGuiIO& io = ImGui::GetIO();
  if (kind == "resize") {
    ui.set_viewport({number(message, "width"), number(message, "height"),
                     std::clamp(number(message, "scale", 1), 0.5f, 4.0f), flag(message, "coarse")});
  } else if (kind == "pointer") {
    pointer(message);
  } else if (kind == "wheel") {
    io.AddMouseWheelEvent(number(message, "x"), number(message, "y"));
  } else if (kind == "key") {
    add_modifiers(message);
    const ImGuiKey key = key_named(text(message, "key"));
    if (key != ImGuiKey_None) io.AddKeyEvent(key, flag(message, "down"));
  } else if (kind == "text") {
    io.AddInputCharactersUTF8(text(message, "text").c_str());
  } else if (kind == "focus") {
    ui.set_focus(flag(message, "on"), text(message, "from"));
  } else if (kind == "scroll") {
    ui.set_scroll(number(message, "y"));
  } else if (kind == "font") {
    ui.add_font(text(message, "name"), blob);
  } else if (kind == "glyph") {
    glyph(ui, message, blob);
  } else {
    return false;
  }
  return true;
}

}  // namespace heed
