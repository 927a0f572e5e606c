// training: the timeline stays bounded and keeps what matters.
#include "training/timeline.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "training/experiment.h"
#include "training/run_bench.h"

using namespace heed;
using namespace heed::test;

namespace {

template <class Entry>
bool in_order(const std::vector<Entry>& entries) {
  return std::ranges::adjacent_find(entries, [](const Entry& a, const Entry& b) { return a.step >= b.step; }) ==
         entries.end();
}

template <class Entry>
long count_between(const std::vector<Entry>& entries, std::uint64_t low, std::uint64_t high) {
  return std::ranges::count_if(entries, [=](const Entry& entry) { return entry.step >= low && entry.step <= high; });
}

Snapshot snapshot_at(std::uint64_t step) {
  Snapshot snapshot;
  snapshot.step = step;
  return snapshot;
}

}  // namespace

TEST_SUITE("training.timeline") {
  TEST_CASE("metrics of a long run stay within the limit, dense at both ends") {
    TimelineLimits limits;
    limits.metric_points = 512;
    Timeline timeline(limits);
    constexpr std::uint64_t kSteps = 60000;
    for (std::uint64_t step = 1; step <= kSteps; ++step) {
      timeline.add(MetricPoint{step, 1.0f / static_cast<float>(step), 0, 0, 0});
      REQUIRE(timeline.metrics().size() <= 512);
    }
    const auto& metrics = timeline.metrics();
    CHECK(metrics.size() > 256);
    CHECK(in_order(metrics));
    CHECK(metrics.front().step == 1);
    CHECK(metrics.back().step == kSteps);
    CHECK(count_between(metrics, 1, 100) >= 20);
    CHECK(count_between(metrics, kSteps - 100, kSteps) >= 20);
    // Nowhere a gap of more than a few hundredths of the run.
    for (std::size_t i = 1; i < metrics.size(); ++i) CHECK(metrics[i].step - metrics[i - 1].step < kSteps / 20);
  }

  TEST_CASE("snapshots: the first and the last stay, whatever the limit") {
    for (const int limit : {2, 3, 8, 64}) {
      CAPTURE(limit);
      TimelineLimits limits;
      limits.snapshots = limit;
      Timeline timeline(limits);
      for (std::uint64_t step = 0; step < 3000; step += 7) {
        timeline.add(snapshot_at(step));
        REQUIRE(timeline.snapshots().size() <= static_cast<std::size_t>(limit));
        REQUIRE(timeline.snapshots().front().step == 0);
        REQUIRE(timeline.snapshots().back().step == step);
      }
      CHECK(in_order(timeline.snapshots()));
    }
  }

  TEST_CASE("what fits is kept whole") {
    Timeline timeline;
    for (std::uint64_t step = 0; step < 256; ++step) timeline.add(snapshot_at(step));
    CHECK(timeline.snapshots().size() == 256);
  }

  TEST_CASE("an entry of the same step replaces the old one; an earlier one finds its place") {
    Timeline timeline;
    Evaluation evaluation;
    evaluation.step = 10;
    timeline.add(evaluation);
    evaluation.step = 20;
    timeline.add(evaluation);
    evaluation.step = 10;
    evaluation.test.exact_match = 0.5f;
    timeline.add(evaluation);
    REQUIRE(timeline.evaluations().size() == 2);
    CHECK(timeline.evaluations()[0].test.exact_match == 0.5f);
    evaluation.step = 15;
    timeline.add(evaluation);
    CHECK(timeline.evaluations()[1].step == 15);
  }

  TEST_CASE("snapshot_at finds the last one at or before a step") {
    Timeline timeline;
    CHECK(timeline.snapshot_at(5) == -1);
    for (const std::uint64_t step : {3, 10, 20}) timeline.add(snapshot_at(step));
    CHECK(timeline.snapshot_at(2) == -1);
    CHECK(timeline.snapshot_at(3) == 0);
    CHECK(timeline.snapshot_at(19) == 1);
    CHECK(timeline.snapshot_at(20) == 2);
    CHECK(timeline.snapshot_at(1000) == 2);
  }

  TEST_CASE("going back forgets what came after, in every list") {
    Timeline timeline;
    for (std::uint64_t step = 0; step <= 100; step += 10) {
      timeline.add(MetricPoint{step, 0, 0, 0, 0});
      timeline.add(snapshot_at(step));
      Evaluation evaluation;
      evaluation.step = step;
      timeline.add(evaluation);
      timeline.add_checkpoint(step, {1, 2, 3});
      timeline.add_mark(step, "mark");
    }
    CHECK(timeline.checkpoints().size() <= 12);
    timeline.truncate_after(50);
    CHECK(timeline.metrics().back().step == 50);
    CHECK(timeline.snapshots().back().step == 50);
    CHECK(timeline.evaluations().back().step == 50);
    CHECK(timeline.checkpoints().back().step <= 50);
    CHECK(timeline.marks().back().step == 50);
    timeline.clear();
    CHECK(timeline.metrics().empty());
    CHECK(timeline.checkpoints().empty());
  }

  TEST_CASE("marks are bounded") {
    Timeline timeline;
    for (std::uint64_t step = 0; step < 5000; ++step) timeline.add_mark(step, "learning rate 0.1 -> 0.2");
    CHECK(timeline.marks().size() <= 256);
    CHECK(timeline.marks().back().step == 4999);
  }

  TEST_CASE("pictures hold as many examples as fit their bytes, and evaluations fetch no maps that are too large") {
    Json preset = {{"task", {{"type", "text"}, {"window", 64}}},
                   {"model", {{"type", "transformer_decoder"}, {"width", 16}, {"heads", 8}, {"layers", 4}, {"feed_forward", 16}, {"positions", "sinusoidal"}}}, {"batch", 2}};
    const auto large = make_experiment(preset, "");
    REQUIRE_MESSAGE(large.ok(), (large.ok() ? "" : large.error()));
    CHECK((*large)->scores_attention);
    RunBench bench;
    bench.apply(StartRun{preset, ""});
    while (bench.run.timeline().snapshots().empty()) {
      REQUIRE(bench.run.tick(0.1));
      bench.drain();
    }
    const Snapshot& snapshot = bench.run.timeline().snapshots().front();
    CHECK((*large)->task->probes().size() == 4);
    CHECK(snapshot.probes.size() == 2);  // of half a megabyte each
    preset["task"]["window"] = 256;
    const auto larger = make_experiment(preset, "");
    REQUIRE(larger.ok());
    CHECK_FALSE((*larger)->scores_attention);
    preset["model"]["positions"] = "learned";
    const auto learned = make_experiment(preset, "");
    REQUIRE_FALSE(learned.ok());
    CHECK(learned.error().find("learned ones reach 128 places, and the task has 256") != std::string::npos);
    preset["model"]["positions"] = "sinusoidal";
    preset["model"]["heads"] = preset["model"]["layers"] = 1;
    CHECK((*make_experiment(preset, ""))->scores_attention);
  }
}
