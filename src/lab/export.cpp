// lab: the attention on the screen as a file: SVG for a text or slides, CSV for a spreadsheet. Both from the weights
// themselves.
#include <algorithm>
#include <cstdio>
#include <optional>

#include "lab/attention_shape.h"
#include "lab/describe.h"
#include "lab/lab.h"
#include "lab/story_picture.h"
#include "lab/strings.h"

namespace heed {
namespace {

constexpr int kCell = 28, kLeft = 90, kTop = 90, kMargin = 16;

struct Figure {
  const ProbeShot* shot = nullptr;
  std::optional<TapValue> tap;  ///< (T,S): the head that is shown, or the mean
  int targets = 0, sources = 0;
  std::uint64_t step = 0;
  std::vector<std::string> rows;  ///< what the outputs are called
  std::optional<StoryPicture> story;
  float at(int t, int s) const { return tap->values[static_cast<std::size_t>(t * sources + s)]; }
};

Figure shown_figure(const Lab& lab, int run) {
  Figure figure;
  const Snapshot* snapshot = lab.shown_snapshot(run);
  if (!snapshot || snapshot->probes.empty()) return figure;
  const std::size_t probe =
      std::min(static_cast<std::size_t>(std::max(0, lab.state().cursor.probe)), snapshot->probes.size() - 1);
  figure.shot = &snapshot->probes[probe];
  figure.step = snapshot->step;
  const TapValue* all = find_tap(*figure.shot, lab.state().runs[static_cast<std::size_t>(run)].alignment_tap);
  const RunView& view = lab.state().runs[static_cast<std::size_t>(run)];
  if (all) figure.tap = head_of(*all, lab.state().head);
  figure.rows = figure.shot->target;
  if (StoryPicture story; make_story(view, *figure.shot, story)) {
    figure.tap = TapValue{all->name, Shape{static_cast<int>(story.hops.size()), static_cast<int>(story.sentences.size())}, story.weights};
    figure.rows = story.hops;
    figure.story = std::move(story);
  }
  if (!figure.tap || figure.tap->shape.rank() < 2) return Figure{};
  figure.targets = figure.tap->shape[-2];
  figure.sources = figure.tap->shape[-1];
  const bool whole =
      static_cast<std::size_t>(figure.targets) * static_cast<std::size_t>(figure.sources) <= figure.tap->values.size();
  return whole ? figure : Figure{};
}

std::string token(const std::vector<std::string>& tokens, int index) {
  return index < static_cast<int>(tokens.size()) ? tokens[static_cast<std::size_t>(index)] : std::string();
}

std::string xml(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '&')
      out += "&amp;";
    else if (c == '"')
      out += "&quot;";
    else if (static_cast<unsigned char>(c) >= 32)
      out += c;
  }
  return out;
}

std::string cell_csv(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

std::string plain_number(double value, int decimals) {
  char buffer[48];
  std::snprintf(buffer, sizeof buffer, "%.*f", decimals, value);
  return buffer;
}

std::string text_at(double x, double y, const char* anchor, const std::string& text) {
  return "<text x=\"" + plain_number(x, 1) + "\" y=\"" + plain_number(y, 1) + "\" text-anchor=\"" + anchor + "\">" +
         xml(text) + "</text>\n";
}

/// White to deep blue: the weight itself, nothing rescaled.
std::string cell_colour(float weight) {
  const double w = std::clamp(static_cast<double>(weight), 0.0, 1.0);
  char buffer[8];
  std::snprintf(buffer, sizeof buffer, "#%02x%02x%02x", static_cast<int>(255 - w * 245),
                static_cast<int>(255 - w * 195), static_cast<int>(255 - w * 120));
  return buffer;
}

std::string figure_caption(const Lab& lab, int run, std::uint64_t step) {
  const Json& preset = lab.state().runs[static_cast<std::size_t>(run)].preset;
  return tr("export.caption", {preset.is_null() ? "" : describe_preset(preset), count_text(step)});
}

/// A line for each sentence, a bar in it for each hop.
std::string story_svg(const StoryPicture& story, const std::string& caption) {
  constexpr int kLine = 26, kBar = 90, kHop = 140, kText = 7;
  std::size_t longest = story.question.size();
  for (const std::string& sentence : story.sentences) longest = std::max(longest, sentence.size());
  const int bars = 3 * kMargin + static_cast<int>(longest) * kText, width = bars + static_cast<int>(story.hops.size()) * kHop + kMargin;
  const int height = 5 * kMargin + kLine * static_cast<int>(story.sentences.size() + 2);
  std::string svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + std::to_string(width) + "\" height=\"" + std::to_string(height) +
                    "\" font-family=\"sans-serif\" font-size=\"13\" fill=\"#1b2430\">\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n";
  svg += text_at(kMargin, 2 * kMargin, "start", story.question + "?");
  for (std::size_t hop = 0; hop < story.hops.size(); ++hop) svg += text_at(bars + static_cast<double>(hop) * kHop, 2 * kMargin, "start", story.hops[hop]);
  for (std::size_t s = 0; s < story.sentences.size(); ++s) {
    const double y = 2 * kMargin + kLine * (static_cast<double>(s) + 1);
    svg += text_at(kMargin, y, "start", std::to_string(s + 1) + "  " + story.sentences[s] + (story.support[s] > 0 ? "  (" + std::to_string(story.support[s]) + ")" : ""));
    for (std::size_t hop = 0; hop < story.hops.size(); ++hop) {
      const double x = bars + static_cast<double>(hop) * kHop, weight = std::clamp(static_cast<double>(story.weight(hop, s)), 0.0, 1.0);
      svg += "<rect x=\"" + plain_number(x, 1) + "\" y=\"" + plain_number(y - 11, 1) + "\" width=\"" + plain_number(kBar * weight, 2) + "\" height=\"13\" fill=\"#0a3c87\"/>\n";
      svg += text_at(x + kBar + 6, y, "start", plain_number(weight, 2));
    }
  }
  const double below = 3 * kMargin + kLine * (static_cast<double>(story.sentences.size()) + 1);
  svg += text_at(kMargin, below, "start", "→ " + story.answer + (story.chance >= 0 ? "  " + plain_number(static_cast<double>(story.chance), 2) : "") + (story.right.empty() ? "" : "  (" + story.right + ")"));
  return svg + "<title>" + xml(caption) + "</title>\n" + text_at(kMargin, height - kMargin, "start", caption) + "</svg>\n";
}

std::string cells_svg(const Figure& figure) {
  std::string svg;
  for (int t = 0; t < figure.targets; ++t) {
    for (int s = 0; s < figure.sources; ++s) {
      svg += "<rect x=\"" + std::to_string(kLeft + s * kCell) + "\" y=\"" + std::to_string(kTop + t * kCell) +
             "\" width=\"" + std::to_string(kCell - 1) + "\" height=\"" + std::to_string(kCell - 1) + "\" fill=\"" +
             cell_colour(figure.at(t, s)) + "\"><title>" + xml(token(figure.rows, t)) + " : " +
             xml(token(figure.shot->source, s)) + " " + plain_number(figure.at(t, s), 3) + "</title></rect>\n";
    }
  }
  return svg;
}

}  // namespace

std::string attention_svg(const Lab& lab, int run) {
  const Figure figure = shown_figure(lab, run);
  if (!figure.tap) return {};
  if (figure.story) return story_svg(*figure.story, figure_caption(lab, run, figure.step));
  const int width = kLeft + figure.sources * kCell + kMargin, height = kTop + figure.targets * kCell + 3 * kMargin;
  std::string svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + std::to_string(width) + "\" height=\"" +
                    std::to_string(height) + "\" viewBox=\"0 0 " + std::to_string(width) + " " +
                    std::to_string(height) +
                    "\" font-family=\"sans-serif\" font-size=\"13\" fill=\"#1b2430\">\n<rect width=\"100%\" "
                    "height=\"100%\" fill=\"#ffffff\"/>\n";
  for (int s = 0; s < figure.sources; ++s) {
    const std::string x = plain_number(kLeft + (s + 0.5) * kCell + 4, 1), y = std::to_string(kTop - 8);
    svg += "<text x=\"" + x + "\" y=\"" + y + "\" transform=\"rotate(-60 " + x + " " + y + ")\">" +
           xml(token(figure.shot->source, s)) + "</text>\n";
  }
  for (int t = 0; t < figure.targets; ++t) {
    svg += text_at(kLeft - 8, kTop + (t + 0.5) * kCell + 4, "end", token(figure.rows, t));
  }
  svg += cells_svg(figure);
  const std::string caption = figure_caption(lab, run, figure.step);
  return svg + "<title>" + xml(caption) + "</title>\n" + text_at(kMargin, height - kMargin, "start", caption) +
         "</svg>\n";
}

std::string attention_csv(const Lab& lab, int run) {
  const Figure figure = shown_figure(lab, run);
  if (!figure.tap) return {};
  std::string csv = "\"step " + std::to_string(figure.step) + "\"";
  for (int s = 0; s < figure.sources; ++s) csv += "," + cell_csv(token(figure.shot->source, s));
  csv += "\r\n";
  for (int t = 0; t < figure.targets; ++t) {
    csv += cell_csv(token(figure.rows, t));
    for (int s = 0; s < figure.sources; ++s) csv += "," + plain_number(figure.at(t, s), 6);
    csv += "\r\n";
  }
  return csv;
}

}  // namespace heed
