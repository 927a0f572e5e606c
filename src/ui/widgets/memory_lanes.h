// ui/widgets: several things that go on at the same steps, one lane below the other, time running to the right, with one cursor through all
// of them.
#pragma once

#include <string>
#include <vector>

#include "ui/ui.h"

namespace heed {

enum class LaneInk : unsigned char {
  kWeights,  ///< 0 to 1, most of them near 0
  kBits,     ///< 0 to 1, each one a cell
  kShares,   ///< a few that add up to 1, stacked
};

struct Lane {
  std::string label;
  LaneInk ink = LaneInk::kBits;
  int rows = 0;
  std::vector<float> values;        ///< (T,rows)
  std::vector<float> truth = {};    ///< (T,rows): what is wrong against it is outlined
  std::vector<int> asked = {};      ///< (T): elsewhere the lane is pale; empty: everywhere
  std::vector<std::string> tokens = {};  ///< instead of values: a token for each step
  float space = 0;                  ///< more of it above
  std::vector<std::string> names = {};  ///< what each share is of, shown in its ink in the place of the label
};

struct LanesLook {
  int cursor = 0;
  float label_width = 96;  ///< beside the lanes where there is room, else over them
};

/// Returns the step that the pointer or the keys ask for; negative: none.
int draw_memory_lanes(Ui& ui, const char* id, const std::vector<Lane>& lanes, int steps, const LanesLook& look);

}  // namespace heed
