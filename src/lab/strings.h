// lab: every sentence of the lab comes from a table per language (assets/strings/CODE.json, flat: "train.play":
// "Train"). English is complete; a key that another language lacks falls back to English. "{0}" marks where values go.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace heed {

/// Replaces the tables; called once at the start and when the language changes.
void set_strings(const Json& english, const Json& chosen);
/// The sentence for a key; the key itself when no table has it (a test makes sure that none is missing).
const std::string& tr(std::string_view key);
std::string tr(std::string_view key, const std::vector<std::string>& values);
/// A label of a task, model or field: "task.reverse.label" where the table has it, else `english` from the metadata.
const std::string& tr_or(std::string_view key, const std::string& english);

}  // namespace heed
