// tests: what runs compute on, as the lab keeps it, sends it and says it.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "lab/describe.h"
#include "lab/strings.h"
#include "lab/synthetic.h"

namespace heed {

using namespace synthetic;

namespace {

BackendChosen chosen(const std::string& backend, const std::string& code, const std::string& detail = "") {
  return {0, "auto", backend, code, detail, "nvidia hopper", 9.75, 3.125, "in English"};
}

bool says(const Lab& lab, const std::string& words) {
  for (const std::string& paragraph : describe_lab(lab.state(), lab))
    if (paragraph.find(words) != std::string::npos) return true;
  return false;
}

}  // namespace

TEST_SUITE("lab.backend") {
  TEST_CASE("the choice goes to every run, to runs that start later, and to the page; not into links") {
    Lab lab;
    CHECK(lab.state().backend == "auto");
    lab.apply(LoadPreset{0, Json::object(), true});
    start(lab);
    const std::string link = lab.link_fragment();
    lab.take_run_commands();
    lab.apply(ComputeOn{"webgpu"});
    const auto sent = commands_of<ChooseBackend>(lab);
    REQUIRE(sent.size() == 1);
    CHECK(sent[0].second.backend == "webgpu");
    CHECK(messages_of(lab, "backend").at(0).json["backend"] == "webgpu");
    CHECK(lab.link_fragment() == link);
    lab.apply(SetCompare{true, nullptr});
    CHECK(commands_of<StartRun>(lab).at(0).second.backend == "webgpu");
    lab.apply(ComputeOn{"cpu"});
    CHECK(commands_of<ChooseBackend>(lab).size() == 2);
    lab.apply(ResumeSaved{0, {1}});
    CHECK(commands_of<ResumeRun>(lab).at(0).second.backend == "cpu");
  }

  TEST_CASE("what computes and why is said in words, in both languages") {
    Lab lab;
    load_strings();
    lab.apply(LoadPreset{0, Json::object(), true});
    start(lab);
    CHECK(says(lab, "Computes on the CPU."));
    lab.receive(0, chosen("webgpu", "faster"));
    CHECK(lab.state().runs[0].backend == "webgpu");
    CHECK(says(lab, "Computes on the GPU (nvidia hopper). A training step takes 3.1 ms on the GPU and 9.8 ms on the CPU."));
    const std::pair<const char*, const char*> reasons[] = {{"opening", "Asking"},   {"timing", "Timing"},       {"late", "in time"},
                                                           {"fallback", "program"}, {"refused", "gives no GPU: X"}, {"unsupported", "“X”"},
                                                           {"too_large", "X"},      {"lost", "failed: X"}};
    for (const std::string language : {"en", "fr"}) {
      load_strings(language);
      for (const auto& [code, words] : reasons) {
        CAPTURE(code);
        lab.receive(0, chosen("cpu", code, "X"));
        const std::string text = describe_backend(lab.state(), 0);
        CHECK(text.size() > 30);
        CHECK(text.find("backend.") == std::string::npos);
        if (language == "en") CHECK(text.find(words) != std::string::npos);
      }
    }
    load_strings();
  }

  TEST_CASE("what the bridge to the browser says of a missing GPU is told in both languages") {
    Lab lab;
    lab.apply(LoadPreset{0, Json::object(), true});
    start(lab);
    std::ifstream file(std::filesystem::path(HEED_SOURCE_DIR) / "web/webgpu/bridge.js");
    const std::string bridge{std::istreambuf_iterator<char>(file), {}};
    for (const std::string language : {"en", "fr"}) {
      load_strings(language);
      for (const auto& [reason, key] : {std::pair("The browser gave no graphics adapter.", "backend.no_adapter"), std::pair("This browser has no WebGPU.", "backend.no_webgpu")}) {
        CHECK(bridge.find(reason) != std::string::npos);
        lab.receive(0, chosen("cpu", "refused", reason));
        CHECK(describe_backend(lab.state(), 0).find(tr(key)) != std::string::npos);
      }
    }
    load_strings();
  }

  TEST_CASE("a change is announced once; what an older run says of its backend is void") {
    Lab lab;
    load_strings();
    lab.apply(LoadPreset{0, Json::object(), true});
    start(lab);
    lab.take_page_messages();
    lab.receive(0, chosen("cpu", "timing"));
    CHECK(messages_of(lab, "announce").empty());
    lab.receive(0, chosen("webgpu", "faster"));
    CHECK(messages_of(lab, "announce").size() == 1);
    lab.apply(ResetRun{0});
    lab.receive(0, chosen("webgpu", "asked"));
    CHECK(lab.state().runs[0].backend.empty());
    start(lab);
    CHECK(lab.state().runs[0].backend == "cpu");
    CHECK(lab.state().runs[0].chosen.code.empty());
  }

  TEST_CASE("a failed GPU is a notice with its values in either language") {
    for (const std::string language : {"en", "fr"}) {
      load_strings(language);
      Lab lab;
      lab.apply(LoadPreset{0, Json::object(), true});
      start(lab);
      lab.receive(0, Notice{Severity::kWarning, "gpu_lost_run", "The GPU failed (a cable). On from step 40.", {"a cable", "40"}});
      REQUIRE(lab.state().notices.size() == 1);
      const std::string text = lab.state().notices[0].text;
      CHECK(text.find("a cable") != std::string::npos);
      CHECK(text.find("40") != std::string::npos);
      CHECK(text.find("{") == std::string::npos);
      CHECK((text.find("Le GPU a échoué") == 0) == (language == "fr"));
    }
    load_strings();
  }

  TEST_CASE("how kernels are cut is told with the profile: measured when, or not at all") {
    for (const std::string language : {"en", "fr"}) {
      load_strings(language);
      const bool french = language == "fr";
      RunView view;
      view.backend = "webgpu";
      view.chosen = chosen("webgpu", "asked");
      CHECK(describe_kernels(view).empty());
      view.chosen.kernels = {"64x64/8x8", true, "2026-11-21"};
      const std::string measured = describe_kernels(view);
      CHECK(measured.find("64 × 64, 8 × 8") != std::string::npos);
      CHECK(measured.find("2026-11-21") != std::string::npos);
      CHECK(measured.find(french ? "sous-groupes" : "subgroups") != std::string::npos);
      view.chosen.kernels = {"64x64/4x4", false, ""};
      CHECK(describe_kernels(view).find(french ? "pas été mesuré" : "not measured") != std::string::npos);
      view.profile = {1, "webgpu", "a GPU", "", true, 3.5, 8 << 20, {}};
      CHECK(describe_profile(view).at(1) == describe_kernels(view));
      view.backend = "cpu";
      CHECK(describe_kernels(view).empty());
    }
    load_strings();
  }

  TEST_CASE("marks of the timeline are told in the chosen language") {
    Lab lab;
    load_strings();
    lab.apply(LoadPreset{0, Json::object(), true});
    start(lab);
    for (const MarkAdded& mark : {MarkAdded{1, "CPU -> WebGPU", "moved", {"cpu", "webgpu"}}, MarkAdded{2, "learning rate 0.1 -> 0.05", "rate", {"0.1", "0.05"}},
                                  MarkAdded{3, "the GPU failed at step 7", "gpu_lost", {"7"}}, MarkAdded{4, "restored", "restored", {}},
                                  MarkAdded{5, "of a later version", "unheard_of", {"1"}}, MarkAdded{6, "too few values", "rate", {}}})
      lab.receive(0, mark);
    const auto told = [&] {
      std::vector<std::string> out;
      for (const Timeline::Mark& mark : lab.state().runs[0].timeline.marks()) out.push_back(describe_mark(mark));
      return out;
    };
    CHECK(told() == std::vector<std::string>{"CPU → GPU", "learning rate 0.1 → 0.05", "GPU → CPU: the GPU failed at step 7", "went back to here", "of a later version", "too few values"});
    load_strings("fr");
    CHECK(told() == std::vector<std::string>{"CPU → GPU", "taux d’apprentissage 0,1 → 0,05", "GPU → CPU\u00a0: le GPU a échoué au pas 7", "retour à ce point", "of a later version", "too few values"});
    load_strings();
  }

  TEST_CASE("a profile is asked for, awaited, and told; one of another run or time is not taken") {
    Lab lab;
    load_strings();
    lab.apply(LoadPreset{0, Json::object(), true});
    start(lab);
    lab.receive(0, chosen("webgpu", "asked"));
    lab.take_run_commands();
    lab.apply(ProfileRun{0});
    const auto asked = commands_of<ProfileStep>(lab);
    REQUIRE(asked.size() == 1);
    CHECK(lab.state().runs[0].profile_pending);
    StepProfiled profile{asked[0].second.request, "webgpu", "a GPU", "", true, 3.5, 8 << 20, {{"matmul (8,8)", 4, 1.5f}, {"adam", 1, 0.25f}}};
    StepProfiled late = profile;
    --late.request;
    lab.receive(0, late);
    CHECK(!lab.state().runs[0].has_profile);
    lab.receive(0, profile);
    CHECK(!lab.state().runs[0].profile_pending);
    CHECK(says(lab, "A training step takes 3.5 ms; 8.0 MB of GPU memory are in use."));
    CHECK(says(lab, "matmul (8,8): 1.5 ms in 4 calls."));
    profile.has_clock = false;
    lab.receive(0, profile);
    CHECK(says(lab, "no clock for its 2 kinds"));
    profile.backend = "cpu";
    lab.receive(0, profile);
    CHECK(says(lab, "timed on the GPU only"));
  }
}

}  // namespace heed
