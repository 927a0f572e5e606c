// ui/widgets: several maps of the same outputs by the same inputs, small and beside each other, with one cursor for all
// of them.
#pragma once

#include <string>
#include <vector>

#include "ui/ui.h"

namespace heed {

struct SmallMap {
  std::string title;
  std::vector<float> values;  ///< rows x columns, from 0 to 1, or from -1 to 1
  bool is_signed = false;
};

struct SmallMaps {
  std::vector<SmallMap> maps;
  std::vector<std::string> rows, columns;  ///< tokens as shown
  std::vector<std::vector<int>> truth;     ///< per row, outlined; may be empty
  bool pressable = false;                  ///< a press chooses a map
};

struct SmallMapsSeen {
  CellCursor cell;   ///< under the pointer or the keyboard
  int pressed = -1;  ///< the map that was chosen
};

/// `shared`: the cell that is outlined in all maps while none is pointed at.
SmallMapsSeen draw_small_maps(Ui& ui, const char* id, const SmallMaps& all, CellCursor shared);

}  // namespace heed
