// tests: what lessons wait for, on made-up runs.
#include <doctest/doctest.h>

#include "lab/predicate.h"
#include "lab/synthetic.h"

namespace heed {

using namespace synthetic;

namespace {

CheckResult look(const Lab& lab, const char* json, const Answers& answers = {}) {
  const Result<Predicate> predicate = predicate_from_json(Json::parse(json));
  REQUIRE_MESSAGE(predicate.ok(), (predicate.ok() ? "" : predicate.error()));
  return check(*predicate, lab, answers);
}

CheckState state_of(const Lab& lab, const char* json, const Answers& answers = {}) {
  return look(lab, json, answers).state;
}

Lab two_runs() {
  load_strings();
  Lab lab;
  lab.apply(LoadPreset{0, Json{{"model", {{"attention", "none"}}}}, true});
  lab.apply(SetCompare{true, Json{{"model.attention", "additive"}}});
  start(lab, 0, false);
  start(lab, 1);
  return lab;
}

}  // namespace

TEST_SUITE("lessons.predicates") {
  TEST_CASE("steps") {
    Lab lab = two_runs();
    CHECK(state_of(lab, R"({"is": "step", "run": 0, "step": 100})") == CheckState::kOpen);
    lab.receive(0, PhaseChanged{RunPhase::kPaused, 120});
    const CheckResult result = look(lab, R"({"is": "step", "run": 0, "step": 100})");
    CHECK(result.state == CheckState::kPassed);
    CHECK(result.text == "Run A (without attention): step 120 of 100");
  }

  TEST_CASE("scores show the learner's own number; at_step decides for good") {
    Lab lab = two_runs();
    const char* below =
        R"({"is": "score", "run": 0, "split": "test_long", "score": "exact_match", "below": 0.3, "at_step": 100})";
    CHECK(state_of(lab, below) == CheckState::kOpen);
    lab.receive(0, EvaluationReady{evaluation(50, 0.2f, 0.9f, -1)});
    CHECK(state_of(lab, below) == CheckState::kOpen);
    lab.receive(0, EvaluationReady{evaluation(100, 0.5f, 0.03f, -1)});
    CHECK(look(lab, below).text ==
          "Run A (without attention) – exact match on longer inputs: 0.03 at step 100 (wanted: less than 0.30)");
    lab.receive(0, EvaluationReady{evaluation(150, 0.9f, 0.8f, -1)});
    CHECK(state_of(lab, below) == CheckState::kPassed);
    CHECK(state_of(lab, R"({"is": "score", "run": 0, "score": "exact_match", "below": 0.4, "at_step": 100})") ==
          CheckState::kFailed);
    CHECK(state_of(lab, R"({"is": "score", "run": 0, "score": "exact_match", "above": 0.85})") == CheckState::kPassed);
    CHECK_MESSAGE(
        state_of(lab, R"({"is": "score", "run": 0, "score": "alignment_score", "above": -2})") == CheckState::kOpen,
        "a score that does not apply never passes");
  }

  TEST_CASE("exact match by length") {
    Lab lab = two_runs();
    lab.receive(0, EvaluationReady{evaluation(100, 0.5f, 0.1f, -1)});
    const CheckResult result =
        look(lab, R"({"is": "score", "run": 0, "score": "exact_match", "lengths": [3, 4], "above": 0.29})");
    CHECK(result.state == CheckState::kPassed);
    CHECK(result.value == doctest::Approx(0.3));
    CHECK_FALSE(
        predicate_from_json(Json::parse(R"({"is": "score", "score": "loss", "lengths": [3, 4], "above": 0})")).ok());
    CHECK_FALSE(
        predicate_from_json(Json::parse(R"({"is": "score", "score": "exact_match", "lengths": [4, 3], "above": 0})"))
            .ok());
  }

  TEST_CASE("differences are taken at the same step") {
    Lab lab = two_runs();
    const char* more =
        R"({"is": "difference", "more": 1, "less": 0, "score": "exact_match", "above": 0.4, "at_step": 100})";
    lab.receive(1, EvaluationReady{evaluation(100, 0.9f, 0.1f, 0.8f)});
    lab.receive(0, EvaluationReady{evaluation(50, 0.1f, 0, -1)});
    CHECK(state_of(lab, more) == CheckState::kOpen);
    lab.receive(0, EvaluationReady{evaluation(100, 0.3f, 0, -1)});
    const CheckResult result = look(lab, more);
    CHECK(result.state == CheckState::kPassed);
    CHECK(result.value == doctest::Approx(0.6));
    CHECK(state_of(lab, R"({"is": "difference", "score": "exact_match", "above": 0.7, "at_step": 100})") ==
          CheckState::kFailed);
  }

  TEST_CASE("which came first") {
    Lab lab = two_runs();
    const char* looking =
        R"({"is": "came_before", "run": 1, "first": {"score": "alignment_argmax", "above": 0.5}, "then": {"score": "exact_match", "above": 0.5}})";
    const char* answers =
        R"({"is": "came_before", "run": 1, "first": {"score": "exact_match", "above": 0.5}, "then": {"score": "alignment_argmax", "above": 0.5}})";
    CHECK(state_of(lab, looking) == CheckState::kOpen);
    lab.receive(1, EvaluationReady{evaluation(50, 0.1f, 0, 0.8f)});
    lab.receive(1, EvaluationReady{evaluation(100, 0.9f, 0, 0.9f)});
    CHECK(state_of(lab, looking) == CheckState::kPassed);
    CHECK(state_of(lab, answers) == CheckState::kFailed);
    CHECK_FALSE(
        predicate_from_json(Json::parse(R"({"is": "came_before", "first": {"score": "loss"}, "then": 3})")).ok());
  }

  TEST_CASE("pictures") {
    Lab lab = two_runs();
    const char* anti = R"({"is": "picture", "run": 1, "shape": "anti_diagonal", "at_step": 100})";
    lab.receive(1, SnapshotReady{snapshot(0, 0.34f)});
    CHECK(state_of(lab, anti) == CheckState::kOpen);
    CHECK(state_of(lab, R"({"is": "picture", "run": 1, "shape": "even"})") == CheckState::kPassed);
    lab.receive(1, SnapshotReady{snapshot(100, 0.9f)});
    CHECK(state_of(lab, anti) == CheckState::kPassed);
    CHECK(state_of(lab, R"({"is": "picture", "run": 1, "shape": "diagonal", "at_step": 100})") == CheckState::kFailed);
  }

  TEST_CASE("how a run is built, and whether two can be compared") {
    Lab lab = two_runs();
    CHECK(state_of(lab, R"({"is": "built", "run": 0, "path": "model.attention", "value": "none"})") ==
          CheckState::kPassed);
    CHECK(state_of(lab, R"({"is": "built", "run": 1, "path": "model.attention", "value": "none"})") ==
          CheckState::kOpen);
    CHECK(state_of(lab, R"({"is": "comparable"})") == CheckState::kPassed);
    lab.apply(NewSeed{1});
    CHECK(state_of(lab, R"({"is": "comparable"})") == CheckState::kOpen);
  }

  TEST_CASE("cursor, own input, answers") {
    Lab lab = two_runs();
    lab.receive(1, SnapshotReady{snapshot(0, 0.4f)});
    CHECK(state_of(lab, R"({"is": "cursor", "from": 0, "to": 50})") == CheckState::kOpen);
    lab.apply(MoveCursor{20});
    CHECK(state_of(lab, R"({"is": "cursor", "from": 0, "to": 50})") == CheckState::kPassed);

    const char* tried = R"({"is": "tried", "run": 1, "exact": true, "longer_than": 2})";
    lab.apply(TryText{1, "abc"});
    CHECK(state_of(lab, tried) == CheckState::kOpen);
    lab.receive(1, InputTried{lab.state().runs[1].try_request, 0, "", reversal_shot(0.9f)});
    CHECK(state_of(lab, tried) == CheckState::kPassed);
    CHECK(state_of(lab, R"({"is": "tried", "run": 1, "exact": false})") == CheckState::kOpen);
    CHECK(state_of(lab, R"({"is": "tried", "run": 1, "longer_than": 3})") == CheckState::kOpen);
    CHECK(state_of(lab, R"({"is": "tried", "run": 1, "longer_than_training": true})") == CheckState::kOpen);

    CHECK(state_of(lab, R"({"is": "answered", "question": "q"})") == CheckState::kOpen);
    CHECK(state_of(lab, R"({"is": "answered", "question": "q"})", {{"q", "a"}}) == CheckState::kPassed);
    CHECK(state_of(lab, R"({"is": "answered", "question": "q", "choice": "b"})", {{"q", "a"}}) == CheckState::kOpen);
  }
}

}  // namespace heed
