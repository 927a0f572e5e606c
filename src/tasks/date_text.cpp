// tasks: writing and reading dates; see date_text.h.
#include "tasks/date_text.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <numeric>

namespace heed {

namespace {

constexpr std::array<std::string_view, 12> kMonths = {"january",   "february", "march",    "april",
                                                      "may",       "june",     "july",     "august",
                                                      "september", "october",  "november", "december"};
constexpr std::array<std::string_view, 7> kWeekdays = {"monday", "tuesday",  "wednesday", "thursday",
                                                       "friday", "saturday", "sunday"};
constexpr std::array<std::string_view, 8> kFillers = {"the", "of", "on", "in", "day", "month", "year", "and"};

constexpr std::array<std::string_view, 18> kForms = {
    "%d %n %y",    "%a %d, %y",   "%d/%m/%y",     "%n %d %y",        "%o of %n, %y", "%o %n %y",
    "%n %o, %y",   "%D/%M/%Y",    "%D.%M.%y",     "%d-%m-%y",        "%d %a %Y",     "%y %n %d",
    "%w %d %n %y", "%v %d %a %y", "%w, %n %o %y", "the %o of %n %y", "on %d %n %y",  "%d %n in the year %y"};
constexpr std::size_t kFew = 4;

constexpr std::array<std::string_view, 4> kLongForms = {
    "on %w the %o of %n in the year %y", "on %w, the %o of %n, in the year %y", "in the year %y, on %w the %o of %n",
    "in the year %y on the %o of %n, on %w"};

std::string padded(int number, int width) {
  std::string digits = std::to_string(number);
  return std::string(static_cast<std::size_t>(std::max(0, width - static_cast<int>(digits.size()))), '0') + digits;
}

std::string_view ordinal_suffix(int day) {
  if (day / 10 == 1) return "th";
  return day % 10 == 1 ? "st" : day % 10 == 2 ? "nd" : day % 10 == 3 ? "rd" : "th";
}

std::chrono::year_month_day calendar(const Date& date) {
  return std::chrono::year(date.year) / static_cast<int>(date.month) / static_cast<int>(date.day);
}

/// Index of the name that `word` is, whole or by its first three letters; -1 for none.
template <std::size_t N>
int find_name(const std::array<std::string_view, N>& names, std::string_view word) {
  for (std::size_t k = 0; k < N; ++k) {
    if (word == names[k] || word == names[k].substr(0, 3)) return static_cast<int>(k);
  }
  return -1;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return c >= 'a' && c <= 'z';
}

struct Number {
  int value = 0, digits = 0;
  bool ordinal = false;
};

/// What stands in a text, before it is clear what the numbers mean.
struct Pieces {
  std::vector<Number> numbers;
  int month = -1, weekday = -1;
};

/// Takes a run of characters for which `belongs` holds.
template <class Belongs>
std::string_view take(std::string_view text, std::size_t& at, Belongs belongs) {
  const std::size_t start = at;
  while (at < text.size() && belongs(text[at])) ++at;
  return text.substr(start, at - start);
}

bool take_word(std::string_view word, Pieces& pieces) {
  if (std::find(kFillers.begin(), kFillers.end(), word) != kFillers.end()) return true;
  const int month = word == "sept" ? 8 : find_name(kMonths, word);
  const int day = find_name(kWeekdays, word);
  if (month >= 0 && pieces.month < 0) {
    pieces.month = month;
    return true;
  }
  if (day >= 0 && pieces.weekday < 0) {
    pieces.weekday = day;
    return true;
  }
  return false;
}

std::optional<Pieces> take_apart(std::string_view text) {
  Pieces pieces;
  for (std::size_t at = 0; at < text.size();) {
    if (is_digit(text[at])) {
      const std::string_view digits = take(text, at, is_digit);
      if (digits.size() > 4) return std::nullopt;
      const std::string_view suffix = take(text, at, is_letter);
      if (!suffix.empty() && suffix != "st" && suffix != "nd" && suffix != "rd" && suffix != "th") return std::nullopt;
      pieces.numbers.push_back(
          {std::atoi(std::string(digits).c_str()), static_cast<int>(digits.size()), !suffix.empty()});
    } else if (is_letter(text[at])) {
      if (!take_word(take(text, at, is_letter), pieces)) return std::nullopt;
    } else if (std::string_view(" ,./-").find(text[at]) != std::string_view::npos) {
      ++at;
    } else {
      return std::nullopt;
    }
  }
  return pieces;
}

/// 0 when the number cannot be a year.
int year_of(const Number& number) {
  if (number.ordinal) return 0;
  if (number.digits == 4) return number.value;
  if (number.digits != 2) return 0;
  return number.value + (number.value >= kPivotFirst % 100 ? kPivotFirst / 100 : kPivotLast / 100) * 100;
}

}  // namespace

int day_number(const Date& date) {
  return static_cast<int>(std::chrono::sys_days(calendar(date)).time_since_epoch().count());
}

Date date_of(int number) {
  const std::chrono::year_month_day found{std::chrono::sys_days(std::chrono::days(number))};
  return {static_cast<int>(found.year()), static_cast<int>(static_cast<unsigned>(found.month())),
          static_cast<int>(static_cast<unsigned>(found.day()))};
}

int weekday(const Date& date) {
  return static_cast<int>(std::chrono::weekday(std::chrono::sys_days(calendar(date))).iso_encoding()) - 1;
}

std::string iso_text(const Date& date) {
  return padded(date.year, 4) + "-" + padded(date.month, 2) + "-" + padded(date.day, 2);
}

std::span<const std::string_view> few_forms() {
  return std::span(kForms).first(kFew);
}
std::span<const std::string_view> many_forms() {
  return kForms;
}
std::span<const std::string_view> long_forms() {
  return kLongForms;
}

bool has_short_year(std::string_view form) {
  return form.find("%Y") != std::string_view::npos;
}

WrittenDate write_date(const Date& date, std::string_view form) {
  WrittenDate written;
  const auto put = [&](std::string_view part, std::vector<int>* positions) {
    for (const char c : part) {
      if (positions) positions->push_back(static_cast<int>(written.text.size()));
      written.text += c;
    }
  };
  const std::string_view month = kMonths[static_cast<std::size_t>(date.month - 1)];
  const std::string_view day_name = kWeekdays[static_cast<std::size_t>(weekday(date))];
  for (std::size_t at = 0; at < form.size(); ++at) {
    if (form[at] != '%') {
      put(form.substr(at, 1), nullptr);
      continue;
    }
    switch (form[++at]) {
      case 'd':
        put(std::to_string(date.day), &written.day);
        break;
      case 'D':
        put(padded(date.day, 2), &written.day);
        break;
      case 'o':
        put(std::to_string(date.day), &written.day);
        put(ordinal_suffix(date.day), nullptr);
        break;
      case 'm':
        put(std::to_string(date.month), &written.month);
        break;
      case 'M':
        put(padded(date.month, 2), &written.month);
        break;
      case 'n':
        put(month, &written.month);
        break;
      case 'a':
        put(month.substr(0, 3), &written.month);
        break;
      case 'y':
        put(padded(date.year, 4), &written.year);
        break;
      case 'Y':
        put(padded(date.year % 100, 2), &written.year);
        break;
      case 'w':
        put(day_name, nullptr);
        break;
      case 'v':
        put(day_name.substr(0, 3), nullptr);
        break;
      default:
        break;
    }
  }
  return written;
}

int longest_text(std::string_view form) {
  // Two Wednesdays, the longest weekday: one of the longest month's name, one of a month of two digits.
  const auto length = [&](const Date& date) { return static_cast<int>(write_date(date, form).text.size()); };
  return std::max(length({1996, 9, 25}), length({1996, 10, 30}));
}

std::optional<Date> read_date(std::string_view text) {
  const std::optional<Pieces> pieces = take_apart(text);
  if (!pieces) return std::nullopt;
  const std::vector<Number>& numbers = pieces->numbers;
  Number day, year;
  Date date;
  if (pieces->month >= 0) {
    if (numbers.size() != 2) return std::nullopt;
    const bool year_first = numbers[0].digits == 4 || numbers[1].ordinal;
    year = numbers[year_first ? 0 : 1];
    day = numbers[year_first ? 1 : 0];
    date.month = pieces->month + 1;
  } else {
    if (numbers.size() != 3 || numbers[1].digits > 2) return std::nullopt;
    const bool year_first = numbers[0].digits == 4;
    year = numbers[year_first ? 0 : 2];
    day = numbers[year_first ? 2 : 0];
    date.month = numbers[1].value;
  }
  date.year = year_of(year);
  date.day = day.value;
  if (date.year < 1 || day.digits > 2 || !calendar(date).ok()) return std::nullopt;
  if (pieces->weekday >= 0 && pieces->weekday != weekday(date)) return std::nullopt;
  return date;
}

}  // namespace heed
