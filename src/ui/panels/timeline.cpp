// ui/panels: the record of training as a track to scrub through: snapshots as ticks, evaluations as dots whose height
// is the exact match, marks as flags, and the buttons of a player.
#include <algorithm>
#include <cmath>

#include "lab/describe.h"
#include "lab/strings.h"
#include "ui/panels/panels.h"
#include "ui/widgets/controls.h"

namespace heed {
namespace {

constexpr float kTrack = 34;

struct Track {
  ImRect box;
  double most = 1;
  float x(std::uint64_t step) const {
    return box.Min.x + box.GetWidth() * static_cast<float>(static_cast<double>(step) / most);
  }
};

std::uint64_t cursor_step(const LabState& state) {
  return state.cursor.live ? newest_step(state) : state.cursor.step;
}

void draw_record(Ui& ui, const LabState& state, const Track& track) {
  const Theme& theme = ui.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float base = track.box.Max.y;
  for (int run = 0; run < shown_runs(state); ++run) {
    const Timeline& timeline = state.runs[static_cast<std::size_t>(run)].timeline;
    if (run == 0) {
      float last = -1e9f;
      for (const Snapshot& snapshot : timeline.snapshots()) {
        const float x = std::round(track.x(snapshot.step)) + 0.5f;
        if (x - last < 3) continue;
        last = x;
        list->AddLine({x, base - 7}, {x, base - 1}, theme.colours.border_strong, 1);
      }
    }
    for (const Evaluation& evaluation : timeline.evaluations()) {
      if (evaluation.test.exact_match < 0) continue;
      const float y = base - 11 - (kTrack - 16) * evaluation.test.exact_match;
      run_marker(list, theme, run, {track.x(evaluation.step), y}, 5);
    }
    for (const Timeline::Mark& mark : timeline.marks()) {
      const float x = track.x(mark.step);
      list->AddLine({x, track.box.Min.y + 2}, {x, base}, theme.colours.warning, 1);
      list->AddTriangleFilled({x, track.box.Min.y}, {x + 7, track.box.Min.y + 4}, {x, track.box.Min.y + 8},
                              theme.colours.warning);
    }
  }
}

/// The text of a mark near the pointer, so that its flag can be understood.
std::string mark_near(const LabState& state, const Track& track, float x) {
  for (int run = 0; run < shown_runs(state); ++run)
    for (const Timeline::Mark& mark : state.runs[static_cast<std::size_t>(run)].timeline.marks())
      if (std::abs(track.x(mark.step) - x) < 6) return count_text(mark.step) + ": " + describe_mark(mark);
  return {};
}

void draw_track(const Lab& lab, Ui& ui) {
  const LabState& state = lab.state();
  const Theme& theme = ui.theme;
  const Item item = add_item(ui, "track", {ui.avail(), std::max(kTrack + 6, ui.target())}, theme.radius.control);
  keep_arrow_keys(item, false);
  const float inset = 8;
  const Track track{
      ImRect({item.box.Min.x + inset, item.box.Max.y - kTrack - 3}, {item.box.Max.x - inset, item.box.Max.y - 3}),
      std::max(1.0, static_cast<double>(newest_step(state)))};
  const ImGuiIO& io = ImGui::GetIO();
  if (item.held && ImGui::GetCurrentContext()->ActiveIdSource == ImGuiInputSource_Mouse) {
    const double place = std::clamp(
        static_cast<double>((io.MousePos.x - track.box.Min.x) / std::max(1.0f, track.box.GetWidth())), 0.0, 1.0);
    const auto step = static_cast<std::uint64_t>(std::llround(place * track.most));
    if (step != cursor_step(state) || state.cursor.live) ui.push(MoveCursor{step});
    ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
  }
  if (key_on(item, ImGuiKey_LeftArrow)) ui.push(JumpCursor{-1});
  if (key_on(item, ImGuiKey_RightArrow)) ui.push(JumpCursor{1});
  if (key_on(item, ImGuiKey_Home)) ui.push(JumpCursor{-2});
  if (key_on(item, ImGuiKey_End)) ui.push(CursorLive{});
  if (item.pressed && ImGui::GetCurrentContext()->NavActivateId == item.id) ui.push(PlayCursor{!state.cursor.playing});
  if (!item.visible) return;
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled({item.box.Min.x, track.box.Min.y}, {item.box.Max.x, track.box.Max.y},
                      theme.colours.surface_sunken, theme.radius.control);
  list->AddLine({track.box.Min.x, track.box.Max.y - 0.5f}, {track.box.Max.x, track.box.Max.y - 0.5f},
                theme.colours.border_strong, 1);
  draw_record(ui, state, track);
  const float x = track.x(std::min(cursor_step(state), static_cast<std::uint64_t>(track.most)));
  list->AddLine({x, track.box.Min.y - 2}, {x, track.box.Max.y + 2}, theme.colours.accent, 2);
  list->AddCircleFilled({x, track.box.Min.y}, item.hovered || item.held ? 7.5f : 6.5f, theme.colours.accent, 24);
  list->AddCircleFilled({x, track.box.Min.y}, 2.5f, theme.colours.on_accent, 16);
  const std::string mark = item.hovered ? mark_near(state, track, io.MousePos.x) : std::string();
  help_bubble(ui, item, mark.empty() ? tr("ui.timeline.help") : mark);
}

/// Follows the training, or says that it does not and offers to.
float live_width(const Lab& lab, const Ui& ui) {
  if (!lab.state().cursor.live) return button_width(ui, tr("ui.timeline.to_live"), {ButtonKind::kPlain, Icon::kLast});
  const std::string& text = tr(any_training(lab.state()) ? "ui.timeline.live" : "ui.timeline.latest");
  return std::ceil(ui.measure(ui.look(Face::kStrong, ui.theme.type.small, 0), text).x) + 18;
}

void draw_live(const Lab& lab, Ui& ui) {
  const LabState& state = lab.state();
  const Theme& theme = ui.theme;
  if (!state.cursor.live) {
    const ButtonLook look{ButtonKind::kPlain, Icon::kLast};
    ui.flow(live_width(lab, ui), theme.space.m);
    if (button(ui, "live", tr("ui.timeline.to_live"), look, tr("ui.timeline.to_live_help"))) ui.push(CursorLive{});
    return;
  }
  const std::string text = tr(any_training(state) ? "ui.timeline.live" : "ui.timeline.latest");
  const TextLook look = ui.look(Face::kStrong, theme.type.small, theme.colours.right);
  const float width = live_width(lab, ui);
  ui.flow(width, theme.space.m);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float middle = at.y + ui.target() / 2;
  ImGui::GetWindowDrawList()->AddCircleFilled({at.x + 6, middle}, 4, theme.colours.right, 16);
  ui.draw_text({at.x + 16, middle - ui.measure(look, text).y / 2}, look, text, width);
  ImGui::Dummy({width, ui.target()});
}

/// Back to an earlier moment, and the run as a file.
void draw_file_tools(const Lab& lab, Ui& ui) {
  const LabState& state = lab.state();
  if (!state.runs[0].used || newest_step(state) == 0) return;
  const float gap = ui.theme.space.s;
  if (!state.cursor.live && state.cursor.step < newest_step(state)) {
    const ButtonLook back{ButtonKind::kQuiet, Icon::kUndo};
    ui.flow(button_width(ui, tr("ui.timeline.go_back"), back), gap);
    if (button(ui, "go_back", tr("ui.timeline.go_back"), back, tr("ui.timeline.go_back_help")))
      for (int run = 0; run < shown_runs(state); ++run) ui.push(GoBack{run, state.cursor.step});
  }
  const ButtonLook save{ButtonKind::kQuiet, Icon::kDownload};
  ui.flow(button_width(ui, tr("ui.timeline.save"), save), gap);
  if (button(ui, "save", tr("ui.timeline.save"), save, tr("ui.timeline.save_help")))
    ui.push(SaveCheckpoint{state.compare ? state.focus : 0});
}

}  // namespace

void draw_timeline(const Lab& lab, Ui& ui) {
  if (Ui::hidden(lab, "timeline")) return;
  const LabState& state = lab.state();
  const float width = ui.avail();
  draw_track(lab, ui);
  ui.mark(lab, "timeline", ImRect(ImGui::GetItemRectMin(), ImGui::GetItemRectMax()));
  const bool any = !state.runs[0].timeline.snapshots().empty();
  ButtonLook quiet{ButtonKind::kQuiet, Icon::kFirst};
  quiet.enabled = any;
  const auto jump = [&](const char* id, Icon icon, const char* key, int to) {
    quiet.icon = icon;
    ui.flow(ui.target(), 0);
    if (button(ui, id, {}, quiet, tr(key))) ui.push(JumpCursor{to});
  };
  ui.begin_row();
  jump("first", Icon::kFirst, "ui.timeline.first", -2);
  jump("previous", Icon::kPrevious, "ui.timeline.previous", -1);
  quiet.icon = state.cursor.playing ? Icon::kPause : Icon::kPlay;
  ui.flow(ui.target(), 0);
  if (button(ui, "play", {}, quiet, tr(state.cursor.playing ? "ui.timeline.stop" : "ui.timeline.play")))
    ui.push(PlayCursor{!state.cursor.playing});
  jump("next", Icon::kNext, "ui.timeline.next", 1);
  jump("last", Icon::kLast, "ui.timeline.last", 2);
  const std::string text = tr("ui.timeline.step", {count_text(cursor_step(state)), count_text(newest_step(state))});
  const float text_width = std::ceil(ui.measure(ui.soft(), text).x) + 1;
  const float both = text_width + ui.theme.space.m + live_width(lab, ui);
  ui.flow(both <= width ? both : text_width, ui.theme.space.m);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ui.draw_text({at.x, at.y + (ui.target() - ui.measure(ui.soft(), text).y) / 2}, ui.soft(), text, text_width);
  ImGui::Dummy({text_width, ui.target()});
  draw_live(lab, ui);
  draw_file_tools(lab, ui);
}

}  // namespace heed
