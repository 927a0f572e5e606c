// ui/widgets: small line icons, drawn as paths so that they are crisp at every scale.
#pragma once

#include <imgui.h>

namespace heed {

enum class Icon : unsigned char {
  kNone,
  kPlay,
  kPause,
  kStep,
  kReset,
  kSeed,
  kLink,
  kChevronDown,
  kChevronRight,
  kFirst,
  kPrevious,
  kNext,
  kLast,
  kCheck,
  kCross,
  kWarning,
  kInfo,
  kUndo,
  kDownload,
  kEdit,
  kPlus
};

/// Draws inside the square of side `size` centred at `centre`.
void draw_icon(ImDrawList* list, Icon icon, ImVec2 centre, float size, ImU32 colour);

}  // namespace heed
