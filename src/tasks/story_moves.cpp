// tasks: people who go about, take things and give them away: story kinds 1 to 3 and 5 to 14.
#include <algorithm>
#include <optional>

#include "tasks/stories.h"

namespace heed {
namespace {

constexpr std::array<const char*, 4> kGo = {"went to", "moved to", "journeyed to", "travelled to"};
constexpr std::array<const char*, 4> kTake = {"got", "grabbed", "picked up", "took"};
constexpr std::array<const char*, 4> kPutDown = {"dropped", "left", "discarded", "put down"};
constexpr std::array<const char*, 3> kGive = {"gave", "handed", "passed"};
constexpr std::array<const char*, 4> kThen = {"then", "afterwards", "after that", "following that"};
constexpr std::array<const char*, 4> kTimes = {"yesterday", "this morning", "this afternoon", "this evening"};
constexpr std::array<const char*, 4> kCounts = {"none", "one", "two", "three"};
constexpr std::array<const char*, 4> kIdle = {"looked around", "waited", "yawned", "said hello"};

int person(Random& random) { return random.below(static_cast<int>(kPeople.size())); }
int place(Random& random) { return random.below(static_cast<int>(kPlaces.size())); }
/// Any place but that one.
int other_place(int than, Random& random) { return than < 0 ? place(random) : (than + random.between(1, static_cast<int>(kPlaces.size()) - 1)) % static_cast<int>(kPlaces.size()); }
int thing(Random& random) { return random.below(static_cast<int>(kThings.size())); }

std::string go(const char* who, int where, Random& random) { return std::string(who) + " " + any_of(kGo, random) + " the " + kPlaces[static_cast<std::size_t>(where)]; }

/// Who is where and has what, and which lines say so.
class World {
 public:
  World() {
    where_.fill(-1), where_line_.fill(-1);
    holder_.fill(-1), moved_line_.fill(-1);
  }

  struct Stay {
    int place, line;
    int taken = -1;  ///< the line by which who carried it there had got it
    int seen = -1;   ///< the line that says where whoever took it away was
  };

  std::vector<std::string> lines;

  int where(int who) const { return where_[at(who)]; }
  int where_line(int who) const { return where_line_[at(who)]; }
  int holder(int what) const { return holder_[at(what)]; }
  /// The line by which the thing last changed hands.
  int changed_line(int what) const { return moved_line_[at(what)]; }
  const std::vector<int>& handled(int who) const { return handled_[at(who)]; }
  int carried(int who) const { return static_cast<int>(std::ranges::count(holder_, who)); }
  /// Where the thing has been since it was first taken, the latest last.
  const std::vector<Stay>& way(int what) const { return way_[at(what)]; }

  int say(std::string line) {
    lines.push_back(std::move(line));
    return static_cast<int>(lines.size()) - 1;
  }
  void stand(int who, int to, int line) {
    where_[at(who)] = to, where_line_[at(who)] = line;
    for (int what = 0; what < static_cast<int>(kThings.size()); ++what)
      if (holder(what) == who) note(what, to, line);
  }
  /// Things lie where they were put; nobody can take what lies elsewhere.
  bool can_take(int who, int what) const { return holder(what) < 0 && where(who) >= 0 && (lies_[at(what)] < 0 || lies_[at(what)] == where(who)); }
  void take(int who, int what, int line) {
    holder_[at(what)] = who, moved_line_[at(what)] = line;
    handled_[at(who)].push_back(line);
    note(what, where(who), where_line(who));
    way_[at(what)].back().seen = where_line(who);
  }
  void put_down(int who, int what, int line) {
    holder_[at(what)] = -1, moved_line_[at(what)] = line, lies_[at(what)] = where(who);
    put_line_[at(what)] = where_line(who);
    handled_[at(who)].push_back(line);
  }
  void give(int from, int to, int what, int line) {
    holder_[at(what)] = to, moved_line_[at(what)] = line;
    handled_[at(from)].push_back(line), handled_[at(to)].push_back(line);
  }
  /// Where the thing is and the line that says of its place, if that is known.
  std::optional<Stay> find(int what) const {
    if (moved_line_[at(what)] < 0) return std::nullopt;
    const int who = holder(what);
    if (who >= 0) return where(who) < 0 ? std::nullopt : std::optional<Stay>({where(who), where_line(who)});
    return Stay{lies_[at(what)], put_line_[at(what)]};
  }

 private:
  static std::size_t at(int index) { return static_cast<std::size_t>(index); }
  void note(int what, int to, int line) {
    auto& way = way_[at(what)];
    if (way.empty() || way.back().place != to) way.push_back({to, line, moved_line_[at(what)], line});
  }

  std::array<int, 4> where_, where_line_;
  std::array<int, 3> holder_, moved_line_, lies_{-1, -1, -1}, put_line_{-1, -1, -1};
  std::array<std::vector<int>, 4> handled_;
  std::array<std::vector<Stay>, 3> way_;
};

Story finish(const World& world, std::string question, std::string answer, std::vector<int> support) {
  if (support.size() > static_cast<std::size_t>(kMostSupport)) support.erase(support.begin(), support.end() - kMostSupport);
  return {world.lines, std::move(question), std::move(answer), std::move(support)};
}

void move_someone(World& world, Random& random) {
  const int who = person(random), to = other_place(world.where(who), random);
  world.stand(who, to, world.say(go(kPeople[static_cast<std::size_t>(who)], to, random)));
}

const char* name(int who) { return kPeople[static_cast<std::size_t>(who)]; }
const char* thing_name(int what) { return kThings[static_cast<std::size_t>(what)]; }
const char* place_name(int where) { return kPlaces[static_cast<std::size_t>(where)]; }

/// One thing that people do with things, if there is one to do: take, put down or give.
bool handle_something(World& world, Random& random, bool giving) {
  const int who = person(random), what = thing(random);
  if (world.can_take(who, what)) {
    world.take(who, what, world.say(std::string(name(who)) + " " + any_of(kTake, random) + " " + the(thing_name(what))));
    return true;
  }
  if (world.holder(what) != who) return false;
  const int to = person(random);
  if (giving && to != who) {
    world.give(who, to, what, world.say(std::string(name(who)) + " " + any_of(kGive, random) + " " + the(thing_name(what)) + " to " + name(to)));
    return true;
  }
  if (giving && random.below(3) > 0) return false;
  world.put_down(who, what, world.say(std::string(name(who)) + " " + any_of(kPutDown, random) + " " + the(thing_name(what))));
  return true;
}

void idle(World& world, Random& random) { world.say(std::string(name(person(random))) + " " + any_of(kIdle, random)); }

/// Lines of people going about and handling things.
World go_about(Random& random, int size, int distractors, bool things, bool giving) {
  World world;
  while (static_cast<int>(world.lines.size()) < size) {
    if (random.below(10) < distractors) idle(world, random);
    else if (!things || random.below(2) == 0 || !handle_something(world, random, giving)) move_someone(world, random);
  }
  return world;
}

std::optional<Story> ask_where(const World& world, Random& random) {
  const int who = person(random);
  if (world.where(who) < 0) return std::nullopt;
  return finish(world, std::string("where is ") + name(who), place_name(world.where(who)), {world.where_line(who)});
}

std::optional<Story> ask_thing(const World& world, Random& random) {
  const int what = thing(random);
  const auto found = world.find(what);
  if (!found || found->place < 0) return std::nullopt;
  return finish(world, "where is " + the(thing_name(what)), place_name(found->place), {world.changed_line(what), found->line});
}

/// The thing has been carried from one place to another.
std::optional<Story> ask_before(const World& world, Random& random) {
  const int what = thing(random);
  const auto& way = world.way(what);
  if (way.size() < 2 || world.changed_line(what) < 0) return std::nullopt;
  const auto last = static_cast<std::size_t>(random.between(1, static_cast<int>(way.size()) - 1));
  // "Before the kitchen" means before the last time there.
  if (std::any_of(way.begin() + static_cast<std::ptrdiff_t>(last) + 1, way.end(), [&](const World::Stay& stay) { return stay.place == way[last].place; })) return std::nullopt;
  return finish(world, "where was " + the(thing_name(what)) + " before " + the(place_name(way[last].place)), place_name(way[last - 1].place),
                {way[last].taken, way[last].line, way[last - 1].seen});
}

std::optional<Story> ask_is_in(const World& world, Random& random) {
  const int who = person(random);
  if (world.where(who) < 0) return std::nullopt;
  const int asked = random.below(2) == 0 ? world.where(who) : other_place(world.where(who), random);
  return finish(world, std::string("is ") + name(who) + " in " + the(place_name(asked)), asked == world.where(who) ? "yes" : "no", {world.where_line(who)});
}

std::optional<Story> ask_count(const World& world, Random& random) {
  const int who = person(random);
  if (world.handled(who).empty()) return std::nullopt;
  if (world.carried(who) == 1 && random.below(8) > 0) return std::nullopt;  // else the answer would mostly be one
  return finish(world, std::string("how many objects is ") + name(who) + " carrying", kCounts[static_cast<std::size_t>(world.carried(who))], world.handled(who));
}

std::optional<Story> ask_list(const World& world, Random& random) {
  const int who = person(random);
  if (world.handled(who).empty()) return std::nullopt;
  int held = 0;
  for (int what = 0; what < static_cast<int>(kThings.size()); ++what) held |= world.holder(what) == who ? 1 << what : 0;
  return finish(world, std::string("what is ") + name(who) + " carrying", held == 0 ? "nothing" : things_text(held), world.handled(who));
}

/// Asks until there is something to ask for; the world grows on if need be.
template <class Make, class Ask>
Story until_asked(Random& random, Make make, Ask ask) {
  for (;;) {
    const World world = make();
    for (int tries = 0; tries < 8; ++tries)
      if (std::optional<Story> story = ask(world, random)) return std::move(*story);
  }
}

struct Gift {
  int from, to, what, line;
};

/// A question about one gift that no later gift answers too.
std::optional<Story> ask_gift(const World& world, const std::vector<Gift>& gifts, Random& random) {
  if (gifts.empty()) return std::nullopt;
  const auto one = static_cast<std::size_t>(random.below(static_cast<int>(gifts.size())));
  const Gift& gift = gifts[one];
  const int form = random.below(5);
  const bool says_from = form == 1 || form == 2, says_to = form <= 1, says_what = form != 1;
  for (std::size_t later = one + 1; later < gifts.size(); ++later) {
    const Gift& other = gifts[later];
    if ((!says_from || other.from == gift.from) && (!says_to || other.to == gift.to) && (!says_what || other.what == gift.what)) return std::nullopt;
  }
  const std::string a = name(gift.from), b = name(gift.to), what = the(thing_name(gift.what));
  switch (form) {
    case 0: return finish(world, "who gave " + what + " to " + b, a, {gift.line});
    case 1: return finish(world, "what did " + a + " give to " + b, thing_name(gift.what), {gift.line});
    case 2: return finish(world, "who did " + a + " give " + what + " to", b, {gift.line});
    case 3: return finish(world, "who gave " + what, a, {gift.line});
    default: return finish(world, "who received " + what, b, {gift.line});
  }
}

/// Kind 5: who gave what to whom.
Story tell_giving(Random& random, int size, int distractors) {
  for (;;) {
    World world;
    std::vector<Gift> gifts;
    while (static_cast<int>(world.lines.size()) < size) {
      if (random.below(10) < distractors) {
        idle(world, random);
        continue;
      }
      const int a = person(random), b = person(random), what = thing(random);
      if (world.holder(what) == a && a != b && random.below(2) == 0) {
        const int line = world.say(std::string(name(a)) + " " + any_of(kGive, random) + " " + the(thing_name(what)) + " to " + name(b));
        gifts.push_back({a, b, what, line});
        world.give(a, b, what, line);
      } else if (world.can_take(a, what)) {
        world.take(a, what, world.say(std::string(name(a)) + " " + any_of(kTake, random) + " " + the(thing_name(what))));
      } else {
        move_someone(world, random);
      }
    }
    if (std::optional<Story> story = ask_gift(world, gifts, random)) return std::move(*story);
  }
}

/// Kinds 9 and 10: what is not so, and what is perhaps so.
Story tell_unsure(int kind, Random& random, int size) {
  struct Known {
    int place = -1, other = -1, line = -1;
    bool not_there = false;
  };
  World world;
  std::array<Known, 4> known;
  while (static_cast<int>(world.lines.size()) < size) {
    const int who = person(random), to = place(random);
    const std::string in = std::string(name(who)) + " is ";
    Known next{to};
    switch (random.below(3)) {
      case 0:
        next.line = world.say(go(name(who), to, random));
        break;
      case 1:
        next.line = world.say(in + "in " + the(place_name(to)));
        break;
      default:
        if (kind == 9) {
          next.not_there = true;
          next.line = world.say(in + (random.below(2) == 0 ? "no longer in " : "not in ") + the(place_name(to)));
        } else {
          next.other = (to + random.between(1, static_cast<int>(kPlaces.size()) - 1)) % static_cast<int>(kPlaces.size());
          next.line = world.say(in + "either in " + the(place_name(to)) + " or " + the(place_name(next.other)));
        }
    }
    known[static_cast<std::size_t>(who)] = next;
  }
  int who = person(random);
  while (known[static_cast<std::size_t>(who)].line < 0) who = person(random);
  const Known& fact = known[static_cast<std::size_t>(who)];
  // Of somebody who is not somewhere one knows nothing of any other place.
  int asked = fact.not_there || random.below(2) == 0 ? fact.place : place(random);
  if (fact.other >= 0 && random.below(2) == 0) asked = fact.other;
  const bool here = asked == fact.place || asked == fact.other;
  const std::string answer = fact.not_there || !here ? "no" : fact.other >= 0 ? "maybe" : "yes";
  return finish(world, std::string("is ") + name(who) + " in " + the(place_name(asked)), answer, {fact.line});
}

/// Kinds 11 to 13: he, she and they; two at a time.
Story tell_together(int kind, Random& random, int size) {
  World world;
  std::array<std::vector<int>, 4> said;  // the lines that somebody's place rests on
  while (static_cast<int>(world.lines.size()) + (kind == 12 ? 0 : 1) < std::max(size, 2)) {
    const int a = person(random), b = (a + random.between(1, 3)) % 4;
    const bool two = kind != 11;
    const std::string who = two ? std::string(name(a)) + " and " + name(b) : name(a);
    const auto set = [&](int line, int to, bool again) {
      for (int one : {a, b}) {
        if (one == b && !two) continue;
        auto& lines = said[static_cast<std::size_t>(one)];
        if (again) lines.insert(lines.begin(), line);
        else lines = {line};
        world.stand(one, to, line);
      }
    };
    const int to = other_place(world.where(a), random);
    set(world.say(go(who.c_str(), to, random)), to, false);
    if (kind == 12) continue;
    const int next = other_place(to, random);
    const std::string they = two ? "they" : kPronouns[static_cast<std::size_t>(a)];
    set(world.say(std::string(any_of(kThen, random)) + " " + go(they.c_str(), next, random)), next, true);
  }
  int who = person(random);
  while (world.where(who) < 0) who = person(random);
  return finish(world, std::string("where is ") + name(who), place_name(world.where(who)), said[static_cast<std::size_t>(who)]);
}

/// Kind 14: what happened when, not told in that order.
Story tell_times(Random& random, int size) {
  World world;
  std::array<std::array<World::Stay, 4>, 4> at;  // by person and time
  for (auto& times : at) times.fill({-1, -1});
  std::vector<std::pair<int, int>> open;
  for (int who = 0; who < 4; ++who)
    for (int time = 0; time < 4; ++time) open.emplace_back(who, time);
  const int lines = std::clamp(size, 6, 16);
  while (static_cast<int>(world.lines.size()) < lines) {
    const auto pick = open.begin() + random.below(static_cast<int>(open.size()));
    const auto [who, time] = *pick;
    open.erase(pick);
    const int to = place(random);
    const int line = world.say(random.below(2) == 0 ? std::string(kTimes[static_cast<std::size_t>(time)]) + " " + go(name(who), to, random)
                                                    : go(name(who), to, random) + " " + kTimes[static_cast<std::size_t>(time)]);
    at[static_cast<std::size_t>(who)][static_cast<std::size_t>(time)] = {to, line};
  }
  for (;;) {
    const int who = person(random);
    std::vector<World::Stay> way;
    for (const World::Stay& stay : at[static_cast<std::size_t>(who)])
      if (stay.line >= 0) way.push_back(stay);
    if (way.size() < 2) continue;
    const auto last = static_cast<std::size_t>(random.between(1, static_cast<int>(way.size()) - 1));
    const bool once = std::ranges::count_if(way, [&](const World::Stay& stay) { return stay.place == way[last].place; }) == 1;
    if (!once && random.below(64) > 0) continue;
    if (!once) return tell_times(random, size);
    return finish(world, std::string("where was ") + name(who) + " before " + the(place_name(way[last].place)), place_name(way[last - 1].place),
                  {way[last].line, way[last - 1].line});
  }
}

}  // namespace

Story tell_moves(int kind, Random& random, int size, int distractors) {
  const auto about = [&](bool things, bool giving) { return [&random, size, distractors, things, giving] { return go_about(random, size, distractors, things, giving); }; };
  switch (kind) {
    case 1: return until_asked(random, about(false, false), ask_where);
    case 2: return until_asked(random, about(true, false), ask_thing);
    case 3: return until_asked(random, about(true, false), ask_before);
    case 5: return tell_giving(random, size, distractors);
    case 6: return until_asked(random, about(false, false), ask_is_in);
    case 7: return until_asked(random, about(true, true), ask_count);
    case 8: return until_asked(random, about(true, true), ask_list);
    case 9:
    case 10: return tell_unsure(kind, random, size);
    case 14: return tell_times(random, size);
    default: return tell_together(kind, random, size);
  }
}

}  // namespace heed
