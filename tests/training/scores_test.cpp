// training: scores and padded batches against cases worked out by hand.
#include "training/scores.h"

#include <doctest/doctest.h>

#include <cmath>

#include "engine/ops/ops.h"
#include "engine/plan/plan.h"
#include "training/batch.h"

using namespace heed;

namespace {

/// Source of three, target of two symbols and the end mark; the symbols read positions 2 and 0.
Example example_of_three() {
  return {{4, 5, 6}, {6, 4, kEndToken}, {{2}, {0}, {}}};
}

}  // namespace

TEST_SUITE("training.scores") {
  TEST_CASE("answers: tokens position by position, and the whole up to the end mark") {
    const Example example{{}, {6, 4, kEndToken}, {}};
    const std::vector<float> right = {6, 4, kEndToken, 0, 0}, longer = {6, 4, 5, kEndToken, 0},
                             swapped = {4, 6, kEndToken, 0, 0};
    CHECK(right_tokens(example, right) == 3);
    CHECK(exactly_right(example, right));
    CHECK(right_tokens(example, longer) == 2);
    CHECK(!exactly_right(example, longer));
    CHECK(right_tokens(example, swapped) == 1);
    CHECK(right_tokens(example, std::vector<float>{6}) == 1);
    CHECK(!exactly_right(example, std::vector<float>{6}));
  }

  TEST_CASE("kinds apart, and each head on each supporting position") {
    ScoreSheet sheet(0);
    Example example{{4, 5, 6}, {7}, {{2, 0}}};
    example.kind = 3;
    // Two heads over three sources (padded to four): the first looks at the first supporting position, the second at neither.
    const std::vector<float> weights = {0.1f, 0.2f, 0.7f, 0, 0.2f, 0.6f, 0.2f, 0};
    sheet.add_alignment(example, weights, 4, 1, 2);
    sheet.add_answer(example, std::vector<float>{7});
    example.kind = 5;
    example.alignment = {{1}};
    sheet.add_alignment(example, weights, 4, 1, 2);
    sheet.add_answer(example, std::vector<float>{6});
    REQUIRE(sheet.supports().size() == 2);
    CHECK(sheet.supports()[0].examples == 2);
    CHECK(sheet.supports()[0].of_heads == std::vector<int>{1, 1});
    CHECK(sheet.supports()[1].examples == 1);
    CHECK(sheet.supports()[1].of_heads == std::vector<int>{0, 0});
    example.lost_support = 2;  // of what did not fit nothing can be said but that it did not
    sheet.add_alignment(example, weights, 4, 1, 2);
    CHECK(sheet.supports()[0].examples == 2);
    CHECK(sheet.supports_outside() == 2);
    REQUIRE(sheet.by_kind().size() == 2);
    CHECK(sheet.by_kind().at(3).exact == 1);
    CHECK(sheet.by_kind().at(5).exact == 0);
  }

  TEST_CASE("answers in bits: wrong bits, and the loss of a whole example in bits beside the best there can be") {
    TaskForm form;
    form.answer = Answer::kEach;
    form.target_width = 2;
    form.values = ValueKind::kBits;
    Example example;
    example.source = {4, 5, 6};
    example.target = {4, 5, 6};
    example.asked = {0, 1, 1};
    example.target_values = {0, 0, 1, 0, 1, 1};
    const std::vector<float> values{1, 1, 0.9f, 0.2f, 0.4f, 0.7f};
    ScoreSheet sheet(0);
    sheet.add_loss(std::log(2.0f), 2);
    sheet.add_values(example, values, form);
    CHECK(sheet.scores().value_error == doctest::Approx(0.25));
    CHECK(sheet.scores().token_accuracy == doctest::Approx(0.5));
    CHECK(sheet.scores().example_bits == doctest::Approx(4));  // one bit for each of four
    CHECK(sheet.scores().best_example_bits < 0);
    sheet.add_best(3 * std::log(2.0));
    CHECK(sheet.scores().best_example_bits == doctest::Approx(3));
  }

  TEST_CASE("alignment: mass on the truth, largest weight, neighbours, entropy") {
    ScoreSheet sheet(1);
    // Rows are five apart (padding beyond the three sources); the end mark's row has no truth and counts for the
    // entropy only.
    const std::vector<float> rows = {0.1f, 0.2f, 0.7f, 9, 9, 0.3f, 0.6f, 0.1f, 9, 9, 1, 0, 0, 9, 9};
    sheet.add_alignment(example_of_three(), rows, 5, 3);
    const Scores scores = sheet.scores();
    CHECK(scores.alignment_score == doctest::Approx((0.7 + 0.3) / 2));
    CHECK(scores.alignment_argmax == doctest::Approx(0.5));
    CHECK(scores.alignment_near == doctest::Approx(1.0));
    const auto h = [](double p) { return -p * std::log(p); };
    CHECK(scores.attention_entropy ==
          doctest::Approx((h(0.1) + h(0.2) + h(0.7) + h(0.3) + h(0.6) + h(0.1)) / 3).epsilon(1e-5));
  }

  TEST_CASE("without slack a neighbour is not near; several true positions add up") {
    ScoreSheet strict(0);
    Example example{{4, 5, 6}, {6, kEndToken}, {{0, 1}, {}}};
    strict.add_alignment(example, std::vector<float>{0.25f, 0.25f, 0.5f, 0, 0, 1}, 3, 2);
    CHECK(strict.scores().alignment_score == doctest::Approx(0.5));
    CHECK(strict.scores().alignment_argmax == doctest::Approx(0));
    CHECK(strict.scores().alignment_near == doctest::Approx(0));
  }

  TEST_CASE("what does not apply is negative") {
    ScoreSheet sheet(1);
    Scores scores = sheet.scores();
    for (const float score : {scores.loss, scores.token_accuracy, scores.exact_match, scores.alignment_score,
                              scores.alignment_argmax, scores.alignment_near, scores.attention_entropy}) {
      CHECK(score < 0);
    }
    Example no_truth{{4}, {4, kEndToken}, {}};
    sheet.add_alignment(no_truth, std::vector<float>{1, 1}, 1, 2);
    scores = sheet.scores();
    CHECK(scores.alignment_score < 0);
    CHECK(scores.attention_entropy == doctest::Approx(0));
  }

  TEST_CASE("loss is the mean over tokens, not over batches; exact match is counted by length") {
    ScoreSheet test(1), longer(1);
    test.add_loss(1, 30);
    test.add_loss(4, 10);
    CHECK(test.scores().loss == doctest::Approx(1.75));
    const Example example = example_of_three();
    test.add_answer(example, std::vector<float>{6, 4, kEndToken});
    test.add_answer(example, std::vector<float>{6, 5, kEndToken});
    longer.add_answer({{4, 4, 4, 4, 4}, {4, kEndToken}, {}}, std::vector<float>{4, 4});
    CHECK(test.scores().exact_match == doctest::Approx(0.5));
    CHECK(test.scores().token_accuracy == doctest::Approx(5.0 / 6));
    CHECK(test.scores().examples == 2);
    const std::vector<float> by_length = exact_by_length(test, longer);
    CHECK(by_length == std::vector<float>{-1, -1, -1, 0.5f, -1, 0});
  }
}

TEST_SUITE("training.batch") {
  TEST_CASE("examples are padded, shifted and masked") {
    Tape tape;
    const SequenceBatch inputs = record_batch(tape, {2, 4, 3});
    for (const Tensor& tensor : {inputs.source, inputs.target_in, inputs.target_out})
      tape.output("x" + std::to_string(tensor.id), cast_float(tensor));
    for (const Tensor& tensor : {inputs.source_mask, inputs.target_mask})
      tape.output("x" + std::to_string(tensor.id), affine(tensor, 1, 0));
    const Plan plan = compile(tape);
    Batch batch({2, 4, 3});
    const std::vector<Example> examples = {{{4, 5, 6}, {6, kEndToken}, {}}, {{7}, {7, 8, kEndToken}, {}}};
    batch.fill(examples);
    CHECK(batch.asked() == 5);
    const std::vector<Feed> feeds = batch.feeds(plan);
    const auto i32 = [&](const char* name) {
      const auto span = feeds[static_cast<std::size_t>(plan.input_index(name))].i32;
      return std::vector<int>(span.begin(), span.end());
    };
    const auto f32 = [&](const char* name) {
      const auto span = feeds[static_cast<std::size_t>(plan.input_index(name))].f32;
      return std::vector<float>(span.begin(), span.end());
    };
    CHECK(i32("source") == std::vector<int>{4, 5, 6, 0, 7, 0, 0, 0});
    CHECK(f32("source_mask") == std::vector<float>{1, 1, 1, 0, 1, 0, 0, 0});
    CHECK(i32("target_in") == std::vector<int>{kStartToken, 6, 0, kStartToken, 7, 8});
    CHECK(i32("target_out") == std::vector<int>{6, kEndToken, 0, 7, 8, kEndToken});
    CHECK(f32("target_mask") == std::vector<float>{1, 1, 0, 1, 1, 1});
    // A shorter batch leaves nothing behind.
    batch.fill(std::span(examples).first(1));
    CHECK(f32("source_mask") == std::vector<float>{1, 1, 1, 0, 0, 0, 0, 0});
    CHECK(i32("target_out") == std::vector<int>{6, kEndToken, 0, 0, 0, 0});
  }

  TEST_CASE("what does not fit is a mistake of the program") {
    Batch batch({1, 2, 2});
    CHECK_THROWS_AS(batch.fill(std::vector<Example>(2)), ShapeError);
    CHECK_THROWS_AS(batch.fill(std::vector<Example>{{{4, 5, 6}, {4}, {}}}), ShapeError);
  }

  TEST_CASE("user input falls into few lengths") {
    CHECK(bucket(1) == 8);
    CHECK(bucket(8) == 8);
    CHECK(bucket(9) == 16);
  }
}
