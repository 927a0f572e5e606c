// tasks: stories of what is how: kinds 4 and 15 to 20.
#include <algorithm>
#include <numeric>
#include <optional>

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
constexpr int kFewestSizes = 5, kMostSizes = 10;
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

struct Asked {
  std::string question, answer;
  std::vector<int> support;  ///< lines as they are numbered before they are put in another order
};

/// The lines in any order, and one story for each question.
std::vector<Story> shuffled_stories(const std::vector<std::string>& lines, const std::vector<Asked>& asked, Random& random) {
  const std::vector<int> order = order_of(static_cast<int>(lines.size()), random);
  std::vector<Story> stories;
  for (const Asked& one : asked) {
    Story story{std::vector<std::string>(lines.size()), one.question, one.answer, one.support};
    for (std::size_t n = 0; n < order.size(); ++n) story.lines[static_cast<std::size_t>(order[n])] = lines[n];
    for (int& line : story.support) line = order[static_cast<std::size_t>(line)];
    stories.push_back(std::move(story));
  }
  return stories;
}

/// Kind 4: three places in a row, told in two lines. The one asked about stands behind the relation in the line that tells the answer; in the
/// other line it may stand on either side.
std::vector<Story> tell_sides(Random& random) {
  const std::vector<int> places = order_of(static_cast<int>(kPlaces.size()), random);
  const auto place = [&](int n) { return the(kPlaces[static_cast<std::size_t>(places[static_cast<std::size_t>(n)])]); };
  const auto side = [](int direction) { return std::string(kDirections[static_cast<std::size_t>(direction % 4)]); };
  const int direction = random.below(4), asked = random.below(2);
  std::vector<std::string> lines;
  Asked one{{}, {}, {asked}};
  for (int n = 0; n < 2; ++n) {
    const int first = n + random.below(2), second = 2 * n + 1 - first, told = first == n ? direction : direction + 2;
    lines.push_back(place(first) + " is " + side(told) + " of " + place(second));
    if (n != asked) continue;
    one.question = random.below(2) == 0 ? "what is " + side(told) + " of " + place(second) : "what is " + place(second) + " " + side(told + 2) + " of";
    one.answer = kPlaces[static_cast<std::size_t>(places[static_cast<std::size_t>(first)])];
  }
  return shuffled_stories(lines, {one}, random);
}

/// Kind 15: who is afraid of what follows from what they are. Nobody is asked about twice.
std::vector<Story> tell_deduction(Random& random, int questions) {
  std::array<int, 4> fears{}, is{};
  std::vector<std::string> lines;
  for (int kind = 0; kind < 4; ++kind) {
    const int of = (kind + random.between(1, 3)) % 4;  // nobody is afraid of their own kind
    fears[static_cast<std::size_t>(kind)] = of;
    lines.push_back(std::string(kKinds[static_cast<std::size_t>(kind)][1]) + " are afraid of " + kKinds[static_cast<std::size_t>(of)][1]);
  }
  for (std::size_t who = 0; who < kNames.size(); ++who) {
    is[who] = random.below(4);
    lines.push_back(std::string(kNames[who]) + " is a " + kKinds[static_cast<std::size_t>(is[who])][0]);
  }
  std::vector<Asked> asked;
  for (const int who : order_of(static_cast<int>(kNames.size()), random)) {
    if (static_cast<int>(asked.size()) == questions) break;
    const int kind = is[static_cast<std::size_t>(who)];
    asked.push_back({std::string("what is ") + kNames[static_cast<std::size_t>(who)] + " afraid of", kKinds[static_cast<std::size_t>(fears[static_cast<std::size_t>(kind)])][0], {4 + who, kind}});
  }
  return shuffled_stories(lines, asked, random);
}

/// Kind 16: the colour of one follows from another of its kind.
std::vector<Story> tell_induction(Random& random) {
  std::vector<std::string> lines;
  std::array<int, 4> colour{};  // two kinds may have the same
  for (int& one : colour) one = random.below(4);
  std::array<int, 5> is{};
  // The fifth is of a kind that has been seen.
  for (std::size_t who = 0; who < 4; ++who) is[who] = random.below(4);
  const int like = random.below(4);
  is[4] = is[static_cast<std::size_t>(like)];
  const std::vector<int> names = order_of(5, random);
  const auto name = [&](int who) { return kAnimalNames[static_cast<std::size_t>(names[static_cast<std::size_t>(who)])]; };
  for (int who = 0; who < 5; ++who) lines.push_back(std::string(name(who)) + " is a " + kAnimals[static_cast<std::size_t>(is[static_cast<std::size_t>(who)])]);
  for (int who = 0; who < 4; ++who)
    lines.push_back(std::string(name(who)) + " is " + kColours[static_cast<std::size_t>(colour[static_cast<std::size_t>(is[static_cast<std::size_t>(who)])])]);
  return shuffled_stories(lines, {{std::string("what color is ") + name(4), kColours[static_cast<std::size_t>(colour[static_cast<std::size_t>(is[4])])], {4, like, 5 + like}}}, random);
}

/// Kind 17: two relations make a third.
std::vector<Story> tell_positions(Random& random, int questions) {
  constexpr std::array<const char*, 4> kSides = {"above", "to the right of", "below", "to the left of"};
  constexpr std::array<std::array<int, 2>, 4> kSteps = {{{0, 1}, {1, 0}, {0, -1}, {-1, 0}}};
  const std::vector<int> shapes = order_of(static_cast<int>(kShapes.size()), random);
  const auto shape = [&](int n) { return the(kShapes[static_cast<std::size_t>(shapes[static_cast<std::size_t>(n)])]); };
  std::array<std::array<int, 2>, 3> at{};
  std::vector<std::string> lines;
  std::size_t relation = 0;
  for (int n = 1; n < 3; ++n) {
    const std::size_t back = (relation + 2) % 4;  // the third does not stand where the first does
    do relation = static_cast<std::size_t>(random.below(4));
    while (n == 2 && relation == back);
    for (std::size_t axis = 0; axis < 2; ++axis) at[static_cast<std::size_t>(n)][axis] = at[static_cast<std::size_t>(n - 1)][axis] + kSteps[relation][axis];
    if (random.below(2) == 0) lines.push_back(shape(n) + " is " + kSides[relation] + " " + shape(n - 1));
    else lines.push_back(shape(n - 1) + " is " + kSides[(relation + 2) % 4] + " " + shape(n));
  }
  std::vector<Asked> asked;
  while (static_cast<int>(asked.size()) < questions) {
    const bool forward = random.below(2) == 0, right = random.below(2) == 0;
    const auto &a = at[forward ? 2 : 0], &b = at[forward ? 0 : 2];
    std::size_t side = 0;
    int along = 0;
    do {
      side = static_cast<std::size_t>(random.below(4));
      along = (a[0] - b[0]) * kSteps[side][0] + (a[1] - b[1]) * kSteps[side][1];
    } while ((along > 0) != right);
    asked.push_back({"is " + shape(forward ? 2 : 0) + " " + kSides[side] + " " + shape(forward ? 0 : 2), right ? "yes" : "no", {0, 1}});
  }
  return shuffled_stories(lines, asked, random);
}

/// Ways from `from` to `to` over what is told, each pair at most once; what fits into what runs in no circle.
int ways_between(const std::vector<std::array<int, 2>>& told, int from, int to) {
  if (from == to) return 1;
  int ways = 0;
  for (const auto& [small, large] : told)
    if (small == from) ways += ways_between(told, large, to);
  return ways;
}

/// Kind 18: what fits into what follows from a chain of two. Of six things five to ten relations are told. With short cuts, as in the
/// published stories, they are five or ten, the same may be told twice, what is asked may be told besides, and chocolate is the smallest.
std::vector<Story> tell_sizes(Random& random, bool shortcuts, int questions) {
  const int things = static_cast<int>(kSizes.size()), relations = !shortcuts ? random.between(kFewestSizes, kMostSizes) : random.below(4) < 3 ? kFewestSizes : kMostSizes;
  for (;;) {
    std::vector<int> by_size = order_of(things, random);  // the smallest first
    if (shortcuts) {
      std::erase_if(by_size, [](int thing) { return thing < 2; });
      by_size.insert(by_size.begin(), {0, 1});  // chocolate, then the box of chocolates
    }
    std::vector<std::array<int, 2>> told;
    while (static_cast<int>(told.size()) < relations) {
      const int a = random.below(things - 1), b = random.between(a + 1, things - 1);
      if (shortcuts || std::ranges::find(told, std::array{a, b}) == told.end()) told.push_back({a, b});
    }
    // Asked is about two things with one thing between them; without short cuts told by these two lines alone.
    std::vector<std::array<int, 2>> chains;
    for (int first = 0; first < relations; ++first)
      for (int second = 0; second < relations; ++second)
        if (const auto &one = told[static_cast<std::size_t>(first)], &two = told[static_cast<std::size_t>(second)]; one[1] == two[0] && (shortcuts || ways_between(told, one[0], two[1]) == 1))
          chains.push_back({first, second});
    if (chains.empty()) continue;
    const auto thing = [&](int n) { return the(kSizes[static_cast<std::size_t>(by_size[static_cast<std::size_t>(n)])]); };
    std::vector<std::string> lines;
    for (const auto& [small, large] : told) lines.push_back(random.below(2) == 0 ? thing(small) + " fits inside " + thing(large) : thing(large) + " is bigger than " + thing(small));
    std::vector<Asked> asked;
    while (static_cast<int>(asked.size()) < questions) {
      const auto& chain = chains[static_cast<std::size_t>(random.below(static_cast<int>(chains.size())))];
      const std::string small = thing(told[static_cast<std::size_t>(chain[0])][0]), large = thing(told[static_cast<std::size_t>(chain[1])][1]);
      const bool right = random.below(2) == 0, fits = random.below(2) == 0;
      asked.push_back({fits ? "does " + (right ? small : large) + " fit in " + (right ? large : small) : "is " + (right ? large : small) + " bigger than " + (right ? small : large), right ? "yes" : "no", {chain[0], chain[1]}});
    }
    return shuffled_stories(lines, asked, random);
  }
}

/// Kind 19: the way from one place to another is two steps.
std::vector<Story> tell_ways(Random& random) {
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
    std::vector<std::string> lines;
    for (int n = 1; n < static_cast<int>(at.size()); ++n)
      lines.push_back(place(n) + " is " + kDirections[static_cast<std::size_t>(way[static_cast<std::size_t>(n)])] + " of " + place(from[static_cast<std::size_t>(n)]));
    // From `a` to `c` by way of `b`, each step one that a line tells.
    const int c = random.between(1, 5), b = from[static_cast<std::size_t>(c)], a = b >= 0 ? from[static_cast<std::size_t>(b)] : -1;
    if (a < 0) continue;
    const bool forward = random.below(2) == 0;
    const int first = way[static_cast<std::size_t>(forward ? b : c)], second = way[static_cast<std::size_t>(forward ? c : b)];
    const auto letter = [&](int direction) { return std::string(kDirectionLetters[static_cast<std::size_t>(forward ? direction : (direction + 2) % 4)]); };
    const Asked one{"how do you go from " + place(forward ? a : c) + " to " + place(forward ? c : a), letter(first) + "," + letter(second),
                    forward ? std::vector<int>{b - 1, c - 1} : std::vector<int>{c - 1, b - 1}};
    return shuffled_stories(lines, {one}, random);
  }
}

/// Kind 20: why people do what they do. Four people say how they are, go where that leads and take what helps.
class Motives {
 public:
  explicit Motives(Random& random) : motives_(order_of(kPeopleHere, random)), random_(random) {}

  int lines() const { return static_cast<int>(lines_.size()); }
  bool over() const { return std::ranges::all_of(people_, [](const Person& each) { return each.told == 3; }); }

  /// A line about somebody who has not done everything; who it was.
  int tell() {
    int who = random_.below(kPeopleHere);
    while (at(who).told == 3) who = random_.below(kPeopleHere);
    Person& one = at(who);
    if (one.told == 0) one.said = lines(), lines_.push_back(name(who) + " is " + motive(who).feeling);
    if (one.told == 1) lines_.push_back(name(who) + " " + any_of(kGo, random_) + " " + the(motive(who).place));
    if (one.told == 2) lines_.push_back(name(who) + " " + any_of(kTake, random_) + " " + the(motive(who).thing) + (random_.below(2) == 0 ? " there" : ""));
    ++one.told;
    return who;
  }
  /// About what somebody did last.
  Story ask_last(int who) { return ask(who, at(who).told); }
  std::optional<Story> ask_any() {
    const int who = random_.below(kPeopleHere), told = at(who).told;
    if (told == 0) return std::nullopt;
    return ask(who, told == 3 ? random_.between(2, 3) : told);
  }

 private:
  static constexpr int kPeopleHere = 4;
  struct Person {
    int told = 0, said = -1;  ///< how many lines; the first of them
  };
  Person& at(int who) { return people_[static_cast<std::size_t>(who)]; }
  const Motive& motive(int who) const { return kMotives[static_cast<std::size_t>(motives_[static_cast<std::size_t>(who)])]; }
  static std::string name(int who) { return kMotivated[static_cast<std::size_t>(who)]; }
  Story ask(int who, int about) {
    if (about == 1) return {lines_, "where will " + name(who) + " go", motive(who).place, {at(who).said}};
    return {lines_, "why did " + name(who) + (about == 2 ? " go to " + the(motive(who).place) : " get " + the(motive(who).thing)), motive(who).feeling, {at(who).said}};
  }

  std::vector<int> motives_;
  Random& random_;
  std::vector<std::string> lines_;
  std::array<Person, kPeopleHere> people_;
};

Story tell_motives(Random& random, int size) {
  constexpr int kMostMotives = 12;
  Motives motives(random);
  while (motives.lines() < std::clamp(size, 2, kMostMotives)) motives.tell();
  for (;;)
    if (std::optional<Story> story = motives.ask_any()) return std::move(*story);
}

/// Each line is asked about at once.
std::vector<Story> tell_motives_on(Random& random, const Tale& tale) {
  Motives motives(random);
  std::vector<Story> stories;
  while (!motives.over() && static_cast<int>(stories.size()) < tale.questions && motives.lines() < tale.most_lines) stories.push_back(motives.ask_last(motives.tell()));
  return stories;
}

}  // namespace

std::vector<Story> tell_facts_on(int kind, Random& random, const Tale& tale) {
  switch (kind) {
    case 4: return tell_sides(random);
    case 15: return tell_deduction(random, tale.questions);
    case 16: return tell_induction(random);
    case 17: return tell_positions(random, tale.questions);
    case 18: return tell_sizes(random, tale.manner.shortcuts, tale.questions);
    case 19: return tell_ways(random);
    default: return tell_motives_on(random, tale);
  }
}

Story tell_facts(int kind, Random& random, int size, const StoryManner& manner) {
  return kind == 20 ? tell_motives(random, size) : tell_facts_on(kind, random, {1, size, manner}).front();
}

}  // namespace heed
