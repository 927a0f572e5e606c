// ui: the design tokens (assets/design/tokens.json) as Dear ImGui sees them: colours of one scheme, type sizes,
// spacing, radii.
#pragma once

#include <imgui.h>

#include <array>

#include "base/json.h"

namespace heed {

struct Palette {
  ImU32 background, surface, surface_sunken, surface_hover, surface_active;
  ImU32 border, border_strong, ink, ink_soft, ink_faint;
  ImU32 accent, accent_hover, accent_active, accent_soft, on_accent;
  ImU32 focus, highlight, highlight_soft;
  ImU32 run_a, run_b, run_a_soft, run_b_soft;
  ImU32 right, right_soft, wrong, wrong_soft;
  ImU32 warning, warning_soft, error, error_soft, info, info_soft;
  ImU32 truth, truth_halo, grid, track, shadow;
  ImU32 bipolar_low, bipolar_mid, bipolar_high;
  std::array<ImU32, 9> attention;  ///< weight 0 to 1 in equal steps of lightness
};

struct Theme {
  Palette colours{};
  struct {
    float caption, small, body, lead, title, headline, display;
  } type{};
  struct {
    float hair, xs, s, m, l, xl, xxl;
  } space{};
  struct {
    float small, control, card, pill;
  } radius{};
  struct {
    float hair, focus, highlight;
  } line{};
  struct {
    float pointer, touch;
  } target{};
  struct {
    float two_columns, one_column;
  } layout{};
  bool dark = false;

  /// The colour of a run: 0 or 1.
  ImU32 run(int index) const { return index == 0 ? colours.run_a : colours.run_b; }
  ImU32 run_soft(int index) const { return index == 0 ? colours.run_a_soft : colours.run_b_soft; }
};

/// The error names the token that is missing or unreadable.
Result<Theme> theme_from_tokens(const Json& tokens, bool dark);
void apply_theme(const Theme& theme, ImGuiStyle& style);

ImU32 mix(ImU32 from, ImU32 to, float t);
ImU32 with_alpha(ImU32 colour, float alpha);
/// Weight 0..1 on the perceptually even ramp.
ImU32 attention_colour(const Theme& theme, float weight);
/// -1..1 on a scale with a neutral middle.
ImU32 bipolar_colour(const Theme& theme, float value);
/// Ink that can be read on the attention colour of `weight`.
ImU32 ink_on_attention(const Theme& theme, float weight);

}  // namespace heed
