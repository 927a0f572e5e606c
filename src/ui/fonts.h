// ui: the two type families, handed over by the page as bytes, and the glyphs that they lack, drawn by the page on a 2D
// canvas and kept as alpha pixels per size.
#pragma once

#include <imgui.h>

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "training/protocol.h"

namespace heed {

enum class Face : unsigned char { kUi, kStrong, kMono };
inline constexpr int kFaces = 3;

/// One glyph from the page: alpha, row by row, in device pixels. Offsets count from the baseline's left end, y down.
struct PageGlyph {
  int width = 0, height = 0;
  float left = 0, top = 0, advance = 0;
  Bytes alpha;
};

class Fonts {
 public:
  /// "ui", "ui_strong" or "mono". The context must exist; takes effect in the next frame.
  void add(const std::string& name, Bytes bytes);
  bool ready() const { return faces_[0].font != nullptr; }
  /// The strong face falls back on "ui", both on ImGui's own font while nothing has come.
  ImFont* font(Face face) const;
  /// ImGui counts a font's height from ascent to descent; this is that height for an em size.
  float height(Face face, float em) const;
  /// Device pixels per CSS pixel, for the glyphs drawn from now on.
  void set_density(float density);

  /// Glyphs that were asked for and that no font has: code point and device pixels per em.
  using GlyphKey = std::pair<std::uint32_t, int>;
  std::vector<GlyphKey> take_wanted();
  void set_glyph(GlyphKey key, PageGlyph glyph);
  /// The page's glyph; null (and noted as wanted) when it is not here yet.
  const PageGlyph* page_glyph(GlyphKey key);

 private:
  struct Loaded {
    ImFont* font = nullptr;
    float line_per_em = 1.2f;  ///< (ascent - descent) / units per em
  };
  const Loaded& pick(Face face) const;
  std::array<Loaded, kFaces> faces_;
  std::map<GlyphKey, PageGlyph> glyphs_;
  std::map<GlyphKey, bool> asked_;
  std::vector<GlyphKey> wanted_;
};

}  // namespace heed
