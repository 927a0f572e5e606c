// ui: where the panels go at which width.
#pragma once

namespace heed {

class Lab;
class Ui;

/// Draws every panel; returns the y below the last one.
float draw_layout(const Lab& lab, Ui& ui);

}  // namespace heed
