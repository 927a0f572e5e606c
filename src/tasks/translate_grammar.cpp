// tasks: see translate_grammar.h.
#include "tasks/translate_grammar.h"

#include <algorithm>

namespace heed::french {

namespace {

template <class T>
const T& pick(Random& random, std::span<const T> list) {
  return list[static_cast<std::size_t>(random.below(static_cast<int>(list.size())))];
}

bool chance(Random& random, int percent) {
  return random.below(100) < percent;
}

const Determiner& determiner_of(const NounPhrase& phrase) {
  return determiners()[static_cast<std::size_t>(phrase.determiner)];
}

const Adjective* pick_adjective(Random& random, unsigned kind, bool before_noun) {
  for (;;) {
    const Adjective& adjective = pick(random, adjectives());
    if (adjective.before_noun == before_noun && (adjective.kinds & kind) != 0) return &adjective;
  }
}

NounPhrase draw_noun_phrase(Random& random, unsigned kinds, bool indefinite_allowed) {
  NounPhrase phrase;
  do phrase.noun = &pick(random, nouns());
  while ((phrase.noun->kind & kinds) == 0);
  do phrase.determiner = random.below(static_cast<int>(determiners().size()));
  while ((phrase.determiner == kIndefinite && !indefinite_allowed) || !determiner_of(phrase).suits(*phrase.noun));
  phrase.plural = chance(random, 30);
  if (chance(random, 20)) phrase.before = pick_adjective(random, phrase.noun->kind, true);
  if (chance(random, 40)) phrase.after = pick_adjective(random, phrase.noun->kind, false);
  return phrase;
}

/// 0 to 5: which form of the verb.
int person_of(const Clause& clause) {
  constexpr int kPersons[] = {0, 1, 2, 2, 3, 4, 5, 5};
  return clause.pronoun >= 0 ? kPersons[clause.pronoun] : clause.subject.plural ? 5 : 2;
}

/// Collects the words of both languages and which come from which.
class Writer {
 public:
  /// Adds a French word; the answer is its place.
  int french(std::string_view word) {
    result_.french.push_back(word);
    return static_cast<int>(result_.french.size()) - 1;
  }

  /// Adds English words, separated by blanks, all from the same French words.
  void english(std::string_view words, const std::vector<int>& sources) {
    for (std::size_t at = 0; at <= words.size();) {
      const std::size_t end = std::min(words.find(' ', at), words.size());
      result_.english.push_back(words.substr(at, end - at));
      result_.alignment.push_back(sources);
      at = end + 1;
    }
  }

  void noun_phrase(const NounPhrase& phrase) {
    const Determiner& determiner = determiner_of(phrase);
    const std::string_view noun = phrase.plural ? phrase.noun->plural : phrase.noun->singular;
    const std::string_view next = phrase.before ? phrase.before->form(*phrase.noun, phrase.plural) : noun;
    const bool feminine = phrase.noun->feminine;
    std::string_view word =
        determiner.forms[phrase.plural ? 2 : (starts_with_vowel(next) ? 3 : 0) + (feminine ? 1 : 0)];
    if (word == "des" && phrase.before) word = "de";  // "de petits chats"
    const int at = french(word);
    const int before = phrase.before ? french(next) : -1;
    const int thing = french(noun);
    const int after = phrase.after ? french(phrase.after->form(*phrase.noun, phrase.plural)) : -1;
    english(phrase.plural ? determiner.english_plural : determiner.english, {at});
    if (phrase.before) english(phrase.before->english, {before});
    if (phrase.after) english(phrase.after->english, {after});
    english(phrase.plural ? phrase.noun->english_plural : phrase.noun->english, {thing});
  }

  void clause(const Clause& clause);

  Translation result_;
};

void Writer::clause(const Clause& clause) {
  const int person = person_of(clause);
  const std::string_view verb = clause.verb->forms[static_cast<std::size_t>(person)];
  const auto before = [](std::string_view word, std::string_view next) {
    return starts_with_vowel(next) ? elided(word) : word;
  };

  // French, from the right: each short word depends on the one after it.
  std::string_view pronoun, next = verb;
  if (clause.object_pronoun >= 0)
    next = pronoun = before(objects()[static_cast<std::size_t>(clause.object_pronoun)].french, verb);
  const std::string_view negation = before("ne", next);
  if (clause.negated) next = negation;

  if (clause.pronoun >= 0) {
    const Pair& subject = subjects()[static_cast<std::size_t>(clause.pronoun)];
    english(subject.english, {french(before(subject.french, next))});
  } else {
    noun_phrase(clause.subject);
  }
  const int ne = clause.negated ? french(negation) : -1;
  const int object = clause.object_pronoun >= 0 ? french(pronoun) : -1;
  const int action = french(verb);
  const int pas = clause.negated ? french("pas") : -1;
  const int adverb = clause.adverb >= 0 ? french(adverbs()[static_cast<std::size_t>(clause.adverb)].french) : -1;

  const bool third = person == 2;
  if (clause.negated) english(third ? "does not" : "do not", {ne, pas});
  if (adverb >= 0) english(adverbs()[static_cast<std::size_t>(clause.adverb)].english, {adverb});
  english(third && !clause.negated ? clause.verb->english_third : clause.verb->english, {action});
  if (object >= 0) english(objects()[static_cast<std::size_t>(clause.object_pronoun)].english, {object});
  if (clause.object) noun_phrase(*clause.object);
  if (clause.preposition) {
    english(clause.preposition->english, {french(clause.preposition->french)});
    noun_phrase(clause.place);
  }
}

/// Reads words from left to right; every function takes what it can and moves on.
class Reader {
 public:
  explicit Reader(const std::vector<std::string_view>& words) : words_(words) {}

  bool done() const { return at_ == words_.size(); }

  std::optional<int> one_of(std::span<const Pair> list, bool also_elided = false) {
    for (std::size_t k = 0; k < list.size(); ++k) {
      if (take(list[k].french) || (also_elided && take(elided(list[k].french)))) return static_cast<int>(k);
    }
    return std::nullopt;
  }

  bool take(std::string_view word) {
    if (done() || words_[at_] != word) return false;
    ++at_;
    return true;
  }

  std::optional<NounPhrase> noun_phrase() {
    const std::size_t start = at_;
    NounPhrase phrase;
    phrase.determiner = determiner();
    phrase.before = phrase.determiner >= 0 ? adjective(true) : nullptr;
    if (phrase.determiner < 0 || !noun(phrase) || !determiner_of(phrase).suits(*phrase.noun)) {
      at_ = start;
      return std::nullopt;
    }
    phrase.after = adjective(false);
    return phrase;
  }

  std::optional<Clause> clause();

 private:
  int determiner() {
    const auto list = determiners();
    for (std::size_t k = 0; k < list.size(); ++k) {
      for (const std::string_view form : list[k].forms) {
        if (take(form)) return static_cast<int>(k);
      }
    }
    return take("de") ? kIndefinite : -1;
  }

  const Adjective* adjective(bool before_noun) {
    for (const Adjective& candidate : adjectives()) {
      if (candidate.before_noun != before_noun) continue;
      for (const std::string_view form : candidate.forms) {
        if (take(form)) return &candidate;
      }
    }
    return nullptr;
  }

  bool noun(NounPhrase& phrase) {
    for (const Noun& candidate : nouns()) {
      phrase.noun = &candidate;
      phrase.plural = take(candidate.plural);
      if (phrase.plural || take(candidate.singular)) return true;
    }
    return false;
  }

  const Verb* verb() {
    for (const Verb& candidate : verbs()) {
      for (const std::string_view form : candidate.forms) {
        if (take(form)) return &candidate;
      }
    }
    return nullptr;
  }

  const std::vector<std::string_view>& words_;
  std::size_t at_ = 0;
};

std::optional<Clause> Reader::clause() {
  Clause clause;
  if (const std::optional<int> pronoun = one_of(subjects(), true)) {
    clause.pronoun = *pronoun;
  } else if (const std::optional<NounPhrase> subject = noun_phrase()) {
    clause.subject = *subject;
  } else {
    return std::nullopt;
  }
  clause.negated = take("ne") || take("n'");
  clause.object_pronoun = one_of(objects(), true).value_or(-1);
  clause.verb = verb();
  if (!clause.verb || (clause.negated && !take("pas"))) return std::nullopt;
  clause.adverb = one_of(adverbs()).value_or(-1);
  clause.object = noun_phrase();
  const bool has_object = clause.object || clause.object_pronoun >= 0;
  const bool may_have = clause.verb->objects != 0, must_have = may_have && !clause.verb->also_alone;
  if ((has_object && !may_have) || (!has_object && must_have)) return std::nullopt;
  if (clause.object && clause.object_pronoun >= 0) return std::nullopt;
  for (const Preposition& candidate : prepositions()) {
    if (!take(candidate.french)) continue;
    clause.preposition = &candidate;
    const std::optional<NounPhrase> place = noun_phrase();
    if (!place) return std::nullopt;
    clause.place = *place;
    break;
  }
  return clause;
}

}  // namespace

Clause draw_clause(Random& random, bool negation) {
  Clause clause;
  if (chance(random, 50)) {
    clause.pronoun = random.below(static_cast<int>(subjects().size()));
  } else {
    clause.subject = draw_noun_phrase(random, kAnimate, true);
  }
  clause.negated = negation && chance(random, 30);
  clause.verb = &pick(random, verbs());
  if (chance(random, 15)) clause.adverb = random.below(static_cast<int>(adverbs().size()));
  if (clause.verb->objects != 0 && !(clause.verb->also_alone && chance(random, 25))) {
    const bool takes_people = (clause.verb->objects & kAnimate) != 0;
    if (chance(random, 20)) {
      // "me" and "te" only where they are somebody else than the subject, and not eaten or read.
      clause.object_pronoun = takes_people ? random.below(static_cast<int>(objects().size())) : 0;
      const bool oneself = (clause.object_pronoun == 1 && (clause.pronoun == 0 || clause.pronoun == 4)) ||
                           (clause.object_pronoun == 2 && (clause.pronoun == 1 || clause.pronoun == 5));
      if (oneself) clause.object_pronoun = 0;
    } else {
      // After a negation French says "pas de" instead of "un" or "des": left out here.
      clause.object = draw_noun_phrase(random, clause.verb->objects, !clause.negated);
    }
  }
  if (chance(random, 35)) {
    clause.preposition = &pick(random, prepositions());
    clause.place = draw_noun_phrase(random, clause.preposition->kinds, true);
  }
  return clause;
}

Translation translate(const Sentence& sentence) {
  Writer writer;
  for (std::size_t k = 0; k < sentence.clauses.size(); ++k) {
    if (k > 0) {
      const Pair& joint = conjunctions()[static_cast<std::size_t>(sentence.conjunctions[k - 1])];
      writer.english(joint.english, {writer.french(joint.french)});
    }
    writer.clause(sentence.clauses[k]);
  }
  return writer.result_;
}

std::optional<Sentence> read_sentence(const std::vector<std::string_view>& words) {
  Reader reader(words);
  Sentence sentence;
  for (;;) {
    std::optional<Clause> clause = reader.clause();
    if (!clause) return std::nullopt;
    sentence.clauses.push_back(*clause);
    if (reader.done()) break;
    const std::optional<int> joint = reader.one_of(conjunctions());
    if (!joint) return std::nullopt;
    sentence.conjunctions.push_back(*joint);
  }
  // Agreement and elision hold exactly when writing the sentence again gives the same words.
  if (translate(sentence).french != words) return std::nullopt;
  return sentence;
}

}  // namespace heed::french
