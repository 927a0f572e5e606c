// platform: what happens on the canvas, as messages, handed to Dear ImGui. No window library: the page's own events are
// enough.
#pragma once

#include "base/json.h"
#include "training/protocol.h"
#include "ui/ui.h"

namespace heed {

/// Handles resize, pointer, wheel, key, text, focus, scroll, font and glyph. False for other kinds. Wrong fields are
/// passed over.
bool apply_input(Ui& ui, const std::string& kind, const Json& message, const Bytes& blob);

}  // namespace heed
