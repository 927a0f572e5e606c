// lab: see fitting.h.
#include "lab/fitting.h"

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

bool fits(const Json& preset) {
  return !preset.is_object() || !preset.contains("task") ||
         model_takes(type_of(preset, "model"), task_outline(type_of(preset, "task")));
}

bool would_fit(const Json& preset, const std::string& slot, const std::string& key) {
  if (slot == "model") return !preset.contains("task") || model_takes(key, task_outline(type_of(preset, "task")));
  if (slot == "task") return model_takes(type_of(preset, "model"), task_outline(key));
  return true;
}

std::string fitting_model(const Json& preset) {
  const std::vector<std::string> models = models_for(task_outline(type_of(preset, "task")));
  return models.empty() ? std::string() : models.front();
}

std::string fitting_task(const Json& preset) {
  for (const Part& part : task_slot().parts) {
    if (would_fit(preset, "task", part.key)) return part.key;
  }
  return {};
}

std::string other_model(const Json& preset) {
  for (const std::string& key : models_for(task_outline(type_of(preset, "task")))) {
    if (key != type_of(preset, "model")) return key;
  }
  return {};
}

}  // namespace heed
