// tasks: dates: the calendar, writing and reading, what each output character reads.
#include <cctype>
#include <cstdlib>
#include <set>

#include "base/rng.h"
#include "tasks/date_text.h"
#include "tasks/task_test.h"

using namespace heed;

namespace {

/// The source characters that an output row reads.
std::string read_by(const Task& task, const Example& example, std::size_t row) {
  std::string text;
  for (const int s : example.alignment[row])
    text += task.source_vocabulary().token(example.source[static_cast<std::size_t>(s)]);
  return text;
}

const char* const kMonths[] = {"january", "february", "march",     "april",   "may",      "june",
                               "july",    "august",   "september", "october", "november", "december"};

/// 1 to 12 for a name, its first three letters, or a number.
int month_of(const std::string& text) {
  if (std::isdigit(static_cast<unsigned char>(text[0])) != 0) return std::atoi(text.c_str());
  for (int k = 0; k < 12; ++k) {
    const std::string name = kMonths[k];
    if (text == name || text == name.substr(0, 3)) return k + 1;
  }
  return 0;
}

void check_rows(const Task& task, const Example& example) {
  const std::string iso = target_text(task, example);
  REQUIRE(iso.size() == 10);
  const std::string year = read_by(task, example, 0);
  REQUIRE((year == iso.substr(0, 4) || (year == iso.substr(2, 2) && iso >= "1950" && iso < "2050")));
  REQUIRE(month_of(read_by(task, example, 5)) == std::atoi(iso.substr(5, 2).c_str()));
  REQUIRE(std::atoi(read_by(task, example, 8).c_str()) == std::atoi(iso.substr(8, 2).c_str()));
  for (std::size_t row = 1; row < 4; ++row) REQUIRE(example.alignment[row] == example.alignment[0]);
  REQUIRE(example.alignment[6] == example.alignment[5]);
  REQUIRE(example.alignment[9] == example.alignment[8]);
  for (const std::size_t row : {4, 7, 10}) REQUIRE(example.alignment[row].empty());
}

/// 0 is Monday, by Zeller's rule: another road than the task's.
int zeller(const Date& date) {
  const int month = date.month < 3 ? date.month + 12 : date.month, year = date.month < 3 ? date.year - 1 : date.year;
  return (date.day + 13 * (month + 1) / 5 + year + year / 4 - year / 100 + year / 400 + 5) % 7;
}

}  // namespace

TEST_SUITE_BEGIN("tasks.dates");

TEST_CASE("the calendar is right") {
  CHECK(day_number({1970, 1, 1}) == 0);
  CHECK(day_number({2000, 3, 1}) - day_number({2000, 2, 28}) == 2);
  CHECK(day_number({1900, 3, 1}) - day_number({1900, 2, 28}) == 1);
  CHECK(weekday({1998, 3, 3}) == 1);
  CHECK(weekday({1969, 7, 20}) == 6);
  Random random(1, Purpose::kTest);
  for (int k = 0; k < 5000; ++k) {
    const int number = random.between(-130000, 370000);
    const Date date = date_of(number);
    REQUIRE(day_number(date) == number);
    REQUIRE(weekday(date) == zeller(date));
  }
}

TEST_CASE("the aligned characters spell year, month and day") {
  for (const char* spec :
       {R"("dates")", R"({"type": "dates", "forms": "few", "first_year": 1600, "last_year": 2999})"}) {
    const auto task = task_from(spec);
    for (const Split split : {Split::kTrain, Split::kTest, Split::kTestLong}) {
      for (std::uint64_t k = 0; k < 2000; ++k) {
        const Example example = task->example(split, 1, k);
        CAPTURE(source_text(*task, example));
        check_rows(*task, example);
      }
    }
  }
}

TEST_CASE("forms are written as people write them, with the right weekday") {
  const Date date{1998, 3, 3};
  CHECK(write_date(date, "%o of %n, %y").text == "3rd of march, 1998");
  CHECK(write_date(date, "%D/%M/%Y").text == "03/03/98");
  CHECK(write_date(date, "%w %d %n %y").text == "tuesday 3 march 1998");
  CHECK(write_date(date, "%v %d %a %m").text == "tue 3 mar 3");
  const char* ordinals[] = {"1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "23rd", "30th", "31st"};
  for (const std::string ordinal : ordinals)
    CHECK(write_date({2000, 1, std::atoi(ordinal.c_str())}, "%o").text == ordinal);
}

TEST_CASE("every form of every date reads back as that date") {
  Random random(2, Purpose::kTest);
  for (int k = 0; k < 1500; ++k) {
    const Date date = date_of(random.between(day_number({1950, 1, 1}), day_number({2049, 12, 31})));
    for (const auto forms : {many_forms(), long_forms()}) {
      for (const std::string_view form : forms) {
        const WrittenDate written = write_date(date, form);
        CAPTURE(written.text);
        REQUIRE(read_date(written.text).has_value());
        REQUIRE(*read_date(written.text) == date);
        REQUIRE(static_cast<int>(written.text.size()) <= longest_text(form));
      }
    }
  }
}

TEST_CASE("what people type") {
  const auto task = task_from(R"("dates")");
  for (const char* text :
       {"3rd of March, 1998", "03/03/98", "Tuesday 3 March 1998", "march 3 1998", "MAR 3, 1998", "3/3/1998", "3.3.1998",
        "1998-03-03", "1998 march 3", "the 3rd day of the month of March in the year 1998", "  3   march\n1998 ",
        "98 mar 3rd", "Tue, 3 Mar 98"}) {
    INFO(std::string(text));
    CHECK(answer(*task, text) == "1998-03-03");
  }
  CHECK(answer(*task, "7/3/98") == "1998-03-07");  // day before month
  CHECK(answer(*task, "29 feb 2000") == "2000-02-29");
  CHECK(answer(*task, "1 jan 49") == "2049-01-01");
  CHECK(answer(*task, "1 jan 50") == "1950-01-01");
}

TEST_CASE("texts that mean no date, or two, have no answer") {
  const auto task = task_from(R"("dates")");
  for (const char* text : {"31 april 1998", "29 february 1900", "wednesday 3 march 1998", "3 march", "march",
                           "3/13/1998", "3 3", "1998", "3 march april 1998", "0 march 1998", "3th3 march 1998",
                           "12345 march 3", "3 march 998", "tomorrow", "1/2/3/1998"}) {
    INFO(std::string(text));
    CHECK(answer(*task, text) == "?");
  }
  CHECK(mentions(answer(*task, "3. März 1998"), "“ä” occurs in no date"));
  CHECK(mentions(answer(*task, "x"), "Try “3rd of March, 1998”"));
}

TEST_CASE("a date of the test is in no form in the training") {
  const auto task = task_from(R"({"type": "dates", "first_year": 1998, "last_year": 1999})");
  std::set<std::string> train;
  for (std::uint64_t k = 0; k < 6000; ++k) train.insert(target_text(*task, task->example(Split::kTrain, 1, k)));
  for (const Split split : {Split::kTest, Split::kTestLong}) {
    for (std::uint64_t k = 0; k < 300; ++k) REQUIRE(train.count(target_text(*task, task->example(split, 1, k))) == 0);
  }
}

TEST_CASE("years of two digits appear only between 1950 and 2049") {
  const auto task = task_from(R"({"type": "dates", "first_year": 1900, "last_year": 2100})");
  int two_digits = 0;
  for (std::uint64_t k = 0; k < 2000; ++k) {
    const Example example = task->example(Split::kTrain, 1, k);
    if (example.alignment[0].size() != 2) continue;
    ++two_digits;
    const std::string iso = target_text(*task, example);
    REQUIRE(iso >= "1950");
    REQUIRE(iso < "2050");
  }
  CHECK(two_digits > 50);
}

TEST_SUITE_END();
