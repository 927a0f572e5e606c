// tests: the lessons played to their end with real models in this process, as a patient learner would.
#include <doctest/doctest.h>

#include "lab/lab_with_runs.h"
#include "lab/lesson.h"
#include "lab/synthetic.h"

namespace heed {
namespace {

/// A learner who predicts what the lesson's author expects, presses what the step offers, and does what the checks ask
/// for.
class Learner {
 public:
  explicit Learner(Lesson lesson) : player(std::move(lesson)) {
    player.enter(world.lab);
    world.settle();
  }

  LabWithRuns world;
  LessonPlayer player;

  Json view() {
    player.refresh(world.lab);
    return player.view(world.lab);
  }
  void act(const Json& json) {
    const Status done = player.act(json, world.lab);
    REQUIRE_MESSAGE(done.ok(), (done.ok() ? "" : done.error()));
    world.settle();
  }
  void press(const std::string& button) { act({{"do", "press"}, {"button", button}}); }
  void answer(const std::string& choice) {
    act({{"do", "answer"}, {"question", view()["question"]["id"]}, {"choice", choice}});
  }
  void next(const std::string& expected) {
    const Json now = view();
    REQUIRE_MESSAGE(now["can_next"] == true, now["step_id"] << ": " << now["checks"].dump());
    act({{"do", "next"}});
    REQUIRE(view()["step_id"] == expected);
  }
  void apply(const LabCommand& command) {
    world.apply(command);
    world.settle();
  }
};

Lesson first_lesson() {
  const Result<LessonSource> source =
      read_lesson_folder(std::string(HEED_SOURCE_DIR) + "/assets/lessons/01-bottleneck");
  REQUIRE_MESSAGE(source.ok(), (source.ok() ? "" : source.error()));
  const Result<Lesson> lesson = load_lesson(*source);
  REQUIRE_MESSAGE(lesson.ok(), (lesson.ok() ? "" : lesson.error()));
  return *lesson;
}

}  // namespace

TEST_SUITE("slow.lessons") {
  TEST_CASE("01-bottleneck, from the first step to the last, with real models") {
    synthetic::load_strings();
    Learner learner(first_lesson());
    learner.answer("all");
    learner.next("vector");
    CHECK(learner.world.lab.state().runs[0].alignment_tap.empty());
    CHECK(learner.world.lab.shown_snapshot(0) != nullptr);
    learner.next("guess-lengths");
    learner.answer("equal");
    learner.next("train-plain");
    CHECK(learner.view()["can_next"] == false);
    learner.press("train");
    CHECK(learner.view()["predictions"][0]["outcome"]["happened"] == "short");
    CHECK(learner.view()["predictions"][0]["outcome"]["verdict"] == "otherwise");
    learner.next("by-length");
    learner.next("attention");
    learner.press("compare");
    learner.next("guess-picture");
    learner.answer("anti");
    learner.next("train-both");
    learner.press("train");
    learner.next("read-picture");
    CHECK(learner.view()["predictions"][0]["outcome"]["verdict"] == "as_predicted");
    learner.next("timeline");
    learner.answer("picture");
    learner.apply(MoveCursor{60});
    learner.view();
    CHECK(learner.view()["question"]["outcome"]["verdict"] == "as_predicted");
    learner.next("own-word");
    learner.apply(TryText{-1, "stressed"});
    CHECK(learner.world.lab.state().runs[1].tried.shot.decoded ==
          std::vector<std::string>{"d", "e", "s", "s", "e", "r", "t", "s"});
    learner.next("longer");
    learner.answer("few");
    learner.press("many");
    CHECK(learner.view()["question"]["outcome"]["verdict"] == "as_predicted");
    learner.next("cautions");
    learner.next("transfer");
    learner.next("sources");
    CHECK(learner.view()["done"] == true);
    CHECK(learner.world.lab.state().notices.empty());
  }

  TEST_CASE("01-bottleneck: a learner who comes back later, or changed the task, is set up again by one button") {
    synthetic::load_strings("fr");
    Learner learner(first_lesson());
    learner.apply(SetLanguage{"fr"});
    Json progress = learner.view()["progress"];
    progress["step"] = progress["reached"] = "read-picture";
    learner.player = LessonPlayer(first_lesson(), progress);
    learner.player.enter(learner.world.lab);
    learner.world.settle();
    const Json view = learner.view();
    CHECK(view["language"] == "fr");
    REQUIRE(view["buttons"][0]["id"] == "restore");
    CHECK(view["checks"][0]["state"] == "failed");
    learner.press("restore");
    CHECK_MESSAGE(learner.view()["can_next"] == true, learner.view()["checks"].dump());
    learner.apply(LoadPreset{0, Json{{"task", "copy"}}, true});
    learner.apply(SetCompare{false, nullptr});
    CHECK(learner.view()["can_next"] == false);
    CHECK(learner.view()["buttons"][0]["id"] == "restore");
    synthetic::load_strings();
  }
}

}  // namespace heed
