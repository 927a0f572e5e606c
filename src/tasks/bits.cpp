// tasks: see bits.h.
#include "tasks/bits.h"

#include <algorithm>
#include <array>

#include "base/utf8.h"
#include "tasks/split.h"

namespace heed {
namespace {

constexpr int kBlankToken = kFirstToken, kMarkToken = kFirstToken + 1, kFirstVector = kFirstToken + 2;

std::string hexadecimal(int vector, int bits) {
  constexpr const char* kDigits = "0123456789abcdef";
  std::string text;
  for (int digit = (bits + 3) / 4 - 1; digit >= 0; --digit) text += kDigits[vector >> (4 * digit) & 15];
  return text;
}

Vocabulary vectors_of(int bits) {
  std::vector<std::string> tokens{"·", "|"};
  for (int vector = 0; vector < 1 << bits; ++vector) tokens.push_back(hexadecimal(vector, bits));
  return Vocabulary(std::move(tokens), " ");
}

/// A word of what was typed, in lower case, with its place; and whether it stands behind the stroke.
struct TypedPart {
  std::string word;
  int begin = 0, end = 0;
  bool behind = false;
};

std::vector<TypedPart> typed_parts(std::string_view text) {
  std::vector<TypedPart> parts;
  bool behind = false;
  std::size_t begin = 0;
  for (std::size_t at = 0; at <= text.size(); ++at) {
    const char c = at < text.size() ? text[at] : ' ';
    if (c != ' ' && c != '\t' && c != '\n' && c != '\r' && c != ',' && c != '|') continue;
    if (at > begin) parts.push_back({utf8_lower(text.substr(begin, at - begin)), static_cast<int>(begin), static_cast<int>(at), behind});
    begin = at + 1;
    behind = behind || c == '|';
  }
  return parts;
}

}  // namespace

int BitSteps::add(int token, int vector, int flag, float value) {
  for (int bit = 0; bit < bits_; ++bit) example_.source_values.push_back(vector >= 0 && vector >> bit & 1 ? 1.0f : 0.0f);
  for (int f = 0; f < flags_; ++f) example_.source_values.push_back(f == flag ? value : 0.0f);
  example_.source.push_back(token);
  example_.target.push_back(kBlankToken);
  example_.asked.push_back(0);
  example_.alignment.emplace_back();
  example_.target_values.insert(example_.target_values.end(), static_cast<std::size_t>(answer_width_), 0.0f);
  return static_cast<int>(example_.source.size()) - 1;
}

int BitSteps::show(int vector, int flag, float value) { return add(kFirstVector + vector, vector, flag, value); }

int BitSteps::mark(int flag, float value) { return add(kMarkToken, -1, flag, value); }

void BitSteps::ask_at(int at, int vector, int from) {
  const auto step = static_cast<std::size_t>(at);
  example_.target[step] = kFirstVector + vector;
  example_.asked[step] = 1;
  if (from >= 0) example_.alignment[step] = {from};
  for (int bit = 0; bit < bits_; ++bit)
    example_.target_values[step * static_cast<std::size_t>(answer_width_) + static_cast<std::size_t>(bit)] = vector >> bit & 1 ? 1.0f : 0.0f;
}

void BitSteps::ask_mark() {
  const auto step = static_cast<std::size_t>(add(kBlankToken, -1, -1, 0));
  example_.target[step] = kMarkToken;
  example_.asked[step] = 1;
  example_.target_values[step * static_cast<std::size_t>(answer_width_) + static_cast<std::size_t>(bits_)] = 1;
}

BitTask::BitTask(int bits, int flags, int low, int high, int high_long, int answer_flags)
    : bits_(bits), flags_(flags), low_(low), high_(std::max(low, high)), high_long_(std::max(high_, high_long)), answer_flags_(answer_flags), vocabulary_(vectors_of(bits)) {}

TaskForm BitTask::form() const {
  TaskForm form;
  form.answer = Answer::kEach;
  form.source_width = bits_ + flags_;
  form.target_width = bits_ + answer_flags_;
  form.values = ValueKind::kBits;
  return form;
}

std::vector<int> BitTask::any_vectors(Random& random, int count) const {
  std::vector<int> vectors;
  for (int n = 0; n < count; ++n) vectors.push_back(random.below(1 << bits_));
  return vectors;
}

std::vector<int> BitTask::shown(const Example& example, std::size_t from) const {
  std::vector<int> vectors;
  for (std::size_t s = from; s < example.source.size() && example.source[s] >= kFirstVector; ++s)
    vectors.push_back(example.source[s] - kFirstVector);
  return vectors;
}

Example BitTask::example(Split split, std::uint64_t seed, std::uint64_t index) const {
  Random random = example_stream(split, seed, index);
  for (;;) {
    const int size = split == Split::kTestLong ? high_long_ : random.between(low_, high_);
    const Drawn drawn = split == Split::kTestLong ? draw_long(random, size) : draw(random, size);
    // Few short ones can be told apart, so that none of them is held back; long ones never occur in training.
    std::string text;
    for (int vector : drawn.vectors) text += hexadecimal(vector, bits_);
    const bool few = drawn.vectors.size() * static_cast<std::size_t>(bits_) < 12;
    if (split == Split::kTestLong || few || is_held_out(text) == (split == Split::kTest)) return complete(drawn);
  }
}

std::vector<Example> BitTask::probes() const {
  std::vector<Example> chosen;
  int longest = high_long_;
  while (steps_for(longest) > kMaximumSource) --longest;  // no picture shows more
  for (const int size : {high_, longest, low_ + 2 * (high_ - low_) / 3, low_ + (high_ - low_) / 3}) {
    Random random(1, Purpose::kSample, 256 * chosen.size() + static_cast<std::uint64_t>(size));
    chosen.push_back(complete(draw(random, size)));
  }
  return chosen;
}

Result<BitTask::Drawn> BitTask::read_rest(Drawn drawn, const std::vector<std::string>& rest) const {
  if (!rest.empty()) return Error{"“" + utf8_excerpt(rest.front(), 12) + "” has no place here. " + advice(), "bits_no_place", {utf8_excerpt(rest.front(), 12)}};
  return drawn;
}

std::string BitTask::sample(int count) const {
  constexpr std::array<int, 6> kSample = {0xc9, 0x01, 0x6c, 0x3f, 0xa5, 0x5a};
  std::string text;
  for (std::size_t n = 0; n < static_cast<std::size_t>(count); ++n) text += (n ? " " : "") + hexadecimal(kSample[n % kSample.size()] & ((1 << bits_) - 1), bits_);
  return text;
}

int BitTask::token_of(const std::string& word) const {
  const std::size_t digits = static_cast<std::size_t>(bits_ + 3) / 4;
  return vocabulary_.find(word.size() < digits ? std::string(digits - word.size(), '0') + word : word);
}

InputFault BitTask::fault_in(std::string_view text) const {
  for (const TypedPart& part : typed_parts(text)) {
    if (part.behind || token_of(part.word) >= kFirstVector) continue;
    const std::string word = utf8_excerpt(part.word, 12), blanks = " Put blanks between them, for example “" + sample(4) + "”.";
    if (bits_ == 1) return {"not_a_bit", {word, sample(4)}, part.begin, part.end, "“" + word + "” is not a bit: write 0 or 1 for each." + blanks};
    const std::string width = std::to_string(bits_), low = hexadecimal(0, bits_), high = hexadecimal((1 << bits_) - 1, bits_), ones(static_cast<std::size_t>(bits_), '1');
    const bool two = bits_ > 4;
    return {two ? "not_two_digits" : "not_a_digit", {word, width, low, high, ones, sample(4)}, part.begin, part.end,
            "“" + word + "” is not a vector here: each vector of " + width + " bits is " + (two ? "two hexadecimal digits, " : "one hexadecimal digit, ") + low + " to " + high +
                " (" + high + " is " + ones + ")." + blanks};
  }
  return {};
}

/// Hexadecimal vectors, then what the task wants behind a stroke.
Result<Example> BitTask::read_input(std::string_view text) const {
  if (const InputFault fault = fault_in(text); !fault.code.empty()) return Error{fault.text, fault.code, fault.values};
  Drawn drawn;
  std::vector<std::string> rest;
  for (TypedPart& part : typed_parts(text)) {
    if (part.behind) rest.push_back(std::move(part.word));
    else drawn.vectors.push_back(token_of(part.word) - kFirstVector);
  }
  if (static_cast<int>(drawn.vectors.size()) < fewest()) return Error{"There is too little to read yet. " + advice(), "bits_too_few"};
  Result<Drawn> whole = read_rest(std::move(drawn), rest);
  if (!whole) return whole.failure();
  Example example = complete(*whole);
  if (example.source.size() > kMaximumSource)
    return Error{"This takes " + std::to_string(example.source.size()) + " steps; at most " + std::to_string(kMaximumSource) + " fit.",
                 "bits_too_long", {std::to_string(example.source.size()), std::to_string(kMaximumSource)}};
  return example;
}

std::string BitTask::input_text(const Example& example) const {
  const Drawn drawn = drawn_from(example);
  std::string text;
  for (int vector : drawn.vectors) text += (text.empty() ? "" : " ") + hexadecimal(vector, bits_);
  const std::string rest = rest_text(drawn);
  return rest.empty() ? text : text + " | " + rest;
}

Field bits_field(int fallback) { return integer_field("bits", "Bits", "How many bits a vector has.", 1, 8, fallback, "bits"); }

Field fewest_field(int fallback) {
  return integer_field("min_length", "Fewest vectors", "Short ones show the way: without them machines seldom find it.", 1, 20, fallback, "vectors");
}

Field most_field(int fallback) { return integer_field("max_length", "Most vectors", "The longest sequences in training have so many.", 1, 20, fallback, "vectors"); }

Field tested_field(const char* help, int most, int fallback) {
  return integer_field("test_length", "Longest tested", help, 2, most, fallback, "vectors");
}

std::string length_complaint(const BitTask& task) {
  const auto too_long = [](const char* which, int steps, int most, const char* settings) {
    return "task: the longest " + std::string(which) + " take " + std::to_string(steps) + " steps, and at most " + std::to_string(most) +
           " fit. Make them shorter (" + settings + ").";
  };
  if (const int steps = task.max_source_length(Split::kTrain); steps > kMaximumSource) return too_long("examples", steps, kMaximumSource, "max_length");
  if (const int steps = task.max_source_length(Split::kTestLong); steps > kMaximumTested) return too_long("tests", steps, kMaximumTested, "test_length");
  return "";
}

}  // namespace heed
