// ui/panels: looking inside the model: which input each output depends on, asked in several ways, on the same tokens;
// how far the answers agree; and what none of them proves.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "lab/describe.h"
#include "lab/findings_text.h"
#include "lab/strings.h"
#include "ui/panels/panels.h"
#include "ui/widgets/attention_picture.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/log_plot.h"
#include "ui/widgets/small_maps.h"

namespace heed {
namespace {

constexpr float kBeside = 640;  ///< from here on the agreement stands beside what is said about it

/// From 0 to 1: attention as it is, everything else by the largest of its output.
SmallMaps maps_of(const LookedInside& seen, bool truth) {
  SmallMaps all;
  const std::size_t columns = seen.source.size();
  for (const std::string& token : seen.source) all.columns.push_back(shown_token(token));
  for (const int row : seen.asked) {
    const auto at = static_cast<std::size_t>(row);
    all.rows.push_back(at < seen.chosen.size() ? shown_token(seen.chosen[at]) : std::to_string(row + 1));
    if (truth) all.truth.push_back(at < seen.truth.size() ? seen.truth[at] : std::vector<int>());
  }
  for (const InsideMap& map : seen.maps) {
    SmallMap shown{inside_title(map.key), {}, map.is_signed};
    for (const int row : seen.asked) {
      const float* values = map.values.data() + static_cast<std::size_t>(row) * columns;
      float largest = is_share(map.key) ? 1.0f : 0.0f;
      for (std::size_t c = 0; c < columns && !is_share(map.key); ++c) largest = std::max(largest, std::abs(values[c]));
      for (std::size_t c = 0; c < columns; ++c) shown.values.push_back(largest > 0 ? values[c] / largest : 0.0f);
    }
    all.maps.push_back(std::move(shown));
  }
  return all;
}

std::string cell_sentence(const SmallMaps& all, CellCursor cell) {
  const auto row = static_cast<std::size_t>(cell.row), column = static_cast<std::size_t>(cell.column);
  if (cell.row < 0 || row >= all.rows.size() || column >= all.columns.size()) return tr("ui.inside.hint");
  std::string list;
  for (const SmallMap& map : all.maps) {
    const float value = map.values[row * all.columns.size() + column];
    char text[16];
    std::snprintf(text, sizeof text, "%.2f", static_cast<double>(value));
    list += (list.empty() ? "" : " \xC2\xB7 ") + map.title + " " + with_point(text);
  }
  return tr("ui.inside.cell",
            {std::to_string(row + 1), all.rows[row], std::to_string(column + 1), all.columns[column], list});
}

/// "0.4", or ".4" where there is little room.
std::string tau_text(float value, bool narrow) {
  char buffer[12];
  std::snprintf(buffer, sizeof buffer, "%.1f", static_cast<double>(value));
  std::string text = buffer;
  if (narrow && text.ends_with(".0")) text.resize(text.size() - 2);
  if (const std::size_t zero = text.find("0."); narrow && zero != std::string::npos) text.erase(zero, 1);
  return text;
}

/// Rows with their names, columns with their numbers: the same maps both ways.
void draw_agreement(Ui& ui, const LookedInside& seen) {
  const Theme& theme = ui.theme;
  const std::size_t count = seen.maps.size();
  ui.paragraph(ui.look(Face::kStrong, theme.type.small, theme.colours.ink), tr("ui.inside.agreement"));
  const float whole = ui.avail(), n = static_cast<float>(count);
  const float cell = std::clamp((whole - 130) / n, 24.0f, 40.0f), names = whole - cell * n - theme.space.s;
  const ImVec2 start = ImGui::GetCursorScreenPos();
  ImDrawList* list = ImGui::GetWindowDrawList();
  float y = start.y;
  const float left = start.x + std::min(names, 190.0f) + theme.space.s;
  for (std::size_t c = 0; c < count; ++c)
    ui.draw_centred({left + static_cast<float>(c) * cell, y}, {left + static_cast<float>(c + 1) * cell, y + 16},
                    ui.caption(), std::to_string(c + 1));
  y += 18;
  for (std::size_t r = 0; r < count; ++r) {
    const std::string name = std::to_string(r + 1) + "  " + inside_title(seen.maps[r].key);
    const float width = std::min(names, 190.0f);
    const float height = std::max(22.0f, ui.paragraph_height(ui.soft(), name, width) + 2);
    ui.draw_paragraph({start.x, y + (height - ui.paragraph_height(ui.soft(), name, width)) / 2}, ui.soft(), name, width);
    for (std::size_t c = 0; c < count; ++c) {
      const float value = seen.agreement[r * count + c];
      const ImVec2 low{left + static_cast<float>(c) * cell, y}, high{low.x + cell - 1, y + height - 1};
      const bool known = std::isfinite(value);
      list->AddRectFilled(low, high, known ? bipolar_colour(theme, r == c ? 0.0f : value) : theme.colours.surface_sunken,
                          2);
      const std::string text = known ? tau_text(r == c ? 1.0f : value, cell < 30) : "\xE2\x80\x93";
      const bool strong = known && r != c && std::abs(value) > 0.6f;
      ui.draw_centred(low, high, ui.look(Face::kMono, 11, strong ? theme.colours.on_accent : theme.colours.ink), text);
    }
    y += height;
  }
  ImGui::Dummy({whole, y - start.y});
}

/// What the maps are, what they are not, and the check that integrated gradients bring with them.
void draw_words(Ui& ui, const LookedInside& seen) {
  const Theme& theme = ui.theme;
  ui.paragraph(ui.look(Face::kStrong, theme.type.small, theme.colours.ink), tr("ui.inside.caution_title"));
  ui.paragraph(ui.soft(), tr("inside.caution"));
  ui.gap(theme.space.s);
  ui.paragraph(ui.caption(), tr("inside.agreement_explained"));
  if (seen.largest_change > 0) {
    ui.gap(theme.space.s);
    ui.paragraph(ui.caption(), tr("inside.completeness", {short_number(static_cast<double>(seen.completeness_gap)),
                                                          short_number(static_cast<double>(seen.largest_change))}));
  }
}

/// How strongly the loss pulls at each place of the source: a falling line on this scale is a vanishing gradient.
void draw_loss_gradient(Ui& ui, const LookedInside& seen) {
  LogSeries series{{}, {}, ui.theme.colours.run_a};
  LogPlotLook look;
  look.log_x = false;
  look.height = 130;
  for (std::size_t s = 0; s < seen.loss_gradient.size(); ++s) {
    series.points.push_back({static_cast<float>(s), seen.loss_gradient[s]});
    look.tokens.push_back(shown_token(seen.source[s]));
  }
  ui.gap(ui.theme.space.m);
  ui.paragraph(ui.look(Face::kStrong, ui.theme.type.small, ui.theme.colours.ink), tr("ui.inside.loss_gradient"));
  const float at = draw_log_plot(ui, "loss_gradient", {series}, look);
  const auto place = static_cast<std::size_t>(std::max(0.0f, at));
  ui.paragraph(ui.caption(), at < 0 || place >= seen.loss_gradient.size()
                                 ? tr("ui.inside.loss_gradient_help")
                                 : tr("ui.inside.loss_gradient_at",
                                      {std::to_string(place + 1), look.tokens[place],
                                       short_number(static_cast<double>(seen.loss_gradient[place]))}));
}

void draw_seen(const Lab& lab, Ui& ui, int run, CellCursor& hovered) {
  const RunView& view = lab.state().runs[static_cast<std::size_t>(run)];
  if (lab.state().compare) draw_run_label(lab, ui, run);
  if (!view.has_inside) {
    ui.paragraph(ui.soft(), tr(view.inside_pending ? "ui.inside.pending" : "ui.inside.nothing"));
    return;
  }
  const LookedInside& seen = view.inside;
  if (!seen.error.empty()) {
    TextLook look = ui.soft();
    look.colour = ui.theme.colours.warning;
    ui.paragraph(look, seen.error);
    return;
  }
  const std::string step = count_text(seen.step);
  ui.paragraph(ui.caption(), seen.step == view.step ? tr("ui.inside.at_step", {step})
                                                    : tr("ui.inside.at_earlier_step", {step, count_text(view.step)}));
  ui.gap(ui.theme.space.s);
  const SmallMaps all = maps_of(seen, lab.state().show_truth && !seen.truth.empty());
  const SmallMapsSeen own = draw_small_maps(ui, "maps", all, ui.memory.inside_cell);
  if (own.cell.row >= 0) hovered = own.cell;
  const CellCursor shown = own.cell.row >= 0 ? own.cell : ui.memory.inside_cell;
  const float width = ui.avail();
  const std::string sentence = cell_sentence(all, shown);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ui.draw_paragraph(at, ui.soft(), sentence, width);
  const float least = ui.paragraph_height(ui.soft(), width < 400 ? "x\nx\nx\nx\nx" : "x\nx", width);
  ImGui::Dummy({width, std::max(least, ui.paragraph_height(ui.soft(), sentence, width))});
  if (seen.targets == 1 && seen.loss_gradient.size() > 2) draw_loss_gradient(ui, seen);
  ui.gap(ui.theme.space.m);
  if (width < kBeside) {
    draw_agreement(ui, seen);
    ui.gap(ui.theme.space.m);
    draw_words(ui, seen);
    return;
  }
  const ImVec2 below = ImGui::GetCursorScreenPos();
  const float half = (width - ui.theme.space.xl) / 2;
  ui.begin_column(below, half);
  draw_agreement(ui, seen);
  float bottom = ui.end_column();
  ui.begin_column({below.x + half + ui.theme.space.xl, below.y}, half);
  draw_words(ui, seen);
  bottom = std::max(bottom, ui.end_column());
  ui.move_to(below);
  ImGui::Dummy({width, bottom - below.y});
}

/// The example on screen or the user's own input, and the button that asks.
void draw_asking(const Lab& lab, Ui& ui) {
  const LabState& state = lab.state();
  const bool own_there = !state.runs[0].try_text.empty();
  ui.begin_row();
  const std::string ask = tr("ui.inside.ask");
  const bool pending = state.runs[0].inside_pending;
  const bool fresh = state.runs[0].has_inside && state.runs[0].inside.step == state.runs[0].step;
  const ButtonLook look{fresh ? ButtonKind::kPlain : ButtonKind::kPrimary, Icon::kNone, 0, !pending};
  ui.flow(button_width(ui, ask, look), 0);
  if (button(ui, "ask", ask, look, tr("ui.inside.ask_help"))) ui.push(LookInto{-1, state.inside_own && own_there});
  if (!own_there) return;
  const std::vector<std::string> choices{tr("ui.inside.example"), tr("ui.inside.own")};
  ui.flow(segmented_width(ui, choices), ui.theme.space.l);
  const int now = state.inside_own ? 1 : 0, chosen = segmented(ui, "what", choices, now);
  if (chosen != now) ui.push(LookInto{-1, chosen == 1});
}

}  // namespace

void draw_inside(const Lab& lab, Ui& ui) {
  const LabState& state = lab.state();
  if (Ui::hidden(lab, "inside")) return;
  ImRect box;
  ImGui::PushID("inside");
  begin_card(ui, ImGui::GetCursorScreenPos(), ui.avail());
  card_title(ui, tr("ui.inside.title"), tr("ui.inside.subtitle"));
  ui.gap(ui.theme.space.m);
  if (!state.runs[0].used) {
    draw_empty(ui, {}, tr("ui.try.not_built"), 80);
  } else {
    draw_asking(lab, ui);
    CellCursor hovered;
    for (int run = 0; run < shown_runs(state); ++run) {
      ui.gap(ui.theme.space.m);
      ImGui::PushID(run);
      draw_seen(lab, ui, run, hovered);
      ImGui::PopID();
    }
    if (!(hovered == ui.memory.inside_cell)) ui.want_frame();
    ui.memory.inside_cell = hovered;
  }
  end_card(ui, &box);
  ImGui::PopID();
  ui.mark(lab, "inside", box);
}

}  // namespace heed
