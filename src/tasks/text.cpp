// tasks: say which piece of text comes next, over a text that the user brings or that the program writes.
#include <algorithm>

#include "base/utf8.h"
#include "tasks/split.h"
#include "tasks/tasks.h"
#include "tasks/text_pieces.h"
#include "tasks/text_sentences.h"

namespace heed {

namespace {

constexpr std::size_t kMaximumTextBytes = std::size_t{1} << 20;
constexpr int kTextSentences = 4000;
constexpr std::uint64_t kSentenceSeed = 1;
constexpr std::size_t kProbeCount = 4;
constexpr int kMostWindow = 256;

/// The last eighth of the text is held back.
class TextTask : public Task {
 public:
  TextTask(TextPieces pieces, bool whole_words, const std::string& text, int window)
      : pieces_(std::move(pieces)),
        whole_words_(whole_words),
        tokens_(pieces_.encode(text)),
        window_(window),
        held_back_(tokens_.size() / kHoldout) {}

  /// Whether a window and what follows it fit into what is held back.
  bool enough() const { return held_back_ > static_cast<std::size_t>(window_); }

  const Part& info() const override { return text_part(); }
  TaskForm form() const override { return {.answer = Answer::kNext}; }
  const Vocabulary& source_vocabulary() const override { return pieces_.vocabulary(); }
  const Vocabulary& target_vocabulary() const override { return pieces_.vocabulary(); }
  int max_source_length(Split split) const override {
    return split != Split::kTestLong ? window_ : example_count(split) > 0 ? long_window() : 0;
  }
  int max_target_length(Split split) const override { return max_source_length(split); }

  /// Windows may begin anywhere.
  std::uint64_t example_count(Split split) const override {
    const std::size_t tokens = split == Split::kTrain ? tokens_.size() - held_back_ : held_back_;
    const auto window = static_cast<std::size_t>(split == Split::kTestLong ? long_window() : window_);
    if (split == Split::kTestLong && long_window() <= window_) return 0;
    return tokens > window ? tokens - window : 0;
  }

  Example example(Split split, std::uint64_t seed, std::uint64_t index) const override {
    const std::uint64_t count = example_count(split);
    if (count == 0) return {};
    const auto at = static_cast<std::size_t>(split == Split::kTrain ? shuffled(index, count, seed)
                                                                    : shuffled(index % count, count, kSentenceSeed));
    return window_at(split == Split::kTrain ? at : first_held_back() + at,
                     split == Split::kTestLong ? long_window() : window_);
  }

  /// Windows that begin with a sentence, where there are any. Of long ones the first positions: none of them sees a later one, so that a
  /// model does there what it does in the whole window.
  std::vector<Example> probes() const override {
    const int stop = pieces_.vocabulary().find(".");
    std::vector<Example> chosen;
    for (std::size_t at = first_held_back(); chosen.size() < kProbeCount; ++at) {
      if (at + static_cast<std::size_t>(window_) >= tokens_.size()) break;
      if (stop != kUnknownToken && tokens_[at - 1] != stop) continue;
      chosen.push_back(window_at(at, shown_window()));
      at += static_cast<std::size_t>(window_) / 2;
    }
    if (chosen.empty()) chosen.push_back(window_at(first_held_back(), shown_window()));
    return chosen;
  }

  Result<std::vector<int>> encode_source(std::string_view text) const override {
    const std::string line = one_line(text);
    if (utf8_invalid_at(line) != std::string::npos) return Error{"This is not valid UTF-8 text."};
    if (line.empty()) return Error{"There is nothing to read yet. Write how a text might begin.", "empty"};
    // Pieces of words begin with the blank before them; so does a word at the start.
    std::vector<int> source = pieces_.encode(whole_words_ ? " " + line : line);
    if (std::ranges::all_of(source, [](int id) { return id == kUnknownToken; }))
      return Error{"None of these characters occurs in the text that the model learns from.", "nothing_known"};
    if (source.size() > kMaximumSource) {
      return Error{"This has " + std::to_string(source.size()) + " pieces; at most " + std::to_string(kMaximumSource) +
                       " fit. Shorten it.",
                   "too_many_pieces", {std::to_string(kMaximumSource)}};
    }
    return source;
  }

  /// What comes next in a text is anybody's guess.
  std::vector<int> solve(const std::vector<int>&) const override { return {}; }

 private:
  int shown_window() const { return std::min(window_, kMaximumSource); }
  int long_window() const { return std::max(window_, std::min(2 * window_, kMaximumSource)); }
  std::size_t first_held_back() const { return tokens_.size() - held_back_; }

  Example window_at(std::size_t at, int length) const {
    const auto first = tokens_.begin() + static_cast<std::ptrdiff_t>(at);
    Example example;
    example.source.assign(first, first + length);
    example.target.assign(first + 1, first + length + 1);
    example.asked.assign(static_cast<std::size_t>(length), 1.0f);
    return example;
  }

  TextPieces pieces_;
  bool whole_words_;
  std::vector<int> tokens_;
  int window_;
  std::size_t held_back_;
};

}  // namespace

const Part& text_part() {
  static const Part part = {
      "text",
      "Next piece of text",
      "The model reads a text and says at every place what comes next; afterwards it can write on by itself. Bring a "
      "text of your own, up to 1 MiB (it stays on your machine), or take the program's: thousands of short English "
      "sentences. The last eighth is held back for the test. Line breaks count as blanks.",
      "Shannon 1951, “Prediction and entropy of printed English”; Radford et al. 2019",
      {choice_field("pieces", "Pieces",
                    "What the model reads and writes at a time: a character, or a piece of a word. Pieces are found in "
                    "the text by joining the most frequent neighbours again and again (byte-pair encoding).",
                    {{"characters", "Characters"}, {"byte_pairs", "Byte pairs"}}, "characters"),
       integer_field("most_pieces", "Most different pieces",
                     "How many characters or pieces the model tells apart; rarer ones become <unknown>.", 16, 1024, 128,
                     "pieces"),
       integer_field("window", "Window",
                     "How many pieces the model sees at once. The test of longer texts has windows of twice as many, "
                     "64 at most, and there is none beyond that. Pictures show the first 64 pieces of a window. Windows of hundreds want a GPU.",
                     8, kMostWindow, 48, "pieces")}};
  return part;
}

Result<std::unique_ptr<Task>> make_text(const Json& spec, std::string_view data) {
  if (data.size() > kMaximumTextBytes)
    return Error{"The text is longer than 1 MiB. Take a part of it."};
  if (const std::size_t at = utf8_invalid_at(data); at != std::string_view::npos)
    return Error{"The text is not valid UTF-8 (byte " + std::to_string(at + 1) + "). Save it as UTF-8 and try again."};
  std::string text = one_line(data);
  if (text.empty()) text = sentence_text(kTextSentences, kSentenceSeed);
  const auto most = spec["most_pieces"].get<std::size_t>();
  const bool whole_words = spec["pieces"] == "byte_pairs";
  TextPieces pieces = whole_words ? TextPieces::byte_pairs(text, most) : TextPieces::characters(text, most);
  auto task = std::make_unique<TextTask>(std::move(pieces), whole_words, text, spec["window"].get<int>());
  if (!task->enough()) {
    return Error{"The text is too short: a window of " + spec["window"].dump() + " pieces has to fit into its last "
                 "eighth. Bring more text, or lower task.window."};
  }
  return std::unique_ptr<Task>(std::move(task));
}

}  // namespace heed
