// tasks: walks through graphs: right answers, what the numbers hold, splits, the text that people type.
#include <set>

#include "tasks/task_test.h"

using namespace heed;

namespace {

/// The nodes that are answered, as text.
std::string walked(const Task& task, std::string_view text) {
  const Result<Example> read = task.read_input(text);
  if (!read) return read.error();
  std::string nodes;
  for (std::size_t t = 0; t < read->target.size(); ++t)
    if (read->asked[t] > 0) nodes += task.target_vocabulary().token(read->target[t]);
  return nodes;
}

}  // namespace

TEST_SUITE_BEGIN("tasks.graph_walk");

TEST_CASE("a walk by hand: every answer is where the label leads from the node before") {
  const auto task = task_from(R"({"type": "graph_walk", "nodes": 4, "labels": 2})");
  CHECK(walked(*task, "a1b b2c c1a a2d | a12") == "bc");
  CHECK(walked(*task, "a1b, b2c\nC1A a2d|A1212") == "bcad");
  CHECK(walked(*task, "a1b b1a | b11") == "ab");
  const Example example = *task->read_input("a1b b2c | a12");
  // From (4), label (2), to (4), question; two edges, then two steps of the walk, of which only the first says its node.
  CHECK(example.source_values == std::vector<float>{1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0,  //
                                                    0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0,  //
                                                    1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1,  //
                                                    0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1});
  CHECK(example.target_values == std::vector<float>{0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0});
  CHECK(example.asked == std::vector<float>{0, 0, 1, 1});
  CHECK(example.alignment == std::vector<std::vector<int>>{{}, {}, {0}, {1}});
  CHECK(task->input_text(example) == "a1b b2c | a12");
  CHECK(source_text(*task, example) == "a1b b2c a1? 2?");
}

TEST_CASE("examples follow edges that are there; splits are disjoint; tests of the long split walk farther") {
  const auto task = task_from(R"("graph_walk")");
  const TaskForm form = task->form();
  std::set<std::string> train;
  std::set<std::size_t> hops;
  for (const Split split : {Split::kTrain, Split::kTest, Split::kTestLong}) {
    for (std::uint64_t k = 0; k < 1500; ++k) {
      const Example example = task->example(split, 1, k);
      const std::size_t T = example.source.size();
      REQUIRE(T <= static_cast<std::size_t>(task->max_source_length(split)));
      REQUIRE(example.source_values.size() == T * static_cast<std::size_t>(form.source_width));
      REQUIRE(example.target_values.size() == T * static_cast<std::size_t>(form.target_width));
      const std::string text = task->input_text(example), graph = text.substr(0, text.find('|'));
      const Result<Example> read = task->read_input(text);
      REQUIRE_MESSAGE(read.ok(), text);
      REQUIRE(read->source_values == example.source_values);
      REQUIRE(read->target_values == example.target_values);
      const std::size_t steps = text.size() - text.find('|') - 3;
      if (split == Split::kTrain) train.insert(graph), hops.insert(steps);
      if (split == Split::kTest) REQUIRE(train.count(graph) == 0);
      if (split == Split::kTestLong) REQUIRE(steps == 6);
    }
  }
  CHECK(hops == std::set<std::size_t>{1, 2, 3});
  for (const Example& probe : task->probes()) CHECK(task->read_input(task->input_text(probe)).ok());
}

TEST_CASE("what people type is refused with words that say the way out") {
  const auto task = task_from(R"({"type": "graph_walk", "nodes": 3, "labels": 2})");
  CHECK(mentions(walked(*task, ""), "There is no edge yet"));
  CHECK(mentions(walked(*task, "a1b"), "Behind the stroke stands a node"));
  CHECK(mentions(walked(*task, "a1b | a"), "Behind the stroke stands a node"));
  CHECK(mentions(walked(*task, "a1b | 11"), "Behind the stroke stands a node"));
  CHECK(mentions(walked(*task, "a1d | a1"), "“a1d” is no edge. Write the edges"));
  CHECK(mentions(walked(*task, "a1b a | a1"), "“a” is no edge"));
  CHECK(mentions(walked(*task, "a1b a1c | a1"), "Two edges leave a under the label 1"));
  CHECK(mentions(walked(*task, "a1b | a12"), "No edge leaves b under “2”"));
  CHECK(mentions(walked(*task, "a1b | a9"), "No edge leaves a under “9”"));
  CHECK(mentions(complaint_of(R"({"type": "graph_walk", "nodes": 3, "labels": 1, "max_edges": 9})"), "allow for 3 edges"));
}

TEST_SUITE_END();
