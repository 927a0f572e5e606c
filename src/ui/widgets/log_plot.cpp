// ui/widgets: see log_plot.h.
#include "ui/widgets/log_plot.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "lab/describe.h"
#include "ui/widgets/controls.h"

namespace heed {
namespace {

struct Scale {
  ImRect box;
  float low_x = 0, high_x = 1, low_y = 0, high_y = 1;  ///< x as it is laid out, y as powers of ten
  bool log_x = true;

  float place(float x) const { return log_x ? std::log2(std::max(x, 1e-6f)) : x; }
  float x(float value) const {
    return box.Min.x + box.GetWidth() * (place(value) - low_x) / std::max(1e-6f, high_x - low_x);
  }
  float y(float value) const {
    const float power = std::log10(value);
    return box.Max.y - box.GetHeight() * std::clamp((power - low_y) / std::max(1e-6f, high_y - low_y), 0.0f, 1.0f);
  }
};

std::vector<float> all_x(const std::vector<LogSeries>& all) {
  std::vector<float> xs;
  for (const LogSeries& series : all)
    for (const ImVec2& point : series.points) xs.push_back(point.x);
  std::sort(xs.begin(), xs.end());
  xs.erase(std::unique(xs.begin(), xs.end()), xs.end());
  return xs;
}

/// From a power of ten below the smallest value to one above the largest, at least two apart.
void fit(Scale& scale, const std::vector<LogSeries>& all, const std::vector<float>& xs) {
  float low = 1e30f, high = 0;
  for (const LogSeries& series : all) {
    for (const ImVec2& point : series.points) {
      if (!(point.y > 0) || !std::isfinite(point.y)) continue;
      low = std::min(low, point.y);
      high = std::max(high, point.y);
    }
  }
  if (high <= 0) low = high = 1;
  scale.low_y = std::floor(std::log10(low));
  scale.high_y = std::max(scale.low_y + 1, std::ceil(std::log10(high)));
  scale.low_x = scale.place(xs.front()) - (scale.log_x ? 0.0f : 0.5f);
  scale.high_x = scale.place(xs.back()) + (scale.log_x ? 0.0f : 0.5f);
}

void draw_axes(Ui& ui, const Scale& scale, const std::vector<float>& xs, const LogPlotLook& look) {
  const Theme& theme = ui.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float text = ui.measure(ui.caption(), "0").y;
  const int powers = static_cast<int>(scale.high_y - scale.low_y), stride = std::max(1, (powers + 4) / 5);
  for (int i = 0; i <= powers; i += stride) {
    const float power = scale.low_y + static_cast<float>(i), y = std::round(scale.y(std::pow(10.0f, power)));
    list->AddLine({scale.box.Min.x, y}, {scale.box.Max.x, y}, i == 0 ? theme.colours.border_strong : theme.colours.grid,
                  theme.line.hair);
    const std::string label = short_number(std::pow(10.0, static_cast<double>(power)));
    const float width = ui.measure(ui.caption(), label).x;
    ui.draw_text({scale.box.Min.x - theme.space.s - width, y - text / 2}, ui.caption(), label, width + 1);
  }
  float last = -1e9f;
  for (const float value : xs) {
    const auto index = static_cast<std::size_t>(std::max(0.0f, value));
    const std::string label = look.tokens.empty()           ? short_number(static_cast<double>(value))
                              : index < look.tokens.size() ? look.tokens[index]
                                                           : std::string();
    const TextLook style = look.tokens.empty() ? ui.caption() : ui.look(Face::kMono, 10, theme.colours.ink_soft);
    const float x = scale.x(value), width = ui.measure(style, label).x;
    if (x - width / 2 < last + 3) continue;
    last = x + width / 2;
    ui.draw_text({x - width / 2, scale.box.Max.y + 4}, style, label, width + 1);
  }
}

void draw_series(Ui& ui, const LogSeries& series, const Scale& scale, float& label_y) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  std::vector<ImVec2> line;
  for (const ImVec2& point : series.points) {
    if (point.y > 0 && std::isfinite(point.y)) line.push_back({scale.x(point.x), scale.y(point.y)});
  }
  if (line.empty()) return;
  for (std::size_t i = 1; i < line.size(); ++i) {
    if (!series.dashed) {
      list->AddLine(line[i - 1], line[i], series.colour, 2);
      continue;
    }
    const float length = std::hypot(line[i].x - line[i - 1].x, line[i].y - line[i - 1].y);
    const ImVec2 unit{(line[i].x - line[i - 1].x) / length, (line[i].y - line[i - 1].y) / length};
    for (float at = 0; at < length; at += 8) {
      const float end = std::min(length, at + 4);
      list->AddLine({line[i - 1].x + unit.x * at, line[i - 1].y + unit.y * at},
                    {line[i - 1].x + unit.x * end, line[i - 1].y + unit.y * end}, series.colour, 1.5f);
    }
  }
  for (const ImVec2& point : line) {
    if (series.marker >= 0) run_marker(list, ui.theme, series.marker, point, 6);
    if (series.marker < 0 && !series.dashed) list->AddCircleFilled(point, 2.75f, series.colour, 12);
  }
  label_y = line.back().y;
}

/// Names at the ends of their lines, moved apart where they would lie on each other.
void draw_names(Ui& ui, const std::vector<LogSeries>& all, const Scale& scale, std::vector<float> ends) {
  const float line = ui.measure(ui.caption(), "0").y;
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (!all[i].label.empty() && ends[i] > 0) order.push_back(i);
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return ends[a] < ends[b]; });
  const float room = line * static_cast<float>(order.size());
  float y = scale.box.Min.y - line / 2;
  float left = room;
  for (const std::size_t i : order) {
    y = std::clamp(ends[i] - line / 2, y, std::max(y, scale.box.Max.y - left + line / 2));
    TextLook look = ui.caption();
    look.colour = all[i].colour;
    ui.draw_text({scale.box.Max.x + 6, y}, look, all[i].label, ui.measure(look, all[i].label).x + 1);
    y += line;
    left -= line;
  }
}

}  // namespace

std::string short_number(double value) {
  if (!std::isfinite(value)) return "\xE2\x80\x93";
  char text[24];
  const double size = std::abs(value);
  if (size >= 1e9) {
    std::snprintf(text, sizeof text, "%.3gG", value / 1e9);
  } else if (size >= 1e6) {
    std::snprintf(text, sizeof text, "%.3gM", value / 1e6);
  } else if (size >= 1e4) {
    std::snprintf(text, sizeof text, "%.3gk", value / 1e3);
  } else if (size >= 1e3) {
    std::snprintf(text, sizeof text, "%.0f", value);
  } else {
    std::snprintf(text, sizeof text, "%.3g", value);
  }
  return with_point(text);
}

float draw_log_plot(Ui& ui, const char* id, const std::vector<LogSeries>& all, const LogPlotLook& look) {
  const std::vector<float> xs = all_x(all);
  if (xs.empty()) return -1;
  Scale scale;
  scale.log_x = look.log_x;
  fit(scale, all, xs);
  const float gutter = std::ceil(ui.measure(ui.caption(), "0.00001").x) + ui.theme.space.s;
  float names = 0;
  for (const LogSeries& series : all) names = std::max(names, ui.measure(ui.caption(), series.label).x);
  const float foot = ui.measure(ui.caption(), "0").y + 6;
  const Item item = add_item(ui, id, {ui.avail(), look.height + foot + 8}, ui.theme.radius.control);
  keep_arrow_keys(item, false);
  scale.box = ImRect({item.box.Min.x + gutter, item.box.Min.y + 8},
                     {item.box.Max.x - (names > 0 ? std::ceil(names) + 10 : 8), item.box.Min.y + 8 + look.height});
  float chosen = -1;
  CellCursor& kept = ui.memory.cells[id];
  if (item.hovered || item.held) {
    float best = 1e9f;
    for (std::size_t i = 0; i < xs.size(); ++i) {
      const float distance = std::abs(scale.x(xs[i]) - ImGui::GetIO().MousePos.x);
      if (distance >= best) continue;
      best = distance;
      chosen = xs[i];
      kept.column = static_cast<int>(i);
    }
    ImGui::SetMouseCursor(ImGuiMouseCursor_Arrow);
  } else if (item.focused) {
    kept.column = std::clamp(kept.column, 0, static_cast<int>(xs.size()) - 1);
    if (key_on(item, ImGuiKey_LeftArrow)) kept.column = std::max(0, kept.column - 1);
    if (key_on(item, ImGuiKey_RightArrow)) kept.column = std::min(static_cast<int>(xs.size()) - 1, kept.column + 1);
    chosen = xs[static_cast<std::size_t>(kept.column)];
  }
  if (!item.visible) return chosen;
  draw_axes(ui, scale, xs, look);
  if (chosen >= 0) {
    const float x = std::round(scale.x(chosen));
    ImGui::GetWindowDrawList()->AddLine({x, scale.box.Min.y}, {x, scale.box.Max.y}, ui.theme.colours.ink_faint, 1);
  }
  std::vector<float> ends(all.size(), 0.0f);
  for (std::size_t i = 0; i < all.size(); ++i) draw_series(ui, all[i], scale, ends[i]);
  draw_names(ui, all, scale, ends);
  return chosen;
}

}  // namespace heed
