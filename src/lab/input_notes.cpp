// lab: see input_notes.h.
#include "lab/input_notes.h"

#include <algorithm>

#include "lab/describe.h"
#include "lab/preset_change.h"
#include "lab/strings.h"

namespace heed {
namespace {

bool is_task(const RunView& view, const char* task) { return preset_value(view.preset, "task") == Json(task); }

std::string spoken_answer(const std::vector<std::string>& tokens) {
  std::string text;
  for (const std::string& token : tokens) text += (text.empty() ? "" : " ") + token_in_words(token);
  return text.empty() ? tr("describe.nothing") : text;
}

}  // namespace

std::string longer_note(const RunView& view, const ProbeShot& shot) {
  const auto most = static_cast<std::size_t>(std::max(0, view.max_source_length));
  if (most == 0 || shot.source.size() <= most) return {};
  const char* key = shot.source_values.width > 0 ? "input.longer_steps"
                    : is_task(view, "windows")   ? "input.longer_windows"
                    : view.sentences             ? "input.longer_sentences"
                                                 : "input.longer_symbols";
  return tr(key, {count_text(shot.source.size()), count_text(most)});
}

std::string chain_note(const RunView& view, const ProbeShot& shot) {
  if (!is_task(view, "facts") || shot.query.size() < 3) return {};
  std::string steps = tr("input.chain_first", {shot.query[1], shot.query[0]});
  for (std::size_t n = 2; n < shot.query.size(); ++n) steps += ", " + tr("input.chain_then", {shot.query[n]});
  return tr("input.chain", {steps});
}

std::string forced_answer(const ProbeShot& shot) {
  if (shot.target.size() < 2 || shot.decoded_values.width > 0) return {};
  std::vector<std::string> forced = shot.forced;
  if (const auto end = std::ranges::find(forced, "<end>"); end != forced.end()) forced.erase(end, forced.end());
  return forced == shot.decoded || forced.empty() ? std::string() : spoken_answer(forced);
}

std::string own_answer(const ProbeShot& shot) { return spoken_answer(shot.decoded); }

}  // namespace heed
