// tests/ui: what is drawn is what the model said: pictures against their taps, and what the controls send.
#include <doctest/doctest.h>
#include <imgui_internal.h>

#include <algorithm>

#include "ui/scene.h"
#include "ui/widgets/attention_picture.h"

using namespace heed;
using namespace heed::scene;

namespace {

template <class T>
const T* last_of(const std::vector<LabCommand>& commands) {
  for (auto at = commands.rbegin(); at != commands.rend(); ++at)
    if (const T* found = std::get_if<T>(&*at)) return found;
  return nullptr;
}

/// Where the page is told that a widget is.
ImVec4 find_widget(Stage& stage, Lab& lab, const std::string& id) {
  stage.ui.locate(id);
  for (int i = 0; i < 6; ++i) {
    stage.draw(lab, 3);
    for (auto at = stage.messages.rbegin(); at != stage.messages.rend(); ++at) {
      if (at->json.value("kind", "") != "located" || at->json.value("id", "") != id) continue;
      return {at->json.at("x").get<float>(), at->json.at("y").get<float>(), at->json.at("w").get<float>(),
              at->json.at("h").get<float>()};
    }
  }
  return {0, 0, 0, 0};
}

void click_widget(Stage& stage, Lab& lab, const std::string& id) {
  const ImVec4 box = find_widget(stage, lab, id);
  REQUIRE(box.z > 0);
  stage.click(lab, box.x + box.z / 2, box.y + box.w / 2);
}

}  // namespace

TEST_SUITE("ui") {
  TEST_CASE("a picture holds exactly the tap's weights, rows that sum to one, and the truth") {
    use_words(Words::kEnglish);
    const ProbeShot shot = make_shot(7, false, true);
    Picture picture;
    REQUIRE(make_picture(shot, "decoder.alignment", picture));
    REQUIRE(picture.rows.size() == 8);
    REQUIRE(picture.columns.size() == 7);
    for (int r = 0; r < 8; ++r) {
      double sum = 0;
      for (int c = 0; c < 7; ++c) {
        CHECK(picture.weight(r, c) == shot.taps[0].values[static_cast<std::size_t>(r * 7 + c)]);
        sum += static_cast<double>(picture.weight(r, c));
      }
      CHECK(sum == doctest::Approx(1));
    }
    CHECK(picture.rows[0].right);
    CHECK_FALSE(picture.rows[1].right);
    CHECK(picture.is_true(0, 6));
    CHECK_FALSE(picture.is_true(0, 5));
    CHECK(picture.rows[7].target == "end");
  }

  TEST_CASE("a picture without known targets has a row per output token and one for the end") {
    use_words(Words::kEnglish);
    const ProbeShot shot = make_shot(5, false, true, false);
    Picture picture;
    REQUIRE(make_picture(shot, "decoder.alignment", picture));
    CHECK(picture.rows.size() == 6);
    CHECK_FALSE(picture.has_targets);
    CHECK_FALSE(make_picture(shot, "decoder.energies", picture));
    CHECK_FALSE(make_picture(shot, "", picture));
  }

  TEST_CASE("the sentence under the cursor gives the cell's own weight") {
    use_words(Words::kEnglish);
    Picture picture;
    REQUIRE(make_picture(make_shot(4, false, true), "decoder.alignment", picture));
    const std::string text = picture_sentence(picture, {0, 3}, false);
    CHECK(text.find("Output 1") != std::string::npos);
    CHECK(text.find("input 4") != std::string::npos);
    CHECK(text.find("true position") != std::string::npos);
  }

  TEST_CASE("buttons send their commands") {
    use_words(Words::kEnglish);
    Stage stage;
    Lab lab = make_lab(Made{});
    stage.ui.set_viewport({1180, 900, 1, false});
    stage.draw(lab);
    click_widget(stage, lab, "train");
    CHECK(last_of<PauseRun>(stage.commands) != nullptr);
    lab.receive(0, PhaseChanged{RunPhase::kPaused, 1240});
    click_widget(stage, lab, "train");
    CHECK(last_of<TrainRun>(stage.commands) != nullptr);
    click_widget(stage, lab, "step");
    REQUIRE(last_of<StepRun>(stage.commands) != nullptr);
    CHECK(last_of<StepRun>(stage.commands)->count == 1);
    click_widget(stage, lab, "link");
    CHECK(last_of<CopyLink>(stage.commands) != nullptr);
    click_widget(stage, lab, "compare");
    REQUIRE(last_of<SetCompare>(stage.commands) != nullptr);
    CHECK(last_of<SetCompare>(stage.commands)->on);
    click_widget(stage, lab, "truth");
    CHECK_FALSE(lab.state().show_truth);
  }

  TEST_CASE("the timeline scrubs by pointer and by key") {
    use_words(Words::kEnglish);
    Stage stage;
    Lab lab = make_lab(Made{});
    stage.ui.set_viewport({1180, 900, 1, false});
    stage.draw(lab);
    const ImVec4 box = find_widget(stage, lab, "timeline");
    stage.click(lab, box.x + box.z / 2, box.y + 20);
    REQUIRE(last_of<MoveCursor>(stage.commands) != nullptr);
    const std::uint64_t middle = lab.state().cursor.step;
    CHECK(middle > 500);
    CHECK(middle < 740);
    stage.ui.set_focus(true, "pointer");
    ImGui::SetNavCursorVisible(true);
    stage.key(ImGuiKey_LeftArrow);
    stage.draw(lab, 6);
    CHECK(lab.state().cursor.step < middle);
  }

  TEST_CASE("what is drawn at once may have more corners than 16 bits can tell apart") {
    const Stage stage;
    ImDrawList list(ImGui::GetDrawListSharedData());
    list._ResetForNewFrame();
    list.PushTexture(ImGui::GetIO().Fonts->TexRef);
    list.PushClipRectFullScreen();
    for (int n = 0; n < 20'000; ++n) list.AddRectFilled({0, 0}, {9, 9}, IM_COL32_WHITE);
    REQUIRE(list.VtxBuffer.Size == 80'000);
    CHECK(*std::ranges::max_element(list.IdxBuffer) == 79'999);
  }

  TEST_CASE("a typed input is sent after a moment's rest, as it stands") {
    use_words(Words::kEnglish);
    Stage stage;
    Lab lab = make_lab(Made{});
    stage.ui.set_viewport({1180, 900, 1, false});
    stage.draw(lab);
    click_widget(stage, lab, "try.text");
    ImGui::GetIO().AddInputCharactersUTF8("b c \xC3\xA9");
    stage.draw(lab, 40);
    REQUIRE(last_of<TryText>(stage.commands) != nullptr);
    CHECK(last_of<TryText>(stage.commands)->text == "b c \xC3\xA9");
  }
}
