// tasks: simple French sentences, word by word, into English.
#include <algorithm>
#include <set>
#include <utility>

#include "base/utf8.h"
#include "tasks/split.h"
#include "tasks/tasks.h"
#include "tasks/translate_grammar.h"

namespace heed {

namespace {

using french::Sentence;
using french::Translation;

constexpr int kTrainingClauses = 2;

Vocabulary in_order(const std::set<std::string>& list) {
  return Vocabulary({list.begin(), list.end()}, " ");
}

void add_words(std::set<std::string>& list, std::string_view text) {
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    list.emplace(text.substr(at, end - at));
    at = end + 1;
  }
}

Vocabulary french_words() {
  std::set<std::string> list = {"ne", "n'", "pas", "de"};
  for (const auto& noun : french::nouns()) list.insert({std::string(noun.singular), std::string(noun.plural)});
  for (const auto& adjective : french::adjectives()) list.insert(adjective.forms.begin(), adjective.forms.end());
  for (const auto& verb : french::verbs()) list.insert(verb.forms.begin(), verb.forms.end());
  for (const auto& determiner : french::determiners()) list.insert(determiner.forms.begin(), determiner.forms.end());
  for (const auto& preposition : french::prepositions()) list.emplace(preposition.french);
  for (const auto pairs : {french::subjects(), french::objects(), french::adverbs(), french::conjunctions()}) {
    for (const auto& pair : pairs) list.insert({std::string(pair.french), std::string(french::elided(pair.french))});
  }
  return in_order(list);
}

Vocabulary english_words() {
  std::set<std::string> list = {"do", "does", "not"};
  for (const auto& noun : french::nouns()) list.insert({std::string(noun.english), std::string(noun.english_plural)});
  for (const auto& adjective : french::adjectives()) list.emplace(adjective.english);
  for (const auto& verb : french::verbs()) add_words(list, verb.english), add_words(list, verb.english_third);
  for (const auto& determiner : french::determiners())
    list.emplace(determiner.english), list.emplace(determiner.english_plural);
  for (const auto& preposition : french::prepositions()) add_words(list, preposition.english);
  for (const auto pairs : {french::subjects(), french::objects(), french::adverbs(), french::conjunctions()}) {
    for (const auto& pair : pairs) list.emplace(pair.english);
  }
  return in_order(list);
}

/// How many more English than French words `length` words in at most `clauses` clauses can give. A clause of 2 words or
/// more can give none (je dors), of 3 one (tu les cherches: you look for them), of 5 two (je dors devant le chat), of 6
/// three (both).
int most_extra_words(int length, int clauses) {
  constexpr std::pair<int, int> kClauses[] = {{2, 0}, {3, 1}, {5, 2}, {6, 3}};
  // most[n]: in n words, every clause counted with the conjunction after it.
  std::vector<int> most(static_cast<std::size_t>(length) + 2, 0);
  for (int round = 0; round < clauses; ++round) {
    std::vector<int> next = most;
    for (int words = 0; words <= length + 1; ++words) {
      for (const auto& [needed, extra] : kClauses) {
        if (words < needed + 1) continue;
        int& best = next[static_cast<std::size_t>(words)];
        best = std::max(best, extra + most[static_cast<std::size_t>(words - needed - 1)]);
      }
    }
    most = std::move(next);
  }
  return most.back();
}

class TranslateTask : public Task {
 public:
  explicit TranslateTask(const Json& spec)
      : max_words_(spec["max_words"]), negation_(spec["negation"]), source_(french_words()), target_(english_words()) {}

  const Part& info() const override { return translate_part(); }
  const Vocabulary& source_vocabulary() const override { return source_; }
  const Vocabulary& target_vocabulary() const override { return target_; }
  int max_source_length(Split split) const override { return split == Split::kTestLong ? 2 * max_words_ : max_words_; }
  int max_target_length(Split split) const override {
    const int length = max_source_length(split);
    return length + most_extra_words(length, split == Split::kTestLong ? length : kTrainingClauses) + 1;
  }
  std::uint64_t example_count(Split) const override { return kManyExamples; }
  Example example(Split split, std::uint64_t seed, std::uint64_t index) const override;
  std::vector<Example> probes() const override;
  Result<std::vector<int>> encode_source(std::string_view text) const override;
  std::vector<int> solve(const std::vector<int>& source) const override;

 private:
  Translation draw_short(Random& random) const;
  Translation draw_long(Random& random) const;
  Example complete(const Translation& translation) const;

  int max_words_;
  bool negation_;
  Vocabulary source_, target_;
};

Translation TranslateTask::draw_short(Random& random) const {
  for (;;) {
    Sentence sentence;
    sentence.clauses.push_back(french::draw_clause(random, negation_));
    if (random.below(3) == 0) {
      sentence.conjunctions.push_back(random.below(2));
      sentence.clauses.push_back(french::draw_clause(random, negation_));
    }
    Translation translation = french::translate(sentence);
    if (static_cast<int>(translation.french.size()) <= max_words_) return translation;
  }
}

Translation TranslateTask::draw_long(Random& random) const {
  for (;;) {
    Sentence sentence;
    Translation translation;
    while (static_cast<int>(translation.french.size()) <= max_words_) {
      if (!sentence.clauses.empty()) sentence.conjunctions.push_back(random.below(2));
      sentence.clauses.push_back(french::draw_clause(random, negation_));
      translation = french::translate(sentence);
    }
    if (static_cast<int>(translation.french.size()) <= 2 * max_words_) return translation;
  }
}

Example TranslateTask::complete(const Translation& translation) const {
  Example example;
  for (const std::string_view word : translation.french) example.source.push_back(source_.find(word));
  for (const std::string_view word : translation.english) example.target.push_back(target_.find(word));
  example.target.push_back(kEndToken);
  example.alignment = translation.alignment;
  example.alignment.emplace_back();
  return example;
}

Example TranslateTask::example(Split split, std::uint64_t seed, std::uint64_t index) const {
  Random random = example_stream(split, seed, index);
  if (split == Split::kTestLong) return complete(draw_long(random));
  for (;;) {
    Example drawn = complete(draw_short(random));
    if (is_held_out(source_.text(drawn.source)) == (split == Split::kTest)) return drawn;
  }
}

/// Pairs of alignment links that cross each other.
int crossings(const Example& example) {
  int count = 0;
  for (std::size_t late = 0; late < example.alignment.size(); ++late) {
    for (std::size_t early = 0; early < late; ++early) {
      for (const int a : example.alignment[early]) {
        for (const int b : example.alignment[late]) count += a > b ? 1 : 0;
      }
    }
  }
  return count;
}

/// For each trait the held-out sentence of at most ten words whose alignment crosses most.
std::vector<Example> TranslateTask::probes() const {
  const std::vector<std::vector<std::string_view>> traits = {{"rouge", "rouges", "bleu", "bleue", "vert", "verte"},
                                                             {"pas"},
                                                             {"souvent", "toujours"},
                                                             {"me", "m'", "te", "t'"}};
  std::vector<Example> candidates;
  for (std::uint64_t index = 0; index < 400; ++index) candidates.push_back(example(Split::kTest, 1, index));
  std::vector<Example> chosen;
  for (const auto& trait : traits) {
    Example* best = nullptr;
    for (Example& candidate : candidates) {
      const bool fits = std::any_of(trait.begin(), trait.end(), [&](std::string_view word) {
        return std::find(candidate.source.begin(), candidate.source.end(), source_.find(word)) !=
               candidate.source.end();
      });
      if (!fits || candidate.source.size() > 10) continue;
      if (!best || crossings(candidate) > crossings(*best)) best = &candidate;
    }
    if (!best) continue;
    chosen.push_back(*best);
    std::erase_if(candidates, [&](const Example& candidate) { return candidate.source == chosen.back().source; });
  }
  return chosen;
}

/// Lower case, apart at blanks and after apostrophes, without punctuation.
std::vector<std::string> split_french(std::string_view text) {
  std::vector<std::string> list(1);
  for (const std::string& character : utf8_characters(utf8_lower(text))) {
    const bool apostrophe = character == "'" || character == "’";
    if (apostrophe) list.back() += "'";
    const bool gap =
        character.size() == 1 && std::string_view(" \t\r\n.,;:!?").find(character[0]) != std::string_view::npos;
    if (!apostrophe && !gap && character != "\u00a0")
      list.back() += character;
    else if (!list.back().empty())
      list.emplace_back();
  }
  if (list.back().empty()) list.pop_back();
  return list;
}

Result<std::vector<int>> TranslateTask::encode_source(std::string_view text) const {
  const std::string advice = " Try “la petite fille ne mange pas le gâteau”.";
  std::vector<std::string> known;
  for (int id = kFirstToken; id < source_.size(); ++id) known.push_back(source_.token(id));
  std::vector<int> source;
  for (const std::string& word : split_french(text)) {
    int id = source_.find(word);
    for (std::size_t k = 0; k < known.size() && id == kUnknownToken; ++k) {
      if (utf8_without_accents(known[k]) == word) id = kFirstToken + static_cast<int>(k);  // typed without accents
    }
    if (id == kUnknownToken) {
      const std::string near = nearest(word, known);
      return Error{"The model knows no word “" + utf8_excerpt(word, 24) + "”" +
                       (near.empty() ? "." + advice : "; did you mean “" + near + "”?"),
                   near.empty() ? "unknown_word" : "misspelt_word", {utf8_excerpt(word, 24), near}};
    }
    source.push_back(id);
    if (source.size() > kMaximumSource) return Error{"At most " + std::to_string(kMaximumSource) + " words fit.", "too_many_all_words", {std::to_string(kMaximumSource)}};
  }
  if (source.empty()) return Error{"There is nothing to read yet." + advice, "empty"};
  return source;
}

std::vector<int> TranslateTask::solve(const std::vector<int>& source) const {
  std::vector<std::string_view> list;
  for (const int id : source) list.push_back(source_.token(id));
  const std::optional<Sentence> sentence = french::read_sentence(list);
  if (!sentence) return {};
  return complete(french::translate(*sentence)).target;
}

}  // namespace

const Part& translate_part() {
  static const Part part = {
      "translate",
      "French to English",
      "The model reads a simple French sentence word by word and writes it in English: “la fille ne mange pas le "
      "gâteau rouge” becomes "
      "“the girl does not eat the red cake”. The languages order their words differently: most French adjectives "
      "follow their noun, a "
      "negation stands around the verb, and small pronouns go before it. There the lines from word to word cross, and "
      "the attention "
      "leaves the diagonal. The longer test joins more clauses with “et” (and) and “mais” (but) than training does.",
      "Bahdanau, Cho and Bengio 2015 (arXiv:1409.0473), figure 3, shows such crossings for a large model",
      {integer_field("max_words", "Longest sentence",
                     "The most French words of a sentence in training. The test of longer sentences goes from one more "
                     "than this to twice "
                     "as many.",
                     6, 24, 12, "words"),
       flag_field("negation", "Negation", "Some sentences are negative: “il ne dort pas” is “he does not sleep”.",
                  true)}};
  return part;
}

Result<std::unique_ptr<Task>> make_translate(const Json& spec, std::string_view) {
  return std::unique_ptr<Task>(std::make_unique<TranslateTask>(spec));
}

}  // namespace heed
