// tests/webgpu: a run that changes what it computes on, with the real device and nothing that waits for it.
#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <vector>

#include "engine/backend/webgpu/webgpu.h"
#include "patient.h"
#include "stand_in.h"
#include "training/run_bench.h"
#include "turn.h"

namespace heed::test {
namespace {

double now_ms() {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

Backends real_backends() {
  return {[] { return make_cpu_backend(); },
          Gpu{make_webgpu_backend, open_gpu, [] { return static_cast<DeviceState>(gpu_state()); }, [] { return read_device_about(gpu_about()); }}};
}

Json language() {
  return {{"task", {{"type", "text"}, {"window", 16}}},
          {"model", {{"type", "transformer_decoder"}, {"width", 16}, {"heads", 2}, {"layers", 1}, {"feed_forward", 24}}},
          {"batch", 4},
          {"evaluate_every", 1000},
          {"snapshot_every", 1000}};
}

/// A run in real time.
struct RealBench : RunBench {
  RealBench() : RunBench(real_backends(), now_ms) {}

  /// Until it rests; `each` is called after every slice.
  template <class Each>
  void go_on(Each each, double slice_ms = 2, int most_seconds = 60) {
    const double end = now_ms() + 1000.0 * most_seconds;
    for (Tick tick = kWorking; tick != kResting;) {
      REQUIRE(now_ms() < end);
      tick = run.tick(slice_ms);
      drain();
      each();
      if (tick == kWaiting) turn();
    }
  }
  void go_on() {
    go_on([] {});
  }
};

constexpr int kPieces = 60;

TextWritten text_of(const std::vector<std::string>& backends) {
  RealBench bench;
  bench.apply(StartRun{language(), "", "cpu"});
  bench.go_on();
  bench.apply(Generate{7, "The dog", kPieces, {.temperature = 0.8f, .seed = 4}});
  std::size_t asked = 0;
  int slices = 0;
  bench.go_on([&] {
    const std::size_t decided = bench.all<BackendChosen>().size();
    if (asked < backends.size() && ++slices % 3 == 1 && decided >= asked) bench.apply(ChooseBackend{backends[asked++]});
  }, 0.2);
  CHECK(asked == backends.size());
  const auto written = bench.all<TextWritten>();
  REQUIRE(written.size() == 1);
  REQUIRE(written[0].error.empty());
  CHECK(bench.all<Notice>().empty());
  if (!backends.empty()) {
    // They took over while it wrote, and not before or after.
    const auto last_of = [&](auto is) {
      std::size_t last = 0;
      for (std::size_t i = 0; i < bench.events.size(); ++i)
        if (is(bench.events[i])) last = i;
      return last;
    };
    const std::size_t told = last_of([](const Event& event) { return std::holds_alternative<TextWritten>(event); });
    CHECK(last_of([](const Event& event) { return std::holds_alternative<BackendChosen>(event) && std::get<BackendChosen>(event).backend == "webgpu"; }) < told);
    CHECK(bench.all<BackendChosen>().size() >= 2);
  }
  return written[0];
}

TEST_SUITE("webgpu") {
  TEST_CASE("webgpu: a run that asks for a GPU whose memory is full, or too small for it, says so and computes on the cpu") {
    for (const int kind : {kGpuFull, kGpuTinyLimits}) {
      CAPTURE(kind);
      const StandIn full(kind);
      REQUIRE(full.state == GpuState::kReady);
      Json preset = language();
      preset["batch"] = 128;  // some 10 MB
      preset["model"]["width"] = 48;
      RealBench bench;
      bench.apply(StartRun{preset, "", "webgpu"});
      bench.go_on();
      bench.apply(StepOnce{1});
      bench.go_on();
      CHECK(bench.run.step() == 1);
      const auto chosen = bench.all<BackendChosen>();
      REQUIRE(!chosen.empty());
      CHECK(chosen.back().backend == "cpu");
      CAPTURE(chosen.back().detail);
      CAPTURE(chosen.back().code);
      CHECK(chosen.back().detail.find(kind == kGpuFull ? "Out of memory" : "limits do not allow") != std::string::npos);
      const auto notices = bench.all<Notice>();
      REQUIRE(!notices.empty());
      CHECK(notices.back().code.starts_with("gpu_"));
      CHECK(notices.back().text.find(" MB") != std::string::npos);
      CHECK(bench.all<PhaseChanged>().back().phase == RunPhase::kPaused);
    }
  }

  TEST_CASE("webgpu: a text that is being written while the backend changes is the one that the cpu writes alone") {
    const TextWritten alone = text_of({}), switched = text_of({"webgpu", "cpu", "webgpu"});
    CHECK(alone.pieces.size() == kPieces);
    CHECK(switched.pieces == alone.pieces);
    for (std::size_t i = 0; i < alone.chances.size(); ++i) CHECK(switched.chances[i] == doctest::Approx(alone.chances[i]).epsilon(1e-3));
  }
}

}  // namespace
}  // namespace heed::test
