// ui/panels: one control of the build panel, generated from the field's own description.
#pragma once

#include <string>

#include "lab/form.h"
#include "ui/ui.h"

namespace heed {

struct Form {
  const Lab& lab;
  Ui& ui;
  int run;

  const RunView& view() const { return lab.state().runs[static_cast<std::size_t>(run)]; }
  void edit(const std::string& path, Json value) const { ui.push(EditDraft{run, path, std::move(value)}); }
};

void draw_entry(const Form& form, const Entry& entry);

}  // namespace heed
