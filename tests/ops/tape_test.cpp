// tests/ops: recording, names, and what gradients() appends.
#include <doctest/doctest.h>

#include <string>

#include "engine/ops/ops.h"
#include "support/run_plan.h"

namespace heed::test {
namespace {

using Numbers = std::vector<float>;

/// The tape's outputs for one input "x", on the reference backend.
Values evaluate(const Tape& tape, const Numbers& x) {
  const auto backend = make_reference_backend();
  TestState state(*backend, 0);
  TestPlan plan(state, tape);
  return plan.run({{"x", {x, {}}}});
}

std::size_t count_ops(const Tape& tape, OpKind op) {
  std::size_t count = 0;
  for (const Node& node : tape.nodes()) count += node.op == op;
  return count;
}

TEST_SUITE("ops") {
  TEST_CASE("tape: a name is given once") {
    Tape tape;
    const Tensor x = tape.input("x", {3});
    tape.tap("decoder.alignment", x);
    tape.output("loss", x);
    CHECK_THROWS_AS(tape.input("x", {4}), ShapeError);
    CHECK_THROWS_AS(tape.tap("decoder.alignment", x), ShapeError);
    CHECK_THROWS_AS(tape.output("loss", x), ShapeError);
    CHECK_NOTHROW(tape.output("decoder.alignment", x));
    CHECK(tape.taps().size() == 1);
    CHECK(tape.outputs().size() == 2);
  }

  TEST_CASE("tape: a tap returns its argument, is found by its name, and a wrong name lists the right ones") {
    Tape tape;
    const Tensor x = tape.input("x", {3});
    CHECK(tap("one", x).id == x.id);
    tap("two", neg(x));
    CHECK(tape.tapped("one").id == x.id);
    try {
      tape.tapped("three");
      FAIL("an unknown tap was found");
    } catch (const ShapeError& error) {
      const std::string message = error.what();
      CHECK(message.find("one") != std::string::npos);
      CHECK(message.find("two") != std::string::npos);
      CHECK(message.find("three") != std::string::npos);
    }
  }

  TEST_CASE("tape: gradients of gradients have the values of the calculus") {
    Tape tape;
    const Tensor x = tape.input("x", {3});
    const Tensor first = gradients(sum_all(x * x * x), {x})[0];
    const Tensor second = gradients(sum_all(first), {x})[0];
    const Tensor third = gradients(sum_all(second), {x})[0];
    const Tensor fourth = gradients(sum_all(third), {x})[0];
    tape.output("first", first);
    tape.output("second", second);
    tape.output("third", third);
    tape.output("fourth", fourth);
    const Values values = evaluate(tape, {1, -2, 3});
    CHECK(values.at("first") == Numbers{3, 12, 27});
    CHECK(values.at("second") == Numbers{6, -12, 18});
    CHECK(values.at("third") == Numbers{6, 6, 6});
    CHECK(values.at("fourth") == Numbers{0, 0, 0});
  }

  TEST_CASE("tape: what does not influence the loss has a gradient of zeros") {
    Tape tape;
    const Tensor x = tape.input("x", {2});
    const Tensor apart = tape.constant({2, 3}, {1, 2, 3, 4, 5, 6});
    const Tensor loss = sum_all(square(x));
    const Tensor later = neg(x);
    const std::vector<Tensor> grads = gradients(loss, {x, apart, later});
    tape.output("x", grads[0]);
    tape.output("apart", grads[1]);
    tape.output("later", grads[2]);
    const Values values = evaluate(tape, {3, -1});
    CHECK(values.at("x") == Numbers{6, -2});
    CHECK(values.at("apart") == Numbers(6, 0.0f));
    CHECK(values.at("later") == Numbers(2, 0.0f));
  }

  TEST_CASE("tape: a gradient stops where it is told to, and adds up where a value is used twice") {
    Tape tape;
    const Tensor x = tape.input("x", {2});
    tape.output("stopped", gradients(sum_all(x * stop_gradient(x)), {x})[0]);
    tape.output("both", gradients(sum_all(x * x), {x})[0]);
    tape.output("middle", gradients(sum_all(exp(x) * x), {x})[0]);
    const Values values = evaluate(tape, {2, 0});
    CHECK(values.at("stopped") == Numbers{2, 0});
    CHECK(values.at("both") == Numbers{4, 0});
    CHECK(values.at("middle")[0] == doctest::Approx(3 * 7.389056f));
    CHECK(values.at("middle")[1] == 1);
  }

  TEST_CASE("tape: gradients of slices that lie apart are joined, not padded and summed") {
    constexpr int kSteps = 6;
    Tape tape;
    const Tensor x = tape.input("x", {kSteps, 2});
    Tensor h = tape.fill({2}, 0);
    for (int t = 0; t < kSteps - 1; ++t) h = affine(h, 2, 0) + take(x, 0, t);  // the last row is never used
    const std::size_t adds = count_ops(tape, OpKind::kAdd);
    tape.output("grad", gradients(sum_all(h), {x})[0]);
    CHECK(count_ops(tape, OpKind::kConcat) == 1);
    CHECK(count_ops(tape, OpKind::kAdd) == adds);
    CHECK(evaluate(tape, Numbers(2 * kSteps, 1.0f)).at("grad") == Numbers{16, 16, 8, 8, 4, 4, 2, 2, 1, 1, 0, 0});
  }

  TEST_CASE("tape: gradients of slices that overlap add up") {
    Tape tape;
    const Tensor x = tape.input("x", {4});
    const Tensor loss = sum_all(slice(x, 0, 0, 3)) + 10.0f * sum_all(slice(x, 0, 1, 3));
    tape.output("grad", gradients(loss, {x})[0]);
    CHECK(evaluate(tape, {0, 0, 0, 0}).at("grad") == Numbers{1, 11, 11, 10});
  }

  TEST_CASE("tape: ties share the gradient of max, and the first operand of maximum takes it") {
    Tape tape;
    const Tensor x = tape.input("x", {4});
    tape.output("max", gradients(sum_all(max(x, 0)), {x})[0]);
    tape.output("maximum", gradients(sum_all(maximum(x, tape.fill({4}, 5))), {x})[0]);
    const Values values = evaluate(tape, {5, 1, 5, 2});
    CHECK(values.at("max") == Numbers{0.5f, 0, 0.5f, 0});
    CHECK(values.at("maximum") == Numbers{1, 0, 1, 0});
  }

  TEST_CASE("tape: masked softmax leaves masked places and rows at zero, with finite gradients") {
    Tape tape;
    const Tensor x = tape.input("x", {2, 3});
    const Tensor mask = tape.constant({2, 3}, {1, 0, 1, 0, 0, 0});
    const Tensor y = masked_softmax(x, mask);
    tape.output("y", y);
    tape.output("grad", gradients(sum_all(y * tape.constant({2, 3}, {1, 2, 3, 4, 5, 6})), {x})[0]);
    const Values values = evaluate(tape, {0, 50, 0, 7, 8, 9});
    CHECK(values.at("y") == Numbers{0.5f, 0, 0.5f, 0, 0, 0});
    CHECK(values.at("grad") == Numbers{-0.5f, 0, 0.5f, 0, 0, 0});
  }

  TEST_CASE("tape: a shared right operand multiplies every leading extent, transposed or not") {
    for (const bool transpose_a : {false, true}) {
      Tape tape;
      const Tensor x = tape.input("x", {2, 2, 2});
      tape.output("y", matmul(x, tape.constant({2, 1}, {1, 10}), transpose_a));
      const Numbers plain{21, 43, 65, 87}, transposed{31, 42, 75, 86};
      CHECK(evaluate(tape, {1, 2, 3, 4, 5, 6, 7, 8}).at("y") == (transpose_a ? transposed : plain));
    }
  }
}

}  // namespace
}  // namespace heed::test
