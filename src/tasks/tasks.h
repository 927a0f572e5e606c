// tasks: what each task's file hands to the registry: its description, and how it is made from a validated one.
#pragma once

#include <memory>

#include "tasks/task.h"

namespace heed {

const Part& reverse_part();
const Part& copy_part();
const Part& dates_part();
const Part& translate_part();
const Part& pairs_part();
const Part& sort_part();

Result<std::unique_ptr<Task>> make_reverse(const Json& spec, std::string_view data);
Result<std::unique_ptr<Task>> make_copy(const Json& spec, std::string_view data);
Result<std::unique_ptr<Task>> make_dates(const Json& spec, std::string_view data);
Result<std::unique_ptr<Task>> make_translate(const Json& spec, std::string_view data);
Result<std::unique_ptr<Task>> make_pairs(const Json& spec, std::string_view data);
Result<std::unique_ptr<Task>> make_sort(const Json& spec, std::string_view data);

}  // namespace heed
