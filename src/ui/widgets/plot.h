// ui/widgets: small line charts over training steps, with a crosshair that all charts share, and bars by length.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ui/ui.h"

namespace heed {

struct Curve {
  std::vector<ImVec2> points;  ///< step, value; steps ascending
  ImU32 colour = 0;
  float width = 1.75f;
  bool dashed = false;
  int marker = -1;  ///< draw the points as run markers of this run; -1: none
};

struct PlotLook {
  float height = 110;
  double most_step = 1;
  float low = 0, high = 1;
  bool percent = false;
  std::optional<double> cursor_step;  ///< where the timeline stands
};

/// Draws the chart over the column's width. Returns the step that was clicked or chosen by key.
std::optional<std::uint64_t> draw_plot(Ui& ui, const char* id, const std::vector<Curve>& curves, const PlotLook& look);
/// The value at or before a step; nullopt before the first point.
std::optional<float> value_at(const Curve& curve, double step);

struct BarGroup {
  int length = 0;
  float values[2] = {-1, -1};  ///< per run, 0..1; negative: none
};
/// Bars per source length; lengths above `trained_length` stand on a ground that says so.
void draw_length_bars(Ui& ui, const char* id, const std::vector<BarGroup>& groups, int runs, int trained_length);

}  // namespace heed
