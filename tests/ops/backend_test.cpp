// tests/ops: the memory of the cpu backend, and what it refuses; what every backend promises is in contract_test.cpp.
#include <doctest/doctest.h>
#include <malloc.h>

#include <memory>

#include "engine/ops/ops.h"
#include "random_tape.h"

namespace heed::test {
namespace {

using Numbers = std::vector<float>;

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
