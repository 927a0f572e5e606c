// lab: see addressing.h.
#include "lab/addressing.h"

#include <algorithm>
#include <cmath>

#include "lab/lab.h"
#include "lab/memory_picture.h"
#include "lab/story_picture.h"
#include "lab/strings.h"

namespace heed {
namespace {

/// "row 3 (0.98)"; rows whose weights read the same as the largest are named together.
std::string largest_text(const std::vector<float>& weights) {
  const auto best = std::max_element(weights.begin(), weights.end());
  const std::string weight = weight_text(best == weights.end() ? 0.0f : *best);
  std::vector<std::string> rows;
  for (std::size_t i = 0; i < weights.size(); ++i)
    if (weight_text(weights[i]) == weight) rows.push_back(std::to_string(i + 1));
  if (rows.size() < 2) return tr("addressing.at", {rows.empty() ? "1" : rows[0], weight});
  if (rows.size() == weights.size()) return tr("addressing.at_all", {weight});
  std::string first = rows[0];
  for (std::size_t i = 1; i + 1 < rows.size(); ++i) first += ", " + rows[i];
  return tr("addressing.at_several", {first, rows.back(), weight});
}

}  // namespace

bool addressing_open(const Lab& lab) {
  const LabState& state = lab.state();
  if (std::find(state.hidden.begin(), state.hidden.end(), "addressing") != state.hidden.end()) return false;
  if (state.addressing.open) return *state.addressing.open;
  const Snapshot* snapshot = lab.shown_snapshot(0);
  MemoryPicture memory;
  return snapshot && !snapshot->probes.empty() && make_memory(snapshot->probes.front(), memory);
}

const std::array<float, 2 * kAddressRows>& address_memory() {
  // Neighbours in the memory lie far apart in the plane, so that place and content are two things.
  static const std::array<float, 2 * kAddressRows> rows = [] {
    constexpr std::array<float, kAddressRows> kDegrees = {20, 155, 65, 290, 110, 245, 335, 200};
    std::array<float, 2 * kAddressRows> out{};
    for (std::size_t i = 0; i < kAddressRows; ++i) {
      const float angle = kDegrees[i] * 3.14159265f / 180;
      out[2 * i] = 0.85f * std::cos(angle);
      out[2 * i + 1] = 0.85f * std::sin(angle);
    }
    return out;
  }();
  return rows;
}

FindAddress address_question(const AddressInputs& inputs) {
  FindAddress asked;
  asked.rows = kAddressRows;
  asked.width = 2;
  asked.memory.assign(address_memory().begin(), address_memory().end());
  asked.key = {inputs.key_x, inputs.key_y};
  asked.previous.assign(kAddressRows, 0);
  asked.previous[static_cast<std::size_t>(std::clamp(inputs.previous, 1, kAddressRows) - 1)] = 1;
  asked.shift.assign(2 * kAddressReach + 1, 0);
  const float place = std::clamp(inputs.shift, -static_cast<float>(kAddressReach), static_cast<float>(kAddressReach)) + kAddressReach;
  const float below = std::floor(place), part = place - below;
  asked.shift[static_cast<std::size_t>(below)] = 1 - part;
  if (part > 0) asked.shift[static_cast<std::size_t>(below) + 1] = part;
  asked.strength = inputs.strength;
  asked.gate = inputs.gate;
  asked.sharpening = inputs.sharpening;
  asked.hard = inputs.hard;
  asked.rounds = std::clamp(inputs.rounds, 0, kMostAddressRounds);
  return asked;
}

std::string describe_addressing(const AddressState& state) {
  const AddressFound& found = state.found;
  std::string text = tr("addressing.words", {largest_text(found.content), largest_text(found.gated), largest_text(found.shifted), largest_text(found.sharpened)});
  if (found.rounds.empty()) return text;
  const std::vector<float> last(found.rounds.end() - kAddressRows, found.rounds.end());
  return text + " " + tr("addressing.words_rounds", {std::to_string(found.rounds.size() / kAddressRows), largest_text(last)});
}

}  // namespace heed
