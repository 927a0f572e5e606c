// tests: the lesson player on made-up runs: place, predictions, checks, restoring, progress.
#include "lab/lesson.h"
#include "lab/synthetic.h"
#include "lessons/lesson_fixture.h"

namespace heed {

using namespace fixture;
using namespace synthetic;

namespace {

struct Table {
  Lab lab;
  LessonPlayer player;

  explicit Table(const Json& progress = nullptr) : player(*load_lesson(small_lesson()), progress) {
    load_strings();
    player.enter(lab);
  }
  Json view() {
    player.refresh(lab);
    return player.view(lab);
  }
  bool act(const Json& json) { return player.act(json, lab).ok(); }
  void reach(std::uint64_t step, float exact, float exact_long) {
    lab.receive(0, PhaseChanged{RunPhase::kPaused, step});
    lab.receive(0, EvaluationReady{evaluation(step, exact, exact_long, -1)});
  }
};

}  // namespace

TEST_SUITE("lessons.player") {
  TEST_CASE("from the first step to the last") {
    Table table;
    CHECK(table.lab.state().lesson == "00-small");
    CHECK(table.lab.state().highlights == std::vector<std::string>{"train"});
    CHECK(commands_of<StartRun>(table.lab).size() == 1);
    start(table.lab, 0, false);
    Json view = table.view();
    CHECK(view["kind"] == "lesson_view");
    CHECK(view["section"] == "one");
    CHECK(view["question"]["choices"].size() == 2);
    CHECK(view["question"]["answered"].is_null());
    CHECK(view["can_next"] == false);
    CHECK_FALSE(table.act({{"do", "next"}}));
    REQUIRE(table.act({{"do", "answer"}, {"question", "guess"}, {"choice", "good"}}));
    CHECK(table.view()["can_next"] == true);
    REQUIRE(table.act({{"do", "next"}}));

    view = table.view();
    CHECK(view["step"] == 1);
    CHECK(view["checks"].size() == 2);
    CHECK(view["checks"][0]["state"] == "open");
    CHECK(view["predictions"][0]["answer"] == "Yes.");
    CHECK(view["predictions"][0]["outcome"].is_null());
    CHECK(view["buttons"].size() == 1);
    REQUIRE(table.act({{"do", "press"}, {"button", "train"}}));
    CHECK(commands_of<Play>(table.lab).size() == 1);
    table.reach(100, 0.2f, 0.05f);
    view = table.view();
    CHECK(view["checks"][0]["state"] == "passed");
    CHECK(view["checks"][1]["state"] == "passed");
    CHECK(view["checks"][1]["value"] == doctest::Approx(0.05));
    CHECK(view["predictions"][0]["outcome"]["verdict"] == "otherwise");
    CHECK(view["predictions"][0]["outcome"]["happened"] == "bad");
    CHECK(view["predictions"][0]["outcome"]["text"] == "You predicted: Yes. What happened: No.");
    REQUIRE(table.act({{"do", "next"}}));

    CHECK(table.view()["done"] == false);
    table.lab.receive(0, SnapshotReady{snapshot(10, 0.4f)});
    table.lab.apply(MoveCursor{10});
    CHECK(table.view()["done"] == true);
    table.lab.apply(CursorLive{});
    CHECK_MESSAGE(table.view()["done"] == true, "what was done in passing stays done");
    CHECK_FALSE(table.act({{"do", "next"}}));
  }

  TEST_CASE("a changed set-up fails the checks and offers the way back") {
    Table table;
    start(table.lab, 0, false);
    table.act({{"do", "answer"}, {"question", "guess"}, {"choice", "bad"}});
    table.act({{"do", "next"}});
    table.lab.apply(LoadPreset{0, Json::object(), true});
    start(table.lab);
    const Json view = table.view();
    CHECK(view["checks"][0]["state"] == "failed");
    CHECK(view["buttons"][0]["id"] == "restore");
    CHECK(view["can_next"] == false);
    CHECK(view["can_skip"] == true);
    table.lab.take_run_commands();
    REQUIRE(table.act({{"do", "press"}, {"button", "restore"}}));
    CHECK(commands_of<StartRun>(table.lab).size() == 1);
    start(table.lab, 0, false);
    CHECK(table.view()["buttons"][0]["id"] == "train");
    CHECK(table.view()["checks"][0]["state"] == "open");
  }

  TEST_CASE("skipping is possible and remembered; going back applies nothing again") {
    Table table;
    start(table.lab, 0, false);
    REQUIRE(table.act({{"do", "skip"}}));
    Json view = table.view();
    CHECK(view["steps"][0]["state"] == "skipped");
    CHECK(view["steps"][1]["state"] == "current");
    CHECK(view["steps"][2]["state"] == "ahead");
    CHECK_FALSE(table.act({{"do", "go"}, {"step", "three"}}));
    table.lab.take_run_commands();
    REQUIRE(table.act({{"do", "back"}}));
    CHECK(commands_of<StartRun>(table.lab).empty());
    CHECK_FALSE(table.act({{"do", "back"}}));
    REQUIRE(table.act({{"do", "go"}, {"step", "two"}}));
  }

  TEST_CASE("acts that make no sense are refused") {
    Table table;
    CHECK(table.player.act(Json{{"do", "nxt"}}, table.lab).error() == "unknown act 'nxt'; did you mean 'next'?");
    CHECK_FALSE(table.act({{"do", "press"}, {"button", "restore"}}));
    CHECK_FALSE(table.act({{"do", "answer"}, {"question", "guess"}, {"choice", "maybe"}}));
    CHECK_FALSE(table.act({{"do", "answer"}, {"question", "other"}, {"choice", "good"}}));
    CHECK_FALSE(table.act(Json(3)));
    CHECK_FALSE(table.act(Json{{"do", Json::array()}}));
  }

  TEST_CASE("a prediction is fixed once the result is there") {
    Table table;
    start(table.lab, 0, false);
    table.act({{"do", "answer"}, {"question", "guess"}, {"choice", "bad"}});
    table.reach(100, 0.2f, 0.05f);
    CHECK(table.view()["question"]["outcome"]["verdict"] == "as_predicted");
    CHECK_FALSE(table.act({{"do", "answer"}, {"question", "guess"}, {"choice", "good"}}));
  }

  TEST_CASE("leaving and coming back finds the same place; foreign progress is ignored") {
    Table table;
    start(table.lab, 0, false);
    table.act({{"do", "answer"}, {"question", "guess"}, {"choice", "bad"}});
    table.reach(100, 0.2f, 0.05f);
    table.act({{"do", "next"}});
    const Json progress = table.view()["progress"];
    CHECK(progress["step"] == "two");

    Table again(progress);
    CHECK(again.view()["step"] == 1);
    CHECK(again.player.answers().at("guess") == "bad");
    CHECK(again.view()["predictions"][0]["outcome"]["verdict"] == "as_predicted");
    CHECK_MESSAGE(commands_of<StartRun>(again.lab).empty(), "nothing is done again");
    CHECK_MESSAGE(again.view()["buttons"][0]["id"] == "restore", "the runs are gone: the way back is offered");

    for (const char* text : {R"({"slug": "99-other", "step": "two"})", R"({"slug": "00-small", "step": "gone"})",
                             R"([])", R"("x")", R"({"slug": "00-small", "step": 3, "answers": 4, "skipped": {}})"}) {
      CHECK(Table(Json::parse(text)).view()["step"] == 0);
    }
    Table odd(Json::parse(
        R"({"slug": "00-small", "step": "two", "answers": {"guess": "maybe", "x": 1}, "skipped": [3, "one"]})"));
    CHECK(odd.player.answers().empty());
  }

  TEST_CASE("restart forgets everything") {
    Table table;
    table.act({{"do", "answer"}, {"question", "guess"}, {"choice", "bad"}});
    table.act({{"do", "next"}});
    REQUIRE(table.act({{"do", "restart"}}));
    CHECK(table.view()["step"] == 0);
    CHECK(table.player.answers().empty());
  }

  TEST_CASE("the view is sent when it changed, in the lab's language") {
    Table table;
    CHECK(table.player.refresh(table.lab));
    CHECK_FALSE(table.player.refresh(table.lab));
    table.lab.apply(SelectProbe{1});
    CHECK_FALSE(table.player.refresh(table.lab));
    table.lab.apply(SetLanguage{"fr"});
    CHECK(table.player.refresh(table.lab));
    CHECK(table.view()["question"]["choices"][0]["label"] == "Oui.");
    table.lab.apply(SetLanguage{"de"});
    CHECK(table.view()["language"] == "en");
  }
}

}  // namespace heed
