// tasks: see typed_sentences.h.
#include "tasks/typed_sentences.h"

#include <utility>

#include "base/utf8.h"

namespace heed {
namespace {

bool is_stop(char c) { return c == '.' || c == '?' || c == '!' || c == '\n'; }
bool is_between(char c) { return c == ' ' || c == '\t' || c == '\r' || c == ',' || c == ';' || c == '"'; }

InputFault unknown_word(const TypedWord& word, const Vocabulary& vocabulary) {
  std::vector<std::string> known;
  for (int token = kFirstToken; token < vocabulary.size(); ++token) known.push_back(vocabulary.token(token));
  const std::string near = nearest(word.text, known), shown = utf8_excerpt(word.text, 24);
  InputFault fault{near.empty() ? "unknown_word" : "misspelt_word", {shown}, word.begin, word.end, {}};
  fault.text = "This task does not have the word “" + shown + "”";
  if (near.empty()) {
    fault.text += ".";
  } else {
    fault.values.push_back(near);
    fault.text += "; did you mean “" + near + "”?";
  }
  return fault;
}

InputFault too_many_words(const TypedSentence& sentence, int limit) {
  const std::string count = std::to_string(sentence.words.size()), most = std::to_string(limit);
  return {"too_many_words", {count, most}, sentence.words[static_cast<std::size_t>(limit)].begin, sentence.end,
          "A sentence has at most " + most + " words, a question too; this one has " + count + "."};
}

InputFault fault_of(const TypedSentence& sentence, const Vocabulary& vocabulary, const SentenceLimits& limits) {
  for (const TypedWord& word : sentence.words)
    if (vocabulary.find(word.text) == kUnknownToken) return unknown_word(word, vocabulary);
  const int most = sentence.asks ? limits.question_words : limits.words;
  if (static_cast<int>(sentence.words.size()) > most) return too_many_words(sentence, most);
  return {};
}

}  // namespace

std::string TypedSentence::plain() const {
  std::string text;
  for (const TypedWord& word : words) text += (text.empty() ? "" : " ") + word.text;
  return text;
}

std::vector<TypedSentence> typed_sentences(std::string_view text) {
  std::vector<TypedSentence> sentences;
  TypedSentence now;
  std::size_t begin = 0;
  const auto end_word = [&](std::size_t end) {
    if (end > begin) now.words.push_back({utf8_lower(text.substr(begin, end - begin)), static_cast<int>(begin), static_cast<int>(end)});
    begin = end + 1;
  };
  const auto end_sentence = [&](bool asks) {
    if (now.words.empty()) return;
    now.begin = now.words.front().begin, now.end = now.words.back().end, now.asks = asks;
    sentences.push_back(std::exchange(now, {}));
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!is_stop(text[at]) && !is_between(text[at])) continue;
    end_word(at);
    if (is_stop(text[at])) end_sentence(text[at] == '?');
  }
  end_word(text.size());
  end_sentence(false);
  return sentences;
}

InputFault sentence_fault(const std::vector<TypedSentence>& sentences, const Vocabulary& vocabulary, const SentenceLimits& limits) {
  int told = 0;
  const TypedSentence* question = nullptr;
  for (const TypedSentence& sentence : sentences) {
    if (question)
      return {"question_not_last", {}, sentence.begin, sentence.end, "The question comes last, and there is one only. " + limits.advice};
    if (const InputFault fault = fault_of(sentence, vocabulary, limits); !fault.code.empty()) return fault;
    if (sentence.asks) question = &sentence;
    else ++told;
    if (told > limits.sentences) {
      const std::string most = std::to_string(limits.sentences);
      return {"too_many_sentences", {most}, sentence.begin, sentence.end, "At most " + most + " sentences fit: take some away."};
    }
  }
  const int end = sentences.empty() ? 0 : sentences.back().end;
  if (told == 0) return {"story_empty", {}, 0, 0, limits.nothing + " " + limits.advice};
  if (!question) return {"question_missing", {}, end, end, "Nothing is asked yet: a question ends with “?”. " + limits.advice};
  return {};
}

}  // namespace heed
