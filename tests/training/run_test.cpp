// training: a run answers its commands, keeps its numbers, and gets up again when training diverges.
#include <cmath>
#include <set>

#include "training/preset.h"
#include "training/run_bench.h"
#include "training/session.h"

using namespace heed;
using namespace heed::test;

namespace {

/// Answers the polls late, as a GPU would: each ticket only at the third asking.
class LateBackend : public Backend {
 public:
  explicit LateBackend(int* alive) : inner_(make_cpu_backend()), alive_(alive) {}

  std::string_view name() const override { return "late"; }
  Abilities abilities() const override { return inner_->abilities(); }
  bool supports(const Plan& plan) const override { return inner_->supports(plan); }
  StateId create_state(std::size_t elems) override { return inner_->create_state(elems); }
  void release_state(StateId state) override { inner_->release_state(state); }
  void write(StateId state, Arena arena, std::size_t offset, std::span<const float> values) override {
    inner_->write(state, arena, offset, values);
  }
  Ticket read(StateId state, Arena arena, std::size_t offset, std::size_t count) override {
    return inner_->read(state, arena, offset, count);
  }
  ExecutableId prepare(const Plan& plan, StateId state) override {
    ++*alive_;
    return inner_->prepare(plan, state);
  }
  void release(ExecutableId executable) override {
    --*alive_;
    inner_->release(executable);
  }
  Ticket submit(ExecutableId executable, std::span<const Feed> feeds, std::uint64_t seed) override {
    return inner_->submit(executable, feeds, seed);
  }
  std::optional<Outputs> poll(Ticket ticket) override {
    if (++asked_[ticket] < 3) return std::nullopt;
    asked_.erase(ticket);
    return inner_->poll(ticket);
  }

 private:
  std::unique_ptr<Backend> inner_;
  int* alive_;
  std::map<Ticket, int> asked_;
};

Json with(const std::string& path, const Json& value) {
  Json preset = tiny_preset();
  preset[Json::json_pointer(path)] = value;
  return preset;
}

}  // namespace

TEST_SUITE("training.run") {
  TEST_CASE("a run starts paused at step 0, with a picture and scores") {
    RunBench bench;
    CHECK(bench.run.phase() == RunPhase::kEmpty);
    CHECK(!bench.run.tick(5));
    bench.start(tiny_preset());
    CHECK(bench.run.phase() == RunPhase::kPaused);
    CHECK(bench.run.step() == 0);
    const auto started = bench.all<RunStarted>();
    REQUIRE(started.size() == 1);
    CHECK(started[0].preset == *validate_preset(tiny_preset()));
    CHECK(started[0].alignment_tap == "decoder.alignment");
    CHECK(started[0].parameter_count > 100);
    CHECK(started[0].max_source_length == 4);
    CHECK(started[0].max_source_length_long == 8);
    CHECK(!started[0].example_source.empty());
    const auto evaluations = bench.all<EvaluationReady>();
    REQUIRE(evaluations.size() == 1);
    CHECK(evaluations[0].evaluation.step == 0);
    CHECK(evaluations[0].evaluation.test.loss > 1);
    CHECK(evaluations[0].evaluation.test.examples == 96);  // all there are
    CHECK(evaluations[0].evaluation.test_long.examples == 64);
    CHECK(evaluations[0].evaluation.test.alignment_score > 0);
    REQUIRE(bench.all<SnapshotReady>().size() == 1);
    const Snapshot snapshot = bench.all<SnapshotReady>()[0].snapshot;
    CHECK(snapshot.step == 0);
    CHECK(snapshot.probes.size() >= 3);
  }

  TEST_CASE("a picture holds the example, both answers and attention rows that sum to one") {
    RunBench bench;
    bench.start(tiny_preset());
    const Snapshot snapshot = bench.all<SnapshotReady>().at(0).snapshot;
    for (const ProbeShot& shot : snapshot.probes) {
      CHECK(shot.target.back() == "<end>");
      CHECK(shot.forced.size() == shot.target.size());
      CHECK(shot.truth.size() == shot.target.size());
      REQUIRE(shot.taps.size() == 1);
      const TapValue& tap = shot.taps[0];
      CHECK(tap.name == "decoder.alignment");
      CHECK(tap.shape == Shape{static_cast<int>(shot.target.size()), static_cast<int>(shot.source.size())});
      REQUIRE(tap.values.size() == shot.target.size() * shot.source.size());
      for (std::size_t t = 0; t < shot.target.size(); ++t) {
        float sum = 0;
        for (std::size_t s = 0; s < shot.source.size(); ++s) sum += tap.values[t * shot.source.size() + s];
        CHECK(sum == doctest::Approx(1).epsilon(1e-4));
      }
    }
  }

  TEST_CASE("everything can be watched, each tap cut to its own example") {
    RunBench bench;
    Json preset = tiny_preset();
    preset["watch"] = "all";
    bench.start(preset);
    const auto names = bench.all<RunStarted>().at(0).taps;
    const Snapshot snapshot = bench.all<SnapshotReady>().at(0).snapshot;
    for (const ProbeShot& shot : snapshot.probes) {
      REQUIRE(shot.taps.size() == names.size());
      for (const TapValue& tap : shot.taps) {
        CAPTURE(tap.name);
        CAPTURE(tap.shape.text());
        CHECK(tap.values.size() == tap.shape.count());
        const bool over_source = tap.name.starts_with("encoder.");
        CHECK(tap.shape[0] == static_cast<int>(over_source ? shot.source.size() : shot.target.size()));
        for (const float value : tap.values) CHECK(std::isfinite(value));
      }
    }
  }

  TEST_CASE("play, pause, step, play to a step, play to the preset's end") {
    RunBench bench;
    bench.start(tiny_preset());
    bench.apply(StepOnce{1});
    bench.settle();
    CHECK(bench.run.step() == 1);
    CHECK(bench.run.phase() == RunPhase::kPaused);
    bench.apply(StepOnce{4});
    bench.settle();
    CHECK(bench.run.step() == 5);
    bench.apply(Play{12});
    CHECK(bench.run.phase() == RunPhase::kTraining);
    bench.run.tick(1);
    bench.apply(Pause{});
    bench.settle();
    CHECK(bench.run.phase() == RunPhase::kPaused);
    CHECK(bench.run.step() > 5);
    CHECK(bench.run.step() < 12);
    bench.train_to(12);
    bench.apply(Play{12});
    CHECK(bench.noticed("already_there"));
    bench.apply(Play{0});
    bench.settle();
    CHECK(bench.run.step() == 30);
    // After the preset's end there is no end.
    bench.apply(Play{0});
    for (int slice = 0; slice < 30; ++slice) bench.run.tick(5);
    CHECK(bench.run.step() > 31);
    CHECK(bench.run.phase() == RunPhase::kTraining);
    const auto points = bench.points();
    for (std::uint64_t step = 1; step <= 30; ++step) CHECK(points.count(step) == 1);
    CHECK(points.at(30).loss < points.at(1).loss);
  }

  TEST_CASE("evaluations and pictures come at their steps") {
    RunBench bench;
    bench.start(tiny_preset());
    bench.train_to(30);
    std::set<std::uint64_t> evaluated, pictured;
    for (const auto& ready : bench.all<EvaluationReady>()) evaluated.insert(ready.evaluation.step);
    for (const auto& ready : bench.all<SnapshotReady>()) pictured.insert(ready.snapshot.step);
    CHECK(evaluated == std::set<std::uint64_t>{0, 10, 20, 30});
    CHECK(pictured == std::set<std::uint64_t>{0, 1, 2, 3, 5, 8, 10, 15, 20, 25, 30});
    CHECK(bench.run.timeline().snapshots().size() == pictured.size());
    CHECK(bench.run.timeline().checkpoints().front().step == 0);
  }

  TEST_CASE("the steps of pictures are dense at first, then regular") {
    std::vector<std::uint64_t> steps;
    for (std::uint64_t step = 0; step <= 60; ++step) {
      if (is_snapshot_step(step, 20)) steps.push_back(step);
    }
    CHECK(steps == std::vector<std::uint64_t>{0, 1, 2, 3, 5, 8, 13, 20, 21, 34, 40, 60});
    CHECK(is_snapshot_step(7, 1));
  }

  TEST_CASE("a picture is sent only after the last one was taken; the waiting ones are bounded") {
    Run run([] { return make_cpu_backend(); }, counting_clock());
    Json preset = tiny_preset();
    preset["snapshot_every"] = 1;
    run.apply(StartRun{preset, ""});
    run.apply(Play{100});
    int sent = 0;
    const auto count = [&] {
      for (const Event& event : run.take_events()) sent += std::holds_alternative<SnapshotReady>(event) ? 1 : 0;
    };
    while (run.tick(5)) count();
    count();
    CHECK(sent == 1);
    int taken = 0;
    for (; taken < 200; ++taken) {
      run.apply(SnapshotTaken{});
      const int before = sent;
      count();
      if (sent == before) break;
    }
    CHECK(taken >= 8);
    CHECK(taken <= 16);
  }

  TEST_CASE("same seed, same numbers; another seed, other numbers") {
    const auto numbers = [](int seed, BackendFactory backend) {
      RunBench bench(std::move(backend));
      bench.start(with("/seed", seed));
      bench.train_to(12);
      return bench.points();
    };
    const auto cpu = [] { return make_cpu_backend(); };
    const auto first = numbers(1, cpu);
    CHECK(first.size() == 12);
    CHECK(same_points(first, numbers(1, cpu)));
    CHECK(!same_points(first, numbers(2, cpu)));
    const auto reference = numbers(1, [] { return make_reference_backend(); });
    for (const auto& [step, point] : first) CHECK(point.loss == doctest::Approx(reference.at(step).loss).epsilon(1e-3));
  }

  TEST_CASE("the number of threads changes nothing, bit for bit") {
    Json preset = tiny_preset();
    preset["batch"] = 32;
    preset["model"]["encoder"]["hidden"] = 64;
    preset["model"]["decoder"]["hidden"] = 64;
    preset["model"]["attention"]["size"] = 64;
    preset["model"]["readout"] = 64;
    const auto train = [&](int threads) {
      auto bench = std::make_unique<RunBench>([threads] { return make_cpu_backend(threads); });
      bench->start(preset);
      bench->train_to(4);
      return bench;
    };
    const auto one = train(1);
    const Bytes saved = one->checkpoint();
    for (const int threads : {2, 3, 4}) {
      CAPTURE(threads);
      const auto several = train(threads);
      CHECK(same_points(one->points(), several->points()));
      CHECK(same_tensors(saved, several->checkpoint()));
    }
  }

  TEST_CASE("commands between steps leave the training as it is") {
    RunBench plain, busy;
    plain.start(tiny_preset());
    plain.train_to(20);
    busy.start(tiny_preset());
    busy.train_to(7);
    busy.apply(TryInput{1, "abcd"});
    busy.apply(EvaluateNow{10});
    busy.apply(TakeCheckpoint{2});
    busy.apply(Play{20});
    busy.run.tick(1);
    busy.apply(TryInput{2, "dcba"});
    busy.apply(Pause{});
    busy.apply(StepOnce{1});
    busy.settle();
    busy.train_to(20);
    CHECK(same_points(plain.points(), busy.points()));
    CHECK(same_tensors(plain.checkpoint(), busy.checkpoint()));
  }

  TEST_CASE("a backend that answers late gives the same run, and its plans do not pile up") {
    int alive = 0;
    RunBench plain;
    plain.start(tiny_preset());
    plain.train_to(20);
    {
      RunBench late([&alive] { return std::make_unique<LateBackend>(&alive); });
      // Nothing waits: slices end although answers are missing.
      late.run.apply(StartRun{tiny_preset(), ""});
      CHECK(late.run.tick(1000));
      late.settle();
      late.train_to(20);
      CHECK(same_points(plain.points(), late.points()));
      CHECK(late.all<EvaluationReady>().size() == plain.all<EvaluationReady>().size());
      CHECK(same_tensors(plain.checkpoint(), late.checkpoint()));
      const int after_training = alive;
      CHECK(after_training <= static_cast<int>(PlanCache::kMost));
      for (int length = 1; length <= 60; ++length)
        late.apply(TryInput{length, std::string(static_cast<std::size_t>(length), 'a')});
      late.settle();
      CHECK(late.all<InputTried>().size() == 60);
      const int after_inputs = alive;
      CHECK(after_inputs <= static_cast<int>(PlanCache::kMost));
      late.train_to(30);
      for (int length = 1; length <= 60; ++length)
        late.apply(TryInput{length, std::string(static_cast<std::size_t>(length), 'b')});
      late.settle();
      CHECK(alive <= static_cast<int>(PlanCache::kMost));
    }
    CHECK(alive == 0);
  }

  TEST_CASE("the user's input: what can be read is decoded, what cannot is explained") {
    RunBench bench;
    bench.start(tiny_preset());
    bench.apply(TryInput{5, "abcde"});
    bench.settle();
    auto tried = bench.all<InputTried>();
    REQUIRE(tried.size() == 1);
    CHECK(tried[0].request == 5);
    CHECK(tried[0].error.empty());
    CHECK(tried[0].shot.source == std::vector<std::string>{"a", "b", "c", "d", "e"});
    CHECK(tried[0].shot.target == std::vector<std::string>{"e", "d", "c", "b", "a", "<end>"});
    CHECK(tried[0].shot.taps.at(0).shape == Shape{6, 5});
    for (const std::string& text :
         {std::string("abz"), std::string(""), std::string("   "), std::string(65, 'a'), std::string("\xff\xfe")}) {
      const auto before = bench.all<InputTried>().size();
      bench.apply(TryInput{6, text});
      bench.settle();
      tried = bench.all<InputTried>();
      REQUIRE(tried.size() == before + 1);
      CHECK(!tried.back().error.empty());
    }
  }

  TEST_CASE("without a known answer the rows of the attention follow what the model says") {
    RunBench bench;
    Json preset = tiny_preset();
    preset["task"] = "pairs";
    std::string data;
    for (int i = 0; i < 60; ++i)
      data += std::string(1, static_cast<char>('a' + i % 5)) + static_cast<char>('a' + i / 5) + "\t" +
              static_cast<char>('a' + i / 5) + "\n";
    bench.start(preset, data);
    REQUIRE(!bench.all<RunStarted>().empty());
    bench.apply(TryInput{1, "ee"});
    bench.settle();
    const auto tried = bench.all<InputTried>();
    REQUIRE(tried.size() == 1);
    const ProbeShot& shot = tried[0].shot;
    if (shot.target.empty()) {
      CHECK(shot.forced.empty());
      REQUIRE(shot.taps.size() == 1);
      CHECK(shot.taps[0].shape[0] >= static_cast<int>(shot.decoded.size()));
      CHECK(shot.taps[0].shape[0] <= static_cast<int>(shot.decoded.size()) + 1);
      CHECK(shot.taps[0].shape[1] == 2);
    }
  }

  TEST_CASE("a new run replaces the old one") {
    RunBench bench;
    bench.start(tiny_preset());
    bench.train_to(10);
    bench.start(with("/model/attention", "none"));
    CHECK(bench.run.step() == 0);
    CHECK(bench.run.timeline().metrics().empty());
    CHECK(bench.all<RunStarted>().back().alignment_tap.empty());
    // Without attention the picture shows what passes instead: the context vector.
    const ProbeShot shot = bench.all<SnapshotReady>().back().snapshot.probes.at(0);
    REQUIRE(shot.taps.size() == 1);
    CHECK(shot.taps[0].name == "decoder.context");
    CHECK(shot.taps[0].shape[0] == static_cast<int>(shot.target.size()));
    bench.train_to(10);
    CHECK(bench.all<EvaluationReady>().back().evaluation.test.alignment_score < 0);
  }

  TEST_CASE("three steps of every task, cell and attention") {
    for (const char* task : {"reverse", "copy", "dates", "translate"}) {
      for (const char* cell : {"rnn", "lstm", "gru"}) {
        for (const char* attention : {"none", "additive", "dot"}) {
          CAPTURE(task);
          CAPTURE(cell);
          CAPTURE(attention);
          Json preset = tiny_preset();
          preset["task"] = task;
          preset["model"]["encoder"]["type"] = preset["model"]["decoder"]["type"] = cell;
          preset["model"]["attention"] = attention;
          preset["evaluate_every"] = preset["snapshot_every"] = 1000;
          RunBench bench;
          bench.apply(StartRun{preset, ""});
          bench.run.apply(StepOnce{3});
          while (bench.run.step() < 3 || bench.run.phase() == RunPhase::kTraining) REQUIRE(bench.run.tick(1));
          CHECK(std::isfinite(bench.run.timeline().metrics().back().loss));
        }
      }
    }
  }
}
