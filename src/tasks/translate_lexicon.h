// tasks: the words of the small French-to-English grammar. Every French form belongs to one entry, and no English word
// that can follow "a" begins with a vowel sound, so that a sentence has exactly one translation.
#pragma once

#include <array>
#include <span>
#include <string_view>

namespace heed::french {

/// What a noun is, so that sentences stay sensible: one eats cakes and reads letters.
enum Kind : unsigned { kAnimate = 1, kThing = 2, kPlace = 4, kFood = 8, kText = 16, kAny = 31 };

struct Noun {
  std::string_view singular, plural, english, english_plural;
  bool feminine;
  unsigned kind;
  bool owned = true;  ///< false where a possessive changes the meaning: "ma fille" is "my daughter"
};

struct Adjective {
  std::array<std::string_view, 4> forms;  ///< masculine, feminine, masculine plural, feminine plural
  std::string_view english;
  bool before_noun;
  unsigned kinds;  ///< nouns that it suits

  std::string_view form(const Noun& noun, bool plural) const {
    return forms[(noun.feminine ? 1u : 0u) + (plural ? 2u : 0u)];
  }
};

struct Verb {
  std::array<std::string_view, 6> forms;  ///< je, tu, il, nous, vous, ils
  std::string_view english, english_third;
  unsigned objects;         ///< kinds of its object; 0 for verbs without one
  bool also_alone = false;  ///< "il mange" is a sentence too
};

struct Pair {
  std::string_view french, english;
};

/// A determiner: masculine, feminine, plural, and before a vowel in the singular (masculine, feminine).
struct Determiner {
  std::array<std::string_view, 5> forms;
  std::string_view english, english_plural;
  bool possessive = false;

  bool suits(const Noun& noun) const { return noun.owned || !possessive; }
};

inline constexpr int kIndefinite = 1;  ///< its place in determiners()

std::span<const Noun> nouns();
std::span<const Adjective> adjectives();
std::span<const Verb> verbs();
std::span<const Determiner> determiners();
std::span<const Pair> subjects();  ///< je, tu, il, elle, nous, vous, ils, elles
std::span<const Pair> objects();   ///< object pronouns, before the verb: les, me, te
std::span<const Pair> adverbs();   ///< after the verb in French, before it in English
std::span<const Pair> conjunctions();

struct Preposition {
  std::string_view french, english;
  unsigned kinds;  ///< places that suit it
};
std::span<const Preposition> prepositions();

bool starts_with_vowel(std::string_view word);

/// "je" before a vowel is "j'"; likewise ne, me, te. Other words are their own short form.
std::string_view elided(std::string_view word);

}  // namespace heed::french
