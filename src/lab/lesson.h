// lab: lessons are data. A lesson is lesson.json (steps in a closed vocabulary: say, apply, highlight, show, ask,
// wait_for) beside one text.LANG.md and one strings.LANG.json per language; assets/lessons/README.md is the reference
// of the format. The player keeps the learner's place and predictions, looks at the learner's own runs, and says as
// JSON what the page has to show. No ImGui, no clock: conditions count training steps, never seconds.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "lab/lab.h"
#include "lab/predicate.h"

namespace heed {

struct LessonButton {
  std::string id, label;  ///< label: key in strings.LANG.json
  std::vector<LabCommand> commands;
};

struct LessonChoice {
  std::string id, label;
  std::vector<Predicate> when;  ///< what together makes this choice the true one; none: true when no other is
};

/// A prediction, asked before the result. Settled by the learner's own runs once every predicate of `settled_by` has
/// passed.
struct LessonQuestion {
  std::string id, text;
  std::vector<LessonChoice> choices;
  std::vector<Predicate> settled_by;
};

struct LessonStep {
  std::string id, title;
  std::string say;                       ///< section of text.LANG.md
  std::vector<LabCommand> apply;         ///< once, when the learner first comes here
  std::vector<LabCommand> show;          ///< each time: look, probe, truth, cursor
  std::vector<std::string> highlight;    ///< widget ids (lab/widget_ids.h)
  std::vector<std::string> predictions;  ///< earlier questions to show again, with what really happened
  std::vector<LessonButton> buttons;
  std::optional<LessonQuestion> ask;
  std::vector<Predicate> needs;     ///< the set-up without which the checks mean nothing
  std::vector<LabCommand> restore;  ///< brings that set-up back
  std::vector<Predicate> wait_for;  ///< the checks
};

struct Lesson {
  std::string slug, title, summary;  ///< title and summary: keys in strings.LANG.json
  int minutes = 0;
  std::vector<LessonStep> steps;
  std::map<std::string, Json> strings;  ///< per language, flat
};

/// What a lesson's folder holds. `sections`: ids of the headings of text.LANG.md; left empty on the page, where nobody
/// checks them.
struct LessonSource {
  Json lesson;
  std::map<std::string, Json> strings;
  std::map<std::string, std::vector<std::string>> sections;
  std::vector<std::string> taps;  ///< of the lesson's models; left empty on the page too
};

/// Checks every widget id, path, preset, tap, predicate, command, key and section, in every language. The error lists
/// all that is wrong, one per line: "lesson.json: steps[3].wait_for[0].score: unknown score 'exact_mach'; did you mean
/// 'exact_match'?".
Result<Lesson> load_lesson(const LessonSource& source);

/// Ids of the headings "## Title {#id}" of a text, in order.
std::vector<std::string> lesson_sections(std::string_view markdown);
/// One folder from disk.
Result<LessonSource> read_lesson_folder(const std::string& folder);

struct LessonReport {
  std::string folder;
  bool ok = false;
  std::string message;  ///< "12 steps, en fr" or what is wrong, one line per mistake
};
/// Every folder under `directory` that holds a lesson.json, in order of name (`heed-cli lessons check [DIR]`).
std::vector<LessonReport> check_lessons(const std::string& directory);

class LessonPlayer {
 public:
  /// `progress` as view()["progress"] gave it, or null. Progress of another lesson or of a step that is gone starts at
  /// the beginning.
  LessonPlayer(Lesson lesson, const Json& progress = nullptr);

  /// Applies the current step to the lab; call once after construction.
  void enter(Lab& lab);
  /// {"do": "next" | "back" | "skip" | "restart"} · {"do": "go", "step": ID} (a step already seen) · {"do": "press",
  /// "button": ID} ·
  /// {"do": "answer", "question": ID, "choice": ID}. Errors say what is wrong with the act; nothing has changed then.
  Status act(const Json& act, Lab& lab);
  /// The message {"kind": "lesson_view", ...} for the page; see assets/lessons/README.md.
  Json view(const Lab& lab) const;
  /// True when view() differs from what it was at the last call; cheap when the lab's revision has not moved.
  bool refresh(const Lab& lab);

  const Lesson& lesson() const { return lesson_; }
  int step() const { return step_; }
  const std::map<std::string, std::string>& answers() const { return answers_; }

 private:
  const LessonStep& current() const { return lesson_.steps[static_cast<std::size_t>(step_)]; }
  const LessonQuestion* question(const std::string& id) const;
  const std::string& text(const Lab& lab, const std::string& key) const;
  bool needs_hold(const Lab& lab) const;
  bool passed(const Lab& lab) const;
  CheckResult result(std::size_t index, const Lab& lab) const;
  void observe(const Lab& lab);
  void go_to(int step, Lab& lab);
  Status press(const Json& act, Lab& lab);
  Status answer(const Json& act);
  Json view_outcome(const Lab& lab, const LessonQuestion& asked) const;
  Json view_question(const Lab& lab, const LessonQuestion& asked) const;
  Json view_predictions(const Lab& lab) const;
  Json view_steps(const Lab& lab) const;
  Json view_buttons(const Lab& lab, bool broken) const;
  Json view_checks(const Lab& lab, bool broken) const;
  Json progress() const;
  void read_progress(const Json& progress);
  int index_of(const std::string& step) const;

  Lesson lesson_;
  int step_ = 0, reached_ = -1;  ///< reached_: the furthest step that was entered
  std::map<std::string, std::string> answers_;
  std::map<std::string, std::string> settled_;  ///< question -> the choice that came true, kept once known
  std::set<std::string> skipped_;
  std::set<std::size_t> met_;  ///< checks of this step about passing moments (cursor, own input) that were met
  std::uint64_t seen_revision_ = ~std::uint64_t{0};
  bool stale_ = true;
  Json last_view_;
};

}  // namespace heed
