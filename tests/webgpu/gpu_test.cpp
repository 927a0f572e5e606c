// tests/webgpu: what the webgpu backend promises beyond the contract of all backends.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "engine/backend/webgpu/gpu.h"
#include "engine/ops/ops.h"
#include "ops/all_backends.h"
#include "patient.h"
#include "support/run_plan.h"

namespace heed::test {

std::vector<std::unique_ptr<Backend>> contract_backends() {
  std::vector<std::unique_ptr<Backend>> out;
  out.push_back(make_reference_backend());
  out.push_back(make_patient_webgpu());
  return out;
}

namespace {

using Numbers = std::vector<float>;

TEST_SUITE("webgpu") {
  TEST_CASE("webgpu: a larger plan makes the memory grow: arenas, constants and earlier plans stay what they are") {
    const auto gpu = make_patient_webgpu();
    Tape small, large;
    small.output("y", exp(neg(small.input("x", {3}))) + small.constant({3}, {1, 2, 3}));
    large.output("y", neg(exp(broadcast(large.input("x", {1}), {1 << 18}))) * large.constant({1}, {2}));
    TestState state(*gpu, 5);
    state.write(Arena::kMoment1, {1, 2, 3, 4, 5});
    TestPlan before(state, small);
    const Feeds zeros{{"x", {{0, 0, 0}, {}}}};
    CHECK(before.run(zeros).at("y") == Numbers{2, 3, 4});
    TestPlan after(state, large);
    CHECK(after.run({{"x", {{0}, {}}}}).at("y") == Numbers(1 << 18, -2.0f));
    CHECK(before.run(zeros).at("y") == Numbers{2, 3, 4});
    CHECK(state.read(Arena::kMoment1) == Numbers{1, 2, 3, 4, 5});
  }

  TEST_CASE("webgpu: as many submissions as it takes run in order, and each result is that of its own feeds") {
    const auto gpu = make_patient_webgpu();
    Tape tape;
    const Tensor sum = tape.external(Arena::kParameters, 0, {1}) + tape.input("x", {1});
    tape.output("sum", sum);
    store(sum, Arena::kParameters, 0);
    TestState state(*gpu, 1);
    const Plan plan = compile(tape, {}, gpu->abilities());
    const ExecutableId executable = gpu->prepare(plan, state.id);
    std::vector<Ticket> tickets;
    for (std::size_t i = 1; i <= gpu->most_in_flight(); ++i) {
      const Numbers x{static_cast<float>(i)};
      const Feed feed{x, {}};
      tickets.push_back(gpu->submit(executable, {&feed, 1}, 0));
    }
    float want = 0;
    for (std::size_t i = 0; i < tickets.size(); ++i)
      CHECK(gpu->poll(tickets[i])->values.at(0) == Numbers{want += static_cast<float>(i + 1)});
    gpu->release(executable);
  }

  TEST_CASE("webgpu: a schedule cut into several submissions runs in order, each dispatch once, timed or not") {
    REQUIRE(wait_for_gpu() == GpuState::kReady);
    const int memory = heed_gpu_create_memory(1024);
    const int pipeline = heed_gpu_pipeline("double and add one",
                                           "@group(0) @binding(0) var<storage, read_write> memory: array<f32>;\n"
                                           "@compute @workgroup_size(1) fn main() { memory[4] = 2 * memory[4] + 1; }",
                                           "main", "{}");
    constexpr int kDispatches = 6;
    std::vector<int> rows;
    for (int i = 0; i < kDispatches; ++i) rows.insert(rows.end(), {pipeline, 1, 1, 1, i % 2});
    const std::vector<unsigned> params(64 * kDispatches);
    const int schedule = heed_gpu_create_schedule(memory, rows.data(), kDispatches, params.data());
    const std::vector<double> copies{16, 4};
    float want = 0;
    for (const int timed : {0, 1}) {
      for (int i = 0; i < kDispatches; ++i) want = 2 * want + 1;
      const Numbers upload(4);
      const int ticket = heed_gpu_submit(schedule, upload.data(), 16, copies.data(), 1, timed);
      Numbers arrived(1 + kDispatches);
      CHECK(turn_until([&] { return heed_gpu_poll(ticket, arrived.data()) == 1; }));
      CHECK(arrived[0] == want);
    }
    heed_gpu_release_schedule(schedule);
    heed_gpu_release_memory(memory);
  }

  TEST_CASE("webgpu: kernels are timed one by one however many a submission has, more than a query set holds included") {
    REQUIRE(wait_for_gpu() == GpuState::kReady);
    const int memory = heed_gpu_create_memory(1024);
    const int pipeline = heed_gpu_pipeline("count",
                                           "@group(0) @binding(0) var<storage, read_write> memory: array<f32>;\n"
                                           "@compute @workgroup_size(1) fn main() { memory[4] += 1; }",
                                           "main", "{}");
    constexpr int kDispatches = 2100, kInSet = 2048;
    std::vector<int> rows;
    for (int i = 0; i < kDispatches; ++i) rows.insert(rows.end(), {pipeline, 1, 1, 1, 0});
    const std::vector<unsigned> params(64 * kDispatches);
    const int schedule = heed_gpu_create_schedule(memory, rows.data(), kDispatches, params.data());
    const double copies[] = {16, 4};
    const double before = heed_gpu_bytes();
    Numbers arrived(1 + kDispatches);
    for (const int timed : {kGpuTimedApart, kGpuTimedTogether}) {
      std::ranges::fill(arrived, 0.0f);
      const Numbers upload(16);  // the counter goes back to 0
      const int ticket = heed_gpu_submit(schedule, upload.data(), 64, copies, 1, timed);
      CHECK(turn_until([&] { return heed_gpu_poll(ticket, arrived.data()) == 1; }));
      CHECK(arrived[0] == kDispatches);
      const auto any_time = [&](int first, int end) { return std::any_of(arrived.begin() + 1 + first, arrived.begin() + 1 + end, [](float ns) { return ns > 0; }); };
      for (int first = 0; first < kDispatches; first += kInSet)
        CHECK(any_time(first, std::min(first + kInSet, kDispatches)) == (timed == kGpuTimedApart || first == 0));
    }
    heed_gpu_release_schedule(schedule);
    heed_gpu_release_memory(memory);
    CHECK(heed_gpu_bytes() <= before + (1 << 18));  // what results are read back through stays
  }

  TEST_CASE("webgpu: kernels are timed one by one on request, by their labels, and the results are the same") {
    const auto gpu = make_patient_webgpu();
    Tape tape;
    Tensor x = tape.input("x", {40, 40});
    for (int i = 0; i < 3; ++i) x = matmul(x, x);
    tape.output("y", x);
    TestState state(*gpu, 0);
    TestPlan plan(state, tape);
    const Feeds feeds{{"x", {Numbers(1600, 0.25f), {}}}};
    const Values untimed = plan.run(feeds);
    CHECK(gpu->kernel_times().empty());
    gpu->time_kernels(true);
    CHECK(plan.run(feeds) == untimed);
    const std::vector<KernelTime> times = gpu->kernel_times();
    CHECK(std::ranges::count_if(times, [](const KernelTime& time) { return time.label == "matmul (40,40)"; }) == 3);
    float all_us = 0;
    for (const KernelTime& time : times) all_us += time.us;
    CHECK(all_us > 0);
    gpu->time_kernels(false);
    CHECK(plan.run(feeds) == untimed);
  }
}

}  // namespace
}  // namespace heed::test
