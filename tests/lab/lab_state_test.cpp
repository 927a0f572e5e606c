// tests: what commands and events do to the lab's state.
#include <doctest/doctest.h>

#include "lab/lab_with_runs.h"
#include "lab/preset_change.h"
#include "lab/synthetic.h"

namespace heed {

using namespace synthetic;

TEST_SUITE("lab.state") {
  TEST_CASE("training without a built run builds the default first") {
    Lab lab;
    lab.apply(TrainRun{-1, 100});
    const auto commands = lab.take_run_commands();
    REQUIRE(commands.size() == 2);
    CHECK(std::holds_alternative<StartRun>(commands[0].second));
    CHECK(std::get<Play>(commands[1].second).until_step == 100);
  }

  TEST_CASE("a run that is there already is not sent on") {
    Lab lab;
    lab.apply(LoadPreset{0, Json::object(), true});
    start(lab);
    lab.receive(0, PhaseChanged{RunPhase::kPaused, 600});
    lab.take_run_commands();
    lab.apply(TrainRun{-1, 600});
    CHECK(commands_of<Play>(lab).empty());
    lab.apply(TrainRun{-1, 601});
    CHECK(commands_of<Play>(lab).size() == 1);
  }

  TEST_CASE("a draft changes without touching the run; a bad value is refused with a notice") {
    Lab lab;
    lab.apply(LoadPreset{0, Json::object(), true});
    const Json built = lab.state().runs[0].preset;
    lab.apply(EditDraft{0, "model.attention", "dot"});
    CHECK(preset_value(lab.state().runs[0].draft, "model.attention") == "dot");
    CHECK(lab.state().runs[0].preset == built);
    lab.apply(EditDraft{0, "model.encoder.hidden", -4});
    REQUIRE(lab.state().notices.size() == 1);
    CHECK(lab.state().notices[0].text.find("hidden") != std::string::npos);
    lab.apply(DismissNotice{0});
    CHECK(lab.state().notices.empty());
  }

  TEST_CASE("comparing starts a second run with the same task and seed, without attention by default") {
    Lab lab;
    lab.apply(LoadPreset{0, Json{{"seed", 9}, {"task", {{"type", "reverse"}, {"symbols", 26}}}}, true});
    lab.apply(SetCompare{true, nullptr});
    const RunView& second = lab.state().runs[1];
    CHECK(preset_value(second.preset, "model.attention") == "none");
    CHECK(second.preset["task"] == lab.state().runs[0].preset["task"]);
    CHECK(second.preset["seed"] == 9);
    lab.take_run_commands();
    lab.apply(SetCompare{true, nullptr});
    CHECK_MESSAGE(commands_of<StartRun>(lab).empty(), "it is what was asked for already");
    lab.apply(EditDraft{0, "task.symbols", 12});
    lab.apply(BuildRun{0});
    CHECK(commands_of<StartRun>(lab).size() == 2);
    CHECK(lab.state().runs[1].preset["task"]["symbols"] == 12);
    CHECK(preset_value(lab.state().runs[1].preset, "model.attention") == "none");
    lab.apply(NewSeed{-1});
    CHECK(lab.state().runs[0].preset["seed"] == 10);
    CHECK(lab.state().runs[1].preset["seed"] == 10);
    lab.apply(SetCompare{false, nullptr});
    CHECK_FALSE(lab.state().compare);
    CHECK(commands_of<Pause>(lab).size() == 1);
  }

  TEST_CASE("comparing with a model without attention adds it to the second") {
    Lab lab;
    lab.apply(LoadPreset{0, Json{{"model", {{"attention", "none"}}}}, true});
    lab.apply(SetCompare{true, nullptr});
    CHECK(preset_value(lab.state().runs[1].preset, "model.attention") == "additive");
  }

  TEST_CASE("what the old run still says after a restart is void") {
    Lab lab;
    lab.apply(LoadPreset{0, Json::object(), true});
    start(lab);
    lab.receive(0, EvaluationReady{evaluation(50, 0.5f, 0.1f, 0.3f)});
    CHECK(lab.state().runs[0].timeline.evaluations().size() == 1);
    lab.apply(ResetRun{0});
    lab.receive(0, EvaluationReady{evaluation(60, 0.6f, 0.1f, 0.3f)});
    lab.receive(0, MetricsReady{{MetricPoint{61, 1, 0, 0, 0}}, 10, 1});
    CHECK(lab.state().runs[0].timeline.evaluations().empty());
    CHECK(lab.state().runs[0].step == 0);
    lab.take_run_commands();
    lab.receive(0, SnapshotReady{snapshot(60, 0.9f)});
    CHECK_MESSAGE(commands_of<SnapshotTaken>(lab).size() == 1, "it is acknowledged all the same");
    start(lab);
    lab.receive(0, EvaluationReady{evaluation(0, 0, 0, 0.1f)});
    CHECK(lab.state().runs[0].timeline.evaluations().size() == 1);
  }

  TEST_CASE("a run that cannot be built leaves the lab empty, with the reason") {
    Lab lab;
    lab.apply(LoadPreset{0, Json{{"task", "pairs"}}, true});
    lab.receive(0, Notice{Severity::kError, "bad_data", "There are no pairs yet."});
    CHECK_FALSE(lab.state().runs[0].used);
    CHECK(lab.state().runs[0].last_notice_code == "bad_data");
    REQUIRE(lab.state().notices.size() == 1);
  }

  TEST_CASE("the cursor stops at snapshots, plays and ends") {
    Lab lab;
    lab.apply(LoadPreset{0, Json::object(), true});
    start(lab);
    for (std::uint64_t step : {0, 10, 20, 40}) lab.receive(0, SnapshotReady{snapshot(step, 0.5f)});
    CHECK(lab.cursor_stops() == std::vector<std::uint64_t>{0, 10, 20, 40});
    REQUIRE(lab.shown_snapshot(0));
    CHECK(lab.shown_snapshot(0)->step == 40);
    lab.apply(MoveCursor{15});
    CHECK(lab.shown_snapshot(0)->step == 10);
    lab.apply(JumpCursor{1});
    CHECK(lab.state().cursor.step == 20);
    lab.apply(JumpCursor{-1});
    CHECK(lab.state().cursor.step == 10);
    lab.apply(JumpCursor{2});
    CHECK(lab.state().cursor.live);
    lab.apply(PlayCursor{true});
    CHECK(lab.state().cursor.step == 0);
    CHECK_FALSE(lab.state().cursor.live);
    CHECK(lab.advance(100));
    CHECK(lab.state().cursor.step == 10);
    CHECK(lab.advance(50));
    CHECK(lab.state().cursor.step == 10);
    CHECK_FALSE(lab.advance(1000));
    CHECK(lab.state().cursor.step == 40);
    CHECK_FALSE(lab.state().cursor.playing);
  }

  TEST_CASE("two runs share the cursor") {
    Lab lab;
    lab.apply(LoadPreset{0, Json::object(), true});
    lab.apply(SetCompare{true, nullptr});
    start(lab, 0);
    start(lab, 1, false);
    lab.receive(0, SnapshotReady{snapshot(0, 0.4f)});
    lab.receive(0, SnapshotReady{snapshot(30, 0.4f)});
    lab.receive(1, SnapshotReady{snapshot(20, 0.4f)});
    CHECK(lab.cursor_stops() == std::vector<std::uint64_t>{0, 20, 30});
    lab.apply(MoveCursor{25});
    CHECK(lab.shown_snapshot(0)->step == 0);
    CHECK(lab.shown_snapshot(1)->step == 20);
    lab.apply(MoveCursor{5});
    CHECK(lab.shown_snapshot(1) == nullptr);
  }

  TEST_CASE("going back forgets what came after") {
    Lab lab;
    lab.apply(LoadPreset{0, Json::object(), true});
    start(lab);
    lab.receive(0, SnapshotReady{snapshot(10, 0.4f)});
    lab.receive(0, SnapshotReady{snapshot(50, 0.9f)});
    lab.receive(0, WentBack{20});
    CHECK(lab.cursor_stops() == std::vector<std::uint64_t>{10});
    CHECK(lab.state().runs[0].step == 20);
  }

  TEST_CASE("only the answer to the last input counts, and it is announced") {
    load_strings();
    Lab lab;
    lab.apply(LoadPreset{0, Json::object(), true});
    start(lab);
    lab.apply(TryText{-1, "ab"});
    lab.apply(TryText{-1, "abc"});
    const auto asked = commands_of<TryInput>(lab);
    REQUIRE(asked.size() == 2);
    lab.receive(0, InputTried{asked[0].second.request, 0, "", reversal_shot(0.9f)});
    CHECK_FALSE(lab.state().runs[0].has_tried);
    lab.take_page_messages();
    lab.receive(0, InputTried{asked[1].second.request, 0, "", reversal_shot(0.9f)});
    CHECK(lab.state().runs[0].has_tried);
    CHECK_FALSE(lab.state().runs[0].try_pending);
    const auto said = messages_of(lab, "announce");
    REQUIRE(said.size() == 1);
    CHECK(said[0].json["text"] == "Your input: a b c. Output: c b a (exactly right).");
  }

  TEST_CASE("files: checkpoint, picture and table") {
    load_strings();
    Lab lab;
    lab.apply(SaveCheckpoint{0});
    CHECK(lab.state().notices.size() == 1);
    lab.apply(LoadPreset{0, Json::object(), true});
    start(lab);
    lab.apply(SaveCheckpoint{0});
    const auto asked = commands_of<TakeCheckpoint>(lab);
    REQUIRE(asked.size() == 1);
    lab.take_page_messages();
    lab.receive(0, CheckpointReady{asked[0].second.request + 1000, 5, {9}});
    lab.receive(0, CheckpointReady{asked[0].second.request, 5, {1, 2, 3}});
    auto files = messages_of(lab, "download");
    REQUIRE(files.size() == 1);
    CHECK(files[0].json["name"] == "heed-reverse-step-5.safetensors");
    CHECK(files[0].blob == Bytes{1, 2, 3});

    lab.receive(0, SnapshotReady{snapshot(50, 0.8f)});
    lab.apply(ExportFigure{0, "csv"});
    files = messages_of(lab, "download");
    REQUIRE(files.size() == 1);
    const std::string csv(files[0].blob.begin(), files[0].blob.end());
    CHECK(csv.find("\"step 50\",\"a\",\"b\",\"c\"\r\n\"c\",0.100000,0.100000,0.800000\r\n") == 0);
    const std::string svg = attention_svg(lab, 0);
    CHECK(svg.find("<svg ") == 0);
    CHECK(svg.find("&lt;end&gt; : a 0.800") != std::string::npos);
  }

  TEST_CASE("a saved second run comes back beside the first") {
    Lab lab;
    lab.apply(LoadPreset{0, Json::object(), true});
    lab.apply(ResumeSaved{1, {1, 2, 3}});
    CHECK(lab.state().compare);
    CHECK(commands_of<ResumeRun>(lab).size() == 1);
  }

  TEST_CASE("bad pairs are refused with the line") {
    LabWithRuns page;
    page.apply(SetData{0, "one side only\n"});
    page.settle();
    REQUIRE(page.lab.state().notices.size() == 1);
    CHECK(page.lab.state().notices[0].text.find("1") != std::string::npos);
    CHECK(page.lab.state().runs[0].data.empty());
    CHECK(messages_of(page.lab, "data_refused").size() == 1);
  }

  TEST_CASE("data is taken once an engine has read it; what was offered last counts") {
    Lab lab;
    lab.apply(SetData{0, "a\tb\n"});
    lab.apply(SetData{0, "c\td\n"});
    const auto asked = commands_of<CheckData>(lab);
    REQUIRE(asked.size() == 2);
    lab.receive(0, DataChecked{asked[0].second.request, ""});
    CHECK(lab.state().runs[0].data.empty());
    CHECK(messages_of(lab, "data_taken").empty());
    lab.receive(0, DataChecked{asked[1].second.request, ""});
    CHECK(lab.state().runs[0].data == "c\td\n");
    CHECK(preset_value(lab.state().runs[0].draft, "task") == "pairs");
    CHECK(messages_of(lab, "data_taken").size() == 1);
  }

  TEST_CASE("an engine that died before it had read the data is asked again") {
    Lab lab;
    lab.apply(LoadPreset{0, Json::object(), true});
    lab.apply(SetData{0, "a\tb\n"});
    commands_of<CheckData>(lab);
    start(lab);
    CHECK(commands_of<CheckData>(lab).size() == 1);
  }
}

}  // namespace heed
