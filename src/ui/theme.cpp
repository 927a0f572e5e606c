// ui: reads the design tokens and hands them to Dear ImGui's style.
#include "ui/theme.h"

#include <algorithm>
#include <string>
#include <utility>

namespace heed {
namespace {

using NamedColour = std::pair<const char*, ImU32 Palette::*>;
constexpr NamedColour kColours[] = {
    {"background", &Palette::background},
    {"surface", &Palette::surface},
    {"surface_sunken", &Palette::surface_sunken},
    {"surface_hover", &Palette::surface_hover},
    {"surface_active", &Palette::surface_active},
    {"border", &Palette::border},
    {"border_strong", &Palette::border_strong},
    {"ink", &Palette::ink},
    {"ink_soft", &Palette::ink_soft},
    {"ink_faint", &Palette::ink_faint},
    {"accent", &Palette::accent},
    {"accent_hover", &Palette::accent_hover},
    {"accent_active", &Palette::accent_active},
    {"accent_soft", &Palette::accent_soft},
    {"on_accent", &Palette::on_accent},
    {"focus", &Palette::focus},
    {"highlight", &Palette::highlight},
    {"highlight_soft", &Palette::highlight_soft},
    {"run_a", &Palette::run_a},
    {"run_b", &Palette::run_b},
    {"run_a_soft", &Palette::run_a_soft},
    {"run_b_soft", &Palette::run_b_soft},
    {"right", &Palette::right},
    {"right_soft", &Palette::right_soft},
    {"wrong", &Palette::wrong},
    {"wrong_soft", &Palette::wrong_soft},
    {"warning", &Palette::warning},
    {"warning_soft", &Palette::warning_soft},
    {"error", &Palette::error},
    {"error_soft", &Palette::error_soft},
    {"info", &Palette::info},
    {"info_soft", &Palette::info_soft},
    {"truth", &Palette::truth},
    {"truth_halo", &Palette::truth_halo},
    {"grid", &Palette::grid},
    {"track", &Palette::track},
    {"shadow", &Palette::shadow},
    {"bipolar_low", &Palette::bipolar_low},
    {"bipolar_mid", &Palette::bipolar_mid},
    {"bipolar_high", &Palette::bipolar_high},
};

/// "#RRGGBB" or "#RRGGBBAA".
bool parse_colour(const Json& value, ImU32& out) {
  if (!value.is_string()) return false;
  const std::string text = value.get<std::string>();
  if ((text.size() != 7 && text.size() != 9) || text[0] != '#') return false;
  unsigned channel[4] = {0, 0, 0, 255};
  for (std::size_t i = 1; i + 1 < text.size(); i += 2) {
    unsigned byte = 0;
    for (std::size_t j = i; j < i + 2; ++j) {
      const char c = text[j];
      const int digit = c >= '0' && c <= '9'   ? c - '0'
                        : c >= 'A' && c <= 'F' ? c - 'A' + 10
                        : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                               : -1;
      if (digit < 0) return false;
      byte = byte * 16 + static_cast<unsigned>(digit);
    }
    channel[i / 2] = byte;
  }
  out = IM_COL32(channel[0], channel[1], channel[2], channel[3]);
  return true;
}

/// Collects numbers out of the token file and remembers the first that is missing.
class Reader {
 public:
  explicit Reader(const Json& root) : root_(root) {}
  float number(const std::string& pointer) {
    const Json::json_pointer path(pointer);
    if (root_.contains(path) && root_.at(path).is_number()) return root_.at(path).get<float>();
    if (missing_.empty()) missing_ = pointer;
    return 0;
  }
  void colour(const std::string& pointer, ImU32& out) {
    const Json::json_pointer path(pointer);
    if (root_.contains(path) && parse_colour(root_.at(path), out)) return;
    if (missing_.empty()) missing_ = pointer;
  }
  const std::string& missing() const { return missing_; }

 private:
  const Json& root_;
  std::string missing_;
};

}  // namespace

Result<Theme> theme_from_tokens(const Json& tokens, bool dark) {
  Theme theme;
  theme.dark = dark;
  Reader read(tokens);
  const std::string scheme = dark ? "/colours/dark/" : "/colours/light/";
  for (const auto& [name, member] : kColours) read.colour(scheme + name, theme.colours.*member);
  for (std::size_t i = 0; i < theme.colours.attention.size(); ++i)
    read.colour(scheme + "attention/" + std::to_string(i), theme.colours.attention[i]);
  const std::string sizes = "/type/sizes/";
  theme.type = {read.number(sizes + "caption"), read.number(sizes + "small"), read.number(sizes + "body"),
                read.number(sizes + "lead"),    read.number(sizes + "title"), read.number(sizes + "headline"),
                read.number(sizes + "display")};
  theme.space = {read.number("/spacing/hair"), read.number("/spacing/xs"), read.number("/spacing/s"),
                 read.number("/spacing/m"),    read.number("/spacing/l"),  read.number("/spacing/xl"),
                 read.number("/spacing/xxl")};
  theme.radius = {read.number("/radius/small"), read.number("/radius/control"), read.number("/radius/card"),
                  read.number("/radius/pill")};
  theme.line = {read.number("/line/hair"), read.number("/line/focus"), read.number("/line/highlight")};
  theme.target = {read.number("/target/pointer"), read.number("/target/touch")};
  theme.layout = {read.number("/layout/two_columns"), read.number("/layout/one_column")};
  if (!read.missing().empty()) return Error{"assets/design/tokens.json lacks a readable value at " + read.missing()};
  return theme;
}

void apply_theme(const Theme& theme, ImGuiStyle& style) {
  const Palette& c = theme.colours;
  style = ImGuiStyle();
  style.WindowPadding = {0, 0};
  style.WindowBorderSize = 0;
  style.PopupRounding = theme.radius.control;
  style.PopupBorderSize = theme.line.hair;
  style.FrameRounding = theme.radius.control;
  style.FrameBorderSize = theme.line.hair;
  style.FramePadding = {theme.space.m, theme.space.s};
  style.ItemSpacing = {theme.space.s, theme.space.s};
  style.ItemInnerSpacing = {theme.space.s, theme.space.xs};
  style.ScrollbarSize = 10;
  style.ScrollbarRounding = theme.radius.pill;
  style.WindowMinSize = {1, 1};
  style.FontSizeBase = theme.type.body;
  for (ImVec4& colour : style.Colors) colour = ImGui::ColorConvertU32ToFloat4(c.surface);
  const auto set = [&style](ImGuiCol index, ImU32 colour) {
    style.Colors[index] = ImGui::ColorConvertU32ToFloat4(colour);
  };
  set(ImGuiCol_Text, c.ink);
  set(ImGuiCol_TextDisabled, c.ink_faint);
  set(ImGuiCol_WindowBg, c.background);
  set(ImGuiCol_PopupBg, c.surface);
  set(ImGuiCol_Border, c.border);
  set(ImGuiCol_BorderShadow, 0);
  set(ImGuiCol_FrameBg, c.surface);
  set(ImGuiCol_FrameBgHovered, c.surface);
  set(ImGuiCol_FrameBgActive, c.surface);
  set(ImGuiCol_Header, c.accent_soft);
  set(ImGuiCol_HeaderHovered, c.surface_hover);
  set(ImGuiCol_HeaderActive, c.surface_active);
  set(ImGuiCol_ScrollbarBg, 0);
  set(ImGuiCol_ScrollbarGrab, c.border_strong);
  set(ImGuiCol_ScrollbarGrabHovered, c.ink_faint);
  set(ImGuiCol_ScrollbarGrabActive, c.ink_soft);
  set(ImGuiCol_TextSelectedBg, with_alpha(c.accent, 0.28f));
  set(ImGuiCol_InputTextCursor, c.accent);
  set(ImGuiCol_NavCursor, c.focus);
  set(ImGuiCol_NavWindowingHighlight, 0);
  set(ImGuiCol_NavWindowingDimBg, 0);
  set(ImGuiCol_ModalWindowDimBg, 0);
}

ImU32 mix(ImU32 from, ImU32 to, float t) {
  ImU32 out = 0;
  for (int shift = 0; shift < 32; shift += 8) {
    const float a = static_cast<float>((from >> shift) & 255), b = static_cast<float>((to >> shift) & 255);
    out |= static_cast<ImU32>(a + (b - a) * t + 0.5f) << shift;
  }
  return out;
}

ImU32 with_alpha(ImU32 colour, float alpha) {
  const auto byte = static_cast<ImU32>(std::clamp(alpha, 0.0f, 1.0f) * 255.0f + 0.5f);
  return (colour & ~IM_COL32_A_MASK) | (byte << IM_COL32_A_SHIFT);
}

ImU32 attention_colour(const Theme& theme, float weight) {
  const auto& ramp = theme.colours.attention;
  const float place = std::clamp(weight, 0.0f, 1.0f) * static_cast<float>(ramp.size() - 1);
  const auto below = std::min(static_cast<std::size_t>(place), ramp.size() - 2);
  return mix(ramp[below], ramp[below + 1], place - static_cast<float>(below));
}

ImU32 bipolar_colour(const Theme& theme, float value) {
  const float v = std::clamp(value, -1.0f, 1.0f);
  return mix(theme.colours.bipolar_mid, v < 0 ? theme.colours.bipolar_low : theme.colours.bipolar_high, v < 0 ? -v : v);
}

ImU32 ink_on_attention(const Theme& theme, float weight) {
  if (theme.dark) return weight > 0.55f ? theme.colours.on_accent : theme.colours.ink;
  return weight > 0.45f ? theme.colours.on_accent : theme.colours.ink;
}

}  // namespace heed
