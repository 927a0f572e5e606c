// training: memory machines learn their programs, and what they read is what they wrote at the right step. One seed each, small sizes: a few
// CPU seconds in all.
#include "training/run_bench.h"

using namespace heed;
using namespace heed::test;

namespace {

Evaluation machine_trained(const Json& task, const Json& model, const Json& optimiser, int batch, int steps) {
  RunBench bench;
  bench.start({{"task", task},
               {"model", model},
               {"optimiser", optimiser},
               {"batch", batch},
               {"seed", 2},
               {"steps", steps},
               {"evaluate_every", steps},
               {"snapshot_every", steps}});
  bench.train_to(static_cast<std::uint64_t>(steps));
  return bench.all<EvaluationReady>().back().evaluation;
}

}  // namespace

TEST_SUITE("slow learning") {
  TEST_CASE("a Neural Turing Machine copies, at lengths it has never seen, and reads each row a step before it is answered") {
    const Json model = {{"type", "neural_turing_machine"}, {"controller", "feed_forward"}, {"hidden", 32}, {"rows", 40}, {"row_width", 8}};
    const Evaluation found = machine_trained("bit_copy", model, {{"type", "rmsprop"}, {"rate", 0.004}, {"clip", 1}, {"schedule", "cosine"}}, 8, 800);
    CHECK(found.test.exact_match >= 0.98f);
    CHECK(found.test_long.exact_match >= 0.8f);
    CHECK(found.test.alignment_near >= 0.95f);
  }

  TEST_CASE("a Differentiable Neural Computer copies sequences one after the other with fewer rows than there are vectors, and reads what it wrote") {
    const Json task = {{"type", "bit_copies"}, {"bits", 3}, {"sequences", 3}, {"min_length", 1}, {"max_length", 2}, {"test_length", 6}};
    const Json model = {{"type", "differentiable_neural_computer"}, {"hidden", 24}, {"rows", 4}, {"row_width", 6}};
    const Evaluation found = machine_trained(task, model, {{"type", "adam"}, {"rate", 0.005}, {"clip", 1}, {"schedule", "cosine"}}, 16, 700);
    CHECK(found.test.exact_match >= 0.95f);
    CHECK(found.test_long.exact_match >= 0.8f);
  }

  TEST_CASE("fast weights: two pairs, and which digit was with the letter asked for") {
    const Evaluation found = machine_trained({{"type", "retrieval"}, {"pair_count", 2}, {"keys", 8}, {"values", 5}}, {{"type", "fast_weights"}},
                                             {{"type", "adam"}, {"rate", 0.003}, {"clip", 1}}, 64, 1500);
    CHECK(found.test.exact_match >= 0.95f);
  }
}
