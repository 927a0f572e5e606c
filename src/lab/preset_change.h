// lab: one value of a preset read or changed by its dotted path, and what has to change to turn one preset into
// another.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/field.h"

namespace heed {

/// The value at a dotted path; of a slot, the key of its part. Null when there is nothing.
Json preset_value(const Json& preset, std::string_view path);
/// The validated preset with one value changed.
Result<Json> preset_with(const Json& preset, const std::string& path, const Json& value);
/// {"model.attention": "none", ...}: all of them changed, then validated.
Result<Json> preset_with_all(const Json& preset, const Json& changes);
/// Settings that turn `first` into `second`, in the order in which preset_with takes them. Titles are not compared.
std::vector<Setting> preset_changes(const Json& first, const Json& second);
/// True for the path of a field of some preset ("model.attention.size"), whatever the slots hold.
bool is_preset_path(std::string_view path);

}  // namespace heed
