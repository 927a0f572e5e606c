// tasks: the list of all tasks and the way to make one from its validated description.
#pragma once

#include <memory>

#include "tasks/task.h"

namespace heed {

/// The slot "task": every task with its fields.
const Field& task_slot();

/// Whether the task of this key learns from the user's data; stories are told anew where there is none.
bool takes_data(std::string_view key);

/// What all tasks of this key have in common of their form: 1 stands for each extent that there is. Enough for model_takes.
TaskForm task_outline(std::string_view key);

/// `spec` as in a preset: {"type": "reverse", ...}. Validates, then builds. `data` is the text of the user's own pairs
/// (tab-separated lines "source<TAB>target") for the task "pairs", any text for the task "text", files in the bAbI format for "stories"; others do not look at it.
Result<std::unique_ptr<Task>> make_task(const Json& spec, std::string_view data = {});

}  // namespace heed
