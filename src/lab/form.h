// lab: the controls of what is built, from the preset's own description: what the build panel draws and what the text
// view shows as an HTML form. Changes wait in the draft until they are built.
#pragma once

#include <string>
#include <vector>

#include "base/field.h"
#include "lab/lab_state.h"

namespace heed {

struct Entry {
  const Field* field;
  std::string path;
  const Json* value;
};

/// Every control of the draft, slots before what is in them.
void collect_entries(const Part& part, const Json& value, const std::string& path, std::vector<Entry>& out);
/// A slot has changed when another part sits in it; what is inside speaks for itself.
bool differs(const RunView& run, const Entry& entry);
/// The part that sits in a slot; null when there is none.
const Part* part_in(const Field& slot, const Json& value);
/// What a learner changes first, in this order; those that the preset at hand has not are passed over.
std::vector<Entry> take_first_entries(std::vector<Entry>& entries);

/// {"kind": "form", "run", "changed", "used", "entries": [{"path", "label", "help", "control": "choice" | "number" |
/// "flag" | "text", "value", "choices": [{"key", "label", "help"}], "minimum", "maximum", "step", "unit", "first",
/// "changed"}]} for the run in focus.
Json form_of(const LabState& state);

}  // namespace heed
