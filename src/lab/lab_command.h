// lab: what a person, a lesson or a link can ask of the lab, as plain data. Panels only push these.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "lab/lab_state.h"

namespace heed {

/// Puts a preset into the draft; starts it when asked. `drop_data`: what was typed as data for the run before does not go with it.
struct LoadPreset {
  int run = 0;
  Json preset;
  bool start = true;
  bool drop_data = false;
};
/// Changes one value of the draft; `path` is dotted: "model.attention".
struct EditDraft {
  int run = 0;
  std::string path;
  Json value;
};
/// Starts the draft.
struct BuildRun {
  int run = 0;
};
/// run -1: every run on the screen. until_step 0: as many steps as the preset plans.
struct TrainRun {
  int run = -1;
  std::uint64_t until_step = 0;
};
struct PauseRun {
  int run = -1;
};
struct StepRun {
  int run = -1;
  int count = 1;
};
/// The same preset and seed again, from step 0.
struct ResetRun {
  int run = -1;
};
/// The next seed, from step 0.
struct NewSeed {
  int run = -1;
};
/// From JSON the bytes are empty: who receives the message puts its block there.
struct ResumeSaved {
  int run = 0;
  Bytes checkpoint;
  std::string data = {};  ///< the user's, where the run learned from it
};
/// `second`: changes to the first's preset, {"model.attention": "none"}; null takes attention away, or adds it where
/// there is none.
struct SetCompare {
  bool on = true;
  Json second;
};
struct SetFocus {
  int run = 0;
};
struct MoveCursor {
  std::uint64_t step = 0;
};
struct CursorLive {};
struct PlayCursor {
  bool on = true;
};
/// -2 first, -1 previous, 1 next, 2 newest snapshot.
struct JumpCursor {
  int to = 0;
};
struct SelectProbe {
  int probe = 0;
};
struct SetLook {
  Look look = Look::kHeatMap;
};
struct ShowTruth {
  bool on = true;
};
struct TryText {
  int run = -1;
  std::string text;
};
/// One head of the attention by its number, or kAllHeads, kMeanOfHeads.
struct ShowHead {
  int head = kAllHeads;
};
/// Looks inside at the example on the screen, or at the user's own input; from then on again when either changes.
struct LookInto {
  int run = -1;
  bool own = false;
};
/// The memory at this step of the example, from 0 on.
struct ShowMoment {
  int time = 0;
};
struct PlayMoments {
  bool on = true;
};
/// The figure of addressing with these inputs.
struct SetAddressing {
  AddressInputs inputs;
};
/// Opens the figure, or closes it.
struct OpenAddressing {
  bool on = true;
};
struct MeasureCosts {
  int run = 0;
};
/// Restores a kept checkpoint.
struct GoBack {
  int run = 0;
  std::uint64_t step = 0;
};
/// A language model writes on from `text`.
struct WriteOn {
  int run = 0;
  std::string text;
  int length = 120;
  Sampling sampling;
};
/// As a download.
struct SaveCheckpoint {
  int run = 0;
};
/// What runs compute on from now on: "auto", "cpu", "webgpu". Kept by the page, no part of links.
struct ComputeOn {
  std::string backend;
};
/// Where the time of a training step goes.
struct ProfileRun {
  int run = 0;
};
struct CopyLink {};
/// `format`: "svg" or "csv".
struct ExportFigure {
  int run = 0;
  std::string format;
};
/// The user's own pairs, for the task "pairs": an engine reads them first, then the page hears "data_taken" or "data_refused".
struct SetData {
  int run = 0;
  std::string text;
};
struct DismissNotice {
  int index = 0;
};
struct SetHighlights {
  std::vector<std::string> ids;
};
struct SetHidden {
  std::vector<std::string> ids;
};
struct SetTheme {
  bool dark = false;
};
struct SetLanguage {
  std::string code;
};

using LabCommand = std::variant<LoadPreset, EditDraft, BuildRun, TrainRun, PauseRun, StepRun, ResetRun, NewSeed,
                                ResumeSaved, SetCompare, SetFocus, MoveCursor, CursorLive, PlayCursor, JumpCursor,
                                SelectProbe, SetLook, ShowTruth, TryText, GoBack, SaveCheckpoint, CopyLink,
                                ExportFigure, SetData, DismissNotice, SetHighlights, SetHidden, SetTheme, SetLanguage, ShowHead,
                                LookInto, MeasureCosts, WriteOn, ComputeOn, ProfileRun,
                                ShowMoment, PlayMoments, SetAddressing, OpenAddressing>;

/// {"do": "train_run", "until_step": 300}: how lessons, links and the page write a command. Unknown names and keys are
/// errors.
Result<LabCommand> lab_command_from_json(const Json& json);

}  // namespace heed
