// tasks: associative retrieval.
#include <algorithm>
#include <set>

#include "tasks/task_test.h"

using namespace heed;

TEST_SUITE_BEGIN("tasks.retrieval");

TEST_CASE("pairs of a letter and a digit, two question marks, one of the letters: its digit is the answer") {
  const auto task = task_from(R"({"type": "retrieval", "pair_count": 4, "keys": 26, "values": 10})");
  CHECK(task->form().answer == Answer::kLabel);
  std::vector<int> asked(4);
  for (std::uint64_t k = 0; k < 1000; ++k) {
    const Example example = task->example(Split::kTrain, 1, k);
    const std::string text = source_text(*task, example);
    REQUIRE(text.size() == 11);
    REQUIRE(text.substr(8, 2) == "??");
    const std::size_t at = text.find(text[10]);
    REQUIRE(at % 2 == 0);
    REQUIRE(at < 8);
    REQUIRE(target_text(*task, example) == text.substr(at + 1, 1));
    REQUIRE(example.alignment == std::vector<std::vector<int>>{{static_cast<int>(at), static_cast<int>(at) + 1}});
    REQUIRE(std::set<char>{text[0], text[2], text[4], text[6]}.size() == 4);
    ++asked[at / 2];
  }
  for (const int count : asked) CHECK(count == doctest::Approx(250).epsilon(0.2));
}

TEST_CASE("what people type is read, and refused with words that say the way out") {
  const auto task = task_from(R"({"type": "retrieval", "pair_count": 4, "keys": 26, "values": 10})");
  CHECK(answer(*task, "c9k8j3f1??c") == "9");
  CHECK(answer(*task, "C9 k8, j3 f1 ?? K") == "8");
  CHECK(answer(*task, "a1??a") == "1");
  CHECK(mentions(answer(*task, ""), "nothing to read"));
  CHECK(mentions(answer(*task, "c9k8??j"), "The letter asked for is in none of the pairs"));
  CHECK(mentions(answer(*task, "c9c8??c"), "A letter has two digits"));
  for (const char* text : {"??c", "c9", "c9?c", "c9k??c", "9c??c", "c9??9", "c9k8?c?", "c9???"}) {
    CAPTURE(text);
    CHECK(mentions(answer(*task, text), "These are not pairs and a question. Write letters from a to z"));
  }
  CHECK(mentions(answer(*task_from(R"("retrieval")"), "z1??z"), "“z” is not one of this task's symbols"));
}

TEST_CASE("splits are disjoint, and longer rows have more pairs, as far as there are letters") {
  const auto task = task_from(R"("retrieval")");
  std::set<std::string> train;
  for (std::uint64_t k = 0; k < 4000; ++k) train.insert(source_text(*task, task->example(Split::kTrain, 1, k)));
  for (std::uint64_t k = 0; k < 500; ++k) REQUIRE(train.count(source_text(*task, task->example(Split::kTest, 1, k))) == 0);
  std::set<std::size_t> lengths;
  for (std::uint64_t k = 0; k < 200; ++k) lengths.insert(task->example(Split::kTestLong, 1, k).source.size());
  CHECK(lengths == std::set<std::size_t>{11, 13, 15});
  CHECK(task->max_source_length(Split::kTestLong) == 15);
  CHECK(task_from(R"({"type": "retrieval", "pair_count": 5, "keys": 5})")->max_source_length(Split::kTestLong) == 0);
  for (const Example& probe : task->probes()) CHECK(train.count(source_text(*task, probe)) == 0);
}

TEST_CASE("settings that make no task are refused") {
  CHECK(mentions(complaint_of(R"({"type": "retrieval", "pair_count": 8, "keys": 5})"), "Take more letters, or fewer pairs"));
  CHECK(mentions(complaint_of(R"({"type": "retrieval", "pair_count": 1, "keys": 5})"), "too few to hold some back"));
}

TEST_SUITE_END();
