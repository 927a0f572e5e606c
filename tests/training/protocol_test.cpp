// training: every command and event survives the way there and back; what does not fit is refused with words.
#include "training/protocol.h"

#include <doctest/doctest.h>

#include "base/rng.h"

using namespace heed;

namespace {

ProbeShot some_shot() {
  ProbeShot shot;
  shot.source = {"a", "é", "\""};
  shot.target = {"b", "<end>"};
  shot.forced = {"b", "<end>"};
  shot.decoded = {"b"};
  shot.chances = {0.75f};
  shot.truth = {{0, 2}, {}};
  shot.exact = true;
  shot.taps = {{"decoder.alignment", Shape{2, 3}, {0.1f, 0.2f, 0.7f, 1e-30f, 0, 1}}, {"scalar", Shape{}, {3}}};
  return shot;
}

Evaluation some_evaluation() {
  Evaluation evaluation;
  evaluation.step = 12345678901ull;
  evaluation.test = {0.25f, 0.5f, 0.75f, 0.8f, 0.9f, 1.0f, 0.3f, 128};
  evaluation.exact_match_by_length = {-1, 0.5f, 1};
  return evaluation;
}

std::vector<Command> commands() {
  return {StartRun{{{"task", "reverse"}}, "le chat\tthe cat\n"},
          ResumeRun{{1, 2, 3, 4, 5}, "a\tb"},
          Play{500},
          Pause{},
          StepOnce{3},
          TryInput{7, "naïve \"text\"\n"},
          TakeCheckpoint{9},
          RestoreStep{40},
          SetLearningRate{0.003f},
          EvaluateNow{64},
          SnapshotTaken{},
          Generate{5, "once", 30, {0.5f, 3, 0.9f, 7}},
          LookInside{3, 2, "abc"},
          MeasureCost{4, 32},
          ChooseBackend{"webgpu"},
          ProfileStep{6},
          FindAddress{8, 2, 1, {0.5f, 1}, {1}, {0.25f, 0.75f}, {0, 0, 1}, 2, 0.5f, 3, true, 4},
          CheckData{10, {{"type", "pairs"}}, "le chat\tthe cat\n"},
          ScoreTraining{32}};
}

LookedInside some_look() {
  LookedInside seen;
  seen.request = 3;
  seen.step = 77;
  seen.source = {"a", "b", "c"};
  seen.target = {"c", "<end>"};
  seen.chosen = {"c", "b"};
  seen.targets = 2;
  seen.asked = {0, 1};
  seen.truth = {{2}, {}};
  seen.maps = {{"attention", false, {0.1f, 0.2f, 0.7f, 0, 1, 0}}, {"erasure", true, {-1, 0, 2, 0.5f, 0, 1e-20f}}};
  seen.agreement = {1, 0.25f, 0.25f, 1};
  seen.loss_gradient = {0.5f, 0.25f, 1};
  seen.completeness_gap = 0.01f;
  seen.largest_change = 2;
  return seen;
}

CostMeasured some_cost() {
  const CostPoint point{8, 1000, 2000, 12, 4096, 8192, 1000, 0.25f};
  return {4, 32, {{"self_attention", {point, point}}, {"rnn", {point}}}, {"model", {point}}};
}

std::vector<Event> events() {
  RunStarted started;
  started.preset = {{"seed", 3}};
  started.step = 4;
  started.parameter_count = 9000;
  started.backend = "cpu";
  started.taps = {"decoder.alignment", "decoder.states"};
  started.alignment_tap = "decoder.alignment";
  started.head_names = {"layer 1, head 1", "layer 1, head 2"};
  started.answer = "next";
  started.example_source = "dafc";
  started.hops = started.sentences = true;
  started.examples = {{"probe", "a b. c?"}, {"moved_twice", "d."}};
  started.max_source_length = 10;
  started.max_source_length_long = 20;
  started.resumed = true;
  return {started,
          PhaseChanged{RunPhase::kStopped, 17},
          MetricsReady{{{1, 2.5f, 0.25f, 0.5f, 0.01f}, {2, 2.25f, 0.5f, 0.25f, 0.02f}}, 123.5f, 7.25},
          EvaluationReady{some_evaluation()},
          SnapshotReady{{99, {some_shot(), some_shot()}}},
          InputTried{3, 99, "", some_shot(), {"misspelt_word", {"kichen", "kitchen"}, 4, 10, "did you mean kitchen?"}},
          CheckpointReady{4, 100, {0, 255, 7}},
          MarkAdded{5, "learning rate 0.1 -> 0.2", "rate", {"0.1", "0.2"}},
          WentBack{6},
          Notice{Severity::kError, "not_finite", "what happened", {"one"}},
          TextWritten{5, 12, "", {"o", "n"}, {"c", "e"}, {0.5f, 0.25f}, "once"},
          some_look(),
          some_cost(),
          BackendChosen{7, "auto", "webgpu", "faster", "", "a GPU", 9.75, 3.125, "because", {"64x64/8x8", true, "2026-11-21"}},
          StepProfiled{6, "webgpu", "a GPU", "", true, 3.5, 1e6, {{"matmul (8,8)", 4, 1.5f}, {"adam", 1, 0.25f}}},
          AddressFound{8, "", {1}, {0.5f, 0.5f}, {0.25f, 0.75f}, {0.5f, 0.5f}, {1, 0}, {0.5f}, {0, 1}},
          DataChecked{10, "line 1: one side only"},
          TrainingScored{40, some_evaluation().test}};
}

Message again(const Message& message, const Command&) {
  const auto decoded = decode_command(message.json, message.blob);
  REQUIRE_MESSAGE(decoded.ok(), (decoded.ok() ? "" : decoded.error()));
  return encode(*decoded);
}
Message again(const Message& message, const Event&) {
  const auto decoded = decode_event(message.json, message.blob);
  REQUIRE_MESSAGE(decoded.ok(), (decoded.ok() ? "" : decoded.error()));
  return encode(*decoded);
}

template <class Value>
void check_round_trips(const std::vector<Value>& values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    CHECK(values[i].index() == i);  // none is forgotten, in the order of the type
    const Message message = encode(values[i]);
    CAPTURE(message.json);
    const Message second = again(message, values[i]);
    CHECK(second.json == message.json);
    CHECK(second.blob == message.blob);
  }
  CHECK(values.size() == std::variant_size_v<Value>);
}

/// Every value in the JSON, one at a time, replaced by something that does not belong there.
template <class Decode>
void check_wrong_values(const Message& message, Decode decode) {
  const Json json = Json::parse(message.json);
  const Json leaves = json.flatten();
  for (const auto& [pointer, unused] : leaves.items()) {
    for (const Json& wrong :
         {Json(-5), Json(1.5), Json("x"), Json::array({1}), Json::object(), Json(true), Json(1e300)}) {
      Json changed = json;
      changed[Json::json_pointer(pointer)] = wrong;
      const auto result = decode(changed.dump(), message.blob);
      if (!result.ok()) CHECK(!result.error().empty());
    }
    Json shorter = json;
    const auto at = Json::json_pointer(pointer);
    if (shorter[at.parent_pointer()].is_object()) {
      shorter[at.parent_pointer()].erase(at.back());
      const auto result = decode(shorter.dump(), message.blob);
      CHECK(result.ok() == (pointer.starts_with("/preset/") || pointer.starts_with("/task/")));  // what is inside a preset is not the codec's business
    }
  }
}

template <class Decode>
void check_damage(const Message& message, Decode decode, int rounds) {
  Random random(5, Purpose::kTest);
  for (int round = 0; round < rounds; ++round) {
    std::string json = message.json;
    Bytes blob = message.blob;
    for (int change = random.between(1, 4); change > 0; --change) {
      const auto at = static_cast<std::size_t>(random.below(static_cast<int>(json.size())));
      switch (random.below(4)) {
        case 0:
          json[at] = static_cast<char>(random.below(256));
          break;
        case 1:
          json.erase(at, static_cast<std::size_t>(random.below(8)));
          break;
        case 2:
          json.insert(at, 1, "{}[]\",:019-e"[random.below(12)]);
          break;
        default:
          blob.resize(blob.empty() ? 0 : static_cast<std::size_t>(random.below(static_cast<int>(blob.size()))));
          break;
      }
      if (json.empty()) json = "x";
    }
    const auto result = decode(json, blob);
    if (!result.ok()) CHECK(result.error().size() > 10);
  }
}

}  // namespace

TEST_SUITE("training.protocol") {
  TEST_CASE("every command goes there and back") {
    check_round_trips(commands());
  }

  TEST_CASE("every event goes there and back") {
    check_round_trips(events());
  }

  TEST_CASE("what a message carries arrives") {
    const Message message = encode(Event(SnapshotReady{{99, {some_shot()}}}));
    const auto event = decode_event(message.json, message.blob);
    REQUIRE(event.ok());
    const auto& shot = std::get<SnapshotReady>(*event).snapshot.probes.at(0);
    CHECK(shot.source == std::vector<std::string>{"a", "é", "\""});
    CHECK(shot.truth == std::vector<std::vector<int>>{{0, 2}, {}});
    CHECK(shot.taps.at(0).shape == Shape{2, 3});
    CHECK(shot.taps.at(0).values == std::vector<float>{0.1f, 0.2f, 0.7f, 1e-30f, 0, 1});
    const Message metrics = encode(Event(MetricsReady{{{7, 2.5f, 0.25f, 0.5f, 0.01f}}, 10, 1}));
    const auto ready = decode_event(metrics.json, metrics.blob);
    REQUIRE(ready.ok());
    CHECK(std::get<MetricsReady>(*ready).points.at(0).step == 7);
    CHECK(std::get<MetricsReady>(*ready).points.at(0).learning_rate == 0.01f);
  }

  TEST_CASE("text that is not UTF-8 does not stop the way") {
    const Message message = encode(Command(TryInput{1, "caf\xe9"}));
    CHECK(decode_command(message.json, message.blob).ok());
  }

  TEST_CASE("unknown and unreadable messages are answered with words") {
    CHECK(decode_command("{\"is\":\"dance\"}", {}).error().find("dance") != std::string::npos);
    CHECK(!decode_command("", {}).ok());
    CHECK(!decode_command("[]", {}).ok());
    CHECK(!decode_command("{}", {}).ok());
    CHECK(!decode_event("{\"is\":\"play\",\"until_step\":3}", {}).ok());
    CHECK(!decode_command("{\"is\":\"play\",\"until_step\":-1}", {}).ok());
    CHECK(!decode_command("{\"is\":\"step_once\",\"count\":99999999999}", {}).ok());
    CHECK(!decode_command("{\"is\":\"resume_run\",\"data\":\"\",\"checkpoint\":{\"at\":4,\"bytes\":4}}", {1, 2, 3, 4})
               .ok());
    CHECK(!decode_event("{\"is\":\"phase_changed\",\"phase\":9,\"step\":0}", {}).ok());
  }

  TEST_CASE("wrong values in the place of right ones are refused or read, never worse") {
    for (const Command& command : commands()) check_wrong_values(encode(command), decode_command);
    for (const Event& event : events()) check_wrong_values(encode(event), decode_event);
  }

  TEST_CASE("damaged messages are refused with words, never worse") {
    for (const Command& command : commands()) check_damage(encode(command), decode_command, 300);
    for (const Event& event : events()) check_damage(encode(event), decode_event, 300);
  }
}
