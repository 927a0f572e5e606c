// ui/widgets: a few numbers as bars on a common ground: weights over slots, or signed numbers about a middle line.
#pragma once

#include <vector>

#include "ui/ui.h"

namespace heed {

struct BarStrip {
  float width = 0, height = 34;
  ImU32 colour = 0;
  bool is_signed = false;  ///< from -1 to 1 about the middle; else from 0 to 1
  bool numbers = false;    ///< over the bars that are wide and large enough
  int marked = -1;         ///< this one has a tick under it
  const char* peak = nullptr;  ///< with numbers, where bars are too narrow for them: the largest is told by this string, {0} its place from 1, {1} its value
};

/// At the cursor; takes its room.
void draw_bar_strip(Ui& ui, const std::vector<float>& values, const BarStrip& look);
/// Signed numbers as cells of one line, each -1 to 1.
void draw_cell_strip(Ui& ui, ImVec2 at, const std::vector<float>& values, float width, float height);

}  // namespace heed
