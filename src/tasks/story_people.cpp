// tasks: where people are, said in other ways: denied, perhaps so, "she" and "they", two at a time, and when. Story kinds 9 to 14.
#include "tasks/story_world.h"

namespace heed {
namespace {

constexpr std::array<const char*, 4> kThen = {"then", "afterwards", "after that", "following that"};
constexpr std::array<const char*, 4> kTimes = {"yesterday", "this morning", "this afternoon", "this evening"};

/// What was last said of somebody.
struct Said {
  int place = -1, other = -1, line = -1;  ///< other: perhaps there instead
  bool denied = false;
};

/// Moves are news; "is in" says where somebody is, "is not in" where not, as things really are.
Said say_unsure(int kind, StoryWorld& world, int who, int& really, Random& random) {
  const std::string is = world.name(who) + " is ";
  const int form = random.below(kind == 9 ? 4 : 3);  // kind 9: two moves in four
  Said said;
  if (form == 0 || form == 3) {
    really = other_place(really, random);
    said.place = really;
    said.line = world.say(world.going(world.name(who), really, random));
  } else if (form == 1) {
    said.place = really;
    said.line = world.say(is + "in " + the(world.place_name(really)));
  } else if (kind == 9) {
    said.denied = true;
    said.place = other_place(really, random);
    said.line = world.say(is + (random.below(2) == 0 ? "no longer in " : "not in ") + the(world.place_name(said.place)));
  } else {
    said.place = any_place(random);
    said.other = other_place(said.place, random);
    really = random.below(2) == 0 ? said.place : said.other;
    said.line = world.say(is + "either in " + the(world.place_name(said.place)) + " or " + the(world.place_name(said.other)));
  }
  return said;
}

/// Kinds 9 and 10: what is not so, and what is perhaps so.
Story tell_unsure(int kind, Random& random, int size) {
  StoryWorld world(kind == 10 ? kTown : kHouse);
  std::array<Said, 4> said;
  std::array<int, 4> really;
  for (int& place : really) place = any_place(random);
  while (static_cast<int>(world.lines.size()) < size) {
    const int who = any_person(random);
    said[static_cast<std::size_t>(who)] = say_unsure(kind, world, who, really[static_cast<std::size_t>(who)], random);
  }
  int who = any_person(random);
  while (said[static_cast<std::size_t>(who)].line < 0) who = any_person(random);
  const Said& fact = said[static_cast<std::size_t>(who)];
  int asked = fact.place;
  if (fact.other >= 0) {  // of three questions one is about neither place
    const int choice = random.below(3);
    if (choice == 1) asked = fact.other;
    if (choice == 2)
      while (asked == fact.place || asked == fact.other) asked = any_place(random);
  } else if (!fact.denied && random.below(2) == 0) {  // of somebody who is not somewhere one knows nothing of any other place
    asked = other_place(fact.place, random);
  }
  const bool here = asked == fact.place || asked == fact.other;
  const std::string answer = fact.denied || !here ? "no" : fact.other >= 0 ? "maybe" : "yes";
  return world.finish("is " + world.name(who) + " in " + the(world.place_name(asked).c_str()), answer, {fact.line});
}

/// Kinds 11 to 13: he, she and they; two at a time.
Story tell_together(int kind, Random& random, int size, bool shortcuts) {
  StoryWorld world;
  std::array<std::vector<int>, 4> said;  // the lines that somebody's place rests on
  std::vector<int> named;                // of the last two lines, who they named
  while (static_cast<int>(world.lines.size()) + (kind == 12 ? 0 : 1) < std::max(size, 2)) {
    const int a = any_person(random), b = (a + random.between(1, 3)) % 4;
    const bool two = kind != 11;
    const std::string who = two ? world.name(a) + " and " + world.name(b) : world.name(a);
    std::vector<int> both = {a};
    if (two) both.push_back(b);
    const auto set = [&](int line, int to, bool again) {
      for (const int one : both) {
        auto& lines = said[static_cast<std::size_t>(one)];
        if (again) lines.insert(lines.begin(), line);
        else lines = {line};
        world.stand(one, to, line);
      }
    };
    const int to = other_place(world.where(a), random);
    set(world.say(world.going(who, to, random)), to, false);
    if (kind != 12 || named.size() > 2) named.erase(named.begin(), named.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(named.size(), 2)));
    named.insert(named.end(), both.begin(), both.end());
    if (kind == 12) continue;
    const int next = other_place(to, random);
    const std::string they = two ? "they" : kPronouns[static_cast<std::size_t>(a)];
    set(world.say(std::string(any_of(kThen, random)) + " " + world.going(they, next, random)), next, true);
  }
  int who = shortcuts ? named[static_cast<std::size_t>(random.below(static_cast<int>(named.size())))] : any_person(random);
  while (world.where(who) < 0) who = any_person(random);
  return world.finish("where is " + world.name(who), world.place_name(world.where(who)), said[static_cast<std::size_t>(who)]);
}

/// Kind 14: what happened when, not told in that order.
Story tell_times(Random& random, int size) {
  StoryWorld world(kTown);
  std::array<std::array<StoryWorld::Stay, 4>, 4> at;  // by person and time
  for (auto& times : at) times.fill({-1, -1});
  std::vector<std::pair<int, int>> open;
  for (int who = 0; who < 4; ++who)
    for (int time = 0; time < 4; ++time) open.emplace_back(who, time);
  const int lines = std::clamp(size, 6, 16);
  while (static_cast<int>(world.lines.size()) < lines) {
    const auto pick = open.begin() + random.below(static_cast<int>(open.size()));
    const auto [who, time] = *pick;
    open.erase(pick);
    const int to = any_place(random);
    const std::string when = kTimes[static_cast<std::size_t>(time)];
    const int line = world.say(random.below(2) == 0 ? when + " " + world.going(world.name(who), to, random) : world.going(world.name(who), to, random) + " " + when);
    at[static_cast<std::size_t>(who)][static_cast<std::size_t>(time)] = {to, line};
  }
  for (;;) {
    const int who = any_person(random);
    std::vector<StoryWorld::Stay> way;
    for (const StoryWorld::Stay& stay : at[static_cast<std::size_t>(who)])
      if (stay.line >= 0) way.push_back(stay);
    if (way.size() < 2) continue;
    const auto last = static_cast<std::size_t>(random.between(1, static_cast<int>(way.size()) - 1));
    const bool once = std::ranges::count_if(way, [&](const StoryWorld::Stay& stay) { return stay.place == way[last].place; }) == 1;
    if (!once && random.below(64) > 0) continue;
    if (!once) return tell_times(random, size);
    return world.finish("where was " + world.name(who) + " before " + the(world.place_name(way[last].place)), world.place_name(way[last - 1].place),
                        {way[last].line, way[last - 1].line});
  }
}

}  // namespace

Story tell_people(int kind, Random& random, int size, const StoryManner& manner) {
  switch (kind) {
    case 9:
    case 10: return tell_unsure(kind, random, size);
    case 14: return tell_times(random, size);
    default: return tell_together(kind, random, size, manner.shortcuts);
  }
}

}  // namespace heed
