// tasks: hidden symbols, repetition and text: tasks that answer at every place of what is read.
#include <algorithm>
#include <set>

#include "tasks/task_test.h"
#include "tasks/text_pieces.h"
#include "tasks/text_sentences.h"

using namespace heed;

namespace places_tests {
namespace {

int at(const std::vector<int>& tokens, int place) { return tokens[static_cast<std::size_t>(place)]; }

}  // namespace

TEST_SUITE_BEGIN("tasks.places");

TEST_CASE("hidden symbols stand once more, and there the truth lies") {
  for (const char* spec : {R"("masked")", R"({"type": "masked", "structure": "repeat", "hidden": 1})",
                           R"({"type": "masked", "symbols": 4, "min_pairs": 3, "max_pairs": 16, "hidden": 0.05})"}) {
    INFO(std::string(spec));
    const auto task = task_from(spec);
    CHECK(task->form().answer == Answer::kEach);
    const int mask = task->source_vocabulary().find("_");
    for (const Split split : kSplits) {
      for (std::uint64_t k = 0; k < 200; ++k) {
        const Example example = task->example(split, 5, k);
        const auto length = static_cast<int>(example.source.size());
        REQUIRE(length <= task->max_source_length(split));
        REQUIRE(example.target.size() == example.source.size());
        REQUIRE(example.asked.size() == example.source.size());
        REQUIRE(std::ranges::count(example.asked, 1.0f) == std::ranges::count(example.source, mask));
        REQUIRE(std::ranges::count(example.source, mask) >= 1);
        for (int t = 0; t < length; ++t) {
          const std::vector<int>& truth = example.alignment[static_cast<std::size_t>(t)];
          if (at(example.source, t) != mask) {
            REQUIRE(at(example.target, t) == at(example.source, t));
            REQUIRE(truth.empty());
            continue;
          }
          REQUIRE(truth.size() == 1);
          REQUIRE(truth[0] != t);
          REQUIRE(at(example.source, truth[0]) == at(example.target, t));
        }
        REQUIRE(task->solve(example.source) == example.target);
        REQUIRE(task->encode_source(source_text(*task, example)).value() == example.source);
      }
    }
  }
}

TEST_CASE("what is hidden twice nobody can tell, and nothing hidden is nothing asked") {
  const auto task = task_from(R"("masked")");
  CHECK(task->solve(task->encode_source("ab__ba").value()).empty());
  CHECK(task->target_vocabulary().text(task->solve(task->encode_source("a_cb a").value())) == "abcba");
  CHECK(task->encode_source("abba").error().find("_") != std::string::npos);
  CHECK(!task->encode_source("ab?").ok());
  CHECK(!task->encode_source("").ok());
}

TEST_CASE("repetition: what is asked followed the same symbol before, and every such place is true") {
  for (const char* spec : {R"("induction")", R"({"type": "induction", "min_period": 8, "max_period": 8})",
                           R"({"type": "induction", "symbols": 5, "min_period": 2, "max_period": 5, "length": 8})"}) {
    INFO(std::string(spec));
    const auto task = task_from(spec);
    CHECK(task->form().answer == Answer::kNext);
    for (const Split split : kSplits) {
      for (std::uint64_t k = 0; k < 200; ++k) {
        const Example example = task->example(split, 5, k);
        const auto length = static_cast<int>(example.source.size());
        REQUIRE(length == task->max_source_length(split));
        int first = length;
        for (int t = 0; t < length; ++t) {
          if (t + 1 < length) REQUIRE(at(example.target, t) == at(example.source, t + 1));
          const bool seen = std::find(example.source.begin(), example.source.begin() + t, at(example.source, t)) !=
                            example.source.begin() + t;
          const auto n = static_cast<std::size_t>(t);
          REQUIRE(example.asked[n] == (seen ? 1.0f : 0.0f));
          REQUIRE(example.alignment[n].empty() != seen);
          for (const int place : example.alignment[n]) {
            REQUIRE(place >= 1);
            REQUIRE(place <= t);
            REQUIRE(at(example.source, place) == at(example.target, t));
            REQUIRE(at(example.source, place - 1) == at(example.source, t));
          }
          if (seen) first = std::min(first, t);
        }
        REQUIRE(std::set<int>(example.source.begin(), example.source.end()).size() == static_cast<std::size_t>(first));
        REQUIRE(task->solve(example.source) == example.target);
      }
    }
  }
  CHECK(task_from(R"("induction")")->solve({5, 6, 7}).empty());
}

TEST_CASE("repetition: segments of training are not those of the test, and periods are spread evenly") {
  const auto task = task_from(R"({"type": "induction", "symbols": 6, "min_period": 3, "max_period": 4, "length": 12})");
  std::set<std::vector<int>> train, test;
  int threes = 0;
  for (std::uint64_t k = 0; k < 1000; ++k) {
    const Example example = task->example(Split::kTrain, 1, k);
    const int period = at(example.source, 0) == at(example.source, 3) ? 3 : 4;
    threes += period == 3 ? 1 : 0;
    train.insert({example.source.begin(), example.source.begin() + period});
    const Example other = task->example(Split::kTest, 1, k);
    test.insert({other.source.begin(), other.source.begin() + (at(other.source, 0) == at(other.source, 3) ? 3 : 4)});
  }
  CHECK(threes == doctest::Approx(500).epsilon(0.12));
  for (const auto& segment : test) CHECK(!train.contains(segment));
}

TEST_CASE("text: windows of the text and what follows, the last eighth held back") {
  std::string text;
  for (int n = 0; n < 400; ++n) text += "w" + std::to_string(n) + (n % 7 == 0 ? ".\n" : " \t ");
  const auto task = make_task(Json{{"type", "text"}, {"window", 16}}, text);
  REQUIRE(task.ok());
  const std::string line = one_line(text);
  const std::size_t cut = line.size() - line.size() / 8;
  for (const Split split : kSplits) {
    CHECK((*task)->example_count(split) > 0);
    for (std::uint64_t k = 0; k < 100; ++k) {
      const Example example = (*task)->example(split, 3, k);
      REQUIRE(static_cast<int>(example.source.size()) == (*task)->max_source_length(split));
      const std::string read = (*task)->source_vocabulary().text(example.source);
      const std::size_t found = line.find(read);
      REQUIRE(found != std::string::npos);
      if (split == Split::kTrain) REQUIRE(found + read.size() < cut);
      REQUIRE(std::equal(example.source.begin() + 1, example.source.end(), example.target.begin()));
      REQUIRE(example.asked == std::vector<float>(example.source.size(), 1.0f));
    }
  }
  CHECK((*task)->max_source_length(Split::kTestLong) == 32);
  CHECK(!(*task)->probes().empty());
  CHECK((*task)->solve((*task)->encode_source("w1 w2").value()).empty());
  CHECK(!(*task)->encode_source("???").ok());
  CHECK(!make_task(Json{{"type", "text"}}, "too short").ok());
  CHECK(!make_task(Json{{"type", "text"}}, "bad \xff utf-8").ok());
}

TEST_CASE("text: of long windows pictures show how they begin, and nothing longer is tested") {
  const auto task = make_task(Json{{"type", "text"}, {"window", 256}}, "");
  REQUIRE(task.ok());
  CHECK((*task)->max_source_length(Split::kTrain) == 256);
  CHECK((*task)->example(Split::kTrain, 1, 5).source.size() == 256);
  CHECK((*task)->example_count(Split::kTestLong) == 0);
  CHECK((*task)->max_source_length(Split::kTestLong) == 0);
  const auto probes = (*task)->probes(), shorter = (*make_task(Json{{"type", "text"}, {"window", 64}}, ""))->probes();
  CHECK(probes.size() > 1);
  for (const Example& probe : probes) {
    CHECK(probe.source.size() == 64);
    CHECK(probe.target.size() == 64);
  }
  CHECK(probes.front().source == shorter.front().source);
  CHECK(!make_task(Json{{"type", "text"}, {"window", 257}}, "").ok());
}

TEST_CASE("text: pieces join what is frequent, put together they are the text again") {
  const std::string text = sentence_text(300, 2);
  const TextPieces pieces = TextPieces::byte_pairs(text, 100), characters = TextPieces::characters(text, 100);
  CHECK(pieces.vocabulary().size() == 100 + kFirstToken);
  CHECK(pieces.vocabulary().find(" the") != kUnknownToken);
  const std::vector<int> ids = pieces.encode(text);
  CHECK(pieces.vocabulary().text(ids) == text);
  CHECK(characters.vocabulary().text(characters.encode(text)) == text);
  CHECK(ids.size() * 2 < text.size());
  CHECK(std::ranges::find(ids, kUnknownToken) == ids.end());
  // “aab” twice and “ab” once: “ab” is joined first (3 times), then “a” with it.
  const TextPieces few = TextPieces::byte_pairs("aab aab ab", 6);
  CHECK(few.vocabulary().text(few.encode("aab")) == "aab");
  CHECK(few.encode("ab").size() == 1);
  CHECK(TextPieces::characters("aaabbc", 2).encode("abc").back() == kUnknownToken);
}

TEST_CASE("text: the program's sentences are the same for a seed, and verbs agree with their subject") {
  CHECK(sentence_text(50, 1) == sentence_text(50, 1));
  CHECK(sentence_text(50, 1) != sentence_text(50, 2));
  const std::string text = sentence_text(3000, 1);
  for (const char* wrong : {"The dog sleep ", "The dogs sleeps ", "The mouse run ", "The mice runs "})
    CHECK(text.find(wrong) == std::string::npos);
  for (const char* right : {"The dog sleeps ", "The dogs sleep ", "The mouse runs ", "The mice run "})
    CHECK(text.find(right) != std::string::npos);
  CHECK(one_line("  a \t\n b\r\n") == "a b");
}

TEST_CASE("settings that contradict each other are refused with the way out") {
  const auto error = [](const char* spec) {
    const auto task = make_task(*parse_json(spec));
    REQUIRE(!task.ok());
    return task.error();
  };
  CHECK(error(R"({"type": "masked", "min_pairs": 9, "max_pairs": 4})").find("task.min_pairs") != std::string::npos);
  CHECK(error(R"({"type": "induction", "min_period": 9, "max_period": 4})").find("task.min_period") != std::string::npos);
  CHECK(error(R"({"type": "induction", "symbols": 6, "max_period": 9})").find("task.symbols") != std::string::npos);
  CHECK(error(R"({"type": "induction", "max_period": 12, "length": 12})").find("task.length") != std::string::npos);
}

TEST_SUITE_END();

}  // namespace places_tests
