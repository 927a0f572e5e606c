// lab: see two_ways_picture.h.
#include "lab/two_ways_picture.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "lab/attention_shape.h"
#include "lab/memory_picture.h"
#include "lab/story_picture.h"
#include "lab/strings.h"

namespace heed {

float TwoWaysPicture::largest_at(int t) const {
  float most = 0;
  for (const float value : at_step(matrix, t)) most = std::max(most, std::abs(value));
  return most;
}

float TwoWaysPicture::apart_at(int t) const {
  const std::vector<float> a = at_step(matrix, t), b = at_step(attention, t);
  float most = 0;
  for (std::size_t i = 0; i < a.size(); ++i) most = std::max(most, std::abs(a[i] - b[i]));
  return most;
}

float TwoWaysPicture::apart() const {
  float most = 0;
  for (int t = 0; t < steps; ++t) most = std::max(most, apart_at(t));
  return most;
}

bool make_two_ways(const ProbeShot& shot, TwoWaysPicture& out) {
  out = TwoWaysPicture{};
  const TapValue *matrix = find_tap(shot, "memory.by_matrix"), *attention = find_tap(shot, "memory.by_attention"), *read = find_tap(shot, "memory.read");
  if (!matrix || !attention || !read || matrix->shape.rank() != 2 || matrix->shape != attention->shape) return false;
  const int steps = matrix->shape[0];
  if (steps == 0 || read->shape != Shape{1, steps, steps} || static_cast<std::size_t>(steps) != shot.source.size()) return false;
  for (const TapValue* tap : {matrix, attention, read})
    if (tap->values.size() != tap->shape.count()) return false;
  out.steps = steps;
  out.width = matrix->shape[1];
  out.matrix = matrix;
  out.attention = attention;
  out.weights = read->values.data();
  for (int t = 0; t < steps; ++t) out.largest = std::max(out.largest, out.largest_at(t));
  return true;
}

int shown_way(const LabState& state, const TwoWaysPicture& ways) {
  return std::clamp(state.moment >= 0 ? state.moment : ways.steps - 1, 0, std::max(0, ways.steps - 1));
}

std::string tiny_text(float value) {
  if (value == 0) return "0";
  char text[24];
  std::snprintf(text, sizeof text, "%.1e", static_cast<double>(value));
  return text;
}

std::string describe_two_ways(const TwoWaysPicture& ways, int moment) {
  return tr("ways.about", {std::to_string(moment + 1), weight_text(ways.largest_at(moment)), tiny_text(ways.apart_at(moment)), tiny_text(ways.apart())});
}

}  // namespace heed
