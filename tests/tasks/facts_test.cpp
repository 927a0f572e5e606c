// tasks: facts: answers that a search of the facts finds, the facts that lead there, what is typed.
#include <set>

#include "tasks/task_test.h"

using namespace heed;

namespace {

/// Follows the relations of the question, fact by fact.
std::pair<int, std::vector<int>> followed(const Example& example) {
  int here = example.query.at(0);
  std::vector<int> way;
  for (std::size_t hop = 1; hop < example.query.size(); ++hop) {
    int next = -1;
    for (std::size_t s = 0; s < example.source.size(); ++s) {
      if (example.source_words[s * 3] != here || example.source_words[s * 3 + 1] != example.query[hop]) continue;
      CHECK(next == -1);  // one answer only
      next = example.source_words[s * 3 + 2];
      way.push_back(static_cast<int>(s));
    }
    here = next;
  }
  return {here, way};
}

}  // namespace

TEST_SUITE("tasks.facts") {
  TEST_CASE("the answer is what the facts say, and the facts that lead there are named in order") {
    for (const char* spec : {R"({"type":"facts","hops":1})", R"({"type":"facts","hops":2,"entities":6,"known":10})", R"({"type":"facts","hops":3,"entities":4,"relations":2,"known":3})", R"({"type":"facts","hops":2,"both_ways":true})",
                             R"({"type":"facts","hops":3,"entities":4,"relations":2,"known":4,"both_ways":true})"}) {
      const auto task = task_from(spec);
      std::set<int> answers;
      for (const Split split : {Split::kTrain, Split::kTest, Split::kTestLong}) {
        for (std::uint64_t index = 0; index < 300 && index < task->example_count(split); ++index) {
          const Example example = task->example(split, 5, index);
          const auto [answer, way] = followed(example);
          REQUIRE(example.target == std::vector<int>{answer});
          REQUIRE(example.alignment == std::vector<std::vector<int>>{way});
          REQUIRE(static_cast<int>(example.source.size()) == task->max_source_length(split));
          answers.insert(answer);
        }
      }
      CHECK(answers.size() >= 4);
    }
  }

  TEST_CASE("from both sides: every fact is there twice, and either side is asked for") {
    const auto task = task_from(R"({"type":"facts","both_ways":true})");
    int from_behind = 0;
    for (std::uint64_t index = 0; index < 200; ++index) {
      const Example example = task->example(Split::kTest, 1, index);
      std::set<std::string> told;
      for (const std::string& fact : task->source_labels(example)) told.insert(fact);
      REQUIRE(told.size() == 40);
      for (std::size_t s = 0; s < example.source.size(); ++s) {
        const auto word = [&](std::size_t n) { return task->source_vocabulary().token(example.source_words[s * 3 + n]); };
        if (word(1) != "likes") continue;
        CHECK(told.contains(word(2) + " liked-by " + word(0)));
      }
      from_behind += task->source_vocabulary().token(example.query.at(1)).ends_with("-by") ? 1 : 0;
    }
    CHECK(from_behind > 60);
    CHECK(from_behind < 140);
    const Result<Example> typed = task->read_input("ada likes ben. ben liked-by ada. ben liked-by?");
    REQUIRE(typed.ok());
    CHECK(typed->alignment == std::vector<std::vector<int>>{{1}});
  }

  TEST_CASE("training and test share no example") {
    const auto task = task_from(R"({"type":"facts","entities":4,"relations":2,"known":3})");
    std::set<std::string> trained;
    for (std::uint64_t index = 0; index < 3000; ++index) trained.insert(task->input_text(task->example(Split::kTrain, 1, index)));
    for (std::uint64_t index = 0; index < 500; ++index) CHECK(!trained.contains(task->input_text(task->example(Split::kTest, 1, index))));
  }

  TEST_CASE("what is typed is what is shown; what cannot be read is explained") {
    const auto task = task_from(R"({"type":"facts","hops":2})");
    const Example example = task->example(Split::kTest, 1, 0);
    const Result<Example> again = task->read_input(task->input_text(example));
    REQUIRE(again.ok());
    CHECK(again->source_words == example.source_words);
    CHECK(again->query == example.query);
    CHECK(again->target == example.target);
    CHECK(again->alignment == example.alignment);
    const auto said = [&](const char* text) { return task->read_input(text).ok() ? std::string("accepted") : task->read_input(text).error(); };
    CHECK(mentions(said("ada likes bert. ada likes knows?"), "“bert”"));
    CHECK(mentions(said("ada likes. ada likes knows?"), "is no fact"));
    CHECK(mentions(said("ada likes ben. ada likes?"), "2 relations"));
    CHECK(mentions(said("ada likes knows?"), "no facts yet"));
    CHECK(mentions(said("ada likes ben."), "Nothing is asked"));
    const Result<Example> unknown = task->read_input("Ada likes Ben. Ada likes knows?");
    REQUIRE(unknown.ok());
    CHECK(unknown->target.empty());
  }
}
