// tests/bench: see measure.h.
#include "measure.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <vector>

namespace heed::bench {
namespace {

using Steady = std::chrono::steady_clock;

double wall_ms() {
  return std::chrono::duration<double, std::milli>(std::chrono::system_clock::now().time_since_epoch()).count();
}

/// Milliseconds of `count` units.
double time_of(const std::function<void()>& unit, int count) {
  const Steady::time_point begin = Steady::now();
  for (int i = 0; i < count; ++i) unit();
  return std::chrono::duration<double, std::milli>(Steady::now() - begin).count();
}

/// Milliseconds of one unit, from enough of them to be told by a coarse clock.
double estimate(const std::function<void()>& unit) {
  constexpr double kEnoughMs = 20;
  for (int count = 1;; count *= 4) {
    const double ms = time_of(unit, count);
    if (ms >= kEnoughMs) return ms / count;
  }
}

}  // namespace

Json measure(const std::function<void()>& unit, const Effort& effort, const std::function<double()>& before) {
  const double one = estimate(unit);
  const int repeats = std::min(effort.repeats, one > 8000 ? 3 : one > 1000 ? 5 : effort.repeats);
  const int units = std::max(1, static_cast<int>(std::ceil(effort.seconds * 1e3 / effort.repeats / one)));
  std::vector<double> times;
  Json intervals = Json::array(), befores = Json::array();
  for (int i = 0; i < repeats; ++i) {
    if (before) befores.push_back(before());
    const double begin = wall_ms();
    times.push_back(time_of(unit, units) / units);
    intervals.push_back({std::round(begin), std::round(wall_ms()), times.back()});
  }
  std::ranges::sort(times);
  Json out{{"ms", times[times.size() / 2]}, {"lo", times.front()}, {"hi", times.back()}, {"units", units}};
  out["repeats"] = std::move(intervals);
  if (before) out["before"] = std::move(befores);
  return out;
}

}  // namespace heed::bench
