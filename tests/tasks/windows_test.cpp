// tasks: a text through windows: what the windows hold, answers that a reader of the text finds, what is typed.
#include <set>

#include "tasks/task_test.h"

using namespace heed;

namespace {

/// The word behind the words of the question in the text that people see.
std::string read_text(const std::string& shown) {
  const std::size_t stop = shown.find(". ");
  const std::string text = " " + shown.substr(0, stop) + " ", asked = " " + shown.substr(stop + 2, shown.size() - stop - 3) + " ";
  const std::size_t at = text.find(asked);
  if (at == std::string::npos) return "";
  const std::size_t begin = at + asked.size();
  return text.substr(begin, text.find(' ', begin) - begin);
}

}  // namespace

TEST_SUITE("tasks.windows") {
  TEST_CASE("the answer is what the text says, and stands in the centre of the window named") {
    for (const char* spec : {R"({"type":"windows"})", R"({"type":"windows","told":3,"reach":4})"}) {
      const auto task = task_from(spec);
      const auto width = static_cast<std::size_t>(task->form().words);
      std::set<int> answers;
      for (const Split split : {Split::kTrain, Split::kTest, Split::kTestLong}) {
        for (std::uint64_t index = 0; index < 200; ++index) {
          const Example example = task->example(split, 3, index);
          CAPTURE(task->input_text(example));
          REQUIRE(static_cast<int>(example.source.size()) == task->max_source_length(split));
          REQUIRE(example.target.size() == 1);
          REQUIRE(task->source_vocabulary().token(example.target[0]) == read_text(task->input_text(example)));
          const auto at = static_cast<std::size_t>(example.alignment.at(0).at(0));
          CHECK(example.source[at] == example.target[0]);
          for (std::size_t s = 0; s < example.source.size(); ++s) CHECK(example.source_words[s * width + width / 2] == example.source[s]);
          answers.insert(example.target[0]);
        }
      }
      CHECK(answers.size() == 24);
    }
  }

  TEST_CASE("what is shown is what can be typed; what cannot be read is explained") {
    for (const int reach : {1, 2, 3, 4}) {
      const std::string spec = R"({"type":"windows","reach":)" + std::to_string(reach) + "}";
      const auto task = task_from(spec.c_str());
      for (std::uint64_t index = 0; index < 50; ++index) {
        const Example example = task->example(Split::kTest, 1, index);
        const Result<Example> again = task->read_input(task->input_text(example));
        REQUIRE(again.ok());
        CHECK(again->source_words == example.source_words);
        CHECK(again->query == example.query);
      }
    }
    const auto task = task_from(R"({"type":"windows"})");
    const auto said = [&](const char* text) { return task->read_input(text).ok() ? std::string("accepted") : task->read_input(text).error(); };
    CHECK(said("Ada lives in Oslo and Ben plays the harp. Ben plays the?") == "accepted");
    CHECK(mentions(said("ada lives in rome. ada lives in?"), "“rome”"));
    CHECK(mentions(said("ada lives in oslo. ada lives?"), "two words"));
    CHECK(mentions(said("ada lives in?"), "no text yet"));
    CHECK(mentions(said("and but. ada lives in?"), "nobody"));
    CHECK(mentions(said("ada lives in oslo."), "Nothing is asked"));
    const Result<Example> unknown = task->read_input("ada lives in oslo. ben lives in?");
    REQUIRE(unknown.ok());
    CHECK(unknown->target.empty());
    CHECK(unknown->alignment.empty());
  }

  TEST_CASE("training and test share no text") {
    const auto task = task_from(R"({"type":"windows","told":2})");
    std::set<std::string> trained;
    for (std::uint64_t index = 0; index < 2000; ++index) trained.insert(task->input_text(task->example(Split::kTrain, 1, index)));
    for (std::uint64_t index = 0; index < 500; ++index) CHECK(!trained.contains(task->input_text(task->example(Split::kTest, 1, index))));
  }
}
