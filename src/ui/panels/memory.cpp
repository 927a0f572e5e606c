// ui/panels: a memory over time: what comes in, where the heads write and read, what goes out, step by step in aligned columns, with a
// cursor through all of them. What the memory holds at the cursor: memory_moment.cpp.
#include <algorithm>

#include "lab/memory_picture.h"
#include "lab/strings.h"
#include "ui/panels/memory_moment.h"
#include "ui/panels/panels.h"
#include "ui/widgets/attention_picture.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/memory_lanes.h"

namespace heed {
namespace {

std::vector<std::string> shown_tokens(const std::vector<std::string>& tokens) {
  std::vector<std::string> out;
  for (const std::string& token : tokens) out.push_back(shown_token(token));
  return out;
}

Lane of_values(const char* key, const ValueRows& rows) {
  return {tr(key), LaneInk::kBits, rows.width, rows.values};
}

Lane of_tokens(const char* key, const std::vector<std::string>& tokens) {
  Lane lane{tr(key), LaneInk::kBits, 1, {}};
  lane.tokens = shown_tokens(tokens);
  return lane;
}

void add_head_lanes(const MemoryPicture& memory, bool writes, std::vector<Lane>& lanes) {
  for (const MemoryHead& head : memory.heads) {
    if (head.writes != writes) continue;
    const std::ptrdiff_t count = static_cast<std::ptrdiff_t>(memory.steps) * memory.slots;
    lanes.push_back({tr(writes ? "memory.writes_to" : "memory.reads_from", {head.name}), LaneInk::kWeights, memory.slots, {head.weights, head.weights + count}});
    if (!head.modes) continue;
    Lane modes{{}, LaneInk::kShares, 3, {head.modes, head.modes + std::ptrdiff_t{3} * memory.steps}};
    modes.names = {tr("memory.mode_back"), tr("memory.mode_content"), tr("memory.mode_on")};
    lanes.push_back(std::move(modes));
  }
}

std::vector<Lane> lanes_of(const ProbeShot& shot, const MemoryPicture& memory) {
  std::vector<Lane> lanes;
  lanes.push_back(shot.source_values.width > 0 ? of_values("memory.input", shot.source_values) : of_tokens("memory.input", shot.source));
  add_head_lanes(memory, true, lanes);
  if (memory.usage) lanes.push_back({tr("memory.usage"), LaneInk::kWeights, memory.slots, memory.usage->values});
  if (memory.allocation) lanes.push_back({tr("memory.allocation"), LaneInk::kWeights, memory.slots, memory.allocation->values});
  add_head_lanes(memory, false, lanes);
  if (shot.decoded_values.width > 0) {
    Lane own = of_values("memory.output", shot.decoded_values);
    own.truth = shot.target_values.values;
    own.asked = shot.asked;
    lanes.push_back(own);
    if (shot.target_values.values.empty()) return lanes;
    Lane right = of_values("memory.target", shot.target_values);
    right.asked = shot.asked;
    lanes.push_back(right);
  } else if (shot.decoded.size() == static_cast<std::size_t>(memory.steps)) {
    lanes.push_back(of_tokens("memory.output", shot.decoded));
    if (shot.target.size() == shot.decoded.size()) lanes.push_back(of_tokens("memory.target", shot.target));
  }
  return lanes;
}

void draw_one(const Lab& lab, Ui& ui, int run, const ProbeShot& shot, const MemoryPicture& memory) {
  ImGui::PushID(run);
  const int moment = shown_moment(lab.state(), memory);
  if (lab.state().compare) draw_run_label(lab, ui, run);
  draw_moment_player(lab, ui, memory.steps, moment);
  ui.gap(ui.theme.space.s);
  LanesLook look;
  look.cursor = moment;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = ui.avail();
  const int wanted = draw_memory_lanes(ui, "lanes", lanes_of(shot, memory), memory.steps, look);
  ui.mark(lab, "memory.lanes", ImRect(at, {at.x + width, ImGui::GetItemRectMax().y}));
  if (wanted >= 0) ui.push(ShowMoment{wanted});
  ui.gap(ui.theme.space.l);
  const ImVec2 below = ImGui::GetCursorScreenPos();
  draw_memory_moment(ui, run, memory, moment);
  ui.mark(lab, "memory.moment", ImRect(below, {below.x + width, ImGui::GetItemRectMax().y}));
  ImGui::PopID();
}

}  // namespace

void draw_moment_player(const Lab& lab, Ui& ui, int steps, int moment) {
  const bool plays = lab.state().moments_play;
  ui.begin_row();
  const auto quiet = [&](const char* id, Icon icon, const char* key) {
    ui.flow(ui.target(), 0);
    return button(ui, id, {}, {ButtonKind::kQuiet, icon}, tr(key));
  };
  if (quiet("back", Icon::kPrevious, "memory.back")) ui.push(ShowMoment{std::max(0, moment - 1)});
  if (quiet("play", plays ? Icon::kPause : Icon::kPlay, plays ? "memory.stop" : "memory.play")) ui.push(PlayMoments{!plays});
  ui.mark(lab, "memory.play", ImRect(ImGui::GetItemRectMin(), ImGui::GetItemRectMax()));
  if (quiet("next", Icon::kNext, "memory.next")) ui.push(ShowMoment{std::min(steps - 1, moment + 1)});
  const std::string text = tr("memory.step", {std::to_string(moment + 1), std::to_string(steps)});
  const float width = std::ceil(ui.measure(ui.soft(), text).x) + 1;
  ui.flow(width, ui.theme.space.s);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ui.draw_text({at.x, at.y + (ui.target() - ui.measure(ui.soft(), text).y) / 2}, ui.soft(), text, width);
  ImGui::Dummy({width, ui.target()});
  const Snapshot* snapshot = lab.shown_snapshot(0);
  const int probes = snapshot ? static_cast<int>(snapshot->probes.size()) : 0;
  if (probes < 2) return;
  std::vector<std::string> names;
  for (int i = 0; i < probes; ++i) names.push_back(std::to_string(i + 1));
  const std::string label = tr("ui.picture.example");
  const float label_width = std::ceil(ui.measure(ui.soft(), label).x) + 1;
  ui.flow(label_width + ui.theme.space.s + segmented_width(ui, names), ui.theme.space.xl);
  const ImVec2 place = ImGui::GetCursorScreenPos();
  ui.draw_text({place.x, place.y + (ui.target() - ui.measure(ui.soft(), label).y) / 2}, ui.soft(), label, label_width);
  ImGui::Dummy({label_width, ui.target()});
  ImGui::SameLine(0, ui.theme.space.s);
  const int now = std::clamp(lab.state().cursor.probe, 0, probes - 1), chosen = segmented(ui, "example", names, now);
  if (chosen != now) ui.push(SelectProbe{chosen});
}

void draw_memory(const Lab& lab, Ui& ui) { draw_memory_card(lab, ui, "memory", make_memory, draw_one); }

}  // namespace heed
