// tasks: people who go about, take things and give them away: story kinds 1 to 3 and 5 to 8.
#include "tasks/story_world.h"

namespace heed {
namespace {

constexpr std::array<const char*, 4> kPutDown = {"dropped", "left", "discarded", "put down"};
constexpr std::array<const char*, 3> kGive = {"gave", "handed", "passed"};
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

void put_down(StoryWorld& world, int who, int what, Random& random) { world.put_down(who, what, say_handling(world, who, any_of(kPutDown, random), what, random)); }

/// One thing that people do with things, if it is one that can be done: take or put down.
bool handle_something(StoryWorld& world, Random& random) {
  const int who = any_person(random), what = thing(random);
  if (world.can_take(who, what)) {
    take(world, who, what, random);
    return true;
  }
  if (world.holder(what) != who) return false;
  any_person(random);  // not needed; the stories of a seed stay what they have been
  put_down(world, who, what, random);
  return true;
}

struct Gift {
  int from, to, what, line;
};

/// Somebody gives what they have to somebody beside them, if there are such; nothing that would be taken for the gift `asked`.
std::optional<Gift> give_something(StoryWorld& world, Random& random, const std::optional<Gift>& asked = {}) {
  std::vector<std::array<int, 3>> gifts;
  for (int what = 0; what < static_cast<int>(kThings.size()); ++what)
    for (int to = 0; to < static_cast<int>(kPeople.size()); ++to)
      if (const int from = world.holder(what); from >= 0 && world.can_give(from, to, what) && !(asked && (what == asked->what || (from == asked->from && to == asked->to)))) gifts.push_back({world.holder(what), to, what});
  if (gifts.empty()) return std::nullopt;
  const auto [from, to, what] = gifts[static_cast<std::size_t>(random.below(static_cast<int>(gifts.size())))];
  return Gift{from, to, what, give(world, from, to, what, random)};
}

/// Somebody takes what lies beside them or, where `puts`, puts down what they have, if that can be.
bool take_or_put(StoryWorld& world, Random& random, bool puts = true) {
  std::vector<std::array<int, 2>> ways;
  for (int who = 0; who < static_cast<int>(kPeople.size()); ++who)
    for (int what = 0; what < static_cast<int>(kThings.size()); ++what)
      if (world.can_take(who, what) || (puts && world.holder(what) == who)) ways.push_back({who, what});
  if (ways.empty()) return false;
  const auto [who, what] = ways[static_cast<std::size_t>(random.below(static_cast<int>(ways.size())))];
  if (world.holder(what) == who) put_down(world, who, what, random);
  else take(world, who, what, random);
  return true;
}

/// A line of kinds 7 and 8: of four that are tried one is of somebody who goes, one of something taken or put down, two of gifts.
void trade(StoryWorld& world, Random& random) {
  for (;;) {
    const int choice = random.below(4);
    if (choice == 0) return move_someone(world, random);
    if (choice == 1 ? take_or_put(world, random) : give_something(world, random).has_value()) return;
  }
}

void idle(StoryWorld& world, Random& random) { world.say(world.name(any_person(random)) + " " + any_of(kIdle, random)); }

StoryWorld world_of(int kind, Random& random) {
  StoryWorld world;
  if (kind >= 6) world.settle(random);
  return world;
}

/// Kind 2: every second line tries to be about a thing, one of three things of one of four people. Kind 3: more of them. Kind 6: every third is.
bool is_handled(StoryWorld& world, int kind, Random& random) {
  if (kind == 6) return random.below(3) == 0 && take_or_put(world, random);
  return random.below(10) < (kind == 1 ? 0 : kind == 2 ? 5 : 7) && handle_something(world, random);
}

/// People go about, up to so many lines.
void go_on(StoryWorld& world, int kind, Random& random, int size, int distractors) {
  while (static_cast<int>(world.lines.size()) < size) {
    if (random.below(10) < distractors) idle(world, random);
    else if (kind >= 7) trade(world, random);
    else if (!is_handled(world, kind, random)) move_someone(world, random);
  }
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

/// The thing has been carried from one place to another and lies there, put down by the line `since` or later.
std::optional<Story> ask_before(const StoryWorld& world, int since, Random& random) {
  const int what = thing(random);
  const auto& way = world.way(what);
  if (way.size() < 2 || world.holder(what) >= 0 || world.changed_line(what) < since) return std::nullopt;
  const std::size_t last = way.size() - 1;
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
  return world.finish("how many objects is " + world.name(who) + " carrying", kCounts[static_cast<std::size_t>(world.carried(who))], world.handled(who));
}

std::optional<Story> ask_list(const StoryWorld& world, Random& random) {
  const int who = any_person(random);
  if (world.handled(who).empty()) return std::nullopt;
  const std::vector<int> held = world.belongings(who);
  return world.finish("what is " + world.name(who) + " carrying", held.empty() ? "nothing" : things_text(held), world.handled(who));
}

/// A question about one gift, the one of this number or (negative) any, that no later gift answers too.
std::optional<Story> ask_gift(const StoryWorld& world, const std::vector<Gift>& gifts, int number, Random& random) {
  if (gifts.empty()) return std::nullopt;
  const auto one = static_cast<std::size_t>(number >= 0 ? number : random.below(static_cast<int>(gifts.size())));
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
struct Givers {
  StoryWorld world{kGivers};
  std::vector<Gift> gifts;

  int lines() const { return static_cast<int>(world.lines.size()); }
  /// In a world that is not settled: things go far and seldom.
  void line(Random& random, const StoryManner& manner) {
    if (random.below(10) < manner.distractors) return idle(world, random);
    const int a = any_person(random), b = any_person(random), what = thing(random);
    if (world.holder(what) == a && a != b && random.below(2) == 0) gifts.push_back({a, b, what, give(world, a, b, what, random)});
    else if (world.can_take(a, what)) take(world, a, what, random);
    else move_someone(world, random);
  }
  /// In one that is: of six lines that are tried one is of somebody who goes, one of something taken, four of gifts. After the gift `asked`
  /// its thing is not given on, and its giver gives nothing else to the same person.
  void act(Random& random, const StoryManner& manner, const std::optional<Gift>& asked) {
    if (random.below(10) < manner.distractors) return idle(world, random);
    for (;;) {
      const int choice = random.below(6);
      if (choice == 0) return move_someone(world, random);
      if (choice == 1 && take_or_put(world, random, false)) return;
      const std::optional<Gift> gift = choice > 1 ? give_something(world, random, asked) : std::nullopt;
      if (gift) return gifts.push_back(*gift);
    }
  }
};

Story tell_giving(Random& random, int size, const StoryManner& manner) {
  for (;;) {
    Givers tale;
    while (tale.lines() < size) tale.line(random, manner);
    if (std::optional<Story> story = ask_gift(tale.world, tale.gifts, manner.shortcuts ? static_cast<int>(tale.gifts.size()) - 1 : -1, random)) return std::move(*story);
  }
}

/// After each new gift up to five lines, then a question: with short cuts about that gift.
std::vector<Story> tell_giving_on(Random& random, const Tale& tale) {
  Givers givers;
  givers.world.settle(random);
  std::size_t asked = 0;
  const auto on = [&](int more) {
    asked = givers.gifts.size();
    while (givers.gifts.size() == asked && givers.lines() <= tale.most_lines) givers.act(random, tale.manner, std::nullopt);
    if (givers.gifts.size() == asked) return givers.lines();
    const Gift gift = givers.gifts[asked];
    for (; more > 0; --more) givers.act(random, tale.manner, gift);
    return givers.lines();
  };
  return told_on(tale, [&](int) { return random.below(6); }, on, [&] { return ask_gift(givers.world, givers.gifts, tale.manner.shortcuts ? static_cast<int>(asked) : -1, random); });
}

std::optional<Story> ask_move(int kind, const StoryWorld& world, int since, Random& random) {
  switch (kind) {
    case 1: return ask_where(world, random);
    case 2: return ask_thing(world, random);
    case 3: return ask_before(world, since, random);
    case 6: return ask_is_in(world, random);
    case 7: return ask_count(world, random);
    default: return ask_list(world, random);
  }
}

}  // namespace

std::vector<Story> tell_moves_on(int kind, Random& random, const Tale& tale) {
  if (kind == 5) return tell_giving_on(random, tale);
  StoryWorld world = world_of(kind, random);
  const auto lines = [&] { return static_cast<int>(world.lines.size()); };
  int asked_at = 0;  // how many lines there were
  const auto gap = [&](int asked) {
    if (asked > 0) asked_at = lines();
    return kind == 2 || kind == 3 ? 3 : 2;
  };
  const auto on = [&](int more) {
    if (kind == 2 || kind == 3)  // or more, by the toss of a coin
      while (random.below(2) == 0) ++more;
    go_on(world, kind, random, lines() + more, tale.manner.distractors);
    return lines();
  };
  const int tries = kind >= 7 ? 3 : kAskTries;  // who has had nothing yet is asked about in vain, and then the story goes on
  return told_on(tale, gap, on, [&] { return ask_move(kind, world, asked_at, random); }, tries);
}

Story tell_moves(int kind, Random& random, int size, const StoryManner& manner) {
  if (kind == 5) return tell_giving(random, size, manner);
  constexpr int kPatience = 64;
  for (int told = 0;; ++told) {
    StoryWorld world = world_of(kind, random);
    // Where a story is too short for that much idle talk there is less of it.
    go_on(world, kind, random, size, std::max(0, manner.distractors - told / kPatience));
    for (int tries = 0; tries < 8; ++tries)
      if (std::optional<Story> story = ask_move(kind, world, 0, random)) return std::move(*story);
  }
}

}  // namespace heed
