// tests/webgpu: what can go wrong with a GPU, each provoked, and that nothing of a run stays behind when it is over.
#include <doctest/doctest.h>
#include <malloc.h>

#include <cmath>
#include <optional>
#include <stdexcept>
#include <string>

#include "base/json.h"
#include "engine/backend/webgpu/gpu.h"
#include "engine/ops/ops.h"
#include "patient.h"
#include "stand_in.h"
#include "support/run_plan.h"
#include "training/run_bench.h"
#include "turn.h"

namespace heed::test {
namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// y = W x + b and a step down its gradient: some plan.
void record_step(Tape& tape) {
  const Tensor x = tape.input("x", {3, 5}), w = tape.external(Arena::kParameters, 0, {5, 7});
  tape.output("y", tanh(matmul(x, w)));
}

Feeds some_feeds() {
  return {{"x", {std::vector<float>(15, 0.25f), {}}}};
}

/// Runs the plan on a fresh backend and gives its first value.
float run_once() {
  const auto gpu = make_patient_webgpu();
  TestState state(*gpu, 35);
  state.write(Arena::kParameters, std::vector<float>(35, 0.1f));
  Tape tape;
  record_step(tape);
  TestPlan plan(state, tape);
  return plan.run(some_feeds()).at("y").at(0);
}

TEST_SUITE("webgpu") {
  TEST_CASE(
      "webgpu: a browser without WebGPU is refused with a reason, and so is a machine without an adapter or a device") {
    {
      const StandIn none(kGpuNone);
      CHECK(none.state == GpuState::kRefused);
      CHECK(contains(gpu_about(), "no WebGPU"));
      CHECK_THROWS_AS(make_patient_webgpu(), std::runtime_error);
    }
    {
      const StandIn none(kGpuNoAdapter);
      CHECK(none.state == GpuState::kRefused);
      CHECK(contains(gpu_about(), "no graphics adapter"));
    }
    {
      const StandIn none(kGpuDeviceRefused);
      CHECK(none.state == GpuState::kRefused);
      CHECK(contains(gpu_about(), "the driver is too old"));
    }
    CHECK(run_once() == doctest::Approx(std::tanh(0.125f)));
  }

  TEST_CASE("webgpu: a model that the limits do not allow is refused by name before anything runs") {
    const StandIn small(kGpuSmallLimits);
    REQUIRE(small.state == GpuState::kReady);
    const auto gpu = make_patient_webgpu();
    std::string why;
    try {
      gpu->create_state(8u << 20);
    } catch (const std::runtime_error& error) {
      why = error.what();
    }
    CHECK(contains(why, "limits do not allow the 160 MB"));
    CHECK(gpu->failure().empty());
    TestState fits(*gpu, 1000);
    CHECK(fits.read(Arena::kParameters) == std::vector<float>(1000, 0));
  }

  TEST_CASE("webgpu: memory that the GPU does not have is told with its size") {
    const StandIn full(kGpuFull);
    REQUIRE(full.state == GpuState::kReady);
    const auto gpu = make_patient_webgpu();
    const StateId state = gpu->create_state(1u << 20);
    CHECK(turn_until([&] { return !gpu->failure().empty(); }));
    CHECK(contains(gpu->failure(), "memory of 21 MB"));
    CHECK(contains(gpu->failure(), "Out of memory"));
    gpu->release_state(state);
  }

  TEST_CASE("webgpu: more memory than SwiftShader can get is refused by the device itself, and it computes on") {
    REQUIRE(wait_for_gpu() == GpuState::kReady);
    if (!contains(read_device_about(gpu_about()).name, "swiftshader")) return;  // another one may have as much
    trouble();
    // The most that its limits allow in one buffer is a little more than it can give.
    const double most = parse_json(gpu_about())->at("limits").at("maxStorageBufferBindingSize").get<double>();
    const int memory = heed_gpu_create_memory(most);
    REQUIRE(memory != 0);
    std::string said;
    CHECK(turn_until([&] { return !(said = trouble()).empty(); }, 20));
    CHECK(contains(said, "memory of " + std::to_string(static_cast<int>(most / (1 << 20))) + " MB: "));
    CHECK(contains(said, "MEMORY"));
    heed_gpu_release_memory(memory);
    CHECK(run_once() == doctest::Approx(std::tanh(0.125f)));
  }

  TEST_CASE("webgpu: a device lost in mid-submission fails the backend, and another one computes again") {
    {
      const auto gpu = make_patient_webgpu();
      TestState state(*gpu, 35);
      Tape tape;
      record_step(tape);
      const Plan plan = compile(tape, {}, gpu->abilities());
      const ExecutableId executable = gpu->prepare(plan, state.id);
      const std::vector<float> x(15, 0.25f);
      const std::vector<Feed> feeds{{x, {}}};
      const Ticket ticket = gpu->submit(executable, feeds, 1);
      lose_gpu();
      CHECK(gpu_state() == GpuState::kLost);
      CHECK_THROWS_AS(gpu->poll(ticket), std::runtime_error);
      CHECK(contains(gpu->failure(), "lost"));
      CHECK(contains(gpu_about(), "\"reason\""));
      // Whoever holds the backend still may go on calling it: nothing happens.
      CHECK_THROWS_AS(gpu->poll(gpu->submit(executable, feeds, 2)), std::runtime_error);
      CHECK_THROWS_AS(gpu->poll(gpu->read(state.id, Arena::kParameters, 0, 35)), std::runtime_error);
      gpu->write(state.id, Arena::kParameters, 0, x);
      gpu->release(executable);
      CHECK(heed_gpu_bytes() == 0);
    }
    CHECK(run_once() == doctest::Approx(std::tanh(0.125f)));
    CHECK(gpu_state() == GpuState::kReady);
  }

  TEST_CASE("webgpu: an error of validation is told with the label of its kernel") {
    REQUIRE(wait_for_gpu() == GpuState::kReady);
    trouble();
    const auto after = [](const char* code) {
      heed_gpu_pipeline("softmax (3,257)", code, "main", "{}");
      std::string said;
      turn_until([&] { return !(said = trouble()).empty(); }, 20);
      return said;
    };
    const std::string wrong_code = after("@compute @workgroup_size(64) fn main() { let a: u32 = 1.5; }");
    CHECK(contains(wrong_code, "softmax (3,257): "));
    // What waits for such a kernel never comes, and what comes after it is not held up.
    const int memory = heed_gpu_create_memory(1024);
    const int rows[5] = {heed_gpu_pipeline("sum (3,3)", "@compute @workgroup_size(64) fn main() { nothing(); }", "main", "{}"), 1, 1, 1, 0};
    const unsigned params[64] = {};
    const double copies[] = {0, 4};
    float first = 7;
    const int schedule = heed_gpu_create_schedule(memory, rows, 1, params);
    const int wrong = heed_gpu_submit(schedule, params, 16, copies, 1, kGpuUntimed);
    const float three = 3;
    heed_gpu_write(memory, 0, &three, 4);
    const int right = heed_gpu_read(memory, 0, 4);
    CHECK(turn_until([&] { return heed_gpu_poll(right, &first) == 1; }, 20));
    CHECK(first == 3);
    CHECK(heed_gpu_poll(wrong, &first) == -1);
    heed_gpu_forget(wrong);
    heed_gpu_release_schedule(schedule);
    heed_gpu_release_memory(memory);
    CHECK(contains(trouble(), "sum (3,3): "));
    // The code is fine, but it wants a binding that no kernel has.
    const std::string wrong_layout = after(
        "@group(0) @binding(5) var<storage, read_write> other: array<f32>;\n"
        "@compute @workgroup_size(64) fn main() { other[0] = 1; }");
    CHECK(contains(wrong_layout, "softmax (3,257): "));
  }

  TEST_CASE("webgpu: a dispatch that the device does not allow is told with the label of its kernel") {
    REQUIRE(wait_for_gpu() == GpuState::kReady);
    trouble();
    const int memory = heed_gpu_create_memory(1024);
    const int pipeline = heed_gpu_pipeline("sum (9,9)", "@compute @workgroup_size(64) fn main() {}", "main", "{}");
    const int rows[5] = {pipeline, 70000, 1, 1, 0};
    const unsigned params[64] = {};
    const int schedule = heed_gpu_create_schedule(memory, rows, 1, params);
    std::string said;
    CHECK(turn_until([&] { return !(said = trouble()).empty(); }, 20));
    CHECK(contains(said, "sum (9,9): "));
    heed_gpu_release_schedule(schedule);
    heed_gpu_release_memory(memory);
  }

  TEST_CASE("webgpu: plans prepared, run and released leave nothing behind") {
    REQUIRE(wait_for_gpu() == GpuState::kReady);
    // Up to eight buffers to read back through stay for the next run: those of the first rounds are the last ones.
    double bytes = 0;
    for (int round = 0; round < 300; ++round) {
      run_once();
      if (round == 20) bytes = heed_gpu_bytes();
    }
    CHECK(heed_gpu_bytes() == bytes);
    CHECK(heed_test_objects() == 0);
  }

  TEST_CASE("webgpu: a thousand runs of a model thrown away while results are on their way leave nothing behind") {
    REQUIRE(wait_for_gpu() == GpuState::kReady);
    const Json few_kernels = {{"task", {{"type", "lookup"}}}, {"model", {{"type", "generic_attention"}, {"embedding", 4}}}, {"batch", 4}};
    double bytes = 0;
    const auto settled_heap = [] {
      turn_until([] { return heed_test_objects() == 0; });
      return mallinfo().uordblks;
    };
    auto heap = settled_heap();
    for (int round = 0; round < 1000; ++round) {
      if (round == 100) heap = settled_heap();
      Run run([] { return make_webgpu_backend(); }, counting_clock());
      run.apply(StartRun{few_kernels, ""});
      run.apply(Play{});
      REQUIRE(run.phase() == RunPhase::kTraining);
      // Some are given time for a few steps, some go at once.
      for (int i = 0; i < round % 4; ++i) {
        run.tick(1);
        turn();
      }
      if (round == 20) bytes = heed_gpu_bytes();
    }
    const auto heap_after = settled_heap();
    CHECK(heed_test_objects() == 0);
    CHECK(bytes > 0);
    CHECK(heed_gpu_bytes() <= bytes);
    CHECK(heap_after <= heap + 16384);  // 18 bytes a run
    CHECK(trouble().empty());
  }
}

}  // namespace
}  // namespace heed::test
