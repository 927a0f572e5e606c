// tasks: parity of vectors of 1, -1 and 0. How hard one is depends on how many numbers of it are not 0.
#include <algorithm>
#include <numeric>

#include "base/utf8.h"
#include "tasks/split.h"
#include "tasks/tasks.h"

namespace heed {
namespace {

constexpr int kFewestHeldBack = 5;
constexpr std::size_t kMostRows = 32;

Vocabulary counts(int bits) {
  std::vector<std::string> tokens;
  for (int n = 1; n <= bits; ++n) tokens.push_back(std::to_string(n));
  return Vocabulary(std::move(tokens), " ");
}

class ParityTask : public WholeInputTask {
 public:
  explicit ParityTask(const Json& spec)
      : bits_(spec["bits"]),
        vectors_(spec["vectors"]),
        source_vocabulary_(counts(bits_)),
        target_vocabulary_({"even", "odd"}, " ") {}

  const Part& info() const override { return parity_part(); }
  TaskForm form() const override {
    TaskForm form;
    form.answer = Answer::kEach;
    form.source_width = bits_;
    form.values = ValueKind::kReal;
    return form;
  }
  const Vocabulary& source_vocabulary() const override { return source_vocabulary_; }
  const Vocabulary& target_vocabulary() const override { return target_vocabulary_; }
  int max_source_length(Split split) const override { return split == Split::kTestLong ? 0 : vectors_; }
  int max_target_length(Split split) const override { return max_source_length(split); }
  std::uint64_t example_count(Split split) const override { return split == Split::kTestLong ? 0 : kManyExamples; }
  Example example(Split split, std::uint64_t seed, std::uint64_t index) const override;
  std::vector<Example> probes() const override;
  Result<Example> read_input(std::string_view text) const override;
  std::string input_text(const Example& example) const override;

 private:
  std::vector<float> draw_vector(Random& random, int count, bool held_out) const;
  void append(Example& example, const std::vector<float>& vector) const;

  int bits_, vectors_;
  Vocabulary source_vocabulary_, target_vocabulary_;
};

/// `count` numbers that are 1 or -1, then zeros. One row in kHoldout is for testing only, but of short ones there are
/// too few to hold any back.
std::vector<float> ParityTask::draw_vector(Random& random, int count, bool held_out) const {
  for (;;) {
    std::vector<float> vector(static_cast<std::size_t>(bits_), 0.0f);
    std::string text;
    for (int n = 0; n < count; ++n) {
      text += random.below(2) == 1 ? '+' : '-';
      vector[static_cast<std::size_t>(n)] = text.back() == '+' ? 1.0f : -1.0f;
    }
    if (count < kFewestHeldBack || is_held_out(text) == held_out) return vector;
  }
}

void ParityTask::append(Example& example, const std::vector<float>& vector) const {
  const auto used = static_cast<int>(std::ranges::count_if(vector, [](float x) { return x != 0; }));
  const auto ones = static_cast<int>(std::ranges::count(vector, 1.0f));
  example.source.push_back(kFirstToken + used - 1);
  example.source_values.insert(example.source_values.end(), vector.begin(), vector.end());
  example.target.push_back(kFirstToken + ones % 2);
  example.asked.push_back(1);
}

Example ParityTask::example(Split split, std::uint64_t seed, std::uint64_t index) const {
  Random random = example_stream(split, seed, index);
  Example example;
  for (int n = 0; n < vectors_; ++n)
    append(example, draw_vector(random, random.between(1, bits_), split == Split::kTest));
  return example;
}

/// From the easiest to the hardest: the picture's steps should rise.
std::vector<Example> ParityTask::probes() const {
  Random random(1, Purpose::kSample);
  std::vector<Example> chosen(4);
  for (Example& example : chosen) {
    for (int n = 0; n < vectors_; ++n)
      append(example, draw_vector(random, 1 + n * (bits_ - 1) / std::max(1, vectors_ - 1), true));
  }
  return chosen;
}

/// Rows of + and -, "+-+ -": the text of an example.
std::string ParityTask::input_text(const Example& example) const {
  std::string text;
  for (std::size_t at = 0; at < example.source_values.size(); ++at) {
    if (at > 0 && at % static_cast<std::size_t>(bits_) == 0) text += ' ';
    const float value = example.source_values[at];
    if (value != 0) text += value > 0 ? '+' : '-';
  }
  return text;
}

Result<Example> ParityTask::read_input(std::string_view text) const {
  const std::string advice = "Write rows of at most " + std::to_string(bits_) + " signs, for example “+-+ -”.";
  Example example;
  std::vector<float> vector;
  const auto end_row = [&] {
    if (vector.empty()) return;
    vector.resize(static_cast<std::size_t>(bits_), 0.0f);
    append(example, vector);
    vector.clear();
  };
  for (const std::string& character : utf8_characters(text)) {
    if (character == " " || character == "\t" || character == "\n" || character == "\r" || character == ",") {
      end_row();
      continue;
    }
    const bool minus = character == "-" || character == "−";
    if (!minus && character != "+") return Error{"“" + utf8_excerpt(character, 8) + "” is no sign. " + advice, "unknown_sign", {utf8_excerpt(character, 8)}};
    vector.push_back(minus ? -1.0f : 1.0f);
    if (vector.size() > static_cast<std::size_t>(bits_)) return Error{"This row is too long. " + advice, "row_too_long", {std::to_string(bits_)}};
  }
  end_row();
  if (example.source.empty()) return Error{"There is nothing to read yet. " + advice, "empty"};
  if (example.source.size() > kMostRows) return Error{"At most " + std::to_string(kMostRows) + " rows fit.", "too_many_rows", {std::to_string(kMostRows)}};
  return example;
}

}  // namespace

const Part& parity_part() {
  static const Part part = {
      "parity",
      "Parity",
      "Each position is a row of numbers, first some that are 1 or −1, then zeros: is the number of ones odd or even? "
      "Easy with one number, harder with every further one, because each may turn the answer round. Shown at a "
      "position "
      "is how many numbers are not 0.",
      "Graves 2016 (arXiv:1603.08983), section 3.1",
      {integer_field("bits", "Numbers", "Length of a row, and the most of its numbers that are not 0.", 6, 16, 8,
                     "numbers"),
       integer_field("vectors", "Rows", "How many rows an example has.", 1, 32, 8, "rows")}};
  return part;
}

Result<std::unique_ptr<Task>> make_parity(const Json& spec, std::string_view) {
  return std::unique_ptr<Task>(std::make_unique<ParityTask>(spec));
}

}  // namespace heed
