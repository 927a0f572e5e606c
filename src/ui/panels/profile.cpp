// ui/panels: where the time of a training step on the GPU goes, kernel by kernel, and the GPU memory in use.
#include <algorithm>

#include "lab/describe.h"
#include "lab/strings.h"
#include "ui/panels/panels.h"
#include "ui/widgets/controls.h"

namespace heed {
namespace {

constexpr std::size_t kMostRows = 12;

/// The run that the panel is about: the one in focus, if it computes on the GPU, else the other one that does; -1: none.
int profiled_run(const LabState& state) {
  const auto on_gpu = [&](int run) {
    const RunView& view = state.runs[static_cast<std::size_t>(run)];
    return view.used && view.backend == "webgpu";
  };
  const int focus = state.compare ? state.focus : 0;
  if (on_gpu(focus)) return focus;
  return state.compare && on_gpu(1 - focus) ? 1 - focus : -1;
}

/// Name, times it runs in a step, milliseconds, and a bar as long as its share.
void draw_kernel(Ui& ui, const KernelShare& kernel, float share) {
  const Theme& theme = ui.theme;
  const float whole = ui.avail(), number = 64, calls = 44, name = whole - number - calls;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const std::string ms = milliseconds_text(static_cast<double>(kernel.ms)), times = "x" + std::to_string(kernel.calls);
  const float height = ui.paragraph_height(ui.soft(), kernel.label, name - theme.space.s);
  ui.draw_paragraph(at, ui.soft(), kernel.label, name - theme.space.s);
  ui.draw_text({at.x + name, at.y}, ui.caption(), times, calls);
  ui.draw_text({at.x + whole - ui.measure(ui.number(), ms).x, at.y}, ui.number(), ms, number);
  const float below = at.y + height + 1;
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled({at.x, below}, {at.x + whole, below + 3}, theme.colours.border, 1.5f);
  list->AddRectFilled({at.x, below}, {at.x + std::max(2.0f, whole * share), below + 3}, theme.colours.accent, 1.5f);
  ImGui::Dummy({whole, height + theme.space.s});
}

void draw_kernels(Ui& ui, const StepProfiled& profile) {
  float all = 0, others = 0;
  int hidden = 0;
  for (const KernelShare& kernel : profile.kernels) all += kernel.ms;
  ui.paragraph(ui.caption(), tr("profile.columns"));
  ui.gap(ui.theme.space.xs);
  for (std::size_t i = 0; i < profile.kernels.size(); ++i) {
    if (i < kMostRows) {
      draw_kernel(ui, profile.kernels[i], all > 0 ? profile.kernels[i].ms / all : 0);
    } else {
      others += profile.kernels[i].ms;
      ++hidden;
    }
  }
  if (hidden > 0)
    ui.paragraph(ui.caption(), tr("profile.others", {std::to_string(hidden), milliseconds_text(static_cast<double>(others))}));
  ui.paragraph(ui.caption(), tr("profile.apart"));
}

void draw_found(Ui& ui, const RunView& view) {
  const StepProfiled& profile = view.profile;
  const std::vector<std::string> sentences = describe_profile(view);
  ui.paragraph(ui.soft(), sentences.front());
  if (!profile.error.empty()) return;
  if (const std::string kernels = describe_kernels(view); !kernels.empty()) ui.paragraph(ui.caption(), kernels);
  ui.gap(ui.theme.space.s);
  if (profile.has_clock)
    draw_kernels(ui, profile);
  else
    ui.paragraph(ui.soft(), sentences.back());
}

}  // namespace

void draw_profile(const Lab& lab, Ui& ui) {
  const int run = profiled_run(lab.state());
  if (run < 0 || Ui::hidden(lab, "profile")) return;
  const RunView& view = lab.state().runs[static_cast<std::size_t>(run)];
  ImRect box;
  ImGui::PushID("profile");
  begin_card(ui, ImGui::GetCursorScreenPos(), ui.avail());
  card_title(ui, tr("ui.profile.title"), tr("ui.profile.subtitle"));
  ui.gap(ui.theme.space.m);
  if (view.has_profile) {
    draw_found(ui, view);
    ui.gap(ui.theme.space.s);
  } else {
    ui.paragraph(ui.soft(), tr(view.profile_pending ? "ui.profile.pending" : "ui.profile.nothing"));
  }
  ButtonLook look{ButtonKind::kPlain};
  look.enabled = !view.profile_pending;
  if (button(ui, "ask", tr(view.has_profile ? "ui.profile.again" : "ui.profile.ask"), look, tr("ui.profile.ask_help")))
    ui.push(ProfileRun{run});
  end_card(ui, &box);
  ImGui::PopID();
  ui.mark(lab, "profile", box);
}

}  // namespace heed
