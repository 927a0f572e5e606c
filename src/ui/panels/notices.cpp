// ui/panels: what runs had to say: warnings, errors and news, each with a way to put it away.
#include <algorithm>

#include "lab/strings.h"
#include "ui/panels/panels.h"
#include "ui/widgets/controls.h"

namespace heed {

void draw_notices(const Lab& lab, Ui& ui) {
  const LabState& state = lab.state();
  const Theme& theme = ui.theme;
  for (int i = 0; i < static_cast<int>(state.notices.size()); ++i) {
    const NoticeLine& notice = state.notices[static_cast<std::size_t>(i)];
    const bool error = notice.severity == Severity::kError, warning = notice.severity == Severity::kWarning;
    const ImU32 ink = error ? theme.colours.error : warning ? theme.colours.warning : theme.colours.info;
    const ImU32 ground = error     ? theme.colours.error_soft
                         : warning ? theme.colours.warning_soft
                                   : theme.colours.info_soft;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ui.avail(), icon = 28, close = ui.target();
    const float words = width - icon - close - 2 * theme.space.m;
    std::string text = notice.text;
    if (state.compare && notice.run >= 0) text = std::string(notice.run == 0 ? "A" : "B") + ": " + text;
    TextLook look = ui.soft();
    look.colour = theme.colours.ink;
    const float height = std::max(ui.paragraph_height(look, text, words) + 2 * theme.space.s, close + theme.space.s);
    ImDrawList* list = ImGui::GetWindowDrawList();
    list->AddRectFilled(at, {at.x + width, at.y + height}, ground, theme.radius.control);
    list->AddRectFilled(at, {at.x + 3, at.y + height}, ink, theme.radius.control, ImDrawFlags_RoundCornersLeft);
    draw_icon(list, error || warning ? Icon::kWarning : Icon::kInfo, {at.x + theme.space.m + 8, at.y + height / 2}, 15,
              ink);
    ui.draw_paragraph({at.x + theme.space.m + icon, at.y + (height - ui.paragraph_height(look, text, words)) / 2}, look,
                      text, words);
    ImGui::PushID(i);
    ui.move_to({at.x + width - close - theme.space.xs, at.y + (height - close) / 2});
    if (button(ui, "dismiss", {}, {ButtonKind::kQuiet, Icon::kCross}, tr("ui.notice.dismiss")))
      ui.push(DismissNotice{i});
    ImGui::PopID();
    ui.move_to(at);
    ImGui::Dummy({width, height});
    ui.gap(theme.space.m);
  }
}

}  // namespace heed
