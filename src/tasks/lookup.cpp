// tasks: key-value lookup. The source is a list of items, each a key and a value; the question is one of the keys.
#include <algorithm>
#include <numeric>

#include "base/utf8.h"
#include "tasks/split.h"
#include "tasks/tasks.h"

namespace heed {
namespace {

constexpr int kMostValues = 10;

Vocabulary keys_and_values(int keys, int values) {
  std::vector<std::string> tokens;
  for (int k = 0; k < keys; ++k) tokens.emplace_back(1, static_cast<char>('a' + k));
  for (int v = 0; v < values; ++v) tokens.push_back(std::to_string(v));
  return Vocabulary(std::move(tokens), " ");
}

Vocabulary values_alone(int values) {
  std::vector<std::string> tokens;
  for (int v = 0; v < values; ++v) tokens.push_back(std::to_string(v));
  return Vocabulary(std::move(tokens), " ");
}

class LookupTask : public WholeInputTask {
 public:
  explicit LookupTask(const Json& spec)
      : items_(spec["items"]),
        keys_(spec["keys"]),
        values_(spec["values"]),
        source_vocabulary_(keys_and_values(keys_, values_)),
        target_vocabulary_(values_alone(values_)) {}

  const Part& info() const override { return lookup_part(); }
  TaskForm form() const override {
    TaskForm form;
    form.answer = Answer::kLabel;
    form.query = 1;
    form.segments = most_items(Split::kTestLong);
    return form;
  }
  const Vocabulary& source_vocabulary() const override { return source_vocabulary_; }
  const Vocabulary& target_vocabulary() const override { return target_vocabulary_; }
  int max_source_length(Split split) const override {
    return split == Split::kTestLong && keys_ == items_ ? 0 : 2 * most_items(split);
  }
  int max_target_length(Split split) const override { return max_source_length(split) > 0 ? 1 : 0; }
  std::uint64_t example_count(Split split) const override { return max_source_length(split) > 0 ? kManyExamples : 0; }
  Example example(Split split, std::uint64_t seed, std::uint64_t index) const override;
  std::vector<Example> probes() const override;
  Result<Example> read_input(std::string_view text) const override;
  std::string input_text(const Example& example) const override {
    return source_vocabulary_.text(example.source) + " ? " + source_vocabulary_.text(example.query);
  }

 private:
  int most_items(Split split) const { return split == Split::kTestLong ? std::min(keys_, 2 * items_) : items_; }
  int key_token(int key) const { return kFirstToken + key; }
  bool is_key(int token) const { return token >= kFirstToken && token < kFirstToken + keys_; }

  std::vector<int> draw_source(Random& random, int items) const;
  Example complete(std::vector<int> source, int asked) const;

  int items_, keys_, values_;
  Vocabulary source_vocabulary_, target_vocabulary_;
};

/// `items` different keys in any order, each followed by a value.
std::vector<int> LookupTask::draw_source(Random& random, int items) const {
  std::vector<int> keys(static_cast<std::size_t>(keys_));
  std::iota(keys.begin(), keys.end(), 0);
  std::vector<int> source;
  for (int n = 0; n < items; ++n) {
    std::swap(keys[static_cast<std::size_t>(n)], keys[static_cast<std::size_t>(random.between(n, keys_ - 1))]);
    source.push_back(key_token(keys[static_cast<std::size_t>(n)]));
    source.push_back(kFirstToken + keys_ + random.below(values_));
  }
  return source;
}

/// `asked`: the token of the key in question. Without that key among the items there is no answer.
Example LookupTask::complete(std::vector<int> source, int asked) const {
  Example example;
  example.query = {asked};
  for (std::size_t s = 0; s < source.size(); ++s) {
    example.segments.push_back(static_cast<int>(s / 2));
    if (s % 2 == 1 || source[s] != asked) continue;
    example.target = {source[s + 1] - keys_};
    example.alignment = {{static_cast<int>(s), static_cast<int>(s) + 1}};
  }
  example.source = std::move(source);
  return example;
}

Example LookupTask::example(Split split, std::uint64_t seed, std::uint64_t index) const {
  Random random = example_stream(split, seed, index);
  for (;;) {
    const int items = split == Split::kTestLong ? random.between(items_ + 1, most_items(split)) : items_;
    std::vector<int> source = draw_source(random, items);
    const int asked = source[static_cast<std::size_t>(2 * random.below(items))];
    if (split != Split::kTestLong && is_held_out(source_vocabulary_.text(source)) != (split == Split::kTest)) continue;
    return complete(std::move(source), asked);
  }
}

/// The same list, asked for its first, its middle and its last key: what changes is the question alone.
std::vector<Example> LookupTask::probes() const {
  const std::vector<int> source = example(Split::kTest, 1, 0).source;
  std::vector<Example> chosen;
  for (const int item : {0, items_ / 2, items_ - 1})
    chosen.push_back(complete(source, source[static_cast<std::size_t>(2 * item)]));
  chosen.push_back(example(Split::kTest, 1, 1));
  return chosen;
}

/// Keys, each with its value after it, then a question mark and a key: "a7 d3 f1 ? d".
Result<Example> LookupTask::read_input(std::string_view text) const {
  const std::string advice = "Write keys with their values, a question mark and a key, for example “a7 d3 f1 ? d”.";
  std::vector<int> source, query;
  bool asking = false;
  for (const std::string& character : utf8_characters(utf8_lower(text))) {
    if (character == " " || character == "\t" || character == "\n" || character == "\r" || character == ",") continue;
    if (character == "?") {
      asking = true;
      continue;
    }
    const int token = source_vocabulary_.find(character);
    if (token == kUnknownToken)
      return Error{"“" + utf8_excerpt(character, 8) + "” is neither a key nor a value of this task. " + advice, "unknown_sign", {utf8_excerpt(character, 8)}};
    if (is_key(token) != (asking || source.size() % 2 == 0)) return Error{"Keys and values must take turns. " + advice, "keys_take_turns"};
    if (asking && !query.empty()) return Error{"Only one key can be asked for. " + advice, "one_key"};
    (asking ? query : source).push_back(token);
  }
  const int most = 2 * most_items(Split::kTestLong);
  if (source.empty() || source.size() % 2 == 1) return Error{"There is nothing to read yet. " + advice, "empty"};
  if (static_cast<int>(source.size()) > most) return Error{"At most " + std::to_string(most / 2) + " items fit.", "too_many_items", {std::to_string(most / 2)}};
  if (query.empty()) return Error{"Nothing is asked yet. " + advice, "asked_nothing"};
  return complete(std::move(source), query[0]);
}

}  // namespace

const Part& lookup_part() {
  static const Part part = {
      "lookup",
      "Key-value lookup",
      "The model sees a list of keys with their values, “a 7 d 3 f 1”, and is asked for one key: “d” has the value 3. "
      "The picture is one bright bar that jumps when the question changes.",
      "",
      {integer_field("items", "Items", "How many keys with values the list holds.", 2, 26, 8, "items"),
       integer_field("keys", "Different keys", "How many letters serve as keys; no list has the same one twice.", 2, 26,
                     10, "letters"),
       integer_field("values", "Different values", "How many digits serve as values.", 2, kMostValues, 10, "digits")}};
  return part;
}

Result<std::unique_ptr<Task>> make_lookup(const Json& spec, std::string_view) {
  const int items = spec["items"], keys = spec["keys"];
  if (items > keys) {
    return Error{"task.items: " + std::to_string(items) + " items need as many different keys, and task.keys is " +
                 std::to_string(keys)};
  }
  return std::unique_ptr<Task>(std::make_unique<LookupTask>(spec));
}

}  // namespace heed
