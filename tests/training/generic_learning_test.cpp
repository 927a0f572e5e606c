// training: generic, hard and hierarchical attention, adaptive computation time and the soft window learn their toys,
// and their pictures are the right ones. One seed each, small sizes: a few CPU seconds in all.
#include "training/rank_agreement.h"
#include "training/run_bench.h"

using namespace heed;
using namespace heed::test;

namespace {

Json lookup(const Json& scores, const Json& addressing, int steps) {
  return {{"task", {{"type", "lookup"}, {"items", 4}, {"keys", 6}, {"values", 6}}},
          {"model", {{"type", "generic_attention"}, {"embedding", 16}, {"scores", scores}, {"addressing", addressing}}},
          {"optimiser", {{"type", "adam"}, {"rate", 0.01}}},
          {"batch", 32},
          {"seed", 1},
          {"steps", steps},
          {"evaluate_every", steps},
          {"snapshot_every", steps}};
}

Json learning_preset(const Json& task, const Json& model, int batch, int steps) {
  return {{"task", task},
          {"model", model},
          {"optimiser", {{"type", "adam"}, {"rate", 0.01}}},
          {"batch", batch},
          {"seed", 1},
          {"steps", steps},
          {"watch", "all"},
          {"evaluate_every", steps},
          {"snapshot_every", steps}};
}

/// A run trained to the end of its preset.
struct Trained {
  RunBench bench;
  explicit Trained(const Json& preset) {
    bench.start(preset);
    bench.train_to(preset.at("steps").get<std::uint64_t>());
  }
  Scores test() const { return bench.all<EvaluationReady>().back().evaluation.test; }
  const std::vector<float>& tap(const ProbeShot& probe, const std::string& name) const {
    for (const TapValue& value : probe.taps)
      if (value.name == name) return value.values;
    FAIL("no tap " << name);
    return probe.taps.front().values;
  }
  std::vector<ProbeShot> probes() const { return bench.run.timeline().snapshots().back().probes; }
};

}  // namespace

TEST_SUITE("slow learning") {
  TEST_CASE("looking up: both forms of generic attention put nearly all weight on the item asked for") {
    for (const Json& scores : {Json{{"type", "tanh"}, {"size", 16}}, Json{{"type", "dot"}}}) {
      CAPTURE(scores.dump());
      const Scores test = Trained(lookup(scores, "soft", 600)).test();
      CHECK(test.exact_match >= 0.98f);
      CHECK(test.alignment_score >= 0.9f);
      CHECK(test.alignment_argmax >= 0.98f);
    }
  }

  TEST_CASE("looking up by chance and reward: the hard twin gets there too, later") {
    const Json hard = {{"type", "hard"}, {"baseline", "learned"}, {"entropy", 0.05}, {"entropy_steps", 1000}};
    const Scores test = Trained(lookup({{"type", "tanh"}, {"size", 16}}, hard, 1500)).test();
    CHECK(test.exact_match >= 0.95f);
    CHECK(test.alignment_argmax >= 0.95f);
    CHECK(test.attention_entropy < 1);  // one item, its two words
  }

  TEST_CASE("the clue: the right sentence, and in it the right word") {
    const Scores test = Trained(learning_preset({{"type", "clue"}, {"sentences", 3}},
                                                {{"type", "hierarchical_attention"},
                                                 {"embedding", 12},
                                                 {"words", {{"type", "gru"}, {"hidden", 8}}},
                                                 {"sentences", "none"},
                                                 {"size", 12}},
                                                32, 300))
                            .test();
    CHECK(test.exact_match >= 0.95f);
    CHECK(test.alignment_near >= 0.9f);
  }

  TEST_CASE("parity: the more numbers, the more steps of thought") {
    Json preset = learning_preset({{"type", "parity"}, {"bits", 8}, {"vectors", 8}},
                                  {{"type", "adaptive_computation"},
                                   {"cell", "gru"},
                                   {"hidden", 48},
                                   {"reads", "one"},
                                   {"most_steps", 10},
                                   {"penalty", 0.05},
                                   {"free_steps", 800},
                                   {"halting_bias", -4},
                                   {"carries", false}},
                                  16, 2500);
    preset["optimiser"]["rate"] = 0.005;
    const Trained trained(preset);
    CHECK(trained.test().token_accuracy >= 0.97f);
    double agreement = 0;
    const std::vector<ProbeShot> probes = trained.probes();
    for (const ProbeShot& probe : probes) {
      std::vector<float> numbers;
      for (const std::string& count : probe.source) numbers.push_back(std::stof(count));
      agreement += kendall_tau_b(trained.tap(probe, "ponder.steps"), numbers).value_or(-1);
    }
    CHECK(agreement / static_cast<double>(probes.size()) > 0.5);
  }

  TEST_CASE("stretching: the window climbs its staircase") {
    const Trained trained(learning_preset(
        {{"type", "stretch"}, {"min_length", 3}, {"max_length", 4}},
        {{"type", "soft_window"}, {"embedding", 12}, {"hidden", 32}, {"components", 2}, {"pace", 0.4}, {"readout", 24}},
        32, 400));
    CHECK(trained.test().exact_match >= 0.9f);
    CHECK(trained.test().alignment_near >= 0.9f);
    for (const ProbeShot& probe : trained.probes()) {
      const std::vector<float>& kappa = trained.tap(probe, "window.position");
      for (std::size_t i = 2; i < kappa.size(); ++i) CHECK(kappa[i] > kappa[i - 2]);
    }
  }

  TEST_CASE("handwriting: the pen goes where it should, free running too") {
    const Trained trained(learning_preset(
        {{"type", "strokes"}, {"min_length", 3}, {"max_length", 3}},
        {{"type", "soft_window"}, {"embedding", 12}, {"hidden", 32}, {"components", 2}, {"pace", 0.2}, {"readout", 24}},
        32, 500));
    CHECK(trained.test().loss < 0.03f);
    CHECK(trained.test().value_error < 0.1f);
    CHECK(trained.test().alignment_near >= 0.8f);
  }
}
