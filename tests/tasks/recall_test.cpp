// tasks: recall.
#include <algorithm>

#include "tasks/task_test.h"

using namespace heed;

TEST_SUITE_BEGIN("tasks.recall");

TEST_CASE("one symbol in the first quarter is marked, and it is the answer") {
  const auto task = task_from(R"({"type": "recall", "symbols": 5, "length": 12})");
  CHECK(task->form().answer == Answer::kLabel);
  std::vector<int> places(12), answers(5);
  for (std::uint64_t k = 0; k < 3000; ++k) {
    const Example example = task->example(Split::kTrain, 1, k);
    const std::string text = source_text(*task, example);
    REQUIRE(text.size() == 12);
    std::vector<std::size_t> marks;
    for (std::size_t s = 0; s < text.size(); ++s)
      if (text[s] < 'a') marks.push_back(s);
    REQUIRE(marks.size() == 1);
    REQUIRE(marks[0] < 3);
    REQUIRE(example.target.size() == 1);
    REQUIRE(target_text(*task, example) == std::string(1, static_cast<char>(text[marks[0]] - 'A' + 'a')));
    REQUIRE(example.alignment == std::vector<std::vector<int>>{{static_cast<int>(marks[0])}});
    ++places[marks[0]];
    ++answers[static_cast<std::size_t>(example.target[0] - kFirstToken)];
  }
  for (std::size_t s = 0; s < 3; ++s) CHECK(places[s] == doctest::Approx(1000).epsilon(0.15));
  for (const int count : answers) CHECK(count == doctest::Approx(600).epsilon(0.15));
}

TEST_CASE("rows of the long split are longer than those of training, as far as there is room") {
  const auto task = task_from(R"({"type": "recall", "length": 40})");
  CHECK(task->max_source_length(Split::kTestLong) == kMaximumSource);
  for (std::uint64_t k = 0; k < 200; ++k) {
    const std::size_t length = task->example(Split::kTestLong, 1, k).source.size();
    REQUIRE(length > 40);
    REQUIRE(length <= static_cast<std::size_t>(kMaximumSource));
  }
  CHECK(task_from(R"({"type": "recall", "length": 64})")->max_source_length(Split::kTestLong) == 0);
}

TEST_CASE("what people type is read, and refused where no letter or more than one is marked") {
  const auto task = task_from(R"("recall")");
  CHECK(answer(*task, "abCdefgh") == "c");
  CHECK(answer(*task, "a b, C d") == "c");
  CHECK(test::mentions(answer(*task, "abcd"),
                       "No letter is marked. Use the letters a to h and write one of them as a capital"));
  CHECK(test::mentions(answer(*task, "aBcD"), "More than one letter is marked"));
  CHECK(test::mentions(answer(*task, "abZ"), "“Z” is not one of this task's symbols"));
  CHECK(test::mentions(answer(*task, " "), "nothing to read"));
}

TEST_CASE("probes are held out, and their marks lie from the beginning to the end of the quarter") {
  const auto task = task_from(R"({"type": "recall", "length": 40})");
  const std::vector<Example> probes = task->probes();
  REQUIRE(probes.size() == 4);
  CHECK(probes[0].alignment[0][0] == 0);
  CHECK(probes[1].alignment[0][0] == 9);
  for (const Example& probe : probes) CHECK(probe.source.size() == 40);
}

TEST_SUITE_END();
