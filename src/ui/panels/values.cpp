// ui/panels: answers that are numbers instead of tokens: bits as cells, other numbers as lines over the positions, the
// model's beside the right ones.
#include <algorithm>
#include <cmath>

#include "lab/describe.h"
#include "lab/strings.h"
#include "ui/panels/panels.h"
#include "ui/widgets/controls.h"

namespace heed {
namespace {

int positions(const ValueRows& rows) {
  return rows.width > 0 ? static_cast<int>(rows.values.size()) / rows.width : 0;
}

float value_at(const ValueRows& rows, int position, int number) {
  return rows.values[static_cast<std::size_t>(position * rows.width + number)];
}

/// Positions to the right, numbers downwards; a wrong bit is outlined, and where nothing is asked for there are only dots.
void draw_bits(Ui& ui, const std::string& title, const ValueRows& rows, const ValueRows* truth, const std::vector<int>& asked) {
  const Theme& theme = ui.theme;
  ui.paragraph(ui.caption(), title);
  const int count = positions(rows);
  const float cell = std::clamp(ui.avail() / static_cast<float>(std::max(1, count)), 3.0f, 18.0f);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImDrawList* list = ImGui::GetWindowDrawList();
  for (int t = 0; t < count; ++t) {
    const bool counts = static_cast<std::size_t>(t) >= asked.size() || asked[static_cast<std::size_t>(t)] != 0;
    for (int g = 0; g < rows.width; ++g) {
      const ImVec2 low{at.x + static_cast<float>(t) * cell, at.y + static_cast<float>(g) * cell};
      const ImVec2 high{low.x + cell - 1, low.y + cell - 1};
      if (!counts) {
        list->AddCircleFilled({(low.x + high.x) / 2, (low.y + high.y) / 2}, std::min(1.5f, cell / 4), theme.colours.grid);
        continue;
      }
      const float value = value_at(rows, t, g);
      list->AddRectFilled(low, high, attention_colour(theme, value), 1);
      const bool known = truth && t < positions(*truth) && g < truth->width;
      if (known && (value > 0.5f) != (value_at(*truth, t, g) > 0.5f))
        list->AddRect(low, high, theme.colours.wrong, 1, 0, 1.5f);
    }
  }
  ImGui::Dummy({ui.avail(), cell * static_cast<float>(rows.width)});
}

/// One of the numbers over the positions: the right course dashed, the model's drawn through.
void draw_course(Ui& ui, const ValueRows& own, const ValueRows& truth, int number) {
  constexpr float kHeight = 44;
  const int count = std::max(positions(own), positions(truth));
  float low = 0, high = 0;
  const auto widen = [&](const ValueRows& rows) {
    for (int t = 0; number < rows.width && t < positions(rows); ++t) {
      low = std::min(low, value_at(rows, t, number));
      high = std::max(high, value_at(rows, t, number));
    }
  };
  widen(own);
  widen(truth);
  const float span = std::max(1e-6f, high - low), step = ui.avail() / static_cast<float>(std::max(1, count - 1));
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float zero = at.y + kHeight * high / span;
  list->AddLine({at.x, zero}, {at.x + ui.avail(), zero}, ui.theme.colours.grid, 1);
  const auto draw = [&](const ValueRows& rows, ImU32 colour, bool dashed) {
    for (int t = 1; number < rows.width && t < positions(rows); ++t) {
      if (dashed && t % 2 == 0) continue;
      list->AddLine({at.x + static_cast<float>(t - 1) * step, at.y + kHeight * (high - value_at(rows, t - 1, number)) / span},
                    {at.x + static_cast<float>(t) * step, at.y + kHeight * (high - value_at(rows, t, number)) / span},
                    colour, 1.75f);
    }
  };
  draw(truth, ui.theme.colours.ink_soft, true);
  draw(own, ui.theme.colours.run_a, false);
  ImGui::Dummy({ui.avail(), kHeight + ui.theme.space.xs});
}

}  // namespace

bool draw_values(Ui& ui, const ProbeShot& shot) {
  const ValueRows &own = shot.decoded_values, &truth = shot.target_values;
  if (own.width < 1) return false;
  const bool known = truth.width > 0 && !truth.values.empty();
  if (answers_in_bits(shot)) {
    if (known) draw_bits(ui, tr("ui.values.target"), truth, nullptr, shot.asked);
    draw_bits(ui, tr(known ? "ui.values.model" : "ui.values.model_alone"), own, known ? &truth : nullptr, shot.asked);
    return true;
  }
  ui.paragraph(ui.caption(), tr(known ? "ui.values.lines" : "ui.values.line"));
  for (int number = 0; number < std::min(own.width, 4); ++number) draw_course(ui, own, truth, number);
  return true;
}

void draw_question(Ui& ui, const ProbeShot& shot) {
  if (shot.query.empty()) return;
  std::string question;
  for (const std::string& token : shot.query) question += (question.empty() ? "" : " ") + token_in_words(token);
  ui.paragraph(ui.soft(), tr("ui.picture.question", {question}));
}

}  // namespace heed
