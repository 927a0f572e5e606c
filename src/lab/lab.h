// lab: applies commands and events to the state; collects what has to be sent to runs and to the page. No ImGui.
#pragma once

#include <array>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "lab/lab_command.h"

namespace heed {

/// To the page: {"kind": "download" | "clipboard" | "link" | "persist" | "announce" | ..., ...} with an optional block
/// of bytes.
struct PageMessage {
  Json json;
  Bytes blob;
};

class Lab {
 public:
  const LabState& state() const { return state_; }
  LabState& mutable_state() { return state_; }

  void apply(const LabCommand& command);
  /// What run number `run` said.
  void receive(int run, Event event);
  /// Advances the timeline animation; true while it plays.
  bool advance(double elapsed_ms);

  std::vector<std::pair<int, Command>> take_run_commands();
  std::vector<PageMessage> take_page_messages();
  /// Grows with every change that can be seen; the page redraws when it differs.
  std::uint64_t revision() const { return revision_; }

  /// The snapshot that the cursor points at for a run; null when there is none.
  const Snapshot* shown_snapshot(int run) const;
  /// The example of that snapshot that the cursor points at; null when there is none.
  const ProbeShot* shown_probe(int run) const;
  /// The fragment that reproduces what is built: "task=reverse&...&compare=model.attention:none&lesson=...".
  std::string link_fragment() const;
  /// Opens a link's fragment: preset, compare, lesson, hidden widgets, language. Errors say what is wrong with the
  /// link.
  Status open_fragment(std::string_view fragment);

  /// Steps at which any shown run has a snapshot, in order: the stops of the timeline's cursor.
  std::vector<std::uint64_t> cursor_stops() const;
  /// How many steps the example has that is shown of the first run; 0 while there is none.
  int moments() const;
  /// What a screen reader is to say now.
  void announce(const std::string& text);

 private:
  struct Applier;
  struct Receiver;

  std::vector<int> shown_runs(int run) const;
  void start(int run, const Json& preset);
  void rebuild_second(const Json& old_first);
  /// Asks the runs on screen to look inside, as the state says at what.
  void look_inside(int run);
  void find_address();
  bool advance_moments(double elapsed_ms);
  void send(int run, Command command) { run_commands_.emplace_back(run, std::move(command)); }
  void post(Json json, Bytes blob = {}) { page_messages_.push_back({std::move(json), std::move(blob)}); }
  void notice(Severity severity, const std::string& text, int run);
  void post_link(bool copy);

  LabState state_;
  std::vector<std::pair<int, Command>> run_commands_;
  std::vector<PageMessage> page_messages_;
  std::uint64_t revision_ = 0;
  int next_request_ = 1;
  std::map<int, int> downloads_;           ///< request number of a checkpoint -> run
  double play_debt_ = 0;                   ///< snapshots that the animation still owes
  double moment_debt_ = 0;                 ///< likewise, steps of an example
  std::array<bool, kMaxRuns> starting_{};  ///< asked to start anew: what still comes from the old run is void
};

/// The figure as a file: the shown attention of a run's probe with its tokens. Empty where the model has no attention.
std::string attention_svg(const Lab& lab, int run);
std::string attention_csv(const Lab& lab, int run);

/// The lab's state in words, for screen readers: task, model, step, scores, and what the attention looks like
/// ("output 'c' looks mostly at input 3 'c' (0.94)"). One string per paragraph, in the state's language.
std::vector<std::string> describe_lab(const LabState& state, const Lab& lab);

}  // namespace heed
