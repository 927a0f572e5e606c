// ui/panels: what the model looks at: the probe at the cursor, as heat map or lines, for one run or for two side by
// side.
#include <algorithm>
#include <cmath>

#include "lab/attention_shape.h"
#include "lab/strings.h"
#include "ui/panels/panels.h"
#include "ui/widgets/attention_picture.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/story_map.h"

namespace heed {
namespace {

int probe_count(const Lab& lab) {
  const Snapshot* snapshot = lab.shown_snapshot(0);
  return snapshot ? static_cast<int>(snapshot->probes.size()) : 0;
}

/// All heads, their mean, or one of them.
void draw_head_choice(const Lab& lab, Ui& ui) {
  const LabState& state = lab.state();
  std::size_t run = 0;
  if (state.runs[0].head_names.size() < 2 && state.compare) run = 1;
  const std::vector<std::string>& names = state.runs[run].head_names;
  if (names.size() < 2 || Ui::hidden(lab, "head")) return;
  std::vector<Option> options{{tr("head.all"), {}}, {tr("head.mean"), {}}};
  float width = ui.measure(ui.body(), tr("head.all")).x;
  for (const std::string& name : names) {
    options.push_back({name, {}});
    width = std::max(width, ui.measure(ui.body(), name).x);
  }
  width = std::min(std::ceil(width) + 56, ui.column_width());
  ui.flow(width, ui.theme.space.l);
  const int now = std::clamp(state.head - kAllHeads, 0, static_cast<int>(options.size()) - 1);
  const int chosen = choice(ui, "head", options, now, width, tr("head.help"));
  ui.mark(lab, "head", ImRect(ImGui::GetItemRectMin(), ImGui::GetItemRectMax()));
  if (chosen != now) ui.push(ShowHead{chosen + kAllHeads});
}

/// All runs on the screen look at stories, hop by hop.
bool reads_stories(const LabState& state) {
  bool all = true;
  for (int run = 0; run < shown_runs(state); ++run) {
    const RunView& view = state.runs[static_cast<std::size_t>(run)];
    all = all && view.sentences && view.hops;
  }
  return all;
}

/// Which head, and as what.
void draw_look_choice(const Lab& lab, Ui& ui) {
  draw_head_choice(lab, ui);
  const std::vector<std::string> looks{tr("ui.picture.heat_map"), tr("ui.picture.lines")};
  ui.flow(segmented_width(ui, looks), ui.theme.space.l);
  const int look = lab.state().look == Look::kLines ? 1 : 0, chosen = segmented(ui, "look", looks, look);
  ui.mark(lab, "look", ImRect(ImGui::GetItemRectMin(), ImGui::GetItemRectMax()));
  if (chosen != look) ui.push(SetLook{chosen == 1 ? Look::kLines : Look::kHeatMap});
}

void draw_tools(const Lab& lab, Ui& ui, const std::string& title, bool attends) {
  const LabState& state = lab.state();
  const int probes = probe_count(lab);
  const TextLook head = ui.look(Face::kStrong, ui.theme.type.lead, ui.theme.colours.ink);
  const ImVec2 start = ImGui::GetCursorScreenPos(), size = ui.measure(head, title);
  ui.begin_row();
  ui.flow(size.x, 0);
  ui.draw_text({start.x, start.y + (ui.target() - size.y) / 2}, head, title, ui.avail());
  ImGui::Dummy({std::ceil(size.x), ui.target()});
  if (probes > 1 && !Ui::hidden(lab, "probe")) {
    std::vector<std::string> names;
    for (int i = 0; i < probes; ++i) names.push_back(std::to_string(i + 1));
    const std::string label = tr("ui.picture.example");
    const float label_width = std::ceil(ui.measure(ui.soft(), label).x) + 1;
    ui.flow(label_width + ui.theme.space.s + segmented_width(ui, names), ui.theme.space.xl);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ui.draw_text({at.x, at.y + (ui.target() - ui.measure(ui.soft(), label).y) / 2}, ui.soft(), label, label_width);
    ImGui::Dummy({label_width, ui.target()});
    ImGui::SameLine(0, ui.theme.space.s);
    const int chosen = segmented(ui, "probe", names, std::clamp(state.cursor.probe, 0, probes - 1));
    ui.mark(lab, "probe", ImRect(at, ImGui::GetItemRectMax()));
    if (chosen != state.cursor.probe) ui.push(SelectProbe{chosen});
  }
  if (!attends) return;
  const bool story = reads_stories(state);
  if (!story) draw_look_choice(lab, ui);
  const std::string truth = tr(story ? "story.show_support" : "ui.picture.show_truth");
  ui.flow(toggle_width(ui, truth), ui.theme.space.l);
  if (toggle(ui, "truth", truth, state.show_truth, tr(story ? "story.show_support_help" : "ui.picture.show_truth_help")))
    ui.push(ShowTruth{!state.show_truth});
  ui.mark(lab, "truth", ImRect(ImGui::GetItemRectMin(), ImGui::GetItemRectMax()));
}

/// The sentence for the cell under the cursor, and the legend.
void draw_reading(Ui& ui, const Picture& picture, CellCursor cell, bool lines, bool truth) {
  std::string sentence = picture_sentence(picture, cell, lines);
  if (sentence.empty())
    sentence = tr(ui.viewport.coarse ? (lines ? "ui.picture.touch_lines" : "ui.picture.touch")
                                     : (lines ? "ui.picture.hint_lines" : "ui.picture.hint"));
  // Room is kept for it, so that nothing below moves with the pointer.
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = ui.avail(), least = ui.paragraph_height(ui.soft(), width < 300 ? "x\nx\nx\nx" : "x\nx", width);
  ui.draw_paragraph(at, ui.soft(), sentence, width);
  ImGui::Dummy({width, std::max(ui.paragraph_height(ui.soft(), sentence, width), least)});
  ui.gap(ui.theme.space.m);
  draw_picture_legend(ui, truth, picture.has_targets);
  if (!picture.forced.empty()) {
    ui.gap(ui.theme.space.s);
    ui.paragraph(ui.caption(), tr("ui.picture.forced", {picture.forced, picture.own}));
  }
  if (truth && picture.read_ahead) {
    ui.gap(ui.theme.space.s);
    ui.paragraph(ui.caption(), tr("ui.picture.read_ahead"));
  }
  if (!picture.odd_marks) return;
  ui.gap(ui.theme.space.s);
  ui.paragraph(ui.caption(),
               tr("ui.picture.marks", {tr("ui.token.pad"), tr("ui.token.start"), tr("ui.token.unknown")}));
}

/// The picture for a paper, its numbers for a table.
void draw_exports(Ui& ui, int run) {
  const ButtonLook look{ButtonKind::kQuiet, Icon::kDownload};
  ui.gap(ui.theme.space.m);
  ui.begin_row();
  for (const char* format : {"svg", "csv"}) {
    const std::string label = format == std::string("svg") ? "SVG" : "CSV";
    ui.flow(button_width(ui, label, look), ui.theme.space.xs);
    if (button(ui, format, label, look,
               tr(format == std::string("svg") ? "ui.picture.save_svg" : "ui.picture.save_csv")))
      ui.push(ExportFigure{run, format});
  }
}

constexpr float kAside = 200;       ///< width of what explains a picture, beside it
constexpr float kSideBySide = 620;  ///< from here on, two things may stand beside each other

/// Whether the explanation stands beside the picture. Not where it would take room from a picture that just fits.
bool has_aside(const Ui& ui, const Picture& picture, float whole, bool lines) {
  if (whole < kSideBySide) return false;
  const float least = lines ? 0 : heat_map_least_width(ui, picture);
  return least > whole || least <= whole - kAside - ui.theme.space.xl;
}

/// The picture, with what explains it beside it where there is room, else below.
void draw_picture(const Lab& lab, Ui& ui, int run, const Picture& picture, CellCursor& hovered) {
  const LabState& state = lab.state();
  const Theme& theme = ui.theme;
  const bool lines = state.look == Look::kLines;
  const PictureLook look{state.show_truth, std::clamp(ui.viewport.height - 330.0f, 260.0f, 560.0f), theme.run(run)};
  const std::string id = (lines ? "lines" : "map") + std::to_string(run);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float whole = ui.avail();
  const bool aside = has_aside(ui, picture, whole, lines);
  ui.begin_column(at, aside ? whole - kAside - theme.space.xl : whole);
  const CellCursor own = lines ? draw_attention_lines(ui, id.c_str(), picture, look, ui.memory.cell)
                               : draw_heat_map(ui, id.c_str(), picture, look, ui.memory.cell);
  float bottom = ui.end_column();
  if (own.row >= 0) hovered = own;
  ui.begin_column(aside ? ImVec2(at.x + whole - kAside, at.y + 34) : ImVec2(at.x, bottom + theme.space.s),
                  aside ? kAside : whole);
  draw_reading(ui, picture, own.row >= 0 ? own : ui.memory.cell, lines, state.show_truth && !picture.truth.empty());
  draw_exports(ui, run);
  bottom = std::max(bottom, ui.end_column());
  ui.move_to(at);
  ImGui::Dummy({whole, bottom - at.y});
}

/// Every head small, with the mean of all; pressing one shows it large.
void draw_heads(const Lab& lab, Ui& ui, int run, SmallMaps& heads, CellCursor& hovered) {
  const LabState& state = lab.state();
  if (!state.show_truth) heads.truth.clear();
  const SmallMapsSeen seen = draw_small_maps(ui, run == 0 ? "heads0" : "heads1", heads, ui.memory.cell);
  if (seen.cell.row >= 0) hovered = seen.cell;
  if (seen.pressed >= 0) ui.push(ShowHead{seen.pressed - 1});
  ui.gap(ui.theme.space.s);
  ui.paragraph(ui.soft(), tr("head.hint"));
  ui.gap(ui.theme.space.m);
  draw_picture_legend(ui, state.show_truth && !heads.truth.empty(), false);
  draw_exports(ui, run);
}

/// The story, hop by hop: the question above, the answer below.
void draw_story_picture(const Lab& lab, Ui& ui, int run, const StoryPicture& story, CellCursor& hovered) {
  const StoryLook look{lab.state().show_truth, run, 1};
  const Theme& theme = ui.theme;
  ui.paragraph(ui.caption(), tr("story.question"));
  ui.paragraph(ui.look(Face::kStrong, theme.type.lead, theme.colours.ink), story.question + "?");
  if (!story.chain.empty()) ui.paragraph(ui.caption(), story.chain);
  ui.gap(theme.space.m);
  const CellCursor own = draw_story(ui, run == 0 ? "story0" : "story1", story, look, ui.memory.cell);
  if (own.row >= 0) hovered = own;
  ui.gap(theme.space.m);
  draw_story_answer(ui, story, look);
  ui.gap(theme.space.m);
  draw_story_legend(ui, story, look);
  draw_exports(ui, run);
}

void draw_run_picture(const Lab& lab, Ui& ui, int run, CellCursor& hovered) {
  const RunView& view = lab.state().runs[static_cast<std::size_t>(run)];
  ImGui::PushID(run);
  if (lab.state().compare) draw_run_label(lab, ui, run);
  const ProbeShot* shot = lab.shown_probe(run);
  Picture picture;
  SmallMaps heads;
  const bool ends = view.answer == "sequence";
  StoryPicture story;
  const bool told = shot && make_story(view, *shot, story);
  if (shot && !told) {
    draw_question(ui, *shot);
    if (draw_values(ui, *shot)) ui.gap(ui.theme.space.m);
  }
  if (!shot) {
    draw_empty(ui, tr("ui.picture.empty_title"), tr("ui.picture.empty"), 180);
  } else if (told) {
    draw_story_picture(lab, ui, run, story, hovered);
  } else if (view.alignment_tap.empty()) {
    draw_bottleneck(ui, *shot, ends);
  } else if (lab.state().head == kAllHeads && make_heads(*shot, view.alignment_tap, view.head_names, ends, heads)) {
    draw_heads(lab, ui, run, heads, hovered);
  } else if (!make_picture(*shot, view.alignment_tap, picture, lab.state().head, ends)) {
    draw_empty(ui, tr("ui.picture.missing_title"), tr("ui.picture.missing"), 180);
  } else {
    draw_picture(lab, ui, run, picture, hovered);
  }
  ImGui::PopID();
}

/// Two pictures stand beside each other where both fit, else one under the other.
bool both_fit(const Lab& lab, const Ui& ui, float part) {
  if (reads_stories(lab.state())) return part >= kSideBySide / 2;
  for (int run = 0; run < kMaxRuns; ++run) {
    const ProbeShot* shot = lab.shown_probe(run);
    Picture picture;
    if (lab.state().look == Look::kLines || !shot ||
        !make_picture(*shot, lab.state().runs[static_cast<std::size_t>(run)].alignment_tap, picture, lab.state().head))
      continue;
    if (heat_map_least_width(ui, picture) > part) return false;
  }
  return true;
}

}  // namespace

void draw_attention(const Lab& lab, Ui& ui) {
  if (Ui::hidden(lab, "attention")) return;
  const LabState& state = lab.state();
  const Theme& theme = ui.theme;
  begin_card(ui, ImGui::GetCursorScreenPos(), ui.avail());
  ImGui::PushID("attention");
  const bool attends = !state.runs[0].alignment_tap.empty() ||
                       (state.compare && !state.runs[1].alignment_tap.empty()) || !state.runs[0].used;
  const ImVec2 picture_at = ImGui::GetCursorScreenPos();
  draw_tools(lab, ui, tr(attends && state.runs[0].used && reads_stories(state) ? "story.title" : attends ? "ui.picture.title" : "ui.bottleneck.title"), attends);
  ui.gap(theme.space.m);
  CellCursor hovered;
  const int runs = shown_runs(state);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float whole = ui.avail();
  const float part = (whole - theme.space.xl) / 2;
  if (runs == 2 && whole >= kSideBySide && both_fit(lab, ui, part)) {
    float bottom = at.y;
    for (int run = 0; run < runs; ++run) {
      ui.begin_column({at.x + static_cast<float>(run) * (part + theme.space.xl), at.y}, part);
      draw_run_picture(lab, ui, run, hovered);
      bottom = std::max(bottom, ui.end_column());
    }
    ui.move_to(at);
    ImGui::Dummy({whole, bottom - at.y});
  } else {
    for (int run = 0; run < runs; ++run) {
      if (run > 0) ui.gap(theme.space.l);
      draw_run_picture(lab, ui, run, hovered);
    }
  }
  ui.memory.next_cell = hovered;
  ui.mark(lab, "attention", ImRect(picture_at, {picture_at.x + whole, ImGui::GetCursorScreenPos().y - theme.space.s}));
  ui.gap(theme.space.l);
  draw_timeline(lab, ui);
  ImGui::PopID();
  end_card(ui);
}

}  // namespace heed
