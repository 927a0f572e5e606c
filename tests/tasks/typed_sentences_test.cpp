// tests: what people type as a story: cut into sentences, and faults with their place.
#include "tasks/typed_sentences.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "tasks/task_test.h"

namespace heed {

namespace {

std::string plain_of(std::string_view text) {
  std::string out;
  for (const TypedSentence& sentence : typed_sentences(text)) out += sentence.plain() + (sentence.asks ? "?" : ".");
  return out;
}

/// The code, and the words that the fault is about.
std::string fault_of(const Task& task, const std::string& text) {
  const InputFault fault = task.fault_in(text);
  CHECK(fault.begin >= 0);
  CHECK(fault.end >= fault.begin);
  REQUIRE(fault.end <= static_cast<int>(text.size()));
  CHECK(fault.code.empty() == fault.text.empty());
  CHECK(fault.code.empty() == task.read_input(text).ok());
  return fault.code + ":" + text.substr(static_cast<std::size_t>(fault.begin), static_cast<std::size_t>(fault.end - fault.begin));
}

}  // namespace

TEST_SUITE("tasks.typed_sentences") {
  TEST_CASE("stops, question marks and ends of lines cut; the end of the text does too; words know their place") {
    CHECK(plain_of("Mary went.  John slept!\nWhere is Mary? ") == "mary went.john slept.where is mary?");
    CHECK(plain_of("Mary, John; and \"Sandra\" slept") == "mary john and sandra slept.");
    CHECK(plain_of(" .. \n?! ").empty());
    CHECK(plain_of("É bien.\r\nÀ") == "é bien.à.");
    const std::string text = "  Mary went. Where?";
    const auto sentences = typed_sentences(text);
    REQUIRE(sentences.size() == 2);
    CHECK(text.substr(2, 4) == "Mary");
    CHECK(sentences[0].words[0].begin == 2);
    CHECK(sentences[0].words[1].end == 11);
    CHECK(sentences[1].begin == 13);
    CHECK(sentences[1].asks);
  }

  TEST_CASE("faults of stories name the words that they are about") {
    const auto task = task_from(R"({"type":"stories","kinds":"1"})");
    CHECK(fault_of(*task, "Mary went to the kitchen. Where is Mary?") == ":");
    CHECK(fault_of(*task, "Mary went to the kitchem. Where is Mary?") == "misspelt_word:kitchem");
    CHECK(task->fault_in("Mary went to the kitchem. Where is Mary?").values == std::vector<std::string>{"kitchem", "kitchen"});
    CHECK(fault_of(*task, "Mary went to the xylophonequartet. Where is Mary?") == "unknown_word:xylophonequartet");
    CHECK(fault_of(*task, "") == "story_empty:");
    CHECK(fault_of(*task, "Where is Mary?") == "story_empty:");
    CHECK(fault_of(*task, "Mary went to the kitchen.") == "question_missing:");
    CHECK(fault_of(*task, "Mary went to the kitchen. Where is Mary? John went to the kitchen.") == "question_not_last:John went to the kitchen");
    std::string words = "mary", many;
    for (int n = 0; n < 20; ++n) words += " mary";
    for (int n = 0; n < 70; ++n) many += "Mary went to the kitchen. ";
    CHECK(fault_of(*task, words + ". Where is Mary?") == "too_many_words:mary mary mary mary mary mary mary");
    CHECK(fault_of(*task, many + "Where is Mary?") == "too_many_sentences:Mary went to the kitchen");
  }

  TEST_CASE("faults of facts likewise") {
    const auto task = task_from(R"({"type":"facts","hops":2})");
    CHECK(fault_of(*task, "ada likes ben. ben knows cleo. ada likes knows?") == ":");
    CHECK(fault_of(*task, "ada ben likes. ada likes knows?") == "not_a_fact:ada ben likes");
    CHECK(fault_of(*task, "ada likes ben. likes ada knows?") == "not_a_question:likes ada knows");
    CHECK(fault_of(*task, "ada lieks ben. ada likes knows?") == "misspelt_word:lieks");
    CHECK(fault_of(*task, "ada likes knows?") == "story_empty:");
  }

  TEST_CASE("the examples that a task offers can be read, and are of its kinds") {
    for (const char* spec : {R"({"type":"stories","kinds":"1"})", R"({"type":"stories","kinds":"2"})", R"({"type":"stories","kinds":"all"})"}) {
      const auto task = task_from(spec);
      const auto examples = task->input_examples();
      CHECK(!examples.empty());
      for (const InputExample& example : examples) CHECK(task->read_input(example.text).ok());
    }
    const auto moves = task_from(R"({"type":"stories","kinds":"1"})")->input_examples();
    CHECK(std::ranges::none_of(moves, [](const InputExample& example) { return example.key == "given"; }));
  }
}

}  // namespace heed
