// lab: what lessons wait for, looked up in the lab's state and put in words with the learner's own numbers.
#include "lab/predicate.h"

#include <algorithm>
#include <functional>

#include "lab/describe.h"
#include "lab/json_reader.h"
#include "lab/preset_change.h"
#include "lab/strings.h"

namespace heed {
namespace {

using ScoreMember = float Scores::*;

const std::map<std::string, ScoreMember>& score_members() {
  static const std::map<std::string, ScoreMember> members = {
      {"loss", &Scores::loss},
      {"token_accuracy", &Scores::token_accuracy},
      {"exact_match", &Scores::exact_match},
      {"alignment_score", &Scores::alignment_score},
      {"alignment_argmax", &Scores::alignment_argmax},
      {"alignment_near", &Scores::alignment_near},
      {"attention_entropy", &Scores::attention_entropy},
  };
  return members;
}

/// Mean over the lengths of which there were examples; negative when there were none.
double exact_match_between(const Evaluation& evaluation, int shortest, int longest) {
  double sum = 0;
  int lengths = 0;
  const auto& by_length = evaluation.exact_match_by_length;
  for (int length = shortest; length <= longest && length < static_cast<int>(by_length.size()); ++length) {
    if (by_length[static_cast<std::size_t>(length)] < 0) continue;
    sum += by_length[static_cast<std::size_t>(length)];
    ++lengths;
  }
  return lengths > 0 ? sum / lengths : -1;
}

double score_in(const Evaluation& evaluation, const ScoreName& name) {
  if (name.shortest > 0) return exact_match_between(evaluation, name.shortest, name.longest);
  return (name.split == ScoreSplit::kTest ? evaluation.test : evaluation.test_long).*score_members().at(name.score);
}

const RunView& view_of(const Lab& lab, int run) {
  return lab.state().runs[static_cast<std::size_t>(run)];
}

/// at_step 0: the latest.
const Evaluation* evaluation_for(const RunView& run, std::uint64_t at_step) {
  const std::vector<Evaluation>& all = run.timeline.evaluations();
  if (all.empty()) return nullptr;
  if (at_step == 0) return &all.back();
  for (const Evaluation& evaluation : all) {
    if (evaluation.step >= at_step) return &evaluation;
  }
  return nullptr;
}

std::string run_label(const Lab& lab, int run) {
  return lab.state().compare ? run_name(lab.state(), run) : tr("run.yours");
}

std::string score_label(const ScoreName& of) {
  if (of.shortest > 0) {
    return tr("score.exact_match.lengths", {std::to_string(of.shortest), std::to_string(of.longest)});
  }
  return tr("score." + of.score + (of.split == ScoreSplit::kTest ? "" : ".long"));
}

/// The shape that most of a snapshot's pictures have; kMixed without one.
AttentionShape common_shape(const Snapshot& snapshot, const std::string& tap_name) {
  std::map<AttentionShape, std::size_t> counts;
  for (const ProbeShot& shot : snapshot.probes) {
    const TapValue* tap = find_tap(shot, tap_name);
    if (tap) ++counts[attention_picture(*tap, judged_outputs(shot, shot.target)).shape];
  }
  for (const auto& [shape, count] : counts) {
    if (2 * count > snapshot.probes.size()) return shape;
  }
  return AttentionShape::kMixed;
}

std::string bound_text(const Bound& bound) {
  return bound.above ? tr("check.above", {number_text(*bound.above)}) : tr("check.below", {number_text(*bound.below)});
}

CheckResult open(std::string text) {
  return {CheckState::kOpen, std::move(text), std::nullopt};
}

struct Checker {
  const Lab& lab;
  const Answers& answers;

  CheckResult operator()(const StepReached& p) const {
    const RunView& run = view_of(lab, p.run);
    const std::uint64_t step = run.used ? run.step : 0;
    return {step >= p.step ? CheckState::kPassed : CheckState::kOpen,
            tr("check.step", {run_label(lab, p.run), count_text(step), count_text(p.step)}), static_cast<double>(step)};
  }
  CheckResult operator()(const ScoreIs& p) const {
    const Evaluation* evaluation = evaluation_for(view_of(lab, p.run), p.at_step);
    const std::string what = score_label(p.of), who = run_label(lab, p.run);
    if (!evaluation) return open(waiting(who, what, p.bound, p.at_step));
    const double value = score_in(*evaluation, p.of);
    const bool holds = value >= 0 && p.bound.holds(value);
    const CheckState otherwise = p.at_step > 0 ? CheckState::kFailed : CheckState::kOpen;
    return {holds ? CheckState::kPassed : otherwise,
            tr("check.score", {who, what, number_text(value), count_text(evaluation->step), bound_text(p.bound)}),
            value};
  }
  CheckResult operator()(const DifferenceIs& p) const {
    const std::string who = tr("check.difference_of", {run_label(lab, p.more), run_label(lab, p.less)}),
                      what = score_label(p.of);
    const auto& more = view_of(lab, p.more).timeline.evaluations();
    const auto& less = view_of(lab, p.less).timeline.evaluations();
    const Evaluation *a = nullptr, *b = nullptr;
    for (const Evaluation& left : more) {
      for (const Evaluation& right : less) {
        if (left.step != right.step || left.step < p.at_step || (p.at_step > 0 && a)) continue;
        a = &left;
        b = &right;
      }
    }
    if (!a) return open(waiting(who, what, p.bound, p.at_step));
    const double value = score_in(*a, p.of) - score_in(*b, p.of);
    const CheckState otherwise = p.at_step > 0 ? CheckState::kFailed : CheckState::kOpen;
    return {p.bound.holds(value) ? CheckState::kPassed : otherwise,
            tr("check.score", {who, what, signed_text(value), count_text(a->step), bound_text(p.bound)}), value};
  }
  CheckResult operator()(const CameBefore& p) const {
    const std::optional<std::uint64_t> first = crossing(p.run, p.first, p.first_bound),
                                       then = crossing(p.run, p.then, p.then_bound);
    const auto at = [](const std::optional<std::uint64_t>& step) {
      return step ? tr("check.at_step", {count_text(*step)}) : tr("check.not_yet");
    };
    const std::string text = tr("check.came_before", {score_label(p.first) + " " + bound_text(p.first_bound), at(first),
                                                      score_label(p.then) + " " + bound_text(p.then_bound), at(then)});
    if (!first && !then) return open(text);
    const bool before = first && (!then || (p.strictly ? *first < *then : *first <= *then));
    return {before ? CheckState::kPassed : CheckState::kFailed, text, std::nullopt};
  }
  CheckResult operator()(const PictureIs& p) const {
    const RunView& run = view_of(lab, p.run);
    const Snapshot* snapshot = nullptr;
    for (const Snapshot& candidate : run.timeline.snapshots()) {
      if (p.at_step == 0 || (candidate.step >= p.at_step && !snapshot)) snapshot = &candidate;
    }
    const std::string who = run_label(lab, p.run), wanted = tr(shape_key(p.shape));
    if (!snapshot) return open(tr("check.picture_waits", {who, wanted}));
    const AttentionShape shape = common_shape(*snapshot, run.alignment_tap);
    const CheckState otherwise = p.at_step > 0 ? CheckState::kFailed : CheckState::kOpen;
    return {shape == p.shape ? CheckState::kPassed : otherwise,
            tr("check.picture", {who, tr(shape_key(shape)), count_text(snapshot->step), wanted}), std::nullopt};
  }
  CheckResult operator()(const BuiltWith& p) const {
    const RunView& run = view_of(lab, p.run);
    const bool built = run.used && preset_value(run.preset, p.path) == p.value;
    const std::string value = p.value.is_string() ? part_label(p.path, p.value.get<std::string>()) : p.value.dump();
    const std::string shown = tr("check.built", {run_label(lab, p.run), tr_or(p.path + ".label", p.path), value});
    return {built ? CheckState::kPassed : CheckState::kOpen, shown, std::nullopt};
  }
  CheckResult operator()(const Comparable&) const {
    const Json &first = view_of(lab, 0).preset, &second = view_of(lab, 1).preset;
    const bool same = lab.state().compare && first.is_object() && second.is_object() &&
                      first.value("task", Json()) == second.value("task", Json()) &&
                      first.value("seed", Json()) == second.value("seed", Json());
    return {same ? CheckState::kPassed : CheckState::kOpen, tr("check.comparable"), std::nullopt};
  }
  CheckResult operator()(const CursorAt& p) const {
    const Cursor& cursor = lab.state().cursor;
    const bool there = !cursor.live && cursor.step >= p.from && cursor.step <= p.to && !lab.cursor_stops().empty();
    return {there ? CheckState::kPassed : CheckState::kOpen, tr("check.cursor", {count_text(p.from), count_text(p.to)}),
            std::nullopt};
  }
  CheckResult operator()(const Tried& p) const {
    const RunView& run = view_of(lab, p.run);
    const ProbeShot& shot = run.tried.shot;
    const auto length = static_cast<int>(shot.source.size());
    const int least = p.longer_than_training ? std::max(p.longer_than, run.max_source_length) : p.longer_than;
    const char* wish = !p.exact ? "check.tried_any" : *p.exact ? "check.tried_right" : "check.tried_wrong";
    const std::string text =
        run_label(lab, p.run) + ": " + tr(wish) +
        (least > 0 ? " " + tr("check.tried_longer", {count_text(static_cast<std::uint64_t>(least))}) : "");
    const bool answered = run.has_tried && !run.try_pending && run.tried.error.empty();
    const bool fits = answered && length > least && (!p.exact || (!shot.target.empty() && shot.exact == *p.exact));
    return {fits ? CheckState::kPassed : CheckState::kOpen, text, std::nullopt};
  }
  CheckResult operator()(const Answered& p) const {
    const auto given = answers.find(p.question);
    const bool right = given != answers.end() && (p.choice.empty() || given->second == p.choice);
    return {right ? CheckState::kPassed : CheckState::kOpen, tr("check.answered"), std::nullopt};
  }

  static std::string waiting(const std::string& who, const std::string& what, const Bound& bound,
                             std::uint64_t at_step) {
    return at_step > 0 ? tr("check.score_waits_until", {who, what, count_text(at_step), bound_text(bound)})
                       : tr("check.score_waits", {who, what, bound_text(bound)});
  }
  static std::string signed_text(double value) {
    return (value < 0 ? "\xE2\x88\x92" : "+") + number_text(value < 0 ? -value : value);
  }
  std::optional<std::uint64_t> crossing(int run, const ScoreName& of, const Bound& bound) const {
    for (const Evaluation& evaluation : view_of(lab, run).timeline.evaluations()) {
      const double value = score_in(evaluation, of);
      if (value >= 0 && bound.holds(value)) return evaluation.step;
    }
    return std::nullopt;
  }
};

int run_in(JsonReader& r, const char* key, int fallback) {
  return r.integer(key, fallback, 0, kMaxRuns - 1);
}

std::uint64_t step_in(JsonReader& r, const char* key, bool needed) {
  return static_cast<std::uint64_t>(r.integer(key, needed ? std::nullopt : std::optional<int>(0), 0, 100'000'000));
}

ScoreName score_name_in(JsonReader& r) {
  std::vector<std::string> names;
  for (const auto& [name, member] : score_members()) names.push_back(name);
  const std::string split = r.has("split") ? r.choice("split", {"test", "test_long"}) : r.text("split", "test");
  ScoreName name{r.choice("score", names), split == "test_long" ? ScoreSplit::kTestLong : ScoreSplit::kTest};
  const Json lengths = r.optional_value("lengths");
  if (lengths.is_null()) return name;
  const bool pair =
      lengths.is_array() && lengths.size() == 2 && lengths[0].is_number_integer() && lengths[1].is_number_integer();
  if (!pair || lengths[0] < 1 || lengths[1] < lengths[0] || lengths[1] > 1000 || name.score != "exact_match") {
    r.fail("lengths", "expected [shortest, longest], with the score 'exact_match'");
    return name;
  }
  name.shortest = lengths[0];
  name.longest = lengths[1];
  return name;
}

AttentionShape shape_in(JsonReader& r) {
  static const std::vector<std::pair<std::string, AttentionShape>> shapes = {
      {"even", AttentionShape::kEven},
      {"diagonal", AttentionShape::kDiagonal},
      {"anti_diagonal", AttentionShape::kAntiDiagonal},
      {"one_input", AttentionShape::kOneInput},
      {"sharp", AttentionShape::kSharp},
      {"mixed", AttentionShape::kMixed}};
  std::vector<std::string> names;
  for (const auto& [name, shape] : shapes) names.push_back(name);
  const std::string chosen = r.choice("shape", names);
  for (const auto& [name, shape] : shapes) {
    if (name == chosen) return shape;
  }
  return AttentionShape::kMixed;
}

Bound bound_in(JsonReader& r) {
  Bound bound{r.real("above"), r.real("below")};
  if (bound.above.has_value() == bound.below.has_value()) {
    r.fail("above", "give either 'above' or 'below', a number");
    bound = Bound{0.0, std::nullopt};
  }
  return bound;
}

/// {"score": ..., "split": ..., "above": ...} inside came_before.
void crossing_in(JsonReader& outer, const std::string& key, ScoreName& name, Bound& bound) {
  const Json inner = outer.value(key);
  if (!inner.is_object()) return outer.fail(key, "expected an object with a score and a bound");
  JsonReader reader(inner, key);
  name = score_name_in(reader);
  bound = bound_in(reader);
  if (const std::string problem = reader.problem(); !problem.empty()) outer.fail(key, problem);
}

Predicate came_before_in(JsonReader& r) {
  CameBefore p;
  p.run = run_in(r, "run", 0);
  crossing_in(r, "first", p.first, p.first_bound);
  crossing_in(r, "then", p.then, p.then_bound);
  p.strictly = r.flag("strictly", true);
  return p;
}

Predicate built_in(JsonReader& r) {
  BuiltWith p{run_in(r, "run", 0), r.text("path"), r.value("value")};
  if (!p.path.empty() && !is_preset_path(p.path)) r.fail("path", "'" + p.path + "' is no setting of a preset");
  return p;
}

Predicate cursor_in(JsonReader& r) {
  CursorAt p{step_in(r, "from", true), step_in(r, "to", true)};
  if (p.to < p.from) r.fail("to", "is smaller than 'from'");
  return p;
}

using PredicateMaker = std::function<Predicate(JsonReader&)>;

const std::map<std::string, PredicateMaker>& predicate_makers() {
  static const std::map<std::string, PredicateMaker> table = {
      {"step",
       [](JsonReader& r) {
         return StepReached{run_in(r, "run", 0), step_in(r, "step", true)};
       }},
      {"score",
       [](JsonReader& r) {
         return ScoreIs{run_in(r, "run", 0), score_name_in(r), bound_in(r), step_in(r, "at_step", false)};
       }},
      {"difference",
       [](JsonReader& r) {
         return DifferenceIs{run_in(r, "more", 1), run_in(r, "less", 0), score_name_in(r), bound_in(r),
                             step_in(r, "at_step", false)};
       }},
      {"came_before", came_before_in},
      {"picture",
       [](JsonReader& r) {
         return PictureIs{run_in(r, "run", 0), shape_in(r), step_in(r, "at_step", false)};
       }},
      {"built", built_in},
      {"comparable", [](JsonReader&) { return Comparable{}; }},
      {"cursor", cursor_in},
      {"tried",
       [](JsonReader& r) {
         return Tried{run_in(r, "run", 0), r.optional_flag("exact"), r.integer("longer_than", 0, 0, 64),
                      r.flag("longer_than_training", false)};
       }},
      {"answered",
       [](JsonReader& r) {
         return Answered{r.text("question"), r.text("choice", "")};
       }},
  };
  return table;
}

}  // namespace

Result<Predicate> predicate_from_json(const Json& json) {
  if (!json.is_object() || !json.contains("is") || !json["is"].is_string()) {
    return Error{"a check is an object like {\"is\": \"step\", \"run\": 0, \"step\": 400}"};
  }
  const std::string name = json["is"].get<std::string>();
  const auto found = predicate_makers().find(name);
  if (found == predicate_makers().end()) {
    std::vector<std::string> names;
    for (const auto& [key, make] : predicate_makers()) names.push_back(key);
    return Error{unknown_word("check", name, names)};
  }
  JsonReader reader(json, name);
  reader.text("is");
  Predicate predicate = found->second(reader);
  if (const std::string problem = reader.problem(); !problem.empty()) return Error{problem};
  return predicate;
}

CheckResult check(const Predicate& predicate, const Lab& lab, const Answers& answers) {
  return std::visit(Checker{lab, answers}, predicate);
}

}  // namespace heed
