// tasks: see text_pieces.h.
#include "tasks/text_pieces.h"

#include <algorithm>

#include "base/utf8.h"

namespace heed {

namespace {

using Word = std::vector<std::string>;
using Pair = std::pair<std::string, std::string>;

/// Words as characters, each with the blank before it.
std::vector<Word> words_in(std::string_view text) {
  std::vector<Word> words;
  for (std::string& character : utf8_characters(text)) {
    if (words.empty() || character == " ") words.emplace_back();
    words.back().push_back(std::move(character));
  }
  return words;
}

std::vector<std::string> frequent_characters(std::string_view text, std::size_t most) {
  std::map<std::string, std::size_t> counts;
  for (const std::string& character : utf8_characters(text)) ++counts[character];
  std::vector<std::pair<std::string, std::size_t>> order(counts.begin(), counts.end());
  std::ranges::stable_sort(order, [](const auto& a, const auto& b) { return a.second > b.second; });
  std::vector<std::string> tokens;
  for (std::size_t n = 0; n < std::min(most, order.size()); ++n) tokens.push_back(order[n].first);
  return tokens;
}

void join(Word& word, const Pair& pair) {
  std::size_t kept = 0;
  for (std::size_t n = 0; n < word.size(); ++n) {
    const bool here = n + 1 < word.size() && word[n] == pair.first && word[n + 1] == pair.second;
    std::string piece = here ? pair.first + pair.second : word[n];
    word[kept++] = std::move(piece);
    n += here ? 1 : 0;
  }
  word.resize(kept);
}

/// The most frequent pair of neighbours, the first in order of the alphabet among equals; a count of 1 joins nothing.
Pair best_pair(const std::map<Word, std::size_t>& words) {
  std::map<Pair, std::size_t> counts;
  for (const auto& [word, count] : words) {
    for (std::size_t n = 0; n + 1 < word.size(); ++n) counts[{word[n], word[n + 1]}] += count;
  }
  Pair best;
  std::size_t most = 1;
  for (const auto& [pair, count] : counts) {
    if (count > most) {
      most = count;
      best = pair;
    }
  }
  return best;
}

}  // namespace

std::string one_line(std::string_view text) {
  std::string line;
  bool blank = false;
  for (const char c : text) {
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      blank = !line.empty();
      continue;
    }
    if (blank) line += ' ';
    blank = false;
    line += c;
  }
  return line;
}

TextPieces TextPieces::characters(std::string_view text, std::size_t most) {
  return TextPieces(frequent_characters(text, most));
}

TextPieces TextPieces::byte_pairs(std::string_view text, std::size_t most) {
  constexpr std::size_t kMostCharacters = 96;
  std::vector<std::string> tokens = frequent_characters(text, std::min(most, kMostCharacters));
  std::map<Word, std::size_t> words;
  for (Word& word : words_in(text)) ++words[std::move(word)];
  std::vector<Pair> joins;
  while (tokens.size() < most) {
    const Pair pair = best_pair(words);
    if (pair.first.empty()) break;
    joins.push_back(pair);
    // Two ways of joining may lead to the same piece.
    if (std::ranges::find(tokens, pair.first + pair.second) == tokens.end())
      tokens.push_back(pair.first + pair.second);
    std::map<Word, std::size_t> joined;
    for (const auto& [word, count] : words) {
      Word shorter = word;
      join(shorter, pair);
      joined[std::move(shorter)] += count;
    }
    words = std::move(joined);
  }
  TextPieces pieces(std::move(tokens));
  for (std::size_t n = 0; n < joins.size(); ++n) pieces.ranks_.emplace(joins[n], n);
  return pieces;
}

std::vector<int> TextPieces::encode(std::string_view text) const {
  std::vector<int> ids;
  for (Word& word : words_in(text)) {
    for (;;) {
      auto first = ranks_.end();
      for (std::size_t n = 0; n + 1 < word.size(); ++n) {
        const auto found = ranks_.find({word[n], word[n + 1]});
        if (found != ranks_.end() && (first == ranks_.end() || found->second < first->second)) first = found;
      }
      if (first == ranks_.end()) break;
      join(word, first->first);
    }
    for (const std::string& piece : word) ids.push_back(vocabulary_.find(piece));
  }
  return ids;
}

}  // namespace heed
