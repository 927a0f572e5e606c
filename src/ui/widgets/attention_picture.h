// ui/widgets: the attention of one example, as a heat map (rows: output tokens, columns: input tokens) or as lines from
// output to input. Tokens are never cut: they turn, the cells shrink, and past that the picture pans sideways.
#pragma once

#include <string>
#include <vector>

#include "training/timeline.h"
#include "ui/ui.h"
#include "ui/widgets/small_maps.h"

namespace heed {

struct PictureRow {
  std::string target;  ///< what is right at this position; empty when not known
  std::string model;   ///< the model's own choice
  bool right = false;
  bool asked = true;  ///< false: what stands here does not count
};

struct Picture {
  std::vector<std::string> columns;
  std::vector<PictureRow> rows;
  std::vector<float> weights;           ///< rows x columns
  std::vector<std::vector<int>> truth;  ///< per row, may be empty
  const char* rows_are = "ui.picture.model";  ///< the string that stands above the rows' own words
  bool has_targets = false;
  std::string forced, own;  ///< what its rows answer and what the model writes on its own, where they differ
  bool read_ahead = false;  ///< a machine that reads one step before it answers (lab/reading_ahead.h)
  bool odd_marks = false;  ///< the model chose a mark of its vocabulary that is not the end

  float weight(int row, int column) const {
    return weights[static_cast<std::size_t>(row) * columns.size() + static_cast<std::size_t>(column)];
  }
  bool is_true(int row, int column) const;
};

/// How tokens are shown: marks of the vocabulary in words, a space as a visible sign.
std::string shown_token(const std::string& token);
/// From a probe and its attention tap, one of its heads or (negative) their mean; false when the tap is not there or does
/// not fit the tokens. `ends`: an answer closes with the end mark, which has a row of its own.
bool make_picture(const ProbeShot& shot, const std::string& tap, Picture& out, int head = -1, bool ends = true);
/// Every head beside the mean, which comes first; false where there is only one.
bool make_heads(const ProbeShot& shot, const std::string& tap, const std::vector<std::string>& names, bool ends,
                SmallMaps& out);

struct PictureLook {
  bool truth = true;
  float max_height = 460;
  ImU32 run_colour = 0;
};

/// Narrower than this, the cells no longer fit and the picture pans sideways.
float heat_map_least_width(const Ui& ui, const Picture& picture);
/// Both return the cell (for lines: the row) under the pointer or the keyboard; {-1, -1} when there is none. `shared`
/// is the cell that the neighbour picture shows.
CellCursor draw_heat_map(Ui& ui, const char* id, const Picture& picture, const PictureLook& look, CellCursor shared);
CellCursor draw_attention_lines(Ui& ui, const char* id, const Picture& picture, const PictureLook& look,
                                CellCursor shared);
/// What lies under the cursor, in a sentence; empty when nothing does.
std::string picture_sentence(const Picture& picture, CellCursor cell, bool lines);
/// The colour scale and the signs used.
void draw_picture_legend(Ui& ui, bool truth, bool targets);

/// Text whose first letter stands at `at`, going up to the right.
void draw_rising_text(ImDrawList* list, const Ui& ui, ImVec2 at, const TextLook& look, const std::string& text);

}  // namespace heed
