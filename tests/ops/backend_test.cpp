// tests/ops: the backend's contract, on every backend: tickets, arenas, several plans on one state, seeds, and no
// growth.
#include <doctest/doctest.h>
#include <malloc.h>

#include <memory>

#include "engine/ops/ops.h"
#include "random_tape.h"

namespace heed::test {
namespace {

using Numbers = std::vector<float>;

std::vector<std::unique_ptr<Backend>> all_backends() {
  std::vector<std::unique_ptr<Backend>> out;
  out.push_back(make_reference_backend());
  out.push_back(make_reference_backend(true));
  out.push_back(make_cpu_backend());
  return out;
}

/// Bytes that the program holds on the heap.
std::size_t heap_bytes() {
#ifdef __GLIBC__
  const auto info = mallinfo2();
  return info.uordblks + info.hblkhd;
#else
  return static_cast<std::size_t>(mallinfo().uordblks);
#endif
}

TEST_SUITE("ops") {
  TEST_CASE("backend: each ticket answers once, with what was submitted for it") {
    for (const auto& backend : all_backends()) {
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
    for (const auto& backend : all_backends()) {
      CAPTURE(backend->name());
      TestState left(*backend, 3), right(*backend, 3);
      left.write(Arena::kMoment2, {1, 2}, 1);
      CHECK(left.read(Arena::kMoment2) == Numbers{0, 1, 2});
      CHECK(left.read(Arena::kMoment1) == Numbers{0, 0, 0});
      CHECK(right.read(Arena::kMoment2) == Numbers{0, 0, 0});
    }
  }

  TEST_CASE("backend: plans of one state share its arenas") {
    for (const auto& backend : all_backends()) {
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

  TEST_CASE("backend: a plan keeps working after a larger one made the scratch memory move") {
    const auto backend = make_cpu_backend();
    Tape small, large;
    small.output("y", exp(neg(small.input("x", {3}))));
    Tensor x = large.input("x", {1});
    large.output("y", neg(exp(broadcast(x, {1 << 18}))));
    TestState state(*backend, 0);
    TestPlan before(state, small);
    const Values want = before.run({{"x", {{0, 0, 0}, {}}}});
    TestPlan after(state, large);
    CHECK(after.run({{"x", {{0}, {}}}}).at("y") == Numbers(1 << 18, -1.0f));
    CHECK(before.run({{"x", {{0, 0, 0}, {}}}}) == want);
  }

  TEST_CASE("backend: integers go in as integers and come out as whole floats") {
    for (const auto& backend : all_backends()) {
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
    for (const auto& backend : all_backends()) {
      TestState state(*backend, 0);
      TestPlan plan(state, tape);
      const Values values = plan.run({}, 42);
      CHECK(plan.run({}, 42) == values);
      CHECK(plan.run({}, 43).at("one") != values.at("one"));
      CHECK(values.at("one") != values.at("two"));
      all.push_back(values);
    }
    CHECK(all[1] == all[0]);
    CHECK(all[2] == all[0]);
  }

  TEST_CASE("backend: the cpu backend refuses feeds that do not fit its plan") {
    const auto backend = make_cpu_backend();
    Tape tape;
    tape.output("y", neg(tape.input("x", {2})));
    TestState state(*backend, 4);
    const ExecutableId executable = backend->prepare(compile(tape), state.id);
    const Numbers three{1, 2, 3};
    const Feed wrong{three, {}};
    CHECK_THROWS_AS(backend->submit(executable, {}, 0), std::logic_error);
    CHECK_THROWS_AS(backend->submit(executable, {&wrong, 1}, 0), std::logic_error);
    CHECK_THROWS_AS(backend->write(state.id, Arena::kParameters, 2, three), std::out_of_range);
    CHECK_THROWS_AS(backend->read(state.id, Arena::kParameters, 5, 0), std::out_of_range);
    CHECK_THROWS_AS(backend->prepare(compile(tape), state.id + 1000), std::logic_error);
  }
}

TEST_SUITE("slow.ops") {
  TEST_CASE("backend: submitting again and again holds no more memory") {
    const auto backend = make_cpu_backend();
    RandomTape random;
    record_random(random, 5, 60);
    TestState state(*backend, random.parameters.size());
    TestPlan plan(state, random.tape, random.taps);
    const auto run_some = [&] {
      for (int i = 0; i < 50; ++i) plan.run(random.feeds, static_cast<std::uint64_t>(i));
    };
    run_some();
    const std::size_t before = heap_bytes();
    CHECK(before > 0);
    for (int i = 0; i < 5; ++i) run_some();
    CHECK(heap_bytes() <= before);
  }

  TEST_CASE("backend: preparing and releasing again and again holds no more memory") {
    const auto backend = make_cpu_backend();
    RandomTape random;
    record_random(random, 6, 60);
    const auto run_plans = [&](int count) {
      for (int i = 0; i < count; ++i) {
        TestState state(*backend, random.parameters.size());
        TestPlan(state, random.tape, random.taps).run(random.feeds);
      }
    };
    constexpr int kRepeats = 500, kSmallestBlockBytes = 32;
    run_plans(kRepeats);
    const std::size_t before = heap_bytes();
    run_plans(kRepeats);
    // The allocator splits blocks and keeps some at hand, but not one more for every plan.
    CHECK(heap_bytes() < before + kRepeats * kSmallestBlockBytes);
  }
}

}  // namespace
}  // namespace heed::test
