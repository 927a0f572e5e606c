// tasks: stories of what is how: kinds 4 and 15 to 20.
#include <algorithm>
#include <numeric>

#include "tasks/stories.h"

namespace heed {
namespace {

constexpr std::array<const char*, 4> kDirections = {"north", "east", "south", "west"};
constexpr std::array<const char*, 4> kDirectionLetters = {"n", "e", "s", "w"};
constexpr std::array<std::array<const char*, 2>, 4> kKinds = {{{"mouse", "mice"}, {"cat", "cats"}, {"sheep", "sheep"}, {"wolf", "wolves"}}};
constexpr std::array<const char*, 4> kNames = {"gertrude", "winona", "jessica", "emily"};
constexpr std::array<const char*, 4> kAnimals = {"swan", "lion", "frog", "rhino"};
constexpr std::array<const char*, 5> kAnimalNames = {"lily", "bernhard", "greg", "julius", "brian"};
constexpr std::array<const char*, 4> kColours = {"white", "green", "gray", "yellow"};
constexpr std::array<const char*, 6> kShapes = {"red square", "blue square", "yellow square", "pink rectangle", "red sphere", "triangle"};
constexpr std::array<const char*, 6> kSizes = {"chocolate", "box of chocolates", "box", "chest", "suitcase", "container"};
constexpr std::array<const char*, 4> kMotivated = {"jason", "antoine", "sumit", "yann"};

struct Motive {
  const char *feeling, *place, *thing;
};
constexpr std::array<Motive, 4> kMotives = {{{"hungry", "kitchen", "apple"}, {"thirsty", "kitchen", "milk"}, {"bored", "garden", "football"}, {"tired", "bedroom", "pajamas"}}};

/// 0 to count-1 in any order.
std::vector<int> order_of(int count, Random& random) {
  std::vector<int> order(static_cast<std::size_t>(count));
  std::iota(order.begin(), order.end(), 0);
  for (int n = count - 1; n > 0; --n) std::swap(order[static_cast<std::size_t>(n)], order[static_cast<std::size_t>(random.below(n + 1))]);
  return order;
}

/// Puts the lines in any order; `support` names them by their old numbers.
void shuffle(Story& story, Random& random) {
  const std::vector<int> order = order_of(static_cast<int>(story.lines.size()), random);
  std::vector<std::string> lines(story.lines.size());
  for (std::size_t n = 0; n < order.size(); ++n) lines[static_cast<std::size_t>(order[n])] = story.lines[n];
  story.lines = std::move(lines);
  for (int& line : story.support) line = order[static_cast<std::size_t>(line)];
}

/// Kind 4: three places in a row, told in two lines. The one asked about stands behind the relation in the line that tells the answer; in the
/// other line it may stand on either side.
Story tell_sides(Random& random) {
  const std::vector<int> places = order_of(static_cast<int>(kPlaces.size()), random);
  const auto place = [&](int n) { return the(kPlaces[static_cast<std::size_t>(places[static_cast<std::size_t>(n)])]); };
  const auto side = [](int direction) { return std::string(kDirections[static_cast<std::size_t>(direction % 4)]); };
  const int direction = random.below(4), asked = random.below(2);
  Story story;
  for (int n = 0; n < 2; ++n) {
    const int first = n + random.below(2), second = 2 * n + 1 - first, told = first == n ? direction : direction + 2;
    story.lines.push_back(place(first) + " is " + side(told) + " of " + place(second));
    if (n != asked) continue;
    story.question = random.below(2) == 0 ? "what is " + side(told) + " of " + place(second) : "what is " + place(second) + " " + side(told + 2) + " of";
    story.answer = kPlaces[static_cast<std::size_t>(places[static_cast<std::size_t>(first)])];
  }
  story.support = {asked};
  shuffle(story, random);
  return story;
}

/// Kind 15: who is afraid of what follows from what they are.
Story tell_deduction(Random& random) {
  std::array<int, 4> fears{}, is{};
  Story story;
  for (int kind = 0; kind < 4; ++kind) {
    const int of = (kind + random.between(1, 3)) % 4;  // nobody is afraid of their own kind
    fears[static_cast<std::size_t>(kind)] = of;
    story.lines.push_back(std::string(kKinds[static_cast<std::size_t>(kind)][1]) + " are afraid of " + kKinds[static_cast<std::size_t>(of)][1]);
  }
  for (std::size_t who = 0; who < kNames.size(); ++who) {
    is[who] = random.below(4);
    story.lines.push_back(std::string(kNames[who]) + " is a " + kKinds[static_cast<std::size_t>(is[who])][0]);
  }
  const int who = random.below(4), kind = is[static_cast<std::size_t>(who)];
  story.question = std::string("what is ") + kNames[static_cast<std::size_t>(who)] + " afraid of";
  story.answer = kKinds[static_cast<std::size_t>(fears[static_cast<std::size_t>(kind)])][0];
  story.support = {4 + who, kind};
  shuffle(story, random);
  return story;
}

/// Kind 16: the colour of one follows from another of its kind.
Story tell_induction(Random& random) {
  Story story;
  std::array<int, 4> colour{};  // two kinds may have the same
  for (int& one : colour) one = random.below(4);
  std::array<int, 5> is{};
  // The fifth is of a kind that has been seen.
  for (std::size_t who = 0; who < 4; ++who) is[who] = random.below(4);
  const int like = random.below(4);
  is[4] = is[static_cast<std::size_t>(like)];
  const std::vector<int> names = order_of(5, random);
  const auto name = [&](int who) { return kAnimalNames[static_cast<std::size_t>(names[static_cast<std::size_t>(who)])]; };
  for (int who = 0; who < 5; ++who) story.lines.push_back(std::string(name(who)) + " is a " + kAnimals[static_cast<std::size_t>(is[static_cast<std::size_t>(who)])]);
  for (int who = 0; who < 4; ++who)
    story.lines.push_back(std::string(name(who)) + " is " + kColours[static_cast<std::size_t>(colour[static_cast<std::size_t>(is[static_cast<std::size_t>(who)])])]);
  story.question = std::string("what color is ") + name(4);
  story.answer = kColours[static_cast<std::size_t>(colour[static_cast<std::size_t>(is[4])])];
  story.support = {4, like, 5 + like};
  shuffle(story, random);
  return story;
}

/// Kind 17: two relations make a third.
Story tell_positions(Random& random) {
  constexpr std::array<const char*, 4> kSides = {"above", "to the right of", "below", "to the left of"};
  constexpr std::array<std::array<int, 2>, 4> kSteps = {{{0, 1}, {1, 0}, {0, -1}, {-1, 0}}};
  const std::vector<int> shapes = order_of(static_cast<int>(kShapes.size()), random);
  const auto shape = [&](int n) { return the(kShapes[static_cast<std::size_t>(shapes[static_cast<std::size_t>(n)])]); };
  std::array<std::array<int, 2>, 3> at{};
  Story story;
  std::size_t relation = 0;
  for (int n = 1; n < 3; ++n) {
    const std::size_t back = (relation + 2) % 4;  // the third does not stand where the first does
    do relation = static_cast<std::size_t>(random.below(4));
    while (n == 2 && relation == back);
    for (std::size_t axis = 0; axis < 2; ++axis) at[static_cast<std::size_t>(n)][axis] = at[static_cast<std::size_t>(n - 1)][axis] + kSteps[relation][axis];
    if (random.below(2) == 0) story.lines.push_back(shape(n) + " is " + kSides[relation] + " " + shape(n - 1));
    else story.lines.push_back(shape(n - 1) + " is " + kSides[(relation + 2) % 4] + " " + shape(n));
  }
  const bool forward = random.below(2) == 0;
  const auto &a = at[forward ? 2 : 0], &b = at[forward ? 0 : 2];
  const bool right = random.below(2) == 0;
  std::size_t asked = 0;
  int along = 0;
  do {
    asked = static_cast<std::size_t>(random.below(4));
    along = (a[0] - b[0]) * kSteps[asked][0] + (a[1] - b[1]) * kSteps[asked][1];
  } while ((along > 0) != right);
  story.question = "is " + shape(forward ? 2 : 0) + " " + kSides[asked] + " " + shape(forward ? 0 : 2);
  story.answer = along > 0 ? "yes" : "no";
  story.support = {0, 1};
  shuffle(story, random);
  return story;
}

/// Ways from `from` to `to` over what is told, each pair at most once; what fits into what runs in no circle.
int ways_between(const std::vector<std::array<int, 2>>& told, int from, int to) {
  if (from == to) return 1;
  int ways = 0;
  for (const auto& [small, large] : told)
    if (small == from) ways += ways_between(told, large, to);
  return ways;
}

/// Kind 18: what fits into what follows from a chain of two. Of six things five relations are told.
Story tell_sizes(Random& random, bool shortcuts) {
  const int things = static_cast<int>(kSizes.size());
  for (;;) {
    std::vector<int> by_size = order_of(things, random);  // the smallest first
    if (shortcuts) {
      std::erase_if(by_size, [](int thing) { return thing < 2; });
      by_size.insert(by_size.begin(), {0, 1});  // chocolate, then the box of chocolates
    }
    std::vector<std::array<int, 2>> told;
    while (told.size() < 5) {
      const int a = random.below(things - 1), b = random.between(a + 1, things - 1);
      if (std::ranges::find(told, std::array{a, b}) == told.end()) told.push_back({a, b});
    }
    // Asked is about two things with one thing between them, told by these two lines alone.
    std::vector<std::array<int, 2>> chains;
    for (int first = 0; first < 5; ++first)
      for (int second = 0; second < 5; ++second)
        if (const auto &one = told[static_cast<std::size_t>(first)], &two = told[static_cast<std::size_t>(second)]; one[1] == two[0] && ways_between(told, one[0], two[1]) == 1)
          chains.push_back({first, second});
    if (chains.empty()) continue;
    const auto thing = [&](int n) { return the(kSizes[static_cast<std::size_t>(by_size[static_cast<std::size_t>(n)])]); };
    Story story;
    for (const auto& [small, large] : told)
      story.lines.push_back(random.below(2) == 0 ? thing(small) + " fits inside " + thing(large) : thing(large) + " is bigger than " + thing(small));
    const auto& chain = chains[static_cast<std::size_t>(random.below(static_cast<int>(chains.size())))];
    story.support = {chain[0], chain[1]};
    const std::string small = thing(told[static_cast<std::size_t>(chain[0])][0]), large = thing(told[static_cast<std::size_t>(chain[1])][1]);
    const bool right = random.below(2) == 0, fits = random.below(2) == 0;
    story.question = fits ? "does " + (right ? small : large) + " fit in " + (right ? large : small) : "is " + (right ? large : small) + " bigger than " + (right ? small : large);
    story.answer = right ? "yes" : "no";
    shuffle(story, random);
    return story;
  }
}

/// Kind 19: the way from one place to another is two steps.
Story tell_ways(Random& random) {
  constexpr std::array<std::array<int, 2>, 4> kSteps = {{{0, 1}, {1, 0}, {0, -1}, {-1, 0}}};
  for (;;) {
    const std::vector<int> places = order_of(static_cast<int>(kPlaces.size()), random);
    const auto place = [&](int n) { return the(kPlaces[static_cast<std::size_t>(places[static_cast<std::size_t>(n)])]); };
    std::vector<std::array<int, 2>> at{{0, 0}};
    std::vector<int> from{-1}, way{-1};
    while (at.size() < kPlaces.size()) {
      const int near = random.below(static_cast<int>(at.size())), direction = random.below(4);
      const auto step = kSteps[static_cast<std::size_t>(direction)];
      const std::array<int, 2> next{at[static_cast<std::size_t>(near)][0] + step[0], at[static_cast<std::size_t>(near)][1] + step[1]};
      if (std::ranges::find(at, next) != at.end()) continue;
      at.push_back(next), from.push_back(near), way.push_back(direction);
    }
    Story story;
    for (int n = 1; n < static_cast<int>(at.size()); ++n)
      story.lines.push_back(place(n) + " is " + kDirections[static_cast<std::size_t>(way[static_cast<std::size_t>(n)])] + " of " + place(from[static_cast<std::size_t>(n)]));
    // From `a` to `c` by way of `b`, each step one that a line tells.
    const int c = random.between(1, 5), b = from[static_cast<std::size_t>(c)], a = b >= 0 ? from[static_cast<std::size_t>(b)] : -1;
    if (a < 0) continue;
    const bool forward = random.below(2) == 0;
    const int first = way[static_cast<std::size_t>(forward ? b : c)], second = way[static_cast<std::size_t>(forward ? c : b)];
    const auto letter = [&](int direction) { return std::string(kDirectionLetters[static_cast<std::size_t>(forward ? direction : (direction + 2) % 4)]); };
    story.question = "how do you go from " + place(forward ? a : c) + " to " + place(forward ? c : a);
    story.answer = letter(first) + "," + letter(second);
    story.support = forward ? std::vector<int>{b - 1, c - 1} : std::vector<int>{c - 1, b - 1};
    shuffle(story, random);
    return story;
  }
}

/// Kind 20: why people do what they do.
Story tell_motives(Random& random, int size) {
  struct Person {
    int motive = -1, said = -1, went = -1, took = -1;
  };
  for (;;) {
    std::array<Person, 4> people;
    Story story;
    const std::vector<int> motives = order_of(4, random);
    const auto say = [&](const std::string& line) {
      story.lines.push_back(line);
      return static_cast<int>(story.lines.size()) - 1;
    };
    while (static_cast<int>(story.lines.size()) < std::clamp(size, 2, 12)) {
      const int who = random.below(4);
      Person& one = people[static_cast<std::size_t>(who)];
      const Motive& motive = kMotives[static_cast<std::size_t>(motives[static_cast<std::size_t>(who)])];
      const std::string name = kMotivated[static_cast<std::size_t>(who)];
      if (one.said < 0) one.motive = motives[static_cast<std::size_t>(who)], one.said = say(name + " is " + motive.feeling);
      else if (one.went < 0) one.went = say(name + " went to " + the(motive.place));
      else if (one.took < 0) one.took = say(name + " got " + the(motive.thing));
      else if (std::ranges::all_of(people, [](const Person& each) { return each.took >= 0; })) break;
    }
    const int who = random.below(4);
    const Person& one = people[static_cast<std::size_t>(who)];
    if (one.said < 0) continue;
    const Motive& motive = kMotives[static_cast<std::size_t>(one.motive)];
    const std::string name = kMotivated[static_cast<std::size_t>(who)];
    if (one.went < 0) {
      story.question = "where will " + name + " go", story.answer = motive.place, story.support = {one.said};
    } else if (one.took < 0 || random.below(2) == 0) {
      story.question = "why did " + name + " go to " + the(motive.place), story.answer = motive.feeling, story.support = {one.said};
    } else {
      story.question = "why did " + name + " get " + the(motive.thing), story.answer = motive.feeling, story.support = {one.said};
    }
    return story;
  }
}

}  // namespace

Story tell_facts(int kind, Random& random, int size, const StoryManner& manner) {
  switch (kind) {
    case 4: return tell_sides(random);
    case 15: return tell_deduction(random);
    case 16: return tell_induction(random);
    case 17: return tell_positions(random);
    case 18: return tell_sizes(random, manner.shortcuts);
    case 19: return tell_ways(random);
    default: return tell_motives(random, size);
  }
}

}  // namespace heed
