// lab: names for the shapes that attention takes.
#include "lab/attention_shape.h"

#include <algorithm>
#include <cmath>

namespace heed {
namespace {

constexpr float kEvenFrom = 0.97f;    // mean evenness above which nothing is singled out
constexpr float kSharpBelow = 0.45f;  // and below which every row has a favourite
constexpr double kNearLine = 0.75;    // mean distance, in positions, that still counts as lying on a line
constexpr std::size_t kFewestOnLine = 3;  // any two outputs lie on one
// How far the largest weights have to be, on average, on the way from even ones to all on one input, for a pattern to be said: with less,
// more than three quarters of what could go to it goes elsewhere, and its cells are pale.
constexpr float kFormedFrom = 0.25f;
constexpr float kFaintBelow = 0.25f;  // mean sum of a row's weights below which the input is hardly looked at

AttentionRow describe_row(const float* weights, int count) {
  AttentionRow row;
  double sum = 0, entropy = 0;
  for (int s = 0; s < count; ++s) {
    if (weights[s] > weights[row.strongest]) row.strongest = s;
    sum += std::max(0.0, static_cast<double>(weights[s]));
  }
  for (int s = 0; s < count; ++s) {
    const double share = weights[s] > 0 ? static_cast<double>(weights[s]) / sum : 0;
    if (share > 0) entropy -= share * std::log(share);
  }
  row.weight = weights[row.strongest];
  row.sum = static_cast<float>(sum);
  row.evenness = count > 1 ? static_cast<float>(entropy / std::log(static_cast<double>(count))) : 0;
  return row;
}

/// Mean distance of the strongest inputs from the line that leads from input `low` to input `high` (or back).
double distance_from_line(const std::vector<AttentionRow>& rows, int low, int high, bool back) {
  double total = 0;
  for (std::size_t t = 0; t < rows.size(); ++t) {
    const double along = static_cast<double>(t) / static_cast<double>(rows.size() - 1);
    total += std::abs(rows[t].strongest - low - (back ? 1 - along : along) * (high - low));
  }
  return total / static_cast<double>(rows.size());
}

/// Whether the outputs go through the inputs in order: all of them, or those of a part of the input, as in a copy whose outputs come after it.
bool lies_on_line(const std::vector<AttentionRow>& rows, int sources, bool back) {
  if (rows.size() < kFewestOnLine || sources < 3) return false;
  if (distance_from_line(rows, 0, sources - 1, back) <= kNearLine) return true;
  const auto [low, high] = std::ranges::minmax(rows, {}, &AttentionRow::strongest);
  const int span = high.strongest - low.strongest;
  if (span < 2 || 2 * span + 1 < static_cast<int>(rows.size())) return false;
  return distance_from_line(rows, low.strongest, high.strongest, back) <= std::min(kNearLine, span / 4.0);
}

/// Of the rows that are judged.
AttentionShape shape_of(const std::vector<AttentionRow>& rows, int sources) {
  float evenness = 0, weight = 0, sum = 0;
  for (const AttentionRow& row : rows) {
    evenness += row.evenness / static_cast<float>(rows.size());
    weight += row.weight / static_cast<float>(rows.size());
    sum += row.sum / static_cast<float>(rows.size());
  }
  if (sum < kFaintBelow) return AttentionShape::kFaint;
  if (evenness > kEvenFrom) return AttentionShape::kEven;
  const float even = 1.0f / static_cast<float>(sources), formed = even + kFormedFrom * (1 - even);
  if (rows.size() < 2 || weight < formed) return AttentionShape::kMixed;
  const bool each = std::ranges::min(rows, {}, &AttentionRow::weight).weight >= formed;  // what is said of every output is true of every one
  const auto same = [&](const AttentionRow& row) { return row.strongest == rows.front().strongest; };
  if (std::ranges::all_of(rows, same)) return each ? AttentionShape::kOneInput : AttentionShape::kMixed;
  if (lies_on_line(rows, sources, true)) return AttentionShape::kAntiDiagonal;
  if (lies_on_line(rows, sources, false)) return AttentionShape::kDiagonal;
  return each && evenness < kSharpBelow ? AttentionShape::kSharp : AttentionShape::kMixed;
}

}  // namespace

const TapValue* find_tap(const ProbeShot& shot, const std::string& name) {
  if (name.empty()) return nullptr;
  for (const TapValue& tap : shot.taps) {
    if (tap.name == name) return &tap;
  }
  return nullptr;
}

int head_count(const TapValue& tap) {
  return tap.shape.rank() == 3 ? tap.shape[0] : 1;
}

TapValue head_of(const TapValue& tap, int head) {
  const int heads = head_count(tap);
  if (tap.shape.rank() != 3) return tap;
  const std::size_t each = tap.values.size() / static_cast<std::size_t>(heads);
  TapValue out{tap.name, Shape{tap.shape[1], tap.shape[2]}, std::vector<float>(each, 0.0f)};
  for (int h = 0; h < heads; ++h) {
    if (head >= 0 && h != std::min(head, heads - 1)) continue;
    const float share = head >= 0 ? 1.0f : 1.0f / static_cast<float>(heads);
    for (std::size_t i = 0; i < each; ++i) out.values[i] += share * tap.values[static_cast<std::size_t>(h) * each + i];
  }
  return out;
}

AttentionPicture attention_picture(const TapValue& tap, const std::vector<int>& judged) {
  AttentionPicture picture;
  const int rank = tap.shape.rank();
  if (rank < 2) return picture;
  const int targets = tap.shape[rank - 2], sources = tap.shape[rank - 1];
  if (sources < 1 || static_cast<std::size_t>(targets) * static_cast<std::size_t>(sources) > tap.values.size())
    return picture;
  for (int t = 0; t < targets; ++t) picture.rows.push_back(describe_row(tap.values.data() + t * sources, sources));
  std::vector<AttentionRow> of_shape;
  for (const int t : judged) {
    if (t < 0 || t >= targets) continue;
    picture.judged.push_back(t);
    of_shape.push_back(picture.rows[static_cast<std::size_t>(t)]);
  }
  if (!of_shape.empty()) picture.shape = shape_of(of_shape, sources);
  return picture;
}

const char* shape_key(AttentionShape shape) {
  switch (shape) {
    case AttentionShape::kEven:
      return "shape.even";
    case AttentionShape::kDiagonal:
      return "shape.diagonal";
    case AttentionShape::kAntiDiagonal:
      return "shape.anti_diagonal";
    case AttentionShape::kOneInput:
      return "shape.one_input";
    case AttentionShape::kSharp:
      return "shape.sharp";
    case AttentionShape::kMixed:
      return "shape.mixed";
    case AttentionShape::kFaint:
      return "shape.faint";
  }
  return "shape.mixed";
}

}  // namespace heed
