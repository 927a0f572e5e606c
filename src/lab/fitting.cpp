// lab: see fitting.h.
#include "lab/fitting.h"

#include <map>

#include "models/registry.h"
#include "tasks/registry.h"

namespace heed {
namespace {

std::string type_of(const Json& preset, const char* slot) {
  if (!preset.is_object() || !preset.contains(slot)) return {};
  const Json& value = preset.at(slot);
  return value.is_string() ? value.get<std::string>() : value.is_object() ? value.value("type", std::string()) : "";
}

}  // namespace

bool brings_own_data(const std::string& task) {
  return takes_data(task);
}

const TaskForm& form_of_task(const Json& spec) {
  static std::map<std::string, TaskForm> known;  // making a task takes longer than a frame may
  const std::string text = spec.dump();
  const auto found = known.find(text);
  if (found != known.end()) return found->second;
  if (known.size() > 256) known.clear();
  const auto task = make_task(spec, "");
  return known[text] = task ? (*task)->form() : TaskForm{};
}

bool fits(const Json& preset) {
  return !preset.is_object() || !preset.contains("task") ||
         model_takes(type_of(preset, "model"), form_of_task(preset.at("task")));
}

bool would_fit(const Json& preset, const std::string& slot, const std::string& key) {
  if (slot == "model") return !preset.contains("task") || model_takes(key, form_of_task(preset.at("task")));
  if (slot == "task") return model_takes(type_of(preset, "model"), form_of_task(Json(key)));
  return true;
}

std::string fitting_model(const Json& preset) {
  const std::vector<std::string> models = models_for(form_of_task(preset.at("task")));
  return models.empty() ? std::string() : models.front();
}

std::string fitting_task(const Json& preset) {
  for (const Part& part : task_slot().parts) {
    if (would_fit(preset, "task", part.key)) return part.key;
  }
  return {};
}

std::string other_model(const Json& preset) {
  for (const std::string& key : models_for(form_of_task(preset.at("task")))) {
    if (key != type_of(preset, "model")) return key;
  }
  return {};
}

}  // namespace heed
