// tasks: see text_sentences.h.
#include "tasks/text_sentences.h"


namespace heed {

namespace {

/// A noun or a verb in both numbers.
struct InBothNumbers {
  const char *singular, *plural;
  const char* of(bool many) const { return many ? plural : singular; }
};

constexpr const char* kTextNames[] = {"Anna", "Ben", "Clara", "David", "Emma", "Felix", "Greta", "Hugo"};
constexpr InBothNumbers kTextAnimals[] = {{"dog", "dogs"}, {"cat", "cats"}, {"bird", "birds"}, {"horse", "horses"},
                             {"fox", "foxes"}, {"mouse", "mice"}};
constexpr InBothNumbers kTextPeople[] = {{"girl", "girls"}, {"farmer", "farmers"}, {"teacher", "teachers"}, {"child", "children"},
                            {"woman", "women"}};
constexpr const char* kTextThings[] = {"lamp", "book", "apple", "key", "letter", "basket", "coat", "map"};
constexpr const char* kTextColours[] = {"red", "green", "blue", "white", "old", "small", "heavy"};
constexpr const char* kTextPlaces[] = {"garden", "kitchen", "river", "house", "forest", "school", "market"};
constexpr InBothNumbers kTextActions[] = {{"sleeps", "sleep"}, {"runs", "run"}, {"waits", "wait"}, {"sings", "sing"}, {"eats", "eat"}};
constexpr InBothNumbers kTextSees[] = {{"sees", "see"}, {"likes", "like"}, {"follows", "follow"}, {"hears", "hear"}};

template <class T, std::size_t N>
const T& any(Random& random, const T (&list)[N]) {
  return list[static_cast<std::size_t>(random.below(static_cast<int>(N)))];
}

std::string capital(std::string text) {
  text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

const InBothNumbers& creature(Random& random) { return random.below(2) == 0 ? any(random, kTextAnimals) : any(random, kTextPeople); }

/// “the dogs that the farmer sees sleep near the river”: the verb agrees with the first noun, not the nearest one.
std::string agreement(Random& random) {
  const bool many = random.below(2) == 0, many_between = random.below(2) == 0;
  std::string text = std::string("the ") + creature(random).of(many);
  const int kind = random.below(3);
  if (kind == 0) text += std::string(" near the ") + creature(random).of(many_between);
  if (kind == 1) {
    text += std::string(" that the ") + creature(random).of(many_between);
    text += std::string(" ") + any(random, kTextSees).of(many_between);
  }
  text += std::string(" ") + any(random, kTextActions).of(many);
  return capital(text + " in the " + any(random, kTextPlaces)) + ".";
}

/// “Anna gives the red lamp to Ben, and Ben thanks Anna for the lamp.”
std::string gift(Random& random) {
  const std::string giver = any(random, kTextNames);
  std::string taker = giver;
  while (taker == giver) taker = any(random, kTextNames);
  const std::string thing = any(random, kTextThings);
  std::string text = giver + " gives the " + any(random, kTextColours) + " " + thing + " to " + taker;
  if (random.below(2) == 0) return text + ", and " + taker + " thanks " + giver + " for the " + thing + ".";
  return text + ". Now " + taker + " has the " + thing + ".";
}

/// “Emma puts the key in the kitchen. The key is in the kitchen.”
std::string some_place(Random& random) {
  const std::string name = any(random, kTextNames), thing = any(random, kTextThings), where = any(random, kTextPlaces);
  std::string text = name + " puts the " + thing + " in the " + where + ".";
  if (random.below(2) == 0) return text + " The " + thing + " is in the " + where + ".";
  return text + " Later " + name + " looks for the " + thing + " in the " + where + ".";
}

}  // namespace

std::string random_sentence(Random& random) {
  switch (random.below(3)) {
    case 0:
      return agreement(random);
    case 1:
      return gift(random);
    default:
      return some_place(random);
  }
}

std::string sentence_text(int sentences, std::uint64_t seed) {
  std::string text;
  for (int n = 0; n < sentences; ++n) {
    Random random(seed, Purpose::kData, static_cast<std::uint64_t>(n));
    text += (text.empty() ? "" : " ") + random_sentence(random);
  }
  return text;
}

}  // namespace heed
