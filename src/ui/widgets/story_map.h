// ui/widgets: a story with the weights of every hop beside its sentences, as bars with numbers; below it the answer.
#pragma once

#include "lab/story_picture.h"
#include "ui/ui.h"

namespace heed {

/// Where the parts of a line of the story go: text beside the bars, or above them where it is narrow.
struct StoryLayout {
  float number = 0, text = 0, hop = 0, gap = 0;
  bool stacked = false;

  float bars() const { return stacked ? number : number + text + gap; }  ///< where they begin
};

struct StoryLook {
  bool support = true;
  int run = 0;
  float fade = 1;  ///< below 1: the weights are of what stood here before
};

/// `least_text`: narrower than this, the bars go under the sentences. `whole_text`: the bars make room for it as far as they can, where
/// sentences cannot be broken into lines.
StoryLayout lay_out_story(const Ui& ui, float width, std::size_t hops, float least_text, float whole_text = 0);
/// The names of the hops over their bars.
void draw_story_header(Ui& ui, const StoryLayout& layout, const StoryPicture& story);
/// The number of a sentence, and beside it its place among the supporting facts where it is one.
void draw_story_mark(Ui& ui, ImVec2 centre, const StoryPicture& story, std::size_t sentence, const StoryLook& look);
/// The bars of one sentence, in a line of this height.
void draw_story_bars(Ui& ui, ImVec2 at, float height, const StoryLayout& layout, const StoryPicture& story, std::size_t sentence, const StoryLook& look);
/// The whole story. Returns the sentence under the pointer or the keyboard, as the cursor's row; `shared` as in draw_heat_map.
CellCursor draw_story(Ui& ui, const char* id, const StoryPicture& story, const StoryLook& look, CellCursor shared);
/// What the model answers, how sure it is, and what is right.
void draw_story_answer(Ui& ui, const StoryPicture& story, const StoryLook& look);
void draw_story_legend(Ui& ui, const StoryPicture& story, const StoryLook& look);

}  // namespace heed
