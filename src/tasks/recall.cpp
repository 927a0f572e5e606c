// tasks: recall. One symbol of a long row is marked, near its beginning; which one it was is asked at the end.
#include <algorithm>

#include "tasks/rows.h"
#include "tasks/tasks.h"

namespace heed {
namespace {

/// Small letters are symbols; capital letters are the same symbols, marked.
Vocabulary plain_and_marked(int symbols) {
  std::vector<std::string> tokens;
  for (const char first : {'a', 'A'})
    for (int k = 0; k < symbols; ++k) tokens.emplace_back(1, static_cast<char>(first + k));
  return Vocabulary(std::move(tokens), "");
}

Vocabulary plain(int symbols) {
  std::vector<std::string> tokens;
  for (int k = 0; k < symbols; ++k) tokens.emplace_back(1, static_cast<char>('a' + k));
  return Vocabulary(std::move(tokens), "");
}

class RecallTask : public AskedRowTask {
 public:
  explicit RecallTask(const Json& spec)
      : AskedRowTask(plain_and_marked(spec["symbols"]), plain(spec["symbols"]), spec["length"], std::min(2 * spec["length"].get<int>(), kMaximumSource)),
        symbols_(spec["symbols"]) {}

  const Part& info() const override { return recall_part(); }
  Result<std::vector<int>> encode_source(std::string_view text) const override;

 private:
  bool is_marked(int token) const { return token >= kFirstToken + symbols_; }
  int symbols_of(int size) const override { return size; }
  /// The mark lies in the first quarter, so that the answer has to wait for three quarters of the row.
  int places_of(int size) const override { return size / 4; }
  std::vector<int> draw_source(Random& random, int length, int marked) const override;
  Example complete(std::vector<int> source) const override;

  int symbols_;
};

std::vector<int> RecallTask::draw_source(Random& random, int length, int marked) const {
  std::vector<int> source(static_cast<std::size_t>(length));
  for (int& symbol : source) symbol = kFirstToken + random.below(symbols_);
  source[static_cast<std::size_t>(marked)] += symbols_;
  return source;
}

/// The first marked symbol is the answer; without one there is none.
Example RecallTask::complete(std::vector<int> source) const {
  Example example;
  const auto at = std::ranges::find_if(source, [this](int token) { return is_marked(token); });
  if (at != source.end()) {
    example.target = {*at - symbols_};
    example.alignment = {{static_cast<int>(at - source.begin())}};
  }
  example.source = std::move(source);
  return example;
}

Result<std::vector<int>> RecallTask::encode_source(std::string_view text) const {
  const std::string last = target_vocabulary().token(target_vocabulary().size() - 1);
  const std::string advice = "Use the letters a to " + last +
                             " and write one of them as a capital: that is the one to remember, for example “abBaab”.";
  Result<std::vector<int>> source = read_symbols(text, source_vocabulary(), advice);
  if (!source) return source;
  const auto marks = std::ranges::count_if(*source, [this](int token) { return is_marked(token); });
  if (marks != 1) return Error{(marks == 0 ? "No letter is marked. " : "More than one letter is marked. ") + advice, marks == 0 ? "marked_none" : "marked_several"};
  return source;
}

}  // namespace

const Part& recall_part() {
  static const Part part = {
      "recall",
      "Recall",
      "One letter near the beginning of a long row is marked (written as a capital); after the whole row has gone by, "
      "the "
      "model says which letter it was. Nothing to compute, only something to keep: the longer the row, the harder for "
      "a "
      "net that has nothing but its last state.",
      "Bengio, Simard and Frasconi 1994 (latching a symbol over a long time)",
      {integer_field("symbols", "Different symbols", "How many letters the rows are made of.", 2, 26, 8, "symbols"),
       integer_field("length", "Length of a row",
                     "For how long there is something to read; the mark lies in the first quarter. The test of longer "
                     "rows goes from one more than this to twice as many.",
                     8, kMaximumSource, 20, "symbols")}};
  return part;
}

Result<std::unique_ptr<Task>> make_recall(const Json& spec, std::string_view) {
  return std::unique_ptr<Task>(std::make_unique<RecallTask>(spec));
}

}  // namespace heed
