// tests: the lab in words.
#include <doctest/doctest.h>

#include <algorithm>

#include "lab/attention_shape.h"
#include "lab/describe.h"
#include "lab/synthetic.h"
#include "support/text.h"

namespace heed {

using namespace synthetic;

namespace {

std::string all_of(const Lab& lab) {
  std::string text;
  for (const std::string& paragraph : describe_lab(lab.state(), lab)) text += paragraph + "\n";
  return text;
}

using heed::test::mentions;

AttentionShape shape_of(int targets, int sources, const std::vector<float>& values) {
  return attention_picture(TapValue{"a", Shape{targets, sources}, values}, targets).shape;
}

Lab trained_lab() {
  Lab lab;
  lab.apply(LoadPreset{0, Json{{"seed", 3}}, true});
  start(lab);
  lab.receive(0, PhaseChanged{RunPhase::kPaused, 600});
  lab.receive(0, EvaluationReady{evaluation(600, 0.98f, 0.25f, 0.9f)});
  lab.receive(0, SnapshotReady{snapshot(0, 0.34f)});
  lab.receive(0, SnapshotReady{snapshot(600, 0.94f)});
  return lab;
}

}  // namespace

TEST_SUITE("lab.describe") {
  TEST_CASE("shapes of attention") {
    CHECK(shape_of(3, 3, {0, 0, 1, 0, 1, 0, 1, 0, 0}) == AttentionShape::kAntiDiagonal);
    CHECK(shape_of(3, 3, {1, 0, 0, 0, 1, 0, 0, 0, 1}) == AttentionShape::kDiagonal);
    CHECK(shape_of(3, 3, {.34f, .33f, .33f, .33f, .34f, .33f, .33f, .33f, .34f}) == AttentionShape::kEven);
    CHECK(shape_of(3, 3, {.1f, .8f, .1f, .1f, .8f, .1f, .1f, .8f, .1f}) == AttentionShape::kOneInput);
    CHECK(shape_of(4, 4, {0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0, 0}) == AttentionShape::kSharp);
    CHECK(shape_of(3, 3, {.5f, .3f, .2f, .2f, .3f, .5f, .5f, .3f, .2f}) == AttentionShape::kMixed);
  }

  TEST_CASE("values that do not fill the shape are no picture") {
    CHECK(attention_picture(TapValue{"a", Shape{3, 3}, {1, 2}}, 3).rows.empty());
    CHECK(attention_picture(TapValue{"a", Shape{}, {}}, 3).rows.empty());
  }

  TEST_CASE("nothing built") {
    load_strings();
    const std::string text = all_of(Lab());
    CHECK(mentions(text, "Nothing is built yet"));
  }

  TEST_CASE("task, model, step, scores and attention in words") {
    load_strings();
    const std::string text = all_of(trained_lab());
    CHECK(mentions(text, "Reversal; encoder GRU, attention Additive; seed 3. 33,598 parameters."));
    CHECK(mentions(text, "Paused at step 600."));
    CHECK(mentions(text, "exact match 0.98"));
    CHECK(mentions(text, "Alignment score 0.90"));
    CHECK(mentions(text, "Attention: mostly anti-diagonal"));
    CHECK(mentions(text, "3 of 3 outputs look mostly at a true position."));
    CHECK(mentions(text, "Output 1 “c” looks mostly at input 3 “c” (0.94)."));
    CHECK(mentions(text, "input: a b c. Output: c b a (exactly right)."));
  }

  TEST_CASE("the words follow the cursor") {
    load_strings();
    Lab lab = trained_lab();
    lab.apply(MoveCursor{0});
    const std::string text = all_of(lab);
    CHECK(mentions(text, "The timeline shows step 0."));
    CHECK(mentions(text, "spread evenly over the input"));
    CHECK_FALSE(mentions(text, "anti-diagonal"));
    CHECK_FALSE(mentions(text, "exact match 0.98"));
  }

  TEST_CASE("without attention, and two runs told apart") {
    load_strings();
    Lab lab;
    lab.apply(LoadPreset{0, Json::object(), true});
    lab.apply(SetCompare{true, nullptr});
    start(lab, 0);
    start(lab, 1, false);
    lab.receive(1, SnapshotReady{snapshot(0, 0.5f)});
    const std::string text = all_of(lab);
    CHECK(mentions(text, "Run A (with attention)."));
    CHECK(mentions(text, "Run B (without attention). This model has no attention"));
  }

  TEST_CASE("French, with its comma") {
    load_strings("fr");
    const std::string text = all_of(trained_lab());
    CHECK(mentions(text, "(0,94)"));
    CHECK(mentions(text, "antidiagonale"));
    load_strings();
  }

  TEST_CASE("numbers") {
    load_strings();
    CHECK(number_text(-1) == "–");
    CHECK(number_text(0.005, 2) == "0.01");
    CHECK(count_text(0) == "0");
    CHECK(count_text(1234567) == "1,234,567");
  }
}

}  // namespace heed
