// ui/panels: the learner's own input, decoded while it is typed, with the attention of the answer.
#include <algorithm>

#include "lab/describe.h"
#include "lab/input_notes.h"
#include "lab/strings.h"
#include "ui/panels/panels.h"
#include "ui/widgets/attention_picture.h"
#include "ui/widgets/controls.h"

namespace heed {
namespace {

/// The model's own output, token by token, marked where the right answer is known.
void draw_output(Ui& ui, const ProbeShot& shot) {
  const Theme& theme = ui.theme;
  ui.begin_row();
  if (shot.decoded.empty()) {
    ui.paragraph(ui.soft(), tr("ui.try.no_output"));
    return;
  }
  for (std::size_t i = 0; i < shot.decoded.size(); ++i) {
    const bool known = !shot.target.empty(), right = i < shot.target.size() && shot.target[i] == shot.decoded[i];
    const TextLook look = ui.look(Face::kMono, theme.type.lead,
                                  !known  ? theme.colours.ink
                                  : right ? theme.colours.right
                                          : theme.colours.wrong);
    const std::string token = shown_token(shot.decoded[i]);
    const ImVec2 size = ui.measure(look, token);
    const float width = std::max(26.0f, size.x + 12), height = 30;
    ui.flow(width, 3);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImDrawList* list = ImGui::GetWindowDrawList();
    list->AddRectFilled(at, {at.x + width, at.y + height},
                        !known  ? theme.colours.surface_sunken
                        : right ? theme.colours.right_soft
                                : theme.colours.wrong_soft,
                        theme.radius.small);
    if (known && !right)
      list->AddLine({at.x + 4, at.y + height - 3}, {at.x + width - 4, at.y + height - 3}, theme.colours.wrong, 2);
    ui.draw_centred(at, {at.x + width, at.y + height}, look, token);
    ImGui::Dummy({width, height});
  }
}

/// "Right", or what would have been.
void draw_verdict(Ui& ui, const ProbeShot& shot) {
  if (shot.target.empty()) return;
  const Theme& theme = ui.theme;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  std::string expected;
  for (const std::string& token : shot.target)
    if (token != "<end>") expected += (expected.empty() ? "" : " ") + shown_token(token);
  draw_icon(ImGui::GetWindowDrawList(), shot.exact ? Icon::kCheck : Icon::kCross, {at.x + 7, at.y + 10}, 12,
            shot.exact ? theme.colours.right : theme.colours.wrong);
  ui.begin_column({at.x + 22, at.y}, ui.avail() - 22);
  ui.paragraph(ui.soft(), shot.exact ? tr("ui.try.right") : tr("ui.try.expected", {expected}));
  ui.end_column();
}

void draw_answer(const Lab& lab, Ui& ui, int run, CellCursor& hovered) {
  const LabState& state = lab.state();
  const RunView& view = state.runs[static_cast<std::size_t>(run)];
  ImGui::PushID(run);
  if (state.compare) draw_run_label(lab, ui, run);
  if (!view.has_tried) {
    ui.paragraph(ui.soft(), tr(view.try_pending ? "ui.try.pending" : "ui.try.nothing"));
  } else if (!view.tried.error.empty()) {
    TextLook look = ui.soft();
    look.colour = ui.theme.colours.warning;
    ui.paragraph(look, refusal_text(view));
  } else {
    draw_question(ui, view.tried.shot);
    if (!draw_values(ui, view.tried.shot)) draw_output(ui, view.tried.shot);
    draw_verdict(ui, view.tried.shot);
    if (const std::string note = longer_note(view, view.tried.shot); !note.empty()) ui.paragraph(ui.soft(), note);
    Picture picture;
    if (make_picture(view.tried.shot, view.alignment_tap, picture, state.head, view.answer == "sequence")) {
      ui.gap(ui.theme.space.m);
      const bool lines = state.look == Look::kLines;
      const PictureLook look{state.show_truth, 320, ui.theme.run(run)};
      const CellCursor own = lines ? draw_attention_lines(ui, "try_lines", picture, look, {})
                                   : draw_heat_map(ui, "try_map", picture, look, {});
      if (own.row >= 0) hovered = own;
      const ImVec2 at = ImGui::GetCursorScreenPos();
      const std::string sentence = picture_sentence(picture, own, lines);
      ui.draw_paragraph(at, ui.soft(), sentence, ui.avail());
      ImGui::Dummy({ui.avail(), std::max(ui.paragraph_height(ui.soft(), sentence, ui.avail()),
                                         ui.paragraph_height(ui.soft(), "x\nx", ui.avail()))});
    } else if (view.alignment_tap.empty()) {
      ui.paragraph(ui.caption(), tr("ui.try.no_attention"));
    }
  }
  ImGui::PopID();
}

/// A button with the example on it; where it is too long for that, the example stands above.
void offer_example(Ui& ui, const std::string& example) {
  const ButtonLook look{ButtonKind::kQuiet};
  std::string label = tr("ui.try.use_example", {example});
  if (button_width(ui, label, look) > ui.avail()) {
    label = tr("ui.try.use_long_example");
    ui.paragraph(ui.look(Face::kMono, ui.theme.type.small, ui.theme.colours.ink_soft), example);
  }
  if (!button(ui, "example", label, look)) return;
  ui.memory.try_text = example;
  ui.memory.try_changed_ms = 0;
  ui.want_frame();
}

void draw_input(const Lab& lab, Ui& ui) {
  const RunView& view = lab.state().runs[0];
  Memory& memory = ui.memory;
  // The lab changes the text when a lesson or a new task does; the field changes it while one types.
  if (memory.try_changed_ms < 0 && !view.try_text.empty() && memory.try_text != view.try_text && !memory.try_known) {
    memory.try_text = view.try_text;
    memory.try_known = true;
  }
  if (memory.try_text == view.try_text) memory.try_known = false;
  if (text_field(ui, "text", memory.try_text, tr("ui.try.hint"), ui.avail(), true)) {
    memory.try_changed_ms = ui.now_ms;
    memory.try_known = true;
  }
  ui.mark(lab, "try.text", ImRect(ImGui::GetItemRectMin(), ImGui::GetItemRectMax()));
  if (memory.try_text.empty() && !view.example_source.empty()) offer_example(ui, view.example_source);
}

}  // namespace

void draw_try(const Lab& lab, Ui& ui) {
  if (Ui::hidden(lab, "try")) return;
  const LabState& state = lab.state();
  const Theme& theme = ui.theme;
  ImRect box;
  ImGui::PushID("try");
  begin_card(ui, ImGui::GetCursorScreenPos(), ui.avail());
  card_title(ui, tr("ui.try.title"), tr(state.runs[0].sentences && state.runs[0].hops ? "story.try_subtitle" : "ui.try.subtitle"));
  ui.gap(theme.space.m);
  if (!state.runs[0].used) {
    draw_empty(ui, {}, tr("ui.try.not_built"), 80);
  } else if (state.runs[0].sentences && state.runs[0].hops) {
    draw_story_editor(lab, ui);
  } else {
    draw_input(lab, ui);
    const int runs = shown_runs(state);
    const bool asked = !ui.memory.try_text.empty();
    const float whole = ui.avail();
    CellCursor hovered;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    if (asked && runs == 2 && whole >= 620) {
      const float part = (whole - theme.space.xl) / 2;
      float bottom = at.y;
      for (int run = 0; run < runs; ++run) {
        ui.begin_column({at.x + static_cast<float>(run) * (part + theme.space.xl), at.y}, part);
        draw_answer(lab, ui, run, hovered);
        bottom = std::max(bottom, ui.end_column());
      }
      ui.move_to(at);
      ImGui::Dummy({whole, bottom - at.y});
    } else {
      for (int run = 0; asked && run < runs; ++run) draw_answer(lab, ui, run, hovered);
    }
    draw_write_on(lab, ui);
  }
  end_card(ui, &box);
  ImGui::PopID();
  ui.mark(lab, "try", box);
}

}  // namespace heed
