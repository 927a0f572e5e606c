// ui/panels: the learner's own story: a field for each sentence with the hops' bars beside it, a field for the question, what is wrong
// where it is wrong, and stories to begin with.
#include <imgui_internal.h>

#include <algorithm>
#include <cmath>

#include "lab/describe.h"
#include "lab/strings.h"
#include "ui/panels/panels.h"
#include "ui/panels/story_draft.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/story_map.h"

namespace heed {
namespace {

constexpr float kLeastField = 250;
constexpr std::size_t kMostLines = 80;

void changed(Ui& ui) {
  ui.memory.try_text = join_story(ui.memory.story).text;
  ui.memory.try_changed_ms = ui.now_ms;
  ui.memory.try_known = true;
  ui.want_frame();
}

/// The field that is being edited lets go of what it holds: its place may be another field's now.
void leave_field() {
  ImGuiContext& g = *ImGui::GetCurrentContext();
  if (g.ActiveId == 0 || g.ActiveId != g.InputTextState.ID) return;
  ImGui::ClearActiveID();
  g.InputTextDeactivatedState.ID = 0;
}

/// Another story takes the place of what is there, which is kept.
void replace(Ui& ui, const std::string& text) {
  StoryDraft& draft = ui.memory.story;
  draft.before = ui.memory.try_text;
  split_story(text, draft);
  draft.focus = -1;
  changed(ui);
  ui.memory.try_changed_ms = 0;
}

/// The lab changes the text when a lesson or a new task does; the fields change it while one types.
void follow_lab(const Lab& lab, Ui& ui) {
  Memory& memory = ui.memory;
  const RunView& view = lab.state().runs[0];
  if (memory.try_changed_ms < 0 && !memory.try_known && memory.try_text != view.try_text && !view.try_text.empty()) {
    memory.try_text = view.try_text;
    memory.try_known = true;
  }
  if (memory.try_text == view.try_text) memory.try_known = false;
  if (memory.story.lines.empty() || join_story(memory.story).text != memory.try_text) {
    JoinedStory now = join_story(memory.story);
    StoryDraft fresh;
    split_story(memory.try_text, fresh);
    if (memory.story.lines.empty() || join_story(fresh).text != now.text) {
      memory.story.lines = std::move(fresh.lines);
      memory.story.question = std::move(fresh.question);
      leave_field();
    }
  }
  memory.story.shown.resize(kMaxRuns);
  for (int run = 0; run < kMaxRuns; ++run) {
    const RunView& one = lab.state().runs[static_cast<std::size_t>(run)];
    StoryPicture& shown = memory.story.shown[static_cast<std::size_t>(run)];
    if (!one.has_tried) shown = StoryPicture{};
    if (StoryPicture story; one.has_tried && one.tried.error.empty() && make_story(one, one.tried.shot, story)) shown = std::move(story);
  }
}

// ---- the fields
// ---------------------------------------------------------------------------------------------------------------

struct Editor {
  const Lab& lab;
  Ui& ui;
  StoryLayout layout;
  JoinedStory joined;
  const InputTried* refused = nullptr;  ///< the answer that says what is wrong; null while all is well

  int rows() const { return static_cast<int>(ui.memory.story.lines.size()); }
  /// Which field the fault lies in; the question's number is that of the lines.
  int faulty() const {
    if (!refused) return -1;
    if (refused->fault.code == "story_empty" || refused->fault.code == "empty") return 0;
    if (refused->fault.begin >= refused->fault.end) return rows();  // nobody can say where
    for (int n = 0; n <= rows(); ++n) {
      const auto at = static_cast<std::size_t>(n);
      if (refused->fault.begin >= joined.begins[at] && refused->fault.begin < joined.ends[at]) return n;
    }
    return rows();
  }
};

/// A line under the words that are not understood.
void mark_fault(const Editor& editor, int row, const ImRect& box, const std::string& text) {
  const Theme& theme = editor.ui.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRect(box.Min, box.Max, theme.colours.warning, theme.radius.control, 0, 1.5f);
  const InputFault& fault = editor.refused->fault;
  const auto begin = static_cast<std::size_t>(std::max(0, fault.begin - editor.joined.begins[static_cast<std::size_t>(row)]));
  const auto end = static_cast<std::size_t>(std::max(0, fault.end - editor.joined.begins[static_cast<std::size_t>(row)]));
  if (fault.end <= fault.begin || end > text.size()) return;
  const std::size_t shift = text.find_first_not_of(' ') == std::string::npos ? 0 : text.find_first_not_of(' ');
  const float x0 = box.Min.x + theme.space.s + editor.ui.measure(editor.ui.body(), text.substr(0, shift + begin)).x;
  const float x1 = box.Min.x + theme.space.s + editor.ui.measure(editor.ui.body(), text.substr(0, shift + end)).x, y = box.Max.y - 5;
  list->PushClipRect(box.Min, box.Max, true);
  list->AddLine({x0, y}, {x1, y}, theme.colours.warning, 2);
  list->PopClipRect();
}

/// What is wrong in this field, and the way out.
void draw_fault(Editor& editor, int row) {
  Ui& ui = editor.ui;
  if (editor.faulty() != row) return;
  const Theme& theme = ui.theme;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  TextLook look = ui.soft();
  look.colour = theme.colours.warning;
  draw_icon(ImGui::GetWindowDrawList(), Icon::kWarning, {at.x + editor.layout.number / 2 - 4, at.y + 9}, 14, theme.colours.warning);
  ui.begin_column({at.x + editor.layout.number, at.y}, ui.avail() - editor.layout.number);
  ui.paragraph(look, refusal_text(editor.lab.state().runs[0]));
  ui.mark(editor.lab, "try.fault", ImRect(ImGui::GetItemRectMin(), ImGui::GetItemRectMax()));
  const InputFault& fault = editor.refused->fault;
  if (fault.code == "misspelt_word" && fault.values.size() > 1) {
    const ButtonLook fix{ButtonKind::kPlain, Icon::kEdit};
    const std::string label = tr("story.use_word", {fault.values[1]});
    if (button_width(ui, label, fix) <= ui.avail() && button(ui, "fix", label, fix)) {
      std::string text = ui.memory.try_text;
      text.replace(static_cast<std::size_t>(fault.begin), static_cast<std::size_t>(fault.end - fault.begin), fault.values[1]);
      const std::string before = ui.memory.story.before;
      replace(ui, text);
      ui.memory.story.before = before;
    }
  }
  ui.end_column();
}

/// Moves the keyboard to another field.
void go_to(StoryDraft& draft, int row) {
  draft.focus = std::clamp(row, 0, static_cast<int>(draft.lines.size()));
  draft.to_end = true;
}

/// Enter, Backspace in an empty line, up and down: as in any editor.
void edit_rows(Editor& editor, int row, const std::string& before) {
  StoryDraft& draft = editor.ui.memory.story;
  const bool question = row == editor.rows();
  if (ImGui::IsItemDeactivated() && ImGui::IsKeyPressed(ImGuiKey_Enter, false) && !question) {
    const bool empty = draft.lines[static_cast<std::size_t>(row)].empty();
    if (!empty && draft.lines.size() < kMostLines) draft.lines.insert(draft.lines.begin() + row + 1, std::string());
    go_to(draft, row + 1);
    editor.ui.want_frame();
  }
  if (!ImGui::IsItemActive()) return;
  ImGui::GetCurrentContext()->ActiveIdUsingNavDirMask |= 1u << ImGuiDir_Up | 1u << ImGuiDir_Down;
  const bool gone = !question && before.empty() && draft.lines.size() > 1 && ImGui::IsKeyPressed(ImGuiKey_Backspace, false);
  if (gone) draft.lines.erase(draft.lines.begin() + row);
  const int way = gone || ImGui::IsKeyPressed(ImGuiKey_UpArrow) ? -1 : ImGui::IsKeyPressed(ImGuiKey_DownArrow) ? 1 : 0;
  if (way == 0 || row + way < 0 || row + way > static_cast<int>(draft.lines.size())) return;
  leave_field();
  go_to(draft, row + way);
  editor.ui.want_frame();
}

/// True when its text changed.
bool draw_field(Editor& editor, int row, std::string& text, const std::string& hint, float width) {
  Ui& ui = editor.ui;
  StoryDraft& draft = ui.memory.story;
  const std::string before = text;
  const bool wanted = draft.focus == row;
  if (wanted) ImGui::SetKeyboardFocusHere();
  const std::string id = row == editor.rows() ? "question" : "line" + std::to_string(row);
  const std::string shown = ui.measure(ui.body(), hint).x > width - 2 * ui.theme.space.s ? std::string() : hint;
  const bool edited = line_field(ui, id.c_str(), text, shown, width);
  const ImRect box(ImGui::GetItemRectMin(), ImGui::GetItemRectMax());
  if (wanted && ImGui::IsItemActive()) {
    if (ImGuiInputTextState* state = ImGui::GetInputTextState(ImGui::GetItemID()); state && draft.to_end) state->ReloadUserBufAndMoveToEnd();
    draft.focus = -1;
    draft.to_end = false;
  } else if (wanted) {
    ui.want_frame();
  }
  if (editor.faulty() == row) mark_fault(editor, row, box, text);
  edit_rows(editor, row, before);
  return edited;
}

/// The sentence that the model was told from this line: the number of those before it; -1 where it had none.
int sentence_of(const Editor& editor, int row) {
  int number = 0;
  for (int n = 0; n < row; ++n) number += trimmed_line(editor.ui.memory.story.lines[static_cast<std::size_t>(n)]).empty() ? 0 : 1;
  return trimmed_line(editor.ui.memory.story.lines[static_cast<std::size_t>(row)]).empty() ? -1 : number;
}

void draw_line(Editor& editor, int row, const StoryPicture& story, const StoryLook& look, int& removed, bool& edited) {
  Ui& ui = editor.ui;
  const StoryLayout& layout = editor.layout;
  StoryDraft& draft = ui.memory.story;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float height = ui.target(), cross = ui.target();
  const int sentence = sentence_of(editor, row);
  const bool there = sentence >= 0 && static_cast<std::size_t>(sentence) < story.sentences.size();
  ImGui::PushID(row);
  if (there) draw_story_mark(ui, {at.x + (layout.number - ui.theme.space.s) / 2, at.y + height / 2}, story, static_cast<std::size_t>(sentence), look);
  ui.move_to({at.x + layout.number, at.y});
  edited = draw_field(editor, row, draft.lines[static_cast<std::size_t>(row)], row == 0 ? tr("story.line_hint") : std::string(), layout.text - cross) || edited;
  ui.move_to({at.x + layout.number + layout.text - cross, at.y});
  if (button(ui, "remove", {}, {ButtonKind::kQuiet, Icon::kCross, 0, editor.rows() > 1}, tr("story.remove"))) removed = row;
  if (there) {
    const ImVec2 bars = layout.stacked ? ImVec2(at.x + layout.number, at.y + height + 2) : ImVec2(at.x + layout.bars(), at.y);
    draw_story_bars(ui, bars, layout.stacked ? 18 : height, layout, story, static_cast<std::size_t>(sentence), look);
  }
  ui.move_to({at.x, at.y + height});
  ImGui::Dummy({1, layout.stacked && there ? 22.0f : 3.0f});
  draw_fault(editor, row);
  ImGui::PopID();
}

void draw_question_field(Editor& editor, bool& edited) {
  Ui& ui = editor.ui;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ui.draw_centred({at.x, at.y}, {at.x + 20, at.y + ui.target()}, ui.look(Face::kStrong, ui.theme.type.lead, ui.theme.colours.accent), "?");
  ui.move_to({at.x + editor.layout.number, at.y});
  edited = draw_field(editor, editor.rows(), ui.memory.story.question, tr("story.question_hint"), editor.layout.text) || edited;
  ui.move_to({at.x, at.y + ui.target()});
  ImGui::Dummy({1, 3});
  draw_fault(editor, editor.rows());
}

// ---- around them
// --------------------------------------------------------------------------------------------------------------

std::string example_title(const InputExample& example, int number) {
  if (example.key == "probe") return tr("story.example_number", {std::to_string(number)});
  return tr_or("input.example." + example.key, example.key);
}

void draw_examples(const Lab& lab, Ui& ui) {
  const std::vector<InputExample>& examples = lab.state().runs[0].examples;
  const ButtonLook look{ButtonKind::kPlain};
  ui.begin_row();
  int number = 0;
  for (std::size_t n = 0; n < examples.size(); ++n) {
    if (examples[n].key == "probe") ++number;
    const std::string title = example_title(examples[n], number);
    if (button_width(ui, title, look) > ui.column_width()) continue;
    ui.flow(button_width(ui, title, look), ui.theme.space.xs);
    ImGui::PushID(static_cast<int>(n));
    if (button(ui, "example", title, look, examples[n].text)) replace(ui, examples[n].text);
    ImGui::PopID();
  }
  if (ui.memory.story.before.empty()) return;
  const ButtonLook back{ButtonKind::kQuiet, Icon::kUndo};
  ui.flow(button_width(ui, tr("story.back"), back), ui.theme.space.xs);
  if (button(ui, "back", tr("story.back"), back, tr("story.back_help"))) {
    const std::string text = ui.memory.story.before;
    replace(ui, text);
  }
}

void draw_answers(const Lab& lab, Ui& ui, bool stale) {
  for (int run = 0; run < shown_runs(lab.state()); ++run) {
    const StoryPicture& story = ui.memory.story.shown[static_cast<std::size_t>(run)];
    if (story.sentences.empty()) {
      if (run == 0 && lab.state().runs[0].try_pending) ui.paragraph(ui.soft(), tr("ui.try.pending"));
      continue;
    }
    ImGui::PushID(run);
    const StoryLook look{lab.state().show_truth, run, stale ? 0.35f : 1.0f};
    ui.gap(ui.theme.space.m);
    if (lab.state().compare) draw_run_label(lab, ui, run);
    if (run > 0) draw_story(ui, "story", story, look, {});
    draw_story_answer(ui, story, look);
    if (run == 0) ui.paragraph(ui.caption(), tr(stale ? "story.stale" : "story.chance_help"));
    for (const std::string& note : {story.chain, story.longer})
      if (run == 0 && !stale && !note.empty()) ui.paragraph(ui.soft(), note);
    ImGui::PopID();
  }
}

/// How wide a field and its button have to be for the longest sentence; in steps, so that the bars beside it do not move with every letter.
float widest_line(const Ui& ui) {
  constexpr float kStep = 40;
  float widest = 0;
  for (const std::string& line : ui.memory.story.lines) widest = std::max(widest, ui.measure(ui.body(), line).x);
  return kStep * std::ceil((widest + 3 * ui.theme.space.s + ui.target()) / kStep);
}

}  // namespace

void draw_story_editor(const Lab& lab, Ui& ui) {
  follow_lab(lab, ui);
  StoryDraft& draft = ui.memory.story;
  const RunView& view = lab.state().runs[0];
  draw_examples(lab, ui);
  ui.gap(ui.theme.space.m);
  const StoryPicture story = draft.shown[0];
  const bool asked = !ui.memory.try_text.empty();
  const bool refused = asked && view.has_tried && !view.tried.error.empty() && ui.memory.try_text == view.try_text && !view.try_pending;
  const bool stale = asked && (refused || ui.memory.try_changed_ms >= 0);
  const std::size_t hops = std::max<std::size_t>(1, story.hops.empty() ? view.head_names.size() : story.hops.size());
  JoinedStory joined = join_story(draft);
  if (joined.text != ui.memory.try_text) joined = places_in(ui.memory.try_text, draft);
  Editor editor{lab, ui, lay_out_story(ui, ui.avail(), hops, kLeastField, widest_line(ui)), std::move(joined), refused ? &view.tried : nullptr};
  const StoryLook look{lab.state().show_truth, 0, refused ? 0.35f : 1.0f};
  const ImVec2 at = ImGui::GetCursorScreenPos();
  if (!story.sentences.empty()) draw_story_header(ui, editor.layout, story);
  int removed = -1;
  bool edited = false;
  for (int row = 0; row < editor.rows(); ++row) draw_line(editor, row, story, look, removed, edited);
  ui.move_to({ui.left() + editor.layout.number, ImGui::GetCursorScreenPos().y});
  if (button(ui, "add", tr("story.add"), {ButtonKind::kQuiet, Icon::kPlus, 0, draft.lines.size() < kMostLines})) {
    draft.lines.emplace_back();
    go_to(draft, static_cast<int>(draft.lines.size()) - 1);
    ui.want_frame();
  }
  ui.gap(ui.theme.space.xs);
  draw_question_field(editor, edited);
  ui.mark(lab, "try.text", ImRect(at, {at.x + editor.layout.number + editor.layout.text, ImGui::GetCursorScreenPos().y}));
  if (removed >= 0) draft.lines.erase(draft.lines.begin() + removed), edited = true;
  for (std::size_t n = 0; n < draft.lines.size() && edited; ++n)
    if (split_line(draft, n)) leave_field();
  if (edited) changed(ui);
  if (asked) draw_answers(lab, ui, stale && refused);
}

}  // namespace heed
