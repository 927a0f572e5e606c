// ui: the lab on its canvas. `Ui` owns the Dear ImGui context, knows theme, fonts, size and focus, and collects what
// panels ask for: commands to the lab and messages to the page. Panels are functions draw_x(const Lab&, Ui&) that
// change nothing else.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lab/lab.h"
#include "lab/story_picture.h"
#include "ui/fonts.h"
#include "ui/theme.h"

struct ImGuiContext;
struct ImRect;

namespace heed {

/// A style of text. `size` is the em size in CSS pixels.
struct TextLook {
  Face face = Face::kUi;
  float size = 14;
  ImU32 colour = 0;
};

/// What the page knows about the canvas: CSS pixels, device pixels per CSS pixel, and whether the pointer is a finger.
struct Viewport {
  float width = 0, height = 0, scale = 1;
  bool coarse = false;
};

/// Where a learner looks in the attention picture; shared so that two runs side by side show the same cell.
struct CellCursor {
  int row = -1, column = -1;
  bool operator==(const CellCursor&) const = default;
};

/// A story while it is being typed: what the fields hold.
struct StoryDraft {
  std::vector<std::string> lines;
  std::string question;
  std::string before;  ///< what an example has replaced
  int focus = -1;      ///< the field that gets the keyboard next: a line, or their number for the question
  bool to_end = false;  ///< the caret goes behind its last letter
  std::vector<StoryPicture> shown;  ///< by run: the last answer
};

/// What the panels remember between frames. Nothing here is worth saving.
struct Memory {
  std::optional<double> crosshair, next_crosshair;  ///< step under the pointer in a curve
  CellCursor cell, next_cell;
  CellCursor inside_cell;  ///< the same for the maps of looking inside
  int cost_measure = 0;
  float cost_length = 64;
  bool cost_open = false;  ///< what the paper reported
  std::map<std::string, CellCursor> cells;  ///< keyboard place per picture
  std::map<std::string, float> pans;        ///< how far a wide picture is scrolled sideways
  bool build_open = false, build_more = false;
  ImGuiID pressed = 0;    ///< the item that was pressed last: its bubble stays away until the pointer has left it
  std::string help_open;  ///< field whose help was asked for by touch
  std::string editing;    ///< slider whose value is being typed
  std::string edit_text;
  bool edit_started = false;
  std::string try_text;                  ///< the text field's content
  bool try_known = false;                ///< it has been taken over from the lab
  double try_changed_ms = -1;            ///< when it changed; negative: nothing to send
  StoryDraft story;
  std::array<int, kMaxRuns> memory_head{};  ///< whose address is shown
  float temperature = 0.8f;              ///< with which a language model writes on
  int texts_written = 0;                 ///< the seed of the next one
  std::map<std::string, float> heights;  ///< of cards, to line neighbours up
};

/// A plain rectangle under everything else, in CSS pixels: clearing one costs far less than drawing it.
struct Ground {
  ImVec2 low, high;
  ImU32 colour;
};

class Ui {
 public:
  Ui();
  ~Ui();
  Ui(const Ui&) = delete;
  Ui& operator=(const Ui&) = delete;

  // ---- for the platform ----
  Status set_tokens(const Json& tokens);
  void add_font(const std::string& name, Bytes bytes) { fonts.add(name, std::move(bytes)); }
  void set_viewport(const Viewport& viewport);
  /// How far the page has scrolled the lab.
  void set_scroll(float y);
  /// The canvas got or lost the keyboard focus; `from`: "start" or "end" when Tab brought it, anything else for
  /// pointers.
  void set_focus(bool focused, const std::string& from);
  /// Answered after a coming frame by {"kind": "located", "id", "x", "y", "w", "h"}; scrolls there first where it has
  /// to.
  void locate(const std::string& widget_id);
  /// Builds one frame; ImGui::GetDrawData() is ready afterwards. True while another frame is wanted.
  bool frame(const Lab& lab, double now_ms);
  /// Something moves by itself (a highlight pulses): frames are wanted, but not each that the display could show.
  bool moves() const { return moves_; }
  /// To be cleared before the frame is drawn; empty unless `clears_grounds`.
  const std::vector<Ground>& grounds() const { return grounds_; }
  std::vector<LabCommand> take_commands();
  std::vector<PageMessage> take_messages();

  // ---- for panels: asking ----
  void push(LabCommand command) { commands_.push_back(std::move(command)); }
  void say(Json json) { messages_.push_back({std::move(json), {}}); }
  void want_frame() { want_frame_ = true; }

  // ---- for panels: text ----
  TextLook look(Face face, float size, ImU32 colour) const { return {face, size, colour}; }
  TextLook body() const { return {Face::kUi, theme.type.body, theme.colours.ink}; }
  TextLook soft() const { return {Face::kUi, theme.type.small, theme.colours.ink_soft}; }
  TextLook caption() const { return {Face::kUi, theme.type.caption, theme.colours.ink_faint}; }
  TextLook strong() const { return {Face::kStrong, theme.type.body, theme.colours.ink}; }
  TextLook number() const { return {Face::kMono, theme.type.small, theme.colours.ink}; }
  ImVec2 measure(const TextLook& look, std::string_view text) const;
  /// One line at `at`. `width` is the room that the layout gives it: text that is wider counts as clipped (see
  /// `clipped`).
  void draw_text(ImVec2 at, const TextLook& look, std::string_view text, float width) const;
  /// The same, centred in a box.
  void draw_centred(ImVec2 low, ImVec2 high, const TextLook& look, std::string_view text) const;
  /// Wraps at the column's width and moves on below it.
  void paragraph(const TextLook& look, std::string_view text);
  float paragraph_height(const TextLook& look, std::string_view text, float width) const;
  void draw_paragraph(ImVec2 at, const TextLook& look, std::string_view text, float width) const;

  // ---- for panels: space ----
  void begin_column(ImVec2 at, float width);
  /// Returns the y below it.
  float end_column();
  float left() const { return columns_.back().left; }
  float avail() const;
  float column_width() const { return columns_.back().right - columns_.back().left; }
  /// The distance from the last item to the next.
  void gap(float height);
  void move_to(ImVec2 at);
  /// For rows of things that may wrap: each flow() goes on in this row when `width` still fits, else starts the next.
  void begin_row() { row_fresh_ = true; }
  void flow(float width, float spacing);

  // ---- for panels: items ----
  /// Every item that can be focused says so, in the order of drawing. Returns true while it has the visible keyboard
  /// focus.
  bool focusable(ImGuiID id, const ImRect& box, float rounding);
  /// Widgets that lessons point at (lab/widget_ids.h).
  void mark(const Lab& lab, std::string_view widget_id, const ImRect& box);
  static bool hidden(const Lab& lab, std::string_view widget_id);
  float target() const { return viewport.coarse ? theme.target.touch : theme.target.pointer; }
  /// Draws the following on a layer: 0 card grounds, 1 content, 2 header ground, 3 header, 4 rings on top.
  void layer(int index);
  /// A large plain area with round corners, under everything else.
  void ground(ImVec2 low, ImVec2 high, ImU32 colour, float radius);

  Theme theme;
  Fonts fonts;
  Viewport viewport;
  Memory memory;
  double now_ms = 0, elapsed_ms = 0;
  float header_height = 0;
  bool clears_grounds = false;  ///< whoever draws the frames clears `grounds` first
  bool wheel_wanted = false;    ///< the widget under the pointer uses the wheel

  // ---- for tests ----
  mutable std::vector<std::string> clipped;  ///< texts that did not fit their room in the last frame
  std::vector<ImGuiID> focus_order;          ///< of the last frame
  std::vector<ImVec4> focus_boxes;           ///< theirs: left, top, right, bottom

 private:
  struct Column {
    float left, right;
  };
  void begin_root();
  void end_root(const Lab& lab, float bottom);
  float pulse(const Lab& lab);
  void draw_panels(const Lab& lab);
  void tell_page();
  void tell_text_input();
  void tell_located();

  ImGuiContext* context_ = nullptr;
  Json tokens_;
  std::vector<LabCommand> commands_;
  std::vector<PageMessage> messages_;
  std::vector<Column> columns_;
  std::vector<ImGuiID> order_;
  std::vector<ImVec4> boxes_;
  struct Ring {
    float x0, y0, x1, y1;
    bool in_header;
  };
  std::vector<Ring> rings_;
  std::map<std::string, Ring, std::less<>> marks_;  ///< where the marked widgets were in the last frame
  int layer_ = 1;
  std::vector<Ground> grounds_;
  std::string locate_;
  int locate_tries_ = 0;
  float page_scroll_ = 0, told_scroll_ = 0;
  bool scroll_changed_ = false, row_fresh_ = false, themed_ = false, tokens_new_ = false, want_frame_ = false;
  bool moves_ = false;
  std::vector<std::string> pulsing_;  ///< the highlights that pulse, since `pulse_start_ms_`
  double pulse_start_ms_ = 0;
  bool focused_ = false;
  int focus_wish_ = 0;  ///< 1: first item, -1: last item
  float content_height_ = 0;
  std::string told_cursor_, told_text_, told_edges_;
};

}  // namespace heed
