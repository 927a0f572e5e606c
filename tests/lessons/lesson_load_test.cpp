// tests: a broken lesson is refused with messages that name file, place and nearest word; the lessons of the repository
// are whole.
#include "lab/lesson.h"
#include "lessons/lesson_fixture.h"
#include "support/text.h"

namespace heed {

using namespace fixture;

namespace {

/// As heed::test::mentions, and shows the text where it does not.
bool says(const std::string& text, const std::string& part) {
  const bool found = test::mentions(text, part);
  if (!found) MESSAGE(text);
  return found;
}

}  // namespace

TEST_SUITE("lessons.load") {
  TEST_CASE("the small lesson is whole") {
    const Result<Lesson> lesson = load_lesson(small_lesson());
    REQUIRE_MESSAGE(lesson.ok(), (lesson.ok() ? "" : lesson.error()));
    CHECK(lesson->steps.size() == 3);
    CHECK(std::get<LoadPreset>(lesson->steps[0].apply[0]).preset["seed"] == 4);
  }

  TEST_CASE("unknown ids, paths, presets, predicates and keys") {
    LessonSource source = small_lesson();
    const auto broken = [&](const char* pointer, const Json& value) {
      LessonSource copy = source;
      copy.lesson[Json::json_pointer(pointer)] = value;
      return problem_of(copy);
    };
    CHECK(says(broken("/steps/0/highlight/0", "trian"),
               "lesson.json: steps[0].highlight: unknown widget 'trian'; did you mean 'train'?"));
    CHECK(says(broken("/steps/0/apply", "plein"),
               "lesson.json: steps[0].apply: unknown setup 'plein'; did you mean 'plain'?"));
    CHECK(says(broken("/setups/plain/0/preset", "plane"),
               "setups.plain[0]: unknown preset 'plane'; did you mean 'plain'?"));
    CHECK(says(broken("/setups/plain/0/do", "load_presets"),
               "setups.plain[0]: unknown command 'load_presets'; did you mean 'load_preset'?"));
    CHECK(says(broken("/presets/plain/model/attention", "non"), "presets.plain: "));
    CHECK(says(broken("/steps/1/wait_for/0/is", "steps"),
               "steps[1].wait_for[0]: unknown check 'steps'; did you mean 'step'?"));
    CHECK(says(broken("/steps/1/wait_for/1/score", "exact_mach"),
               "score.score: unknown value 'exact_mach'; did you mean 'exact_match'?"));
    CHECK(says(broken("/steps/1/wait_for/1/bellow", 0.2), "score.bellow: is not a key here; did you mean 'below'?"));
    CHECK(says(broken("/steps/1/wait_for/1/above", 0.2), "either 'above' or 'below'"));
    CHECK(says(broken("/steps/1/needs/0/path", "model.atention"), "built.path: 'model.atention' is no setting"));
    CHECK(says(broken("/steps/1/show/predictions/0", "gess"),
               "steps[1].show.predictions: unknown question 'gess'; did you mean 'guess'?"));
    CHECK(says(broken("/steps/1/show/tap", "decoder.alignmnt"),
               "unknown tap 'decoder.alignmnt'; did you mean 'decoder.alignment'?"));
    CHECK(says(broken("/steps/1/show/cursor", "newest"), "steps[1].show.cursor: expected"));
    CHECK(says(broken("/steps/1/id", "one"), "steps[1].id: 'one' is used twice"));
    CHECK(says(broken("/steps/0/ask/choices/1/id", "good"), "steps[0].ask: two choices have the id 'good'"));
    CHECK(says(broken("/steps/0/waitfor", Json::array()),
               "steps[0].waitfor: is not a key here; did you mean 'wait_for'?"));
    CHECK(says(broken("/steps/1/buttons/0/id", "restore"), "'restore' is the player's own button"));
    CHECK(says(broken("/lesson", 2), "version 1"));
    CHECK(says(broken("/steps", Json::object()), "steps: expected a list of steps"));
    source.lesson["steps"][1].erase("restore");
    CHECK(says(problem_of(source), "steps[1].restore: is missing"));
  }

  TEST_CASE("a choice without 'when' exactly once") {
    LessonSource source = small_lesson();
    source.lesson["steps"][0]["ask"]["choices"][0].erase("when");
    CHECK(says(problem_of(source), "exactly one choice has no 'when'"));
  }

  TEST_CASE("texts and labels are complete in every language") {
    LessonSource source = small_lesson();
    source.strings["fr"].erase("go");
    CHECK(
        says(problem_of(source), "strings.fr.json: go: is missing (used by steps[1].buttons[0].label of lesson.json)"));
    source = small_lesson();
    source.strings["fr"]["extra"] = "de trop";
    CHECK(says(problem_of(source), "strings.fr.json: extra: is not in strings.en.json"));
    source = small_lesson();
    source.sections["fr"] = {"one", "too", "three"};
    CHECK(says(problem_of(source),
               "text.fr.md: no section {#two} (used by steps[1].say of lesson.json); did you mean {#too}?"));
    source = small_lesson();
    source.strings.erase("en");
    CHECK(says(problem_of(source), "strings.en.json: is missing"));
  }

  TEST_CASE("several mistakes are all said at once") {
    LessonSource source = small_lesson();
    source.lesson["steps"][0]["say"] = "onne";
    source.lesson["steps"][2]["wait_for"][0]["to"] = 1;
    const std::string problem = problem_of(source);
    CHECK(says(problem, "{#onne}"));
    CHECK(says(problem, "steps[2].wait_for[0]: cursor.to: is smaller than 'from'"));
  }

  TEST_CASE("whatever stands in lesson.json, the answer is a message") {
    const Json shapes[] = {
        nullptr, 3, "text", Json::array(), Json::object(), Json::array({1, nullptr, "x", Json::object()})};
    const Json whole = small_lesson().lesson.flatten();
    int refused = 0;
    for (const auto& [pointer, value] : whole.items()) {
      for (const Json& shape : shapes) {
        LessonSource source = small_lesson();
        source.lesson[Json::json_pointer(pointer)] = shape;
        refused += load_lesson(source).ok() ? 0 : 1;
      }
    }
    CHECK(refused > 200);
    for (const char* key : {"steps", "presets", "setups", "title"}) {
      for (const Json& shape : shapes) {
        LessonSource source = small_lesson();
        source.lesson[key] = shape;
        (void)load_lesson(source);
      }
    }
    LessonSource empty;
    CHECK_FALSE(load_lesson(empty).ok());
  }

  TEST_CASE("sections of a text") {
    CHECK(lesson_sections("# T\n## A b {#a-b}\ntext {#no}\n##  not\n## C {#c}\r\n") ==
          std::vector<std::string>{"a-b", "c"});
  }

  TEST_CASE("the lessons of the repository are whole, in every language they have") {
    const std::vector<LessonReport> reports = check_lessons(std::string(HEED_SOURCE_DIR) + "/assets/lessons");
    REQUIRE_FALSE(reports.empty());
    for (const LessonReport& report : reports) CHECK_MESSAGE(report.ok, report.folder << ":\n" << report.message);
    CHECK(reports[0].message.find("en fr") != std::string::npos);
  }

  TEST_CASE("a folder that is not there is a message") {
    const std::vector<LessonReport> reports = check_lessons("/nowhere/at/all");
    REQUIRE(reports.size() == 1);
    CHECK_FALSE(reports[0].ok);
  }
}

}  // namespace heed
