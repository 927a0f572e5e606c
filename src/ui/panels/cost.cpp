// ui/panels: what attention and recurrence cost against the length of the sequence, counted in plans that run and by
// formula, and what the Transformer's authors reported.
#include <algorithm>
#include <array>
#include <cmath>

#include "lab/describe.h"
#include "lab/findings_text.h"
#include "lab/strings.h"
#include "ui/panels/panels.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/log_plot.h"

namespace heed {
namespace {

enum class Measure { kOperations, kMemory, kChain, kTime };

double value_of(const CostPoint& point, Measure measure) {
  switch (measure) {
    case Measure::kOperations:
      return point.multiply_adds;
    case Measure::kMemory:
      return point.training_bytes;
    case Measure::kChain:
      return point.chain;
    case Measure::kTime:
      return static_cast<double>(point.milliseconds);
  }
  return 0;
}

std::string value_text(double value, Measure measure) {
  if (measure == Measure::kMemory) return tr("ui.cost.kilobytes", {short_number(value / 1024)});
  if (measure == Measure::kTime) return tr("ui.cost.milliseconds", {short_number(value)});
  return short_number(value);
}

LogSeries series_of(const Ui& ui, const CostCurve& curve, Measure measure, std::size_t index) {
  const Palette& c = ui.theme.colours;
  const std::array<ImU32, 5> inks{c.run_a, c.ink_faint, c.run_b, c.right, c.highlight};
  LogSeries series{cost_title(curve.key), {}, inks[std::min<std::size_t>(index, inks.size() - 1)]};
  for (const CostPoint& point : curve.points)
    series.points.push_back({static_cast<float>(point.length), static_cast<float>(value_of(point, measure))});
  series.dashed = curve.key == "model";
  return series;
}

/// What the curves are at one length, each with its formula where there is one.
void draw_reading(Ui& ui, const CostMeasured& cost, Measure measure, float length) {
  const auto piece = [&](const CostCurve& curve) {
    for (const CostPoint& point : curve.points) {
      if (static_cast<float>(point.length) != length) continue;
      std::string text = cost_title(curve.key) + ": " + value_text(value_of(point, measure), measure);
      if (measure == Measure::kOperations && point.by_formula > 0)
        text += " " + tr("ui.cost.by_formula", {cost_formula(curve.key), short_number(point.by_formula)});
      ui.paragraph(ui.soft(), text);
    }
  };
  ui.paragraph(ui.soft(), tr("ui.cost.at_length", {short_number(static_cast<double>(length))}));
  for (const CostCurve& curve : cost.mechanisms) piece(curve);
  piece(cost.model);
}

void draw_paper(Ui& ui) {
  const bool open = ui.memory.cost_open;
  if (button(ui, "paper", tr("ui.cost.paper"),
             {ButtonKind::kQuiet, open ? Icon::kChevronDown : Icon::kChevronRight}))
    ui.memory.cost_open = !open;
  if (!ui.memory.cost_open) return;
  const Theme& theme = ui.theme;
  const float whole = ui.avail();
  const auto table = [&](const std::vector<std::array<std::string, 2>>& rows) {
    const float first = whole * 0.58f, second = whole - first;
    for (const auto& [left, right] : rows) {
      const ImVec2 at = ImGui::GetCursorScreenPos();
      const float height = std::max(ui.paragraph_height(ui.soft(), left, first - theme.space.s),
                                    ui.paragraph_height(ui.number(), right, second)) + theme.space.xs;
      ui.draw_paragraph(at, ui.soft(), left, first - theme.space.s);
      ui.draw_paragraph({at.x + first, at.y}, ui.number(), right, second);
      ImGui::Dummy({whole, height});
    }
  };
  ui.gap(theme.space.s);
  ui.paragraph(ui.look(Face::kStrong, theme.type.small, theme.colours.ink), tr("ui.cost.table1"));
  table({{tr("cost.layer.self_attention"), "O(n\xC2\xB2 d) \xC2\xB7 O(1) \xC2\xB7 O(1)"},
         {tr("cost.layer.recurrent"), "O(n d\xC2\xB2) \xC2\xB7 O(n) \xC2\xB7 O(n)"},
         {tr("cost.layer.convolution"), "O(k n d\xC2\xB2) \xC2\xB7 O(1) \xC2\xB7 O(log_k n)"},
         {tr("cost.layer.restricted"), "O(r n d) \xC2\xB7 O(1) \xC2\xB7 O(n/r)"}});
  ui.paragraph(ui.caption(), tr("cost.table1_note"));
  ui.gap(theme.space.m);
  ui.paragraph(ui.look(Face::kStrong, theme.type.small, theme.colours.ink), tr("ui.cost.table2"));
  table({{"Transformer (base)", "3.3e18"},
         {"Transformer (big)", "2.3e19"},
         {"ConvS2S", "9.6e18"},
         {"GNMT + RL", "2.3e19"},
         {tr("cost.ensemble", {"ConvS2S"}), "7.7e19"},
         {tr("cost.ensemble", {"GNMT + RL"}), "1.8e20"}});
  ui.paragraph(ui.caption(), tr("cost.table2_note"));
}

void draw_measured(Ui& ui, const CostMeasured& cost) {
  const std::vector<std::string> names{tr("ui.cost.operations"), tr("ui.cost.memory"), tr("ui.cost.chain"),
                                       tr("ui.cost.time")};
  const auto measure = static_cast<Measure>(ui.memory.cost_measure);
  const int chosen = segmented(ui, "measure", names, ui.memory.cost_measure);
  if (chosen != ui.memory.cost_measure) {
    ui.memory.cost_measure = chosen;
    ui.want_frame();
  }
  std::vector<LogSeries> all;
  for (std::size_t i = 0; i < cost.mechanisms.size(); ++i)
    all.push_back(series_of(ui, cost.mechanisms[i], measure, i));
  all.push_back(series_of(ui, cost.model, measure, cost.mechanisms.size()));
  ui.gap(ui.theme.space.s);
  LogPlotLook look;
  look.height = 170;
  const float at = draw_log_plot(ui, "plot", all, look);
  ui.paragraph(ui.caption(), tr("ui.cost.axis", {std::to_string(cost.width)}));
  ui.gap(ui.theme.space.s);
  if (at > 0) ui.memory.cost_length = at;
  draw_reading(ui, cost, measure, ui.memory.cost_length);
  ui.gap(ui.theme.space.m);
  for (const std::string& sentence : cost_sentences(cost)) ui.paragraph(ui.soft(), sentence);
}

}  // namespace

void draw_cost(const Lab& lab, Ui& ui) {
  if (Ui::hidden(lab, "cost")) return;
  const RunView& view = lab.state().runs[0];
  ImRect box;
  ImGui::PushID("cost");
  begin_card(ui, ImGui::GetCursorScreenPos(), ui.avail());
  card_title(ui, tr("ui.cost.title"), tr("ui.cost.subtitle"));
  ui.gap(ui.theme.space.m);
  if (!view.used) {
    draw_empty(ui, {}, tr("ui.try.not_built"), 80);
  } else if (view.has_cost) {
    draw_measured(ui, view.cost);
  } else if (view.cost_pending) {
    ui.paragraph(ui.soft(), tr("ui.cost.pending"));
  } else {
    ui.paragraph(ui.soft(), tr("ui.cost.nothing"));
    if (button(ui, "ask", tr("ui.cost.ask"), {ButtonKind::kPlain}, tr("ui.cost.ask_help"))) ui.push(MeasureCosts{0});
  }
  ui.gap(ui.theme.space.m);
  draw_paper(ui);
  end_card(ui, &box);
  ImGui::PopID();
  ui.mark(lab, "cost", box);
}

}  // namespace heed
