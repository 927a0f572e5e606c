// lab: which tasks and models belong together, by the form of the task (base/task_form.h).
#pragma once

#include <string>

#include "base/json.h"

namespace heed {

/// Whether the preset's model learns the preset's task.
bool fits(const Json& preset);
/// Whether the part of this key would fit into the slot "task" or "model" of the preset; true for other slots.
bool would_fit(const Json& preset, const std::string& slot, const std::string& key);
/// The key of a model for the preset's task, or of a task for its model: the first of the list; empty: there is none.
std::string fitting_model(const Json& preset);
std::string fitting_task(const Json& preset);
/// Another model than the preset's for its task; empty: there is none.
std::string other_model(const Json& preset);

/// Whether the task of this key learns from what the user brings.
bool brings_own_data(const std::string& task);

}  // namespace heed
