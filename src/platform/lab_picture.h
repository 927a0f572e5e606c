// platform: the lab's frames on the WebGL2 canvas. Where a page is drawn by the processor that also trains, a frame of the
// lab costs more than anything else on the page: what would look the same as before is not drawn, plain areas are cleared
// instead of drawn, and frames that only bring news of a run keep their distance.
#pragma once

#include <cstdint>

#include "ui/ui.h"

namespace heed {

class LabPicture {
 public:
  /// Draws what Ui::frame built; false when the canvas shows it already.
  bool draw(const Ui& ui);
  /// The canvas has lost its picture.
  void forget() { shown_ = 0; }

 private:
  std::uint64_t shown_ = 0;  ///< fingerprint of the frame on the canvas
};

/// When frames that nobody waits for may be drawn: the longer the last ones held up the page, the rarer.
class Pace {
 public:
  void drawn(double now_ms);
  /// Called at each frame of the display; the first one after a drawn frame shows what that one cost.
  void frame(double now_ms);
  bool due(double now_ms) const;

 private:
  double drawn_ms_ = -1e9, cost_ms_ = 16;
  bool waiting_ = false;
};

}  // namespace heed
