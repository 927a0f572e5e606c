// ui/widgets: the icons, on a grid from -1 to 1.
#include "ui/widgets/icons.h"

#include <cmath>
#include <initializer_list>

namespace heed {
namespace {

constexpr float kPi = 3.14159265f;

struct Pen {
  ImDrawList* list;
  ImVec2 centre;
  float unit;
  ImU32 colour;
  float width;

  ImVec2 at(float x, float y) const { return {centre.x + x * unit, centre.y + y * unit}; }
  void line(std::initializer_list<ImVec2> points, bool closed = false) const {
    for (const ImVec2& p : points) list->PathLineTo(at(p.x, p.y));
    list->PathStroke(colour, closed ? ImDrawFlags_Closed : 0, width);
  }
  void fill(std::initializer_list<ImVec2> points) const {
    for (const ImVec2& p : points) list->PathLineTo(at(p.x, p.y));
    list->PathFillConvex(colour);
  }
  void bar(float x0, float y0, float x1, float y1) const {
    list->AddRectFilled(at(x0, y0), at(x1, y1), colour, 0.15f * unit);
  }
  void arc(float x, float y, float radius, float from, float to) const {
    list->PathArcTo(at(x, y), radius * unit, from, to, 24);
    list->PathStroke(colour, 0, width);
  }
};

void draw_turn(const Pen& pen, bool back) {
  const float from = back ? -0.15f * kPi : -0.85f * kPi, to = back ? -1.75f * kPi : 0.75f * kPi;
  pen.arc(0, 0.05f, 0.72f, from, to);
  const float x = 0.72f * std::cos(from), y = 0.05f + 0.72f * std::sin(from);
  const float side = back ? 1.0f : -1.0f;
  pen.line({{x + side * 0.12f, y - 0.5f}, {x, y + 0.02f}, {x - side * 0.52f, y - 0.02f}});
}

void draw_triangle(const Pen& pen, float x, float direction) {
  pen.fill({{x - 0.38f * direction, -0.62f}, {x + 0.52f * direction, 0}, {x - 0.38f * direction, 0.62f}});
}

void draw_link(const Pen& pen) {
  pen.arc(-0.42f, 0.42f, 0.42f, 0.25f * kPi, 1.25f * kPi);
  pen.arc(0.42f, -0.42f, 0.42f, -0.75f * kPi, 0.25f * kPi);
  pen.line({{-0.72f, 0.12f}, {-0.2f, -0.4f}});
  pen.line({{0.2f, 0.4f}, {0.72f, -0.12f}});
  pen.line({{-0.3f, 0.3f}, {0.3f, -0.3f}});
}

}  // namespace

void draw_icon(ImDrawList* list, Icon icon, ImVec2 centre, float size, ImU32 colour) {
  const Pen pen{list, centre, size / 2, colour, std::fmax(1.25f, size * 0.095f)};
  switch (icon) {
    case Icon::kNone:
      break;
    case Icon::kPlay:
      pen.fill({{-0.5f, -0.78f}, {0.75f, 0}, {-0.5f, 0.78f}});
      break;
    case Icon::kPause:
      pen.bar(-0.6f, -0.72f, -0.18f, 0.72f);
      pen.bar(0.18f, -0.72f, 0.6f, 0.72f);
      break;
    case Icon::kStep:
      pen.fill({{-0.7f, -0.65f}, {0.32f, 0}, {-0.7f, 0.65f}});
      pen.bar(0.42f, -0.65f, 0.68f, 0.65f);
      break;
    case Icon::kReset:
      draw_turn(pen, false);
      break;
    case Icon::kUndo:
      draw_turn(pen, true);
      break;
    case Icon::kSeed:
      pen.list->AddRect(pen.at(-0.75f, -0.75f), pen.at(0.75f, 0.75f), colour, 0.3f * pen.unit, 0, pen.width);
      for (const float p : {-0.36f, 0.0f, 0.36f}) pen.list->AddCircleFilled(pen.at(p, p), 0.14f * pen.unit, colour, 10);
      break;
    case Icon::kLink:
      draw_link(pen);
      break;
    case Icon::kChevronDown:
      pen.line({{-0.55f, -0.28f}, {0, 0.3f}, {0.55f, -0.28f}});
      break;
    case Icon::kChevronRight:
      pen.line({{-0.28f, -0.55f}, {0.3f, 0}, {-0.28f, 0.55f}});
      break;
    case Icon::kFirst:
      pen.bar(-0.7f, -0.6f, -0.48f, 0.6f);
      draw_triangle(pen, 0.12f, -1);
      break;
    case Icon::kPrevious:
      pen.line({{0.3f, -0.6f}, {-0.35f, 0}, {0.3f, 0.6f}});
      break;
    case Icon::kNext:
      pen.line({{-0.3f, -0.6f}, {0.35f, 0}, {-0.3f, 0.6f}});
      break;
    case Icon::kLast:
      pen.bar(0.48f, -0.6f, 0.7f, 0.6f);
      draw_triangle(pen, -0.12f, 1);
      break;
    case Icon::kCheck:
      pen.line({{-0.7f, 0.02f}, {-0.2f, 0.52f}, {0.7f, -0.5f}});
      break;
    case Icon::kCross:
      pen.line({{-0.55f, -0.55f}, {0.55f, 0.55f}});
      pen.line({{-0.55f, 0.55f}, {0.55f, -0.55f}});
      break;
    case Icon::kPlus:
      pen.line({{-0.65f, 0}, {0.65f, 0}});
      pen.line({{0, -0.65f}, {0, 0.65f}});
      break;
    case Icon::kWarning:
      pen.line({{0, -0.75f}, {0.85f, 0.7f}, {-0.85f, 0.7f}}, true);
      pen.line({{0, -0.25f}, {0, 0.22f}});
      pen.list->AddCircleFilled(pen.at(0, 0.45f), 0.1f * pen.unit, colour, 8);
      break;
    case Icon::kInfo:
      pen.list->AddCircle(pen.at(0, 0), 0.8f * pen.unit, colour, 24, pen.width);
      pen.line({{0, -0.08f}, {0, 0.42f}});
      pen.list->AddCircleFilled(pen.at(0, -0.38f), 0.11f * pen.unit, colour, 8);
      break;
    case Icon::kDownload:
      pen.line({{0, -0.75f}, {0, 0.3f}});
      pen.line({{-0.4f, -0.08f}, {0, 0.34f}, {0.4f, -0.08f}});
      pen.line({{-0.7f, 0.45f}, {-0.7f, 0.75f}, {0.7f, 0.75f}, {0.7f, 0.45f}});
      break;
    case Icon::kEdit:
      pen.line({{-0.7f, 0.7f}, {-0.6f, 0.25f}, {0.4f, -0.75f}, {0.75f, -0.4f}, {-0.25f, 0.6f}}, true);
      break;
  }
}

}  // namespace heed
