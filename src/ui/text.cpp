// ui: text on the canvas: measured with the fonts in use, wrapped with generous leading, and never silently cut.
#include <imgui_internal.h>

#include <algorithm>
#include <cmath>

#include "ui/ui.h"

namespace heed {
namespace {

constexpr float kLeading = 1.22f;  ///< of paragraphs, over the font's own line height

/// Where the line that starts at `at` has to end: after the last word that fits; inside a word only when it is wider
/// than a whole line. (ImGui's own wrapping also breaks after a full stop, in the middle of a number.)
const char* line_end(ImFont* font, float size, const char* at, const char* end, float width) {
  const char* fits = nullptr;
  for (const char* space = at; space < end;) {
    space = std::find_if(space, end, [](char c) { return c == ' ' || c == '\n'; });
    if (font->CalcTextSizeA(size, FLT_MAX, 0, at, space).x > width) break;
    fits = space;
    if (space < end && *space == '\n') break;
    if (space < end) ++space;
  }
  if (fits) return fits;
  const char* stop = font->CalcWordWrapPosition(size, at, end, width);
  return stop > at ? stop : at + 1;
}

/// Calls line(begin, end) for every line of wrapped text; returns how many there were.
template <class Line>
int wrap_lines(ImFont* font, float size, std::string_view text, float width, Line line) {
  const char* at = text.data();
  const char* const end = at + text.size();
  int count = 0;
  while (at < end) {
    const char* stop = line_end(font, size, at, end, width);
    line(at, stop);
    ++count;
    at = stop;
    if (at < end && (*at == ' ' || *at == '\n')) ++at;
  }
  return std::max(count, 1);
}

}  // namespace

ImVec2 Ui::measure(const TextLook& look, std::string_view text) const {
  const float height = fonts.height(look.face, look.size);
  return fonts.font(look.face)->CalcTextSizeA(height, FLT_MAX, 0, text.data(), text.data() + text.size());
}

void Ui::draw_text(ImVec2 at, const TextLook& look, std::string_view text, float width) const {
  constexpr float kTolerance = 1.0f;
  if (measure(look, text).x > width + kTolerance) clipped.emplace_back(text);
  ImGui::GetWindowDrawList()->AddText(fonts.font(look.face), fonts.height(look.face, look.size),
                                      {std::round(at.x), std::round(at.y)}, look.colour, text.data(),
                                      text.data() + text.size());
}

void Ui::draw_centred(ImVec2 low, ImVec2 high, const TextLook& look, std::string_view text) const {
  const ImVec2 size = measure(look, text);
  draw_text({low.x + (high.x - low.x - size.x) / 2, low.y + (high.y - low.y - size.y) / 2}, look, text, high.x - low.x);
}

float Ui::paragraph_height(const TextLook& look, std::string_view text, float width) const {
  const float height = fonts.height(look.face, look.size);
  const int lines = wrap_lines(fonts.font(look.face), height, text, width, [](const char*, const char*) {});
  return std::ceil(static_cast<float>(lines) * height * kLeading);
}

void Ui::draw_paragraph(ImVec2 at, const TextLook& look, std::string_view text, float width) const {
  const float height = fonts.height(look.face, look.size);
  float y = at.y + height * (kLeading - 1) / 2;
  wrap_lines(fonts.font(look.face), height, text, width, [&](const char* begin, const char* end) {
    draw_text({at.x, y}, look, {begin, static_cast<std::size_t>(end - begin)}, width);
    y += height * kLeading;
  });
}

void Ui::paragraph(const TextLook& look, std::string_view text) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = avail(), height = paragraph_height(look, text, width);
  draw_paragraph(at, look, text, width);
  ImGui::ItemSize(ImVec2(width, height), 0);
  ImGui::ItemAdd(ImRect(at, {at.x + width, at.y + height}), 0);
}

}  // namespace heed
