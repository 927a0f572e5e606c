// tests/ui: stories hop by hop, memories over time and the figure of addressing: they fit everywhere, and what is drawn and sent is what
// was said.
#include <doctest/doctest.h>
#include <imgui_internal.h>

#include <algorithm>

#include "ui/scene.h"

using namespace heed;
using namespace heed::scene;

namespace {

template <class T>
const T* newest(const Stage& stage) {
  for (auto at = stage.commands.rbegin(); at != stage.commands.rend(); ++at)
    if (const T* found = std::get_if<T>(&*at)) return found;
  return nullptr;
}

ImVec4 place_of(Stage& stage, Lab& lab, const std::string& id) {
  stage.ui.locate(id);
  for (int i = 0; i < 6; ++i) {
    stage.draw(lab, 3);
    for (auto at = stage.messages.rbegin(); at != stage.messages.rend(); ++at)
      if (at->json.value("kind", "") == "located" && at->json.value("id", "") == id)
        return {at->json.at("x").get<float>(), at->json.at("y").get<float>(), at->json.at("w").get<float>(), at->json.at("h").get<float>()};
  }
  return {0, 0, 0, 0};
}

void type(Stage& stage, Lab& lab, const char* text) {
  ImGui::GetIO().AddInputCharactersUTF8(text);
  stage.draw(lab, 40);
}

/// Presses into the first line of the story.
void focus_first_line(Stage& stage, Lab& lab) {
  const ImVec4 box = place_of(stage, lab, "try.text");
  REQUIRE(box.z > 0);
  stage.click(lab, box.x + 80, box.y + 16);
}

}  // namespace

TEST_SUITE("ui") {
  TEST_CASE("stories fit at every size, in every language, told, compared and tried") {
    std::vector<std::pair<std::string, ToldStory>> all = {{"story", {}}, {"six hops", {6, 5}}, {"long", {3, 40}}, {"facts", {2, 6, false, true}},
                                                          {"compared", {3, 5, true, false, true, true}}, {"tried", {2, 5, false, false, false, true}}};
    ToldStory faulty{2, 5, false, false, false, true};
    faulty.fault = {"misspelt_word", {"kichen", "kitchen"}, 17, 24, "This task does not have the word."};
    all.push_back({"misspelt", faulty});
    for (const Words words : {Words::kEnglish, Words::kFrench, Words::kLong}) {
      use_words(words);
      Stage stage;
      for (const auto& [name, told] : all) {
        Lab lab = make_story_lab(told);
        for (const Size& size : kSizes) {
          stage.ui.memory.story = StoryDraft{};
          stage.ui.memory.try_text.clear();
          stage.ui.memory.try_known = false;
          stage.ui.set_viewport({size.width, size.height, 1, size.coarse});
          stage.draw(lab);
          check_drawn(stage, name + " at " + std::to_string(size.width));
        }
      }
    }
    use_words(Words::kEnglish);
  }

  TEST_CASE("memories over time and the figure of addressing fit at every size, in every language") {
    for (const Words words : {Words::kEnglish, Words::kFrench, Words::kLong}) {
      use_words(words);
      Stage stage;
      for (const auto& [steps, slots] : {std::pair(9, 8), std::pair(33, 40), std::pair(112, 128)}) {
        for (const bool dnc : {false, true}) {
          if (dnc && slots > 40) continue;
          Lab lab = make_memory_lab(steps, slots, dnc, slots == 8);
          lab.apply(SetAddressing{});
          lab.apply(OpenAddressing{});
          for (auto& [run, command] : lab.take_run_commands())
            if (const auto* asked = std::get_if<FindAddress>(&command)) {
              const std::vector<float> even(8, 0.125f);
              lab.receive(run, AddressFound{asked->request, "", even, even, even, even, even, {0.1f, 0.2f}, even});
            }
          for (const Size& size : kSizes) {
            stage.ui.set_viewport({size.width, size.height, 1, size.coarse});
            stage.draw(lab);
            check_drawn(stage, std::to_string(slots) + " slots at " + std::to_string(size.width));
          }
        }
      }
    }
    use_words(Words::kEnglish);
  }

  TEST_CASE("fast weights read two ways fit at every size, in every language, at the first step and the last") {
    for (const Words words : {Words::kEnglish, Words::kFrench, Words::kLong}) {
      use_words(words);
      Stage stage;
      for (const auto& [steps, width] : {std::pair(9, 20), std::pair(33, 64), std::pair(1, 4)}) {
        Lab lab = make_ways_lab(steps, width, steps == 9);
        for (const int moment : {-1, 0}) {
          if (moment >= 0) lab.apply(ShowMoment{moment});
          for (const Size& size : kSizes) {
            stage.ui.set_viewport({size.width, size.height, 1, size.coarse});
            stage.draw(lab);
            check_drawn(stage, std::to_string(steps) + " steps read two ways at " + std::to_string(size.width));
          }
        }
      }
    }
    use_words(Words::kEnglish);
    Stage stage;
    Lab lab = make_ways_lab(9, 20);
    stage.ui.set_viewport({1180, 900, 1, false});
    stage.draw(lab);
    CHECK(place_of(stage, lab, "ways.lanes").z > 0);
    lab = make_memory_lab(9, 8, false);
    stage.draw(lab);
    CHECK(place_of(stage, lab, "ways.lanes").z == 0);
  }

  TEST_CASE("typing a story: lines, Enter, a pasted text cut into its sentences, the question in its place") {
    use_words(Words::kEnglish);
    Stage stage;
    Lab lab = make_story_lab({});
    stage.ui.set_viewport({1180, 900, 1, false});
    stage.draw(lab);
    focus_first_line(stage, lab);
    type(stage, lab, "Mary went to the garden");
    REQUIRE(newest<TryText>(stage) != nullptr);
    CHECK(newest<TryText>(stage)->text == "Mary went to the garden.\n");
    stage.key(ImGuiKey_Enter);
    stage.draw(lab, 12);
    type(stage, lab, "John slept. Sandra went to the office. Where is Mary?");
    CHECK(stage.ui.memory.story.lines == std::vector<std::string>{"Mary went to the garden", "John slept", "Sandra went to the office"});
    CHECK(newest<TryText>(stage)->text == "Mary went to the garden.\nJohn slept.\nSandra went to the office.\nWhere is Mary?");
    const std::size_t sent = stage.commands.size();
    stage.draw(lab, 60);
    CHECK(stage.commands.size() == sent);  // the same text is not sent again and again
  }

  TEST_CASE("a fault in a text from elsewhere is shown at its sentence, as in one that was typed there") {
    use_words(Words::kEnglish);
    const auto place_of_fault = [](const std::string& text, const std::string& word, const InputFault& like) {
      Stage stage;
      Lab lab = make_story_lab({});
      stage.ui.set_viewport({1180, 900, 1, false});
      stage.draw(lab);
      lab.apply(TryText{-1, text});  // as a lesson or a link does
      stage.draw(lab);
      InputTried tried{lab.state().runs[0].try_request, 0, "refused", {}, like};
      tried.fault.begin = static_cast<int>(text.find(word));
      tried.fault.end = tried.fault.begin + static_cast<int>(word.size());
      lab.receive(0, tried);
      stage.draw(lab);
      const ImVec4 fields = place_of(stage, lab, "try.text"), fault = place_of(stage, lab, "try.fault");
      REQUIRE(fault.z > 0);
      return fault.y - fields.y;
    };
    const InputFault unlike{"misspelt_word", {"marie", "mary"}, 0, 0, "refused"};
    const char *typed = "Mary got the milk.\nMarie slept.\nWhere is the milk?", *pasted = "Mary got the milk.   Marie slept.   Where is the milk?";
    const float second = place_of_fault(typed, "Marie", unlike), question = place_of_fault(typed, "Where", unlike);
    CHECK(second < question);
    CHECK(place_of_fault(pasted, "Marie", unlike) == second);
    CHECK(place_of_fault(pasted, "Where", unlike) == question);
    CHECK(place_of_fault("Where is the milk? Mary got the milk. Marie slept.", "Marie", unlike) == second);
    CHECK(place_of_fault("Mary got the milk", "Mary", unlike) < second);
  }

  TEST_CASE("an example replaces the story, and the story comes back") {
    use_words(Words::kEnglish);
    Stage stage;
    Lab lab = make_story_lab({});
    stage.ui.set_viewport({1180, 900, 1, false});
    stage.draw(lab);
    focus_first_line(stage, lab);
    type(stage, lab, "Mary slept");
    stage.draw(lab);
    lab.apply(TryText{-1, "john woke. where is john?"});  // as a lesson does
    stage.draw(lab, 12);
    CHECK(stage.ui.memory.story.lines == std::vector<std::string>{"john woke"});
    CHECK(stage.ui.memory.story.question == "where is john?");
  }

  TEST_CASE("the cursor over time goes where the pointer and the keys ask, and plays to the end") {
    use_words(Words::kEnglish);
    Stage stage;
    Lab lab = make_memory_lab(9, 8, false);
    stage.ui.set_viewport({1180, 900, 1, false});
    stage.draw(lab);
    const ImVec4 lanes = place_of(stage, lab, "memory.lanes");
    REQUIRE(lanes.z > 0);
    stage.click(lab, lanes.x + 96 + 40 * 2.5f, lanes.y + 30);
    CHECK(lab.state().moment == 2);
    stage.ui.set_focus(true, "pointer");
    ImGui::SetNavCursorVisible(true);
    stage.key(ImGuiKey_RightArrow);
    stage.draw(lab, 6);
    CHECK(lab.state().moment == 3);
    lab.apply(PlayMoments{true});
    for (int i = 0; i < 100 && lab.advance(100); ++i) {}
    CHECK(lab.state().moment == 8);
    CHECK_FALSE(lab.state().moments_play);
    lab.apply(PlayMoments{true});
    CHECK(lab.state().moment == 0);
  }

  TEST_CASE("the figure of addressing asks the engine for what the learner moves, one question at a time") {
    use_words(Words::kEnglish);
    Stage stage;
    Lab lab = make_memory_lab(9, 8, false);
    stage.ui.set_viewport({1180, 900, 1, false});
    stage.draw(lab);
    REQUIRE(newest<SetAddressing>(stage) != nullptr);
    const ImVec4 plane = place_of(stage, lab, "addressing.plane");
    REQUIRE(plane.z > 0);
    stage.click(lab, plane.x + plane.z / 2, plane.y + 4);
    CHECK(lab.state().addressing.inputs.key_x == doctest::Approx(0).epsilon(0.05));
    CHECK(lab.state().addressing.inputs.key_y > 0.9f);
    int asked = 0;
    for (const auto& [run, command] : lab.take_run_commands()) asked += std::holds_alternative<FindAddress>(command) ? 1 : 0;
    CHECK(asked == 1);
    CHECK(lab.state().addressing.changed);
    const ImVec4 again = place_of(stage, lab, "addressing.repeat");
    stage.click(lab, again.x + again.z / 2, again.y + again.w / 2);
    CHECK(lab.state().addressing.inputs.rounds == 1);
  }
}
