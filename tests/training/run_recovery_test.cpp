// training: runs and trouble: bad input, a changed rate, divergence, going back.
#include <cmath>

#include "training/run_bench.h"

using namespace heed;
using namespace heed::test;

TEST_SUITE("training.run") {
  TEST_CASE("mistakes in what a run is given leave the run that is there alone") {
    RunBench bench;
    bench.apply(Play{3});
    CHECK(bench.noticed("no_run"));
    bench.apply(StartRun{{{"task", "revers"}}, ""});
    CHECK(bench.noticed("bad_preset"));
    CHECK(bench.run.phase() == RunPhase::kEmpty);
    bench.start(tiny_preset());
    bench.train_to(5);
    bench.apply(StartRun{{{"task", "pairs"}}, "no tab here"});
    CHECK(bench.noticed("bad_data"));
    bench.apply(ResumeRun{{1, 2, 3}, ""});
    CHECK(bench.noticed("bad_checkpoint"));
    bench.apply(SetLearningRate{-1});
    CHECK(bench.noticed("bad_rate"));
    CHECK(bench.run.step() == 5);
    bench.train_to(10);
    CHECK(bench.all<RunStarted>().size() == 1);
  }

  TEST_CASE("a changed learning rate holds from the next step and leaves a mark") {
    RunBench bench;
    bench.start(tiny_preset());
    bench.train_to(3);
    bench.apply(SetLearningRate{0.5f});
    bench.train_to(4);
    CHECK(bench.points().at(3).learning_rate == 0.01f);
    CHECK(bench.points().at(4).learning_rate == 0.5f);
    REQUIRE(bench.all<MarkAdded>().size() == 1);
    CHECK(bench.all<MarkAdded>()[0].text.find("0.01 -> 0.5") != std::string::npos);
    CHECK(bench.run.timeline().marks().size() == 1);
  }

  TEST_CASE("where the linear start of a memory network ends, the timeline says so") {
    RunBench bench;
    bench.start({{"task", {{"type", "stories"}, {"kinds", "1"}}},
                 {"model", {{"type", "end_to_end_memory"}, {"hops", 1}, {"embedding", 4}, {"linear_steps", 3}}},
                 {"batch", 2},
                 {"steps", 6},
                 {"evaluate_every", 6}});
    bench.train_to(2);
    CHECK(bench.all<MarkAdded>().empty());
    bench.train_to(6);
    REQUIRE(bench.all<MarkAdded>().size() == 1);
    CHECK(bench.all<MarkAdded>()[0].step == 3);
    CHECK(bench.all<MarkAdded>()[0].code == "linear_end");
    CHECK(bench.run.timeline().marks().size() == 1);
  }

  TEST_CASE("training that diverges stops at the last good checkpoint and can go on") {
    RunBench bench;
    bench.start(tiny_preset());
    bench.train_to(13);
    bench.apply(SetLearningRate{1e38f});
    bench.apply(Play{30});
    bench.settle();
    CHECK(bench.run.phase() == RunPhase::kStopped);
    CHECK(bench.noticed("not_finite"));
    REQUIRE(!bench.all<WentBack>().empty());
    const std::uint64_t good = bench.all<WentBack>().back().step;
    CHECK(good <= 13);
    CHECK(bench.run.step() == good);
    for (const auto& [step, point] : bench.points()) CHECK(std::isfinite(point.loss));
    for (const MetricPoint& point : bench.run.timeline().metrics()) CHECK(point.step <= good);
    // The rate is that of the checkpoint again, and the numbers are those of a run that never went wrong.
    bench.train_to(30);
    RunBench plain;
    plain.start(tiny_preset());
    plain.train_to(30);
    CHECK(bench.points().at(30).loss == plain.points().at(30).loss);
  }

  TEST_CASE("going back: the timeline after it is forgotten, and the same numbers come again") {
    RunBench bench;
    bench.start(tiny_preset());
    bench.train_to(25);
    const auto points = bench.points();
    const Bytes at_25 = bench.checkpoint();
    bench.apply(RestoreStep{14});
    bench.settle();
    CHECK(bench.run.step() == 10);
    CHECK(bench.all<WentBack>().back().step == 10);
    CHECK(bench.run.timeline().metrics().back().step == 10);
    CHECK(bench.run.timeline().snapshots().back().step == 10);
    bench.train_to(25);
    CHECK(same_points(points, bench.points()));
    CHECK(same_tensors(at_25, bench.checkpoint()));
    bench.apply(RestoreStep{0});
    bench.settle();
    CHECK(bench.run.step() == 0);
    // A request under way when the run goes back is still answered.
    bench.apply(TryInput{9, "abc"});
    bench.apply(TakeCheckpoint{9});
    bench.apply(RestoreStep{0});
    bench.settle();
    CHECK(bench.all<InputTried>().back().request == 9);
    CHECK(bench.all<CheckpointReady>().back().request == 9);
  }
}
