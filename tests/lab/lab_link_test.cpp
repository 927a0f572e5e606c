// tests: links say the whole experiment, and bad ones say what is wrong.
#include <doctest/doctest.h>

#include "lab/preset_change.h"
#include "lab/synthetic.h"

namespace heed {
namespace {

std::string link_problem(const char* fragment) {
  Lab lab;
  const Status opened = lab.open_fragment(fragment);
  REQUIRE_FALSE(opened.ok());
  CHECK_FALSE(lab.state().runs[0].used);
  CHECK(lab.take_run_commands().empty());
  return opened.error();
}

}  // namespace

TEST_SUITE("lab.links") {
  TEST_CASE("a link with everything in it comes back") {
    Lab lab;
    REQUIRE(lab.open_fragment("#task=reverse&task.symbols=26&seed=3&compare=model.attention:none&hide=seed,link&lang="
                              "fr&lesson=01-bottleneck")
                .ok());
    CHECK(lab.state().runs[0].preset["task"]["symbols"] == 26);
    CHECK(lab.state().compare);
    CHECK(preset_value(lab.state().runs[1].preset, "model.attention") == "none");
    CHECK(lab.state().runs[1].preset["seed"] == 3);
    CHECK(lab.state().hidden == std::vector<std::string>{"seed", "link"});
    CHECK(lab.state().language == "fr");
    CHECK(synthetic::messages_of(lab, "open_lesson").size() == 1);

    lab.mutable_state().lesson = "01-bottleneck";
    const std::string fragment = lab.link_fragment();
    Lab again;
    REQUIRE_MESSAGE(again.open_fragment(fragment).ok(), fragment);
    again.mutable_state().lesson = "01-bottleneck";
    CHECK(again.link_fragment() == fragment);
    CHECK(again.state().runs[0].preset == lab.state().runs[0].preset);
    CHECK(again.state().runs[1].preset == lab.state().runs[1].preset);
  }

  TEST_CASE("the second run may differ in several settings, of another part too") {
    Lab lab;
    lab.apply(LoadPreset{0, Json{{"model", {{"attention", {{"type", "additive"}, {"size", 48}}}}}}, true});
    lab.apply(SetCompare{true, Json{{"model.attention", "dot"}, {"optimiser.rate", 0.01}}});
    lab.apply(EditDraft{1, "model.attention.size", 16});
    lab.apply(EditDraft{1, "model.attention.scaled", false});
    lab.apply(BuildRun{1});
    const std::string fragment = lab.link_fragment();
    Lab again;
    REQUIRE_MESSAGE(again.open_fragment(fragment).ok(), fragment);
    CHECK(again.state().runs[0].preset == lab.state().runs[0].preset);
    CHECK_MESSAGE(again.state().runs[1].preset == lab.state().runs[1].preset, fragment);
  }

  TEST_CASE("all defaults still give a link that opens the lab") {
    Lab lab;
    lab.apply(LoadPreset{0, Json::object(), true});
    CHECK(lab.link_fragment() == "task=reverse");
    CHECK(Lab().link_fragment().empty());
    Lab empty;
    CHECK(empty.open_fragment("").ok());
    CHECK_FALSE(empty.state().runs[0].used);
  }

  TEST_CASE("bad links change nothing and say why") {
    CHECK(link_problem("task=revers").find("reverse") != std::string::npos);
    CHECK(link_problem("seed=banana").find("seed") != std::string::npos);
    CHECK(link_problem("hide=sead") == "hide: unknown part of the lab 'sead'; did you mean 'seed'?");
    CHECK(link_problem("compare=model.atention:none").find("model.attention:none") != std::string::npos);
    CHECK(link_problem("compare=model.attention:nine").find("compare:") == 0);
    CHECK(link_problem("lesson=../../etc").find("lesson=") == 0);
    CHECK(link_problem("lang=f%").find("'%'") != std::string::npos);
    CHECK(link_problem("hide=%ff").find("UTF-8") != std::string::npos);
    CHECK(link_problem(("lesson=" + std::string(9000, 'a')).c_str()).find("longer than") != std::string::npos);
  }
}

}  // namespace heed
