// tests: the lab in words.
#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>

#include "lab/attention_shape.h"
#include "lab/describe.h"
#include "lab/strings.h"
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
  std::vector<int> judged(static_cast<std::size_t>(targets));
  std::iota(judged.begin(), judged.end(), 0);
  return attention_picture(TapValue{"a", Shape{targets, sources}, values}, judged).shape;
}

/// Two vectors of two bits and their copy: wrong where nothing is asked, right where it is.
ProbeShot bits_shot() {
  ProbeShot shot;
  shot.source = {"1", "2", "·", "·"};
  shot.target = {"·", "·", "1", "2"};
  shot.asked = {0, 0, 1, 1};
  shot.target_values = {2, {0, 0, 0, 0, 1, 0, 0, 1}};
  shot.decoded_values = {2, {0.9f, 0.1f, 0.8f, 0.7f, 0.9f, 0.1f, 0.2f, 0.8f}};
  shot.exact = true;
  return shot;
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

  TEST_CASE("a pattern is said only of weights that are large enough, and of outputs that are several") {
    const auto line = [](float on_line, float elsewhere) {
      std::vector<float> values(20 * 20, elsewhere);
      for (std::size_t t = 0; t < 20; ++t) values[21 * t] = on_line;
      return values;
    };
    CHECK(shape_of(20, 20, line(0.43f, 0.03f)) == AttentionShape::kDiagonal);
    CHECK(shape_of(20, 20, line(0.24f, 0.04f)) == AttentionShape::kMixed);
    CHECK(shape_of(20, 20, line(0.05f, 0.001f)) == AttentionShape::kFaint);
    CHECK(shape_of(20, 20, line(0.0005f, 0.0005f)) == AttentionShape::kFaint);
    CHECK(shape_of(1, 3, {0, 1, 0}) == AttentionShape::kMixed);
    CHECK(shape_of(2, 3, {0, 1, 0, 0, 1, 0}) == AttentionShape::kOneInput);
    CHECK(shape_of(2, 3, {1, 0, 0, 0, 0, 1}) == AttentionShape::kSharp);
    CHECK(shape_of(3, 7, {0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0}) == AttentionShape::kDiagonal);  // a part of the input
    CHECK(shape_of(3, 7, {0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0}) == AttentionShape::kSharp);
  }

  TEST_CASE("outputs that nobody asks for are neither judged nor listed, and one alone makes no pattern") {
    load_strings();
    Lab lab;
    lab.apply(LoadPreset{0, Json::object(), true});
    start(lab);
    ProbeShot shot = bits_shot();
    shot.taps.push_back({"decoder.alignment", Shape{4, 4}, {0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0.996f, 0.004f, 0, 0}});
    shot.truth = {{0}, {0}, {0}, {1}};
    lab.receive(0, SnapshotReady{{5, {shot}}});
    std::string text = all_of(lab);
    CHECK(mentions(text, "every output looks mostly at the same input"));
    CHECK(mentions(text, "1 of 2 outputs look mostly at a true position"));
    CHECK_FALSE(mentions(text, "Output 1 "));
    CHECK_FALSE(mentions(text, "Output 2 "));
    CHECK(mentions(text, "Output 3 “1” looks mostly at input 1 “1” (1.00)."));
    shot.taps[0].values[12] = 0.003f, shot.taps[0].values[13] = 0.004f;
    lab.receive(0, SnapshotReady{{6, {shot}}});
    CHECK_FALSE(mentions(all_of(lab), "Output 4 "));
    CHECK_FALSE(mentions(all_of(lab), "each output has a clear favourite"));
    shot.asked = {0, 0, 1, 0};
    lab.receive(0, SnapshotReady{{7, {shot}}});
    text = all_of(lab);
    CHECK(mentions(text, "Attention: output 3 “1” looks mostly at input 1 “1” (1.00)."));
    CHECK_FALSE(mentions(text, "every output"));
    CHECK_FALSE(mentions(text, "Output 3 "));
    for (float& weight : shot.taps[0].values) weight *= 0.05f;
    lab.receive(0, SnapshotReady{{8, {shot}}});
    text = all_of(lab);
    CHECK(mentions(text, "Attention: hardly any weight on the input."));
    CHECK_FALSE(mentions(text, "mostly"));
  }

  TEST_CASE("values that do not fill the shape are no picture") {
    CHECK(attention_picture(TapValue{"a", Shape{3, 3}, {1, 2}}, {0, 1, 2}).rows.empty());
    CHECK(attention_picture(TapValue{"a", Shape{}, {}}, {0, 1, 2}).rows.empty());
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

  TEST_CASE("one head of many, or their mean") {
    const TapValue tap{"a", Shape{2, 2, 2}, {1, 0, 0, 1, 0, 1, 0.5f, 0.5f}};
    CHECK(head_count(tap) == 2);
    CHECK(head_of(tap, 0).values == std::vector<float>{1, 0, 0, 1});
    CHECK(head_of(tap, 1).values == std::vector<float>{0, 1, 0.5f, 0.5f});
    CHECK(head_of(tap, 9).values == head_of(tap, 1).values);
    CHECK(head_of(tap, kMeanOfHeads).values == std::vector<float>{0.5f, 0.5f, 0.25f, 0.75f});
    CHECK(head_of(tap, 0).shape == Shape{2, 2});
    CHECK(head_count(TapValue{"a", Shape{2, 2}, {1, 0, 0, 1}}) == 1);
  }

  TEST_CASE("heads each in words, one of them when it is chosen") {
    load_strings();
    Lab lab;
    lab.apply(LoadPreset{0, Json::object(), true});
    RunStarted begun = started(lab.state().runs[0].preset);
    begun.head_names = {"layer 1, head 1", "layer 1, head 2"};
    lab.receive(0, begun);
    ProbeShot shot = reversal_shot(0.9f);
    std::vector<float> even(12, 1.0f / 3);
    shot.taps[0].values.insert(shot.taps[0].values.end(), even.begin(), even.end());
    shot.taps[0].shape = Shape{2, 4, 3};
    lab.receive(0, SnapshotReady{{5, {shot}}});
    CHECK(mentions(all_of(lab), "layer 1, head 1: mostly anti-diagonal"));
    CHECK(mentions(all_of(lab), "layer 1, head 2: spread evenly"));
    lab.apply(ShowHead{1});
    CHECK_FALSE(mentions(all_of(lab), "head 1: mostly anti-diagonal"));
    CHECK(mentions(all_of(lab), "layer 1, head 2: spread evenly"));
    CHECK(mentions(all_of(lab), "(0.33)"));
  }

  TEST_CASE("what was found inside, and what it costs") {
    load_strings();
    Lab lab = trained_lab();
    lab.apply(LookInto{});
    const auto asked = commands_of<LookInside>(lab);
    REQUIRE(asked.size() == 1);
    LookedInside seen;
    seen.request = asked[0].second.request;
    seen.step = 600;
    seen.source = {"a", "b"};
    seen.chosen = {"b", "a"};
    seen.targets = 2;
    seen.asked = {0, 1};
    seen.maps = {{"attention", false, {0, 1, 1, 0}}, {"erasure", true, {0.5f, -2, 3, 0}}};
    seen.agreement = {1, -0.5f, -0.5f, 1};
    lab.receive(0, seen);
    const std::string text = all_of(lab);
    CHECK(mentions(text, "Erasure, largest for each output: 1 “b”: input 2 “b”; 2 “a”: input 1 “a”."));
    CHECK(mentions(text, "Erasure −0.50"));
    CHECK(mentions(text, "Attention is not by itself an explanation."));
    lab.apply(SelectProbe{1});  // another example: asked anew
    CHECK(commands_of<LookInside>(lab).size() == 1);
    CostMeasured cost;
    lab.apply(MeasureCosts{0});
    cost.request = commands_of<MeasureCost>(lab).at(0).second.request;
    cost.mechanisms = {{"self_attention", {{8, 100}, {16, 400}}}, {"gru", {{8, 200}, {16, 300}}}};
    cost.model = {"model", {{8, 50}}};
    lab.receive(0, cost);
    CHECK(mentions(all_of(lab), "fewer multiply-adds than GRU up to about length 12"));
    CHECK(mentions(all_of(lab), "less than two orders of magnitude"));
  }

  TEST_CASE("of answers in bits only those are counted that are asked for") {
    load_strings();
    Lab lab;
    lab.apply(LoadPreset{0, Json::object(), true});
    start(lab, 0, false);
    ProbeShot shot = bits_shot();
    lab.receive(0, SnapshotReady{{5, {shot}}});
    CHECK(mentions(all_of(lab), "Output: 4 of 4 bits right (exactly right)"));
    shot.decoded_values.values[4] = 0.1f;  // the first bit that is asked for
    shot.exact = false;
    lab.receive(0, SnapshotReady{{6, {shot}}});
    CHECK(mentions(all_of(lab), "Output: 3 of 4 bits right (not right)"));
    shot.asked.clear();  // everything is
    lab.receive(0, SnapshotReady{{7, {shot}}});
    CHECK(mentions(all_of(lab), "Output: 4 of 8 bits right"));
  }

  TEST_CASE("shares of right answers are named after what they are shares of") {
    load_strings();
    Lab lab = trained_lab();
    const RunView& view = lab.state().runs[0];
    CHECK(tr(training_share_key(view)) == "Token accuracy in training");
    CHECK(tr(score_share_key(view)) == "Tokens right");
    lab.receive(0, SnapshotReady{{700, {bits_shot()}}});
    CHECK(tr(training_share_key(view)) == "Bits right in training");
    CHECK(tr(score_share_key(view)) == "Vectors right");
    CHECK(mentions(tr(std::string(score_share_key(view)) + "_help"), "vectors"));
    ProbeShot numbers = bits_shot();
    numbers.target_values.values[0] = 2.5f;
    lab.receive(0, SnapshotReady{{800, {numbers}}});
    CHECK(tr(score_share_key(view)) == "Tokens right");
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
