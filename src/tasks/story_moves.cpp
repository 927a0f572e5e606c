// tasks: people who go about, take things and give them away: story kinds 1 to 3 and 5 to 8.
#include "tasks/story_world.h"

namespace heed {
namespace {

constexpr std::array<const char*, 4> kTake = {"got", "grabbed", "picked up", "took"};
constexpr std::array<const char*, 4> kPutDown = {"dropped", "left", "discarded", "put down"};
constexpr std::array<const char*, 3> kGive = {"gave", "handed", "passed"};
constexpr std::array<const char*, 4> kCounts = {"none", "one", "two", "three"};
constexpr std::array<const char*, 4> kIdle = {"looked around", "waited", "yawned", "said hello"};

int thing(Random& random) { return random.below(static_cast<int>(kThings.size())); }
const char* thing_name(int what) { return kThings[static_cast<std::size_t>(what)]; }

void move_someone(StoryWorld& world, Random& random) {
  const int who = any_person(random), to = other_place(world.where(who), random);
  world.stand(who, to, world.say(world.going(world.name(who), to, random)));
}

/// "mary got the milk", half of the time with "there" behind.
int say_handling(StoryWorld& world, int who, const char* verb, int what, Random& random) {
  return world.say(world.name(who) + " " + verb + " " + the(thing_name(what)) + (random.below(2) == 0 ? " there" : ""));
}

void take(StoryWorld& world, int who, int what, Random& random) { world.take(who, what, say_handling(world, who, any_of(kTake, random), what, random)); }

int give(StoryWorld& world, int from, int to, int what, Random& random) {
  const int line = world.say(world.name(from) + " " + any_of(kGive, random) + " " + the(thing_name(what)) + " to " + world.name(to));
  world.give(from, to, what, line);
  return line;
}

/// One thing that people do with things, if there is one to do: take, put down or, where people give, mostly that.
bool handle_something(StoryWorld& world, Random& random, bool giving) {
  for (int tries = giving ? 6 : 1; tries > 0; --tries) {
    const int who = any_person(random), what = thing(random);
    if (world.can_take(who, what)) {
      take(world, who, what, random);
      return true;
    }
    if (world.holder(what) != who) continue;
    const int to = any_person(random);
    if (giving && to != who) give(world, who, to, what, random);
    else world.put_down(who, what, say_handling(world, who, any_of(kPutDown, random), what, random));
    return true;
  }
  return false;
}

void idle(StoryWorld& world, Random& random) { world.say(world.name(any_person(random)) + " " + any_of(kIdle, random)); }

/// Lines of people going about; of ten lines `handling` try to be about things.
StoryWorld go_about(Random& random, int size, int distractors, int handling, bool giving) {
  StoryWorld world;
  while (static_cast<int>(world.lines.size()) < size) {
    if (random.below(10) < distractors) idle(world, random);
    else if (random.below(10) >= handling || !handle_something(world, random, giving)) move_someone(world, random);
  }
  return world;
}

std::optional<Story> ask_where(const StoryWorld& world, Random& random) {
  const int who = any_person(random);
  if (world.where(who) < 0) return std::nullopt;
  return world.finish("where is " + world.name(who), world.place_name(world.where(who)), {world.where_line(who)});
}

std::optional<Story> ask_thing(const StoryWorld& world, Random& random) {
  const int what = thing(random);
  const auto found = world.find(what);
  if (!found || found->place < 0) return std::nullopt;
  return world.finish("where is " + the(thing_name(what)), world.place_name(found->place), {world.changed_line(what), found->line});
}

/// The thing has been carried from one place to another.
std::optional<Story> ask_before(const StoryWorld& world, Random& random) {
  const int what = thing(random);
  const auto& way = world.way(what);
  if (way.size() < 2 || world.changed_line(what) < 0) return std::nullopt;
  const auto last = static_cast<std::size_t>(random.between(1, static_cast<int>(way.size()) - 1));
  // "Before the kitchen" means before the last time there.
  if (std::any_of(way.begin() + static_cast<std::ptrdiff_t>(last) + 1, way.end(), [&](const StoryWorld::Stay& stay) { return stay.place == way[last].place; })) return std::nullopt;
  return world.finish("where was " + the(thing_name(what)) + " before " + the(world.place_name(way[last].place)), world.place_name(way[last - 1].place),
                {way[last].taken, way[last].line, way[last - 1].seen});
}

std::optional<Story> ask_is_in(const StoryWorld& world, Random& random) {
  const int who = any_person(random);
  if (world.where(who) < 0) return std::nullopt;
  const int asked = random.below(2) == 0 ? world.where(who) : other_place(world.where(who), random);
  return world.finish("is " + world.name(who) + " in " + the(world.place_name(asked)), asked == world.where(who) ? "yes" : "no", {world.where_line(who)});
}

std::optional<Story> ask_count(const StoryWorld& world, Random& random) {
  const int who = any_person(random);
  if (world.handled(who).empty()) return std::nullopt;
  if (world.carried(who) == 1 && random.below(2) == 0) return std::nullopt;  // so that half of the answers are one, not two of three
  return world.finish("how many objects is " + world.name(who) + " carrying", kCounts[static_cast<std::size_t>(world.carried(who))], world.handled(who));
}

std::optional<Story> ask_list(const StoryWorld& world, Random& random) {
  const int who = any_person(random);
  if (world.handled(who).empty()) return std::nullopt;
  const std::vector<int> held = world.belongings(who);
  return world.finish("what is " + world.name(who) + " carrying", held.empty() ? "nothing" : things_text(held), world.handled(who));
}

/// Asks until there is something to ask for; the world grows on if need be.
template <class Make, class Ask>
Story until_asked(Random& random, Make make, Ask ask) {
  for (;;) {
    const StoryWorld world = make();
    for (int tries = 0; tries < 8; ++tries)
      if (std::optional<Story> story = ask(world, random)) return std::move(*story);
  }
}

struct Gift {
  int from, to, what, line;
};

/// A question about one gift, the last or any, that no later gift answers too.
std::optional<Story> ask_gift(const StoryWorld& world, const std::vector<Gift>& gifts, bool shortcuts, Random& random) {
  if (gifts.empty()) return std::nullopt;
  const std::size_t one = shortcuts ? gifts.size() - 1 : static_cast<std::size_t>(random.below(static_cast<int>(gifts.size())));
  const Gift& gift = gifts[one];
  const int form = random.below(5);
  const bool says_from = form == 1 || form == 2, says_to = form <= 1, says_what = form != 1;
  for (std::size_t later = one + 1; later < gifts.size(); ++later) {
    const Gift& other = gifts[later];
    if ((!says_from || other.from == gift.from) && (!says_to || other.to == gift.to) && (!says_what || other.what == gift.what)) return std::nullopt;
  }
  const std::string a = world.name(gift.from), b = world.name(gift.to), what = the(thing_name(gift.what));
  switch (form) {
    case 0: return world.finish("who gave " + what + " to " + b, a, {gift.line});
    case 1: return world.finish("what did " + a + " give to " + b, thing_name(gift.what), {gift.line});
    case 2: return world.finish("who did " + a + " give " + what + " to", b, {gift.line});
    case 3: return world.finish("who gave " + what, a, {gift.line});
    default: return world.finish("who received " + what, b, {gift.line});
  }
}

/// Kind 5: who gave what to whom.
Story tell_giving(Random& random, int size, const StoryManner& manner) {
  for (;;) {
    StoryWorld world(kGivers);
    std::vector<Gift> gifts;
    while (static_cast<int>(world.lines.size()) < size) {
      if (random.below(10) < manner.distractors) {
        idle(world, random);
        continue;
      }
      const int a = any_person(random), b = any_person(random), what = thing(random);
      if (world.holder(what) == a && a != b && random.below(2) == 0) gifts.push_back({a, b, what, give(world, a, b, what, random)});
      else if (world.can_take(a, what)) take(world, a, what, random);
      else move_someone(world, random);
    }
    if (std::optional<Story> story = ask_gift(world, gifts, manner.shortcuts, random)) return std::move(*story);
  }
}

}  // namespace

Story tell_moves(int kind, Random& random, int size, const StoryManner& manner) {
  const auto about = [&](int handling, bool giving) { return [&random, size, &manner, handling, giving] { return go_about(random, size, manner.distractors, handling, giving); }; };
  switch (kind) {
    case 1: return until_asked(random, about(0, false), ask_where);
    case 2: return until_asked(random, about(5, false), ask_thing);
    case 3: return until_asked(random, about(5, false), ask_before);
    case 5: return tell_giving(random, size, manner);
    case 6: return until_asked(random, about(2, false), ask_is_in);
    case 7: return until_asked(random, about(6, true), ask_count);
    default: return until_asked(random, about(6, true), ask_list);
  }
}

}  // namespace heed
