// ui/panels: the card of pictures of memories, and a memory at one step: its rows with the weights of the heads beside them, and how the address of one head came about.
#pragma once

#include <utility>
#include <vector>

#include "lab/memory_picture.h"
#include "lab/strings.h"
#include "ui/panels/panels.h"
#include "ui/widgets/controls.h"

namespace heed {

/// Play, one step back, one on, where the cursor stands, and which example.
void draw_moment_player(const Lab& lab, Ui& ui, int steps, int moment);

void draw_memory_moment(Ui& ui, int run, const MemoryPicture& memory, int moment);

/// A card with one picture below the other, of every run on screen that has one; nothing where none has. `make(shot, picture)` says whether
/// it has, `draw(run, shot, picture)` draws it; `key`: "memory" has its title in memory.title.
template <class MadePicture>
void draw_memory_card(const Lab& lab, Ui& ui, const std::string& key, bool (*make)(const ProbeShot&, MadePicture&),
                      void (*draw)(const Lab&, Ui&, int, const ProbeShot&, const MadePicture&)) {
  if (Ui::hidden(lab, "memory")) return;
  std::vector<std::pair<int, MadePicture>> shown;
  for (int run = 0; run < shown_runs(lab.state()); ++run) {
    const ProbeShot* shot = lab.shown_probe(run);
    if (MadePicture picture; shot && make(*shot, picture)) shown.emplace_back(run, std::move(picture));
  }
  if (shown.empty()) return;
  ImRect box;
  ImGui::PushID(key.c_str());
  begin_card(ui, ImGui::GetCursorScreenPos(), ui.avail());
  card_title(ui, tr(key + ".title"), tr(key + ".subtitle"));
  ui.gap(ui.theme.space.s);
  for (std::size_t n = 0; n < shown.size(); ++n) {
    if (n > 0) ui.gap(ui.theme.space.xl);
    draw(lab, ui, shown[n].first, *lab.shown_probe(shown[n].first), shown[n].second);
  }
  end_card(ui, &box);
  ImGui::PopID();
  ui.mark(lab, "memory", box);
}

}  // namespace heed
