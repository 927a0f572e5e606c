// ui: fonts from bytes, and a font source of last resort whose glyphs come from the page.
#include "ui/fonts.h"

#include <imgui_internal.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace heed {
namespace {

std::uint32_t read_u32(const Bytes& bytes, std::size_t at) {
  return at + 4 > bytes.size()
             ? 0
             : static_cast<std::uint32_t>(bytes[at]) << 24 | static_cast<std::uint32_t>(bytes[at + 1]) << 16 |
                   static_cast<std::uint32_t>(bytes[at + 2]) << 8 | bytes[at + 3];
}
int read_i16(const Bytes& bytes, std::size_t at) {
  return at + 2 > bytes.size() ? 0 : static_cast<std::int16_t>(bytes[at] << 8 | bytes[at + 1]);
}

/// Offset of a table of an sfnt file (TrueType or CFF); 0 when it is not there.
std::size_t find_table(const Bytes& bytes, const char* tag) {
  const int tables = read_i16(bytes, 4);
  for (int i = 0; i < tables; ++i) {
    const std::size_t entry = 12 + 16 * static_cast<std::size_t>(i);
    if (entry + 16 <= bytes.size() && std::memcmp(bytes.data() + entry, tag, 4) == 0) return read_u32(bytes, entry + 8);
  }
  return 0;
}

/// (ascent - descent) / units per em from "hhea" and "head"; 0 when the bytes are no font.
float line_per_em(const Bytes& bytes) {
  const std::size_t head = find_table(bytes, "head"), hhea = find_table(bytes, "hhea");
  if (!head || !hhea) return 0;
  const int units = read_i16(bytes, head + 18);
  return units <= 0
             ? 0.0f
             : static_cast<float>(read_i16(bytes, hhea + 4) - read_i16(bytes, hhea + 6)) / static_cast<float>(units);
}

// ---- the source whose glyphs come from the page. ImGui hands its callbacks the ImFontConfig; UserData there is ours
// ----

struct PageSource {
  Fonts* fonts;
  float line_per_em;
};

bool load_page_glyph(ImFontAtlas* atlas, ImFontConfig* source, ImFontBaked* baked, void*, ImWchar codepoint,
                     ImFontGlyph* out, float* out_advance) {
  if (codepoint < 0x80 || (codepoint >= 0xE000 && codepoint <= 0xF8FF) || codepoint == 0xFFFD || codepoint == 0x2026)
    return false;
  const auto* page = static_cast<const PageSource*>(source->FontLoaderData);
  const float density = baked->RasterizerDensity * source->RasterizerDensity;
  const int em = std::max(1, static_cast<int>(std::lround(baked->Size / page->line_per_em * density)));
  const PageGlyph* glyph = page->fonts->page_glyph({static_cast<std::uint32_t>(codepoint), em});
  if (!glyph) return false;
  if (out_advance) {
    *out_advance = glyph->advance / density;
    return true;
  }
  out->Codepoint = codepoint;
  out->AdvanceX = glyph->advance / density;
  if (glyph->width <= 0 || glyph->height <= 0) return true;
  const ImFontAtlasRectId pack = ImFontAtlasPackAddRect(atlas, glyph->width, glyph->height);
  if (pack == ImFontAtlasRectId_Invalid) return false;
  ImTextureRect* rect = ImFontAtlasPackGetRect(atlas, pack);
  out->X0 = glyph->left / density;
  out->Y0 = glyph->top / density + std::round(baked->Ascent);
  out->X1 = out->X0 + static_cast<float>(glyph->width) / density;
  out->Y1 = out->Y0 + static_cast<float>(glyph->height) / density;
  out->Visible = true;
  out->PackId = pack;
  ImFontAtlasBakedSetFontGlyphBitmap(atlas, baked, source, out, rect, glyph->alpha.data(), ImTextureFormat_Alpha8,
                                     glyph->width);
  return true;
}

/// FontData is taken over as the loader's data; it is our PageSource and is deleted with the source.
bool init_page_source(ImFontAtlas*, ImFontConfig* source) {
  source->FontLoaderData = source->FontData;
  return true;
}

const ImFontLoader* page_loader() {
  static ImFontLoader loader = [] {
    ImFontLoader made;
    made.Name = "page";
    made.FontSrcInit = init_page_source;
    made.FontBakedLoadGlyph = load_page_glyph;
    return made;
  }();
  return &loader;
}

}  // namespace

void Fonts::add(const std::string& name, Bytes bytes) {
  const int index = name == "ui" ? 0 : name == "ui_strong" ? 1 : name == "mono" ? 2 : -1;
  const float ratio = line_per_em(bytes);
  if (index < 0 || ratio <= 0) return;
  Loaded& face = faces_[static_cast<std::size_t>(index)];
  if (face.font) return;
  face.line_per_em = ratio;
  ImFontAtlas& atlas = *ImGui::GetIO().Fonts;
  ImFontConfig config;
  config.FontDataOwnedByAtlas = false;  // the atlas makes its own copy
  config.OversampleH = 2;
  std::snprintf(config.Name, sizeof config.Name, "%s", name.c_str());
  face.font = atlas.AddFontFromMemoryTTF(bytes.data(), static_cast<int>(bytes.size()), 0, &config);
  if (!face.font) return;
  ImFontConfig page;
  page.MergeMode = true;
  page.DstFont = face.font;
  page.FontLoader = page_loader();
  auto* source = static_cast<PageSource*>(IM_ALLOC(sizeof(PageSource)));
  *source = {this, ratio};
  page.FontData = source;
  page.FontDataSize = sizeof(PageSource);
  page.FontDataOwnedByAtlas = true;
  atlas.AddFont(&page);
  if (index == 0) ImGui::GetIO().FontDefault = face.font;
}

const Fonts::Loaded& Fonts::pick(Face face) const {
  const Loaded& wished = faces_[static_cast<std::size_t>(face)];
  return wished.font ? wished : faces_[0];
}

ImFont* Fonts::font(Face face) const {
  ImFont* font = pick(face).font;
  return font ? font : ImGui::GetFont();
}

float Fonts::height(Face face, float em) const {
  return em * pick(face).line_per_em;
}

void Fonts::set_density(float density) {
  // ImGui does this for the font that is pushed; text is drawn with all three here.
  for (Loaded& face : faces_)
    if (face.font) face.font->CurrentRasterizerDensity = density;
}

const PageGlyph* Fonts::page_glyph(GlyphKey key) {
  const auto found = glyphs_.find(key);
  if (found != glyphs_.end()) return &found->second;
  constexpr std::size_t kMostAsked = 2048;
  if (asked_.size() < kMostAsked && !asked_[key]) {
    asked_[key] = true;
    wanted_.push_back(key);
  }
  return nullptr;
}

std::vector<Fonts::GlyphKey> Fonts::take_wanted() {
  return std::exchange(wanted_, {});
}

void Fonts::set_glyph(GlyphKey key, PageGlyph glyph) {
  if (glyph.width < 0 || glyph.height < 0 || glyph.width > 512 || glyph.height > 512) return;
  if (glyph.alpha.size() != static_cast<std::size_t>(glyph.width) * static_cast<std::size_t>(glyph.height)) return;
  glyphs_[key] = std::move(glyph);
  for (Loaded& face : faces_)
    if (face.font) ImFontAtlasFontDiscardBakes(ImGui::GetIO().Fonts, face.font, 0);
}

}  // namespace heed
