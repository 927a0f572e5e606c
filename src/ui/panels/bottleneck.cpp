// ui/panels: a model without attention has no map. What is shown instead is the one vector through which everything has
// to pass.
#include <algorithm>
#include <cmath>

#include "lab/attention_shape.h"
#include "lab/strings.h"
#include "ui/panels/panels.h"
#include "ui/widgets/attention_picture.h"
#include "ui/widgets/controls.h"

namespace heed {
namespace {

struct Token {
  std::string text;
  ImU32 ink;
};

/// Small boxes in rows; returns the height they took.
float draw_tokens(Ui& ui, ImVec2 at, float width, const std::vector<Token>& tokens) {
  const Theme& theme = ui.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float height = 26, gap = 4;
  float x = at.x, y = at.y;
  for (const Token& token : tokens) {
    const TextLook look = ui.look(Face::kMono, theme.type.small, token.ink);
    const ImVec2 size = ui.measure(look, token.text);
    const float wide = std::max(24.0f, size.x + 2 * theme.space.s);
    if (x > at.x && x + wide > at.x + width) {
      x = at.x;
      y += height + gap;
    }
    list->AddRectFilled({x, y}, {x + wide, y + height}, theme.colours.surface_sunken, theme.radius.small);
    ui.draw_centred({x, y}, {x + wide, y + height}, look, token.text);
    x += wide + gap;
  }
  return y + height - at.y;
}

void draw_arrow(Ui& ui, float x, float y, float length) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ImU32 ink = ui.theme.colours.border_strong;
  list->AddLine({x, y}, {x, y + length}, ink, 1.5f);
  list->AddLine({x - 4, y + length - 5}, {x, y + length}, ink, 1.5f);
  list->AddLine({x + 4, y + length - 5}, {x, y + length}, ink, 1.5f);
}

/// The vector's numbers as a strip of colours; their real values, scaled by the largest.
float draw_vector(Ui& ui, ImVec2 at, float width, const std::vector<float>& values) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  float largest = 1e-6f;
  for (const float value : values) largest = std::max(largest, std::abs(value));
  const float least = 5;
  const int count = std::max(1, static_cast<int>(values.size())), most = std::max(1, static_cast<int>(width / least));
  const int rows = (count + most - 1) / most, per_row = (count + rows - 1) / rows;  // rows of the same length
  const float cell = std::min(width / static_cast<float>(per_row), 18.0f), height = 22;
  float y = at.y;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto column = static_cast<float>(static_cast<int>(i) % per_row);
    y = at.y + static_cast<float>(static_cast<int>(i) / per_row) * (height + 2);
    const ImVec2 low{at.x + column * cell, y};
    list->AddRectFilled(low, {low.x + cell - 1, y + height}, bipolar_colour(ui.theme, values[i] / largest), 2);
  }
  return y + height - at.y;
}

}  // namespace

void draw_bottleneck(Ui& ui, const ProbeShot& shot, bool sequence) {
  const Theme& theme = ui.theme;
  std::vector<Token> source, output;
  for (const std::string& token : shot.source) source.push_back({shown_token(token), theme.colours.ink});
  for (std::size_t i = 0; i < shot.decoded.size(); ++i) {
    const bool known = !shot.target.empty(), right = i < shot.target.size() && shot.decoded[i] == shot.target[i];
    output.push_back({shown_token(shot.decoded[i]), !known  ? theme.colours.ink
                                                    : right ? theme.colours.right
                                                            : theme.colours.wrong});
  }
  if (output.empty()) output.push_back({tr("ui.bottleneck.no_output"), theme.colours.ink_faint});
  const TapValue* tap = find_tap(shot, "decoder.context");
  std::vector<float> vector;
  if (tap && tap->shape.rank() >= 2)
    vector.assign(tap->values.begin(),
                  tap->values.begin() +
                      std::min<std::ptrdiff_t>(tap->shape[-1], static_cast<std::ptrdiff_t>(tap->values.size())));

  const auto label = [&](const std::string& text) { ui.paragraph(ui.caption(), text); };
  const auto place = [&](float height) { ImGui::Dummy({ui.avail(), height}); };
  const float width = ui.avail();
  label(tr("ui.picture.input"));
  ImVec2 at = ImGui::GetCursorScreenPos();
  place(draw_tokens(ui, at, width, source));
  at = ImGui::GetCursorScreenPos();
  draw_arrow(ui, at.x + 12, at.y - 2, 18);
  place(16);
  if (sequence) {
    label(vector.empty() ? tr("ui.bottleneck.vector_unseen")
                         : tr("ui.bottleneck.vector", {std::to_string(vector.size())}));
    at = ImGui::GetCursorScreenPos();
    if (!vector.empty()) place(draw_vector(ui, at, width, vector));
    at = ImGui::GetCursorScreenPos();
    draw_arrow(ui, at.x + 12, at.y - 2, 18);
    place(16);
  }
  label(tr("ui.bottleneck.output"));
  at = ImGui::GetCursorScreenPos();
  place(draw_tokens(ui, at, width, output));
  if (!shot.target.empty()) {
    std::string expected;
    for (const std::string& token : shot.target)
      if (token != "<end>") expected += (expected.empty() ? "" : " ") + shown_token(token);
    ui.paragraph(ui.caption(), tr(shot.exact ? "ui.bottleneck.exact" : "ui.bottleneck.expected", {expected}));
  }
  ui.gap(theme.space.s);
  ui.paragraph(ui.soft(), tr(sequence ? "ui.bottleneck.explain" : "ui.bottleneck.no_attention"));
}

}  // namespace heed
