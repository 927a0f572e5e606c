// training: recall over a long row, and reversal with Luong's attention, within a number of steps and with one seed.
#include "training/run_bench.h"

using namespace heed;
using namespace heed::test;

namespace {

Evaluation evaluation_after(Json preset, std::uint64_t steps) {
  preset["optimiser"] = {{"type", "adam"}, {"rate", 0.003}, {"clip", 1}};
  preset["batch"] = 64;
  preset["seed"] = 1;
  preset["steps"] = preset["evaluate_every"] = preset["snapshot_every"] = steps;
  RunBench bench;
  bench.start(preset);
  bench.train_to(steps);
  return bench.all<EvaluationReady>().back().evaluation;
}

Evaluation recall_after(const Json& cell, const Json& read_out, std::uint64_t steps) {
  return evaluation_after({{"task", {{"type", "recall"}, {"length", 40}}},
                           {"model", {{"type", "recurrent_reader"}, {"cell", cell}, {"read_out", read_out}}}},
                          steps);
}

Evaluation luong_after(const Json& score, const Json& window, std::uint64_t steps) {
  return evaluation_after({{"task", {{"type", "reverse"}, {"symbols", 6}, {"min_length", 2}, {"max_length", 6}}},
                           {"model",
                            {{"type", "luong"},
                             {"encoder", {{"type", "gru"}, {"hidden", 32}}},
                             {"decoder", {{"type", "gru"}, {"hidden", 32}}},
                             {"score", score},
                             {"window", window}}}},
                          steps);
}

}  // namespace

TEST_SUITE("slow learning") {
  TEST_CASE("a plain net forgets over 40 symbols; reading all of its states, it knows") {
    CHECK(recall_after("rnn", "last", 250).test.exact_match < 0.5f);
    CHECK(recall_after("rnn", "max", 250).test.exact_match > 0.95f);
  }

  TEST_CASE("a forgetful LSTM that looks back finds the marked symbol") {
    const Evaluation evaluation = recall_after({{"type", "lstm"}, {"forget_bias", -2}}, "attention", 250);
    CHECK(evaluation.test.exact_match > 0.95f);
    CHECK(evaluation.test.alignment_near > 0.6f);
  }

  TEST_CASE("a general score reverses; a window that goes along with the target cannot look where it should") {
    const Evaluation whole = luong_after("general", "global", 300),
                     along = luong_after("general", {{"type", "local_m"}, {"half_width", 1}}, 300);
    CHECK(whole.test.exact_match > 0.95f);
    CHECK(whole.test.alignment_score > 0.8f);
    CHECK(along.test.alignment_score < 0.6f);
  }
}
