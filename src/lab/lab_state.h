// lab: what the lab knows. Plain data, no ImGui, no maths on tensors: panels read it, commands change it, events from
// runs fill it.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "lab/addressing.h"
#include "training/protocol.h"

namespace heed {

/// The lab shows one run, or two side by side (same task and seed, different model).
inline constexpr int kMaxRuns = 2;

/// How one run looks from the page. Filled from its events only.
struct RunView {
  bool used = false;
  Json preset;  ///< as started: with every default; null before
  Json draft;   ///< what the controls show; differs from `preset` until the learner presses "Build"
  RunPhase phase = RunPhase::kEmpty;
  std::uint64_t step = 0;
  std::uint64_t parameter_count = 0;
  std::string backend;    ///< "cpu" or "webgpu"
  BackendChosen chosen;   ///< why; its code is empty where nobody had to choose
  std::string alignment_tap;
  std::vector<std::string> head_names;  ///< of its heads, where it has several
  bool hops = false;       ///< the heads are looks one after the other
  bool sentences = false;  ///< each source position is a sentence
  std::vector<InputExample> examples;  ///< that may be typed
  std::string answer = "sequence";  ///< what the outputs are: "sequence", "label", "each", "next"
  std::string example_source;
  int max_source_length = 0, max_source_length_long = 0;
  float steps_per_second = 0;
  double train_seconds = 0;
  Timeline timeline;  ///< the mirror
  std::string data;   ///< the user's pairs, when the task is "pairs"
  CheckData offered;  ///< what may take its place, once the engine has read it; its request is 0 when nothing waits

  // Try your own input.
  std::string try_text;
  int try_request = 0;
  bool try_pending = false;
  InputTried tried;  ///< the last answer
  bool has_tried = false;

  // A language model writing on.
  int write_request = 0;
  bool write_pending = false;
  TextWritten written;  ///< the last text
  bool has_written = false;

  // Looking inside, and what it costs.
  int inside_request = 0, cost_request = 0;
  bool inside_pending = false, cost_pending = false;
  LookedInside inside;  ///< the last answers
  CostMeasured cost;
  bool has_inside = false, has_cost = false;

  // Where the time of a step goes.
  int profile_request = 0;
  bool profile_pending = false, has_profile = false;
  StepProfiled profile;

  std::string last_notice_code;
};

struct NoticeLine {
  Severity severity;
  std::string text;
  int run;
};

/// Where the learner is on the timeline: shared by both runs so that they are compared at the same step.
struct Cursor {
  bool live = true;        ///< follow the newest snapshot
  std::uint64_t step = 0;  ///< when not live
  bool playing = false;    ///< the animation
  double play_rate = 1;    ///< snapshots per 100 ms
  int probe = 0;           ///< which probe input
};

enum class Look : unsigned char { kHeatMap, kLines };

/// Which head the pictures show, where it is none by its number.
inline constexpr int kAllHeads = -2, kMeanOfHeads = -1;

struct LabState {
  std::array<RunView, kMaxRuns> runs;
  int focus = 0;         ///< the run whose controls are shown
  bool compare = false;  ///< both runs are shown
  Cursor cursor;
  Look look = Look::kHeatMap;
  bool show_truth = true;  ///< mark the true source positions
  int head = kAllHeads;
  int moment = -1;            ///< which step a memory is shown at; negative: none was chosen
  bool moments_play = false;  ///< it moves on by itself
  AddressState addressing;
  bool inside_asked = false;  ///< someone wants to look inside: asked again when the model or the input changes
  bool inside_own = false;    ///< at the user's own input, not at the example
  std::vector<NoticeLine> notices;
  std::vector<std::string> highlights;  ///< widget ids that the lesson points at (lab/widget_ids.h)
  std::vector<std::string> hidden;      ///< widget ids hidden by the link ("hide=...") or by the lesson
  std::string lesson;                   ///< slug of the open lesson; empty without one
  std::string language = "en";
  std::string backend = "auto";  ///< what runs are to compute on: "auto", "cpu", "webgpu". The learner's, not the experiment's
  bool dark = false;
  bool reduced_motion = false;
};

}  // namespace heed
