// ui/panels: the parts of the lab, one file each. They read the lab and push commands; each fills the width of the
// current column.
#pragma once

#include "ui/ui.h"

namespace heed {

/// The bar that stays at the top: train, step, reset, seed, and how the training goes. Sets Ui::header_height.
void draw_header(const Lab& lab, Ui& ui);
/// What is built, in words; compare; copy link. `build_button`: opens and closes the folded controls.
void draw_summary(const Lab& lab, Ui& ui, bool build_button);
void draw_notices(const Lab& lab, Ui& ui);
/// Controls of task, model and optimiser. `folded`: only there when opened, or while changes wait to be built.
void draw_build(const Lab& lab, Ui& ui, bool folded);
/// Attention (or the bottleneck) of the probe at the cursor, with the timeline under it.
void draw_attention(const Lab& lab, Ui& ui);
void draw_timeline(const Lab& lab, Ui& ui);
void draw_curves(const Lab& lab, Ui& ui);
void draw_scores(const Lab& lab, Ui& ui);
void draw_try(const Lab& lab, Ui& ui);
/// Within the card of draw_try, for stories: the sentences as fields, the hops beside them.
void draw_story_editor(const Lab& lab, Ui& ui);
/// Within the card of draw_try, for language models.
void draw_write_on(const Lab& lab, Ui& ui);
void draw_inside(const Lab& lab, Ui& ui);
/// What a machine wrote into its memory and read from it over time; nothing where the model has no such memory.
void draw_memory(const Lab& lab, Ui& ui);
/// Fast weights read as a matrix and as attention over the stored states; nothing where the model has none.
void draw_two_ways(const Lab& lab, Ui& ui);
/// How an address comes about: one input at a time is moved, the engine computes the chain anew.
void draw_addressing(const Lab& lab, Ui& ui);
void draw_cost(const Lab& lab, Ui& ui);
/// Where the time of a step on the GPU goes; nothing while no run computes there.
void draw_profile(const Lab& lab, Ui& ui);

// ---- what several panels need ----

/// How many runs are on screen: 1, or 2 side by side.
inline int shown_runs(const LabState& state) {
  return state.compare ? 2 : 1;
}
/// The phase of all runs on screen together: training when one trains.
bool any_training(const LabState& state);
/// The newest step of the runs on screen.
std::uint64_t newest_step(const LabState& state);
/// "With attention", "A · GRU, additive attention": what tells the two runs apart.
std::string run_label(const LabState& state, int run);
/// Marker, name and what is different, on one or more lines of the column.
void draw_run_label(const Lab& lab, Ui& ui, int run);
/// The fixed vector through which a model without attention has to pass everything, beside what that means.
void draw_bottleneck(Ui& ui, const ProbeShot& shot, bool sequence);
/// The answer where it is numbers, beside the right one; false where it is tokens.
bool draw_values(Ui& ui, const ProbeShot& shot);
/// The question that goes with the source, where there is one.
void draw_question(Ui& ui, const ProbeShot& shot);
/// A sentence in the middle of an empty card.
void draw_empty(Ui& ui, const std::string& title, const std::string& text, float height);

}  // namespace heed
