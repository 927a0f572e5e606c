// tasks: lookup, clue, parity, stretching and handwriting: what the model is told is enough for the answer, and what is
// typed is read as what is drawn.
#include <algorithm>
#include <set>

#include "tasks/task_test.h"

using namespace heed;

namespace {

const char* const kGenericSpecs[] = {
    R"("lookup")",
    R"({"type": "lookup", "items": 2, "keys": 26, "values": 2})",
    R"("clue")",
    R"({"type": "clue", "sentences": 2})",
    R"("parity")",
    R"({"type": "parity", "bits": 6, "vectors": 1})",
    R"({"type": "parity", "bits": 16, "vectors": 32})",
    R"("stretch")",
    R"({"type": "stretch", "min_length": 8, "max_length": 8})",
    R"("strokes")",
    R"({"type": "strokes", "min_length": 3, "max_length": 3})",
};
constexpr Split kAllSplits[] = {Split::kTrain, Split::kTest, Split::kTestLong};

bool same_example(const Example& a, const Example& b) {
  return a.source == b.source && a.target == b.target && a.alignment == b.alignment && a.query == b.query &&
         a.segments == b.segments && a.source_values == b.source_values && a.target_values == b.target_values;
}

/// Sizes as the form says.
void check_form(const Task& task, const Example& example) {
  const TaskForm form = task.form();
  const std::size_t S = example.source.size(), T = example.target.size();
  REQUIRE(S > 0);
  REQUIRE(S <= kMaximumSource);
  if (form.answer == Answer::kLabel) REQUIRE(T == 1);
  if (form.answer == Answer::kEach) REQUIRE(T == S);
  if (form.answer == Answer::kSequence) REQUIRE(example.target.back() == kEndToken);
  REQUIRE(static_cast<int>(example.query.size()) == form.query);
  REQUIRE(example.segments.size() == (form.segments > 0 ? S : 0));
  for (const int segment : example.segments) REQUIRE((segment >= 0 && segment < form.segments));
  REQUIRE(example.source_values.size() == S * static_cast<std::size_t>(form.source_width));
  REQUIRE(example.target_values.size() == T * static_cast<std::size_t>(form.target_width));
  if (!example.alignment.empty()) REQUIRE(example.alignment.size() == T);
  for (const int token : example.source) REQUIRE((token >= kFirstToken && token < task.source_vocabulary().size()));
  for (const int token : example.target)
    REQUIRE((token == kEndToken || (token >= kFirstToken && token < task.target_vocabulary().size())));
}

}  // namespace

TEST_SUITE_BEGIN("tasks.generic");

TEST_CASE("examples have the sizes of their form and are read again from their own text") {
  for (const char* spec : kGenericSpecs) {
    INFO(std::string(spec));
    const auto task = task_from(spec);
    for (const Split split : kAllSplits) {
      if (task->example_count(split) == 0) {
        CHECK(task->max_source_length(split) == 0);
        continue;
      }
      for (std::uint64_t k = 0; k < 100; ++k) {
        const Example example = task->example(split, 7, k);
        check_form(*task, example);
        REQUIRE(static_cast<int>(example.source.size()) <= task->max_source_length(split));
        REQUIRE(static_cast<int>(example.target.size()) <= task->max_target_length(split));
        REQUIRE(same_example(example, task->example(split, 7, k)));
        const Result<Example> read = task->read_input(task->input_text(example));
        REQUIRE_MESSAGE(read.ok(), task->input_text(example) << ": " << (read.ok() ? "" : read.error()));
        REQUIRE(same_example(example, *read));
      }
    }
  }
}

TEST_CASE("what is held out is never trained on") {
  for (const char* spec : {R"("lookup")", R"("clue")", R"("stretch")", R"("strokes")"}) {
    INFO(std::string(spec));
    const auto task = task_from(spec);
    std::set<std::string> train;
    for (std::uint64_t k = 0; k < 300; ++k) train.insert(source_text(*task, task->example(Split::kTrain, 1, k)));
    for (std::uint64_t k = 0; k < 300; ++k) {
      CHECK(train.count(source_text(*task, task->example(Split::kTest, 2, k))) == 0);
      CHECK(train.count(source_text(*task, task->example(Split::kTestLong, 2, k))) == 0);
    }
    const std::vector<Example> probes = task->probes();
    CHECK((probes.size() >= 3 && probes.size() <= 6));
    for (const Example& probe : probes) CHECK(train.count(source_text(*task, probe)) == 0);
  }
}

TEST_CASE("lookup: the answer stands after the key that is asked for, and the truth is that item") {
  const auto task = task_from(R"("lookup")");
  std::vector<int> places(8);
  for (std::uint64_t k = 0; k < 400; ++k) {
    const Example example = task->example(Split::kTrain, 3, k);
    REQUIRE(example.alignment[0].size() == 2);
    const auto key = static_cast<std::size_t>(example.alignment[0][0]);
    CHECK(example.source[key] == example.query[0]);
    CHECK(task->source_vocabulary().token(example.source[key + 1]) ==
          task->target_vocabulary().token(example.target[0]));
    CHECK(example.segments[key] == example.segments[key + 1]);
    ++places[key / 2];
    std::set<int> keys;
    for (std::size_t s = 0; s < example.source.size(); s += 2) keys.insert(example.source[s]);
    CHECK(keys.size() == 8);
  }
  for (const int count : places) CHECK(count > 25);
  CHECK(mentions(task->read_input("a7 x3 ? a").error(), "neither a key nor a value"));
  CHECK(mentions(task->read_input("a7 3b ? a").error(), "must take turns"));
  CHECK(mentions(task->read_input("a7 b3").error(), "Nothing is asked yet"));
  CHECK(task->read_input("a7 b3 ? c")->target.empty());
  CHECK(mentions(complaint_of(R"({"type": "lookup", "items": 12})"), "need as many different keys"));
}

TEST_CASE("clue: one sentence speaks of the meal, its feeling is the verdict, the others say nothing about it") {
  const auto task = task_from(R"("clue")");
  const std::vector<std::string> feelings{"superb", "decent", "poor", "dreadful"};
  const std::vector<std::string> verdicts{"excellent", "good", "bad", "terrible"};
  std::set<std::string> seen;
  int agreeing = 0, all_others = 0, feeling_reviews = 0;
  for (std::uint64_t k = 0; k < 300; ++k) {
    const Example example = task->example(Split::kTrain, 3, k);
    const std::string verdict = task->target_vocabulary().token(example.target[0]);
    seen.insert(verdict);
    CHECK(example.alignment[0].empty() == (verdict == "unknown"));
    if (verdict == "unknown") continue;
    REQUIRE(example.alignment[0].size() == 1);
    const int clue = example.alignment[0][0];
    const auto word = [&](std::size_t s) { return task->source_vocabulary().token(example.source[s]); };
    const auto found = std::ranges::find(feelings, word(static_cast<std::size_t>(clue)));
    REQUIRE(found != feelings.end());
    CHECK(verdict == verdicts[static_cast<std::size_t>(found - feelings.begin())]);
    ++feeling_reviews;
    int topics = 0, others = 0;
    for (std::size_t s = 0; s < example.source.size(); ++s) {
      if (word(s) == "meal") {
        ++topics;
        CHECK(example.segments[s] == example.segments[static_cast<std::size_t>(clue)]);
      }
      if (static_cast<int>(s) == clue || std::ranges::find(feelings, word(s)) == feelings.end()) continue;
      ++others;
      agreeing += word(s) == *found ? 1 : 0;
    }
    CHECK(topics == 1);
    all_others += others;
  }
  CHECK(seen.size() == 5);
  CHECK(feeling_reviews > 200);
  // Four in five of the four other sentences have a feeling, one in four of these the same: as by chance.
  CHECK(all_others == doctest::Approx(3.2 * feeling_reviews).epsilon(0.1));
  CHECK(agreeing == doctest::Approx(0.8 * feeling_reviews).epsilon(0.2));
  CHECK(task->target_vocabulary().text(
            task->read_input("We found the meal rather poor. The bar was really superb today.")->target) == "bad");
  CHECK(mentions(task->read_input("the soup was really superb today").error(), "“soup” is not one of"));
  CHECK(mentions(task->read_input("the meal was superb").error(), "not whole"));
}

TEST_CASE("parity: odd and even of the ones, all counts of numbers, and rows that are for testing only") {
  const auto task = task_from(R"("parity")");
  std::vector<int> counts(9);
  std::set<std::vector<float>> trained;
  const auto rows_of = [&](const Example& example) {
    std::vector<std::vector<float>> rows;
    for (std::size_t n = 0; n < example.source.size(); ++n)
      rows.emplace_back(example.source_values.begin() + static_cast<std::ptrdiff_t>(8 * n),
                        example.source_values.begin() + static_cast<std::ptrdiff_t>(8 * n + 8));
    return rows;
  };
  for (std::uint64_t k = 0; k < 200; ++k) {
    const Example example = task->example(Split::kTrain, 3, k);
    const auto rows = rows_of(example);
    for (std::size_t n = 0; n < rows.size(); ++n) {
      const auto used = 8 - std::ranges::count(rows[n], 0.0f), ones = std::ranges::count(rows[n], 1.0f);
      CHECK(task->source_vocabulary().token(example.source[n]) == std::to_string(used));
      CHECK(task->target_vocabulary().token(example.target[n]) == (ones % 2 == 1 ? "odd" : "even"));
      ++counts[static_cast<std::size_t>(used)];
      trained.insert(rows[n]);
    }
  }
  for (std::size_t n = 1; n <= 8; ++n) CHECK(counts[n] > 120);
  for (std::uint64_t k = 0; k < 40; ++k) {
    for (const auto& row : rows_of(task->example(Split::kTest, 4, k)))
      if (8 - std::ranges::count(row, 0.0f) >= 5) CHECK(trained.count(row) == 0);
  }
  CHECK(task->target_vocabulary().text(task->read_input("+-+ -- ++−+")->target) == "even even odd");
  CHECK(mentions(task->read_input("+x").error(), "“x” is no sign"));
  CHECK(mentions(task->read_input("+++++++++").error(), "too long"));
}

TEST_CASE("stretching repeats letters two or three times; the pen returns to the line between letters") {
  const auto stretch = task_from(R"("stretch")");
  CHECK(answer(*stretch, "abc") == "aabbbcc");
  CHECK(mentions(answer(*stretch, "xyz"), "The letters of this task are a, b, c"));
  const auto strokes = task_from(R"("strokes")");
  for (std::uint64_t k = 0; k < 60; ++k) {
    const Example example = strokes->example(Split::kTrain, 1, k);
    float up = 0, right = 0, letter_start = 0;
    for (std::size_t t = 0; t + 1 < example.target.size(); ++t) {
      const float* move = example.target_values.data() + 3 * t;
      right += move[0];
      up += move[1];
      CHECK((move[2] == 0 || move[2] == 1));
      CHECK(example.source[static_cast<std::size_t>(example.alignment[t][0])] == example.target[t]);
      const bool letter_ends = example.alignment[t + 1].empty() || example.alignment[t + 1] != example.alignment[t];
      if (!letter_ends) continue;
      CHECK(up == doctest::Approx(0).epsilon(1e-4));
      CHECK(right > letter_start + 0.3f);
      CHECK(move[2] == 1);
      letter_start = right;
    }
  }
  CHECK(mentions(complaint_of(R"({"type": "strokes", "min_length": 6})"), "cannot be longer than the longest"));
}

TEST_SUITE_END();
