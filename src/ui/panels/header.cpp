// ui/panels: the bar at the top, and the summary under it.
#include <algorithm>
#include <cmath>

#include "lab/describe.h"
#include "lab/preset_change.h"
#include "lab/strings.h"
#include "ui/panels/panels.h"
#include "ui/widgets/controls.h"

namespace heed {
namespace {

struct Stat {
  std::string label, value;
};

/// The newest step; while an earlier moment is on show that one as well, since all pictures are of it.
Stat step_stat(const LabState& state) {
  const std::string newest = count_text(newest_step(state));
  if (state.cursor.live || state.cursor.step >= newest_step(state)) return {tr("ui.header.step"), newest};
  return {tr("ui.header.seen_step"), count_text(state.cursor.step) + " / " + newest};
}

std::vector<Stat> collect_stats(const LabState& state) {
  const RunView& run = state.runs[static_cast<std::size_t>(state.compare ? state.focus : 0)];
  std::vector<Stat> stats{step_stat(state)};
  float rate = 0;
  for (int i = 0; i < shown_runs(state); ++i) rate += state.runs[static_cast<std::size_t>(i)].steps_per_second;
  if (rate > 0) stats.push_back({tr("ui.header.rate"), number_text(static_cast<double>(rate), rate < 10 ? 1 : 0)});
  if (!run.backend.empty()) stats.push_back({tr("ui.header.backend"), backend_name(run.backend)});
  return stats;
}

/// Right-aligned pairs of caption and number; those that do not fit are left to the text mirror, the step always shows.
void draw_stats(Ui& ui, const std::vector<Stat>& stats, float right, float left, float middle) {
  float x = right;
  const TextLook caption = ui.caption(), number = ui.number();
  std::vector<float> places;
  std::size_t fit = 0;
  for (const Stat& stat : stats) {
    const float width = ui.measure(caption, stat.label).x + ui.theme.space.s + ui.measure(number, stat.value).x;
    const float next = x - width - (fit ? ui.theme.space.l : 0);
    if (next < left) break;
    x = next;
    places.push_back(width);
    ++fit;
  }
  for (std::size_t i = 0; i < fit; ++i) {
    const Stat& stat = stats[i];
    const ImVec2 label = ui.measure(caption, stat.label), value = ui.measure(number, stat.value);
    ui.draw_text({x, middle - label.y / 2}, caption, stat.label, label.x);
    ui.draw_text({x + label.x + ui.theme.space.s, middle - value.y / 2}, number, stat.value, value.x);
    x += places[i] + ui.theme.space.l;
  }
}

std::string seed_label(const LabState& state) {
  const Json& preset = state.runs[0].preset;
  return tr("ui.header.seed", {preset.is_object() && preset.contains("seed") ? preset.at("seed").dump() : "0"});
}

float bar_side(const Ui& ui) {
  return ui.viewport.width < ui.theme.layout.one_column ? ui.theme.space.m : ui.theme.space.l + ui.theme.space.xs;
}

float train_width(const Ui& ui) {
  const ButtonLook look{ButtonKind::kPrimary, Icon::kPlay};
  return std::max(button_width(ui, tr("ui.header.train"), look), button_width(ui, tr("ui.header.pause"), look));
}

/// What the bar has room for: words beside the icons, and the seed (which goes to the summary otherwise).
struct BarFit {
  bool words, seed;
};

BarFit fit_bar(const LabState& state, const Ui& ui) {
  const ButtonLook look{ButtonKind::kQuiet, Icon::kStep};
  const float gap = ui.theme.space.xs, seed = button_width(ui, seed_label(state), look) + gap;
  const Stat step = step_stat(state);
  const float stat = ui.measure(ui.caption(), step.label).x + ui.theme.space.s + ui.measure(ui.number(), step.value).x;
  const float room = ui.viewport.width - 2 * bar_side(ui) - stat - ui.theme.space.l - train_width(ui);
  const float words =
      button_width(ui, tr("ui.header.one_step"), look) + button_width(ui, tr("ui.header.reset"), look) + 2 * gap;
  if (words + seed <= room) return {true, true};
  return {false, 2 * (ui.target() + gap) + seed <= room};
}

void seed_control(const Lab& lab, Ui& ui) {
  const LabState& state = lab.state();
  ButtonLook look{ButtonKind::kQuiet, Icon::kSeed};
  look.enabled = state.runs[0].used;
  const std::string label = seed_label(state);
  ui.flow(button_width(ui, label, look), ui.theme.space.xs);
  if (button(ui, "seed", label, look, tr("ui.header.seed_help"))) ui.push(NewSeed{-1});
  ui.mark(lab, "seed", ImRect(ImGui::GetItemRectMin(), ImGui::GetItemRectMax()));
}

void train_controls(const Lab& lab, Ui& ui, bool words) {
  const LabState& state = lab.state();
  const bool training = any_training(state);
  ButtonLook main{ButtonKind::kPrimary, training ? Icon::kPause : Icon::kPlay};
  main.width = train_width(ui);
  if (!Ui::hidden(lab, "train")) {
    ui.flow(main.width, 0);
    if (button(ui, "train", training ? tr("ui.header.pause") : tr("ui.header.train"), main,
               tr(training ? "ui.header.pause_help" : "ui.header.train_help"))) {
      if (training) {
        ui.push(PauseRun{-1});
      } else {
        ui.push(TrainRun{-1, 0});
      }
    }
    ui.mark(lab, "train", ImRect(ImGui::GetItemRectMin(), ImGui::GetItemRectMax()));
  }
  ButtonLook quiet{ButtonKind::kQuiet, Icon::kStep};
  quiet.enabled = !training;
  const auto aside = [&](const char* id, const std::string& label, const std::string& help) {
    const std::string shown = words ? label : std::string();
    ui.flow(button_width(ui, shown, quiet), ui.theme.space.xs);
    const bool pressed = button(ui, id, shown, quiet, words ? help : label + ": " + help);
    ui.mark(lab, id, ImRect(ImGui::GetItemRectMin(), ImGui::GetItemRectMax()));
    return pressed;
  };
  if (!Ui::hidden(lab, "step") && aside("step", tr("ui.header.one_step"), tr("ui.header.one_step_help")))
    ui.push(StepRun{-1, 1});
  quiet.icon = Icon::kReset;
  quiet.enabled = newest_step(state) > 0;
  if (!Ui::hidden(lab, "reset") && aside("reset", tr("ui.header.reset"), tr("ui.header.reset_help")))
    ui.push(ResetRun{-1});
}

}  // namespace

void draw_header(const Lab& lab, Ui& ui) {
  const Theme& theme = ui.theme;
  const BarFit fit = fit_bar(lab.state(), ui);
  const float side = bar_side(ui), pad = theme.space.s + 2;
  ui.header_height = ui.target() + 2 * pad;
  ui.layer(2);
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled({0, 0}, {ui.viewport.width, ui.header_height}, theme.colours.surface);
  list->AddLine({0, ui.header_height - 0.5f}, {ui.viewport.width, ui.header_height - 0.5f}, theme.colours.border,
                theme.line.hair);
  ui.layer(3);
  ui.begin_column({side, pad}, ui.viewport.width - 2 * side);
  ui.begin_row();
  train_controls(lab, ui, fit.words);
  if (fit.seed && !Ui::hidden(lab, "seed")) seed_control(lab, ui);
  ui.end_column();
  const float used = ImGui::GetItemRectMax().x + theme.space.l;
  draw_stats(ui, collect_stats(lab.state()), ui.viewport.width - side, used, pad + ui.target() / 2);
  // Clicks that miss the controls must not reach what scrolls by underneath.
  ui.move_to({0, 0});
  ImGui::PushItemFlag(ImGuiItemFlags_NoNav, true);
  ImGui::PushItemFlag(ImGuiItemFlags_NoTabStop, true);
  ImGui::InvisibleButton("header_ground", {ui.viewport.width, ui.header_height});
  ImGui::PopItemFlag();
  ImGui::PopItemFlag();
  ui.layer(1);
}

namespace {

/// Encoder, attention, size and seed of what runs, in one line.
std::string model_line(const LabState& state) {
  const RunView& run = state.runs[0];
  const auto slot = [&](const char* path) {
    const Json key = preset_value(run.preset, path);
    return key.is_string() ? part_label(path, key.get<std::string>()) : std::string();
  };
  const std::string size = run.parameter_count > 0 ? count_text(run.parameter_count) : std::string();
  const std::string attention = slot("model.attention"), cell = slot("model.encoder");
  const bool named = cell.empty() || slot("model.decoder").empty();
  const std::string name = named ? slot("model") : cell;
  if (state.compare) return tr("ui.header.two_runs", {name});
  if (attention.empty()) return size.empty() ? name : tr("ui.header.model_named", {name, size});
  return tr(size.empty() ? "ui.header.model_unmeasured" : "ui.header.model",
            {name, attention, size});
}

void summary_tools(const Lab& lab, Ui& ui, bool build_button) {
  const Theme& theme = ui.theme;
  const LabState& state = lab.state();
  ui.begin_row();
  if (build_button && !Ui::hidden(lab, "model")) {
    const ButtonLook look{ButtonKind::kPlain, ui.memory.build_open ? Icon::kChevronDown : Icon::kChevronRight, 0, true,
                          ui.memory.build_open};
    ui.flow(button_width(ui, tr("ui.build.unfold"), look), 0);
    if (button(ui, "build", tr("ui.build.unfold"), look, tr("ui.build.unfold_help")))
      ui.memory.build_open = !ui.memory.build_open;
    const ImRect box(ImGui::GetItemRectMin(), ImGui::GetItemRectMax());
    for (const char* id : {"model", "task", "model.attention", "optimiser"})
      if (!ui.memory.build_open) ui.mark(lab, id, box);
  }
  if (!Ui::hidden(lab, "compare")) {
    const std::string compare = tr("ui.header.compare");
    ui.flow(toggle_width(ui, compare), theme.space.l);
    if (toggle(ui, "compare", compare, state.compare, tr("ui.header.compare_help")))
      ui.push(SetCompare{!state.compare, Json()});
    ui.mark(lab, "compare", ImRect(ImGui::GetItemRectMin(), ImGui::GetItemRectMax()));
  }
  if (!Ui::hidden(lab, "link")) {
    const ButtonLook look{ButtonKind::kQuiet, Icon::kLink};
    ui.flow(button_width(ui, tr("ui.header.copy_link"), look), theme.space.s);
    if (button(ui, "link", tr("ui.header.copy_link"), look, tr("ui.header.copy_link_help"))) ui.push(CopyLink{});
    ui.mark(lab, "link", ImRect(ImGui::GetItemRectMin(), ImGui::GetItemRectMax()));
  }
}

float tools_width(const Ui& ui, bool build_button) {
  const float build =
      build_button
          ? button_width(ui, tr("ui.build.unfold"), {ButtonKind::kPlain, Icon::kChevronRight}) + ui.theme.space.l
          : 0;
  return build + toggle_width(ui, tr("ui.header.compare")) + ui.theme.space.s +
         button_width(ui, tr("ui.header.copy_link"), {ButtonKind::kQuiet, Icon::kLink}) + 1;
}

}  // namespace

void draw_summary(const Lab& lab, Ui& ui, bool build_button) {
  const LabState& state = lab.state();
  const Theme& theme = ui.theme;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float whole = ui.avail(), tools = tools_width(ui, build_button);
  const bool below_words = whole - tools < 220;
  ui.begin_column(at, below_words ? whole : whole - tools - theme.space.l);
  const Json task = preset_value(state.runs[0].preset, "task");
  const std::string title =
      task.is_string() ? part_label("task", task.get<std::string>()) : tr("ui.header.nothing_built");
  ui.paragraph(ui.look(Face::kStrong, theme.type.title, theme.colours.ink), title);
  ui.gap(theme.space.hair);
  if (task.is_string()) ui.paragraph(ui.soft(), model_line(state));
  const float words_end = ui.end_column();

  const float tools_top =
      below_words ? words_end + theme.space.s : std::max(at.y, (at.y + words_end - ui.target()) / 2);
  ui.begin_column({below_words ? at.x : at.x + whole - tools, tools_top}, below_words ? whole : tools);
  summary_tools(lab, ui, build_button);
  if (!fit_bar(state, ui).seed && !Ui::hidden(lab, "seed")) seed_control(lab, ui);
  const float tools_end = ui.end_column();
  ui.move_to(at);
  ImGui::Dummy({whole, std::max(words_end, tools_end) - at.y});
}

}  // namespace heed
