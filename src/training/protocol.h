// training: everything that is said to a run and everything that it says, as plain data in two closed types. The same
// commands drive the native tool in process, the tests, the lessons and, as messages, the worker of the page.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/json.h"
#include "tasks/task.h"
#include "training/address_figure.h"
#include "training/findings.h"
#include "training/kernel_choice.h"
#include "training/sampling.h"
#include "training/timeline.h"

namespace heed {

using Bytes = std::vector<std::uint8_t>;

// ---- commands
// ----------------------------------------------------------------------------------------------------------------

/// A new run from a preset (validated by the run). `data`: the user's pairs, for the task "pairs". Replaces what was
/// there.
///
/// `backend`: "cpu", "webgpu", or "auto": whichever is faster for it. How a run is computed is no part of what it is: links
/// and presets do not hold it.
struct StartRun {
  Json preset;
  std::string data;
  std::string backend = "auto";
};
/// A run from a checkpoint; goes on exactly where it was. `data`: the user's pairs, where they were too large to be
/// stored inside.
struct ResumeRun {
  Bytes checkpoint;
  std::string data;
  std::string backend = "auto";
};
/// Train until `until_step` (0: until the preset's number of steps, or without end once that is passed).
struct Play {
  std::uint64_t until_step = 0;
};
struct Pause {};
struct StepOnce {
  int count = 1;
};
/// Decode what the user typed; answered by InputTried with the same number.
struct TryInput {
  int request = 0;
  std::string text;
};
/// Answered by CheckpointReady with the same number.
struct TakeCheckpoint {
  int request = 0;
};
/// Back to the latest kept checkpoint at or before `step`; the timeline after it is forgotten.
struct RestoreStep {
  std::uint64_t step = 0;
};
/// Change the learning rate from now on; recorded on the timeline.
struct SetLearningRate {
  float rate = 0;
};
/// Evaluate now, on this many examples per split.
struct EvaluateNow {
  int examples = 256;
};
/// Scores on this many of the examples that it is trained on, from the first; answered by TrainingScored. The timeline does not keep it.
struct ScoreTraining {
  int examples = 256;
};
/// A language model writes on from `prompt` (empty: from the start of a sentence), `length` tokens; answered by
/// TextWritten with the same number. While training goes on, the weights change as it writes.
struct Generate {
  int request = 0;
  std::string prompt;
  int length = 200;
  Sampling sampling;
};
/// Answered by LookedInside with the same number: at the input `text`, or where that is empty at the example that
/// pictures show as number `probe`.
struct LookInside {
  int request = 0;
  int probe = 0;
  std::string text;
};
/// Answered by CostMeasured with the same number; `width` of the layers that are compared.
struct MeasureCost {
  int request = 0;
  int width = 64;
};
/// The page has taken the last snapshot; the next may be sent.
struct SnapshotTaken {};
/// Computes on another backend from now on, as in StartRun; nothing else of the run changes. Answered by BackendChosen.
struct ChooseBackend {
  std::string backend = "auto";
};
/// Where the time of a training step goes, kernel by kernel, on scratch copies. Answered by StepProfiled.
struct ProfileStep {
  int request = 0;
};

/// Whether the task of this description learns from the user's `data`: answered by DataChecked with the same number. Needs no run.
struct CheckData {
  int request = 0;
  Json task;
  std::string data;
};

using Command = std::variant<StartRun, ResumeRun, Play, Pause, StepOnce, TryInput, TakeCheckpoint, RestoreStep,
                             SetLearningRate, EvaluateNow, SnapshotTaken, Generate,
                             LookInside, MeasureCost, ChooseBackend, ProfileStep, FindAddress, CheckData, ScoreTraining>;

// ---- events
// ------------------------------------------------------------------------------------------------------------------

enum class RunPhase : unsigned char { kEmpty, kPaused, kTraining, kStopped };

struct RunStarted {
  Json preset;  ///< with every default
  std::uint64_t step = 0;
  std::uint64_t parameter_count = 0;
  std::string backend;  ///< that it begins with: BackendChosen says when another one takes over
  std::vector<std::string> taps;
  std::string alignment_tap;   ///< empty: the model has no attention
  std::vector<std::string> head_names;  ///< of the tap's heads; empty for one
  std::string input_tap;       ///< what saliency is taken with respect to
  std::string answer;          ///< the task's form: "sequence", "label", "each", "next"
  bool hops = false;           ///< the heads are looks one after the other
  bool sentences = false;      ///< each source position is a sentence (a fact)
  std::string example_source;  ///< text that may be typed into "try your own"
  std::vector<InputExample> examples;  ///< more of them, each with a title
  int max_source_length = 0, max_source_length_long = 0;
  bool resumed = false;
};
struct PhaseChanged {
  RunPhase phase = RunPhase::kEmpty;
  std::uint64_t step = 0;
};
/// Points since the last such event, at most about 30 times a second.
struct MetricsReady {
  std::vector<MetricPoint> points;
  float steps_per_second = 0;
  double train_seconds = 0;  ///< time spent in training steps so far
};
struct EvaluationReady {
  Evaluation evaluation;
};
/// How well a run does on what it is trained on.
struct TrainingScored {
  std::uint64_t step = 0;
  Scores scores;
};
struct SnapshotReady {
  Snapshot snapshot;
};
struct InputTried {
  int request = 0;
  std::uint64_t step = 0;
  std::string error;  ///< not empty: the text could not be read, and why
  ProbeShot shot;     ///< target empty where no truth is known; then the taps' rows follow `decoded` and its end mark
  InputFault fault;   ///< the error, with its place in the text, where the task can tell
};
struct TextWritten {
  int request = 0;
  std::uint64_t step = 0;
  std::string error;                        ///< not empty: nothing was written, and why
  std::vector<std::string> prompt, pieces;  ///< the tokens read and written
  std::vector<float> chances;               ///< of each piece written, at temperature 1
  std::string text;                         ///< all of it
};
struct CheckpointReady {
  int request = 0;
  std::uint64_t step = 0;
  Bytes bytes;
};
struct MarkAdded {
  std::uint64_t step = 0;
  std::string text;                 ///< English
  std::string code;                 ///< stable, for translation: "rate", "moved", "gpu_lost", "restored"
  std::vector<std::string> values;  ///< what goes into the translation's places
};
/// The run went back: entries after `step` are void.
struct WentBack {
  std::uint64_t step = 0;
};
enum class Severity : unsigned char { kInfo, kWarning, kError };
/// Something for people to read: what happened and what to do. An error means that the run stopped.
struct Notice {
  Severity severity = Severity::kInfo;
  std::string code;  ///< stable, for translation and tests: "not_finite", "bad_preset", "bad_checkpoint", ...
  std::string text;  ///< English
  std::vector<std::string> values;  ///< what goes into the translation's places
};

/// What the run computes on from now on, and why.
struct BackendChosen {
  std::uint64_t step = 0;
  std::string wish, backend;  ///< "auto", "cpu" or "webgpu"; never "auto" for `backend`
  /// Stable, for translation and tests. Still to be decided: "opening", "timing". Decided: "asked", "faster" (both were
  /// timed), "refused" (no device), "late" (it did not open in time), "fallback" (the GPU is a program), "unsupported"
  /// (`detail`: the op), "too_large" and "lost" (`detail`: why).
  std::string code;
  std::string detail;
  std::string device;               ///< the GPU's name, where one is known
  double cpu_ms = 0, webgpu_ms = 0;  ///< a training step; 0 where it was not timed
  std::string reason;               ///< all of this as an English sentence
  KernelChoice kernels;             ///< of the device, where one is known
};
/// The calls of one kernel on one shape.
struct KernelShare {
  std::string label;  ///< "matmul (64,32)"
  int calls = 0;      ///< in one step
  float ms = 0;       ///< of all these calls together
};
struct StepProfiled {
  int request = 0;
  std::string backend, device;
  std::string error;  ///< not empty: there is no profile, and why
  bool has_clock = false;  ///< false: the kernels are listed, but the device cannot tell their times
  double step_ms = 0;      ///< of a whole step, as it is run in training
  double memory_bytes = 0;
  std::vector<KernelShare> kernels;  ///< the most expensive first
};

struct DataChecked {
  int request = 0;
  std::string error;  ///< empty: it does
};

using Event = std::variant<RunStarted, PhaseChanged, MetricsReady, EvaluationReady, SnapshotReady, InputTried,
                           CheckpointReady, MarkAdded, WentBack, Notice, TextWritten,
                           LookedInside, CostMeasured, BackendChosen, StepProfiled, AddressFound, DataChecked, TrainingScored>;

// ---- as messages
// -------------------------------------------------------------------------------------------------------------

/// JSON text plus one block of bytes; arrays of numbers and checkpoints lie in the block, the JSON holds their offsets.
struct Message {
  std::string json;
  Bytes blob;
};

Message encode(const Command& command);
Message encode(const Event& event);
Result<Command> decode_command(const std::string& json, const Bytes& blob);
Result<Event> decode_event(const std::string& json, const Bytes& blob);

}  // namespace heed
