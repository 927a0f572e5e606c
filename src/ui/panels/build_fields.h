// ui/panels: one control of the build panel, generated from the field's own description.
#pragma once

#include <string>
#include <vector>

#include "base/field.h"
#include "ui/ui.h"

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

struct Form {
  const Lab& lab;
  Ui& ui;
  int run;

  const RunView& view() const { return lab.state().runs[static_cast<std::size_t>(run)]; }
  void edit(const std::string& path, Json value) const { ui.push(EditDraft{run, path, std::move(value)}); }
};

void draw_entry(const Form& form, const Entry& entry);

}  // namespace heed
