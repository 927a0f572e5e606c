// ui/widgets: the controls that panels are made of. All of them: at least as high as a pointer or finger needs, reached
// by Tab, worked by Enter, Space and arrows, with a visible focus.
#pragma once

#include <imgui_internal.h>

#include <string>
#include <vector>

#include "ui/ui.h"
#include "ui/widgets/icons.h"

namespace heed {

/// What became of an item in this frame.
struct Item {
  ImGuiID id = 0;
  ImRect box;
  bool visible = false;  ///< on screen: worth drawing
  bool hovered = false, held = false, pressed = false;
  bool focused = false;  ///< has the visible keyboard focus
};

/// Takes room for an item that behaves like a button.
Item add_item(Ui& ui, const char* id, ImVec2 size, float rounding, bool enabled = true);
/// Keys that a focused item keeps for itself instead of moving the focus.
void keep_arrow_keys(const Item& item, bool vertical);
/// True in the frames in which the key goes down or repeats while the item is focused.
bool key_on(const Item& item, ImGuiKey key);

enum class ButtonKind : unsigned char { kPrimary, kPlain, kQuiet };

struct ButtonLook {
  ButtonKind kind = ButtonKind::kPlain;
  Icon icon = Icon::kNone;
  float width = 0;  ///< 0: as wide as its content
  bool enabled = true;
  bool on = false;  ///< pressed in, for toggles
};

float button_width(const Ui& ui, const std::string& label, const ButtonLook& look);
/// `label` is what is drawn; `id` is what it is called. Empty label: an icon alone, named by `help`.
bool button(Ui& ui, const char* id, const std::string& label, const ButtonLook& look, const std::string& help = {});

float toggle_width(const Ui& ui, const std::string& label);
/// True when it was switched; the new value is `!value`.
bool toggle(Ui& ui, const char* id, const std::string& label, bool value, const std::string& help = {});

/// One of a few, all in sight. Returns the index now chosen. Too wide for the column: becomes a choice.
int segmented(Ui& ui, const char* id, const std::vector<std::string>& labels, int current, float width = 0);
float segmented_width(const Ui& ui, const std::vector<std::string>& labels);

struct Option {
  std::string label, help;
};
/// One of many, in a list that opens. Returns the index now chosen.
int choice(Ui& ui, const char* id, const std::vector<Option>& options, int current, float width,
           const std::string& help = {}, const std::string& citation = {});

/// A help bubble beside the last item while it is hovered for a moment or has the keyboard focus.
void help_bubble(Ui& ui, const Item& item, const std::string& text, const std::string& citation = {});

struct SliderRange {
  double minimum = 0, maximum = 1, step = 1;
  bool logarithmic = false, integer = true;
};
/// A track with a knob as wide as the column. True when `value` changed.
bool slider(Ui& ui, const char* id, const SliderRange& range, double& value, const std::string& help = {},
            const std::string& citation = {});
/// The number beside it: shown, and typed over after a click or Enter. True when `value` changed.
bool number_box(Ui& ui, const char* id, const SliderRange& range, const std::string& unit, double& value, float width);
/// "0.003", "12", "1e-05": as short as exact.
std::string number_text_short(double value, bool integer);

/// A text field; true when the text changed. It stays the last item: ImGui::IsItemActive() and its like ask about it.
bool text_field(Ui& ui, const char* id, std::string& text, const std::string& hint, float width, bool mono);
/// The same in the size of reading text, for several of them one below the other.
bool line_field(Ui& ui, const char* id, std::string& text, const std::string& hint, float width);

/// A dot or square in the run's colour: run A round, run B square, so that colour is never the only cue.
void run_marker(ImDrawList* list, const Theme& theme, int run, ImVec2 centre, float size);

// ---- cards ----
void begin_card(Ui& ui, ImVec2 at, float width);
/// Returns the y below; `box` receives the card's rectangle. Grows to `least_height` when given.
float end_card(Ui& ui, ImRect* box = nullptr, float least_height = 0);
void card_title(Ui& ui, const std::string& title, const std::string& subtitle = {});

}  // namespace heed
