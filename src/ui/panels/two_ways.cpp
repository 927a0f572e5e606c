// ui/panels: fast weights: what is read from the matrix and what attention over the stored states gives, one beside the other, with how far
// they are apart as a number.
#include <algorithm>

#include "lab/memory_picture.h"
#include "lab/story_picture.h"
#include "lab/strings.h"
#include "lab/two_ways_picture.h"
#include "ui/panels/memory_moment.h"
#include "ui/panels/panels.h"
#include "ui/widgets/attention_picture.h"
#include "ui/widgets/bar_strip.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/memory_lanes.h"

namespace heed {
namespace {

constexpr float kWaysBeside = 560, kWeightsHeight = 64, kStripHeight = 22, kMostCell = 26, kMostBar = 40;

/// A tap's numbers as shares of the largest of all.
std::vector<float> scaled(std::vector<float> values, float largest) {
  for (float& value : values) value /= std::max(largest, 1e-12f);
  return values;
}

std::vector<Lane> lanes_of_ways(const ProbeShot& shot, const TwoWaysPicture& ways) {
  Lane input{tr("memory.input"), LaneInk::kBits, 1, {}};
  for (const std::string& token : shot.source) input.tokens.push_back(shown_token(token));
  const std::ptrdiff_t cells = static_cast<std::ptrdiff_t>(ways.steps) * ways.steps;
  return {input,
          {tr("ways.looks_at"), LaneInk::kWeights, ways.steps, {ways.weights, ways.weights + cells}},
          {tr("ways.matrix"), LaneInk::kWeights, ways.width, scaled(ways.matrix->values, ways.largest)},
          {tr("ways.attention"), LaneInk::kWeights, ways.width, scaled(ways.attention->values, ways.largest)}};
}

/// The weights over the states that have been, under each the token that it was the state of.
void draw_weights(Ui& ui, const ProbeShot& shot, const TwoWaysPicture& ways, int moment) {
  ui.paragraph(ui.look(Face::kStrong, ui.theme.type.small, ui.theme.colours.ink), tr("ways.weights_at"));
  ui.gap(ui.theme.space.xs);
  const float* row = ways.weights + static_cast<std::ptrdiff_t>(moment) * ways.steps;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float cell = std::min(kMostBar, ui.avail() / static_cast<float>(ways.steps));
  BarStrip look;
  look.width = cell * static_cast<float>(ways.steps);
  look.height = kWeightsHeight;
  look.numbers = true;
  look.colour = ui.theme.colours.run_a;
  draw_bar_strip(ui, {row, row + ways.steps}, look);
  const TextLook plain = ui.look(Face::kMono, ui.theme.type.caption, ui.theme.colours.ink_soft);
  const float y = ImGui::GetCursorScreenPos().y;
  for (int s = 0; s < ways.steps; ++s) {
    const std::string token = shown_token(shot.source[static_cast<std::size_t>(s)]);
    TextLook ink = plain;
    ink.colour = s < moment ? ui.theme.colours.ink : ui.theme.colours.ink_faint;  // the later ones have not been yet
    const float width = ui.measure(ink, token).x;
    if (width <= cell) ui.draw_text({at.x + (static_cast<float>(s) + 0.5f) * cell - width / 2, y}, ink, token, width + 1);
  }
  ImGui::Dummy({ui.avail(), ui.fonts.height(Face::kMono, ui.theme.type.caption) + 2});
}

void draw_way(Ui& ui, const char* key, const std::vector<float>& values, float largest) {
  ui.paragraph(ui.caption(), tr(key));
  const float width = std::min(ui.avail(), kMostCell * static_cast<float>(values.size()));
  draw_cell_strip(ui, ImGui::GetCursorScreenPos(), scaled(values, largest), width, kStripHeight);
  ImGui::Dummy({ui.avail(), kStripHeight + ui.theme.space.s});
}

/// How far both readings are apart: what the picture is about.
void draw_difference(Ui& ui, const TwoWaysPicture& ways, int moment) {
  const TextLook strong = ui.look(Face::kStrong, ui.theme.type.body, ui.theme.colours.ink);
  const std::string here = tr("ways.difference", {tiny_text(ways.apart_at(moment)), weight_text(ways.largest_at(moment))});
  // Room is kept for the longer one, so that nothing below moves with the cursor.
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const std::string text = moment == 0 ? tr("ways.nothing_yet") : here;
  ui.draw_paragraph(at, strong, text, ui.avail());
  ImGui::Dummy({ui.avail(), std::max(ui.paragraph_height(strong, here, ui.avail()), ui.paragraph_height(strong, tr("ways.nothing_yet"), ui.avail()))});
  ui.paragraph(ui.soft(), tr("ways.difference_all", {std::to_string(ways.steps), tiny_text(ways.apart())}));
}

/// Both readings one below the other.
void draw_readings(Ui& ui, const TwoWaysPicture& ways, int moment) {
  ui.paragraph(ui.look(Face::kStrong, ui.theme.type.small, ui.theme.colours.ink), tr("ways.at", {std::to_string(moment + 1)}));
  ui.gap(ui.theme.space.xs);
  draw_way(ui, "ways.matrix", at_step(ways.matrix, moment), ways.largest_at(moment));
  draw_way(ui, "ways.attention", at_step(ways.attention, moment), ways.largest_at(moment));
}

void draw_ways_of(const Lab& lab, Ui& ui, int run, const ProbeShot& shot, const TwoWaysPicture& ways) {
  ImGui::PushID(run);
  const int moment = shown_way(lab.state(), ways);
  if (lab.state().compare) draw_run_label(lab, ui, run);
  draw_moment_player(lab, ui, ways.steps, moment);
  ui.gap(ui.theme.space.s);
  draw_difference(ui, ways, moment);
  ui.gap(ui.theme.space.m);
  LanesLook look;
  look.cursor = moment;
  look.label_width = 128;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float whole = ui.avail();
  const int wanted = draw_memory_lanes(ui, "lanes", lanes_of_ways(shot, ways), ways.steps, look);
  ui.mark(lab, "ways.lanes", ImRect(at, {at.x + whole, ImGui::GetItemRectMax().y}));
  if (wanted >= 0) ui.push(ShowMoment{wanted});
  ui.gap(ui.theme.space.l);
  const ImVec2 below = ImGui::GetCursorScreenPos();
  if (whole < kWaysBeside) {
    draw_weights(ui, shot, ways, moment);
    ui.gap(ui.theme.space.l);
    draw_readings(ui, ways, moment);
    ui.mark(lab, "ways.moment", ImRect(below, {below.x + whole, ImGui::GetItemRectMax().y}));
    return ImGui::PopID();
  }
  const float part = (whole - ui.theme.space.xl) / 2;
  ui.begin_column(below, part);
  draw_weights(ui, shot, ways, moment);
  const float left = ui.end_column();
  ui.begin_column({below.x + part + ui.theme.space.xl, below.y}, part);
  draw_readings(ui, ways, moment);
  const float bottom = std::max(left, ui.end_column());
  ui.move_to(below);
  ImGui::Dummy({whole, bottom - below.y});
  ui.mark(lab, "ways.moment", ImRect(below, {below.x + whole, bottom}));
  ImGui::PopID();
}

}  // namespace

void draw_two_ways(const Lab& lab, Ui& ui) { draw_memory_card(lab, ui, "ways", make_two_ways, draw_ways_of); }

}  // namespace heed
