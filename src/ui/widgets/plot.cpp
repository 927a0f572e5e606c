// ui/widgets: line charts over training steps.
#include "ui/widgets/plot.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "lab/describe.h"
#include "ui/widgets/controls.h"

namespace heed {
namespace {

struct Frame {
  ImRect box;
  const PlotLook& look;
  float x(double step) const {
    return box.Min.x + box.GetWidth() * static_cast<float>(step / std::max(1.0, look.most_step));
  }
  float y(float value) const {
    const float span = std::max(1e-6f, look.high - look.low);
    return box.Max.y - box.GetHeight() * std::clamp((value - look.low) / span, 0.0f, 1.0f);
  }
};

std::string tick_text(float value, bool percent) {
  char text[16];
  if (percent) {
    std::snprintf(text, sizeof text, "%.0f%%", static_cast<double>(value) * 100);
  } else {
    std::snprintf(text, sizeof text, "%g", static_cast<double>(value));
  }
  return with_point(text);
}

/// 0, 500, 1000 ...: the roundest steps that leave room for their numbers.
double tick_distance(double most, float pixels) {
  const double least = most * 84.0 / std::max(1.0f, pixels);
  const double power = std::pow(10.0, std::floor(std::log10(std::max(1.0, least))));
  for (const double factor : {1.0, 2.0, 5.0, 10.0})
    if (power * factor >= least) return std::max(1.0, power * factor);
  return power * 10;
}

std::string step_text(double step) {
  const auto value = static_cast<long long>(std::llround(step));
  if (value >= 10000 && value % 1000 == 0) return std::to_string(value / 1000) + "k";
  return std::to_string(value);
}

void draw_axes(Ui& ui, const Frame& frame, float gutter) {
  const Theme& theme = ui.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float text_height = ui.measure(ui.caption(), "0").y;
  for (int i = 0; i <= 2; ++i) {
    const float value = frame.look.low + (frame.look.high - frame.look.low) * static_cast<float>(i) / 2,
                y = std::round(frame.y(value));
    list->AddLine({frame.box.Min.x, y}, {frame.box.Max.x, y}, i == 0 ? theme.colours.border_strong : theme.colours.grid,
                  theme.line.hair);
    const std::string text = tick_text(value, frame.look.percent);
    const float width = ui.measure(ui.caption(), text).x;
    ui.draw_text({frame.box.Min.x - theme.space.s - width, y - text_height / 2}, ui.caption(), text, gutter);
  }
  const double distance = tick_distance(frame.look.most_step, frame.box.GetWidth());
  for (double step = 0; step <= frame.look.most_step; step += distance) {
    const std::string text = step_text(step);
    const float x = frame.x(step), width = ui.measure(ui.caption(), text).x;
    list->AddLine({x, frame.box.Max.y}, {x, frame.box.Max.y + 3}, theme.colours.border_strong, theme.line.hair);
    if (x + width / 2 <= frame.box.Max.x + 6)
      ui.draw_text({x - width / 2, frame.box.Max.y + 4}, ui.caption(), text, width + 1);
  }
}

void draw_dashed(ImDrawList* list, const std::vector<ImVec2>& points, ImU32 colour, float width) {
  constexpr float kDash = 5, kGap = 4;
  float phase = 0;
  for (std::size_t i = 1; i < points.size(); ++i) {
    const ImVec2 a = points[i - 1], b = points[i];
    const float length = std::hypot(b.x - a.x, b.y - a.y);
    for (float at = 0; at < length;) {
      const bool on = phase < kDash;
      const float run = std::min(length - at, (on ? kDash : kDash + kGap) - phase);
      if (on)
        list->AddLine({a.x + (b.x - a.x) * at / length, a.y + (b.y - a.y) * at / length},
                      {a.x + (b.x - a.x) * (at + run) / length, a.y + (b.y - a.y) * (at + run) / length}, colour,
                      width);
      at += run;
      phase += run;
      if (phase >= kDash + kGap - 1e-3f) phase = 0;
    }
  }
}

/// At most a lowest and a highest point per pixel; of a mean the last.
std::vector<ImVec2> to_pixels(const Curve& curve, const Frame& frame) {
  std::vector<ImVec2> out;
  float low = 0, high = 0, column = -1e9f;
  for (const ImVec2& point : curve.points) {
    if (!std::isfinite(point.y)) continue;
    const float x = frame.x(static_cast<double>(point.x)), y = frame.y(point.y);
    if (x - column >= 1) {
      if (!out.empty() && high > low && curve.width < 1.5f) {
        out.push_back({column, low});
        out.push_back({column, high});
      }
      out.push_back({x, y});
      column = x;
      low = high = y;
    } else {
      low = std::min(low, y);
      high = std::max(high, y);
    }
  }
  if (!out.empty()) {
    const ImVec2 last{frame.x(static_cast<double>(curve.points.back().x)), frame.y(curve.points.back().y)};
    if (last.x - out.back().x > 0.01f && std::isfinite(last.y)) out.push_back(last);
  }
  return out;
}

void draw_curve(Ui& ui, const Curve& curve, const Frame& frame) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const std::vector<ImVec2> pixels = to_pixels(curve, frame);
  if (pixels.empty()) return;
  if (curve.dashed) {
    draw_dashed(list, pixels, curve.colour, curve.width);
  } else {
    list->AddPolyline(pixels.data(), static_cast<int>(pixels.size()), curve.colour, 0, curve.width);
  }
  if (curve.marker < 0) return;
  float last = -1e9f;
  for (const ImVec2& point : curve.points) {
    const float x = frame.x(static_cast<double>(point.x));
    if (x - last < 14) continue;
    last = x;
    if (curve.dashed) {
      list->AddCircleFilled({x, frame.y(point.y)}, 2.75f, ui.theme.colours.surface, 14);
      list->AddCircle({x, frame.y(point.y)}, 2.75f, curve.colour, 14, 1.25f);
    } else {
      run_marker(list, ui.theme, curve.marker, {x, frame.y(point.y)}, 5.5f);
    }
  }
}

void draw_cursors(Ui& ui, const std::vector<Curve>& curves, const Frame& frame) {
  const Theme& theme = ui.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  if (frame.look.cursor_step) {
    const float x = std::round(frame.x(*frame.look.cursor_step));
    list->AddLine({x, frame.box.Min.y}, {x, frame.box.Max.y}, with_alpha(theme.colours.accent, 0.7f), 1.5f);
  }
  if (!ui.memory.crosshair) return;
  const double step = *ui.memory.crosshair;
  const float x = std::round(frame.x(step));
  list->AddLine({x, frame.box.Min.y}, {x, frame.box.Max.y}, theme.colours.ink_faint, 1);
  for (const Curve& curve : curves) {
    if (curve.width < 1.5f) continue;
    const std::optional<float> value = value_at(curve, step);
    if (value) {
      list->AddCircleFilled({x, frame.y(*value)}, 4, theme.colours.surface, 16);
      list->AddCircle({x, frame.y(*value)}, 3.5f, curve.colour, 16, 2);
    }
  }
}

}  // namespace

std::optional<float> value_at(const Curve& curve, double step) {
  const auto after = std::upper_bound(curve.points.begin(), curve.points.end(), step,
                                      [](double s, const ImVec2& p) { return s < static_cast<double>(p.x); });
  if (after == curve.points.begin()) return std::nullopt;
  return std::prev(after)->y;
}

std::optional<std::uint64_t> draw_plot(Ui& ui, const char* id, const std::vector<Curve>& curves, const PlotLook& look) {
  const Theme& theme = ui.theme;
  const float gutter = std::ceil(ui.measure(ui.caption(), "100%").x) + theme.space.s;
  const float foot = ui.measure(ui.caption(), "0").y + 5;
  const Item item = add_item(ui, id, {ui.avail(), look.height + foot + 6}, theme.radius.control);
  keep_arrow_keys(item, false);
  const Frame frame{
      ImRect({item.box.Min.x + gutter, item.box.Min.y + 6}, {item.box.Max.x - 8, item.box.Min.y + 6 + look.height}),
      look};
  std::optional<std::uint64_t> chosen;
  const auto clamp_step = [&](double step) { return std::clamp(step, 0.0, look.most_step); };
  if (item.hovered || item.held) {
    const double place = (ImGui::GetIO().MousePos.x - frame.box.Min.x) / std::max(1.0f, frame.box.GetWidth());
    ui.memory.next_crosshair = clamp_step(std::round(place * look.most_step));
    if (item.held) chosen = static_cast<std::uint64_t>(*ui.memory.next_crosshair);
    ImGui::SetMouseCursor(ImGuiMouseCursor_Arrow);
  } else if (item.focused) {
    const double now = look.cursor_step.value_or(look.most_step),
                 stride = std::max(1.0, std::round(look.most_step / 100));
    if (key_on(item, ImGuiKey_LeftArrow)) chosen = static_cast<std::uint64_t>(clamp_step(now - stride));
    if (key_on(item, ImGuiKey_RightArrow)) chosen = static_cast<std::uint64_t>(clamp_step(now + stride));
    if (key_on(item, ImGuiKey_Home)) chosen = 0;
    if (key_on(item, ImGuiKey_End)) chosen = static_cast<std::uint64_t>(look.most_step);
    if (chosen) ui.memory.next_crosshair = static_cast<double>(*chosen);
  }
  if (!item.visible) return chosen;
  draw_axes(ui, frame, gutter);
  for (const Curve& curve : curves) draw_curve(ui, curve, frame);
  draw_cursors(ui, curves, frame);
  return chosen;
}

}  // namespace heed
