// tasks: stories with a question, of the twenty kinds of Weston et al. 2015, "Towards AI-complete question answering: a set of
// prerequisite toy tasks" (arXiv:1502.05698), told by worlds of our own with the words of their files, so that a net that has read ours can
// read theirs. All text is in lower case without stops, words apart by blanks.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "base/rng.h"

namespace heed {

inline constexpr int kStoryKinds = 20;   ///< those of the paper
inline constexpr int kAllStoryKinds = 21;  ///< and one of our own
inline constexpr int kMostSupport = 12;

struct Story {
  std::vector<std::string> lines;
  std::string question, answer;  ///< of several things "apple,milk"; of a way "n,e"
  std::vector<int> support;      ///< lines that the answer rests on, in the order of use; at most kMostSupport
  int kind = 0;                  ///< 1 to 21; 0: not known
};

/// What each kind asks for: "One supporting fact".
const char* story_kind_name(int kind);

struct StoryManner {
  int distractors = 0;  ///< how many of ten lines say what has nothing to do with any question, where the kind has room for them
  /// As in the published tasks, some answers can be had without all that the kind is about: who has been named last is asked for (5, 11 to
  /// 13), chocolate is always the smallest of things (18). Without, anybody is asked for and all sizes are drawn anew.
  bool shortcuts = true;
};

/// A story of about `size` lines; kinds that always take the same number of lines take that.
Story tell_story(int kind, Random& random, int size, const StoryManner& manner);
/// The most lines of a story of that size.
int most_lines(int kind, int size);

/// A story told on with questions in between, as the published files have them.
struct Tale {
  int questions, most_lines;
  StoryManner manner;
};

/// Every word that stories, questions and answers are told in.
const std::vector<std::string>& story_words();

// story_moves.cpp: people who go about, take things and give them away. Kinds 1 to 3, 5 to 8.
Story tell_moves(int kind, Random& random, int size, const StoryManner& manner);
std::vector<Story> tell_moves_on(int kind, Random& random, const Tale& tale);
// story_people.cpp: where people are, said in other ways. Kinds 9 to 14.
Story tell_people(int kind, Random& random, int size, const StoryManner& manner);
std::vector<Story> tell_people_on(int kind, Random& random, const Tale& tale);
// story_women.cpp: two women told apart by their dress. Kind 21.
Story tell_women(Random& random, int size, int distractors);
// story_facts.cpp: what is how. Kinds 4 and 15 to 20.
Story tell_facts(int kind, Random& random, int size, const StoryManner& manner);
std::vector<Story> tell_facts_on(int kind, Random& random, const Tale& tale);

template <class T, std::size_t N>
const T& any_of(const std::array<T, N>& list, Random& random) {
  return list[static_cast<std::size_t>(random.below(static_cast<int>(N)))];
}

inline std::string the(const std::string& what) { return "the " + what; }

inline constexpr std::array<const char*, 4> kPeople = {"mary", "john", "sandra", "daniel"};
inline constexpr std::array<const char*, 4> kPronouns = {"she", "he", "she", "he"};
inline constexpr std::array<const char*, 6> kPlaces = {"bedroom", "kitchen", "garden", "hallway", "bathroom", "office"};
inline constexpr std::array<const char*, 3> kThings = {"apple", "football", "milk"};
inline constexpr std::array<const char*, 4> kCounts = {"none", "one", "two", "three"};  ///< of things

/// What people do where, for kinds 1 to 14 and 20.
inline constexpr std::array<const char*, 5> kGo = {"went to", "moved to", "journeyed to", "travelled to", "went back to"};
inline constexpr std::array<const char*, 4> kTake = {"got", "grabbed", "picked up", "took"};

/// "milk,apple"
inline std::string things_text(const std::vector<int>& things) {
  std::string text;
  for (const int what : things) text += (text.empty() ? "" : ",") + std::string(kThings[static_cast<std::size_t>(what)]);
  return text;
}

}  // namespace heed
