// ui/widgets: see story_map.h.
#include "ui/widgets/story_map.h"

#include <algorithm>
#include <cmath>

#include "lab/strings.h"
#include "ui/widgets/controls.h"

namespace heed {
namespace {

constexpr float kBar = 14, kStoryMark = 42, kNumber = 20, kRowPad = 6, kMostHop = 132, kLeastHop = 62;

TextLook weight_look(const Ui& ui, float weight, float fade) {
  const ImU32 ink = weight >= 0.095f ? ui.theme.colours.ink : ui.theme.colours.ink_faint;
  return ui.look(Face::kMono, ui.theme.type.caption, with_alpha(ink, fade));
}

void draw_fact_badge(Ui& ui, ImVec2 centre, const std::string& text) {
  ImGui::GetWindowDrawList()->AddCircleFilled(centre, 9, ui.theme.colours.truth, 28);
  ui.draw_centred({centre.x - 9, centre.y - 9}, {centre.x + 9, centre.y + 9}, ui.look(Face::kStrong, 11, ui.theme.colours.surface), text);
}

/// "key -> value" where they are apart, else the sentence.
void draw_sentence(Ui& ui, ImVec2 at, const TextLook& look, const StoryPicture& story, std::size_t index, float width) {
  const std::string& text = story.sentences[index];
  const std::size_t last = text.rfind(' ');
  if (!story.key_and_value || last == std::string::npos) return ui.draw_paragraph(at, look, text, width);
  const std::string key = text.substr(0, last), value = text.substr(last + 1);
  const TextLook strong = ui.look(Face::kStrong, look.size, look.colour);
  const float key_width = ui.measure(look, key).x, value_width = ui.measure(strong, value).x, arrow = 30;
  if (key_width + arrow + value_width > width) return ui.draw_paragraph(at, look, text, width);
  ui.draw_paragraph(at, look, key, width);
  const float x = at.x + key_width + 7, y = at.y + ui.paragraph_height(look, "x", width) / 2;
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddLine({x, y}, {x + 15, y}, ui.theme.colours.ink_faint, 1.25f);
  list->AddTriangleFilled({x + 12, y - 3.5f}, {x + 18, y}, {x + 12, y + 3.5f}, ui.theme.colours.ink_faint);
  ui.draw_paragraph({at.x + key_width + arrow, at.y}, strong, value, value_width + 1);
}

struct Rows {
  std::vector<float> top, text;  ///< text: the height of the sentence alone
  float height = 0;
};

Rows measure_rows(const Ui& ui, const StoryPicture& story, const StoryLayout& layout) {
  Rows rows;
  for (const std::string& sentence : story.sentences) {
    rows.top.push_back(rows.height);
    const float text = ui.paragraph_height(ui.body(), sentence, layout.text);
    rows.text.push_back(text);
    rows.height += layout.stacked ? text + kBar + 2 * kRowPad + 2 : std::max(text, kBar) + 2 * kRowPad;
  }
  rows.top.push_back(rows.height);
  return rows;
}

int row_at(const Rows& rows, float y) {
  for (std::size_t n = 0; n + 1 < rows.top.size(); ++n)
    if (y >= rows.top[n] && y < rows.top[n + 1]) return static_cast<int>(n);
  return -1;
}

int chosen_row(Ui& ui, const char* id, const Item& item, const Rows& rows, float top) {
  const int last = static_cast<int>(rows.top.size()) - 2;
  CellCursor& kept = ui.memory.cells[id];
  if (item.hovered || item.held) {
    ImGui::SetMouseCursor(ImGuiMouseCursor_Arrow);
    const int row = row_at(rows, ImGui::GetIO().MousePos.y - top);
    if (item.held && row >= 0) kept.row = row;
    return row;
  }
  if (item.focused) {
    kept.row = std::clamp(kept.row, 0, last);
    if (key_on(item, ImGuiKey_UpArrow)) kept.row = std::max(0, kept.row - 1);
    if (key_on(item, ImGuiKey_DownArrow)) kept.row = std::min(last, kept.row + 1);
    if (key_on(item, ImGuiKey_Home)) kept.row = 0;
    if (key_on(item, ImGuiKey_End)) kept.row = last;
    return kept.row;
  }
  return ui.viewport.coarse && kept.row >= 0 ? std::min(kept.row, last) : -1;
}

}  // namespace

StoryLayout lay_out_story(const Ui& ui, float width, std::size_t hops, float least_text, float whole_text) {
  StoryLayout layout;
  const float count = static_cast<float>(std::max<std::size_t>(1, hops));
  layout.number = kStoryMark + ui.theme.space.s;
  layout.gap = ui.theme.space.m;
  const float bars = std::min((width - layout.number) * 0.5f, width - layout.number - whole_text);
  layout.hop = std::floor(std::clamp(bars / count - layout.gap, kLeastHop, kMostHop));
  layout.text = width - layout.number - count * (layout.hop + layout.gap);
  layout.stacked = layout.text < least_text;
  if (!layout.stacked) return layout;
  layout.gap = ui.theme.space.s;
  layout.text = width - layout.number;
  layout.hop = std::floor((width - layout.number - layout.gap * (count - 1)) / count);
  return layout;
}

void draw_story_header(Ui& ui, const StoryLayout& layout, const StoryPicture& story) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  float height = 0;
  for (std::size_t hop = 0; hop < story.hops.size(); ++hop) height = std::max(height, ui.paragraph_height(ui.caption(), story.hops[hop], layout.hop));
  for (std::size_t hop = 0; hop < story.hops.size(); ++hop)
    ui.draw_paragraph({at.x + layout.bars() + static_cast<float>(hop) * (layout.hop + layout.gap), at.y}, ui.caption(), story.hops[hop], layout.hop);
  ImGui::Dummy({ui.avail(), height + 2});
}

void draw_story_mark(Ui& ui, ImVec2 centre, const StoryPicture& story, std::size_t sentence, const StoryLook& look) {
  const int place = look.support && sentence < story.support.size() ? story.support[sentence] : 0;
  ui.draw_centred({centre.x - kStoryMark / 2, centre.y - 10}, {centre.x - kStoryMark / 2 + kNumber, centre.y + 10}, ui.caption(), std::to_string(sentence + 1));
  if (place > 0) draw_fact_badge(ui, {centre.x + kStoryMark / 2 - 9, centre.y}, std::to_string(place));
}

void draw_story_bars(Ui& ui, ImVec2 at, float height, const StoryLayout& layout, const StoryPicture& story, std::size_t sentence, const StoryLook& look) {
  const Theme& theme = ui.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float number = std::ceil(ui.measure(weight_look(ui, 1, 1), "0.00").x) + 6, y = at.y + (height - kBar) / 2;
  for (std::size_t hop = 0; hop < story.hops.size(); ++hop) {
    const float weight = story.weight(hop, sentence), x = at.x + static_cast<float>(hop) * (layout.hop + layout.gap);
    const float track = layout.hop - number, full = track * std::clamp(weight, 0.0f, 1.0f);
    list->AddRectFilled({x, y}, {x + track, y + kBar}, theme.colours.surface_sunken, 3);
    if (full >= 0.5f) list->AddRectFilled({x, y}, {x + full, y + kBar}, with_alpha(theme.run(look.run), look.fade), std::min(3.0f, full / 2));
    const TextLook text = weight_look(ui, weight, look.fade);
    ui.draw_text({x + track + 6, y + (kBar - ui.measure(text, "0").y) / 2}, text, weight_text(weight), number);
  }
}

CellCursor draw_story(Ui& ui, const char* id, const StoryPicture& story, const StoryLook& look, CellCursor shared) {
  const Theme& theme = ui.theme;
  const StoryLayout layout = lay_out_story(ui, ui.avail(), story.hops.size(), 210);
  const Rows rows = measure_rows(ui, story, layout);
  draw_story_header(ui, layout, story);
  ui.gap(2);
  const Item item = add_item(ui, id, {ui.avail(), std::max(rows.height, ui.target())}, theme.radius.control);
  keep_arrow_keys(item, true);
  const int own = chosen_row(ui, id, item, rows, item.box.Min.y), shown = own >= 0 ? own : shared.row;
  if (!item.visible) return {own, own >= 0 ? 0 : -1};
  ImDrawList* list = ImGui::GetWindowDrawList();
  for (std::size_t n = 0; n < story.sentences.size(); ++n) {
    const ImVec2 at{item.box.Min.x, item.box.Min.y + rows.top[n]};
    const float height = rows.top[n + 1] - rows.top[n];
    if (static_cast<int>(n) == shown) list->AddRectFilled({at.x - 4, at.y}, {item.box.Max.x + 4, at.y + height}, theme.colours.surface_hover, theme.radius.small);
    if (n > 0) list->AddLine({at.x, at.y}, {item.box.Max.x, at.y}, theme.colours.grid, theme.line.hair);
    const float text_height = layout.stacked ? rows.text[n] + 2 * kRowPad : height;
    draw_story_mark(ui, {at.x + kStoryMark / 2, at.y + text_height / 2}, story, n, look);
    draw_sentence(ui, {at.x + layout.number, at.y + (text_height - rows.text[n]) / 2}, ui.body(), story, n, layout.text);
    const float bars_top = layout.stacked ? at.y + kRowPad + rows.text[n] : at.y;
    draw_story_bars(ui, {at.x + layout.bars(), bars_top}, layout.stacked ? kBar + 4 : height, layout, story, n, look);
  }
  return {own, own >= 0 ? 0 : -1};
}

void draw_story_answer(Ui& ui, const StoryPicture& story, const StoryLook& look) {
  const Theme& theme = ui.theme;
  const bool known = !story.right.empty();
  const ImU32 ink = with_alpha(!known ? theme.colours.ink : story.exact ? theme.colours.right : theme.colours.wrong, look.fade);
  const ImU32 ground = !known ? theme.colours.surface_sunken : story.exact ? theme.colours.right_soft : theme.colours.wrong_soft;
  const TextLook word = ui.look(Face::kStrong, theme.type.lead, ink);
  const std::string answer = story.answer.empty() ? tr("ui.try.no_output") : story.answer;
  const float icon = known ? 20.0f : 0.0f, height = 32;
  const float width = std::min(ui.avail(), std::ceil(ui.measure(word, answer).x) + icon + 2 * theme.space.m);
  ui.paragraph(ui.caption(), tr("story.answer"));
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(at, {at.x + width, at.y + height}, with_alpha(ground, look.fade), theme.radius.control);
  if (known) draw_icon(list, story.exact ? Icon::kCheck : Icon::kCross, {at.x + theme.space.m + 5, at.y + height / 2}, 11, ink);
  ui.draw_text({at.x + theme.space.m + icon, at.y + (height - ui.measure(word, answer).y) / 2}, word, answer, width);
  ui.begin_row();
  ui.flow(width, 0);
  ImGui::Dummy({width, height});
  if (story.chance >= 0) {
    const float bar = 96, number = 48;
    ui.flow(bar + number, theme.space.m);
    const ImVec2 place = ImGui::GetCursorScreenPos();
    const float y = place.y + (height - kBar) / 2;
    list->AddRectFilled({place.x, y}, {place.x + bar, y + kBar}, theme.colours.surface_sunken, 3);
    list->AddRectFilled({place.x, y}, {place.x + std::max(2.0f, bar * story.chance), y + kBar}, with_alpha(theme.run(look.run), look.fade), 3);
    TextLook text = ui.number();
    text.colour = with_alpha(text.colour, look.fade);
    ui.draw_text({place.x + bar + 8, place.y + (height - ui.measure(text, "0").y) / 2}, text, weight_text(story.chance), number);
    ImGui::Dummy({bar + number, height});
  }
  if (known && !story.exact) {
    const std::string right = tr("ui.try.expected", {story.right});
    const float wide = std::min(ui.column_width(), std::ceil(ui.measure(ui.soft(), right).x) + 2);
    ui.flow(wide, theme.space.m);
    const ImVec2 place = ImGui::GetCursorScreenPos();
    const float tall = ui.paragraph_height(ui.soft(), right, wide);
    ui.draw_paragraph({place.x, place.y + std::max(0.0f, (height - tall) / 2)}, ui.soft(), right, wide);
    ImGui::Dummy({wide, std::max(height, tall)});
  }
}

void draw_story_legend(Ui& ui, const StoryPicture& story, const StoryLook& look) {
  if (look.support && story.support_known) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    draw_fact_badge(ui, {at.x + 9, at.y + 9}, "1");
    const float room = ui.avail() - 24, tall = ui.paragraph_height(ui.caption(), tr("story.support_legend"), room);
    ui.draw_paragraph({at.x + 24, at.y + 1}, ui.caption(), tr("story.support_legend"), room);
    ImGui::Dummy({ui.avail(), std::max(18.0f, tall)});
  }
  ui.paragraph(ui.caption(), tr(story.key_and_value ? "story.key_value_legend" : "story.weights_legend"));
}

}  // namespace heed
