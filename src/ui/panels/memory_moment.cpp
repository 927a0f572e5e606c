// ui/panels: see memory_moment.h.
#include "ui/panels/memory_moment.h"

#include <algorithm>
#include <cmath>

#include "lab/story_picture.h"
#include "lab/strings.h"
#include "ui/widgets/bar_strip.h"
#include "ui/widgets/controls.h"

namespace heed {
namespace {

constexpr float kMomentBeside = 620, kRowBars = 64, kRowsHeight = 300, kStage = 44;

/// How far the memory's numbers go, over all steps, at least 1.
float reach_of(const MemoryPicture& memory) {
  float most = 1;
  for (const float value : memory.content->values) most = std::max(most, std::abs(value));
  return most;
}

const MemoryHead* first_head(const MemoryPicture& memory, bool writes) {
  const auto found = std::find_if(memory.heads.begin(), memory.heads.end(), [writes](const MemoryHead& head) { return head.writes == writes; });
  return found == memory.heads.end() ? nullptr : &*found;
}

void small_title(Ui& ui, const std::string& text) {
  ui.paragraph(ui.look(Face::kStrong, ui.theme.type.small, ui.theme.colours.ink), text);
}

/// Bars that grow to the left (of what writes) or to the right (of what reads), one for each row.
void draw_row_bars(Ui& ui, const MemoryHead* head, const MemoryPicture& memory, int moment, ImVec2 at, float row, bool left, ImU32 colour) {
  if (!head) return;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float gap = row >= 5 ? 1.0f : 0.0f;
  for (int i = 0; i < memory.slots; ++i) {
    const float wide = kRowBars * std::clamp(head->weight(moment, i, memory.slots), 0.0f, 1.0f), y = at.y + static_cast<float>(i) * row;
    if (wide < 0.5f) continue;
    list->AddRectFilled({left ? at.x + kRowBars - wide : at.x, y}, {left ? at.x + kRowBars : at.x + wide, y + row - gap}, colour, std::min(2.0f, wide / 2));
  }
  const int best = head->strongest(moment, memory.slots);
  const std::string text = weight_text(head->weight(moment, best, memory.slots));
  const TextLook look = ui.look(Face::kMono, 10, ui.theme.colours.ink_soft);
  const float wide = kRowBars * std::clamp(head->weight(moment, best, memory.slots), 0.0f, 1.0f), size = ui.measure(look, text).x;
  const float y = at.y + (static_cast<float>(best) + 0.5f) * row - ui.measure(look, text).y / 2;
  const float x = wide + size + 4 <= kRowBars ? (left ? at.x + kRowBars - wide - size - 4 : at.x + wide + 4) : (left ? at.x - size - 4 : at.x + kRowBars + 4);
  ui.draw_text({x, y}, look, text, size + 1);
}

/// The memory at this step, the weights of one head that writes on its left and of one that reads on its right.
void draw_slots(Ui& ui, const MemoryPicture& memory, int moment, const MemoryHead* writer, const MemoryHead* reader) {
  const Theme& theme = ui.theme;
  small_title(ui, tr("memory.content_at", {std::to_string(moment + 1)}));
  const float margin = 34, row = std::clamp(kRowsHeight / static_cast<float>(memory.slots), 3.0f, 18.0f), height = row * static_cast<float>(memory.slots);
  const float room = ui.avail() - 2 * (kRowBars + margin + 6), cell = std::clamp(room / static_cast<float>(std::max(1, memory.width)), 3.0f, 20.0f);
  const float wide = cell * static_cast<float>(memory.width), x0 = ImGui::GetCursorScreenPos().x + margin;
  const float caption = ui.fonts.height(Face::kUi, theme.type.caption) + 3, y0 = ImGui::GetCursorScreenPos().y + caption;
  const float cells = x0 + kRowBars + 6, right = cells + wide + 6;
  const std::string reads = tr("memory.read_short");
  const std::string writes = tr("memory.write_short");
  const float writes_width = std::ceil(ui.measure(ui.caption(), writes).x) + 1, reads_width = std::ceil(ui.measure(ui.caption(), reads).x) + 1;
  ui.draw_text({std::max(x0 - margin, cells - 6 - writes_width), y0 - caption}, ui.caption(), writes, writes_width);
  ui.draw_text({std::min(right, x0 - margin + ui.avail() - reads_width), y0 - caption}, ui.caption(), reads, reads_width);
  draw_row_bars(ui, writer, memory, moment, {x0, y0}, row, true, theme.colours.run_b);
  draw_row_bars(ui, reader, memory, moment, {right, y0}, row, false, theme.colours.run_a);
  std::vector<float> content = at_step(memory.content, moment);
  const float reach = reach_of(memory);
  for (float& value : content) value /= reach;
  for (int i = 0; i < memory.slots; ++i) {
    const auto begin = content.begin() + static_cast<std::ptrdiff_t>(i) * memory.width;
    draw_cell_strip(ui, {cells, y0 + static_cast<float>(i) * row}, {begin, begin + memory.width}, wide, row - (row >= 5 ? 1.0f : 0.0f));
  }
  ImGui::Dummy({ui.avail(), caption + height + 2});
  ui.paragraph(ui.caption(), tr("memory.content_scale", {weight_text(reach)}));
}

std::string one_number(const TapValue* tap, int moment) {
  const std::vector<float> values = at_step(tap, moment);
  return values.empty() ? std::string("?") : weight_text(values.front());
}

/// A stage: what it does, with its number, and the weights after it.
void draw_stage(Ui& ui, const std::string& title, const std::vector<float>& weights, ImU32 colour) {
  if (!title.empty()) ui.paragraph(ui.soft(), title);
  BarStrip look;
  look.width = ui.avail();
  look.height = kStage;
  look.numbers = true;
  look.peak = "memory.peak";
  look.colour = colour;
  draw_bar_strip(ui, weights, look);
  ui.gap(ui.theme.space.s);
}

void draw_shift(Ui& ui, const std::vector<float>& shift) {
  const int reach = static_cast<int>(shift.size()) / 2;
  std::string text;
  for (std::size_t j = 0; j < shift.size(); ++j) {
    const int by = static_cast<int>(j) - reach;
    text += (j ? " \xC2\xB7 " : "") + std::string(by > 0 ? "+" : by < 0 ? "\xE2\x88\x92" : "") + std::to_string(std::abs(by)) + ": " + weight_text(shift[j]);
  }
  ui.paragraph(ui.soft(), tr("memory.stage_shift", {text}));
}

void draw_stages(Ui& ui, const MemoryHead& head, int moment) {
  const ImU32 colour = head.writes ? ui.theme.colours.run_b : ui.theme.colours.run_a;
  draw_stage(ui, head.strength ? tr("memory.stage_content", {one_number(head.strength, moment)}) : tr("memory.stage_content_plain"), at_step(head.content, moment), colour);
  draw_stage(ui, head.gate ? tr("memory.stage_gate", {one_number(head.gate, moment)}) : tr("memory.stage_gate_plain"), at_step(head.gated, moment), colour);
  if (head.shift) draw_shift(ui, at_step(head.shift, moment));
  draw_stage(ui, head.shift ? std::string() : tr("memory.stage_shift_plain"), at_step(head.shifted, moment), colour);
  draw_stage(ui, head.sharpening ? tr("memory.stage_sharpen", {one_number(head.sharpening, moment)}) : tr("memory.stage_sharpen_plain"), at_step(head.sharpened, moment), colour);
}

/// Key, erase and add as lines of cells, one under the other.
void draw_vectors(Ui& ui, const MemoryHead& head, int moment) {
  const auto line = [&](const char* key, const TapValue* tap) {
    if (!tap) return;
    const std::vector<float> values = at_step(tap, moment);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float label = std::min(ui.avail() * 0.4f, 110.0f), height = 16, width = std::min(ui.avail() - label, 20.0f * static_cast<float>(values.size()));
    const float tall = ui.paragraph_height(ui.caption(), tr(key), label - 6);
    ui.draw_paragraph({at.x, at.y}, ui.caption(), tr(key), label - 6);
    draw_cell_strip(ui, {at.x + label, at.y}, values, width, height);
    ImGui::Dummy({ui.avail(), std::max(tall, height) + 4});
  };
  line("memory.key", head.key);
  line("memory.erase", head.erase);
  line("memory.add", head.add);
}

/// From which row to which the order of writing leads.
void draw_order(Ui& ui, const MemoryPicture& memory, int moment) {
  small_title(ui, tr("memory.link"));
  const std::vector<float> link = at_step(memory.link, moment);
  const float side = std::min(ui.avail(), 200.0f), cell = side / static_cast<float>(memory.slots);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(at, {at.x + side, at.y + side}, attention_colour(ui.theme, 0), 2);
  for (int i = 0; i < memory.slots; ++i) {
    for (int j = 0; j < memory.slots; ++j) {
      const float value = link[static_cast<std::size_t>(i * memory.slots + j)];
      if (value < 0.012f) continue;
      const ImVec2 low{at.x + static_cast<float>(j) * cell, at.y + static_cast<float>(i) * cell};
      list->AddRectFilled(low, {low.x + cell, low.y + cell}, attention_colour(ui.theme, std::min(1.0f, value)));
    }
  }
  list->AddRect(at, {at.x + side, at.y + side}, ui.theme.colours.border, 2, 0, ui.theme.line.hair);
  ImGui::Dummy({side, side});
  ui.paragraph(ui.caption(), tr("memory.link_help"));
}

/// Where free slots are, how much of the writing follows them, and what reading sets free.
void draw_gates(Ui& ui, const MemoryPicture& memory, const MemoryHead& head, int moment) {
  const std::vector<float> writes = at_step(memory.write_gates, moment), frees = at_step(memory.free_gates, moment);
  if (head.writes && memory.allocation) draw_stage(ui, tr("memory.allocation"), at_step(memory.allocation, moment), ui.theme.colours.run_b);
  if (head.writes && writes.size() == 2) ui.paragraph(ui.soft(), tr("memory.gates_at", {weight_text(writes[0]), weight_text(writes[1])}));
  std::size_t reader = 0;
  for (const MemoryHead& other : memory.heads) {
    if (&other == &head) break;
    reader += other.writes ? 0 : 1;
  }
  if (!head.writes && reader < frees.size()) ui.paragraph(ui.soft(), tr("memory.frees_at", {weight_text(frees[reader])}));
  ui.gap(ui.theme.space.s);
}

void draw_head_at(Ui& ui, const MemoryPicture& memory, const MemoryHead& head, int moment) {
  if (head.has_stages()) {
    draw_stages(ui, head, moment);
  } else {
    const float* row = head.weights + static_cast<std::ptrdiff_t>(moment) * memory.slots;
    draw_stage(ui, tr("memory.weights"), {row, row + memory.slots}, head.writes ? ui.theme.colours.run_b : ui.theme.colours.run_a);
  }
  if (memory.write_gates || memory.free_gates) draw_gates(ui, memory, head, moment);
  if (head.modes) {
    const float* mode = head.modes + std::ptrdiff_t{3} * moment;
    ui.paragraph(ui.soft(), tr("memory.modes_at", {weight_text(mode[0]), weight_text(mode[1]), weight_text(mode[2])}));
  }
  draw_vectors(ui, head, moment);
  if (memory.link) draw_order(ui, memory, moment);
}

}  // namespace

void draw_memory_moment(Ui& ui, int run, const MemoryPicture& memory, int moment) {
  if (memory.heads.empty()) return;
  const Theme& theme = ui.theme;
  int& chosen = ui.memory.memory_head[static_cast<std::size_t>(run)];
  chosen = std::clamp(chosen, 0, static_cast<int>(memory.heads.size()) - 1);
  const auto draw_how = [&] {
    small_title(ui, tr("memory.address_at", {std::to_string(moment + 1)}));
    ui.gap(theme.space.xs);
    std::vector<std::string> names;
    for (const MemoryHead& head : memory.heads) names.push_back(head.name);
    if (names.size() > 1) chosen = segmented(ui, "head", names, chosen);
    ui.gap(theme.space.s);
    draw_head_at(ui, memory, memory.heads[static_cast<std::size_t>(chosen)], moment);
  };
  const MemoryHead& head = memory.heads[static_cast<std::size_t>(chosen)];
  const MemoryHead *writer = head.writes ? &head : first_head(memory, true), *reader = head.writes ? first_head(memory, false) : &head;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float whole = ui.avail();
  if (!memory.content) return draw_how();
  if (whole < kMomentBeside) {
    draw_slots(ui, memory, moment, writer, reader);
    ui.gap(theme.space.l);
    return draw_how();
  }
  const float part = (whole - theme.space.xl) / 2;
  ui.begin_column(at, part);
  draw_slots(ui, memory, moment, writer, reader);
  const float left = ui.end_column();
  ui.begin_column({at.x + part + theme.space.xl, at.y}, part);
  draw_how();
  const float bottom = std::max(left, ui.end_column());
  ui.move_to(at);
  ImGui::Dummy({whole, bottom - at.y});
}

}  // namespace heed
