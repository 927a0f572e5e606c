// lab: one function per lab command. What a command asks of a run is only queued here; the run answers with events.
#include "lab/lab.h"

#include <algorithm>

#include "lab/describe.h"
#include "lab/fitting.h"
#include "lab/preset_change.h"
#include "lab/strings.h"
#include "tasks/registry.h"
#include "training/preset.h"

namespace heed {
namespace {

constexpr std::size_t kMaxNotices = 6;
constexpr std::size_t kMaxTryBytes = 16384;

/// What a comparison changes when nobody says: attention is taken away, or added where there is none.
Json attention_switched(const Json& first) {
  // A model without that slot stands beside another one for the same task.
  if (preset_value(first, "model.attention").is_null()) return Json{{"model", other_model(first)}};
  return Json{{"model.attention", preset_value(first, "model.attention") == "none" ? "additive" : "none"}};
}

Json as_changes(const std::vector<Setting>& settings) {
  Json changes = Json::object();
  for (const Setting& setting : settings) {
    const Json value = Json::parse(setting.text, nullptr, false);
    changes[setting.path] = value.is_discarded() ? Json(setting.text) : value;
  }
  return changes;
}

}  // namespace

struct Lab::Applier {
  Lab& lab;
  LabState& state = lab.state_;

  RunView& view(int run) const { return state.runs[static_cast<std::size_t>(std::clamp(run, 0, kMaxRuns - 1))]; }
  void complain(const std::string& text, int run) const { lab.notice(Severity::kWarning, text, run); }

  void operator()(const LoadPreset& c) const {
    const Result<Json> preset = validate_preset(c.preset);
    if (!preset) return complain(preset.error(), c.run);
    view(c.run).draft = *preset;
    if (c.drop_data) view(c.run).data.clear();
    if (c.start) (*this)(BuildRun{c.run});
  }
  void operator()(const EditDraft& c) const {
    RunView& run = view(c.run);
    const Result<Json> changed = preset_with(run.draft.is_null() ? Json::object() : run.draft, c.path, c.value);
    if (!changed) return complain(changed.error(), c.run);
    run.draft = *changed;
    if (fits(run.draft) || (c.path != "task" && c.path != "model")) return;
    // What was chosen stays; what does not belong to it any more gives way.
    const bool task = c.path == "task";
    const std::string slot = task ? "model" : "task", key = task ? fitting_model(run.draft) : fitting_task(run.draft);
    if (key.empty()) return;
    const Result<Json> fitting = preset_with(run.draft, slot, key);
    if (!fitting) return;
    const std::string chosen = part_label(c.path, preset_value(run.draft, c.path).get<std::string>()),
                      old = part_label(slot, preset_value(run.draft, slot).get<std::string>());
    run.draft = *fitting;
    lab.notice(Severity::kInfo,
               tr(task ? "lab.model_switched" : "lab.task_switched", {chosen, old, part_label(slot, key)}), c.run);
  }
  void operator()(const BuildRun& c) const {
    RunView& run = view(c.run);
    const Result<Json> preset = validate_preset(run.draft.is_null() ? Json::object() : run.draft);
    if (!preset) return complain(preset.error(), c.run);
    const Json old = run.preset;
    lab.start(c.run, *preset);
    if (c.run == 0 && state.compare) lab.rebuild_second(old);
    lab.post_link(false);
  }
  void operator()(const TrainRun& c) const {
    for (int run : lab.shown_runs(c.run)) {
      if (!view(run).used) (*this)(BuildRun{run});
      if (c.until_step == 0 || view(run).step < c.until_step) lab.send(run, Play{c.until_step});
    }
    (*this)(CursorLive{});
  }
  void operator()(const PauseRun& c) const {
    for (int run : lab.shown_runs(c.run)) {
      if (view(run).used) lab.send(run, Pause{});
    }
  }
  void operator()(const StepRun& c) const {
    for (int run : lab.shown_runs(c.run)) {
      if (!view(run).used) (*this)(BuildRun{run});
      lab.send(run, StepOnce{std::max(1, c.count)});
    }
    (*this)(CursorLive{});
  }
  void operator()(const ResetRun& c) const {
    for (int run : lab.shown_runs(c.run)) {
      if (view(run).used) lab.start(run, Json(view(run).preset));
    }
  }
  void operator()(const NewSeed& c) const {
    const Json& first = view(std::max(0, c.run)).preset;
    if (first.is_null()) return;
    const Json seed = first.value("seed", Json(0)).get<std::int64_t>() + 1;
    for (int run : lab.shown_runs(c.run)) {
      if (!view(run).used) continue;
      const Result<Json> preset = preset_with(view(run).preset, "seed", seed);
      if (!preset) return complain(preset.error(), run);
      view(run).draft = *preset;
      lab.start(run, *preset);
    }
    lab.post_link(false);
  }
  void operator()(const ResumeSaved& c) const {
    const std::string data = c.data;
    view(c.run) = RunView();
    view(c.run).used = true;
    view(c.run).data = data;
    if (c.run == 1) state.compare = true;
    lab.starting_[static_cast<std::size_t>(std::clamp(c.run, 0, kMaxRuns - 1))] = true;
    lab.send(c.run, ResumeRun{c.checkpoint, data, state.backend});
  }
  void operator()(const SetCompare& c) const {
    if (!c.on) {
      if (state.compare && view(1).used) lab.send(1, Pause{});
      state.compare = false;
      state.focus = 0;
      return lab.post_link(false);
    }
    if (!view(0).used) (*this)(BuildRun{0});
    const Result<Json> second =
        preset_with_all(view(0).preset, c.second.is_object() ? c.second : attention_switched(view(0).preset));
    if (!second) return complain(second.error(), 1);
    state.compare = true;
    if (!view(1).used || view(1).preset != *second) {
      view(1).draft = *second;
      view(1).data = view(0).data;
      lab.start(1, *second);
    }
    lab.post_link(false);
  }
  void operator()(const SetFocus& c) const { state.focus = state.compare ? std::clamp(c.run, 0, kMaxRuns - 1) : 0; }
  void operator()(const MoveCursor& c) const {
    state.cursor.live = state.cursor.playing = false;
    state.cursor.step = c.step;
  }
  void operator()(const CursorLive&) const {
    state.cursor.live = true;
    state.cursor.playing = false;
  }
  void operator()(const PlayCursor& c) const {
    const std::vector<std::uint64_t> stops = lab.cursor_stops();
    state.cursor.playing = c.on && stops.size() > 1;
    lab.play_debt_ = 0;
    if (!state.cursor.playing) return;
    if (state.cursor.live || state.cursor.step >= stops.back()) state.cursor.step = stops.front();
    state.cursor.live = false;
  }
  void operator()(const JumpCursor& c) const {
    const std::vector<std::uint64_t> stops = lab.cursor_stops();
    if (stops.empty()) return;
    const std::uint64_t now = state.cursor.live ? stops.back() : state.cursor.step;
    if (c.to == -2) (*this)(MoveCursor{stops.front()});
    if (c.to == -1) {
      const auto at = std::lower_bound(stops.begin(), stops.end(), now);
      (*this)(MoveCursor{at == stops.begin() ? stops.front() : *(at - 1)});
    }
    if (c.to == 1) {
      const auto at = std::upper_bound(stops.begin(), stops.end(), now);
      (*this)(MoveCursor{at == stops.end() ? stops.back() : *at});
    }
    if (c.to == 2) (*this)(CursorLive{});
  }
  void operator()(const SelectProbe& c) const {
    state.cursor.probe = std::max(0, c.probe);
    if (state.inside_asked && !state.inside_own) lab.look_inside(-1);
  }
  void operator()(const ShowHead& c) const { state.head = std::max(kAllHeads, c.head); }
  void operator()(const LookInto& c) const {
    state.inside_asked = true;
    state.inside_own = c.own && !view(0).try_text.empty();
    lab.look_inside(c.run);
  }
  void operator()(const MeasureCosts& c) const {
    RunView& shown = view(c.run);
    if (!shown.used) return;
    shown.cost_request = lab.next_request_++;
    shown.cost_pending = true;
    lab.send(std::clamp(c.run, 0, kMaxRuns - 1), MeasureCost{shown.cost_request});
  }
  void operator()(const ShowMoment& c) const {
    state.moment = std::max(0, c.time);
    state.moments_play = false;
  }
  void operator()(const PlayMoments& c) const {
    state.moments_play = c.on && lab.moments() > 1;
    lab.moment_debt_ = 0;
    if (state.moments_play && state.moment >= lab.moments() - 1) state.moment = 0;
  }
  void operator()(const SetAddressing& c) const {
    state.addressing.inputs = c.inputs;
    lab.find_address();
  }
  void operator()(const OpenAddressing& c) const { state.addressing.open = c.on; }
  void operator()(const SetLook& c) const { state.look = c.look; }
  void operator()(const ShowTruth& c) const { state.show_truth = c.on; }
  void operator()(const TryText& c) const {
    if (c.text.size() > kMaxTryBytes) return complain(tr("lab.try_too_long"), c.run);
    for (int run : lab.shown_runs(c.run)) {
      RunView& shown = view(run);
      if (!shown.used) continue;
      shown.try_text = c.text;
      shown.try_request = lab.next_request_++;
      shown.try_pending = true;
      lab.send(run, TryInput{shown.try_request, c.text});
    }
    if (c.text.empty()) state.inside_own = false;
    if (state.inside_asked && state.inside_own) lab.look_inside(c.run);
  }
  void operator()(const WriteOn& c) const {
    RunView& shown = view(c.run);
    if (!shown.used) return;
    shown.write_request = lab.next_request_++;
    shown.write_pending = true;
    lab.send(std::clamp(c.run, 0, kMaxRuns - 1), Generate{shown.write_request, c.text, c.length, c.sampling});
  }
  void operator()(const GoBack& c) const {
    if (view(c.run).used) lab.send(c.run, RestoreStep{c.step});
  }
  void operator()(const SaveCheckpoint& c) const {
    if (!view(c.run).used) return complain(tr("lab.nothing_to_save"), c.run);
    lab.downloads_[lab.next_request_] = c.run;
    lab.send(c.run, TakeCheckpoint{lab.next_request_++});
  }
  void operator()(const ComputeOn& c) const {
    state.backend = c.backend;
    for (int run = 0; run < kMaxRuns; ++run) {
      if (view(run).used) lab.send(run, ChooseBackend{c.backend});
    }
    lab.post({{"kind", "backend"}, {"backend", c.backend}});
  }
  void operator()(const ProfileRun& c) const {
    RunView& shown = view(c.run);
    if (!shown.used) return;
    shown.profile_request = lab.next_request_++;
    shown.profile_pending = true;
    lab.send(std::clamp(c.run, 0, kMaxRuns - 1), ProfileStep{shown.profile_request});
  }
  void operator()(const CopyLink&) const { lab.post_link(true); }
  void operator()(const ExportFigure& c) const {
    const bool svg = c.format == "svg";
    const std::string text = svg ? attention_svg(lab, c.run) : attention_csv(lab, c.run);
    if (text.empty()) return complain(tr("lab.nothing_to_export"), c.run);
    const Snapshot* shown = lab.shown_snapshot(c.run);
    const std::string name = "heed-attention-step-" + std::to_string(shown ? shown->step : 0) + (svg ? ".svg" : ".csv");
    lab.post({{"kind", "download"}, {"name", name}, {"type", svg ? "image/svg+xml" : "text/csv"}},
             Bytes(text.begin(), text.end()));
  }
  void operator()(const SetData& c) const {
    RunView& run = view(c.run);
    const Json type = preset_value(run.draft, "task");
    const bool fits = type.is_string() && takes_data(type.get_ref<const std::string&>());
    run.offered = {lab.next_request_++, fits ? run.draft["task"] : Json{{"type", "pairs"}}, c.text};
    lab.send(std::clamp(c.run, 0, kMaxRuns - 1), CheckData(run.offered));
  }
  void operator()(const DismissNotice& c) const {
    if (c.index >= 0 && c.index < static_cast<int>(state.notices.size()))
      state.notices.erase(state.notices.begin() + c.index);
  }
  void operator()(const SetHighlights& c) const { state.highlights = c.ids; }
  void operator()(const SetHidden& c) const { state.hidden = c.ids; }
  void operator()(const SetTheme& c) const { state.dark = c.dark; }
  void operator()(const SetLanguage& c) const {
    state.language = c.code;
    lab.post({{"kind", "language"}, {"code", c.code}});
  }
};

void Lab::apply(const LabCommand& command) {
  ++revision_;
  std::visit(Applier{*this}, command);
}

void Lab::look_inside(int run) {
  for (int shown : shown_runs(run)) {
    RunView& view = state_.runs[static_cast<std::size_t>(shown)];
    if (!view.used) continue;
    view.inside_request = next_request_++;
    view.inside_pending = true;
    send(shown, LookInside{view.inside_request, state_.cursor.probe, state_.inside_own ? view.try_text : std::string()});
  }
}

void Lab::find_address() {
  AddressState& figure = state_.addressing;
  figure.changed = figure.pending;
  if (figure.pending) return;  // asked again when the answer is there
  figure.asked = address_question(figure.inputs);
  figure.asked.request = next_request_++;
  figure.pending = true;
  send(0, FindAddress(figure.asked));
}

std::vector<int> Lab::shown_runs(int run) const {
  if (run >= 0) return {std::min(run, kMaxRuns - 1)};
  return state_.compare ? std::vector<int>{0, 1} : std::vector<int>{0};
}

void Lab::start(int run, const Json& preset) {
  RunView& view = state_.runs[static_cast<std::size_t>(run)];
  const Json draft = view.draft;
  const std::string data = view.data, try_text = view.try_text;
  const CheckData offered = view.offered;
  view = RunView();
  view.offered = offered;
  view.used = true;
  view.preset = preset;
  view.draft = draft.is_null() ? preset : draft;
  view.data = data;
  view.try_text = try_text;
  if (run == 0) state_.cursor = Cursor{true, 0, false, 1, state_.cursor.probe};
  starting_[static_cast<std::size_t>(run)] = true;
  send(run, StartRun{preset, data, state_.backend});
}

/// The first run was built anew: the second follows it, with the same difference as before.
void Lab::rebuild_second(const Json& old_first) {
  RunView& second = state_.runs[1];
  const Json& first = state_.runs[0].preset;
  const bool known = second.used && !old_first.is_null() && !second.preset.is_null();
  const Result<Json> preset =
      preset_with_all(first, known ? as_changes(preset_changes(old_first, second.preset)) : attention_switched(first));
  if (!preset) {
    state_.compare = false;
    return notice(Severity::kWarning, tr("lab.compare_ended", {preset.error()}), 1);
  }
  second.draft = *preset;
  second.data = state_.runs[0].data;
  start(1, *preset);
}

void Lab::notice(Severity severity, const std::string& text, int run) {
  if (!state_.notices.empty() && state_.notices.back().text == text) state_.notices.pop_back();
  state_.notices.push_back({severity, text, std::clamp(run, 0, kMaxRuns - 1)});
  if (state_.notices.size() > kMaxNotices) state_.notices.erase(state_.notices.begin());
  announce(text);
}

void Lab::announce(const std::string& text) {
  post({{"kind", "announce"}, {"text", text}});
}

void Lab::post_link(bool copy) {
  post({{"kind", "link"}, {"fragment", link_fragment()}, {"copy", copy}});
}

std::vector<std::pair<int, Command>> Lab::take_run_commands() {
  return std::exchange(run_commands_, {});
}
std::vector<PageMessage> Lab::take_page_messages() {
  return std::exchange(page_messages_, {});
}

}  // namespace heed
