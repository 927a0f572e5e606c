// tests: what a learner is told of an input beside the answer to it.
#include "lab/input_notes.h"

#include <doctest/doctest.h>

#include "lab/strings.h"
#include "training/preset.h"

namespace heed {
namespace {

RunView run_of(const Json& preset, int longest) {
  RunView view;
  view.preset = validate_preset(preset).value();
  view.max_source_length = longest;
  return view;
}

}  // namespace

TEST_SUITE("lab.input_notes") {
  TEST_CASE("an input longer than any in training is said to be so, in what it is counted in") {
    RunView view = run_of(Json{{"task", "reverse"}}, 3);
    ProbeShot shot;
    shot.source = {"a", "b", "c"};
    CHECK(longer_note(view, shot).empty());
    shot.source.push_back("d");
    CHECK(longer_note(view, shot) == tr("input.longer_symbols", {"4", "3"}));
    view.sentences = true;
    CHECK(longer_note(view, shot) == tr("input.longer_sentences", {"4", "3"}));
    shot.source_values.width = 2;
    CHECK(longer_note(view, shot) == tr("input.longer_steps", {"4", "3"}));
  }

  TEST_CASE("a question of several relations is spelt out, one of one is not") {
    load_strings();
    const RunView facts = run_of(Json{{"task", "facts"}, {"model", "key_value_memory"}}, 20);
    ProbeShot shot;
    shot.query = {"dora", "helps"};
    CHECK(chain_note(facts, shot).empty());
    shot.query = {"dora", "helps", "likes", "knows"};
    CHECK(chain_note(facts, shot) == "Followed from one fact to the next: first “helps” from dora, then “likes” from whomever that leads to, then “knows” from whomever that leads to.");
    const RunView stories = run_of(Json{{"task", "stories"}, {"model", "end_to_end_memory"}}, 20);
    CHECK(chain_note(stories, shot).empty());
  }

  TEST_CASE("what the model answers with the right outputs before each is told where it writes something else on its own") {
    ProbeShot shot;
    shot.target = {"a", "b", "c", "<end>"};
    shot.forced = {"a", "b", "c", "<end>"};
    shot.decoded = {"a", "b", "c"};
    CHECK(forced_answer(shot).empty());
    shot.decoded = {"a", "a"};
    CHECK(forced_answer(shot) == "a b c");
    CHECK(own_answer(shot) == "a a");
    shot.decoded.clear();
    CHECK(own_answer(shot) == tr("describe.nothing"));
    shot.target = {"a"};  // a single answer has no output before it
    CHECK(forced_answer(shot).empty());
  }

  TEST_CASE("windows over a text are counted in names and things") {
    RunView view = run_of(Json{{"task", "windows"}, {"model", "key_value_memory"}}, 1);
    view.sentences = true;
    ProbeShot shot;
    shot.source = {"ada lives in", "in oslo and"};
    CHECK(longer_note(view, shot) == tr("input.longer_windows", {"2", "1"}));
  }
}

}  // namespace heed
