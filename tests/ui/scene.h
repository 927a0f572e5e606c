// tests/ui: the lab in a state worth drawing, made from events as a run would send them, and the panels drawn without a
// renderer.
#pragma once

#include <string>
#include <vector>

#include "lab/lab.h"
#include "ui/ui.h"

namespace heed::scene {

enum class Words { kEnglish, kFrench, kLong };

struct Made {
  bool compare = false;
  bool attention = true;  ///< of the first run
  bool snapshots = true;
  bool evaluations = true;
  bool long_words = false;  ///< tokens are words
  int length = 7;           ///< of the probe's source
  bool tried = false;
  int heads = 1;        ///< of the attention
  bool inside = false;  ///< looked inside and measured
  int targets = 0;      ///< of what was looked at; 0: as many as there are, 1: a label
};

/// Texts of assets/strings; kLong stretches every sentence as German would, and then some.
void use_words(Words words);

Lab make_lab(const Made& made);
ProbeShot make_shot(int length, bool long_words, bool attention, bool with_target = true, int heads = 1);

struct Size {
  float width, height;
  bool coarse;
};
inline constexpr Size kSizes[] = {{390, 700, true}, {720, 900, true}, {860, 740, false}, {1180, 900, false}, {1500, 1000, false}};

/// A memory network before stories: `hops` of them, a question and its answer.
struct ToldStory {
  int hops = 2, sentences = 5;
  bool compare = false, facts = false, wrong = false;
  bool tried = false;
  InputFault fault = {};  ///< of what was tried
};
Lab make_story_lab(const ToldStory& told);
/// A machine with one head that writes and one that reads; with the taps of a differentiable computer where it is one.
Lab make_ways_lab(int steps, int width, bool compare = false);
Lab make_memory_lab(int steps, int slots, bool dnc, bool compare = false);

/// Draws until nothing more is wanted, at most `frames` times.
class Stage {
 public:
  Stage();
  bool draw(Lab& lab, int frames = 6);
  /// Time goes by without a frame.
  void wait(double ms) { now_ms_ += ms; }
  void key(ImGuiKey key, bool shift = false);
  /// Presses and lets go of the left button.
  void click(Lab& lab, float x, float y);

  Ui ui;
  std::vector<LabCommand> commands;
  std::vector<PageMessage> messages;

 private:
  double now_ms_ = 1000;
};

/// Nothing is cut off, leaves the canvas, overlaps or is too small to be pressed.
void check_drawn(Stage& stage, const std::string& what);

}  // namespace heed::scene
