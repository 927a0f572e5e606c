// lab: the closed list of what a lesson can wait for, all of it about the learner's own runs, answers and place on the
// timeline. assets/lessons/README.md lists the keys of each.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "lab/attention_shape.h"
#include "lab/lab.h"

namespace heed {

/// "test": lengths as in training; "test_long": longer than any of training.
enum class ScoreSplit : unsigned char { kTest, kTestLong };

struct ScoreName {
  std::string score;  ///< a member of Scores: "exact_match", "alignment_score", ...
  ScoreSplit split = ScoreSplit::kTest;
  int shortest = 0, longest = 0;  ///< not 0: exact match over these source lengths only, whatever the split
};
/// Exactly one is set.
struct Bound {
  std::optional<double> above, below;
  bool holds(double value) const { return above ? value > *above : value < *below; }
};

struct StepReached {
  int run = 0;
  std::uint64_t step = 0;
};
/// at_step: the first evaluation at or after that step decides, for good; 0: the latest one counts, and may still
/// change.
struct ScoreIs {
  int run = 0;
  ScoreName of;
  Bound bound;
  std::uint64_t at_step = 0;
};
/// Score of run `more` minus score of run `less`, at the first step from at_step on (0: the latest) at which both
/// were evaluated.
struct DifferenceIs {
  int more = 1, less = 0;
  ScoreName of;
  Bound bound;
  std::uint64_t at_step = 0;
};
/// The first evaluation at which `first` holds comes no later than that of `then` (strictly earlier when `strictly`).
struct CameBefore {
  int run = 0;
  ScoreName first, then;
  Bound first_bound, then_bound;
  bool strictly = true;
};
/// Most of the probe pictures of the first snapshot at or after at_step (0: the latest) have that shape.
struct PictureIs {
  int run = 0;
  AttentionShape shape = AttentionShape::kMixed;
  std::uint64_t at_step = 0;
};
/// A slot compares with the key of its part.
struct BuiltWith {
  int run = 0;
  std::string path;
  Json value;
};
/// Both runs: same task, same seed, side by side.
struct Comparable {};
/// Moved there by the learner, not live.
struct CursorAt {
  std::uint64_t from = 0, to = 0;
};
struct Tried {
  int run = 0;
  std::optional<bool> exact;
  int longer_than = 0;
  bool longer_than_training = false;
};
/// `choice` empty: any.
struct Answered {
  std::string question, choice;
};

using Predicate = std::variant<StepReached, ScoreIs, DifferenceIs, CameBefore, PictureIs, BuiltWith, Comparable,
                               CursorAt, Tried, Answered>;

enum class CheckState : unsigned char { kOpen, kPassed, kFailed };

struct CheckResult {
  CheckState state = CheckState::kOpen;
  std::string text;             ///< in the state's language, with the number of the learner's own model
  std::optional<double> value;  ///< that number
};

using Answers = std::map<std::string, std::string>;

/// {"is": "score", "run": 0, "split": "test_long", "score": "exact_match", "below": 0.3, "at_step": 600}. Unknown keys
/// are errors.
Result<Predicate> predicate_from_json(const Json& json);
CheckResult check(const Predicate& predicate, const Lab& lab, const Answers& answers);

}  // namespace heed
