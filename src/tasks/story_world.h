// tasks: the small world of stories 1 to 3 and 5 to 14: who is where, who has what, and which lines of the story say so.
#pragma once

#include <algorithm>
#include <optional>

#include "tasks/stories.h"

namespace heed {

/// Who is in a story and where they go. The published kinds have three of these.
struct StoryCast {
  std::array<const char*, 4> people;
  std::array<const char*, 6> places;
};
inline constexpr StoryCast kHouse = {kPeople, kPlaces};
inline constexpr StoryCast kTown = {{"fred", "julie", "bill", "mary"}, {"bedroom", "kitchen", "office", "school", "park", "cinema"}};
inline constexpr StoryCast kGivers = {{"fred", "jeff", "bill", "mary"}, kPlaces};

class StoryWorld {
 public:
  explicit StoryWorld(const StoryCast& cast = kHouse) : cast_(cast) {
    where_.fill(-1), where_line_.fill(-1);
    holder_.fill(-1), moved_line_.fill(-1);
    really_.fill(-1), lies_really_.fill(-1);
  }
  /// Everybody and everything is somewhere before anything is told. Without, who has not been told of can do nothing.
  void settle(Random& random) {
    for (int& place : really_) place = random.below(static_cast<int>(cast_.places.size()));
    for (int& place : lies_really_) place = random.below(static_cast<int>(cast_.places.size()));
    settled_ = true;
  }

  struct Stay {
    int place, line;
    int taken = -1;  ///< the line by which who carried it there had got it
    int seen = -1;   ///< the line that says where whoever took it away was
  };

  std::vector<std::string> lines;

  std::string name(int who) const { return cast_.people[at(who)]; }
  std::string place_name(int where) const { return cast_.places[at(where)]; }
  std::string going(const std::string& who, int to, Random& random) const { return who + " " + any_of(kGo, random) + " the " + place_name(to); }

  int where(int who) const { return where_[at(who)]; }
  int where_line(int who) const { return where_line_[at(who)]; }
  int holder(int what) const { return holder_[at(what)]; }
  /// The line by which the thing last changed hands.
  int changed_line(int what) const { return moved_line_[at(what)]; }
  const std::vector<int>& handled(int who) const { return handled_[at(who)]; }
  int carried(int who) const { return static_cast<int>(std::ranges::count(holder_, who)); }
  /// What somebody has, in the order in which they first got it.
  std::vector<int> belongings(int who) const {
    std::vector<int> held;
    for (const int what : got_[at(who)])
      if (holder(what) == who) held.push_back(what);
    return held;
  }
  /// Where the thing has been since it was first taken, the latest last.
  const std::vector<Stay>& way(int what) const { return way_[at(what)]; }

  int say(std::string line) {
    lines.push_back(std::move(line));
    return static_cast<int>(lines.size()) - 1;
  }
  void stand(int who, int to, int line) {
    really_[at(who)] = where_[at(who)] = to, where_line_[at(who)] = line;
    for (int what = 0; what < static_cast<int>(kThings.size()); ++what)
      if (holder(what) == who) note(what, to, line);
  }
  /// Things lie where they were put; nobody can take what lies elsewhere.
  bool can_take(int who, int what) const {
    if (settled_) return holder(what) < 0 && lies_really_[at(what)] == really_[at(who)];
    return holder(what) < 0 && where(who) >= 0 && (lies_[at(what)] < 0 || lies_[at(what)] == where(who));
  }
  /// Things are given to who stands beside.
  bool can_give(int from, int to, int what) const { return holder(what) == from && from != to && really_[at(from)] == really_[at(to)]; }
  void take(int who, int what, int line) {
    holder_[at(what)] = who, moved_line_[at(what)] = line;
    handled_[at(who)].push_back(line);
    get(who, what);
    note(what, where(who), where_line(who));
    way_[at(what)].back().seen = where_line(who);
  }
  void put_down(int who, int what, int line) {
    holder_[at(what)] = -1, moved_line_[at(what)] = line, lies_[at(what)] = where(who), lies_really_[at(what)] = really_[at(who)];
    put_line_[at(what)] = where_line(who);
    handled_[at(who)].push_back(line);
  }
  void give(int from, int to, int what, int line) {
    holder_[at(what)] = to, moved_line_[at(what)] = line;
    handled_[at(from)].push_back(line), handled_[at(to)].push_back(line);
    get(to, what);
  }
  /// Where the thing is and the line that says of its place, if that is known.
  std::optional<Stay> find(int what) const {
    if (moved_line_[at(what)] < 0) return std::nullopt;
    const int who = holder(what);
    if (who >= 0) return where(who) < 0 ? std::nullopt : std::optional<Stay>({where(who), where_line(who)});
    return Stay{lies_[at(what)], put_line_[at(what)]};
  }
  Story finish(std::string question, std::string answer, std::vector<int> support) const {
    if (support.size() > static_cast<std::size_t>(kMostSupport)) support.erase(support.begin(), support.end() - kMostSupport);
    return {lines, std::move(question), std::move(answer), std::move(support)};
  }

 private:
  static std::size_t at(int index) { return static_cast<std::size_t>(index); }
  void get(int who, int what) {
    auto& got = got_[at(who)];
    if (std::ranges::find(got, what) == got.end()) got.push_back(what);
  }
  void note(int what, int to, int line) {
    auto& way = way_[at(what)];
    if (way.empty() || way.back().place != to) way.push_back({to, line, moved_line_[at(what)], line});
  }

  const StoryCast& cast_;
  std::array<int, 4> where_, where_line_, really_;
  bool settled_ = false;
  std::array<int, 3> holder_, moved_line_, lies_really_, lies_{-1, -1, -1}, put_line_{-1, -1, -1};
  std::array<std::vector<int>, 4> handled_, got_;
  std::array<std::vector<Stay>, 3> way_;
};

inline constexpr int kAskTries = 64;

/// Tells on by `gap()` lines and asks, until there are as many questions as the tale has or it is full; a line more where nothing can be asked
/// yet. `on(lines)` says how many there are then. Empty when it was full before there was anything to ask.
template <class Gap, class On, class Ask>
std::vector<Story> told_on(const Tale& tale, Gap gap, On on, Ask ask, int tries = kAskTries) {
  std::vector<Story> stories;
  for (int more = gap(0); on(more) <= tale.most_lines;) {
    std::optional<Story> story;
    for (int tried = 0; !story && tried < tries; ++tried) story = ask();
    if (story) stories.push_back(std::move(*story));
    if (static_cast<int>(stories.size()) == tale.questions) break;
    more = story ? gap(static_cast<int>(stories.size())) : 1;
  }
  return stories;
}

inline int any_person(Random& random) { return random.below(static_cast<int>(kPeople.size())); }
inline int any_place(Random& random) { return random.below(static_cast<int>(kPlaces.size())); }
/// Any place but that one.
inline int other_place(int than, Random& random) {
  const int places = static_cast<int>(kPlaces.size());
  return than < 0 ? any_place(random) : (than + random.between(1, places - 1)) % places;
}

}  // namespace heed
