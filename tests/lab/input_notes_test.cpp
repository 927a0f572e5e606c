// tests: what a learner is told of an input beside the answer to it.
#include "lab/input_notes.h"

#include <doctest/doctest.h>

#include "lab/strings.h"
#include "support/text.h"
#include "training/preset.h"

namespace heed {
namespace {

using test::mentions;

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
    const RunView facts = run_of(Json{{"task", "facts"}, {"model", "key_value_memory"}}, 20);
    ProbeShot shot;
    shot.query = {"dora", "helps"};
    CHECK(chain_note(facts, shot).empty());
    shot.query.push_back("likes");
    const std::string note = chain_note(facts, shot);
    CHECK(note == tr("input.chain_first", {"helps", "dora"}) + " " + tr("input.chain_then", {"likes"}));
    const RunView stories = run_of(Json{{"task", "stories"}, {"model", "end_to_end_memory"}}, 20);
    CHECK(chain_note(stories, shot).empty());
  }

  TEST_CASE("what the model writes on its own is told where it is not what it answers with the right outputs before each") {
    ProbeShot shot;
    shot.target = {"a", "b", "c", "<end>"};
    shot.forced = {"a", "b", "c", "<end>"};
    shot.decoded = {"a", "b", "c"};
    CHECK(own_answer_note(shot).empty());
    shot.decoded = {"a", "a"};
    CHECK(mentions(own_answer_note(shot), "a b c"));
    CHECK(mentions(own_answer_note(shot), "a a"));
    shot.decoded.clear();
    CHECK(mentions(own_answer_note(shot), tr("describe.nothing")));
    shot.target = {"a"};  // a single answer has no output before it
    CHECK(own_answer_note(shot).empty());
  }
}

}  // namespace heed
