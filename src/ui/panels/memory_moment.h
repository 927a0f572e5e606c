// ui/panels: a memory at one step: its rows with the weights of the heads beside them, and how the address of one head came about.
#pragma once

#include "lab/memory_picture.h"
#include "ui/ui.h"

namespace heed {

/// Play, one step back, one on, where the cursor stands, and which example.
void draw_moment_player(const Lab& lab, Ui& ui, int steps, int moment);

void draw_memory_moment(Ui& ui, int run, const MemoryPicture& memory, int moment);

}  // namespace heed
