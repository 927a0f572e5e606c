// tests/ops: the pool of threads runs every unit once, with memory of each thread's own, whether its threads are awake
// or asleep; and kernels, plans and gradients give the same bits with any number of threads.
#include <doctest/doctest.h>

#include <chrono>
#include <cmath>
#include <numeric>
#include <thread>

#include "engine/backend/cpu/buffer.h"
#include "engine/backend/cpu/thread_pool.h"
#include "engine/ops/ops.h"
#include "op_run.h"
#include "support/run_plan.h"

namespace heed::test {
namespace {

constexpr int kMostThreads = 4;
constexpr std::size_t kScratch = 64;

/// Counts how often each of its units ran. A unit writes all of its scratch memory, and finds it as it was at its end.
struct CountedKernel {
  std::vector<int> runs;
  std::atomic<int> disturbed = 0;
  cpu::Kernel kernel;

  CountedKernel(std::size_t units, double cost_ns)
      : runs(units),
        kernel(
            units, cost_ns, [this](const cpu::Work& work) { run(work); }, kScratch) {}

  void run(const cpu::Work& work) {
    for (std::size_t unit = work.begin; unit < work.end; ++unit) {
      std::iota(work.scratch, work.scratch + kScratch, static_cast<float>(unit));
      ++runs[unit];
      for (std::size_t i = 0; i < kScratch; ++i)
        if (work.scratch[i] != static_cast<float>(unit + i)) ++disturbed;
    }
  }
};

void run_often(cpu::ThreadPool& pool, std::size_t units, int times, std::chrono::microseconds rest, double cost_ns) {
  CountedKernel counted(units, cost_ns);
  const cpu::Buffer scratch(kScratch * static_cast<std::size_t>(pool.threads()));
  for (int i = 0; i < times; ++i) {
    if (rest.count() > 0) std::this_thread::sleep_for(rest);
    pool.run(counted.kernel, {}, {scratch.data(), kScratch});
  }
  CHECK(counted.runs == std::vector<int>(units, times));
  CHECK(counted.disturbed == 0);
}

/// Two layers and a loss, large enough to be shared: products, chains, sums, a softmax and their gradients.
Values layers_and_gradients(Backend& backend) {
  constexpr int kRows = 256, kIn = 160, kHidden = 256, kClasses = 33;
  const Shape shapes[] = {{kIn, kHidden}, {kHidden}, {kHidden, kClasses}};
  std::size_t elems = 0;
  Tape tape;
  std::vector<Tensor> weights;
  for (const Shape& shape : shapes) {
    weights.push_back(tape.external(Arena::kParameters, elems, shape));
    elems += shape.count();
  }
  const Tensor x = tape.input("x", {kRows, kIn});
  const Tensor hidden = tanh(matmul(x, weights[0]) + weights[1]);
  const Tensor loss = sum(cross_entropy_rows(matmul(hidden, weights[2]), tape.input("class", {kRows}, DType::kI32)), 0);
  tape.output("loss", loss);
  const std::vector<Tensor> slopes = gradients(loss, weights);
  for (std::size_t i = 0; i < slopes.size(); ++i) tape.output("slope " + std::to_string(i), slopes[i]);

  TestState state(backend, elems);
  const auto wave = [](std::size_t count, float step) {
    std::vector<float> out(count);
    for (std::size_t i = 0; i < count; ++i) out[i] = 0.3f * std::sin(step * static_cast<float>(i));
    return out;
  };
  state.write(Arena::kParameters, wave(elems, 0.37f));
  Feeds feeds;
  feeds["x"].f32 = wave(kRows * kIn, 0.11f);
  for (int i = 0; i < kRows; ++i) feeds["class"].i32.push_back(i % kClasses);
  return TestPlan(state, tape).run(feeds);
}

TEST_SUITE("ops") {
  TEST_CASE("threads: every unit runs once, with scratch memory of its thread's own") {
    for (int threads = 1; threads <= kMostThreads; ++threads) {
      CAPTURE(threads);
      cpu::ThreadPool pool(threads);
      for (const std::size_t units : {1, 2, 3, 7, 64, 1000}) run_often(pool, units, 200, {}, 0);
    }
  }

  TEST_CASE("threads: threads that fell asleep are woken, or are not missed") {
    constexpr std::chrono::microseconds kLongerThanTheySpin{400};
    for (const double cost_ns : {0.0, 1e6}) {
      cpu::ThreadPool pool(3);
      run_often(pool, 50, 40, kLongerThanTheySpin, cost_ns);
    }
  }

  TEST_CASE("threads: a pool ends with its threads asleep, awake or never used") {
    for (int i = 0; i < 20; ++i) {
      cpu::ThreadPool pool(kMostThreads);
      if (i % 3 > 0) run_often(pool, 20, 5, {}, 0);
      if (i % 3 > 1) std::this_thread::sleep_for(std::chrono::microseconds(400));
    }
  }

  TEST_CASE("threads: one pool serves one at a time") {
    cpu::ThreadPool pool(2);
    REQUIRE(pool.enter());
    CHECK_FALSE(pool.enter());
    pool.leave();
    CHECK(pool.enter());
  }

  TEST_CASE("threads: the same bits with one to four, values and gradients") {
    const auto alone = make_cpu_backend();
    const Values want = layers_and_gradients(*alone);
    for (int threads = 2; threads <= kMostThreads; ++threads) {
      CAPTURE(threads);
      const auto backend = make_cpu_backend(threads);
      for (int i = 0; i < 5; ++i) CHECK(layers_and_gradients(*backend) == want);
    }
  }
}

TEST_SUITE("slow.ops") {
  TEST_CASE("threads: every sample of every op gives the same bits with one to four") {
    for (const OpCase& op_case : cases_of(CaseSet::kSamples)) {
      std::string damage;
      const CaseResult want = run_kernel(op_case, 0, damage);
      for (int threads = 2; threads <= kMostThreads; ++threads) {
        const CaseResult got = run_kernel(op_case, 0, damage, {threads});
        CHECK_MESSAGE((got.value == want.value && got.arenas == want.arenas), threads, " threads\n",
                      op_case.reproduction());
      }
      CHECK_MESSAGE(damage.empty(), "wrote outside its buffer:", damage, "\n", op_case.reproduction());
    }
  }
}

}  // namespace
}  // namespace heed::test
