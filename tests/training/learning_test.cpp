// training: models learn what they are meant to learn, within a number of steps. Small sizes: a few CPU seconds in all.
#include "training/run_bench.h"

using namespace heed;
using namespace heed::test;

namespace {

Json small(const std::string& task, const std::string& cell, const Json& attention, int seed) {
  return {{"task", {{"type", task}, {"symbols", 6}, {"min_length", 2}, {"max_length", 6}}},
          {"model",
           {{"embedding", 8},
            {"encoder", {{"type", cell}, {"hidden", 16}}},
            {"decoder", {{"type", cell}, {"hidden", 16}}},
            {"attention", attention},
            {"readout", 16}}},
          {"optimiser", {{"type", "adam"}, {"rate", 0.01}}},
          {"batch", 32},
          {"seed", seed},
          {"steps", 400},
          {"evaluate_every", 200},
          {"snapshot_every", 100}};
}

Evaluation after(const Json& preset, std::uint64_t steps) {
  RunBench bench;
  bench.start(preset);
  bench.train_to(steps);
  return bench.all<EvaluationReady>().back().evaluation;
}

const Json kAdditive = {{"type", "additive"}, {"size", 16}};
const Json kDot = {{"type", "dot"}, {"size", 16}, {"scaled", false}};

}  // namespace

TEST_SUITE("slow learning") {
  TEST_CASE("with attention a short reversal is learnt, and the attention lies on the right symbols") {
    for (const int seed : {1, 2}) {
      for (const Json& attention : {kAdditive, kDot}) {
        CAPTURE(seed);
        CAPTURE(attention.dump());
        const Evaluation evaluation = after(small("reverse", "gru", attention, seed), 400);
        CHECK(evaluation.test.exact_match >= 0.97f);
        CHECK(evaluation.test.loss < 0.05f);
        CHECK(evaluation.test.alignment_score > 0.8f);
        CHECK(evaluation.test.alignment_argmax > 0.9f);
        CHECK(evaluation.test.attention_entropy < 1.0f);
      }
    }
  }

  TEST_CASE("copying is learnt too, and with other cells") {
    for (const char* cell : {"gru", "lstm"}) {
      CAPTURE(cell);
      const Evaluation evaluation = after(small("copy", cell, kAdditive, 1), 400);
      CHECK(evaluation.test.exact_match >= 0.95f);
      CHECK(evaluation.test.alignment_near > 0.9f);
    }
  }

  TEST_CASE("without attention the same number of steps gets less far, on longer sequences above all") {
    // The mean over seeds: a single one depends on the last bits of the sums.
    constexpr int kSeeds = 6;
    float test_gain = 0, long_gain = 0, long_token_gain = 0;
    for (int seed = 1; seed <= kSeeds; ++seed) {
      const Evaluation with = after(small("reverse", "gru", kAdditive, seed), 200),
                       without = after(small("reverse", "gru", "none", seed), 200);
      test_gain += (with.test.exact_match - without.test.exact_match) / kSeeds;
      long_gain += (with.test_long.exact_match - without.test_long.exact_match) / kSeeds;
      long_token_gain += (with.test_long.token_accuracy - without.test_long.token_accuracy) / kSeeds;
      CHECK(without.test.alignment_score < 0);
    }
    CHECK(test_gain > 0.15f);
    CHECK(long_gain > 0.04f);
    CHECK(long_token_gain > 0);
  }
}
