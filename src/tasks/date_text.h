// tasks: dates as people write them, and back. English month names and weekdays, Gregorian calendar, everything in
// lower case.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace heed {

struct Date {
  int year = 1970, month = 1, day = 1;
  bool operator==(const Date&) const = default;
};

/// Two-digit years: 50 to 99 are 1950 to 1999, 00 to 49 are 2000 to 2049.
inline constexpr int kPivotFirst = 1950, kPivotLast = 2049;

/// Days since 1970-01-01, and back.
int day_number(const Date& date);
Date date_of(int day_number);
/// 0 is Monday.
int weekday(const Date& date);
/// "1998-03-07"
std::string iso_text(const Date& date);

/// Ways of writing, shortest training set first. In a form, %d is the day (3), %D with two digits (03), %o as an
/// ordinal (3rd); %m and %M the month's number, %n its name, %a the first three letters; %y the year, %Y its last two
/// digits; %w and %v the weekday's name and its first three letters. All else stands for itself.
std::span<const std::string_view> few_forms();  ///< the four forms of the first experiments
std::span<const std::string_view>
many_forms();  ///< those and more; some put a wrapper ("the ... of", "in the year") round one part
std::span<const std::string_view> long_forms();  ///< several wrappers at once: each is longer than every form above

/// True for forms with %Y, which fit only the years kPivotFirst to kPivotLast.
bool has_short_year(std::string_view form);

struct WrittenDate {
  std::string text;                   ///< ASCII: positions are bytes and characters alike
  std::vector<int> year, month, day;  ///< positions of the characters that tell each part
};

WrittenDate write_date(const Date& date, std::string_view form);

/// Length of the longest date in this form.
int longest_text(std::string_view form);

/// The date that a text means; empty when it means none, or two at once ("31 april", a weekday that is not that day's).
/// A date in numbers is day, month, year unless it begins with a year of four digits.
std::optional<Date> read_date(std::string_view text);

}  // namespace heed
