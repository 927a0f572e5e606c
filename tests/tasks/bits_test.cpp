// tasks: the five programs over vectors of bits: right answers, splits, the text that people type.
#include <algorithm>
#include <cmath>
#include <set>

#include "tasks/task_test.h"

using namespace heed;

namespace {

constexpr int kFlagged = kFirstToken + 1, kFirst = kFirstToken + 2;

struct Steps {
  int bits, width, answer_width;
  const Example& example;
  int count() const { return static_cast<int>(example.source.size()); }
  bool asked(int t) const { return example.asked[static_cast<std::size_t>(t)] > 0; }
  float flag(int t, int f) const { return example.source_values[static_cast<std::size_t>(t * width + bits + f)]; }
  int number(const std::vector<float>& values, int at) const {
    int vector = 0;
    for (int bit = 0; bit < bits; ++bit) vector |= values[static_cast<std::size_t>(at + bit)] > 0.5f ? 1 << bit : 0;
    return vector;
  }
  int seen(int t) const { return number(example.source_values, t * width); }
  int wanted(int t) const { return number(example.target_values, t * answer_width); }
  /// Whether the answer is that it is over.
  bool over(int t) const { return answer_width > bits && example.target_values[static_cast<std::size_t>(t * answer_width + bits)] == 1; }
  std::vector<int> all_wanted() const {
    std::vector<int> vectors;
    for (int t = 0; t < count(); ++t)
      if (asked(t) && !over(t)) vectors.push_back(wanted(t));
    return vectors;
  }
};

Steps steps_of(const Task& task, const Example& example) {
  int bits = 1;  // a token for each vector, beside the blank and the mark
  while (kFirst + (1 << bits) < task.target_vocabulary().size()) ++bits;
  return {bits, task.form().source_width, task.form().target_width, example};
}

const char* const kAll[] = {R"({"type": "bit_copy"})", R"({"type": "bit_repeat"})", R"({"type": "bit_repeat", "end_mark": true, "test_repeats": 5})", R"({"type": "bit_recall"})",
                            R"({"type": "bit_recall", "item_length": 3, "bits": 4, "test_length": 8})", R"({"type": "bit_ngrams"})", R"({"type": "bit_sort"})", R"({"type": "bit_copies"})"};

std::string typed(const Task& task, std::string_view text) {
  const Result<Example> read = task.read_input(text);
  if (!read) return read.error();
  std::string out;
  for (int vector : steps_of(task, *read).all_wanted()) out += (out.empty() ? "" : " ") + task.target_vocabulary().token(kFirst + vector);
  return out;
}

}  // namespace

TEST_SUITE_BEGIN("tasks.bits");

TEST_CASE("of every program: numbers, labels and masks have the sizes of the form, and truths point back at the step that showed the answer") {
  for (const char* spec : kAll) {
    CAPTURE(std::string(spec));
    const auto task = task_from(spec);
    const TaskForm form = task->form();
    CHECK(form.answer == Answer::kEach);
    CHECK(form.values == ValueKind::kBits);
    for (const Split split : {Split::kTrain, Split::kTest, Split::kTestLong}) {
      for (std::uint64_t k = 0; k < 200; ++k) {
        const Example example = task->example(split, 3, k);
        const std::size_t T = example.source.size();
        REQUIRE(T <= static_cast<std::size_t>(task->max_source_length(split)));
        REQUIRE(example.target.size() == T);
        REQUIRE(example.asked.size() == T);
        REQUIRE(example.alignment.size() == T);
        REQUIRE(example.source_values.size() == T * static_cast<std::size_t>(form.source_width));
        REQUIRE(example.target_values.size() == T * static_cast<std::size_t>(form.target_width));
        const Steps steps = steps_of(*task, example);
        int asked = 0;
        for (int t = 0; t < steps.count(); ++t) {
          const std::vector<int>& from = example.alignment[static_cast<std::size_t>(t)];
          if (!steps.asked(t)) {
            REQUIRE(from.empty());
            continue;
          }
          ++asked;
          if (steps.over(t)) {
            REQUIRE(t + 1 == steps.count());
            REQUIRE(from.empty());
            REQUIRE(steps.wanted(t) == 0);
            REQUIRE(example.target[static_cast<std::size_t>(t)] == kFlagged);
            continue;
          }
          REQUIRE(example.target[static_cast<std::size_t>(t)] == kFirst + steps.wanted(t));
          if (from.empty()) continue;
          REQUIRE(from.size() == 1);
          REQUIRE(from[0] < t);
          REQUIRE(steps.seen(from[0]) == steps.wanted(t));
          REQUIRE(example.source[static_cast<std::size_t>(from[0])] == kFirst + steps.wanted(t));
          REQUIRE(steps.seen(t) == 0);  // nothing is shown while the answer is written
        }
        REQUIRE(asked > 0);
      }
    }
  }
}

TEST_CASE("an example is a pure function of seed, split and number; what people read is read again as the same example") {
  for (const char* spec : kAll) {
    CAPTURE(std::string(spec));
    const auto task = task_from(spec), again = task_from(spec);
    int differ = 0;
    for (std::uint64_t k = 0; k < 60; ++k) {
      const Example example = task->example(Split::kTrain, 5, k), same = again->example(Split::kTrain, 5, k);
      REQUIRE(example.source_values == same.source_values);
      REQUIRE(example.target_values == same.target_values);
      differ += task->example(Split::kTrain, 6, k).source_values != example.source_values;
      const Result<Example> read = task->read_input(task->input_text(example));
      REQUIRE_MESSAGE(read.ok(), task->input_text(example) << ": " << (read.ok() ? "" : read.error()));
      REQUIRE(read->source == example.source);
      if (std::string_view(spec).find("sort") != std::string_view::npos) continue;  // priorities are written with two places
      REQUIRE(read->source_values == example.source_values);
      REQUIRE(read->target_values == example.target_values);
      REQUIRE(read->alignment == example.alignment);
    }
    CHECK(differ > 50);
    for (const Example& probe : task->probes()) CHECK(task->read_input(task->input_text(probe)).ok());
  }
}

TEST_CASE("nothing is both trained on and tested, but rows so short that there are few; the longest are of the length asked for") {
  for (const char* spec : kAll) {
    CAPTURE(std::string(spec));
    const auto task = task_from(spec);
    const auto vectors = [&](Split split, std::uint64_t count) {
      std::set<std::string> texts;
      for (std::uint64_t k = 0; k < count; ++k) {
        const Example example = task->example(split, 1, k);
        const std::string text = task->input_text(example), row = text.substr(0, text.find(" |"));
        if (static_cast<int>(std::ranges::count(row, ' ') + 1) * steps_of(*task, example).bits >= 12) texts.insert(row);
      }
      return texts;
    };
    const std::set<std::string> train = vectors(Split::kTrain, 4000), test = vectors(Split::kTest, 500);
    CHECK(test.size() > 60);
    for (const std::string& text : test) REQUIRE(train.count(text) == 0);
    for (std::uint64_t k = 0; k < 20; ++k) {
      const std::size_t steps = task->example(Split::kTestLong, 1, k).source.size();
      if (std::string_view(spec).find("repeat") == std::string_view::npos && std::string_view(spec).find("copies") == std::string_view::npos) CHECK(steps == static_cast<std::size_t>(task->max_source_length(Split::kTestLong)));
      else CHECK(steps > 20);
    }
  }
}

TEST_CASE("copy: the vectors, a mark, the vectors; lengths from the shortest to the longest") {
  const auto task = task_from(R"({"type": "bit_copy", "bits": 4, "min_length": 1, "max_length": 8})");
  std::set<int> lengths;
  for (std::uint64_t k = 0; k < 300; ++k) {
    const Example example = task->example(Split::kTrain, 1, k);
    const Steps steps = steps_of(*task, example);
    const int length = (steps.count() - 1) / 2;
    lengths.insert(length);
    REQUIRE(steps.flag(length, 0) == 1);
    REQUIRE(example.source[static_cast<std::size_t>(length)] == kFlagged);
    for (int n = 0; n < length; ++n) {
      REQUIRE(steps.flag(n, 0) == 0);
      REQUIRE(steps.wanted(length + 1 + n) == steps.seen(n));
    }
  }
  CHECK(lengths == std::set<int>{1, 2, 3, 4, 5, 6, 7, 8});
  CHECK(typed(*task, "3 a 0 F") == "3 a 0 f");
  CHECK(typed(*task, "3,a\n0") == "3 a 0");
}

TEST_CASE("one sequence after the other: each between its marks, and copied before the next") {
  const auto task = task_from(R"({"type": "bit_copies", "sequences": 2, "max_length": 3})");
  const Example example = *task->read_input("3 a 0 5 | 3 1");
  const Steps steps = steps_of(*task, example);
  CHECK(typed(*task, "3 a 0 5 | 3 1") == "3 a 0 5");
  REQUIRE(steps.count() == 8 + 4);
  std::vector<int> seen, flags;
  for (int t = 0; t < steps.count(); ++t) seen.push_back(steps.seen(t)), flags.push_back(static_cast<int>(steps.flag(t, 0) + 2 * steps.flag(t, 1)));
  CHECK(seen == std::vector<int>{0, 3, 10, 0, 0, 0, 0, 0, 0, 5, 0, 0});
  CHECK(flags == std::vector<int>{1, 0, 0, 0, 2, 0, 0, 0, 1, 0, 2, 0});
  CHECK(example.alignment[5] == std::vector<int>{1});
  CHECK(example.alignment[11] == std::vector<int>{9});
  CHECK(mentions(typed(*task, "3 a | 1"), "together as many as there are vectors"));
  CHECK(mentions(typed(*task, "3 a | 1 2"), "“2” is not the length of a sequence"));
  CHECK(mentions(typed(*task, "3 a | 0 2"), "“0” is not the length of a sequence"));
}

TEST_CASE("repeat: as often as the mark says") {
  const auto task = task_from(R"({"type": "bit_repeat", "max_repeats": 4})");
  CHECK(typed(*task, "3 a | 3") == "3 a 3 a 3 a");
  const Example example = *task->read_input("3 a | 3");
  CHECK(steps_of(*task, example).flag(2, 0) == doctest::Approx(0.75));
  std::set<float> marks;
  for (std::uint64_t k = 0; k < 200; ++k) {
    const Example one = task->example(Split::kTrain, 1, k);
    const auto at = std::ranges::find(one.source, kFlagged) - one.source.begin();
    marks.insert(steps_of(*task, one).flag(static_cast<int>(at), 0));
  }
  CHECK(marks == std::set<float>{.25f, .5f, .75f, 1});
}

TEST_CASE("repeat: the end mark is asked for once, after the last time; the long test may ask for more times than training") {
  const auto task = task_from(R"({"type": "bit_repeat", "max_repeats": 2, "test_length": 6, "test_repeats": 5, "end_mark": true})");
  const Example example = *task->read_input("3 a | 2");
  const Steps steps = steps_of(*task, example);
  REQUIRE(steps.count() == 2 + 1 + 4 + 1);
  for (int t = 0; t < steps.count(); ++t) CHECK(steps.over(t) == (t == 7));
  CHECK(steps.asked(7));
  CHECK(typed(*task, "3 a | 5") == "3 a 3 a 3 a 3 a 3 a");
  CHECK(mentions(typed(*task, "3 a | 6"), "stands how often, 1 to 5"));
  for (std::uint64_t k = 0; k < 50; ++k) {
    const Example most = task->example(Split::kTestLong, 1, k);
    REQUIRE(most.source.size() == 6 + 1 + 30 + 1);
    REQUIRE(steps_of(*task, most).flag(6, 0) == doctest::Approx(2.5));
    REQUIRE(task->example(Split::kTrain, 1, k).source.size() <= 5 + 1 + 10 + 1);
  }
}

TEST_CASE("recall: the item after the one that is shown again") {
  const auto single = task_from(R"({"type": "bit_recall", "bits": 4})");
  CHECK(typed(*single, "3 a 0 f | 2") == "0");
  const auto triple = task_from(R"({"type": "bit_recall", "bits": 4, "item_length": 3, "test_length": 6})");
  CHECK(typed(*triple, "1 2 3 4 5 6 7 8 9 | 2") == "7 8 9");
  CHECK(typed(*triple, "1 2 3 4 5 6 7 8 9 | 1") == "4 5 6");
  for (std::uint64_t k = 0; k < 300; ++k) {
    const Example example = single->example(Split::kTrain, 1, k);
    const Steps steps = steps_of(*single, example);
    std::vector<int> items;
    int shown_again = -1;
    for (int t = 0; t < steps.count(); ++t) {
      if (steps.flag(t, 0) == 1) items.push_back(steps.seen(t + 1));
      if (shown_again < 0 && steps.flag(t, 1) == 1) shown_again = steps.seen(t + 1);
    }
    const auto at = std::ranges::find(items, shown_again);
    REQUIRE(std::ranges::count(items, shown_again) == 1);
    REQUIRE(at + 1 < items.end());
    REQUIRE(steps.all_wanted() == std::vector<int>{at[1]});
  }
}

TEST_CASE("foretelling bits: the source goes by its context, and is another one in every example") {
  const auto task = task_from(R"({"type": "bit_ngrams", "length": 65, "context": 2})");
  int sure = 0, contexts = 0;
  for (std::uint64_t k = 0; k < 200; ++k) {
    const Example example = task->example(Split::kTrain, 1, k);
    const Steps steps = steps_of(*task, example);
    REQUIRE(steps.count() == 64);
    int ones[4] = {}, all[4] = {};
    for (int t = 0; t < 64; ++t) {
      REQUIRE(steps.asked(t) == (t >= 1));
      if (t + 1 < 64) REQUIRE((!steps.asked(t) || steps.wanted(t) == steps.seen(t + 1)));
      if (t < 1) continue;
      const int context = steps.seen(t - 1) << 1 | steps.seen(t);
      ++all[context];
      ones[context] += steps.wanted(t);
    }
    for (int c = 0; c < 4; ++c) {
      if (all[c] < 8) continue;
      ++contexts;
      sure += ones[c] * 10 <= all[c] || ones[c] * 10 >= 9 * all[c];
    }
  }
  // Beta(1/2, 1/2) has 41 % of its mass below 0.1 and above 0.9; a fair coin of 8 or more throws would seldom be so one-sided.
  CHECK(static_cast<double>(sure) / contexts > 0.3);
  CHECK(static_cast<double>(sure) / contexts < 0.6);
}

TEST_CASE("foretelling bits: the best there can be, by hand, and no worse than chance on the whole") {
  const auto task = task_from(R"({"type": "bit_ngrams", "length": 60, "context": 1})");
  // After a 0 a 1 (even odds), after a 1 a 0 (even odds), after a 0 a 1 again: (1 + 1/2) of (1 + 1).
  CHECK(task->best_loss(*task->read_input("0 1 0 1")) == doctest::Approx(2 * std::log(2.0) + std::log(4.0 / 3)));
  CHECK(task->best_loss(*task->read_input("0 0 0 1")) == doctest::Approx(std::log(2.0) + std::log(4.0 / 3) + std::log(6.0)));
  double nats = 0;
  for (std::uint64_t k = 0; k < 200; ++k) nats += task->best_loss(task->example(Split::kTest, 1, k));
  CHECK(nats / 200 / 59 < std::log(2.0));
  CHECK(nats / 200 / 59 > 0.38);  // 2 log 2 - 1: what who knows the chances would still pay
  CHECK(task_from(R"({"type": "bit_copy"})")->best_loss({}) < 0);
}

TEST_CASE("sorting: the highest priorities, the highest first, as many as are asked for") {
  const auto task = task_from(R"({"type": "bit_sort", "answered": 0.8})");
  CHECK(typed(*task, "3 a 0 | 0.5 -0.2 0.9") == "0 3");
  CHECK(typed(*task_from(R"({"type": "bit_sort", "answered": 1})"), "3 a 0 | 0.5 -0.2 0.9") == "0 3 a");
  for (std::uint64_t k = 0; k < 200; ++k) {
    const Example example = task->example(Split::kTrain, 1, k);
    const Steps steps = steps_of(*task, example);
    float last = 2;
    for (int t = 0; t < steps.count(); ++t) {
      if (!steps.asked(t)) continue;
      const float priority = steps.flag(example.alignment[static_cast<std::size_t>(t)][0], 0);
      REQUIRE(priority <= last);
      last = priority;
    }
  }
}

TEST_CASE("what people type is refused with words that say the way out") {
  const auto copy = task_from(R"({"type": "bit_copy", "bits": 3})");
  CHECK(mentions(typed(*copy, "3 9"), "“9” is not a vector here: each vector of 3 bits is one hexadecimal digit, 0 to 7 (7 is 111)"));
  CHECK(mentions(typed(*copy, "3 hello"), "“hello” is not a vector"));
  CHECK(mentions(typed(*copy, "  "), "too little to read"));
  CHECK(mentions(typed(*copy, "3 | 2"), "“2” has no place here"));
  std::string many;
  for (int n = 0; n < 200; ++n) many += "1 ";
  CHECK(mentions(typed(*copy, many), "This takes 401 steps; at most"));
  const auto repeat = task_from(R"({"type": "bit_repeat"})");
  for (const char* text : {"3 a", "3 a |", "3 a | 9", "3 a | x", "3 a | 0", "3 a | 1 2"})
    CHECK(mentions(typed(*repeat, text), "Behind the stroke stands how often, 1 to 3"));
  const auto recall = task_from(R"({"type": "bit_recall", "item_length": 2, "test_length": 6})");
  CHECK(mentions(typed(*recall, "1 2 3 | 1"), "An item has 2 vectors, and there are at least two items"));
  CHECK(mentions(typed(*recall, "1 2 | 1"), "An item has 2 vectors, and there are at least two items"));
  CHECK(mentions(typed(*recall, "1 2 3 4 | 2"), "which item is asked for, 1 to 1"));
  const auto sort = task_from(R"({"type": "bit_sort"})");
  CHECK(mentions(typed(*sort, "1 2 | 0.5"), "as many priorities as vectors"));
  CHECK(mentions(typed(*sort, "1 2 | 0.5 3"), "“3” is no priority between −1 and 1"));
  CHECK(mentions(typed(*task_from(R"({"type": "bit_ngrams", "context": 3})"), "0 1"), "at least 5 of them"));
}

TEST_CASE("bits typed one by one are refused with how vectors of that width are written, and with the word's place") {
  const auto four = task_from(R"({"type": "bit_copy", "bits": 4})");
  CHECK(mentions(typed(*four, "1011"), "each vector of 4 bits is one hexadecimal digit, 0 to f (f is 1111). Put blanks between them, for example “9 1 c f”."));
  const InputFault fault = four->fault_in("3 A, 1011 | 2");
  CHECK(fault.code == "not_a_digit");
  CHECK(fault.values == std::vector<std::string>{"1011", "4", "0", "f", "1111", "9 1 c f"});
  CHECK(fault.begin == 5);
  CHECK(fault.end == 9);
  CHECK(four->fault_in("3 A, 0 | 1011").code.empty());
  for (const int bits : {1, 2, 3, 4, 5, 6, 7, 8}) {  // the example is one
    const auto task = task_from(("{\"type\": \"bit_copy\", \"bits\": " + std::to_string(bits) + "}").c_str());
    const InputFault wide = task->fault_in("100100100");
    CAPTURE(bits);
    CHECK(wide.code == (bits == 1 ? "not_a_bit" : bits <= 4 ? "not_a_digit" : "not_two_digits"));
    CHECK(typed(*task, wide.values.back()) == wide.values.back());
  }
  CHECK(mentions(typed(*task_from(R"({"type": "bit_copy", "bits": 6})"), "101110"), "two hexadecimal digits, 00 to 3f (3f is 111111). Put blanks between them, for example “09 01 2c 3f”"));
  CHECK(mentions(typed(*task_from(R"({"type": "bit_ngrams"})"), "0110"), "“0110” is not a bit: write 0 or 1 for each."));
}

TEST_CASE("settings whose examples do not fit are refused") {
  CHECK(mentions(complaint_of(R"({"type": "bit_repeat", "max_length": 20, "max_repeats": 8})"), "take 181 steps, and at most 64 fit. Make them shorter (max_length)"));
  CHECK(mentions(complaint_of(R"({"type": "bit_copy", "test_length": 199})"), "test_length"));
  CHECK(mentions(complaint_of(R"({"type": "bit_repeat", "test_length": 60, "max_repeats": 8})"), "the longest tests take 541 steps, and at most 256 fit"));
  CHECK(mentions(complaint_of(R"({"type": "bit_repeat", "test_length": 20, "test_repeats": 12, "end_mark": true})"), "the longest tests take 262 steps, and at most 256 fit"));
}

TEST_SUITE_END();
