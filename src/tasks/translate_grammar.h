// tasks: sentences of the small French-to-English grammar as trees: drawn at random, read from French words, and
// written in both languages with the alignment between them.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/rng.h"
#include "tasks/translate_lexicon.h"

namespace heed::french {

struct NounPhrase {
  int determiner = 0;
  bool plural = false;
  const Noun* noun = nullptr;
  const Adjective* before = nullptr;  ///< "petit": before the noun in both languages
  const Adjective* after = nullptr;   ///< "rouge": after the noun in French, before it in English
};

/// Subject, verb and what belongs to it.
struct Clause {
  int pronoun = -1;  ///< place in subjects(), or -1: the subject is a noun phrase
  NounPhrase subject;
  bool negated = false;
  int object_pronoun = -1;  ///< place in objects(), or -1
  const Verb* verb = nullptr;
  int adverb = -1;  ///< place in adverbs(), or -1
  std::optional<NounPhrase> object;
  const Preposition* preposition = nullptr;
  NounPhrase place;  ///< after the preposition
};

struct Sentence {
  std::vector<Clause> clauses;
  std::vector<int> conjunctions;  ///< between the clauses: places in conjunctions()
};

/// Words of both languages; alignment[t] lists the French words that the t-th English word comes from.
struct Translation {
  std::vector<std::string_view> french, english;
  std::vector<std::vector<int>> alignment;
};

Clause draw_clause(Random& random, bool negation);
Translation translate(const Sentence& sentence);

/// The sentence that the words spell; empty when the grammar or the agreement between the words does not allow it.
std::optional<Sentence> read_sentence(const std::vector<std::string_view>& words);

}  // namespace heed::french
