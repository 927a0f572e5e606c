// tasks: reversal, copying and sorting.
#include <algorithm>
#include <set>

#include "tasks/task_test.h"

using namespace heed;

TEST_SUITE_BEGIN("tasks.symbols");

TEST_CASE("reversal reads from the end, copying from the start") {
  for (const bool reversed : {true, false}) {
    const auto task = task_from(reversed ? R"("reverse")" : R"("copy")");
    for (std::uint64_t k = 0; k < 300; ++k) {
      const Example example = task->example(Split::kTrain, 1, k);
      std::string expected = source_text(*task, example);
      if (reversed) std::reverse(expected.begin(), expected.end());
      REQUIRE(target_text(*task, example) == expected);
      for (std::size_t t = 0; t + 1 < example.target.size(); ++t) {
        REQUIRE(example.alignment[t].size() == 1);
        REQUIRE(example.source[static_cast<std::size_t>(example.alignment[t][0])] == example.target[t]);
      }
      REQUIRE(example.alignment[0][0] == (reversed ? static_cast<int>(example.source.size()) - 1 : 0));
    }
  }
}

TEST_CASE("sorting puts letters in order and points at all places of each") {
  const auto task = task_from(R"("sort")");
  for (std::uint64_t k = 0; k < 300; ++k) {
    const Example example = task->example(Split::kTrain, 1, k);
    std::vector<int> expected = example.source;
    std::sort(expected.begin(), expected.end());
    expected.push_back(kEndToken);
    REQUIRE(example.target == expected);
    for (std::size_t t = 0; t + 1 < example.target.size(); ++t) {
      const auto count = std::count(example.source.begin(), example.source.end(), example.target[t]);
      REQUIRE(static_cast<std::ptrdiff_t>(example.alignment[t].size()) == count);
      for (const int place : example.alignment[t])
        REQUIRE(example.source[static_cast<std::size_t>(place)] == example.target[t]);
    }
  }
}

TEST_CASE("lengths and symbols are spread evenly") {
  const auto task = task_from(R"({"type": "reverse", "symbols": 5, "min_length": 3, "max_length": 6})");
  std::vector<int> lengths(7), symbols(5);
  for (std::uint64_t k = 0; k < 4000; ++k) {
    const Example example = task->example(Split::kTrain, 2, k);
    ++lengths[example.source.size()];
    for (const int id : example.source) ++symbols[static_cast<std::size_t>(id - kFirstToken)];
  }
  for (std::size_t length = 3; length <= 6; ++length) CHECK(lengths[length] == doctest::Approx(1000).epsilon(0.15));
  for (const int count : symbols) CHECK(count == doctest::Approx(3600).epsilon(0.1));
}

TEST_CASE("what people type is read kindly, and refused with the alphabet") {
  const auto task = task_from(R"("reverse")");
  CHECK(answer(*task, "dafc") == "cfad");
  CHECK(answer(*task, " D a, F c ") == "cfad");
  CHECK(mentions(answer(*task, "dax"), "“x” is not one of this task's symbols. Use the letters a to j"));
  CHECK(mentions(answer(*task, "é"), "“é”"));
}

TEST_CASE("probes show many different symbols and the longest length") {
  const auto task = task_from(R"("reverse")");
  const std::vector<Example> probes = task->probes();
  CHECK(probes.front().source.size() == 10);
  for (const Example& probe : probes) {
    const std::size_t different = std::set<int>(probe.source.begin(), probe.source.end()).size();
    CHECK(different + 1 >= probe.source.size());
  }
}

TEST_SUITE_END();
