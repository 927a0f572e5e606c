// lab: what a person, a lesson or a link can ask of the lab, as plain data. Panels only push these.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "lab/lab_state.h"

namespace heed {

struct LoadPreset { int run = 0; Json preset; bool start = true; };          ///< into the draft; starts it when asked
struct EditDraft { int run = 0; std::string path; Json value; };             ///< dotted path: "model.attention"
struct BuildRun { int run = 0; };                                            ///< start the draft
struct TrainRun { int run = -1; std::uint64_t until_step = 0; };             ///< -1: every used run
struct PauseRun { int run = -1; };
struct StepRun { int run = -1; int count = 1; };
struct ResetRun { int run = -1; };                                           ///< same preset and seed from step 0
struct NewSeed { int run = -1; };                                            ///< next seed, from step 0
struct ResumeSaved { int run = 0; Bytes checkpoint; };
struct SetCompare { bool on = true; Json second; };                          ///< second: changes to the first's preset ("model.attention": "none"), or null for no attention
struct SetFocus { int run = 0; };
struct MoveCursor { std::uint64_t step = 0; };
struct CursorLive {};
struct PlayCursor { bool on = true; };
struct JumpCursor { int to = 0; };                                           ///< -2 first, -1 previous, 1 next, 2 last snapshot
struct SelectProbe { int probe = 0; };
struct SetLook { Look look = Look::kHeatMap; };
struct ShowTruth { bool on = true; };
struct TryText { int run = -1; std::string text; };
struct GoBack { int run = 0; std::uint64_t step = 0; };                      ///< restore a kept checkpoint
struct SaveCheckpoint { int run = 0; };                                      ///< download
struct CopyLink {};
struct ExportFigure { int run = 0; std::string format; };                    ///< "svg", "csv"
struct SetData { int run = 0; std::string text; };                           ///< the user's pairs
struct DismissNotice { int index = 0; };
struct SetHighlights { std::vector<std::string> ids; };
struct SetHidden { std::vector<std::string> ids; };
struct SetTheme { bool dark = false; };
struct SetLanguage { std::string code; };

using LabCommand = std::variant<LoadPreset, EditDraft, BuildRun, TrainRun, PauseRun, StepRun, ResetRun, NewSeed, ResumeSaved, SetCompare,
                                SetFocus, MoveCursor, CursorLive, PlayCursor, JumpCursor, SelectProbe, SetLook, ShowTruth, TryText, GoBack,
                                SaveCheckpoint, CopyLink, ExportFigure, SetData, DismissNotice, SetHighlights, SetHidden, SetTheme, SetLanguage>;

/// {"do": "train_run", "until_step": 300}: how lessons, links and the page write a command. Unknown names and keys are errors.
Result<LabCommand> lab_command_from_json(const Json& json);

}  // namespace heed
