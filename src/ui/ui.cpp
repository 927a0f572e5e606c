// ui: one frame of the lab: the root window that scrolls with the page, layers, columns, keyboard order, highlights,
// and what the page has to be told afterwards.
#include "ui/ui.h"

#include <imgui_internal.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "ui/layout.h"

namespace heed {
namespace {

constexpr int kLayers = 5;
constexpr double kTryDelayMs = 180;
constexpr double kPulseMs = 1600, kPulses = 4;  ///< a highlight moves until it has been seen, then stays still

const char* cursor_name(ImGuiMouseCursor cursor) {
  switch (cursor) {
    case ImGuiMouseCursor_TextInput:
      return "text";
    case ImGuiMouseCursor_Hand:
      return "pointer";
    case ImGuiMouseCursor_ResizeEW:
      return "ew-resize";
    case ImGuiMouseCursor_NotAllowed:
      return "not-allowed";
    default:
      return "default";
  }
}

}  // namespace

Ui::Ui() {
  IMGUI_CHECKVERSION();
  context_ = ImGui::CreateContext();
  ImGui::SetCurrentContext(context_);
  ImGuiIO& io = ImGui::GetIO();
  io.IniFilename = nullptr;
  io.LogFilename = nullptr;
  io.ConfigFlags |= ImGuiConfigFlags_NavEnableKeyboard;
  io.ConfigInputTextCursorBlink = false;  // a blinking caret would draw for ever
  io.ConfigNavEscapeClearFocusItem = false;
  io.BackendPlatformName = "heed";
  ImGuiPlatformIO& platform = ImGui::GetPlatformIO();
  platform.Platform_ClipboardUserData = this;
  platform.Platform_SetClipboardTextFn = [](ImGuiContext*, const char* text) {
    static_cast<Ui*>(ImGui::GetPlatformIO().Platform_ClipboardUserData)->say({{"kind", "clipboard"}, {"text", text}});
  };
}

Ui::~Ui() {
  ImGui::SetCurrentContext(context_);
  ImGui::DestroyContext(context_);
}

Status Ui::set_tokens(const Json& tokens) {
  const Result<Theme> read = theme_from_tokens(tokens, false);
  if (!read) return Error{read.error()};
  tokens_ = tokens;
  tokens_new_ = true;
  return ok_status();
}

void Ui::set_viewport(const Viewport& next) {
  viewport = next;
  ImGuiIO& io = ImGui::GetIO();
  io.DisplaySize = {next.width, next.height};
  io.DisplayFramebufferScale = {next.scale, next.scale};
}

void Ui::set_scroll(float y) {
  if (y == page_scroll_) return;
  page_scroll_ = told_scroll_ = y;
  scroll_changed_ = true;
}

void Ui::set_focus(bool focused, const std::string& from) {
  ImGui::GetIO().AddFocusEvent(focused);
  if (focused && !focused_) focus_wish_ = from == "end" ? -1 : from == "start" ? 1 : 0;
  focused_ = focused;
  if (!focused) ImGui::SetNavCursorVisible(false);
}

bool Ui::frame(const Lab& lab, double time_ms) {
  ImGui::SetCurrentContext(context_);
  if (tokens_.is_null() || viewport.width < 1 || viewport.height < 1) return false;
  if (!themed_ || tokens_new_ || theme.dark != lab.state().dark) {
    theme = theme_from_tokens(tokens_, lab.state().dark).value();
    apply_theme(theme, ImGui::GetStyle());
    themed_ = true;
    tokens_new_ = false;
  }
  elapsed_ms = now_ms > 0 ? std::clamp(time_ms - now_ms, 1.0, 100.0) : 16.0;
  now_ms = time_ms;
  ImGui::GetIO().DeltaTime = static_cast<float>(elapsed_ms / 1000.0);
  want_frame_ = false;
  wheel_wanted = false;
  clipped.clear();
  order_.clear();
  boxes_.clear();
  rings_.clear();
  marks_.clear();
  grounds_.clear();
  moves_ = false;
  memory.crosshair = memory.next_crosshair;
  memory.next_crosshair.reset();
  memory.cell = memory.next_cell;
  memory.next_cell = {};

  ImGui::NewFrame();
  fonts.set_density(viewport.scale);
  ImGuiErrorRecoveryState before;
  ImGui::ErrorRecoveryStoreState(&before);
  try {
    begin_root();
    draw_panels(lab);
  } catch (...) {
    ImGui::ErrorRecoveryTryToRecoverState(&before);
    ImGui::EndFrame();
    throw;
  }
  ImGui::Render();
  if (memory.crosshair != memory.next_crosshair || memory.cell != memory.next_cell) want_frame_ = true;
  if (memory.try_changed_ms >= 0) {
    want_frame_ = true;
    if (now_ms - memory.try_changed_ms >= kTryDelayMs) {
      memory.try_changed_ms = -1;
      push(TryText{-1, memory.try_text});
    }
  }
  tell_page();
  return want_frame_;
}

std::vector<LabCommand> Ui::take_commands() {
  return std::exchange(commands_, {});
}
std::vector<PageMessage> Ui::take_messages() {
  return std::exchange(messages_, {});
}

void Ui::begin_root() {
  ImGui::SetNextWindowPos({0, 0});
  ImGui::SetNextWindowSize({viewport.width, viewport.height});
  if (scroll_changed_) ImGui::SetNextWindowScroll({0, page_scroll_});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 0.0f);
  ImGui::Begin("lab", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoScrollWithMouse |
                   ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBringToFrontOnFocus |
                   ImGuiWindowFlags_NoBackground);
  ImGui::PopStyleVar();
  ImGuiWindow* window = ImGui::GetCurrentWindow();
  if (scroll_changed_) {
    // Another place to scroll to means that what hangs over the canvas (an open choice) has lost its place.
    ImGui::ClosePopupsOverWindow(window, false);
    scroll_changed_ = false;
  } else {
    page_scroll_ = window->Scroll.y;
  }
  // What the keyboard focuses is scrolled clear of the header that stays at the top.
  window->DecoInnerSizeY1 = header_height;
  window->DrawList->ChannelsSplit(kLayers);
  layer(1);
  columns_.assign(1, {0, viewport.width});
  if (focus_wish_ != 0 && focused_) {
    const ImGuiID id = focus_order.empty() ? 0 : focus_wish_ > 0 ? focus_order.front() : focus_order.back();
    ImGui::FocusWindow(window);
    if (id != 0) {
      ImGui::SetNavID(id, ImGuiNavLayer_Main, window->NavRootFocusScopeId, window->NavRectRel[ImGuiNavLayer_Main]);
      ImGui::SetNavCursorVisible(true);
    }
    focus_wish_ = 0;
  }
}

void Ui::draw_panels(const Lab& lab) {
  const float bottom = draw_layout(lab, *this);
  end_root(lab, bottom);
}

void Ui::end_root(const Lab& lab, float bottom) {
  ImGuiWindow* window = ImGui::GetCurrentWindow();
  layer(4);
  const float strength = rings_.empty() ? 1.0f : pulse(lab);
  for (const Ring& ring : rings_) {
    const float room = theme.space.xs;
    window->DrawList->PushClipRect({0, ring.in_header ? 0 : header_height}, {viewport.width, viewport.height}, true);
    window->DrawList->AddRect({ring.x0 - room, ring.y0 - room}, {ring.x1 + room, ring.y1 + room},
                              with_alpha(theme.colours.highlight, strength), theme.radius.card + room, 0,
                              theme.line.highlight);
    window->DrawList->PopClipRect();
  }
  window->DrawList->ChannelsMerge();
  move_to({0, bottom - 1});
  ImGui::Dummy({1, 1});
  content_height_ = std::max(viewport.height, bottom + window->Scroll.y - window->Pos.y);
  ImGui::End();
  focus_order = order_;
  focus_boxes = boxes_;
}

/// How strongly highlights show now, from 0 to 1.
float Ui::pulse(const Lab& lab) {
  if (lab.state().reduced_motion) return 1;
  if (pulsing_ != lab.state().highlights) {
    pulsing_ = lab.state().highlights;
    pulse_start_ms_ = now_ms;
  }
  const double periods = (now_ms - pulse_start_ms_) / kPulseMs;
  if (periods >= kPulses) return 1;
  moves_ = true;
  return 0.72f + 0.28f * static_cast<float>(std::cos(periods * 2 * IM_PI));
}

void Ui::ground(ImVec2 low, ImVec2 high, ImU32 colour, float radius) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float top = std::ceil(low.y + radius), bottom = std::floor(high.y - radius);
  if (!clears_grounds || bottom <= top) return list->AddRectFilled(low, high, colour, radius);
  list->AddRectFilled(low, {high.x, top}, colour, radius, ImDrawFlags_RoundCornersTop);
  list->AddRectFilled({low.x, bottom}, high, colour, radius, ImDrawFlags_RoundCornersBottom);
  grounds_.push_back({{low.x, top}, {high.x, bottom}, colour});
}

void Ui::layer(int index) {
  layer_ = index;
  ImGui::GetWindowDrawList()->ChannelsSetCurrent(index);
}

void Ui::move_to(ImVec2 at) {
  ImGui::GetCurrentWindow()->DC.CursorPos = at;
}

void Ui::begin_column(ImVec2 at, float width) {
  move_to(at);
  ImGui::BeginGroup();
  columns_.push_back({at.x, at.x + width});
}

float Ui::end_column() {
  columns_.pop_back();
  ImGui::EndGroup();
  return ImGui::GetItemRectMax().y;
}

float Ui::avail() const {
  return std::max(1.0f, columns_.back().right - ImGui::GetCursorScreenPos().x);
}

void Ui::gap(float height) {
  ImGui::GetCurrentWindow()->DC.CursorPos.y += height - ImGui::GetStyle().ItemSpacing.y;
}

void Ui::flow(float width, float spacing) {
  const bool first = std::exchange(row_fresh_, false);
  if (first) return;
  const float end_of_last = ImGui::GetItemRectMax().x;
  if (end_of_last + spacing + width <= columns_.back().right + 0.5f) ImGui::SameLine(0, spacing);
}

bool Ui::focusable(ImGuiID id, const ImRect& box, float rounding) {
  const ImGuiContext& g = *context_;
  if (ImGui::GetCurrentWindow()->ParentWindow == nullptr) {
    order_.push_back(id);
    boxes_.push_back({box.Min.x, box.Min.y, box.Max.x, box.Max.y});
  }
  const bool visible = g.NavId == id && g.NavCursorVisible && focused_;
  if (visible) {
    const float out = theme.line.focus + 1;
    ImDrawList* list = ImGui::GetWindowDrawList();
    list->AddRect({box.Min.x - out, box.Min.y - out}, {box.Max.x + out, box.Max.y + out}, theme.colours.focus,
                  rounding + out, 0, theme.line.focus);
  }
  return visible;
}

void Ui::locate(const std::string& widget_id) {
  locate_ = widget_id;
  locate_tries_ = 3;
}

void Ui::mark(const Lab& lab, std::string_view widget_id, const ImRect& box) {
  const Ring ring{box.Min.x, box.Min.y, box.Max.x, box.Max.y, layer_ >= 2};
  marks_[std::string(widget_id)] = ring;
  const auto& ids = lab.state().highlights;
  if (std::find(ids.begin(), ids.end(), widget_id) != ids.end()) rings_.push_back(ring);
}

bool Ui::hidden(const Lab& lab, std::string_view widget_id) {
  const auto& ids = lab.state().hidden;
  return std::find(ids.begin(), ids.end(), widget_id) != ids.end();
}

void Ui::tell_page() {
  const float scroll = std::round(page_scroll_);
  if (std::abs(scroll - told_scroll_) >= 1) {
    told_scroll_ = scroll;
    say({{"kind", "scroll"}, {"y", scroll}});
  }
  const std::string cursor = std::string(cursor_name(ImGui::GetMouseCursor())) + (wheel_wanted ? "/wheel" : "") + "/" +
                             std::to_string(static_cast<int>(std::ceil(content_height_)));
  if (cursor != told_cursor_) {
    told_cursor_ = cursor;
    say({{"kind", "cursor"}, {"name", cursor_name(ImGui::GetMouseCursor())}, {"wheel", wheel_wanted}});
    say({{"kind", "content_height"}, {"height", std::ceil(content_height_)}});
  }
  // At the ends of the order Tab belongs to the page; inside an open choice it does not.
  const ImGuiContext& g = *context_;
  const bool popup = g.OpenPopupStack.Size > 0;
  const bool first = !popup && (focus_order.empty() || g.NavId == 0 || g.NavId == focus_order.front());
  const bool last = !popup && (focus_order.empty() || g.NavId == focus_order.back());
  const std::string edges = std::string(first ? "f" : "-") + (last ? "l" : "-");
  if (edges != told_edges_) {
    told_edges_ = edges;
    say({{"kind", "focus_edge"}, {"first", first}, {"last", last}});
  }
  for (const auto& [point, em] : fonts.take_wanted()) say({{"kind", "want_glyphs"}, {"points", {point}}, {"em", em}});
  tell_text_input();
  if (!locate_.empty()) tell_located();
}

void Ui::tell_located() {
  const auto found = marks_.find(locate_);
  const Ring place = found == marks_.end() ? Ring{0, 0, 0, 0, false} : found->second;
  const bool here = found != marks_.end();
  const bool in_sight = place.y0 >= (place.y1 <= header_height ? 0 : header_height) && place.y1 <= viewport.height;
  const float room = viewport.height - header_height;
  if (here && !in_sight && locate_tries_-- > 0) {
    const float middle = (place.y0 + place.y1) / 2 + page_scroll_ - header_height - room / 2,
                top = place.y0 + page_scroll_ - header_height - theme.space.l;
    const float wish =
        std::clamp(place.y1 - place.y0 > room ? top : middle, 0.0f, std::max(0.0f, content_height_ - viewport.height));
    if (std::abs(wish - page_scroll_) >= 1) {
      say({{"kind", "scroll"}, {"y", std::round(wish)}});
      want_frame_ = true;
      return;
    }
  }
  say({{"kind", "located"},
       {"id", locate_},
       {"x", place.x0},
       {"y", place.y0},
       {"w", place.x1 - place.x0},
       {"h", place.y1 - place.y0}});
  locate_.clear();
}

void Ui::tell_text_input() {
  const ImGuiContext& g = *context_;
  const bool active = g.IO.WantTextInput;
  const ImGuiPlatformImeData& place = g.PlatformImeData;
  Json json = {{"kind", "text_input"}, {"active", active}, {"x", 0}, {"y", 0}, {"w", 1}, {"h", 20}, {"value", ""}};
  if (active) {
    json["x"] = std::round(place.InputPos.x);
    json["y"] = std::round(place.InputPos.y);
    json["h"] = std::round(place.InputLineHeight);
  }
  const std::string told = json.dump();
  if (told == told_text_) return;
  told_text_ = told;
  say(std::move(json));
}

}  // namespace heed
