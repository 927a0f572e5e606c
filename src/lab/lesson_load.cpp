// lab: lesson.json to Lesson. Collects everything that is wrong instead of stopping at the first mistake.
#include <algorithm>
#include <cctype>

#include "base/field.h"
#include "lab/json_reader.h"
#include "lab/lesson.h"
#include "lab/preset_change.h"
#include "lab/widget_ids.h"
#include "training/preset.h"

namespace heed {
namespace {

std::vector<std::string> keys_of(const Json& object) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.push_back(key);
  return keys;
}

class Loader {
 public:
  explicit Loader(const LessonSource& source) : source_(source) {}

  Result<Lesson> load() {
    const Json& json = source_.lesson;
    if (!json.is_object()) return Error{"lesson.json: expected an object"};
    JsonReader r(json, "lesson.json");
    if (r.integer("lesson", std::nullopt, 1, 1000) != 1)
      r.fail("lesson", "this player knows version 1 of the format only");
    lesson_.slug = r.text("slug");
    lesson_.title = r.text("title");
    lesson_.summary = r.text("summary");
    lesson_.minutes = r.integer("minutes", 0, 0, 600);
    read_presets(r.optional_value("presets"));
    setups_ = r.optional_value("setups");
    const Json steps = r.value("steps");
    if (const std::string problem = r.problem(); !problem.empty()) problems_.push_back(problem);
    check_strings();
    label("title", lesson_.title);
    label("summary", lesson_.summary);
    if (!steps.is_array() || steps.empty()) problem("steps", "expected a list of steps");
    for (std::size_t i = 0; steps.is_array() && i < steps.size(); ++i) {
      lesson_.steps.push_back(read_step(steps[i], "steps[" + std::to_string(i) + "]"));
    }
    check_references();
    if (!problems_.empty()) return Error{joined()};
    lesson_.strings = source_.strings;
    return lesson_;
  }

 private:
  void problem(const std::string& where, const std::string& message) {
    problems_.push_back("lesson.json: " + where + ": " + message);
  }

  std::string joined() const {
    std::string text;
    for (const std::string& line : problems_) text += (text.empty() ? "" : "\n") + line;
    return text;
  }

  void read_presets(const Json& presets) {
    if (presets.is_null()) return;
    if (!presets.is_object()) return problem("presets", "expected an object of presets");
    for (const auto& [name, preset] : presets.items()) {
      const Result<Json> valid = validate_preset(preset);
      if (!valid) problem("presets." + name, valid.error());
      presets_[name] = valid ? *valid : Json::object();
    }
  }

  void check_strings() {
    const auto english = source_.strings.find("en");
    if (english == source_.strings.end()) {
      problems_.push_back("strings.en.json: is missing; English is the language that every lesson has");
      return;
    }
    for (const auto& [language, table] : source_.strings) {
      const std::string file = "strings." + language + ".json: ";
      if (!table.is_object()) {
        problems_.push_back(file + "expected an object of texts");
        continue;
      }
      for (const auto& [key, value] : table.items()) {
        if (!value.is_string() || value.get_ref<const std::string&>().empty())
          problems_.push_back(file + key + ": expected a text");
        if (!english->second.contains(key)) problems_.push_back(file + key + ": is not in strings.en.json");
      }
    }
    for (const auto& [language, sections] : source_.sections) {
      if (!source_.strings.contains(language))
        problems_.push_back("text." + language + ".md: there is no strings." + language + ".json");
    }
  }

  /// A key that every language's table has to have.
  void label(const std::string& where, const std::string& key) {
    if (key.empty()) return;
    for (const auto& [language, table] : source_.strings) {
      if (table.is_object() && !table.contains(key)) {
        problems_.push_back("strings." + language + ".json: " + key + ": is missing (used by " + where +
                            " of lesson.json)");
      }
    }
  }

  void section(const std::string& where, const std::string& id) {
    if (id.empty() || source_.sections.empty()) return;
    for (const auto& [language, table] : source_.strings) {
      const auto sections = source_.sections.find(language);
      const bool there = sections != source_.sections.end() &&
                         std::find(sections->second.begin(), sections->second.end(), id) != sections->second.end();
      if (there) continue;
      const std::string near = sections == source_.sections.end() ? std::string() : nearest(id, sections->second);
      problems_.push_back("text." + language + ".md: no section {#" + id + "} (used by " + where + " of lesson.json)" +
                          (near.empty() ? "" : "; did you mean {#" + near + "}?"));
    }
  }

  std::vector<LabCommand> read_commands(const Json& json, const std::string& where) {
    std::vector<LabCommand> commands;
    if (json.is_null()) return commands;
    if (json.is_string()) {
      const std::string name = json.get<std::string>();
      if (setups_.is_object() && setups_.contains(name) && setups_[name].is_array())
        return read_commands(setups_[name], "setups." + name);
      problem(where, unknown_word("setup", name, setups_.is_object() ? keys_of(setups_) : std::vector<std::string>{}));
      return commands;
    }
    if (!json.is_array()) {
      problem(where, "expected a list of commands or the name of a setup");
      return commands;
    }
    Json preset = Json::object();
    for (std::size_t i = 0; i < json.size(); ++i) {
      read_command(json[i], where + "[" + std::to_string(i) + "]", preset, commands);
    }
    return commands;
  }

  /// `preset`: what the commands before have loaded, so that changes are checked against it.
  void read_command(Json json, const std::string& where, Json& preset, std::vector<LabCommand>& commands) {
    if (json.is_object() && json.contains("preset") && json["preset"].is_string()) {
      const std::string name = json["preset"].get<std::string>();
      if (!presets_.contains(name)) return problem(where, unknown_word("preset", name, preset_names()));
      json["preset"] = presets_[name];
    }
    const Result<LabCommand> command = lab_command_from_json(json);
    if (!command) return problem(where, command.error());
    Status fits = ok_status();
    if (const auto* load = std::get_if<LoadPreset>(&*command)) {
      const Result<Json> valid = validate_preset(load->preset);
      if (valid) preset = *valid;
      if (!valid) fits = Error{valid.error()};
    } else if (const auto* edit = std::get_if<EditDraft>(&*command)) {
      const Result<Json> changed = preset_with(preset, edit->path, edit->value);
      if (!changed) fits = Error{changed.error()};
    } else if (const auto* compare = std::get_if<SetCompare>(&*command); compare && compare->second.is_object()) {
      const Result<Json> changed = preset_with_all(preset, compare->second);
      if (!changed) fits = Error{changed.error()};
    } else if (std::holds_alternative<ResumeSaved>(*command)) {
      fits = Error{"resume_saved needs a file and cannot be part of a lesson"};
    }
    if (!fits) return problem(where, fits.error());
    commands.push_back(*command);
  }

  std::vector<std::string> preset_names() const {
    std::vector<std::string> names;
    for (const auto& [name, preset] : presets_) names.push_back(name);
    return names;
  }

  std::vector<Predicate> read_predicates(const Json& json, const std::string& where) {
    std::vector<Predicate> predicates;
    if (json.is_null()) return predicates;
    if (!json.is_array()) {
      problem(where, "expected a list of checks");
      return predicates;
    }
    for (std::size_t i = 0; i < json.size(); ++i) {
      const std::string place = where + "[" + std::to_string(i) + "]";
      const Result<Predicate> predicate = predicate_from_json(json[i]);
      if (!predicate) {
        problem(place, predicate.error());
        continue;
      }
      if (const auto* answered = std::get_if<Answered>(&*predicate))
        references_.push_back({place, answered->question, answered->choice});
      predicates.push_back(*predicate);
    }
    return predicates;
  }

  void read_show(const Json& json, const std::string& where, LessonStep& step) {
    if (json.is_null()) return;
    if (!json.is_object()) return problem(where, "expected an object");
    JsonReader r(json, where);
    if (r.has("look"))
      step.show.push_back(SetLook{r.choice("look", {"heat_map", "lines"}) == "lines" ? Look::kLines : Look::kHeatMap});
    if (r.has("probe")) step.show.push_back(SelectProbe{r.integer("probe", 0, 0, 5)});
    if (r.has("truth")) step.show.push_back(ShowTruth{r.flag("truth", true)});
    const Json cursor = r.optional_value("cursor");
    if (cursor == "live")
      step.show.push_back(CursorLive{});
    else if (cursor == "first")
      step.show.push_back(JumpCursor{-2});
    else if (cursor == "last")
      step.show.push_back(JumpCursor{2});
    else if (cursor.is_number_unsigned())
      step.show.push_back(MoveCursor{cursor.get<std::uint64_t>()});
    else if (!cursor.is_null())
      r.fail("cursor", "expected \"live\", \"first\", \"last\" or a step");
    const std::string tap = r.text("tap", "");
    if (!tap.empty() && !source_.taps.empty() &&
        std::find(source_.taps.begin(), source_.taps.end(), tap) == source_.taps.end()) {
      r.fail("tap", unknown_word("tap", tap, source_.taps));
    }
    step.predictions = r.optional_texts("predictions");
    for (const std::string& question : step.predictions) references_.push_back({where + ".predictions", question, ""});
    if (const std::string found = r.problem(); !found.empty()) problems_.push_back("lesson.json: " + found);
  }

  LessonQuestion read_question(const Json& json, const std::string& where) {
    LessonQuestion question;
    if (!json.is_object()) {
      problem(where, "expected an object");
      return question;
    }
    JsonReader r(json, where);
    question.id = r.text("id");
    question.text = r.text("text");
    label(where + ".text", question.text);
    question.settled_by = read_predicates(r.optional_value("settled_by"), where + ".settled_by");
    const Json choices = r.value("choices");
    for (std::size_t i = 0; choices.is_array() && i < choices.size(); ++i) {
      question.choices.push_back(read_choice(choices[i], where + ".choices[" + std::to_string(i) + "]"));
    }
    check_choices(question, where);
    if (const std::string found = r.problem(); !found.empty()) problems_.push_back("lesson.json: " + found);
    return question;
  }

  LessonChoice read_choice(const Json& json, const std::string& where) {
    LessonChoice choice;
    if (!json.is_object()) {
      problem(where, "expected an object");
      return choice;
    }
    JsonReader r(json, where);
    choice.id = r.text("id");
    choice.label = r.text("label");
    label(where + ".label", choice.label);
    const Json when = r.optional_value("when");
    choice.when = read_predicates(when.is_object() ? Json::array({when}) : when, where + ".when");
    if (const std::string found = r.problem(); !found.empty()) problems_.push_back("lesson.json: " + found);
    return choice;
  }

  void check_choices(const LessonQuestion& question, const std::string& where) {
    std::set<std::string> ids;
    int otherwise = 0;
    for (const LessonChoice& choice : question.choices) {
      if (!ids.insert(choice.id).second) problem(where, "two choices have the id '" + choice.id + "'");
      otherwise += choice.when.empty() ? 1 : 0;
    }
    if (question.choices.size() < 2) problem(where + ".choices", "a prediction needs at least two choices");
    if (!question.settled_by.empty() && otherwise != 1) {
      problem(where + ".choices", "exactly one choice has no 'when': it is the true one when no other is");
    }
  }

  LessonStep read_step(const Json& json, const std::string& where) {
    LessonStep step;
    if (!json.is_object()) {
      problem(where, "expected an object");
      return step;
    }
    JsonReader r(json, where);
    step.id = r.text("id");
    step.title = r.text("title");
    step.say = r.text("say");
    label(where + ".title", step.title);
    section(where + ".say", step.say);
    step.apply = read_commands(r.optional_value("apply"), where + ".apply");
    step.restore = read_commands(r.optional_value("restore"), where + ".restore");
    step.needs = read_predicates(r.optional_value("needs"), where + ".needs");
    step.wait_for = read_predicates(r.optional_value("wait_for"), where + ".wait_for");
    read_show(r.optional_value("show"), where + ".show", step);
    read_highlights(r.optional_texts("highlight"), where, step);
    if (const Json asked = r.optional_value("ask"); !asked.is_null()) {
      step.ask = read_question(asked, where + ".ask");
      if (!question_ids_.insert(step.ask->id).second) problem(where + ".ask.id", "is used twice");
    }
    read_buttons(r.optional_value("buttons"), where + ".buttons", step);
    if (!step.needs.empty() && step.restore.empty())
      problem(where + ".restore", "is missing: 'needs' without a way back");
    if (!step_ids_.insert(step.id).second) problem(where + ".id", "'" + step.id + "' is used twice");
    if (const std::string found = r.problem(); !found.empty()) problems_.push_back("lesson.json: " + found);
    return step;
  }

  void read_highlights(const std::vector<std::string>& ids, const std::string& where, LessonStep& step) {
    const std::vector<std::string> known(kWidgetIds.begin(), kWidgetIds.end());
    for (const std::string& id : ids) {
      if (std::find(known.begin(), known.end(), id) == known.end())
        problem(where + ".highlight", unknown_word("widget", id, known));
    }
    step.highlight = ids;
  }

  void read_buttons(const Json& json, const std::string& where, LessonStep& step) {
    if (json.is_null()) return;
    if (!json.is_array()) return problem(where, "expected a list of buttons");
    for (std::size_t i = 0; i < json.size(); ++i) {
      const std::string place = where + "[" + std::to_string(i) + "]";
      if (!json[i].is_object()) {
        problem(place, "expected an object");
        continue;
      }
      JsonReader r(json[i], place);
      LessonButton button{r.text("id"), r.text("label"), {}};
      label(place + ".label", button.label);
      button.commands = read_commands(r.value("apply"), place + ".apply");
      if (button.id == "restore") r.fail("id", "'restore' is the player's own button");
      for (const LessonButton& other : step.buttons) {
        if (other.id == button.id) r.fail("id", "is used twice");
      }
      if (const std::string found = r.problem(); !found.empty()) problems_.push_back("lesson.json: " + found);
      step.buttons.push_back(std::move(button));
    }
  }

  void check_references() {
    for (const Reference& reference : references_) {
      const LessonQuestion* found = nullptr;
      std::vector<std::string> ids;
      for (const LessonStep& step : lesson_.steps) {
        if (!step.ask) continue;
        ids.push_back(step.ask->id);
        if (step.ask->id == reference.question) found = &*step.ask;
      }
      if (!found) {
        problem(reference.where, unknown_word("question", reference.question, ids));
        continue;
      }
      std::vector<std::string> choices;
      for (const LessonChoice& choice : found->choices) choices.push_back(choice.id);
      if (!reference.choice.empty() && std::find(choices.begin(), choices.end(), reference.choice) == choices.end()) {
        problem(reference.where, unknown_word("choice", reference.choice, choices));
      }
    }
  }

  struct Reference {
    std::string where, question, choice;
  };

  const LessonSource& source_;
  Lesson lesson_;
  std::map<std::string, Json> presets_;
  Json setups_;
  std::set<std::string> step_ids_;
  std::set<std::string> question_ids_;
  std::vector<Reference> references_;
  std::vector<std::string> problems_;
};

}  // namespace

Result<Lesson> load_lesson(const LessonSource& source) {
  return Loader(source).load();
}

std::vector<std::string> lesson_sections(std::string_view markdown) {
  std::vector<std::string> ids;
  while (!markdown.empty()) {
    const std::size_t end = markdown.find('\n');
    std::string_view line = markdown.substr(0, end);
    markdown = end == std::string_view::npos ? std::string_view() : markdown.substr(end + 1);
    while (!line.empty() && std::isspace(static_cast<unsigned char>(line.back()))) line.remove_suffix(1);
    const std::size_t open = line.rfind("{#");
    if (line.substr(0, 3) != "## " || open == std::string_view::npos || line.back() != '}') continue;
    ids.emplace_back(line.substr(open + 2, line.size() - open - 3));
  }
  return ids;
}

}  // namespace heed
