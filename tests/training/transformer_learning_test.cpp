// training: Transformers learn what they are meant to learn, within a number of steps, and their heads show how. Small
// sizes: a few CPU seconds in all.
#include "training/run_bench.h"

using namespace heed;
using namespace heed::test;

namespace transformer_learning_tests {
namespace {

const Json kAdam = {{"type", "adam"}, {"rate", 0.004}, {"schedule", {{"type", "linear"}, {"warmup", 100}}}};

Evaluation after(Json task, Json model, int steps) {
  RunBench bench;
  bench.start({{"task", std::move(task)},
               {"model", std::move(model)},
               {"optimiser", kAdam},
               {"batch", 32},
               {"steps", steps},
               {"evaluate_every", steps},
               {"snapshot_every", steps}});
  bench.train_to(static_cast<std::uint64_t>(steps));
  return bench.all<EvaluationReady>().back().evaluation;
}

Json small(const char* type, const Json& more = Json::object()) {
  Json model{{"type", type}, {"width", 32}, {"heads", 4}, {"feed_forward", 64}};
  model.update(more);
  return model;
}

}  // namespace

TEST_SUITE("slow learning of transformers") {
  TEST_CASE("a Transformer reverses and sorts, and one of its heads looks at the right symbols") {
    for (const char* task : {"reverse", "sort"}) {
      CAPTURE(task);
      const Evaluation evaluation = after({{"type", task}, {"symbols", 6}, {"min_length", 2}, {"max_length", 6}},
                                          small("transformer"), 500);
      CHECK(evaluation.test.exact_match >= 0.95f);
      CHECK(evaluation.test.alignment_argmax > 0.6f);
    }
  }

  TEST_CASE("hidden symbols are found where they stand a second time") {
    const Evaluation evaluation =
        after({{"type", "masked"}, {"symbols", 6}, {"min_pairs", 3}, {"max_pairs", 3}}, small("transformer_encoder"), 900);
    CHECK(evaluation.test.token_accuracy >= 0.95f);
    CHECK(evaluation.test.alignment_argmax > 0.7f);
  }

  TEST_CASE("two layers go on with a repetition by an induction head; one layer does not") {
    const Json task{{"type", "induction"}, {"symbols", 10}, {"min_period", 3}, {"max_period", 8}, {"length", 20}};
    const Evaluation two = after(task, small("transformer_decoder"), 500);
    const Evaluation one = after(task, small("transformer_decoder", {{"layers", 1}}), 500);
    CHECK(two.test.token_accuracy > 0.95f);
    CHECK(two.test.alignment_argmax > 0.9f);
    CHECK(one.test.token_accuracy < 0.6f);
    CHECK(one.test.alignment_argmax < 0.5f);
  }

  TEST_CASE("a language model learns the program's sentences") {
    const Evaluation evaluation = after({{"type", "text"}, {"window", 24}},
                                        small("transformer_decoder", {{"norm", "pre"}, {"positions", "rotary"}}), 300);
    CHECK(evaluation.test.loss < 1.2f);
    CHECK(evaluation.test.token_accuracy > 0.6f);
  }
}

}  // namespace transformer_learning_tests
