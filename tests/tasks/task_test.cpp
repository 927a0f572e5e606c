// tasks: what holds for every task, over many examples and the ends of every field's range.
#include "tasks/task_test.h"

#include <algorithm>
#include <set>

#include "base/rng.h"
#include "base/utf8.h"
#include "tasks/split.h"

using namespace heed;

namespace {

constexpr std::uint64_t kExamples = 250;

const char* const kGenerators[] = {
    R"({"type": "reverse"})",
    R"({"type": "reverse", "symbols": 2, "min_length": 1, "max_length": 6})",
    R"({"type": "reverse", "symbols": 26, "min_length": 32, "max_length": 32})",
    R"({"type": "copy"})",
    R"({"type": "copy", "symbols": 8, "min_length": 2, "max_length": 2})",
    R"({"type": "sort"})",
    R"({"type": "sort", "symbols": 3, "min_length": 1, "max_length": 12})",
    R"({"type": "dates"})",
    R"({"type": "dates", "forms": "few"})",
    R"({"type": "dates", "first_year": 1600, "last_year": 1600})",
    R"({"type": "dates", "first_year": 1600, "last_year": 2999})",
    R"({"type": "translate"})",
    R"({"type": "translate", "max_words": 6})",
    R"({"type": "translate", "max_words": 24, "negation": false})",
};

/// Numbered pairs of different lengths; every source is a different word.
std::string some_pairs(int count) {
  std::string text;
  for (int k = 0; k < count; ++k) {
    std::string word;
    for (int n = k + 1; n > 0; n /= 3) word += "abc"[n % 3];
    text += word + "\t" + std::string(word.rbegin(), word.rend()) + "!\n";
  }
  return text;
}

void check_tokens(const std::vector<int>& ids, const Vocabulary& vocabulary) {
  for (const int id : ids) {
    REQUIRE(id >= kFirstToken);
    REQUIRE(id < vocabulary.size());
  }
}

void check_shape(const Task& task, const Example& example, Split split) {
  REQUIRE(!example.source.empty());
  REQUIRE(static_cast<int>(example.source.size()) <= task.max_source_length(split));
  REQUIRE(static_cast<int>(example.source.size()) <= kMaximumSource);
  REQUIRE(example.target.size() >= 2);
  REQUIRE(static_cast<int>(example.target.size()) <= task.max_target_length(split));
  REQUIRE(example.target.back() == kEndToken);
  check_tokens(example.source, task.source_vocabulary());
  check_tokens({example.target.begin(), example.target.end() - 1}, task.target_vocabulary());
}

void check_alignment(const Example& example) {
  REQUIRE(example.alignment.size() == example.target.size());
  REQUIRE(example.alignment.back().empty());
  for (const std::vector<int>& row : example.alignment) {
    REQUIRE(std::set<int>(row.begin(), row.end()).size() == row.size());
    for (const int s : row) {
      REQUIRE(s >= 0);
      REQUIRE(s < static_cast<int>(example.source.size()));
    }
  }
}

bool same(const Example& a, const Example& b) {
  return a.source == b.source && a.target == b.target && a.alignment == b.alignment;
}

std::set<std::string> sources(const Task& task, Split split, std::uint64_t seed) {
  std::set<std::string> texts;
  for (std::uint64_t k = 0; k < kExamples; ++k) texts.insert(source_text(task, task.example(split, seed, k)));
  return texts;
}

}  // namespace

TEST_SUITE_BEGIN("tasks.all");

TEST_CASE("examples are well formed, aligned within bounds, and solved by the task itself") {
  for (const char* spec : kGenerators) {
    INFO(std::string(spec));
    const auto task = task_from(spec);
    for (const Split split : kSplits) {
      for (std::uint64_t k = 0; k < kExamples; ++k) {
        const Example example = task->example(split, 11, k);
        CAPTURE(source_text(*task, example));
        check_shape(*task, example, split);
        check_alignment(example);
        REQUIRE(task->solve(example.source) == example.target);
        REQUIRE(task->encode_source(source_text(*task, example)).value() == example.source);
      }
    }
  }
}

TEST_CASE("an example is a function of task, seed, split and index") {
  for (const char* spec : kGenerators) {
    INFO(std::string(spec));
    const auto task = task_from(spec), twin = task_from(spec);
    int changed_by_seed = 0;
    for (const Split split : kSplits) {
      for (std::uint64_t k = 20; k-- > 0;) {
        const Example example = task->example(split, 3, k);
        REQUIRE(same(example, twin->example(split, 3, k)));
        changed_by_seed += same(example, task->example(split, 4, k)) ? 0 : 1;
      }
    }
    CHECK(changed_by_seed > 30);
  }
}

TEST_CASE("the first examples are pinned: every build draws the same batches") {
  const auto pinned = [](const char* spec) {
    const auto task = task_from(spec);
    std::string text;
    for (const Split split : kSplits) {
      for (std::uint64_t k = 0; k < 100; ++k) {
        const Example example = task->example(split, 1, k);
        text += source_text(*task, example) + "\t" + target_text(*task, example) + "\n";
      }
    }
    return text_hash(text);
  };
  CHECK(pinned(R"("reverse")") == 12703900429005087673ull);
  CHECK(pinned(R"("copy")") == 12319945649225294099ull);
  CHECK(pinned(R"("dates")") == 5339038799564516842ull);
  CHECK(pinned(R"("translate")") == 12115504400546125755ull);
}

TEST_CASE("the splits share no source, whatever the seeds") {
  for (const char* spec : kGenerators) {
    INFO(std::string(spec));
    const auto task = task_from(spec);
    const std::set<std::string> train = sources(*task, Split::kTrain, 1), test = sources(*task, Split::kTest, 2);
    const std::set<std::string> test_long = sources(*task, Split::kTestLong, 3);
    for (const std::string& source : train) {
      REQUIRE(test.count(source) == 0);
      REQUIRE(test_long.count(source) == 0);
    }
    for (const std::string& source : test) REQUIRE(test_long.count(source) == 0);
  }
}

TEST_CASE("every longer source is longer than every training source can be") {
  for (const char* spec : kGenerators) {
    INFO(std::string(spec));
    const auto task = task_from(spec);
    std::size_t shortest = 1000;
    for (std::uint64_t k = 0; k < kExamples; ++k) {
      shortest = std::min(shortest, task->example(Split::kTestLong, 5, k).source.size());
    }
    CHECK(static_cast<int>(shortest) > task->max_source_length(Split::kTrain));
    CHECK(static_cast<int>(shortest) > task->max_source_length(Split::kTest));
  }
}

TEST_CASE("the longest source of each split is really reached" * doctest::test_suite("slow.tasks")) {
  for (const char* spec : {R"("reverse")", R"({"type": "dates", "forms": "few"})", R"("translate")"}) {
    INFO(std::string(spec));
    const auto task = task_from(spec);
    for (const Split split : kSplits) {
      int longest = 0;
      for (std::uint64_t k = 0; k < 4000; ++k) {
        longest = std::max(longest, static_cast<int>(task->example(split, 1, k).source.size()));
      }
      CHECK(longest == task->max_source_length(split));
    }
  }
}

TEST_CASE("probes are three to six held-out examples") {
  const std::string data = some_pairs(200);
  std::vector<std::unique_ptr<Task>> tasks;
  for (const char* spec : kGenerators) tasks.push_back(task_from(spec));
  tasks.push_back(task_from(R"("pairs")", data));
  for (const auto& task : tasks) {
    CAPTURE(task->info().key);
    const std::vector<Example> probes = task->probes(), again = task->probes();
    REQUIRE(probes.size() >= 3);
    REQUIRE(probes.size() <= 6);
    std::set<std::string> train;
    for (std::uint64_t k = 0; k < 800; ++k) train.insert(source_text(*task, task->example(Split::kTrain, 1, k)));
    for (std::size_t k = 0; k < probes.size(); ++k) {
      check_shape(*task, probes[k], Split::kTest);
      CHECK(same(probes[k], again[k]));
      CHECK(train.count(source_text(*task, probes[k])) == 0);
      CHECK(task->solve(probes[k].source) == probes[k].target);
    }
  }
}

TEST_CASE("counts are large for generators") {
  for (const char* spec : kGenerators) {
    const auto task = task_from(spec);
    for (const Split split : kSplits) CHECK(task->example_count(split) >= 8);
  }
}

TEST_CASE("bytes that no keyboard makes are refused or read, never a crash") {
  Random random(9, Purpose::kTest);
  std::vector<std::unique_ptr<Task>> tasks;
  for (const char* spec : {R"("reverse")", R"("dates")", R"("translate")"}) tasks.push_back(task_from(spec));
  tasks.push_back(task_from(R"("pairs")", some_pairs(40)));
  for (int round = 0; round < 600; ++round) {
    std::string text(static_cast<std::size_t>(random.below(90)), ' ');
    for (char& c : text)
      c = random.below(3) == 0 ? static_cast<char>(random.below(256)) : "abc 1.2/e'"[random.below(10)];
    for (const auto& task : tasks) {
      const Result<std::vector<int>> source = task->encode_source(text);
      if (source) {
        REQUIRE(!source->empty());
        REQUIRE(source->size() <= kMaximumSource);
        const std::vector<int> solved = task->solve(*source);
        REQUIRE((solved.empty() || solved.back() == kEndToken));
      } else {
        REQUIRE(source.error().size() > 10);
        REQUIRE(utf8_invalid_at(source.error()) == std::string::npos);
      }
    }
  }
}

TEST_CASE("too much and nothing are refused with advice") {
  for (const char* spec : {R"("reverse")", R"("dates")", R"("translate")"}) {
    INFO(std::string(spec));
    const auto task = task_from(spec);
    CHECK(mentions(task->encode_source("  ").error(), "nothing to read yet"));
    const std::string word = task->source_vocabulary().token(task->source_vocabulary().size() - 1) + " ";
    std::string text;
    for (int k = 0; k < 65; ++k) text += word;
    CHECK(mentions(task->encode_source(text).error(), "At most 64"));
  }
}

TEST_CASE("the slot describes every task in words") {
  const Field& slot = task_slot();
  CHECK(slot.parts.size() >= 6);
  for (const Part& part : slot.parts) {
    CAPTURE(part.key);
    CHECK(!part.label.empty());
    CHECK(part.help.size() > 80);
    CHECK(!part.fields.empty());
    for (const Field& field : part.fields) {
      CHECK(!field.label.empty());
      CHECK(field.help.size() > 20);
    }
    CHECK(validate_slot(slot, part.key, "task").ok());
  }
}

TEST_CASE("wrong descriptions are refused with the way out") {
  CHECK(mentions(complaint_of(R"("revers")"), "did you mean “reverse”?"));
  CHECK(mentions(complaint_of(R"({"type": "dates", "froms": "few"})"), "did you mean “forms”?"));
  CHECK(mentions(complaint_of(R"({"type": "dates", "forms": "fev"})"),
                 "task.forms: there is no “fev”; did you mean “few”?"));
  CHECK(mentions(complaint_of(R"({"type": "reverse", "symbols": 27})"), "allowed are 2 to 26"));
  CHECK(mentions(complaint_of(R"({"type": "dates", "first_year": 2000, "last_year": 1999})"),
                 "is after task.last_year (1999)"));
  CHECK(mentions(complaint_of(R"({"type": "reverse", "min_length": 11})"),
                 "task.min_length: 11 is more than task.max_length (10)"));
  CHECK(mentions(complaint_of(R"({"type": "copy", "symbols": 2, "min_length": 1, "max_length": 3})"),
                 "only 14 different sequences"));
}

TEST_CASE("the outline of a task has what its form has, at the defaults and at the ends of every range") {
  const auto same = [](int outline, int extent) { return (outline > 0) == (extent > 0); };
  for (const Part& part : task_slot().parts) {
    const TaskForm outline = task_outline(part.key);
    std::vector<Json> specs{{{"type", part.key}}};
    for (const Field& field : part.fields)
      if (field.kind == FieldKind::kInteger)
        for (const double end : {field.minimum, field.maximum}) specs.push_back({{"type", part.key}, {field.key, static_cast<int>(end)}});
    int made_some = 0;
    for (const Json& spec : specs) {
      const auto task = make_task(spec, part.key == "pairs" ? some_pairs(40) : "");
      if (!task) continue;  // these two ends do not go together
      ++made_some;
      INFO(spec.dump());
      const TaskForm form = (*task)->form();
      CHECK(form.answer == outline.answer);
      CHECK(form.values == outline.values);
      CHECK(same(outline.query, form.query));
      CHECK(same(outline.segments, form.segments));
      CHECK(same(outline.words, form.words));
      CHECK(same(outline.support, form.support));
      CHECK(same(outline.source_width, form.source_width));
      CHECK(same(outline.target_width, form.target_width));
    }
    CHECK(made_some > 0);
  }
}

TEST_CASE("vocabularies go through JSON") {
  const auto task = task_from(R"("translate")");
  const Vocabulary& vocabulary = task->source_vocabulary();
  CHECK(Vocabulary::from_json(vocabulary.to_json()).value() == vocabulary);
  CHECK(vocabulary.token(kPadToken) == "<pad>");
  CHECK(vocabulary.token(-1) == "<unknown>");
  CHECK(vocabulary.token(100000) == "<unknown>");
  CHECK(vocabulary.find("nothing") == kUnknownToken);
  CHECK(vocabulary.text({kStartToken, vocabulary.find("le"), vocabulary.find("chat"), kEndToken, kPadToken}) ==
        "le chat");
  for (const char* bad : {"{}", "[]", "3", R"({"separator": 1, "tokens": []})", R"({"separator": "", "tokens": {}})",
                          R"({"separator": "", "tokens": [1]})", R"({"separator": "", "tokens": [""]})",
                          R"({"separator": "", "tokens": ["a", "a"]})"}) {
    INFO(std::string(bad));
    CHECK(!Vocabulary::from_json(parse_json(bad).value()).ok());
  }
}

TEST_SUITE_END();
