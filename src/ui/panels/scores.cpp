// ui/panels: the scores of the evaluation at the cursor, each with what it means, and exact match by source length.
#include <algorithm>
#include <cmath>

#include "lab/attention_shape.h"
#include "lab/describe.h"
#include "lab/reading_ahead.h"
#include "lab/strings.h"
#include "ui/panels/panels.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/plot.h"

namespace heed {
namespace {

struct Row {
  const char* key;  ///< of its label; KEY_help explains it
  float values[2];
  bool percent, nats;
};

/// The last evaluation at or before the cursor.
const Evaluation* evaluation_at(const LabState& state, int run) {
  const auto& all = state.runs[static_cast<std::size_t>(run)].timeline.evaluations();
  const Evaluation* found = nullptr;
  for (const Evaluation& evaluation : all)
    if (state.cursor.live || evaluation.step <= state.cursor.step) found = &evaluation;
  return found;
}

std::string value_text(float value, const Row& row) {
  if (value < 0) return "\xE2\x80\x93";
  if (row.percent)
    return number_text(static_cast<double>(value) * 100, value >= 0.9995f || value < 0.0005f ? 0 : 1) + "%";
  return number_text(static_cast<double>(value), 2);
}

std::vector<Row> make_rows(const LabState& state, const Evaluation* const (&evaluations)[2]) {
  const auto get = [&](int run, auto member) { return evaluations[run] ? member(*evaluations[run]) : -1.0f; };
  const auto row = [&](const char* key, bool percent, bool nats, auto member) {
    return Row{key, {get(0, member), get(1, member)}, percent, nats};
  };
  return {row("ui.scores.exact", true, false, [](const Evaluation& e) { return e.test.exact_match; }),
          row("ui.scores.exact_long", true, false, [](const Evaluation& e) { return e.test_long.exact_match; }),
          row(score_share_key(state.runs[0]), true, false, [](const Evaluation& e) { return e.test.token_accuracy; }),
          row("ui.scores.alignment", false, false, [](const Evaluation& e) { return e.test.alignment_score; }),
          row("ui.scores.argmax", true, false, [](const Evaluation& e) { return e.test.alignment_argmax; }),
          row("ui.scores.near", true, false, [](const Evaluation& e) { return e.test.alignment_near; }),
          row("ui.scores.entropy", false, true, [](const Evaluation& e) { return e.test.attention_entropy; })};
}

void draw_row(Ui& ui, const Row& row, int runs, float value_width) {
  const Theme& theme = ui.theme;
  TextLook look = ui.soft();
  look.colour = theme.colours.ink;
  constexpr float kMark = 12, kMarkRoom = 20;
  const float label_width = ui.avail() - value_width * static_cast<float>(runs) - theme.space.s - kMarkRoom;
  const std::string& label = tr(row.key);
  const float height = std::max(ui.target(), ui.paragraph_height(look, label, label_width) + theme.space.xs);
  const Item item = add_item(ui, row.key, {ui.avail(), height}, theme.radius.small);
  if (item.visible) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    if (item.hovered || item.held)
      list->AddRectFilled(item.box.Min, item.box.Max, theme.colours.surface_sunken, theme.radius.small);
    ui.draw_paragraph(
        {item.box.Min.x, (item.box.Min.y + item.box.Max.y - ui.paragraph_height(look, label, label_width)) / 2}, look,
        label, label_width);
    const float label_end = item.box.Min.x + std::min(label_width, ui.measure(look, label).x);
    draw_icon(list, Icon::kInfo, {label_end + kMarkRoom / 2, (item.box.Min.y + item.box.Max.y) / 2}, kMark, theme.colours.ink_faint);
    for (int run = 0; run < runs; ++run) {
      TextLook number = ui.number();
      number.colour = row.values[run] < 0 ? theme.colours.ink_faint : theme.colours.ink;
      const std::string text = value_text(row.values[run], row);
      const ImVec2 size = ui.measure(number, text);
      const float right = item.box.Max.x - value_width * static_cast<float>(runs - 1 - run);
      ui.draw_text({right - size.x, (item.box.Min.y + item.box.Max.y - size.y) / 2}, number, text, value_width);
    }
    list->AddLine({item.box.Min.x, item.box.Max.y}, {item.box.Max.x, item.box.Max.y}, theme.colours.grid,
                  theme.line.hair);
  }
  const std::string help = tr(std::string(row.key) + "_help");
  if (item.pressed) ui.memory.help_open = ui.memory.help_open == row.key ? std::string() : row.key;
  if (ui.memory.help_open == row.key) {
    ui.paragraph(ui.caption(), help);
  } else {
    help_bubble(ui, item, help);
  }
}

/// Whether what is on show of the attention reads one step before it answers.
bool reads_ahead(const Lab& lab, int run) {
  const ProbeShot* shot = lab.shown_probe(run);
  if (!shot || !find_tap(*shot, "memory.read")) return false;
  const TapValue* tap = find_tap(*shot, lab.state().runs[static_cast<std::size_t>(run)].alignment_tap);
  return tap && reading_ahead(*shot, head_of(*tap, lab.state().head)).is_ahead();
}

void draw_bars(Ui& ui, const LabState& state, const Evaluation* const (&evaluations)[2], int runs) {
  std::size_t longest = 0;
  for (const Evaluation* evaluation : evaluations)
    longest = std::max(longest, evaluation ? evaluation->exact_match_by_length.size() : 0);
  std::vector<BarGroup> groups;
  for (std::size_t length = 0; length < longest; ++length) {
    BarGroup group;
    group.length = static_cast<int>(length);
    for (int run = 0; run < runs; ++run)
      if (evaluations[run] && length < evaluations[run]->exact_match_by_length.size())
        group.values[run] = evaluations[run]->exact_match_by_length[length];
    if (group.values[0] >= 0 || group.values[1] >= 0) groups.push_back(group);
  }
  if (groups.empty()) return;
  ui.gap(ui.theme.space.l);
  ui.paragraph(ui.look(Face::kStrong, ui.theme.type.small, ui.theme.colours.ink), tr("ui.scores.by_length"));
  draw_length_bars(ui, "bars", groups, runs, state.runs[0].max_source_length);
}

}  // namespace

void draw_scores(const Lab& lab, Ui& ui) {
  if (Ui::hidden(lab, "scores")) return;
  const LabState& state = lab.state();
  const int runs = shown_runs(state);
  ImRect box;
  ImGui::PushID("scores");
  begin_card(ui, ImGui::GetCursorScreenPos(), ui.avail());
  const Evaluation* const evaluations[2] = {evaluation_at(state, 0), runs > 1 ? evaluation_at(state, 1) : nullptr};
  const Evaluation* any = evaluations[0] ? evaluations[0] : evaluations[1];
  card_title(ui, tr("ui.scores.title"),
             any ? tr("ui.scores.measured",
                      {count_text(any->step), count_text(static_cast<std::uint64_t>(std::max(0, any->test.examples)))})
                 : std::string());
  if (!any) {
    draw_empty(ui, tr("ui.scores.empty_title"), tr("ui.scores.empty"), 140);
  } else {
    const float value_width = ui.measure(ui.number(), "100.0%").x + ui.theme.space.m;
    if (runs > 1) {
      const ImVec2 at = ImGui::GetCursorScreenPos();
      for (int run = 0; run < runs; ++run) {
        const float right = at.x + ui.avail() - value_width * static_cast<float>(runs - 1 - run);
        run_marker(ImGui::GetWindowDrawList(), ui.theme, run, {right - 20, at.y + 9}, 9);
        ui.draw_text({right - 10, at.y + 1}, ui.look(Face::kStrong, ui.theme.type.small, ui.theme.run(run)),
                     run == 0 ? "A" : "B", 12);
      }
      ImGui::Dummy({ui.avail(), 18});
    }
    const float spacing = ImGui::GetStyle().ItemSpacing.y;
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(spacing, 0));
    for (const Row& row : make_rows(state, evaluations)) draw_row(ui, row, runs, value_width);
    ImGui::PopStyleVar();
    for (int run = 0; run < runs; ++run) {
      if (!reads_ahead(lab, run)) continue;
      ui.gap(ui.theme.space.s);
      ui.paragraph(ui.caption(), (runs > 1 ? run_label(state, run) + ": " : std::string()) + tr("ui.scores.read_ahead"));
    }
    draw_bars(ui, state, evaluations, runs);
  }
  end_card(ui, &box);
  ImGui::PopID();
  ui.mark(lab, "scores", box);
}

}  // namespace heed
