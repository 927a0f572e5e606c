// tasks: the words of the small French-to-English grammar; see translate_lexicon.h.
#include "tasks/translate_lexicon.h"

namespace heed::french {

namespace {

constexpr Noun kNouns[] = {
    {"chat", "chats", "cat", "cats", false, kAnimate},
    {"chien", "chiens", "dog", "dogs", false, kAnimate},
    {"garçon", "garçons", "boy", "boys", false, kAnimate},
    {"fille", "filles", "girl", "girls", true, kAnimate, false},
    {"dame", "dames", "lady", "ladies", true, kAnimate},
    {"oiseau", "oiseaux", "bird", "birds", false, kAnimate},
    {"ami", "amis", "friend", "friends", false, kAnimate},
    {"voisine", "voisines", "neighbour", "neighbours", true, kAnimate},
    {"table", "tables", "table", "tables", true, kThing},
    {"chaise", "chaises", "chair", "chairs", true, kThing},
    {"boîte", "boîtes", "box", "boxes", true, kThing},
    {"fleur", "fleurs", "flower", "flowers", true, kThing},
    {"voiture", "voitures", "car", "cars", true, kThing},
    {"chapeau", "chapeaux", "hat", "hats", false, kThing},
    {"arbre", "arbres", "tree", "trees", false, kThing},
    {"livre", "livres", "book", "books", false, kText},
    {"lettre", "lettres", "letter", "letters", true, kText},
    {"journal", "journaux", "newspaper", "newspapers", false, kText},
    {"gâteau", "gâteaux", "cake", "cakes", false, kFood},
    {"poire", "poires", "pear", "pears", true, kFood},
    {"tomate", "tomates", "tomato", "tomatoes", true, kFood},
    {"jardin", "jardins", "garden", "gardens", false, kPlace},
    {"maison", "maisons", "house", "houses", true, kPlace},
    {"école", "écoles", "school", "schools", true, kPlace},
    {"parc", "parcs", "park", "parks", false, kPlace},
    {"cuisine", "cuisines", "kitchen", "kitchens", true, kPlace},
};

constexpr unsigned kObject = kThing | kFood | kText;

constexpr Adjective kAdjectives[] = {
    {{"noir", "noire", "noirs", "noires"}, "black", false, kThing | kText},
    {{"blanc", "blanche", "blancs", "blanches"}, "white", false, kThing | kPlace},
    {{"rouge", "rouge", "rouges", "rouges"}, "red", false, kObject},
    {{"vert", "verte", "verts", "vertes"}, "green", false, kObject | kPlace},
    {{"bleu", "bleue", "bleus", "bleues"}, "blue", false, kThing | kText | kPlace},
    {{"content", "contente", "contents", "contentes"}, "happy", false, kAnimate},
    {{"fatigué", "fatiguée", "fatigués", "fatiguées"}, "tired", false, kAnimate},
    {{"intelligent", "intelligente", "intelligents", "intelligentes"}, "clever", false, kAnimate},
    {{"lourd", "lourde", "lourds", "lourdes"}, "heavy", false, kObject},
    {{"calme", "calme", "calmes", "calmes"}, "quiet", false, kAnimate | kPlace},
    {{"petit", "petite", "petits", "petites"}, "small", true, kAny},
    {{"grand", "grande", "grands", "grandes"}, "big", true, kAny},
    {{"joli", "jolie", "jolis", "jolies"}, "pretty", true, kThing | kPlace},
    {{"jeune", "jeune", "jeunes", "jeunes"}, "young", true, kAnimate},
    {{"bon", "bonne", "bons", "bonnes"}, "good", true, kFood | kText},
};

constexpr Verb kVerbs[] = {
    {{"regarde", "regardes", "regarde", "regardons", "regardez", "regardent"},
     "watch",
     "watches",
     kAnimate | kThing | kPlace},
    {{"aime", "aimes", "aime", "aimons", "aimez", "aiment"}, "like", "likes", kAny},
    {{"mange", "manges", "mange", "mangeons", "mangez", "mangent"}, "eat", "eats", kFood, true},
    {{"lis", "lis", "lit", "lisons", "lisez", "lisent"}, "read", "reads", kText, true},
    {{"vois", "vois", "voit", "voyons", "voyez", "voient"}, "see", "sees", kAny},
    {{"cherche", "cherches", "cherche", "cherchons", "cherchez", "cherchent"}, "look for", "looks for", kAny},
    {{"écoute", "écoutes", "écoute", "écoutons", "écoutez", "écoutent"}, "listen to", "listens to", kAnimate},
    {{"porte", "portes", "porte", "portons", "portez", "portent"}, "carry", "carries", kObject},
    {{"achète", "achètes", "achète", "achetons", "achetez", "achètent"}, "buy", "buys", kObject},
    {{"dessine", "dessines", "dessine", "dessinons", "dessinez", "dessinent"},
     "draw",
     "draws",
     kAnimate | kThing | kPlace,
     true},
    {{"dors", "dors", "dort", "dormons", "dormez", "dorment"}, "sleep", "sleeps", 0},
    {{"chante", "chantes", "chante", "chantons", "chantez", "chantent"}, "sing", "sings", 0},
    {{"danse", "danses", "danse", "dansons", "dansez", "dansent"}, "dance", "dances", 0},
    {{"joue", "joues", "joue", "jouons", "jouez", "jouent"}, "play", "plays", 0},
    {{"travaille", "travailles", "travaille", "travaillons", "travaillez", "travaillent"}, "work", "works", 0},
    {{"attends", "attends", "attend", "attendons", "attendez", "attendent"}, "wait", "waits", 0},
};

constexpr Determiner kDeterminers[] = {
    {{"le", "la", "les", "l'", "l'"}, "the", "the"},
    {{"un", "une", "des", "un", "une"}, "a", "some"},
    {{"mon", "ma", "mes", "mon", "mon"}, "my", "my", true},
    {{"notre", "notre", "nos", "notre", "notre"}, "our", "our", true},
    {{"ce", "cette", "ces", "cet", "cette"}, "this", "these"},
};

constexpr Pair kSubjects[] = {{"je", "I"},    {"tu", "you"},   {"il", "he"},    {"elle", "she"},
                              {"nous", "we"}, {"vous", "you"}, {"ils", "they"}, {"elles", "they"}};
constexpr Pair kObjects[] = {{"les", "them"}, {"me", "me"}, {"te", "you"}};
constexpr Pair kAdverbs[] = {{"souvent", "often"}, {"toujours", "always"}};
constexpr Pair kConjunctions[] = {{"et", "and"}, {"mais", "but"}};
constexpr Preposition kPrepositions[] = {{"dans", "in", kPlace},
                                         {"sur", "on", kThing},
                                         {"sous", "under", kThing},
                                         {"avec", "with", kAnimate},
                                         {"derrière", "behind", kAny & ~kFood},
                                         {"devant", "in front of", kAny & ~kFood}};

}  // namespace

std::span<const Noun> nouns() {
  return kNouns;
}
std::span<const Adjective> adjectives() {
  return kAdjectives;
}
std::span<const Verb> verbs() {
  return kVerbs;
}
std::span<const Determiner> determiners() {
  return kDeterminers;
}
std::span<const Pair> subjects() {
  return kSubjects;
}
std::span<const Pair> objects() {
  return kObjects;
}
std::span<const Pair> adverbs() {
  return kAdverbs;
}
std::span<const Pair> conjunctions() {
  return kConjunctions;
}
std::span<const Preposition> prepositions() {
  return kPrepositions;
}

bool starts_with_vowel(std::string_view word) {
  return !word.empty() && (std::string_view("aeiou").find(word[0]) != std::string_view::npos || word.starts_with("é"));
}

std::string_view elided(std::string_view word) {
  if (word == "je") return "j'";
  if (word == "ne") return "n'";
  if (word == "me") return "m'";
  if (word == "te") return "t'";
  return word;
}

}  // namespace heed::french
