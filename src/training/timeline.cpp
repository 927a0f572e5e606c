// training: the bounded record of a run. Entries are kept in order of their step; a full list is thinned, never cut
// off.
#include "training/timeline.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace heed {
namespace {

constexpr int kMaxMarks = 256;

/// How much of a list's room the time up to `step` deserves when `last` is now: logarithmically dense near both ends,
/// and a share spread evenly. Grows with `step`.
double room_until(double step, double last) {
  constexpr double kSoft = 16;  // steps; below this distance from an end, density stops growing
  const double ends = std::log((step + kSoft) / kSoft) + std::log((last + kSoft) / (last - step + kSoft));
  const double both = 2 * std::log((last + kSoft) / kSoft);
  return ends / std::max(both, 1e-9) + 0.5 * step / std::max(last, 1.0);
}

/// Which entries stay when neighbours must be at least `spacing` of room apart. The first and the last always stay.
std::vector<std::size_t> chosen(const std::vector<double>& room, double spacing) {
  std::vector<std::size_t> kept = {0};
  for (std::size_t i = 1; i + 1 < room.size(); ++i) {
    if (room[i] - room[kept.back()] >= spacing) kept.push_back(i);
  }
  kept.push_back(room.size() - 1);
  return kept;
}

/// Thins a list that outgrew `limit` down to about three quarters of it.
template <class Entry>
void thin(std::vector<Entry>& entries, int limit) {
  const auto most = static_cast<std::size_t>(std::max(limit, 2));
  if (entries.size() <= most) return;
  const std::size_t wanted = std::max<std::size_t>(2, most * 3 / 4);
  const auto last = static_cast<double>(entries.back().step);
  std::vector<double> room;
  for (const Entry& entry : entries) room.push_back(room_until(static_cast<double>(entry.step), last));
  double low = 0, high = 2;  // a spacing of 2 keeps the two ends only: all room together is 1.5
  for (int round = 0; round < 40; ++round) {
    const double middle = (low + high) / 2;
    (chosen(room, middle).size() > wanted ? low : high) = middle;
  }
  std::vector<Entry> kept;
  kept.reserve(most + 1);
  for (const std::size_t i : chosen(room, high)) kept.push_back(std::move(entries[i]));
  entries = std::move(kept);
}

/// Puts the entry in its place; one of the same step is replaced.
template <class Entry>
void insert(std::vector<Entry>& entries, Entry entry, int limit) {
  auto at = entries.end();
  while (at != entries.begin() && std::prev(at)->step >= entry.step) --at;
  if (at != entries.end() && at->step == entry.step) {
    *at = std::move(entry);
  } else {
    entries.insert(at, std::move(entry));
  }
  thin(entries, limit);
}

std::size_t bytes_of(const Snapshot& snapshot) {
  std::size_t bytes = 1;
  for (const ProbeShot& probe : snapshot.probes)
    for (const TapValue& tap : probe.taps) bytes += tap.values.size() * sizeof(float);
  return bytes;
}

template <class Entry>
void drop_after(std::vector<Entry>& entries, std::uint64_t step) {
  std::erase_if(entries, [step](const Entry& entry) { return entry.step > step; });
}

}  // namespace

void Timeline::add(const MetricPoint& point) {
  insert(metrics_, point, limits_.metric_points);
}

void Timeline::add(Evaluation evaluation) {
  insert(evaluations_, std::move(evaluation), limits_.evaluations);
}

void Timeline::add(Snapshot snapshot) {
  const auto room = static_cast<int>(std::min<std::size_t>(limits_.snapshot_bytes / bytes_of(snapshot), 1u << 20));
  const int most = std::min(limits_.snapshots, std::max(room, TimelineLimits::kFewestSnapshots));
  insert(snapshots_, std::move(snapshot), most);
}

void Timeline::add_checkpoint(std::uint64_t step, std::vector<std::uint8_t> safetensors) {
  insert(checkpoints_, Saved{step, std::move(safetensors)}, limits_.checkpoints);
}

void Timeline::add_mark(std::uint64_t step, std::string text, std::string code, std::vector<std::string> values) {
  marks_.push_back({step, std::move(text), std::move(code), std::move(values)});
  if (marks_.size() > kMaxMarks) marks_.erase(marks_.begin());
}

void Timeline::truncate_after(std::uint64_t step) {
  drop_after(metrics_, step);
  drop_after(evaluations_, step);
  drop_after(snapshots_, step);
  drop_after(checkpoints_, step);
  drop_after(marks_, step);
}

void Timeline::clear() {
  *this = Timeline(limits_);
}

int Timeline::snapshot_at(std::uint64_t step) const {
  const auto after =
      std::upper_bound(snapshots_.begin(), snapshots_.end(), step,
                       [](std::uint64_t wanted, const Snapshot& snapshot) { return wanted < snapshot.step; });
  return static_cast<int>(after - snapshots_.begin()) - 1;
}

}  // namespace heed
