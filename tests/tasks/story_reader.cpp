// tests/tasks: see story_reader.h.
#include "tasks/story_reader.h"

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <sstream>

namespace heed::test {

std::vector<std::string> story_words_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

namespace {

using Words = std::vector<std::string>;
using Text = std::vector<Words>;

bool one_of(const std::string& word, const std::set<std::string>& list) { return list.contains(word); }
bool says(const Words& words, const std::string& word) { return std::ranges::find(words, word) != words.end(); }
bool is_going(const std::string& verb) { return one_of(verb, {"went", "moved", "journeyed", "travelled"}); }

struct Reading {
  std::map<std::string, std::string> place, holder, lies;  // of people; of things; of things
  std::map<std::string, Words> way, belongings;            // of things; of people, as they first got them
  struct Given {
    std::string from, what, to;
  };
  std::vector<Given> gifts;

  void note(const std::string& thing, const std::string& where) {
    if (!where.empty() && (way[thing].empty() || way[thing].back() != where)) way[thing].push_back(where);
  }
  void go(const std::string& who, const std::string& to) {
    place[who] = to;
    for (const auto& [thing, by] : holder)
      if (by == who) note(thing, to);
  }
  void line(const Words& words) {
    const std::string &who = words[0], &verb = words[1], &last = words[words.size() - (words.back() == "there" ? 2 : 1)];
    if (is_going(verb)) {
      go(who, last);
    } else if (one_of(verb, {"got", "grabbed", "picked", "took"})) {
      holder[last] = who;
      got(who, last);
      lies.erase(last);
      note(last, place[who]);
    } else if (one_of(verb, {"dropped", "left", "discarded", "put"})) {
      holder[last].clear();
      lies[last] = place[who];
    } else if (one_of(verb, {"gave", "handed", "passed"})) {
      gifts.push_back({who, words[3], last});
      holder[words[3]] = last;
      got(last, words[3]);
    }
  }
  void got(const std::string& who, const std::string& thing) {
    if (Words& list = belongings[who]; std::ranges::find(list, thing) == list.end()) list.push_back(thing);
  }
  std::string find(const std::string& thing) {
    if (!holder[thing].empty()) return place[holder[thing]];
    return lies[thing];
  }
};

std::string before(const Words& way, const std::string& where) {
  for (std::size_t n = way.size(); n-- > 1;)
    if (way[n] == where) return way[n - 1];
  return "";
}

std::string who_gave(const Reading& reading, const Words& asked) {
  for (auto gift = reading.gifts.rbegin(); gift != reading.gifts.rend(); ++gift) {
    const auto& [from, what, to] = *gift;
    if (asked[0] == "what") {
      if (asked[2] == from && asked.back() == to) return what;
    } else if (asked[1] == "did") {
      if (asked[2] == from && asked[5] == what) return to;
    } else if (asked[1] == "received") {
      if (asked[3] == what) return to;
    } else if (asked[3] == what && (asked.size() == 4 || asked[5] == to)) {
      return from;
    }
  }
  return "";
}

std::string read_moves(int kind, const Text& lines, const Words& asked) {
  Reading reading;
  for (const Words& line : lines) reading.line(line);
  static const char* kNumbers[] = {"none", "one", "two", "three"};
  std::string list;
  std::size_t count = 0;
  switch (kind) {
    case 1: return reading.place[asked.back()];
    case 2: return reading.find(asked.back());
    case 3: return before(reading.way[asked[3]], asked.back());
    case 5: return who_gave(reading, asked);
    case 6: return reading.place[asked[1]].empty() ? "" : reading.place[asked[1]] == asked.back() ? "yes" : "no";
    case 7:
    case 8:
      for (const std::string& thing : reading.belongings[asked[kind == 7 ? 4 : 2]]) {
        if (reading.holder[thing] != asked[kind == 7 ? 4 : 2]) continue;
        ++count;
        list += (list.empty() ? "" : ",") + thing;
      }
      return kind == 7 ? kNumbers[count] : list.empty() ? "nothing" : list;
  }
  return "";
}

/// Kinds 9 and 10.
std::string read_unsure(const Text& lines, const Words& asked) {
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    if ((*line)[0] != asked[1]) continue;
    const bool denied = says(*line, "not") || says(*line, "no");
    const bool named = says(*line, asked.back());
    if (says(*line, "either")) return named ? "maybe" : "no";
    if (denied) return named ? "no" : "";
    return named ? "yes" : "no";
  }
  return "";
}

/// Kinds 11 to 13: the people that "he", "she" and "they" stand for are those of the line before.
std::string read_together(const Text& lines, const Words& asked) {
  std::map<std::string, std::string> place;
  Words last;
  for (const Words& line : lines) {
    const bool again = says(line, "he") || says(line, "she") || says(line, "they");
    if (!again) last = says(line, "and") ? Words{line[0], line[2]} : Words{line[0]};
    for (const std::string& who : last) place[who] = line.back();
    if (again) last.clear();
  }
  return place[asked.back()];
}

std::string read_times(const Text& lines, const Words& asked) {
  static const char* kOrder[] = {"yesterday", "morning", "afternoon", "evening"};
  Words way;
  for (const char* time : kOrder) {
    for (const Words& line : lines) {
      if (!says(line, time) || !says(line, asked[2])) continue;
      const auto the = std::ranges::find(line, "the");
      way.push_back(*(the + 1));
    }
  }
  return before(way, asked.back());
}

std::string read_sides(const Text& lines, const Words& asked) {
  static const std::map<std::string, std::string> kBack = {{"north", "south"}, {"south", "north"}, {"east", "west"}, {"west", "east"}};
  // What is on that side of the place asked about.
  const bool is_last = asked.back() != "of";
  const std::string place = is_last ? asked.back() : asked[3], side = is_last ? asked[2] : kBack.at(asked[4]);
  for (const Words& line : lines) {  // the A is DIRECTION of the B
    const std::string &a = line[1], &direction = line[3], &b = line.back();
    if (b == place && direction == side) return a;
    if (a == place && kBack.at(direction) == side) return b;
  }
  return "";
}

std::string read_deduction(const Text& lines, const Words& asked) {
  static const std::map<std::string, std::string> kMany = {{"mice", "mouse"}, {"cats", "cat"}, {"wolves", "wolf"}, {"sheep", "sheep"}};
  std::string is;
  for (const Words& line : lines)
    if (line[0] == asked[2]) is = line.back();
  for (const Words& line : lines)
    if (line[1] == "are" && kMany.at(line[0]) == is) return kMany.at(line.back());
  return "";
}

std::string read_induction(const Text& lines, const Words& asked) {
  std::map<std::string, std::string> is, colour;
  for (const Words& line : lines) (line[2] == "a" ? is : colour)[line[0]] = line.back();
  for (const auto& [name, kind] : is)
    if (kind == is[asked.back()] && colour.contains(name)) return colour[name];
  return "";
}

/// The words of the thing named at `at`, which is behind "the": up to a word that says how it is.
std::string thing_at(const Words& words, std::size_t at) {
  static const std::set<std::string> kEnds = {"is", "above", "below", "to", "fits", "fit", "bigger", "in", "inside", "than"};
  std::string thing;
  for (; at < words.size() && !kEnds.contains(words[at]); ++at) thing += (thing.empty() ? "" : " ") + words[at];
  return thing;
}
/// The last thing of a sentence.
std::string last_thing(const Words& words) {
  const auto the = std::ranges::find(words.rbegin(), words.rend(), "the");
  return thing_at(words, static_cast<std::size_t>(words.rend() - the));
}

/// "to the right of": what stands between the two things named.
std::string read_positions(const Text& lines, const Words& asked) {
  struct Place {
    int x = 0, y = 0;
  };
  const auto step = [](const Words& words) -> Place {
    return says(words, "above") ? Place{0, 1} : says(words, "below") ? Place{0, -1} : says(words, "right") ? Place{1, 0} : Place{-1, 0};
  };
  std::map<std::string, Place> at;
  const std::string from = last_thing(asked), to = thing_at(asked, 2);
  at[from] = {};
  for (std::size_t rounds = 0; rounds < lines.size(); ++rounds) {
    for (const Words& line : lines) {
      const std::string a = thing_at(line, 1), b = last_thing(line);
      const Place by = step(line);
      if (at.contains(b) && !at.contains(a)) at[a] = {at[b].x + by.x, at[b].y + by.y};
      if (at.contains(a) && !at.contains(b)) at[b] = {at[a].x - by.x, at[a].y - by.y};
    }
  }
  if (!at.contains(to)) return "";
  const Place by = step(asked);
  return at[to].x * by.x + at[to].y * by.y > 0 ? "yes" : "no";
}

std::string read_sizes(const Text& lines, const Words& asked) {
  std::set<std::pair<std::string, std::string>> smaller;
  for (const Words& line : lines) {
    if (says(line, "fits")) smaller.insert({thing_at(line, 1), last_thing(line)});
    else smaller.insert({last_thing(line), thing_at(line, 1)});
  }
  for (std::size_t rounds = 0; rounds < lines.size(); ++rounds)
    for (const auto& [a, b] : std::set(smaller))
      for (const auto& [c, d] : std::set(smaller))
        if (b == c) smaller.insert({a, d});
  const bool fits = asked[0] == "does";
  const std::string small = fits ? thing_at(asked, 2) : last_thing(asked), large = fits ? last_thing(asked) : thing_at(asked, 2);
  return smaller.contains({small, large}) ? "yes" : smaller.contains({large, small}) ? "no" : "";
}

/// The shortest way, breadth first.
std::string read_ways(const Text& lines, const Words& asked) {
  static const std::map<std::string, std::pair<std::string, std::string>> kLetters = {
      {"north", {"n", "s"}}, {"east", {"e", "w"}}, {"south", {"s", "n"}}, {"west", {"w", "e"}}};
  std::map<std::string, std::string> way{{asked[6], ""}};
  std::deque<std::string> open{asked[6]};
  while (!open.empty()) {
    const std::string here = open.front();
    open.pop_front();
    for (const Words& line : lines) {  // the A is DIRECTION of the B
      const auto& [there, back] = kLetters.at(line[3]);
      for (const auto& [from, to, letter] : {std::tuple{line.back(), line[1], there}, std::tuple{line[1], line.back(), back}}) {
        if (from != here || way.contains(to)) continue;
        way[to] = way[here] + (way[here].empty() ? "" : ",") + letter;
        open.push_back(to);
      }
    }
  }
  return way[asked.back()];
}

std::string read_motives(const Text& lines, const Words& asked) {
  static const std::map<std::string, std::string> kWhere = {{"hungry", "kitchen"}, {"thirsty", "kitchen"}, {"bored", "garden"}, {"tired", "bedroom"}};
  for (const Words& line : lines) {
    if (line[0] != asked[2] || line[1] != "is") continue;
    return asked[0] == "why" ? line.back() : kWhere.at(line.back());
  }
  return "";
}

/// Kind 21: a woman is a name, or "the woman in the COLOUR dress"; "she" is whom the line before named.
std::string woman_at(const Words& words, std::size_t at) {
  if (at >= words.size()) return "";
  return words[at] == "the" ? "the woman in the " + words.at(at + 4) + " dress" : words[at];
}

std::string read_women(const Text& lines, const Words& asked) {
  Reading reading;
  std::string named;
  for (const Words& line : lines) {
    const std::string who = line[0] == "she" ? named : woman_at(line, 0);
    named = line[0] == "she" ? "" : who;
    for (std::size_t at = 0; at + 4 < line.size(); ++at)  // VERB the THING to WOMAN
      if (one_of(line[at], {"gave", "handed", "passed"})) reading.gifts.push_back({who, line[at + 2], woman_at(line, at + 4)});
  }
  for (auto gift = reading.gifts.rbegin(); gift != reading.gifts.rend(); ++gift) {
    const std::string& verb = asked[1];
    if (verb == "did") {
      const auto give = static_cast<std::size_t>(std::ranges::find(asked, "give") - asked.begin());
      if (asked.at(give + 2) == gift->what && woman_at(asked, 2) == gift->from) return gift->to;
    } else if (asked[3] == gift->what) {
      if (verb == "received") return gift->to;
      if (asked.size() == 4 || woman_at(asked, 5) == gift->to) return gift->from;
    }
  }
  return "";
}

}  // namespace

std::string read_story(int kind, const std::vector<std::string>& story, const std::string& question) {
  Text lines;
  for (const std::string& line : story) lines.push_back(story_words_of(line));
  const Words asked = story_words_of(question);
  switch (kind) {
    case 4: return read_sides(lines, asked);
    case 9:
    case 10: return read_unsure(lines, asked);
    case 11:
    case 12:
    case 13: return read_together(lines, asked);
    case 14: return read_times(lines, asked);
    case 15: return read_deduction(lines, asked);
    case 16: return read_induction(lines, asked);
    case 17: return read_positions(lines, asked);
    case 18: return read_sizes(lines, asked);
    case 19: return read_ways(lines, asked);
    case 20: return read_motives(lines, asked);
    case 21: return read_women(lines, asked);
    default: return read_moves(kind, lines, asked);
  }
}

}  // namespace heed::test
