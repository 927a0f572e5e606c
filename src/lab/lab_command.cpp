// lab: lab commands from JSON. Strict: a lesson or link with a misspelt name or key gets an error that says the nearest
// valid one.
#include "lab/lab_command.h"

#include <cmath>
#include <functional>
#include <map>
#include <set>

#include "base/field.h"
#include "lab/json_reader.h"

namespace heed {
namespace {

using Maker = std::function<LabCommand(JsonReader&)>;

int run_of(JsonReader& r, int fallback) {
  return r.integer("run", fallback, fallback < 0 ? -1 : 0, kMaxRuns - 1);
}

std::uint64_t steps_of(JsonReader& r, const char* key) {
  return static_cast<std::uint64_t>(r.integer(key, 0, 0, 100'000'000));
}

LabCommand load_preset(JsonReader& r) {
  LoadPreset command{run_of(r, 0), r.value("preset"), r.flag("start", true), r.flag("drop_data", false)};
  if (!command.preset.is_object()) r.fail("preset", "expected an object");
  return command;
}

LabCommand set_look(JsonReader& r) {
  return SetLook{r.choice("look", {"heat_map", "lines"}) == "lines" ? Look::kLines : Look::kHeatMap};
}

LabCommand set_addressing(JsonReader& r) {
  AddressInputs in;
  const auto number = [&](const char* key, float& into, float low, float high) {
    const auto value = static_cast<float>(r.real(key).value_or(static_cast<double>(into)));
    if (!(value >= low && value <= high)) r.fail(key, "out of range");
    else into = value;
  };
  number("key_x", in.key_x, -1, 1);
  number("key_y", in.key_y, -1, 1);
  number("strength", in.strength, 0, 100);
  number("gate", in.gate, 0, 1);
  number("shift", in.shift, -kAddressReach, kAddressReach);
  number("sharpening", in.sharpening, 1, 20);
  in.previous = r.integer("previous", in.previous, 1, kAddressRows);
  in.hard = r.flag("hard", in.hard);
  in.rounds = r.integer("rounds", 0, 0, kMostAddressRounds);
  return SetAddressing{in};
}

LabCommand set_compare(JsonReader& r) {
  SetCompare command{r.flag("on", true), r.optional_value("second")};
  if (!command.second.is_null() && !command.second.is_object())
    r.fail("second", "expected an object of changes or null");
  return command;
}

const std::map<std::string, Maker>& makers() {
  static const std::map<std::string, Maker> table = {
      {"load_preset", load_preset},
      {"edit_draft",
       [](JsonReader& r) {
         return EditDraft{run_of(r, 0), r.text("path"), r.value("value")};
       }},
      {"build_run", [](JsonReader& r) { return BuildRun{run_of(r, 0)}; }},
      {"train_run",
       [](JsonReader& r) {
         return TrainRun{run_of(r, -1), steps_of(r, "until_step")};
       }},
      {"pause_run", [](JsonReader& r) { return PauseRun{run_of(r, -1)}; }},
      {"step_run",
       [](JsonReader& r) {
         return StepRun{run_of(r, -1), r.integer("count", 1, 1, 10'000)};
       }},
      {"reset_run", [](JsonReader& r) { return ResetRun{run_of(r, -1)}; }},
      {"new_seed", [](JsonReader& r) { return NewSeed{run_of(r, -1)}; }},
      {"resume_saved",
       [](JsonReader& r) {
         return ResumeSaved{run_of(r, 0), {}, r.text("data", "")};
       }},
      {"set_compare", set_compare},
      {"set_focus", [](JsonReader& r) { return SetFocus{run_of(r, 0)}; }},
      {"move_cursor", [](JsonReader& r) { return MoveCursor{steps_of(r, "step")}; }},
      {"cursor_live", [](JsonReader&) { return CursorLive{}; }},
      {"play_cursor", [](JsonReader& r) { return PlayCursor{r.flag("on", true)}; }},
      {"jump_cursor", [](JsonReader& r) { return JumpCursor{r.integer("to", 0, -2, 2)}; }},
      {"select_probe", [](JsonReader& r) { return SelectProbe{r.integer("probe", 0, 0, 63)}; }},
      {"set_look", set_look},
      {"show_truth", [](JsonReader& r) { return ShowTruth{r.flag("on", true)}; }},
      {"try_text",
       [](JsonReader& r) {
         return TryText{run_of(r, -1), r.text("text")};
       }},
      {"write_on",
       [](JsonReader& r) {
         WriteOn c{run_of(r, 0), r.text("text", ""), r.integer("length", 120, 1, 2000), {}};
         c.sampling.temperature = static_cast<float>(r.real("temperature").value_or(1));
         c.sampling.top_k = r.integer("top_k", 0, 0, 100000);
         c.sampling.top_p = static_cast<float>(r.real("top_p").value_or(1));
         c.sampling.seed = static_cast<std::uint64_t>(r.integer("seed", 1, 0, 1000000000));
         return c;
       }},
      {"show_head", [](JsonReader& r) { return ShowHead{r.integer("head", kAllHeads, kAllHeads, 63)}; }},
      {"look_into",
       [](JsonReader& r) {
         return LookInto{run_of(r, -1), r.flag("own", false)};
       }},
      {"measure_costs", [](JsonReader& r) { return MeasureCosts{run_of(r, 0)}; }},
      {"compute_on", [](JsonReader& r) { return ComputeOn{r.choice("backend", {"auto", "cpu", "webgpu"})}; }},
      {"profile_run", [](JsonReader& r) { return ProfileRun{run_of(r, 0)}; }},
      {"show_moment", [](JsonReader& r) { return ShowMoment{r.integer("time", 0, 0, 4096)}; }},
      {"play_moments", [](JsonReader& r) { return PlayMoments{r.flag("on", true)}; }},
      {"set_addressing", set_addressing},
      {"open_addressing", [](JsonReader& r) { return OpenAddressing{r.flag("on", true)}; }},
      {"go_back",
       [](JsonReader& r) {
         return GoBack{run_of(r, 0), steps_of(r, "step")};
       }},
      {"save_checkpoint", [](JsonReader& r) { return SaveCheckpoint{run_of(r, 0)}; }},
      {"copy_link", [](JsonReader&) { return CopyLink{}; }},
      {"export_figure",
       [](JsonReader& r) {
         return ExportFigure{run_of(r, 0), r.choice("format", {"svg", "csv"})};
       }},
      {"set_data",
       [](JsonReader& r) {
         return SetData{run_of(r, 0), r.text("text")};
       }},
      {"dismiss_notice", [](JsonReader& r) { return DismissNotice{r.integer("index", 0, 0, 1000)}; }},
      {"set_highlights", [](JsonReader& r) { return SetHighlights{r.texts("ids")}; }},
      {"set_hidden", [](JsonReader& r) { return SetHidden{r.texts("ids")}; }},
      {"set_theme", [](JsonReader& r) { return SetTheme{r.flag("dark", false)}; }},
      {"set_language", [](JsonReader& r) { return SetLanguage{r.text("code")}; }},
  };
  return table;
}

}  // namespace

Result<LabCommand> lab_command_from_json(const Json& json) {
  if (!json.is_object() || !json.contains("do") || !json["do"].is_string()) {
    return Error{"a command is an object like {\"do\": \"train_run\", \"until_step\": 300}"};
  }
  const std::string name = json["do"].get<std::string>();
  const auto found = makers().find(name);
  if (found == makers().end()) {
    std::vector<std::string> names;
    for (const auto& [key, make] : makers()) names.push_back(key);
    return Error{unknown_word("command", name, names)};
  }
  JsonReader reader(json, name);
  reader.text("do");
  LabCommand command = found->second(reader);
  if (const std::string problem = reader.problem(); !problem.empty()) return Error{problem};
  return command;
}

}  // namespace heed
