// lab: the lesson player: place, predictions, checks, and the view for the page.
#include "lab/lesson.h"

#include <algorithm>

#include "lab/json_reader.h"
#include "lab/strings.h"

namespace heed {
namespace {

void apply_all(Lab& lab, const std::vector<LabCommand>& commands) {
  for (const LabCommand& command : commands) lab.apply(command);
}

/// What the learner did in passing stays done; scores are looked at afresh.
bool is_moment(const Predicate& predicate) {
  return std::holds_alternative<CursorAt>(predicate) || std::holds_alternative<Tried>(predicate);
}

const char* state_name(CheckState state) {
  switch (state) {
    case CheckState::kPassed:
      return "passed";
    case CheckState::kFailed:
      return "failed";
    case CheckState::kOpen:
      return "open";
  }
  return "open";
}

std::string text_in(const Json& object, const char* key) {
  return object.is_object() && object.contains(key) && object[key].is_string() ? object[key].get<std::string>()
                                                                               : std::string();
}

}  // namespace

LessonPlayer::LessonPlayer(Lesson lesson, const Json& progress) : lesson_(std::move(lesson)) {
  read_progress(progress);
}

void LessonPlayer::enter(Lab& lab) {
  lab.mutable_state().lesson = lesson_.slug;
  go_to(step_, lab);
}

int LessonPlayer::index_of(const std::string& step) const {
  for (std::size_t i = 0; i < lesson_.steps.size(); ++i) {
    if (lesson_.steps[i].id == step) return static_cast<int>(i);
  }
  return -1;
}

const LessonQuestion* LessonPlayer::question(const std::string& id) const {
  for (const LessonStep& step : lesson_.steps) {
    if (step.ask && step.ask->id == id) return &*step.ask;
  }
  return nullptr;
}

const std::string& LessonPlayer::text(const Lab& lab, const std::string& key) const {
  for (const std::string& language : {lab.state().language, std::string("en")}) {
    const auto table = lesson_.strings.find(language);
    if (table == lesson_.strings.end()) continue;
    if (const auto found = table->second.find(key); found != table->second.end())
      return found->get_ref<const std::string&>();
  }
  return key;
}

bool LessonPlayer::needs_hold(const Lab& lab) const {
  return std::all_of(current().needs.begin(), current().needs.end(),
                     [&](const Predicate& need) { return check(need, lab, answers_).state == CheckState::kPassed; });
}

CheckResult LessonPlayer::result(std::size_t index, const Lab& lab) const {
  CheckResult found = check(current().wait_for[index], lab, answers_);
  if (met_.contains(index)) found.state = CheckState::kPassed;
  return found;
}

bool LessonPlayer::passed(const Lab& lab) const {
  if (current().ask && !answers_.contains(current().ask->id)) return false;
  if (!current().wait_for.empty() && !needs_hold(lab)) return false;
  for (std::size_t i = 0; i < current().wait_for.size(); ++i) {
    if (result(i, lab).state != CheckState::kPassed) return false;
  }
  return true;
}

/// Notes passing moments, and settles the predictions of the steps seen so far.
void LessonPlayer::observe(const Lab& lab) {
  for (std::size_t i = 0; i < current().wait_for.size(); ++i) {
    if (is_moment(current().wait_for[i]) && needs_hold(lab) && result(i, lab).state == CheckState::kPassed)
      met_.insert(i);
  }
  for (int i = 0; i <= step_; ++i) {
    const std::optional<LessonQuestion>& asked = lesson_.steps[static_cast<std::size_t>(i)].ask;
    if (!asked || asked->settled_by.empty() || !answers_.contains(asked->id) || settled_.contains(asked->id)) continue;
    const auto holds = [&](const Predicate& predicate) {
      return check(predicate, lab, answers_).state == CheckState::kPassed;
    };
    if (!std::all_of(asked->settled_by.begin(), asked->settled_by.end(), holds)) continue;
    const LessonChoice* happened = nullptr;
    for (const LessonChoice& choice : asked->choices) {
      if (!choice.when.empty() && !happened && std::all_of(choice.when.begin(), choice.when.end(), holds))
        happened = &choice;
    }
    for (const LessonChoice& choice : asked->choices) {
      if (choice.when.empty() && !happened) happened = &choice;
    }
    if (happened) settled_[asked->id] = happened->id;
  }
}

void LessonPlayer::go_to(int step, Lab& lab) {
  step_ = step;
  met_.clear();
  stale_ = true;
  if (step > reached_) {
    reached_ = step;
    apply_all(lab, current().apply);
  }
  apply_all(lab, current().show);
  lab.apply(SetHighlights{current().highlight});
}

Status LessonPlayer::press(const Json& act, Lab& lab) {
  const std::string id = text_in(act, "button");
  if (id == "restore" && !current().restore.empty()) {
    apply_all(lab, current().restore);
    return ok_status();
  }
  for (const LessonButton& button : current().buttons) {
    if (button.id != id) continue;
    apply_all(lab, button.commands);
    return ok_status();
  }
  return Error{"this step has no button '" + id + "'"};
}

Status LessonPlayer::answer(const Json& act) {
  const std::string id = text_in(act, "question"), choice = text_in(act, "choice");
  if (!current().ask || current().ask->id != id) return Error{"this step does not ask '" + id + "'"};
  const bool known = std::any_of(current().ask->choices.begin(), current().ask->choices.end(),
                                 [&](const LessonChoice& offered) { return offered.id == choice; });
  if (!known) return Error{"'" + choice + "' is no choice of '" + id + "'"};
  if (settled_.contains(id)) return Error{"the result is known already; a prediction comes before it"};
  answers_[id] = choice;
  return ok_status();
}

Status LessonPlayer::act(const Json& act, Lab& lab) {
  const std::string what = text_in(act, "do");
  observe(lab);
  stale_ = true;
  if (what == "press") return press(act, lab);
  if (what == "answer") return answer(act);
  if (what == "restart") {
    answers_.clear();
    settled_.clear();
    skipped_.clear();
    reached_ = -1;
    go_to(0, lab);
    return ok_status();
  }
  if (what == "go") {
    const int to = index_of(text_in(act, "step"));
    if (to < 0 || to > reached_) return Error{"'" + text_in(act, "step") + "' is no step that was seen already"};
    go_to(to, lab);
    return ok_status();
  }
  const int last = static_cast<int>(lesson_.steps.size()) - 1;
  if (what == "back") {
    if (step_ == 0) return Error{"this is the first step"};
    go_to(step_ - 1, lab);
    return ok_status();
  }
  if (what != "next" && what != "skip")
    return Error{unknown_word("act", what, {"next", "back", "skip", "restart", "go", "press", "answer"})};
  if (step_ == last) return Error{"this is the last step"};
  const bool done = passed(lab);
  if (what == "next" && !done) return Error{"the checks of this step have not passed yet"};
  if (done) skipped_.erase(current().id);
  if (!done) skipped_.insert(current().id);
  go_to(step_ + 1, lab);
  return ok_status();
}

Json LessonPlayer::view_outcome(const Lab& lab, const LessonQuestion& asked) const {
  const auto settled = settled_.find(asked.id);
  const auto given = answers_.find(asked.id);
  if (settled == settled_.end() || given == answers_.end()) return nullptr;
  const auto label = [&](const std::string& id) {
    const auto choice =
        std::find_if(asked.choices.begin(), asked.choices.end(), [&](const LessonChoice& c) { return c.id == id; });
    return choice == asked.choices.end() ? id : text(lab, choice->label);
  };
  const bool right = settled->second == given->second;
  const std::string words = right ? tr("lesson.as_predicted", {label(settled->second)})
                                  : tr("lesson.otherwise", {label(given->second), label(settled->second)});
  return {{"verdict", right ? "as_predicted" : "otherwise"}, {"happened", settled->second}, {"text", words}};
}

Json LessonPlayer::view_question(const Lab& lab, const LessonQuestion& asked) const {
  Json choices = Json::array();
  Json answer_label = nullptr, given = nullptr;
  const auto answered = answers_.find(asked.id);
  if (answered != answers_.end()) given = answered->second;
  for (const LessonChoice& choice : asked.choices) {
    choices.push_back({{"id", choice.id}, {"label", text(lab, choice.label)}});
    if (given == choice.id) answer_label = text(lab, choice.label);
  }
  return {{"id", asked.id},    {"text", text(lab, asked.text)}, {"choices", choices},
          {"answered", given}, {"answer", answer_label},        {"outcome", view_outcome(lab, asked)}};
}

Json LessonPlayer::view_predictions(const Lab& lab) const {
  Json list = Json::array();
  for (const std::string& id : current().predictions) {
    if (const LessonQuestion* asked = question(id)) list.push_back(view_question(lab, *asked));
  }
  return list;
}

Json LessonPlayer::view_steps(const Lab& lab) const {
  Json steps = Json::array();
  for (std::size_t i = 0; i < lesson_.steps.size(); ++i) {
    const LessonStep& step = lesson_.steps[i];
    const int index = static_cast<int>(i);
    const char* state = index == step_               ? "current"
                        : skipped_.contains(step.id) ? "skipped"
                        : index < reached_           ? "done"
                        : index == reached_          ? "seen"
                                                     : "ahead";
    steps.push_back({{"id", step.id}, {"title", text(lab, step.title)}, {"state", state}});
  }
  return steps;
}

Json LessonPlayer::view_buttons(const Lab& lab, bool broken) const {
  Json buttons = Json::array();
  if (broken) buttons.push_back({{"id", "restore"}, {"label", tr("lesson.restore")}, {"primary", true}});
  for (const LessonButton& button : current().buttons) {
    buttons.push_back({{"id", button.id}, {"label", text(lab, button.label)}, {"primary", !broken && buttons.empty()}});
  }
  return buttons;
}

Json LessonPlayer::view_checks(const Lab& lab, bool broken) const {
  Json checks = Json::array();
  for (std::size_t i = 0; i < current().wait_for.size(); ++i) {
    const CheckResult found = result(i, lab);
    Json line = {
        {"text", found.text}, {"state", state_name(broken ? CheckState::kFailed : found.state)}, {"value", nullptr}};
    if (found.value) line["value"] = *found.value;
    checks.push_back(std::move(line));
  }
  return checks;
}

Json LessonPlayer::view(const Lab& lab) const {
  const LessonStep& step = current();
  const bool last = step_ + 1 == static_cast<int>(lesson_.steps.size());
  const bool done = passed(lab);
  bool failed = !needs_hold(lab);
  const bool misplaced = failed;
  for (std::size_t i = 0; i < step.wait_for.size(); ++i) failed = failed || result(i, lab).state == CheckState::kFailed;
  const bool offer_restore = failed && !step.restore.empty();
  Json buttons = view_buttons(lab, offer_restore);
  return {{"kind", "lesson_view"},
          {"slug", lesson_.slug},
          {"title", text(lab, lesson_.title)},
          {"language", lesson_.strings.contains(lab.state().language) ? lab.state().language : "en"},
          {"step", step_},
          {"count", lesson_.steps.size()},
          {"step_id", step.id},
          {"step_title", text(lab, step.title)},
          {"section", step.say},
          {"steps", view_steps(lab)},
          {"buttons", std::move(buttons)},
          {"question", step.ask ? view_question(lab, *step.ask) : Json(nullptr)},
          {"predictions", view_predictions(lab)},
          {"checks", view_checks(lab, misplaced)},
          {"can_next", done && !last},
          {"can_back", step_ > 0},
          {"can_skip", !done && !last},
          {"done", done && last},
          {"progress", progress()}};
}

bool LessonPlayer::refresh(const Lab& lab) {
  if (!stale_ && lab.revision() == seen_revision_) return false;
  observe(lab);
  seen_revision_ = lab.revision();
  stale_ = false;
  Json now = view(lab);
  if (now == last_view_) return false;
  last_view_ = std::move(now);
  return true;
}

Json LessonPlayer::progress() const {
  const auto step_id = [&](int index) {
    return index < 0 ? std::string() : lesson_.steps[static_cast<std::size_t>(index)].id;
  };
  return {{"slug", lesson_.slug}, {"step", step_id(step_)}, {"reached", step_id(reached_)},
          {"answers", answers_},  {"settled", settled_},    {"skipped", skipped_}};
}

void LessonPlayer::read_progress(const Json& progress) {
  if (text_in(progress, "slug") != lesson_.slug) return;
  const int step = index_of(text_in(progress, "step"));
  if (step < 0) return;
  step_ = step;
  reached_ = std::max(step, index_of(text_in(progress, "reached")));
  for (const auto& [name, map] : {std::pair{"answers", &answers_}, std::pair{"settled", &settled_}}) {
    if (!progress.contains(name) || !progress[name].is_object()) continue;
    for (const auto& [id, choice] : progress[name].items()) {
      const LessonQuestion* asked = question(id);
      const bool known = asked && choice.is_string() &&
                         std::any_of(asked->choices.begin(), asked->choices.end(),
                                     [&](const LessonChoice& c) { return choice == Json(c.id); });
      if (known) (*map)[id] = choice.get<std::string>();
    }
  }
  if (!progress.contains("skipped") || !progress["skipped"].is_array()) return;
  for (const Json& id : progress["skipped"]) {
    if (id.is_string() && index_of(id.get<std::string>()) >= 0) skipped_.insert(id.get<std::string>());
  }
}

}  // namespace heed
