// tasks: a date as people write it, character by character, to ISO 8601 ("1998-03-07").
#include <algorithm>

#include "base/utf8.h"
#include "tasks/date_text.h"
#include "tasks/split.h"
#include "tasks/tasks.h"

namespace heed {

namespace {

constexpr std::string_view kSourceCharacters = " ,-./0123456789abcdefghijlmnoprstuvwy";
constexpr std::string_view kTargetCharacters = "-0123456789";

Vocabulary characters(std::string_view list) {
  std::vector<std::string> tokens;
  for (const char c : list) tokens.emplace_back(1, c);
  return Vocabulary(std::move(tokens), "");
}

std::vector<int> encode(const Vocabulary& vocabulary, std::string_view text) {
  std::vector<int> ids;
  for (std::size_t k = 0; k < text.size(); ++k) ids.push_back(vocabulary.find(text.substr(k, 1)));
  return ids;
}

class DatesTask : public Task {
 public:
  explicit DatesTask(const Json& spec)
      : first_day_(day_number({spec["first_year"], 1, 1})),
        days_(day_number({spec["last_year"], 12, 31}) - first_day_ + 1),
        forms_(spec["forms"] == "few" ? few_forms() : many_forms()),
        source_(characters(kSourceCharacters)),
        target_(characters(kTargetCharacters)) {}

  const Part& info() const override { return dates_part(); }
  const Vocabulary& source_vocabulary() const override { return source_; }
  const Vocabulary& target_vocabulary() const override { return target_; }
  int max_target_length(Split) const override { return 11; }

  int max_source_length(Split split) const override {
    int longest = 0;
    for (const std::string_view form : forms_of(split)) longest = std::max(longest, longest_text(form));
    return longest;
  }

  std::uint64_t example_count(Split split) const override {
    const std::uint64_t held_out = static_cast<std::uint64_t>(days_) / kHoldout;
    return (split == Split::kTrain ? static_cast<std::uint64_t>(days_) - held_out : held_out) * forms_of(split).size();
  }

  Example example(Split split, std::uint64_t seed, std::uint64_t index) const override {
    Random random = example_stream(split, seed, index);
    const Date date = draw_date(random, split != Split::kTrain);
    const std::span<const std::string_view> forms = forms_of(split);
    for (;;) {
      const std::string_view form = forms[static_cast<std::size_t>(random.below(static_cast<int>(forms.size())))];
      if (has_short_year(form) && (date.year < kPivotFirst || date.year > kPivotLast)) continue;
      return complete(date, form);
    }
  }

  std::vector<Example> probes() const override {
    Random random(1, Purpose::kSample);
    std::vector<Example> chosen;
    const std::vector<std::string_view> few = {"%d %n %y", "%n %d %y", "%a %d, %y", "%d/%m/%y"};
    const std::vector<std::string_view> many = {"%o of %n, %y", "%w %d %n %y", "%n %d %y", "%D.%M.%y", "%y %n %d"};
    for (const std::string_view form : forms_.size() == few_forms().size() ? few : many) {
      chosen.push_back(complete(draw_date(random, true), form));
    }
    return chosen;
  }

  Result<std::vector<int>> encode_source(std::string_view text) const override;

  std::vector<int> solve(const std::vector<int>& source) const override {
    const std::optional<Date> date = read_date(source_.text(source));
    if (!date) return {};
    std::vector<int> answer = encode(target_, iso_text(*date));
    answer.push_back(kEndToken);
    return answer;
  }

 private:
  std::span<const std::string_view> forms_of(Split split) const {
    return split == Split::kTestLong ? long_forms() : forms_;
  }

  /// Dates are held back as such: a date of the test was never seen in training, in no form.
  Date draw_date(Random& random, bool held_out) const {
    for (;;) {
      const Date date = date_of(first_day_ + random.below(days_));
      if (is_held_out(iso_text(date)) == held_out) return date;
    }
  }

  Example complete(const Date& date, std::string_view form) const {
    const WrittenDate written = write_date(date, form);
    const std::vector<int> none;
    Example example;
    example.source = encode(source_, written.text);
    example.target = encode(target_, iso_text(date));
    example.target.push_back(kEndToken);
    for (const char part : std::string_view("yyyy-mm-dd.")) {
      example.alignment.push_back(part == 'y'   ? written.year
                                  : part == 'm' ? written.month
                                  : part == 'd' ? written.day
                                                : none);
    }
    return example;
  }

  int first_day_, days_;
  std::span<const std::string_view> forms_;
  Vocabulary source_, target_;
};

Result<std::vector<int>> DatesTask::encode_source(std::string_view text) const {
  const std::string advice = " Try “3rd of March, 1998” or “7/3/98” (day before month).";
  std::vector<int> source;
  bool space = false;
  for (const std::string& character : utf8_characters(utf8_lower(text))) {
    if (character == " " || character == "\t" || character == "\n" || character == "\r" || character == "\u00a0") {
      space = !source.empty();
      continue;
    }
    const int id = source_.find(character);
    if (id == kUnknownToken)
      return Error{"“" + utf8_excerpt(character, 8) + "” occurs in no date that the model has seen." + advice, "unknown_sign", {utf8_excerpt(character, 8)}};
    if (space) source.push_back(source_.find(" "));
    space = false;
    source.push_back(id);
    if (source.size() > kMaximumSource)
      return Error{"At most " + std::to_string(kMaximumSource) + " characters fit." + advice, "too_many_characters", {std::to_string(kMaximumSource)}};
  }
  if (source.empty()) return Error{"There is nothing to read yet." + advice, "empty"};
  return source;
}

}  // namespace

const Part& dates_part() {
  static const Part part = {
      "dates",
      "Dates",
      "The model reads a date as people write it, letter by letter, and writes it in the international form: “3rd of "
      "March, 1998” "
      "becomes “1998-03-03”. In numbers the day comes before the month: 7/3/1998 is the 7th of March. A year of two "
      "digits lies between "
      "1950 and 2049. With attention the first four letters out look at the year, wherever it stands, then two at the "
      "month, two at "
      "the day; the dashes may look anywhere. The test uses days that training never showed; the longer test also has "
      "longer "
      "wordings, such as “on Tuesday the 3rd of March in the year 1998”.",
      "",
      {choice_field("forms", "Ways of writing",
                    "How many ways of writing a date the training shows. A few: four ways, quickly learnt. Many: "
                    "eighteen, with weekdays, "
                    "ordinals, abbreviations and years of two digits.",
                    {{"few", "A few"}, {"many", "Many"}}, "many"),
       integer_field("first_year", "First year", "The earliest year of the dates.", 1600, 2999, 1950),
       integer_field("last_year", "Last year", "The latest year of the dates.", 1600, 2999, 2049)}};
  return part;
}

Result<std::unique_ptr<Task>> make_dates(const Json& spec, std::string_view) {
  if (spec["first_year"] > spec["last_year"]) {
    return Error{"task.first_year: " + spec["first_year"].dump() + " is after task.last_year (" +
                 spec["last_year"].dump() + ")"};
  }
  return std::unique_ptr<Task>(std::make_unique<DatesTask>(spec));
}

}  // namespace heed
