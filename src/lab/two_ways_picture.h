// lab: fast weights read as a matrix and as attention over the states that have been: which taps of a picture hold what. For the panel and
// for the words beside it.
#pragma once

#include <string>
#include <vector>

#include "lab/lab_state.h"

namespace heed {

/// All point into the shot.
struct TwoWaysPicture {
  int steps = 0, width = 0;
  const TapValue *matrix = nullptr, *attention = nullptr;  ///< (T,R): what either way gives
  const float* weights = nullptr;                          ///< (T,T): how much each earlier state counts, of sum 1
  float largest = 0;                                       ///< of all numbers, their size

  /// Up to that of one step, and how far both ways are apart there.
  float largest_at(int t) const;
  float apart_at(int t) const;
  float apart() const;
};

/// False where the picture holds no fast weights that are a matrix.
bool make_two_ways(const ProbeShot& shot, TwoWaysPicture& out);
/// The step that is shown: the one chosen, or the last.
int shown_way(const LabState& state, const TwoWaysPicture& ways);
/// "6.0e-08", "0": differences are far smaller than what other numbers here are rounded to.
std::string tiny_text(float value);
std::string describe_two_ways(const TwoWaysPicture& ways, int moment);

}  // namespace heed
