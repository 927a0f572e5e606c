// tests/bench: the measuring loop of items.md.
#pragma once

#include <functional>

#include "base/json.h"

namespace heed::bench {

struct Effort {
  double seconds = 5.5;  ///< for all repeats of one measurement together
  int repeats = 11;      ///< fewer where one unit is slow: at most 5 above 1 s, 3 above 8 s
};

/// Times `unit`, which has to be warm: {"ms": the median per unit, "lo", "hi", "units": per repeat, "repeats": [[begin,
/// end, ms]...]} with begin and end in milliseconds of the wall clock, so that the driver can tell which were
/// disturbed.
/// `before`, if given, is called before each repeat and its numbers returned as "before": what the machine gave just
/// then.
Json measure(const std::function<void()>& unit, const Effort& effort, const std::function<double()>& before = {});

}  // namespace heed::bench
