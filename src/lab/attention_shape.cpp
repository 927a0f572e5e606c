// lab: names for the shapes that attention takes.
#include "lab/attention_shape.h"

#include <algorithm>
#include <cmath>

namespace heed {
namespace {

constexpr float kEvenFrom = 0.97f;    // mean evenness above which nothing is singled out
constexpr float kSharpBelow = 0.45f;  // and below which every row has a favourite
constexpr double kNearLine = 0.75;    // mean distance, in positions, that still counts as lying on a line

AttentionRow describe_row(const float* weights, int count) {
  AttentionRow row;
  double entropy = 0, sum = 0;
  for (int s = 0; s < count; ++s) {
    if (weights[s] > weights[row.strongest]) row.strongest = s;
    sum += weights[s];
    if (weights[s] > 0) entropy -= weights[s] * std::log(static_cast<double>(weights[s]));
  }
  row.weight = weights[row.strongest];
  row.evenness = count > 1 && sum > 0 ? static_cast<float>(entropy / std::log(static_cast<double>(count))) : 0;
  return row;
}

/// Mean distance of the strongest inputs from the line that leads from the first to the last input (or back).
double distance_from_line(const std::vector<AttentionRow>& rows, int count, int sources, bool back) {
  double total = 0;
  for (int t = 0; t < count; ++t) {
    const double along = count > 1 ? static_cast<double>(t) / (count - 1) : 0;
    const double line = (back ? 1 - along : along) * (sources - 1);
    total += std::abs(rows[static_cast<std::size_t>(t)].strongest - line);
  }
  return total / count;
}

AttentionShape shape_of(const std::vector<AttentionRow>& rows, int count, int sources) {
  float evenness = 0;
  bool one_input = true;
  for (int t = 0; t < count; ++t) {
    evenness += rows[static_cast<std::size_t>(t)].evenness / static_cast<float>(count);
    one_input = one_input && rows[static_cast<std::size_t>(t)].strongest == rows[0].strongest;
  }
  if (evenness > kEvenFrom) return AttentionShape::kEven;
  if (one_input) return AttentionShape::kOneInput;
  if (count >= 3 && sources >= 3) {
    if (distance_from_line(rows, count, sources, true) <= kNearLine) return AttentionShape::kAntiDiagonal;
    if (distance_from_line(rows, count, sources, false) <= kNearLine) return AttentionShape::kDiagonal;
  }
  return evenness < kSharpBelow ? AttentionShape::kSharp : AttentionShape::kMixed;
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

AttentionPicture attention_picture(const TapValue& tap, int content_rows) {
  AttentionPicture picture;
  const int rank = tap.shape.rank();
  if (rank < 2) return picture;
  const int targets = tap.shape[rank - 2], sources = tap.shape[rank - 1];
  if (sources < 1 || static_cast<std::size_t>(targets) * static_cast<std::size_t>(sources) > tap.values.size())
    return picture;
  for (int t = 0; t < targets; ++t) picture.rows.push_back(describe_row(tap.values.data() + t * sources, sources));
  const int judged = std::clamp(content_rows, 0, targets);
  if (judged > 0) picture.shape = shape_of(picture.rows, judged, sources);
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
  }
  return "shape.mixed";
}

}  // namespace heed
