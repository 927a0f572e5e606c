// lab: what runs say, taken into the state; and the cursor on their timelines.
#include <algorithm>

#include "lab/describe.h"
#include "lab/lab.h"
#include "lab/preset_change.h"
#include "lab/strings.h"

namespace heed {
namespace {

constexpr double kMomentMs = 320;  ///< a step of an example, when they play

}  // namespace

struct Lab::Receiver {
  Lab& lab;
  int run;
  RunView& view = lab.state_.runs[static_cast<std::size_t>(run)];

  bool void_events() const { return lab.starting_[static_cast<std::size_t>(run)]; }

  void operator()(RunStarted& e) const {
    lab.starting_[static_cast<std::size_t>(run)] = false;
    view.used = true;
    view.preset = e.preset;
    if (view.draft.is_null() || e.resumed) view.draft = e.preset;
    view.phase = RunPhase::kPaused;
    view.step = e.step;
    view.parameter_count = e.parameter_count;
    view.backend = e.backend;
    view.chosen = BackendChosen();
    view.has_profile = view.profile_pending = false;
    view.alignment_tap = e.alignment_tap;
    view.head_names = e.head_names;
    view.hops = e.hops;
    view.sentences = e.sentences;
    view.examples = e.examples;
    view.answer = e.answer;
    view.example_source = e.example_source;
    view.max_source_length = e.max_source_length;
    view.max_source_length_long = e.max_source_length_long;
    view.timeline.clear();
    view.has_tried = view.try_pending = view.has_written = view.write_pending = view.has_inside = view.inside_pending = view.has_cost = view.cost_pending = false;
    view.steps_per_second = 0;
    view.train_seconds = 0;
    if (run == 0 && lab.state_.addressing.pending) {  // an engine that died took the question with it
      lab.state_.addressing.pending = false;
      lab.find_address();
    }
    if (view.offered.request != 0) lab.send(run, CheckData(view.offered));  // likewise
    if (e.resumed) lab.post_link(false);
    if (lab.state_.inside_asked) lab.look_inside(run);
    lab.announce(tr("announce.built", {run_name(lab.state_, run), describe_preset(e.preset)}));
  }
  void operator()(PhaseChanged& e) const {
    if (void_events()) return;
    const bool rests = view.phase == RunPhase::kTraining && e.phase != RunPhase::kTraining;
    view.phase = e.phase;
    view.step = e.step;
    if (e.phase != RunPhase::kTraining) view.steps_per_second = 0;
    if (rests) lab.announce(announcement_at_rest(lab.state_, run));
    if (rests && lab.state_.inside_asked) lab.look_inside(run);
  }
  void operator()(MetricsReady& e) const {
    if (void_events()) return;
    for (const MetricPoint& point : e.points) {
      view.timeline.add(point);
      view.step = std::max(view.step, point.step);
    }
    view.steps_per_second = e.steps_per_second;
    view.train_seconds = e.train_seconds;
  }
  void operator()(EvaluationReady& e) const {
    if (!void_events()) view.timeline.add(std::move(e.evaluation));
  }
  void operator()(TrainingScored&) const {}  // asked for by the native tool alone
  void operator()(SnapshotReady& e) const {
    if (!void_events()) view.timeline.add(std::move(e.snapshot));
    lab.send(run, SnapshotTaken{});
  }
  void operator()(InputTried& e) const {
    if (e.request != view.try_request) return;  // an answer to what was typed before
    view.try_pending = false;
    view.has_tried = true;
    view.tried = std::move(e);
    lab.announce(describe_tried(lab.state_, run));
  }
  void operator()(LookedInside& e) const {
    if (e.request != view.inside_request) return;
    view.inside_pending = false;
    view.has_inside = true;
    view.inside = std::move(e);
  }
  void operator()(CostMeasured& e) const {
    if (e.request != view.cost_request) return;
    view.cost_pending = false;
    view.has_cost = true;
    view.cost = std::move(e);
  }
  void operator()(AddressFound& e) const {
    AddressState& figure = lab.state_.addressing;
    if (e.request != figure.asked.request) return;
    figure.pending = false;
    figure.has_found = e.error.empty();
    figure.found = std::move(e);
    if (figure.changed) lab.find_address();
  }
  void operator()(DataChecked& e) const {
    if (e.request != view.offered.request) return;  // something else was offered since
    const CheckData offered = std::exchange(view.offered, CheckData());
    if (!e.error.empty()) {
      lab.post({{"kind", "data_refused"}, {"run", run}, {"text", e.error}});  // for the dialog that the text came from
      return lab.notice(Severity::kWarning, e.error, run);
    }
    view.data = offered.data;
    if (const Json key = offered.task.at("type"); preset_value(view.draft, "task") != key) lab.apply(EditDraft{run, "task", key});
    lab.post({{"kind", "data_taken"}, {"run", run}});
  }
  void operator()(BackendChosen& e) const {
    if (void_events()) return;
    const bool other = view.backend != e.backend;
    view.backend = e.backend;
    view.chosen = std::move(e);
    if (other) view.has_profile = false;
    if (other) lab.announce(describe_backend(lab.state_, run));
  }
  void operator()(StepProfiled& e) const {
    if (e.request != view.profile_request) return;
    view.profile_pending = false;
    view.has_profile = true;
    view.profile = std::move(e);
    for (const std::string& sentence : describe_profile(view)) lab.announce(sentence);
  }
  void operator()(TextWritten& e) const {
    if (e.request != view.write_request) return;
    view.write_pending = false;
    view.has_written = true;
    view.written = std::move(e);
    lab.announce(view.written.error.empty() ? view.written.text : view.written.error);
  }
  void operator()(CheckpointReady& e) const {
    const auto wanted = lab.downloads_.find(e.request);
    if (wanted == lab.downloads_.end()) return;
    lab.downloads_.erase(wanted);
    const std::string task =
        view.preset.is_object() && view.preset.contains("task") ? view.preset["task"].value("type", "run") : "run";
    lab.post({{"kind", "download"},
              {"name", "heed-" + task + "-step-" + std::to_string(e.step) + ".safetensors"},
              {"type", "application/octet-stream"}},
             std::move(e.bytes));
  }
  void operator()(MarkAdded& e) const {
    if (!void_events()) view.timeline.add_mark(e.step, std::move(e.text), std::move(e.code), std::move(e.values));
  }
  void operator()(WentBack& e) const {
    if (void_events()) return;
    view.timeline.truncate_after(e.step);
    view.step = e.step;
    view.has_tried = view.try_pending = false;
  }
  void operator()(Notice& e) const {
    view.last_notice_code = e.code;
    if (e.severity == Severity::kError && void_events()) {  // what was asked for could not be built
      lab.starting_[static_cast<std::size_t>(run)] = false;
      view.used = false;
      view.preset = nullptr;
    }
    const std::string key = "notice." + e.code;
    lab.notice(e.severity, &tr_or(key, e.text) == &e.text ? e.text : tr(key, e.values), run);
  }
};

void Lab::receive(int run, Event event) {
  if (run < 0 || run >= kMaxRuns) return;
  ++revision_;
  std::visit(Receiver{*this, run}, event);
}

std::vector<std::uint64_t> Lab::cursor_stops() const {
  std::vector<std::uint64_t> stops;
  for (int run : shown_runs(-1)) {
    for (const Snapshot& snapshot : state_.runs[static_cast<std::size_t>(run)].timeline.snapshots())
      stops.push_back(snapshot.step);
  }
  std::sort(stops.begin(), stops.end());
  stops.erase(std::unique(stops.begin(), stops.end()), stops.end());
  return stops;
}

int Lab::moments() const {
  const ProbeShot* shot = shown_probe(0);
  return shot ? static_cast<int>(shot->source.size()) : 0;
}

bool Lab::advance_moments(double elapsed_ms) {
  if (!state_.moments_play) return false;
  moment_debt_ += std::clamp(elapsed_ms, 0.0, 1000.0) / kMomentMs;
  while (moment_debt_ >= 1 && state_.moments_play) {
    moment_debt_ -= 1;
    state_.moment = std::max(0, state_.moment + 1);
    if (state_.moment >= moments() - 1) state_.moments_play = false;
    ++revision_;
  }
  return state_.moments_play;
}

bool Lab::advance(double elapsed_ms) {
  const bool moments = advance_moments(elapsed_ms);
  Cursor& cursor = state_.cursor;
  if (!cursor.playing) return moments;
  const std::vector<std::uint64_t> stops = cursor_stops();
  play_debt_ += std::clamp(elapsed_ms, 0.0, 1000.0) / 100.0 * cursor.play_rate;
  while (play_debt_ >= 1 && cursor.playing) {
    play_debt_ -= 1;
    const auto next = std::upper_bound(stops.begin(), stops.end(), cursor.step);
    if (next == stops.end()) {
      cursor.playing = false;
    } else {
      cursor.step = *next;
    }
    ++revision_;
  }
  return cursor.playing || moments;
}

const Snapshot* Lab::shown_snapshot(int run) const {
  if (run < 0 || run >= kMaxRuns) return nullptr;
  const Timeline& timeline = state_.runs[static_cast<std::size_t>(run)].timeline;
  if (timeline.snapshots().empty()) return nullptr;
  if (state_.cursor.live) return &timeline.snapshots().back();
  const int index = timeline.snapshot_at(state_.cursor.step);
  return index < 0 ? nullptr : &timeline.snapshots()[static_cast<std::size_t>(index)];
}

const ProbeShot* Lab::shown_probe(int run) const {
  const Snapshot* snapshot = shown_snapshot(run);
  if (!snapshot || snapshot->probes.empty()) return nullptr;
  const auto last = static_cast<int>(snapshot->probes.size()) - 1;
  return &snapshot->probes[static_cast<std::size_t>(std::clamp(state_.cursor.probe, 0, last))];
}

}  // namespace heed
