// tasks: French to English: the grammar, its alignments, and what users type.
#include <algorithm>
#include <map>
#include <set>

#include "tasks/task_test.h"
#include "tasks/translate_lexicon.h"

using namespace heed;

namespace {

std::string source_word(const Task& task, const Example& example, int s) {
  return task.source_vocabulary().token(example.source[static_cast<std::size_t>(s)]);
}

/// French words that may lie under each English word.
std::map<std::string, std::set<std::string>> dictionary() {
  std::map<std::string, std::set<std::string>> words;
  const auto add = [&](std::string_view english, std::string_view french) {
    for (std::size_t at = 0; at <= english.size();) {
      const std::size_t end = std::min(english.find(' ', at), english.size());
      words[std::string(english.substr(at, end - at))].insert(std::string(french));
      at = end + 1;
    }
  };
  for (const auto& noun : french::nouns()) add(noun.english, noun.singular), add(noun.english_plural, noun.plural);
  for (const auto& adjective : french::adjectives()) {
    for (const auto form : adjective.forms) add(adjective.english, form);
  }
  for (const auto& verb : french::verbs()) {
    for (const auto form : verb.forms) add(verb.english, form);
    add(verb.english_third, verb.forms[2]);
  }
  for (const auto& determiner : french::determiners()) {
    for (std::size_t k = 0; k < determiner.forms.size(); ++k) {
      add(k == 2 ? determiner.english_plural : determiner.english, determiner.forms[k]);
    }
  }
  add("some", "de");
  for (const auto pairs : {french::subjects(), french::objects(), french::adverbs(), french::conjunctions()}) {
    for (const auto& pair : pairs) add(pair.english, pair.french), add(pair.english, french::elided(pair.french));
  }
  for (const auto& preposition : french::prepositions()) add(preposition.english, preposition.french);
  for (const char* word : {"do", "does", "not"}) words[word] = {"ne", "n'", "pas"};
  return words;
}

bool vowel(const std::string& word) {
  return french::starts_with_vowel(word);
}

}  // namespace

TEST_SUITE_BEGIN("tasks.translate");

TEST_CASE("every English word is aligned with French words that mean it, and every French word is used") {
  const auto task = task_from(R"("translate")");
  const auto words = dictionary();
  for (std::uint64_t k = 0; k < 3000; ++k) {
    const Example example = task->example(k % 3 == 0 ? Split::kTestLong : Split::kTrain, 1, k);
    CAPTURE(source_text(*task, example));
    std::set<int> used;
    for (std::size_t t = 0; t + 1 < example.target.size(); ++t) {
      const std::string english = task->target_vocabulary().token(example.target[t]);
      REQUIRE(!example.alignment[t].empty());
      REQUIRE(words.count(english) == 1);
      for (const int s : example.alignment[t]) {
        used.insert(s);
        REQUIRE(words.at(english).count(source_word(*task, example, s)) == 1);
      }
    }
    REQUIRE(used.size() == example.source.size());
  }
}

TEST_CASE("elisions stand exactly before vowels; a negation surrounds its verb") {
  const auto task = task_from(R"("translate")");
  const std::set<std::string> elided = {"l'", "j'", "n'", "m'", "t'"},
                              whole = {"le", "la", "je", "ne", "me", "te", "ma", "ce"};
  int negations = 0;
  for (std::uint64_t k = 0; k < 3000; ++k) {
    const Example example = task->example(Split::kTrain, 2, k);
    CAPTURE(source_text(*task, example));
    const int length = static_cast<int>(example.source.size());
    for (int s = 0; s < length; ++s) {
      const std::string word = source_word(*task, example, s);
      if (elided.count(word) == 1) REQUIRE(vowel(source_word(*task, example, s + 1)));
      if (whole.count(word) == 1) REQUIRE(!vowel(source_word(*task, example, s + 1)));
      if (word != "ne" && word != "n'") continue;
      ++negations;
      const bool close = source_word(*task, example, s + 2) == "pas";
      REQUIRE((close || source_word(*task, example, s + 3) == "pas"));
    }
  }
  CHECK(negations > 500);
}

TEST_CASE("many alignments cross") {
  const auto task = task_from(R"("translate")");
  int crossed = 0;
  for (std::uint64_t k = 0; k < 1000; ++k) {
    const Example example = task->example(Split::kTrain, 3, k);
    int last = -1;
    bool falls = false;
    for (const std::vector<int>& row : example.alignment) {
      if (row.empty()) continue;
      falls |= row[0] < last;
      last = row[0];
    }
    crossed += falls ? 1 : 0;
  }
  CHECK(crossed > 600);
}

TEST_CASE("what people type") {
  const auto task = task_from(R"("translate")");
  CHECK(answer(*task, "La petite fille ne mange pas le gâteau rouge.") == "the small girl does not eat the red cake");
  CHECK(answer(*task, "l'oiseau n’écoute pas mes amis") == "the bird does not listen to my friends");
  CHECK(answer(*task, "J'AIME CETTE ECOLE") == "I like this school");
  CHECK(answer(*task, "le garcon les voit souvent") == "the boy often sees them");
  CHECK(answer(*task, "nous ne te cherchons pas") == "we do not look for you");
  CHECK(answer(*task, "de jolies fleurs blanches") == "?");  // no verb
  CHECK(answer(*task, "il achète de jolies fleurs blanches") == "he buys some pretty white flowers");
  CHECK(answer(*task, "il dort devant la maison mais le chien joue") ==
        "he sleeps in front of the house but the dog plays");
  CHECK(answer(*task, "tu manges") == "you eat");
  CHECK(answer(*task, "ils regardent un arbre") == "they watch a tree");
}

TEST_CASE("sentences with a mistake have no answer") {
  const auto task = task_from(R"("translate")");
  for (const char* text :
       {"la chat dort", "les chats dort", "le oiseau dort", "je aime le chat", "il ne dort", "il dort pas", "il voit",
        "dort", "le chat noire dort", "le noir chapeau dort", "il dort le chat", "des jolies fleurs dorment",
        "il dort et", "ma fille dort", "elle les voit le chat"}) {
    INFO(std::string(text));
    CHECK(answer(*task, text) == "?");
  }
}

TEST_CASE("unknown words are named with the nearest known one") {
  const auto task = task_from(R"("translate")");
  CHECK(mentions(answer(*task, "le chatt dort"), "“chatt”; did you mean “chat”?"));
  CHECK(mentions(answer(*task, "le crocodile dort"), "no word “crocodile”"));
}

TEST_CASE("the longest translations are as long as the task says") {
  const auto task = task_from(R"("translate")");
  const auto length = [&](const std::string& text) {
    return std::pair(task->encode_source(text).value().size(), task->solve(task->encode_source(text).value()).size());
  };
  const std::string clause = "tu les cherches devant le chat";
  CHECK(length(clause + " et je dors devant le chat") == std::pair<std::size_t, std::size_t>(12, 18));
  CHECK(task->max_target_length(Split::kTrain) == 18);
  CHECK(length(clause + " et " + clause + " et " + clause + " et tu les cherches") ==
        std::pair<std::size_t, std::size_t>(24, 35));
  CHECK(task->max_target_length(Split::kTestLong) == 35);
}

TEST_CASE("without negation no sentence is negative") {
  const auto task = task_from(R"({"type": "translate", "negation": false})");
  const int pas = task->source_vocabulary().find("pas");
  for (std::uint64_t k = 0; k < 500; ++k) {
    const Example example = task->example(Split::kTrain, 1, k);
    REQUIRE(std::find(example.source.begin(), example.source.end(), pas) == example.source.end());
  }
}

TEST_CASE("no English word after the article begins with a vowel, and every word of the lexicon occurs") {
  const auto task = task_from(R"("translate")");
  const int article = task->target_vocabulary().find("a");
  std::set<int> seen;
  for (std::uint64_t k = 0; k < 6000; ++k) {
    const Example example = task->example(Split::kTrain, 4, k);
    seen.insert(example.source.begin(), example.source.end());
    for (std::size_t t = 0; t + 1 < example.target.size(); ++t) {
      if (example.target[t] == article) REQUIRE(!vowel(task->target_vocabulary().token(example.target[t + 1])));
    }
  }
  CHECK(static_cast<int>(seen.size()) == task->source_vocabulary().size() - kFirstToken);
}

TEST_CASE("probes cross") {
  const auto task = task_from(R"("translate")");
  for (const Example& probe : task->probes()) {
    std::vector<int> order;
    for (const std::vector<int>& row : probe.alignment) order.insert(order.end(), row.begin(), row.end());
    CHECK(!std::is_sorted(order.begin(), order.end()));
  }
}

TEST_SUITE_END();
