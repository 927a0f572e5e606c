// training: runs on stories: what is said of files that do not fit, and what an evaluation counts: kinds, supporting sentences, deletions.
#include <cmath>

#include "tasks/story_text.h"
#include "training/run_bench.h"

using namespace heed;
using namespace heed::test;

namespace {

Json small_preset(const Json& model) {
  return {{"task", {{"type", "stories"}}}, {"model", model}, {"optimiser", "adam"}, {"batch", 8}, {"seed", 1}, {"steps", 4}, {"evaluate_every", 4}, {"snapshot_every", 4}};
}

/// A file of kind 1 and one of kind 6 to train on, and to test.
std::string two_kinds() {
  std::string data;
  for (const bool test : {false, true}) {
    for (const int kind : {1, 6}) {
      std::vector<Story> stories;
      for (int index = 0; index < 30; ++index) {
        Random random(test ? 2 : 1, Purpose::kSample, static_cast<std::uint64_t>(index));
        stories.push_back(tell_story(kind, random, 3 + index % 5, {}));
      }
      data += "#file qa" + std::to_string(kind) + (test ? "_x_test.txt\n" : "_x_train.txt\n") + write_story_file(stories);
    }
  }
  return data;
}

}  // namespace

TEST_SUITE("training.stories") {
  TEST_CASE("stories that are longer than the memory are said to be") {
    std::string file = "#file qa1_x_train.txt\n";
    for (int n = 1; n <= 80; ++n) file += std::to_string(n) + " Mary went to the kitchen.\n";
    file += "81 Where is Mary?\tkitchen\t80\n#file qa1_x_test.txt\n1 Mary went to the garden.\n2 Where is Mary?\tgarden\t1\n";
    RunBench bench;
    bench.start(small_preset({{"type", "end_to_end_memory"}, {"hops", 1}}), file);
    CHECK(bench.noticed("long_stories"));
    RunBench other;
    other.start(small_preset({{"type", "end_to_end_memory"}, {"hops", 1}}), two_kinds());
    CHECK(!other.noticed("long_stories"));
  }

  TEST_CASE("errors of files reach who started the run, with the file and the line") {
    RunBench bench;
    bench.apply(StartRun{small_preset({{"type", "end_to_end_memory"}}), "#file qa1_x_train.txt\n1 Mary went to the kitchen.\n3 Where is Mary?\tkitchen\t1\n"});
    REQUIRE(!bench.all<Notice>().empty());
    CHECK(bench.all<Notice>().back().code == "bad_data");
    CHECK(bench.all<Notice>().back().text.find("qa1_x_train.txt, line 2") != std::string::npos);
  }

  TEST_CASE("each kind is counted, each hop on each supporting sentence, and deletions where they are asked for") {
    for (const Json& model : {Json{{"type", "end_to_end_memory"}, {"hops", 2}}, Json{{"type", "memory_network"}, {"output", {{"type", "hard"}, {"supports", 1}}}}}) {
      RunBench bench;
      bench.start(small_preset(model), two_kinds());
      bench.train_to(4);
      CHECK(bench.all<EvaluationReady>().back().evaluation.deletion.examples == 0);
      bench.apply(EvaluateNow{1000});
      bench.settle();
      const Evaluation evaluation = bench.all<EvaluationReady>().back().evaluation;
      REQUIRE(evaluation.kinds.size() == 2);
      CHECK(evaluation.kinds[0].kind == 1);
      CHECK(evaluation.kinds[0].examples == 30);
      CHECK(evaluation.kinds[1].name == "Yes or no");
      CHECK(evaluation.kinds[0].exact + evaluation.kinds[1].exact == static_cast<int>(std::lround(60 * evaluation.test.exact_match)));
      REQUIRE(evaluation.supports.size() == 1);
      CHECK(evaluation.supports[0].examples == 60);
      CHECK(evaluation.supports[0].of_heads.size() == bench.all<RunStarted>().back().head_names.size());
      CHECK(evaluation.supports_outside == 0);
      const DeletionScore& deletion = evaluation.deletion;
      CHECK(deletion.examples > 0);
      CHECK(deletion.examples <= evaluation.kinds[0].exact + evaluation.kinds[1].exact);
      CHECK(deletion.attended_changed <= deletion.examples);
      CHECK(deletion.other_changed <= deletion.examples);
    }
  }
  TEST_CASE("what a run is trained on is scored beside the held-out, and the timeline does not show it") {
    RunBench bench;
    bench.start(small_preset({{"type", "end_to_end_memory"}, {"hops", 1}}), two_kinds());
    bench.train_to(4);
    const std::size_t kept = bench.run.timeline().evaluations().size(), told = bench.all<EvaluationReady>().size();
    bench.apply(ScoreTraining{1000});
    bench.settle();
    REQUIRE(bench.all<TrainingScored>().size() == 1);
    const TrainingScored scored = bench.all<TrainingScored>().front();
    CHECK(scored.step == 4);
    CHECK(scored.scores.examples == 60);  // of two files with 30 questions each
    CHECK(scored.scores.exact_match >= 0);
    CHECK(bench.run.timeline().evaluations().size() == kept);
    CHECK(bench.all<EvaluationReady>().size() == told);
    bench.apply(EvaluateNow{1000});
    bench.settle();
    CHECK(bench.all<EvaluationReady>().back().evaluation.test.loss != scored.scores.loss);
    bench.apply(ScoreTraining{1});
    bench.settle();
    CHECK(bench.all<TrainingScored>().back().scores.examples == 1);
  }

  TEST_CASE("a model that learns its few stories by heart is right on them and not on others") {
    Json preset = small_preset({{"type", "end_to_end_memory"}, {"hops", 1}});
    preset["optimiser"] = {{"type", "adam"}, {"rate", 0.02}};
    preset["steps"] = 300;
    preset["evaluate_every"] = 300;
    RunBench bench;
    bench.start(preset, two_kinds());
    bench.train_to(300);
    bench.apply(EvaluateNow{1000});
    bench.apply(ScoreTraining{1000});
    bench.settle();
    const float learnt = bench.all<TrainingScored>().back().scores.exact_match;
    CHECK(learnt > 0.95f);
    CHECK(bench.all<EvaluationReady>().back().evaluation.test.exact_match < learnt);
  }
}
