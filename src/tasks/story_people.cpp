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
  const int form = random.below(4);  // two of four are moves
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
class Unsure {
 public:
  Unsure(int kind, Random& random) : kind_(kind), world_(kind == 10 ? kTown : kHouse), random_(random) {
    for (int& place : really_) place = any_place(random_);
  }

  int on(int lines) {
    for (; lines > 0; --lines) {
      const int who = any_person(random_);
      said_[at(who)] = say_unsure(kind_, world_, who, really_[at(who)], random_);
    }
    return static_cast<int>(world_.lines.size());
  }

  std::optional<Story> ask() {
    int who = any_person(random_);
    while (said_[at(who)].line < 0) who = any_person(random_);
    const Said& fact = said_[at(who)];
    int asked = fact.place;
    if (fact.other >= 0) {  // of three questions one is about neither place
      const int choice = random_.below(3);
      if (choice == 1) asked = fact.other;
      if (choice == 2)
        while (asked == fact.place || asked == fact.other) asked = any_place(random_);
    } else if (!fact.denied && random_.below(2) == 0) {  // of somebody who is not somewhere one knows nothing of any other place
      asked = other_place(fact.place, random_);
    }
    const bool here = asked == fact.place || asked == fact.other;
    const std::string answer = fact.denied || !here ? "no" : fact.other >= 0 ? "maybe" : "yes";
    return world_.finish("is " + world_.name(who) + " in " + the(world_.place_name(asked)), answer, {fact.line});
  }

 private:
  static std::size_t at(int who) { return static_cast<std::size_t>(who); }

  int kind_;
  StoryWorld world_;
  Random& random_;
  std::array<Said, 4> said_;
  std::array<int, 4> really_{};
};

/// Kinds 11 to 13: he, she and they; two at a time.
class Together {
 public:
  Together(int kind, bool shortcuts, Random& random) : kind_(kind), shortcuts_(shortcuts), random_(random) {}

  /// Kinds 11 and 13 are told in pairs of lines.
  int on(int lines) {
    const auto all = static_cast<int>(world_.lines.size()) + lines;
    while (static_cast<int>(world_.lines.size()) + (kind_ == 12 ? 0 : 1) < all) tell();
    return static_cast<int>(world_.lines.size());
  }

  std::optional<Story> ask() {
    int who = shortcuts_ ? named_[static_cast<std::size_t>(random_.below(static_cast<int>(named_.size())))] : any_person(random_);
    while (world_.where(who) < 0) who = any_person(random_);
    return world_.finish("where is " + world_.name(who), world_.place_name(world_.where(who)), said_[static_cast<std::size_t>(who)]);
  }

 private:
  void set(const std::vector<int>& both, int line, int to, bool again) {
    for (const int one : both) {
      auto& lines = said_[static_cast<std::size_t>(one)];
      if (again) lines.insert(lines.begin(), line);
      else lines = {line};
      world_.stand(one, to, line);
    }
  }

  void tell() {
    const int a = any_person(random_), b = (a + random_.between(1, 3)) % 4;
    const bool two = kind_ != 11;
    const std::string who = two ? world_.name(a) + " and " + world_.name(b) : world_.name(a);
    std::vector<int> both = {a};
    if (two) both.push_back(b);
    const int to = other_place(world_.where(a), random_);
    set(both, world_.say(world_.going(who, to, random_)), to, false);
    if (kind_ != 12 || named_.size() > 2) named_.erase(named_.begin(), named_.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(named_.size(), 2)));
    named_.insert(named_.end(), both.begin(), both.end());
    if (kind_ == 12) return;
    const int next = other_place(to, random_);
    const std::string they = two ? "they" : kPronouns[static_cast<std::size_t>(a)];
    set(both, world_.say(std::string(any_of(kThen, random_)) + " " + world_.going(they, next, random_)), next, true);
  }

  int kind_;
  bool shortcuts_;
  Random& random_;
  StoryWorld world_;
  std::array<std::vector<int>, 4> said_;  ///< the lines that somebody's place rests on
  std::vector<int> named_;                ///< of the last two lines, who they named
};

/// Kind 14: what happened when, not told in that order; nobody goes anywhere twice.
class Times {
 public:
  explicit Times(Random& random) : random_(random) {
    for (auto& times : at_) times.fill({-1, -1});
    for (int who = 0; who < 4; ++who)
      for (int time = 0; time < 4; ++time) open_.emplace_back(who, time);
  }

  int on(int lines) {
    for (; lines > 0 && !open_.empty(); --lines) tell();
    return static_cast<int>(world_.lines.size()) + lines;  // of a day that is over there are too many
  }

  std::optional<Story> ask() {
    const int who = any_person(random_);
    std::vector<StoryWorld::Stay> way;
    for (const StoryWorld::Stay& stay : at_[static_cast<std::size_t>(who)])
      if (stay.line >= 0) way.push_back(stay);
    if (way.size() < 2) return std::nullopt;
    const auto last = static_cast<std::size_t>(random_.between(1, static_cast<int>(way.size()) - 1));
    return world_.finish("where was " + world_.name(who) + " before " + the(world_.place_name(way[last].place)), world_.place_name(way[last - 1].place), {way[last].line, way[last - 1].line});
  }

 private:
  void tell() {
    const auto pick = open_.begin() + random_.below(static_cast<int>(open_.size()));
    const auto [who, time] = *pick;
    open_.erase(pick);
    auto& times = at_[static_cast<std::size_t>(who)];
    int to = any_place(random_);
    while (std::ranges::any_of(times, [to](const StoryWorld::Stay& stay) { return stay.place == to; })) to = any_place(random_);
    const std::string when = kTimes[static_cast<std::size_t>(time)];
    const int line = world_.say(random_.below(2) == 0 ? when + " " + world_.going(world_.name(who), to, random_) : world_.going(world_.name(who), to, random_) + " " + when);
    times[static_cast<std::size_t>(time)] = {to, line};
  }

  Random& random_;
  StoryWorld world_{kTown};
  std::array<std::array<StoryWorld::Stay, 4>, 4> at_;  ///< by person and time
  std::vector<std::pair<int, int>> open_;
};

/// A story of so many lines, asked when they are told.
template <class Telling>
Story told_once(Telling telling, int lines) {
  telling.on(lines);
  for (;;)
    if (std::optional<Story> story = telling.ask()) return std::move(*story);
}

/// Two lines before each question, before the first of them `first`.
template <class Telling>
std::vector<Story> told_by_twos(const Tale& tale, Telling telling, int first = 2) {
  return told_on(tale, [&](int asked) { return asked == 0 ? first : 2; }, [&](int lines) { return telling.on(lines); }, [&] { return telling.ask(); });
}

}  // namespace

Story tell_people(int kind, Random& random, int size, const StoryManner& manner) {
  constexpr int kFewestTimes = 6, kMostTimes = 16;
  if (kind == 14) return told_once(Times(random), std::clamp(size, kFewestTimes, kMostTimes));
  if (kind <= 10) return told_once(Unsure(kind, random), size);
  return told_once(Together(kind, manner.shortcuts, random), std::max(size, 2));
}

std::vector<Story> tell_people_on(int kind, Random& random, const Tale& tale) {
  if (kind == 14) return told_by_twos(tale, Times(random), 4);
  if (kind <= 10) return told_by_twos(tale, Unsure(kind, random));
  return told_by_twos(tale, Together(kind, tale.manner.shortcuts, random));
}

}  // namespace heed
