// lab: see memory_picture.h.
#include "lab/memory_picture.h"

#include <algorithm>

#include "lab/attention_shape.h"
#include "lab/story_picture.h"
#include "lab/strings.h"

namespace heed {
namespace {

/// A tap of this rank that begins with the picture's steps.
const TapValue* over_time(const ProbeShot& shot, const std::string& name, int steps, int rank) {
  const TapValue* tap = find_tap(shot, name);
  return tap && tap->shape.rank() == rank && tap->shape[0] == steps && tap->values.size() == tap->shape.count() ? tap : nullptr;
}

void add_heads(const ProbeShot& shot, const TapValue& weights, bool writes, MemoryPicture& out) {
  const std::size_t each = static_cast<std::size_t>(out.steps) * static_cast<std::size_t>(out.slots);
  const TapValue* modes = find_tap(shot, "memory.modes");
  for (int h = 0; h < weights.shape[0]; ++h) {
    const std::string number = std::to_string(h + 1), prefix = std::string("memory.") + (writes ? "write" : "read") + number + ".";
    const auto tap = [&](const char* name) { return over_time(shot, prefix + name, out.steps, 2); };
    MemoryHead head{tr(writes ? "memory.write_head" : "memory.read_head", {number}), writes, weights.values.data() + static_cast<std::size_t>(h) * each};
    head.content = tap("content"), head.gated = tap("gated"), head.shifted = tap("shifted"), head.sharpened = tap("sharpened");
    head.key = tap("key"), head.strength = tap("strength"), head.gate = tap("gate"), head.shift = tap("shift"), head.sharpening = tap("sharpening");
    head.erase = tap("erase"), head.add = tap("add");
    if (!writes && modes && modes->shape == Shape{weights.shape[0], out.steps, 3})
      head.modes = modes->values.data() + static_cast<std::size_t>(h) * static_cast<std::size_t>(out.steps) * 3;
    out.heads.push_back(std::move(head));
  }
}

}  // namespace

int MemoryHead::strongest(int t, int slots) const {
  const float* row = weights + static_cast<std::ptrdiff_t>(t) * slots;
  return static_cast<int>(std::max_element(row, row + slots) - row);
}

std::vector<float> at_step(const TapValue* tap, int t) {
  if (!tap || tap->shape.rank() < 1 || t < 0 || t >= tap->shape[0]) return {};
  const std::size_t each = tap->values.size() / static_cast<std::size_t>(tap->shape[0]);
  const auto begin = tap->values.begin() + static_cast<std::ptrdiff_t>(each * static_cast<std::size_t>(t));
  return {begin, begin + static_cast<std::ptrdiff_t>(each)};
}

bool make_memory(const ProbeShot& shot, MemoryPicture& out) {
  out = MemoryPicture{};
  const TapValue *write = find_tap(shot, "memory.write"), *read = find_tap(shot, "memory.read");
  if (!write || !read || write->shape.rank() != 3 || read->shape.rank() != 3) return false;
  if (write->shape[1] != read->shape[1] || write->shape[2] != read->shape[2]) return false;
  if (write->values.size() != write->shape.count() || read->values.size() != read->shape.count()) return false;
  out.steps = write->shape[1];
  out.slots = write->shape[2];
  add_heads(shot, *write, true, out);
  add_heads(shot, *read, false, out);
  out.content = over_time(shot, "memory.content", out.steps, 3);
  if (out.content && out.content->shape[1] != out.slots) out.content = nullptr;
  if (out.content) out.width = out.content->shape[2];
  const auto of_slots = [&](const char* name, int rank) {
    const TapValue* tap = over_time(shot, name, out.steps, rank);
    return tap && tap->shape[-1] == out.slots ? tap : nullptr;
  };
  out.usage = of_slots("memory.usage", 2);
  out.allocation = of_slots("memory.allocation", 2);
  out.link = of_slots("memory.link", 3);
  out.write_gates = over_time(shot, "memory.write_gates", out.steps, 2);
  out.free_gates = over_time(shot, "memory.free_gates", out.steps, 2);
  return true;
}

int shown_moment(const LabState& state, const MemoryPicture& memory) {
  return std::clamp(state.moment >= 0 ? state.moment : memory.steps / 2, 0, std::max(0, memory.steps - 1));
}

std::string describe_memory(const MemoryPicture& memory, int moment) {
  std::string text = tr("memory.about", {std::to_string(memory.slots), std::to_string(memory.steps)});
  for (const MemoryHead& head : memory.heads) {
    std::string way;
    for (int t = 0; t < memory.steps; ++t) way += (t ? " " : "") + std::to_string(head.strongest(t, memory.slots) + 1);
    text += " " + tr("memory.way", {head.name, way});
  }
  for (const MemoryHead& head : memory.heads) {
    const int slot = head.strongest(moment, memory.slots);
    text += " " + tr("memory.at", {std::to_string(moment + 1), head.name, std::to_string(slot + 1), weight_text(head.weight(moment, slot, memory.slots))});
  }
  return text;
}

}  // namespace heed
