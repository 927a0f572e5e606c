// tests/ui: every panel in every state, size and language draws without leaving its room, and everything can be reached
// by Tab.
#include <doctest/doctest.h>
#include <imgui_internal.h>

#include <algorithm>
#include <set>

#include "ui/scene.h"

using namespace heed;
using namespace heed::scene;

namespace {

const std::vector<std::pair<std::string, Made>>& states() {
  static const std::vector<std::pair<std::string, Made>> all = [] {
    std::vector<std::pair<std::string, Made>> made;
    made.push_back({"started", Made{}});
    made.back().second.snapshots = made.back().second.evaluations = false;
    made.push_back({"training", Made{}});
    made.push_back({"compared", Made{}});
    made.back().second.compare = made.back().second.tried = true;
    made.push_back({"without attention", Made{}});
    made.back().second.attention = false;
    made.push_back({"tried", Made{}});
    made.back().second.tried = true;
    made.push_back({"long", Made{}});
    made.back().second.length = 40;
    made.back().second.tried = true;
    made.push_back({"words", Made{}});
    made.back().second.long_words = made.back().second.tried = true;
    made.push_back({"words, nothing tried", Made{}});
    made.back().second.long_words = true;
    made.push_back({"many words compared", Made{}});
    made.back().second.long_words = made.back().second.compare = made.back().second.tried = true;
    made.back().second.length = 18;
    made.push_back({"heads, looked inside", Made{}});
    made.back().second.heads = 8;
    made.back().second.inside = made.back().second.tried = true;
    made.push_back({"label, looked inside", Made{}});
    made.back().second.inside = true;
    made.back().second.targets = 1;
    made.back().second.length = 40;
    made.push_back({"many words looked at and compared", Made{}});
    made.back().second.long_words = made.back().second.compare = made.back().second.inside = true;
    made.back().second.length = 18;
    return made;
  }();
  return all;
}

}  // namespace

TEST_SUITE("ui") {
  TEST_CASE("an empty lab draws and says what to do") {
    use_words(Words::kEnglish);
    Stage stage;
    Lab lab;
    for (const Size& size : kSizes) {
      stage.ui.set_viewport({size.width, size.height, 1, size.coarse});
      stage.draw(lab);
      check_drawn(stage, "empty at " + std::to_string(size.width));
    }
    CHECK_FALSE(stage.ui.focus_order.empty());
  }

  TEST_CASE("every state fits at every size, light and dark, in English") {
    use_words(Words::kEnglish);
    Stage stage;
    for (const auto& [name, made] : states()) {
      Lab lab = make_lab(made);
      for (const Size& size : kSizes) {
        for (const bool lines : {false, true}) {
          lab.apply(SetLook{lines ? Look::kLines : Look::kHeatMap});
          lab.apply(SetTheme{lines});
          stage.ui.memory.build_open = stage.ui.memory.build_more = stage.ui.memory.cost_open = lines;
          lab.apply(ShowHead{lines ? 1 : kAllHeads});
          stage.ui.set_viewport({size.width, size.height, lines ? 2.0f : 1.0f, size.coarse});
          stage.draw(lab);
          check_drawn(stage, name + (lines ? " as lines at " : " as a map at ") + std::to_string(size.width));
        }
      }
    }
  }

  TEST_CASE("French and much longer words fit as well") {
    for (const Words words : {Words::kFrench, Words::kLong}) {
      use_words(words);
      Stage stage;
      for (const auto& [name, made] : states()) {
        Lab lab = make_lab(made);
        for (const Size& size : kSizes) {
          stage.ui.memory.build_open = stage.ui.memory.cost_open = true;
          stage.ui.set_viewport({size.width, size.height, 1, size.coarse});
          stage.draw(lab);
          check_drawn(
              stage, name + (words == Words::kLong ? " stretched at " : " in French at ") + std::to_string(size.width));
        }
      }
    }
    use_words(Words::kEnglish);
  }

  TEST_CASE("Tab reaches every item in order, and the page is told where the ends are") {
    use_words(Words::kEnglish);
    Stage stage;
    Made made;
    made.compare = made.tried = true;
    Lab lab = make_lab(made);
    stage.ui.set_viewport({860, 740, 1, false});
    stage.draw(lab);
    stage.ui.set_focus(true, "start");
    stage.draw(lab);
    const std::vector<ImGuiID> order = stage.ui.focus_order;
    REQUIRE(order.size() > 10);
    std::vector<ImGuiID> reached{ImGui::GetCurrentContext()->NavId};
    for (std::size_t i = 1; i < order.size(); ++i) {
      stage.key(ImGuiKey_Tab);
      stage.draw(lab, 4);
      reached.push_back(ImGui::GetCurrentContext()->NavId);
    }
    CHECK(reached == stage.ui.focus_order);
    bool last_told = false;
    for (const PageMessage& message : stage.messages)
      if (message.json.value("kind", "") == "focus_edge") last_told = message.json.at("last").get<bool>();
    CHECK(last_told);
  }

  TEST_CASE("nothing more is drawn once nothing changes") {
    use_words(Words::kEnglish);
    Stage stage;
    Lab lab = make_lab(Made{});
    stage.ui.set_viewport({1180, 900, 1, false});
    CHECK_FALSE(stage.draw(lab, 12));
  }

  TEST_CASE("a highlight pulses for a while, and not at all where motion is reduced") {
    use_words(Words::kEnglish);
    Stage stage;
    Lab lab = make_lab(Made{});
    lab.apply(SetHighlights{{"attention"}});
    stage.ui.set_viewport({1180, 900, 1, false});
    CHECK_FALSE(stage.draw(lab, 8));  // what pulses asks for no frame at once
    CHECK(stage.ui.moves());
    stage.wait(8000);
    CHECK_FALSE(stage.draw(lab, 8));
    CHECK_FALSE(stage.ui.moves());
    lab.apply(SetHighlights{{"train"}});
    stage.draw(lab, 3);
    CHECK(stage.ui.moves());
    lab.mutable_state().reduced_motion = true;
    stage.draw(lab, 3);
    CHECK_FALSE(stage.ui.moves());
  }

  TEST_CASE("cleared grounds lie inside their cards, and only where they are asked for") {
    use_words(Words::kEnglish);
    Stage stage;
    Lab lab = make_lab(Made{});
    stage.ui.set_viewport({1180, 900, 1, false});
    stage.draw(lab, 8);
    CHECK(stage.ui.grounds().empty());
    stage.ui.clears_grounds = true;
    stage.draw(lab, 8);
    CHECK(stage.ui.grounds().size() >= 4);
    for (const Ground& ground : stage.ui.grounds()) {
      CHECK(ground.low.x >= 0);
      CHECK(ground.high.x <= 1180);
      CHECK(ground.low.y < ground.high.y);
      CHECK(ground.colour == stage.ui.theme.colours.surface);
    }
  }
}
