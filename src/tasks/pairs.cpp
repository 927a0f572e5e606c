// tasks: the user's own pairs of sequences.
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/utf8.h"
#include "tasks/pairs_text.h"
#include "tasks/split.h"
#include "tasks/tasks.h"

namespace heed {

namespace {

constexpr std::size_t kFewestForLongSplit = 64, kFewestHeldOut = 3, kProbes = 4;

using Tokens = std::vector<std::string>;

std::string join(const Tokens& tokens, std::string_view separator) {
  std::string text;
  for (const std::string& token : tokens) text += (text.empty() ? "" : std::string(separator)) + token;
  return text;
}

/// The most frequent tokens of one side, most frequent first.
Vocabulary count_tokens(const std::vector<TextPair>& pairs, Tokens TextPair::*side, std::size_t most,
                        const std::string& separator) {
  std::map<std::string, int> counts;
  for (const TextPair& pair : pairs) {
    for (const std::string& token : pair.*side) ++counts[token];
  }
  std::vector<std::pair<std::string, int>> order(counts.begin(), counts.end());
  std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  Tokens tokens;
  for (std::size_t k = 0; k < std::min(order.size(), most); ++k) tokens.push_back(order[k].first);
  return Vocabulary(std::move(tokens), separator);
}

/// Which pairs belong to which split: places in the list of pairs.
struct Splits {
  std::vector<std::size_t> train, test, test_long;
};

/// The length beyond which sources are kept for the test of longer ones: about a twentieth of the pairs, no more than a
/// fifth. The longest length there is when that cannot be had.
std::size_t long_cut(const std::vector<TextPair>& pairs) {
  std::map<std::size_t, std::size_t> counts;
  for (const TextPair& pair : pairs) ++counts[pair.source.size()];
  const std::size_t longest = counts.rbegin()->first;
  if (pairs.size() < kFewestForLongSplit) return longest;
  std::size_t taken = 0;
  for (auto at = counts.rbegin(); at != counts.rend(); ++at) {
    taken += at->second;
    if (taken > pairs.size() / 5) return longest;
    if (taken >= std::max<std::size_t>(4, pairs.size() / 20)) return at->first - 1;
  }
  return longest;
}

Splits split_pairs(const std::vector<TextPair>& pairs, std::size_t cut) {
  // Sources in the order of their hash, those held out first: a few more are held out when the hash chose too few.
  std::map<std::pair<std::uint64_t, std::string>, std::vector<std::size_t>> sources;
  std::size_t held_out = 0;
  Splits splits;
  for (std::size_t k = 0; k < pairs.size(); ++k) {
    if (pairs[k].source.size() > cut) {
      splits.test_long.push_back(k);
      continue;
    }
    const std::string text = join(pairs[k].source, "\t");
    const std::uint64_t hash = text_hash(text);
    auto& same = sources[{(hash % kHoldout << 60) | (hash >> 4), text}];
    if (same.empty() && hash % kHoldout == 0) ++held_out;
    same.push_back(k);
  }
  const std::size_t most = sources.size() > 2 * kFewestHeldOut ? sources.size() - kFewestHeldOut : sources.size() / 2;
  const std::size_t wanted = std::min(std::max(held_out, kFewestHeldOut), most);
  std::size_t number = 0;
  for (const auto& [unused, same] : sources) {
    auto& list = number++ < wanted ? splits.test : splits.train;
    list.insert(list.end(), same.begin(), same.end());
  }
  std::sort(splits.train.begin(), splits.train.end());
  std::sort(splits.test.begin(), splits.test.end());
  return splits;
}

class PairsTask : public Task {
 public:
  PairsTask(const PairsText& text, std::size_t most_tokens)
      : kind_(text.tokens), source_({}, separator()), target_({}, separator()) {
    Splits splits = split_pairs(text.pairs, long_cut(text.pairs));
    if (splits.train.size() < kFewestPairs / 2) splits = split_pairs(text.pairs, kMaximumSource);
    source_ = count_tokens(text.pairs, &TextPair::source, most_tokens, separator());
    target_ = count_tokens(text.pairs, &TextPair::target, most_tokens, separator());
    train_ = complete(text.pairs, splits.train);
    test_ = complete(text.pairs, splits.test);
    test_long_ = complete(text.pairs, splits.test_long);
    for (const Example& example : train_) rare_tokens_ |= has_unknown(example.source);
    for (const TextPair& pair : text.pairs)
      answers_.emplace(join(pair.source, separator()), encode(target_, pair.target));
  }

  const Part& info() const override { return pairs_part(); }
  const Vocabulary& source_vocabulary() const override { return source_; }
  const Vocabulary& target_vocabulary() const override { return target_; }
  int max_source_length(Split split) const override { return longest(split, &Example::source); }
  int max_target_length(Split split) const override { return longest(split, &Example::target); }
  std::uint64_t example_count(Split split) const override { return list(split).size(); }

  /// In training every pair comes once before any comes again. The answer for a split without examples is empty.
  Example example(Split split, std::uint64_t seed, std::uint64_t index) const override {
    const std::vector<Example>& examples = list(split);
    if (examples.empty()) return {};
    const std::uint64_t count = examples.size();
    return examples[static_cast<std::size_t>(split == Split::kTrain ? shuffled(index, count, seed) : index % count)];
  }

  std::vector<Example> probes() const override;
  Result<std::vector<int>> encode_source(std::string_view text) const override;

  std::vector<int> solve(const std::vector<int>& source) const override {
    const auto found = answers_.find(source_.text(source));
    return found == answers_.end() ? std::vector<int>{} : found->second;
  }

 private:
  const char* separator() const { return kind_ == TokenKind::kWords ? " " : ""; }

  const std::vector<Example>& list(Split split) const {
    return split == Split::kTrain ? train_ : split == Split::kTest ? test_ : test_long_;
  }

  int longest(Split split, std::vector<int> Example::*side) const {
    std::size_t most = 0;
    for (const Example& example : list(split)) most = std::max(most, (example.*side).size());
    return static_cast<int>(most);
  }

  static bool has_unknown(const std::vector<int>& ids) {
    return std::find(ids.begin(), ids.end(), kUnknownToken) != ids.end();
  }

  static std::vector<int> encode(const Vocabulary& vocabulary, const Tokens& tokens) {
    std::vector<int> ids;
    for (const std::string& token : tokens) ids.push_back(vocabulary.find(token));
    ids.push_back(kEndToken);
    return ids;
  }

  std::vector<Example> complete(const std::vector<TextPair>& pairs, const std::vector<std::size_t>& places) const {
    std::vector<Example> examples;
    for (const std::size_t k : places) {
      Example example{encode(source_, pairs[k].source), encode(target_, pairs[k].target), {}};
      example.source.pop_back();
      examples.push_back(std::move(example));
    }
    return examples;
  }

  TokenKind kind_;
  Vocabulary source_, target_;
  std::vector<Example> train_, test_, test_long_;
  std::map<std::string, std::vector<int>> answers_;
  bool rare_tokens_ = false;
};

/// Held-out pairs of different lengths, from short to long.
std::vector<Example> PairsTask::probes() const {
  std::vector<Example> order;
  for (const Example& example : test_) {
    const auto same = [&](const Example& other) { return other.source == example.source; };
    if (std::none_of(order.begin(), order.end(), same)) order.push_back(example);
    if (order.size() == 200) break;
  }
  std::stable_sort(order.begin(), order.end(),
                   [](const Example& a, const Example& b) { return a.source.size() < b.source.size(); });
  if (order.size() <= kProbes) return order;
  std::vector<Example> chosen;
  for (std::size_t k = 0; k < kProbes; ++k) chosen.push_back(order[k * (order.size() - 1) / (kProbes - 1)]);
  return chosen;
}

Result<std::vector<int>> PairsTask::encode_source(std::string_view text) const {
  const std::string thing = kind_ == TokenKind::kWords ? "word" : "character";
  const std::string advice = " Try one of your own, for example “" + source_.text(test_.front().source) + "”.";
  if (utf8_invalid_at(text) != std::string_view::npos) return Error{"This is not valid UTF-8 text." + advice};
  std::string line(text);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  const Tokens tokens = tokenise(line, kind_);
  if (tokens.empty()) return Error{"There is nothing to read yet." + advice, "empty"};
  if (tokens.size() > kMaximumSource) {
    return Error{"This has " + std::to_string(tokens.size()) + " " + thing + "s; at most " +
                 std::to_string(kMaximumSource) + " fit.",
                 "too_many_symbols", {std::to_string(kMaximumSource)}};
  }
  std::vector<int> source;
  for (const std::string& token : tokens) {
    int id = source_.find(token);
    if (id == kUnknownToken) id = source_.find(utf8_lower(token));
    if (id == kUnknownToken && !rare_tokens_) {
      Tokens known;
      for (int k = kFirstToken; k < source_.size(); ++k) known.push_back(source_.token(k));
      const std::string near = kind_ == TokenKind::kWords ? nearest(token, known) : "";
      return Error{"The " + thing + " “" + utf8_excerpt(token, 24) + "” does not occur in your data" +
                       (near.empty() ? "." + advice : "; did you mean “" + near + "”?"),
                   near.empty() ? "unknown_sign" : "misspelt_word", {utf8_excerpt(token, 24), near}};
    }
    source.push_back(id);
  }
  return source;
}

}  // namespace

const Part& pairs_part() {
  static const Part part = {
      "pairs",
      "Your own pairs",
      "Bring your own examples: paste them or choose a text file. Each line holds a source, a tab and its target; a "
      "spreadsheet of two "
      "columns, copied, looks like that. Up to 20,000 pairs, 64 characters or words a side, 1 MiB in all. Repeated "
      "pairs count once. "
      "One source in eight is held back for the test; with enough data the longest sources are held back as the longer "
      "test. Nobody "
      "has told the program which words belong together, so there is no alignment score. Your data stays on your "
      "machine.",
      "",
      {choice_field("tokens", "Read the text as",
                    "What one step of the model reads and writes: a character or a word. By itself Heed takes words "
                    "when most lines have "
                    "several words on both sides.",
                    {{"auto", "Decide from the data"}, {"characters", "Characters"}, {"words", "Words"}}, "auto"),
       integer_field("vocabulary", "Most different tokens",
                     "How many different words or characters of each side the model tells apart, the most frequent "
                     "first. All others "
                     "become <unknown>.",
                     16, 8000, 2000, "tokens")}};
  return part;
}

Result<std::unique_ptr<Task>> make_pairs(const Json& spec, std::string_view data) {
  if (data.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    return Error{
        "The task “pairs” needs your data: lines of source, tab, target. Paste them, choose a file, or give --data "
        "FILE."};
  }
  const std::string tokens = spec["tokens"];
  const TokenKind kind = tokens == "words"        ? TokenKind::kWords
                         : tokens == "characters" ? TokenKind::kCharacters
                                                  : TokenKind::kAuto;
  const Result<PairsText> text = parse_pairs(data, kind);
  if (!text) return Error{text.error()};
  return std::unique_ptr<Task>(std::make_unique<PairsTask>(*text, spec["vocabulary"].get<std::size_t>()));
}

}  // namespace heed
