// tests: lab commands as JSON.
#include <doctest/doctest.h>

#include "lab/lab_command.h"

namespace heed {
namespace {

template <class T>
T read(const char* text) {
  const Result<LabCommand> command = lab_command_from_json(Json::parse(text));
  REQUIRE_MESSAGE(command.ok(), (command.ok() ? "" : command.error()));
  REQUIRE(std::holds_alternative<T>(*command));
  return std::get<T>(*command);
}

std::string problem(const char* text) {
  const Result<LabCommand> command = lab_command_from_json(Json::parse(text));
  REQUIRE_FALSE(command.ok());
  return command.error();
}

}  // namespace

TEST_SUITE("lab.commands") {
  TEST_CASE("commands with their keys and defaults") {
    CHECK(read<TrainRun>(R"({"do": "train_run", "until_step": 300})").until_step == 300);
    CHECK(read<TrainRun>(R"({"do": "train_run"})").run == -1);
    CHECK(read<EditDraft>(R"({"do": "edit_draft", "path": "model.attention", "value": "dot"})").value == "dot");
    CHECK(read<LoadPreset>(R"({"do": "load_preset", "preset": {"seed": 3}, "start": false})").start == false);
    CHECK(read<SetCompare>(R"({"do": "set_compare"})").second.is_null());
    CHECK(read<SetLook>(R"({"do": "set_look", "look": "lines"})").look == Look::kLines);
    CHECK(read<JumpCursor>(R"({"do": "jump_cursor", "to": -2})").to == -2);
    CHECK(read<ComputeOn>(R"({"do": "compute_on", "backend": "webgpu"})").backend == "webgpu");
    CHECK(read<SetHighlights>(R"({"do": "set_highlights", "ids": ["train", "try"]})").ids.size() == 2);
  }

  TEST_CASE("every command is written in snake_case of its struct") {
    for (const char* name : {"build_run", "pause_run", "step_run", "reset_run", "new_seed", "resume_saved", "set_focus",
                             "move_cursor", "cursor_live", "play_cursor", "select_probe", "show_truth", "go_back",
                             "save_checkpoint", "copy_link", "dismiss_notice", "set_theme", "show_head", "look_into",
                             "measure_costs", "profile_run", "open_addressing"}) {
      CHECK_MESSAGE(lab_command_from_json(Json{{"do", name}}).ok(), name);
    }
  }

  TEST_CASE("mistakes are named, with the nearest word") {
    CHECK(problem(R"({"do": "trian_run"})") == "unknown command 'trian_run'; did you mean 'train_run'?");
    CHECK(problem(R"({"do": "train_run", "untl_step": 3})") ==
          "train_run.untl_step: is not a key here; did you mean 'until_step'?");
    CHECK(problem(R"({"do": "train_run", "until_step": -3})") ==
          "train_run.until_step: expected a whole number from 0 to 100000000");
    CHECK(problem(R"({"do": "train_run", "until_step": 2.5})").find("whole number") != std::string::npos);
    CHECK(problem(R"({"do": "edit_draft", "path": "seed"})") == "edit_draft.value: is missing");
    CHECK(problem(R"({"do": "set_look", "look": "line"})") ==
          "set_look.look: unknown value 'line'; did you mean 'lines'?");
    CHECK(problem(R"({"do": "set_highlights", "ids": [1]})") == "set_highlights.ids: expected a list of texts");
    CHECK(problem(R"({"do": 3})").find("a command is an object") == 0);
    CHECK(problem(R"([1, 2])").find("a command is an object") == 0);
    CHECK(problem(R"({"do": "set_focus", "run": 2})") == "set_focus.run: expected a whole number from 0 to 1");
  }
}

}  // namespace heed
