// tests/ops: the backend's contract, on every backend of the program: tickets, arenas, several plans on one state,
// seeds.
#include <doctest/doctest.h>

#include "all_backends.h"
#include "engine/ops/ops.h"
#include "support/run_plan.h"

namespace heed::test {
namespace {

using Numbers = std::vector<float>;

TEST_SUITE("contract") {
  TEST_CASE("backend: each ticket answers once, with what was submitted for it") {
    for (const auto& backend : contract_backends()) {
      CAPTURE(backend->name());
      Tape tape;
      tape.output("y", neg(tape.input("x", {2})));
      TestState state(*backend, 0);
      const Plan plan = compile(tape);
      const ExecutableId executable = backend->prepare(plan, state.id);
      const Numbers one{1, 2}, two{3, 4};
      const Feed first{one, {}}, second{two, {}};
      const Ticket a = backend->submit(executable, {&first, 1}, 0), b = backend->submit(executable, {&second, 1}, 0);
      CHECK(a != b);
      CHECK(wait_for(*backend, b).values.at(0) == Numbers{-3, -4});
      CHECK(wait_for(*backend, a).values.at(0) == Numbers{-1, -2});
      CHECK_FALSE(backend->poll(a).has_value());
      CHECK_FALSE(backend->poll(b + 1000).has_value());
      backend->release(executable);
    }
  }

  TEST_CASE("backend: arenas start at zero, keep what is written, and belong to one state") {
    for (const auto& backend : contract_backends()) {
      CAPTURE(backend->name());
      TestState left(*backend, 3), right(*backend, 3);
      left.write(Arena::kMoment2, {1, 2}, 1);
      CHECK(left.read(Arena::kMoment2) == Numbers{0, 1, 2});
      CHECK(left.read(Arena::kMoment1) == Numbers{0, 0, 0});
      CHECK(right.read(Arena::kMoment2) == Numbers{0, 0, 0});
    }
  }

  TEST_CASE("backend: plans of one state share its arenas") {
    for (const auto& backend : contract_backends()) {
      CAPTURE(backend->name());
      TestState state(*backend, 2);
      state.write(Arena::kParameters, {1, 2});
      Tape training, evaluation;
      sgd_update(training.external(Arena::kParameters, 0, {2}), training.input("rate", {}), {0, false});
      evaluation.output("w", affine(evaluation.external(Arena::kParameters, 0, {2}), 10, 0));
      TestPlan train(state, training), evaluate(state, evaluation);
      CHECK(evaluate.run({}).at("w") == Numbers{10, 20});
      train.run({{"rate", {{0.5f}, {}}}});
      CHECK(evaluate.run({}).at("w") == Numbers{5, 10});
    }
  }

  TEST_CASE("backend: integers go in as integers and come out as whole floats") {
    for (const auto& backend : contract_backends()) {
      CAPTURE(backend->name());
      Tape tape;
      const Tensor index = tape.input("index", {2, 3}, DType::kI32);
      tape.output("row", slice(index, 0, 1, 1));
      tape.output("column", slice(index, 1, 2, 1));
      tape.output("where", argmax(cast_float(index)));
      tape.output("constant", reshape(tape.constant({2}, {7, -1}, DType::kI32), {2, 1}));
      TestState state(*backend, 0);
      const Values values = TestPlan(state, tape).run({{"index", {{}, {5, 1, 9, 2, 8, 3}}}});
      CHECK(values.at("row") == Numbers{2, 8, 3});
      CHECK(values.at("column") == Numbers{9, 3});
      CHECK(values.at("where") == Numbers{2, 1});
      CHECK(values.at("constant") == Numbers{7, -1});
    }
  }

  TEST_CASE("backend: random numbers depend on seed and stream, and are the same everywhere") {
    Tape tape;
    tape.output("one", random_uniform(tape, {257}, 1));
    tape.output("two", random_uniform(tape, {257}, 2));
    std::vector<Values> all;
    for (const auto& backend : contract_backends()) {
      TestState state(*backend, 0);
      TestPlan plan(state, tape);
      const Values values = plan.run({}, 42);
      CHECK(plan.run({}, 42) == values);
      CHECK(plan.run({}, 43).at("one") != values.at("one"));
      CHECK(values.at("one") != values.at("two"));
      all.push_back(values);
    }
    for (const Values& values : all) CHECK(values == all.front());
  }
}

}  // namespace
}  // namespace heed::test
