// ui/panels: loss, accuracy, exact match and alignment over the steps, as four small charts with one crosshair.
#include <algorithm>
#include <cmath>

#include "lab/describe.h"
#include "lab/strings.h"
#include "ui/panels/panels.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/plot.h"

namespace heed {
namespace {

enum class Chart { kLoss, kAccuracy, kExact, kAlignment };

/// Mean over a sliding window: what the eye would draw through the noise of single batches.
std::vector<ImVec2> smoothed(const std::vector<ImVec2>& points) {
  const std::size_t window = std::clamp<std::size_t>(points.size() / 40, 1, 40);
  if (window == 1) return points;
  std::vector<ImVec2> out;
  out.reserve(points.size());
  double sum = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    sum += static_cast<double>(points[i].y);
    if (i >= window) sum -= static_cast<double>(points[i - window].y);
    out.push_back({points[i].x, static_cast<float>(sum / static_cast<double>(std::min(i + 1, window)))});
  }
  return out;
}

float score_of(const Scores& scores, Chart chart) {
  return chart == Chart::kExact ? scores.exact_match : scores.alignment_score;
}

void add_metric(const Ui& ui, const Timeline& timeline, int run, Chart chart, std::vector<Curve>& out) {
  std::vector<ImVec2> points;
  for (const MetricPoint& point : timeline.metrics()) {
    const float value = chart == Chart::kLoss ? point.loss : point.token_accuracy;
    if (std::isfinite(value)) points.push_back({static_cast<float>(point.step), value});
  }
  if (points.empty()) return;
  std::vector<ImVec2> mean = smoothed(points);
  out.push_back({std::move(points), with_alpha(ui.theme.run(run), 0.22f), 1});
  out.push_back({std::move(mean), ui.theme.run(run), 2});
}

void add_score(const Ui& ui, const Timeline& timeline, int run, Chart chart, bool longer, std::vector<Curve>& out) {
  Curve curve;
  for (const Evaluation& evaluation : timeline.evaluations()) {
    const float value = score_of(longer ? evaluation.test_long : evaluation.test, chart);
    if (value >= 0) curve.points.push_back({static_cast<float>(evaluation.step), value});
  }
  if (curve.points.empty()) return;
  curve.colour = ui.theme.run(run);
  curve.dashed = longer;
  curve.marker = run;
  out.push_back(std::move(curve));
}

std::vector<Curve> make_curves(const Lab& lab, const Ui& ui, Chart chart, int run) {
  const Timeline& timeline = lab.state().runs[static_cast<std::size_t>(run)].timeline;
  std::vector<Curve> curves;
  if (chart == Chart::kLoss || chart == Chart::kAccuracy) {
    add_metric(ui, timeline, run, chart, curves);
  } else {
    add_score(ui, timeline, run, chart, false, curves);
    add_score(ui, timeline, run, chart, true, curves);
  }
  return curves;
}

struct Reading {
  int run;
  bool dashed;
  std::string text;
};

/// Title at the left, the values at the crosshair (or at the cursor) at the right or below.
void draw_head(Ui& ui, const std::string& title, const std::vector<Reading>& readings) {
  const Theme& theme = ui.theme;
  const TextLook head = ui.look(Face::kStrong, theme.type.small, theme.colours.ink);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float whole = ui.avail(), title_width = ui.measure(head, title).x, line = 18;
  float width = 0;
  for (const Reading& reading : readings) width += 20 + ui.measure(ui.number(), reading.text).x + theme.space.m;
  const bool below = title_width + theme.space.m + width > whole;
  ui.draw_text(at, head, title, whole);
  float x = below ? at.x : at.x + whole - width + theme.space.m;
  const float middle = at.y + (below ? line : 0) + ui.measure(head, title).y / 2;
  ImDrawList* list = ImGui::GetWindowDrawList();
  for (const Reading& reading : readings) {
    if (reading.dashed) {
      for (int i = 0; i < 2; ++i)
        list->AddLine({x + static_cast<float>(i) * 8, middle}, {x + static_cast<float>(i) * 8 + 5, middle},
                      theme.run(reading.run), 2);
    } else {
      list->AddLine({x, middle}, {x + 13, middle}, theme.run(reading.run), 2);
    }
    const ImVec2 size = ui.measure(ui.number(), reading.text);
    ui.draw_text({x + 18, middle - size.y / 2}, ui.number(), reading.text, size.x);
    x += 20 + size.x + theme.space.m;
  }
  ImGui::Dummy({whole, below ? 2 * line : line});
}

void draw_chart(const Lab& lab, Ui& ui, Chart chart, const char* id, const char* title) {
  const LabState& state = lab.state();
  PlotLook look;
  look.most_step = std::max(1.0, static_cast<double>(newest_step(state)));
  look.percent = chart == Chart::kAccuracy || chart == Chart::kExact;
  if (!state.cursor.live) look.cursor_step = static_cast<double>(state.cursor.step);
  const double at = ui.memory.crosshair.value_or(look.cursor_step.value_or(look.most_step));
  std::vector<Curve> all;
  std::vector<Reading> readings;
  float highest = 0.1f;
  for (int run = 0; run < shown_runs(state); ++run) {
    for (Curve& curve : make_curves(lab, ui, chart, run)) {
      if (curve.width >= 1.5f) {
        const std::optional<float> value = value_at(curve, at);
        if (value)
          readings.push_back({run, curve.dashed,
                              look.percent ? std::to_string(static_cast<int>(std::lround(*value * 100))) + "%"
                                           : number_text(static_cast<double>(*value), 2)});
      }
      if (chart == Chart::kLoss)
        for (const ImVec2& point : curve.points) highest = std::max(highest, point.y);
      all.push_back(std::move(curve));
    }
  }
  if (chart == Chart::kLoss) look.high = highest > 2 ? std::ceil(highest) : std::ceil(highest * 5) / 5;
  draw_head(ui, tr(title), readings);
  if (all.empty()) {
    const bool no_attention =
        chart == Chart::kAlignment && state.runs[0].used && state.runs[0].alignment_tap.empty() && !state.compare;
    draw_empty(ui, {}, tr(no_attention ? "ui.curves.no_attention" : "ui.curves.empty"), look.height + 24);
    return;
  }
  const std::optional<std::uint64_t> chosen = draw_plot(ui, id, all, look);
  if (chosen) ui.push(MoveCursor{*chosen});
}

/// Which line is which, once for all charts.
void draw_key(const Lab& lab, Ui& ui) {
  const LabState& state = lab.state();
  const Theme& theme = ui.theme;
  const auto piece = [&](const std::string& text, int run, bool dashed) {
    const float width = 26 + std::ceil(ui.measure(ui.caption(), text).x) + 1;
    ui.flow(width, theme.space.m);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImDrawList* list = ImGui::GetWindowDrawList();
    const float middle = at.y + 9;
    const ImU32 colour = run < 0 ? theme.colours.ink_soft : theme.run(run);
    if (dashed) {
      for (int i = 0; i < 2; ++i)
        list->AddLine({at.x + static_cast<float>(i) * 11, middle}, {at.x + static_cast<float>(i) * 11 + 8, middle},
                      colour, 2);
    } else {
      list->AddLine({at.x, middle}, {at.x + 19, middle}, colour, 2);
    }
    if (run >= 0) run_marker(list, theme, run, {at.x + 9.5f, middle}, 7);
    ui.draw_text({at.x + 26, middle - ui.measure(ui.caption(), text).y / 2}, ui.caption(), text, width - 26);
    ImGui::Dummy({width, 18});
  };
  ui.begin_row();
  for (int run = 0; state.compare && run < kMaxRuns; ++run)
    piece(std::string(run == 0 ? "A " : "B ") + run_label(state, run), run, false);
  piece(tr("ui.curves.trained_lengths"), -1, false);
  piece(tr("ui.curves.longer"), -1, true);
}

}  // namespace

void draw_curves(const Lab& lab, Ui& ui) {
  if (Ui::hidden(lab, "curves")) return;
  ImRect box;
  ImGui::PushID("curves");
  begin_card(ui, ImGui::GetCursorScreenPos(), ui.avail());
  card_title(ui, tr("ui.curves.title"));
  draw_key(lab, ui);
  ui.gap(ui.theme.space.s);
  const struct {
    Chart chart;
    const char *id, *title;
  } charts[] = {{Chart::kLoss, "loss", "ui.curves.loss"},
                {Chart::kAccuracy, "accuracy", training_share_key(lab.state().runs[0])},
                {Chart::kExact, "exact", "ui.curves.exact"},
                {Chart::kAlignment, "alignment", "ui.curves.alignment"}};
  const float whole = ui.avail(), gutter = ui.theme.space.xl;
  const int columns = whole >= 480 ? 2 : 1;
  const float part = (whole - gutter * static_cast<float>(columns - 1)) / static_cast<float>(columns);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  float top = at.y, bottom = at.y;
  for (int i = 0; i < 4; ++i) {
    const int column = i % columns;
    if (column == 0) top = i == 0 ? at.y : bottom + ui.theme.space.m;
    ui.begin_column({at.x + static_cast<float>(column) * (part + gutter), top}, part);
    draw_chart(lab, ui, charts[i].chart, charts[i].id, charts[i].title);
    bottom = std::max(column == 0 ? top : bottom, ui.end_column());
  }
  end_card(ui, &box);
  ImGui::PopID();
  ui.mark(lab, "curves", box);
}

}  // namespace heed
