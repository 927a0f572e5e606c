// lab: see story_picture.h.
#include "lab/story_picture.h"

#include "lab/attention_shape.h"
#include "lab/describe.h"
#include "lab/input_notes.h"
#include "lab/preset_change.h"
#include "lab/strings.h"

namespace heed {
namespace {

std::string words_joined(const std::vector<std::string>& tokens) {
  std::string text;
  for (const std::string& token : tokens) text += (text.empty() ? "" : " ") + token_in_words(token);
  return text;
}

std::string support_text(const StoryPicture& story, std::size_t sentence) {
  const int place = story.support[sentence];
  return place > 0 ? " " + tr("story.is_support", {std::to_string(place)}) : std::string();
}

}  // namespace

std::size_t StoryPicture::strongest(std::size_t hop) const {
  std::size_t best = 0;
  for (std::size_t s = 1; s < sentences.size(); ++s)
    if (weight(hop, s) > weight(hop, best)) best = s;
  return best;
}

bool make_story(const RunView& view, const ProbeShot& shot, StoryPicture& out) {
  const TapValue* tap = find_tap(shot, view.alignment_tap);
  if (!view.sentences || !view.hops || !tap || shot.source.empty()) return false;
  const std::size_t count = shot.source.size();
  if (tap->shape.rank() < 2 || tap->values.size() % count != 0 || static_cast<std::size_t>(tap->shape[-1]) != count) return false;
  out = StoryPicture{};
  out.sentences = shot.source;
  out.weights = tap->values;
  for (std::size_t hop = 0; hop < tap->values.size() / count; ++hop) out.hops.push_back(tr("story.hop", {std::to_string(hop + 1)}));
  out.support.assign(count, 0);
  if (!shot.truth.empty()) {
    int place = 0;
    for (const int sentence : shot.truth.front())
      if (sentence >= 0 && static_cast<std::size_t>(sentence) < count) out.support[static_cast<std::size_t>(sentence)] = ++place;
    out.support_known = place > 0;
  }
  const Json type = preset_value(view.preset, "model"), values = preset_value(view.preset, "model.values");
  out.key_and_value = type == "key_value_memory" && values == "last";
  out.question = words_joined(shot.query);
  out.answer = words_joined(shot.decoded);
  if (!shot.chances.empty()) out.chance = shot.chances.front();
  out.right = words_joined(shot.target);
  out.exact = shot.exact;
  out.chain = chain_note(view, shot);
  out.longer = longer_note(view, shot);
  return true;
}

std::string weight_text(float weight) { return number_text(static_cast<double>(weight)); }

std::string story_sentence(const StoryPicture& story, int sentence) {
  if (sentence < 0 || static_cast<std::size_t>(sentence) >= story.sentences.size()) return {};
  const auto at = static_cast<std::size_t>(sentence);
  std::string weights;
  for (std::size_t hop = 0; hop < story.hops.size(); ++hop)
    weights += (hop > 0 ? " \xC2\xB7 " : "") + story.hops[hop] + " " + weight_text(story.weight(hop, at));
  return tr("story.cell", {std::to_string(sentence + 1), story.sentences[at], weights}) + support_text(story, at);
}

std::string describe_story(const StoryPicture& story) {
  std::string text;
  for (std::size_t hop = 0; hop < story.hops.size(); ++hop) {
    const std::size_t best = story.strongest(hop);
    text += tr("story.hop_reads", {story.hops[hop], std::to_string(best + 1), story.sentences[best], weight_text(story.weight(hop, best))}) +
            support_text(story, best) + " ";
  }
  for (const std::string& note : {story.chain, story.longer})
    if (!note.empty()) text += note + " ";
  if (story.chance >= 0) text += tr("story.answer_with", {story.answer, weight_text(story.chance)});
  if (!story.right.empty() && !story.exact) text += " " + tr("ui.try.expected", {story.right});
  return text;
}

}  // namespace heed
