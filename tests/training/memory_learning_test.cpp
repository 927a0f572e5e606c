// training: memory networks learn their stories and facts, and look where the answer is. One seed each, small sizes: a few CPU seconds in
// all.
#include "training/run_bench.h"

using namespace heed;
using namespace heed::test;

namespace {

Scores told_and_tested(const Json& task, const Json& model, int steps, double rate = 0.01) {
  RunBench bench;
  bench.start({{"task", task},
               {"model", model},
               {"optimiser", {{"type", "adam"}, {"rate", rate}, {"clip", 1}}},
               {"batch", 32},
               {"seed", 1},
               {"steps", steps},
               {"evaluate_every", steps},
               {"snapshot_every", steps}});
  bench.train_to(static_cast<std::uint64_t>(steps));
  return bench.all<EvaluationReady>().back().evaluation.test;
}

const Json kOneFact = {{"type", "stories"}, {"kinds", "1"}, {"max_lines", 6}};
const Json kTwoFacts = {{"type", "stories"}, {"kinds", "2"}, {"min_lines", 3}, {"max_lines", 7}};

}  // namespace

TEST_SUITE("slow learning") {
  TEST_CASE("stories: one hop finds the one supporting fact") {
    const Scores test = told_and_tested(kOneFact, {{"type", "end_to_end_memory"}, {"hops", 1}}, 500);
    CHECK(test.exact_match >= 0.98f);
    CHECK(test.alignment_argmax >= 0.98f);
  }

  TEST_CASE("stories: with linear start three hops follow two facts") {
    const Scores test = told_and_tested(kTwoFacts, {{"type", "end_to_end_memory"}, {"linear_steps", 500}}, 1500);
    CHECK(test.exact_match >= 0.9f);
    CHECK(test.alignment_argmax >= 0.85f);
  }

  TEST_CASE("stories, hard: told the supporting facts, both are found; not knowing times, few are") {
    Json model = {{"type", "memory_network"}, {"output", {{"type", "hard"}, {"supports", 2}}}};
    const Scores test = told_and_tested(kTwoFacts, model, 700);
    CHECK(test.exact_match >= 0.97f);
    CHECK(test.alignment_argmax >= 0.97f);
    model["output"]["supports"] = 1;
    model["input"] = {{"type", "bag"}, {"times", "no"}};
    CHECK(told_and_tested({{"type", "stories"}, {"kinds", "1"}}, model, 300).alignment_argmax < 0.8f);
  }

  TEST_CASE("facts: the key that was asked for, its value read; and one that leads to the next") {
    const Json one = {{"type", "facts"}, {"entities", 12}, {"known", 8}, {"hops", 1}};
    const Scores test = told_and_tested(one, {{"type", "key_value_memory"}, {"hops", 1}}, 500);
    CHECK(test.exact_match >= 0.98f);
    CHECK(test.alignment_argmax >= 0.98f);
    Json two = one;
    two["hops"] = 2;
    CHECK(told_and_tested(two, {{"type", "key_value_memory"}, {"hops", 2}}, 1200).exact_match >= 0.95f);
  }
}
