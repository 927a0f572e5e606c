// ui/widgets: a chart with a logarithmic scale upwards, over lengths (logarithmic too) or over the places of a sequence.
#pragma once

#include <string>
#include <vector>

#include "ui/ui.h"

namespace heed {

struct LogSeries {
  std::string label;  ///< written at the line's end
  std::vector<ImVec2> points;
  ImU32 colour = 0;
  bool dashed = false;
  int marker = -1;  ///< as run markers
};

struct LogPlotLook {
  float height = 160;
  bool log_x = true;
  std::vector<std::string> tokens;  ///< below the places 0, 1, ..., where x is a place
};

/// Values of nothing and below are left out. Returns the x under the pointer or keyboard, one of the points'; negative:
/// none.
float draw_log_plot(Ui& ui, const char* id, const std::vector<LogSeries>& all, const LogPlotLook& look);

/// "1.3e5", "0.02", "640": three digits at the most.
std::string short_number(double value);

}  // namespace heed
