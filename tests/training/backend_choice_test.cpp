// training: what a run computes on: asked for, found by timing, changed in mid-run, and given up when it fails. On a GPU that is
// the cpu backend behind a device that answers late (fake_gpu.h), so that the numbers can be compared bit for bit.
#include "training/fake_gpu.h"
#include "training/preset.h"

using namespace heed;
using namespace heed::test;

TEST_SUITE("training.backend") {
  TEST_CASE("a run on webgpu: the numbers of its backend, bounded submissions, no mark") {
    GpuBench bench;
    bench.gpu->polls_until_answer = 30;
    bench.begin("webgpu");
    CHECK(bench.chosen().backend == "webgpu");
    CHECK(bench.chosen().code == "asked");
    CHECK(bench.chosen().device == "a fake");
    CHECK(bench.run.step() == 0);
    bench.train_to(30);
    CHECK(same_points(bench.points(), plain_points(30)));
    CHECK(bench.gpu->submitted > 30);
    CHECK(bench.gpu->most_under_way == 5);
    CHECK(bench.run.timeline().marks().empty());
    const auto checkpoint = read_safetensors(bench.checkpoint());
    REQUIRE(checkpoint.ok());
    CHECK(checkpoint->metadata.at("backend") == "webgpu");
    CHECK(checkpoint->metadata.at("backend_reason") == "It was asked for.");
  }

  TEST_CASE("nobody spins: a slice of time without progress says that it waits") {
    GpuBench bench;
    bench.gpu->opens = false;
    bench.apply(StartRun{tiny_preset(), "", "webgpu"});
    bench.apply(Play{30});
    for (int slice = 0; slice < 200; ++slice) bench.run.tick(1);
    CHECK(bench.run.tick(1000) == kWaiting);  // for the device, with a budget that it does not use up
    CHECK(bench.run.step() == 0);
    bench.gpu->opens = true;
    bench.gpu->polls_until_answer = 1000000;
    for (int slice = 0; slice < 50; ++slice) bench.run.tick(1);
    const int submitted = bench.gpu->submitted;
    CHECK(bench.run.tick(1000) == kWaiting);  // for results
    CHECK(bench.gpu->submitted == submitted);
    bench.gpu->polls_until_answer = 0;
    bench.settle();
    CHECK(bench.run.step() == 30);
    CHECK(bench.run.tick(5) == kResting);
  }

  TEST_CASE("auto takes the faster one, says which, and does not touch the run") {
    for (const bool gpu_is_faster : {true, false}) {
      CAPTURE(gpu_is_faster);
      GpuBench bench;
      bench.gpu->step_ms = gpu_is_faster ? 3 : 30;
      bench.begin("auto");
      const BackendChosen chosen = bench.chosen();
      CHECK(chosen.code == "faster");
      CHECK(chosen.wish == "auto");
      CHECK(chosen.backend == (gpu_is_faster ? "webgpu" : "cpu"));
      CHECK(chosen.cpu_ms == doctest::Approx(9).epsilon(0.1));
      CHECK(chosen.webgpu_ms == doctest::Approx(bench.gpu->step_ms).epsilon(0.1));
      CHECK(chosen.kernels.tiles == "64x64/8x8");
      CHECK(chosen.kernels.since == "2026-11-21");
      CHECK(chosen.reason.find(gpu_is_faster ? "WebGPU: 3" : "WebGPU: 30 ms a step, CPU: 9") == 0);
      CHECK(bench.gpu->states == (gpu_is_faster ? 1 : 0));
      CHECK(bench.gpu->backends == (gpu_is_faster ? 1 : 0));
      CHECK(bench.all<MetricsReady>().empty());
      CHECK(bench.all<Notice>().empty());
      bench.train_to(30);
      CHECK(same_points(bench.points(), plain_points(30)));
      CHECK(bench.run.timeline().marks().empty());
    }
  }

  TEST_CASE("auto: the first step waits for the choice, and pictures do not") {
    GpuBench bench;
    bench.gpu->opens = false;
    bench.apply(StartRun{tiny_preset(), "", "auto"});
    bench.apply(Play{30});
    for (int slice = 0; slice < 100; ++slice) bench.run.tick(1);
    bench.apply(Pause{});
    CHECK(bench.run.step() == 0);
    CHECK(bench.all<SnapshotReady>().size() == 1);
    CHECK(bench.chosen().code == "opening");
    bench.apply(Play{30});
    bench.gpu->look_ms = 1;
    bench.settle();  // the clock runs on: it does not wait for ever
    CHECK(bench.chosen().code == "late");
    CHECK(bench.chosen().backend == "cpu");
    CHECK(bench.run.step() == 30);
  }

  TEST_CASE("auto: a GPU that opens and then does not answer is not waited for") {
    GpuBench bench;
    bench.gpu->polls_until_answer = 1000000;
    bench.gpu->look_ms = 1;
    bench.begin("auto");
    CHECK(bench.chosen().code == "late");
    CHECK(bench.chosen().cpu_ms > 0);
    CHECK(bench.gpu->backends == 0);
    bench.train_to(30);
    CHECK(same_points(bench.points(), plain_points(30)));
  }

  TEST_CASE("auto takes the GPU where the cpu has no memory for a step, and says so; without a GPU the run stops and says why") {
    GpuBench bench;
    bench.gpu->cpu_full = true;
    bench.begin("auto");
    CHECK(bench.chosen().code == "roomier");
    CHECK(bench.chosen().backend == "webgpu");
    CHECK(bench.chosen().cpu_ms == 0);
    bench.train_to(5);
    bench.begin("cpu");
    bench.apply(Play{5});
    bench.settle();
    CHECK(bench.noticed("no_memory"));
    CHECK(bench.run.phase() == RunPhase::kStopped);
  }

  TEST_CASE("auto does not try the cpu on steps that would take it seconds") {
    GpuBench bench;
    const Json preset = {{"task", {{"type", "text"}, {"window", 64}}},
                         {"model", {{"type", "transformer_decoder"}, {"width", 256}, {"heads", 4}, {"layers", 2}, {"feed_forward", 1024}}}, {"batch", 128}};
    bench.apply(StartRun{preset, "", "auto"});
    for (int slice = 0; slice < 200 && (bench.all<BackendChosen>().empty() || bench.chosen().code == "opening" || bench.chosen().code == "timing"); ++slice) {
      bench.run.tick(0.1);
      bench.drain();
    }
    CHECK(bench.chosen().code == "large");
    CHECK(bench.chosen().backend == "webgpu");
    CHECK(std::stoi(bench.chosen().detail) >= 20);
    CHECK(bench.chosen().cpu_ms == 0);
    CHECK(bench.chosen().webgpu_ms == 0);
  }

  TEST_CASE("auto does not even time a GPU that is a program; who asks for it gets it") {
    GpuBench bench;
    bench.gpu->fallback = true;
    bench.begin("auto");
    CHECK(bench.chosen().code == "fallback");
    CHECK(bench.chosen().backend == "cpu");
    CHECK(bench.gpu->submitted == 0);
    CHECK(bench.all<Notice>().empty());
    bench.begin("webgpu");
    CHECK(bench.chosen().backend == "webgpu");
    bench.train_to(5);
  }

  TEST_CASE("a model with an op that the GPU lacks runs on the cpu and says which") {
    for (const std::string wish : {"auto", "webgpu"}) {
      GpuBench bench;
      bench.gpu->lacking = OpKind::kTanh;
      bench.begin(wish);
      CHECK(bench.chosen().code == "unsupported");
      CHECK(bench.chosen().detail == "tanh");
      CHECK(bench.chosen().backend == "cpu");
      CHECK(bench.noticed("gpu_unsupported") == (wish == "webgpu"));
      bench.train_to(5);
    }
  }

  TEST_CASE("no GPU, and one that never comes: the cpu, with the reason; aloud only where it was asked for") {
    for (const std::string wish : {"auto", "webgpu"}) {
      GpuBench bench;
      bench.gpu->refuses = true;
      bench.begin(wish);
      CHECK(bench.chosen().code == "refused");
      CHECK(bench.chosen().reason.find("the browser gave none") != std::string::npos);
      CHECK(bench.noticed("gpu_refused") == (wish == "webgpu"));
      bench.train_to(5);
      // Asked again, it is looked for again.
      bench.gpu->refuses = false;
      bench.apply(ChooseBackend{"webgpu"});
      bench.settle();
      CHECK(bench.gpu->opened == 2);
      CHECK(bench.chosen().backend == "webgpu");
    }
    RunBench without;
    without.apply(StartRun{tiny_preset(), "", "webgpu"});
    without.settle();
    CHECK(without.noticed("gpu_refused"));
    without.train_to(3);
    without.apply(ChooseBackend{"abacus"});
    CHECK(without.noticed("bad_backend"));
  }

  TEST_CASE("changed in mid-run: the same numbers as without, every request answered, a mark for each change") {
    GpuBench bench;
    bench.begin("cpu");
    CHECK(bench.gpu->opened == 0);
    bench.apply(Play{30});
    const char* const backends[] = {"webgpu", "cpu", "auto"};
    int asked = 0;
    while (bench.run.tick(0.1) != kResting) {
      bench.drain();
      if (asked < 3 && bench.run.step() >= 7 * static_cast<std::uint64_t>(asked + 1)) {
        bench.apply(TryInput{asked, "abc"});
        bench.apply(TakeCheckpoint{asked});
        bench.apply(ChooseBackend{backends[asked++]});
      }
    }
    bench.drain();
    CHECK(asked == 3);
    CHECK(bench.run.step() == 30);
    CHECK(same_points(bench.points(), plain_points(30)));
    CHECK(bench.all<InputTried>().size() == 3);
    CHECK(bench.all<CheckpointReady>().size() == 3);
    const auto marks = bench.run.timeline().marks();
    REQUIRE(marks.size() == 3);
    CHECK(marks[0].text == "CPU -> WebGPU");
    CHECK(marks[0].code == "moved");
    CHECK(marks[0].values == std::vector<std::string>{"cpu", "webgpu"});
    CHECK(bench.all<MarkAdded>()[1].values == std::vector<std::string>{"webgpu", "cpu"});
    CHECK(marks[1].text == "WebGPU -> CPU");
    CHECK(bench.all<WentBack>().empty());
    CHECK(bench.all<Notice>().empty());
  }

  TEST_CASE("looks inside and measurements under way survive a change") {
    GpuBench bench;
    bench.begin("webgpu");
    bench.train_to(3);
    bench.apply(LookInside{1, 0, ""});
    bench.apply(MeasureCost{2, 8});
    bench.run.tick(0.1);
    bench.apply(ChooseBackend{"cpu"});
    bench.settle();
    REQUIRE(bench.all<LookedInside>().size() == 1);
    CHECK(bench.all<LookedInside>()[0].error.empty());
    REQUIRE(bench.all<CostMeasured>().size() == 1);
    CHECK(bench.gpu->states == 0);
    bench.train_to(5);
  }

  TEST_CASE("a GPU lost in mid-run: on from the last good step on the cpu, and said so") {
    GpuBench bench;
    bench.begin("webgpu");
    bench.train_to(13);
    bench.gpu->fails_after = bench.gpu->submitted + 9;
    bench.apply(Play{30});
    bench.apply(TryInput{4, "abc"});
    bench.settle();
    CHECK(bench.run.step() == 30);
    CHECK(bench.run.phase() == RunPhase::kPaused);
    REQUIRE(bench.all<WentBack>().size() == 1);
    const std::uint64_t good = bench.all<WentBack>()[0].step;
    CHECK(good == 13);  // kept where the run rested
    CHECK(bench.chosen().backend == "cpu");
    CHECK(bench.chosen().code == "lost");
    CHECK(bench.chosen().detail == "the cable was pulled");
    REQUIRE(bench.noticed("gpu_lost_run"));
    CHECK(bench.all<Notice>().back().values == std::vector<std::string>{"the cable was pulled", std::to_string(good)});
    REQUIRE(bench.run.timeline().marks().size() == 1);
    CHECK(bench.run.timeline().marks()[0].text.find("the GPU failed") != std::string::npos);
    CHECK(bench.run.timeline().marks()[0].code == "gpu_lost");
    CHECK(bench.all<InputTried>().size() == 1);
    CHECK(same_points(bench.points(), plain_points(30)));
    CHECK(bench.gpu->states == 0);
    CHECK(bench.gpu->executables == 0);
    CHECK(bench.gpu->backends == 0);
  }

  TEST_CASE("changed while a language model writes: the text is the one that it writes without") {
    const Json language = {{"task", {{"type", "text"}, {"window", 16}}},
                           {"model", {{"type", "transformer_decoder"}, {"width", 8}, {"heads", 2}, {"layers", 1}, {"feed_forward", 8}}},
                           {"batch", 2}, {"evaluate_every", 1000}, {"snapshot_every", 1000}};
    const auto written = [&](const std::vector<std::string>& backends, bool train) {
      GpuBench bench;
      bench.begin("cpu", language);
      if (train) bench.apply(Play{40});
      bench.apply(Generate{7, "The dog", 60, {.temperature = 1.2f, .top_p = 0.9f, .seed = 4}});
      std::size_t asked = 0;
      for (int slices = 1; bench.run.tick(0.05) != kResting; ++slices) {
        bench.drain();
        if (asked < backends.size() && slices % 5 == 0) bench.apply(ChooseBackend{backends[asked++]});
        REQUIRE(slices < 100000);
      }
      bench.drain();
      CHECK(asked == backends.size());
      CHECK(bench.all<Notice>().empty());
      REQUIRE(bench.all<TextWritten>().size() == 1);
      std::size_t told = 0, decided = 0;
      for (std::size_t i = 0; i < bench.events.size(); ++i) {
        if (std::holds_alternative<TextWritten>(bench.events[i])) told = i;
        if (std::holds_alternative<BackendChosen>(bench.events[i])) decided = i;
      }
      CHECK(decided < told);
      return bench.all<TextWritten>()[0];
    };
    const std::vector<std::string> there_and_back{"webgpu", "cpu", "webgpu"};
    const TextWritten alone = written({"cpu"}, false), switched = written(there_and_back, false);
    CHECK(alone.pieces.size() == 60);
    CHECK(switched.pieces == alone.pieces);
    CHECK(switched.chances == alone.chances);
    CHECK(written(there_and_back, true).pieces.size() == 60);
  }

  TEST_CASE("a GPU lost at every possible moment never costs more than going back") {
    const auto plain = plain_points(20);
    for (const std::string wish : {"webgpu", "auto"}) {
      for (int after = 1; after < 60; after += 2) {
        CAPTURE(wish);
        CAPTURE(after);
        GpuBench bench;
        bench.gpu->fails_after = after;
        bench.begin(wish);
        bench.apply(Play{20});
        bench.apply(LookInside{1, 0, ""});
        bench.apply(TakeCheckpoint{2});
        bench.apply(Generate{3, "", 4, {}});
        bench.settle();
        CHECK(bench.run.step() == 20);
        CHECK(bench.chosen().backend == "cpu");
        CHECK(same_points(bench.points(), plain));
        CHECK(bench.all<LookedInside>().size() == 1);
        CHECK(bench.all<CheckpointReady>().size() == 1);
        CHECK(bench.gpu->states == 0);
        CHECK(bench.gpu->backends == 0);
      }
    }
  }

  TEST_CASE("a run paused on the GPU keeps where it stands: nothing is lost with it") {
    GpuBench bench;
    bench.begin("webgpu");
    bench.apply(Play{30});
    while (bench.run.step() < 17) bench.run.tick(0.1);
    bench.apply(Pause{});
    bench.settle();
    const std::uint64_t paused = bench.run.step();
    bench.gpu->failed = true;
    bench.apply(Play{30});
    bench.settle();
    CHECK(bench.all<WentBack>().at(0).step == paused);
    CHECK(same_points(bench.points(), plain_points(30)));
  }

  TEST_CASE("a checkpoint under way when the GPU is lost is of one moment") {
    for (int after = 1; after < 12; ++after) {
      GpuBench bench;
      bench.begin("webgpu");
      bench.train_to(15);
      bench.gpu->fails_after = bench.gpu->submitted + after;
      bench.apply(TakeCheckpoint{1});
      bench.apply(TryInput{2, "abcd"});
      bench.apply(Play{25});
      bench.settle();
      REQUIRE(bench.all<CheckpointReady>().size() == 1);
      RunBench resumed, plain;
      resumed.apply(ResumeRun{bench.all<CheckpointReady>()[0].bytes, ""});
      resumed.settle();
      resumed.train_to(30);
      plain.start(tiny_preset());
      plain.train_to(30);
      CHECK(same_tensors(resumed.checkpoint(), plain.checkpoint()));
    }
  }

  TEST_CASE("a run that the GPU cannot hold stays on the cpu; one that outgrows it moves there without loss") {
    GpuBench bench;
    bench.gpu->too_large = true;
    bench.begin("webgpu");
    CHECK(bench.chosen().code == "too_large");
    CHECK(bench.noticed("gpu_too_large"));
    bench.train_to(5);
    bench.apply(ChooseBackend{"auto"});
    bench.settle();
    CHECK(bench.chosen().code == "too_large");
    CHECK(bench.chosen().backend == "cpu");

    GpuBench grows;
    grows.begin("webgpu");
    grows.train_to(13);
    grows.gpu->most_input_elems = 0;  // no further plan can be prepared
    grows.apply(TryInput{1, "abc"});
    grows.apply(Play{30});
    grows.settle();
    CHECK(grows.chosen().code == "too_large");
    CHECK(grows.chosen().backend == "cpu");
    CHECK(grows.noticed("gpu_too_large"));
    CHECK(grows.all<WentBack>().empty());
    CHECK(grows.all<InputTried>().size() == 1);
    CHECK(grows.run.step() == 30);
    CHECK(same_points(grows.points(), plain_points(30)));
    CHECK(grows.run.timeline().marks().size() == 1);
    CHECK(grows.gpu->states == 0);
  }

  TEST_CASE("a resumed run computes where it is told to, and a new run leaves nothing behind on the GPU") {
    GpuBench bench;
    bench.begin("webgpu");
    bench.train_to(12);
    const Bytes at_12 = bench.checkpoint();
    bench.apply(ResumeRun{at_12, "", "webgpu"});
    bench.settle();
    CHECK(bench.chosen().backend == "webgpu");
    bench.train_to(30);
    CHECK(bench.points().at(30).loss == plain_points(30).at(30).loss);
    for (int i = 0; i < 20; ++i) bench.begin(i % 2 == 0 ? "auto" : "webgpu");
    CHECK(bench.gpu->states == 1);
    CHECK(bench.gpu->backends == 1);
    bench.begin("cpu");
    CHECK(bench.gpu->states == 0);
    CHECK(bench.gpu->executables == 0);
  }

  TEST_CASE("a profile: kernels by their share, on scratch copies; the cpu says that it has none") {
    GpuBench bench;
    bench.begin("webgpu");
    bench.train_to(3);
    bench.apply(ProfileStep{8});
    bench.settle();
    const auto answers = bench.all<StepProfiled>();
    REQUIRE(answers.size() == 1);
    CHECK(answers[0].request == 8);
    CHECK(answers[0].error.empty());
    CHECK(answers[0].has_clock);
    CHECK(answers[0].memory_bytes == 4096);
    CHECK(answers[0].step_ms == doctest::Approx(3).epsilon(0.1));
    REQUIRE(answers[0].kernels.size() == 2);
    CHECK(answers[0].kernels[0].label == "matmul (4,6)");
    CHECK(answers[0].kernels[0].calls == 2);
    CHECK(answers[0].kernels[0].ms == doctest::Approx(1.5));
    CHECK(bench.gpu->states == 1);
    bench.gpu->has_clock = false;
    bench.apply(ProfileStep{9});
    bench.settle();
    CHECK(!bench.all<StepProfiled>().back().has_clock);
    CHECK(bench.all<StepProfiled>().back().kernels.size() == 2);
    bench.train_to(30);
    CHECK(same_points(bench.points(), plain_points(30)));
    bench.apply(ChooseBackend{"cpu"});
    bench.settle();
    bench.apply(ProfileStep{10});
    CHECK(!bench.all<StepProfiled>().back().error.empty());
  }

  TEST_CASE("what a device says of itself is read with care") {
    const DeviceAbout about = read_device_about(
        R"({"vendor":"nvidia","architecture":"hopper","device":"","description":"","fallback":true,"features":["timestamp-query"],"bytes":12.5})");
    CHECK(about.name == "nvidia hopper");
    CHECK(about.fallback);
    CHECK(about.has_clock);
    CHECK(about.memory_bytes == 12.5);
    CHECK(read_device_about(R"({"reason":"none"})").reason == "none");
    CHECK(read_device_about("").name.empty());
    CHECK(read_device_about(R"([1])").name.empty());
    CHECK(read_device_about(R"({"features":3,"bytes":"x","fallback":1})").memory_bytes == 0);
  }
}
