// lab: stable names of what lessons can point at and links can hide. The panels draw a highlight around the widget
// whose id is in LabState::highlights. Pinned by a test; lessons are checked against this list.
#pragma once

#include <array>
#include <string_view>

namespace heed {

inline constexpr std::array<std::string_view, 23> kWidgetIds = {
    "train",     "step",     "reset",  "seed",   "task", "model",   "model.attention", "optimiser",
    "attention", "timeline", "curves", "scores", "try",  "compare", "probe",           "link",
    "head",      "inside",   "cost",   "backend", "profile", "memory", "addressing"};

}  // namespace heed
