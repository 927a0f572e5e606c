// tasks: story kind 21: who gave what to whom, where two of the women are told apart by the colour of their dress only, and "she" is whom
// the line before named.
#include <algorithm>
#include <optional>

#include "tasks/stories.h"

namespace heed {
namespace {

constexpr std::array<const char*, 4> kWomen = {"the woman in the blue dress", "the woman in the red dress", "mary", "sandra"};
constexpr std::array<const char*, 3> kGiving = {"gave", "handed", "passed"};
constexpr std::array<const char*, 3> kTaking = {"took", "got", "picked up"};
constexpr std::array<const char*, 2> kWomenGo = {"went to", "moved to"};

struct Handing {
  int from, to, what, line;
  int named = -1;  ///< the line that says who "she" is
};

class Garden {
 public:
  std::vector<std::string> lines;
  std::vector<Handing> gifts;

  /// One more line: who was named last goes on as "she", or somebody is named.
  void tell(Random& random, bool idle) {
    const bool again = named_ >= 0 && random.below(2) == 0;
    const int who = again ? named_ : random.below(static_cast<int>(kWomen.size()));
    const std::string subject = again ? "she" : woman(who);
    const auto line = static_cast<int>(lines.size());
    if (idle) lines.push_back(subject + " waited");
    else if (const auto held = thing_of(who, random); held && random.below(3) > 0) give(who, *held, subject, again ? line - 1 : -1, random);
    else if (const auto lying = thing_of(-1, random); lying && random.below(2) == 0) {
      holder_[static_cast<std::size_t>(*lying)] = who;
      lines.push_back(subject + " " + any_of(kTaking, random) + " " + thing(*lying));
    } else {
      lines.push_back(subject + " " + any_of(kWomenGo, random) + " " + the(any_of(kPlaces, random)));
    }
    named_ = again ? -1 : who;
  }

  static std::string woman(int who) { return kWomen[static_cast<std::size_t>(who)]; }
  static std::string thing(int what) { return the(kThings[static_cast<std::size_t>(what)]); }

 private:
  std::optional<int> thing_of(int who, Random& random) const {
    const int first = random.below(static_cast<int>(holder_.size()));
    for (int n = 0; n < static_cast<int>(holder_.size()); ++n) {
      const int what = (first + n) % static_cast<int>(holder_.size());
      if (holder_[static_cast<std::size_t>(what)] == who) return what;
    }
    return std::nullopt;
  }
  void give(int who, int what, const std::string& subject, int named, Random& random) {
    const int to = (who + random.between(1, static_cast<int>(kWomen.size()) - 1)) % static_cast<int>(kWomen.size());
    gifts.push_back({who, to, what, static_cast<int>(lines.size()), named});
    holder_[static_cast<std::size_t>(what)] = to;
    lines.push_back(subject + " " + any_of(kGiving, random) + " " + thing(what) + " to " + woman(to));
  }

  std::array<int, kThings.size()> holder_{-1, -1, -1};
  int named_ = -1;  ///< whom the last line named
};

/// A question about one gift that no later one answers too.
std::optional<Story> ask(const Garden& garden, Random& random) {
  if (garden.gifts.empty()) return std::nullopt;
  const auto one = static_cast<std::size_t>(random.below(static_cast<int>(garden.gifts.size())));
  const Handing& gift = garden.gifts[one];
  const int form = random.below(4);
  const auto answers_too = [&](const Handing& other) { return other.what == gift.what && (form != 2 || other.to == gift.to) && (form != 3 || other.from == gift.from); };
  if (std::any_of(garden.gifts.begin() + static_cast<std::ptrdiff_t>(one) + 1, garden.gifts.end(), answers_too)) return std::nullopt;
  const std::string from = Garden::woman(gift.from), to = Garden::woman(gift.to), what = Garden::thing(gift.what);
  const std::array<std::string, 4> questions = {"who gave " + what, "who received " + what, "who gave " + what + " to " + to, "who did " + from + " give " + what + " to"};
  const bool asks_giver = form == 0 || form == 2;
  Story story{garden.lines, questions[static_cast<std::size_t>(form)], asks_giver ? from : to, {gift.line}};
  if (gift.named >= 0 && form != 1) story.support.push_back(gift.named);
  return story;
}

}  // namespace

Story tell_women(Random& random, int size, int distractors) {
  for (;;) {
    Garden garden;
    while (static_cast<int>(garden.lines.size()) < size) garden.tell(random, random.below(10) < distractors);
    if (std::optional<Story> story = ask(garden, random)) return std::move(*story);
  }
}

}  // namespace heed
