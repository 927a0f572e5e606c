// tests: the controls of what is built, as the page's form gets them.
#include <doctest/doctest.h>

#include <set>

#include "lab/form.h"
#include "lab/lab.h"
#include "lab/synthetic.h"

namespace heed {

using namespace synthetic;

namespace {

const Json* entry_at(const Json& form, const std::string& path) {
  for (const Json& entry : form.at("entries"))
    if (entry.at("path") == path) return &entry;
  return nullptr;
}

}  // namespace

TEST_SUITE("lab") {
  TEST_CASE("the form holds every control once, the first ones first, and follows the draft") {
    Lab lab;
    CHECK(form_of(lab.state()).at("entries").empty());
    lab.apply(LoadPreset{0, Json{{"seed", 3}}, true});
    start(lab);
    Json form = form_of(lab.state());
    CHECK(form.at("changed") == false);
    std::set<std::string> paths;
    bool past_first = false;
    for (const Json& entry : form.at("entries")) {
      CHECK(paths.insert(entry.at("path").get<std::string>()).second);
      CHECK_FALSE(entry.at("label").get<std::string>().empty());
      CHECK_FALSE(entry.at("help").get<std::string>().empty());
      const std::string control = entry.at("control").get<std::string>();
      CHECK((control == "choice") == entry.contains("choices"));
      if (control == "number") CHECK(entry.at("minimum").get<double>() <= entry.at("value").get<double>());
      past_first = past_first || entry.at("first") == false;
    }
    CHECK(past_first);
    CHECK(form.at("entries").front().at("path") == "task");
    for (const char* path : {"task", "model.attention", "model.encoder", "optimiser", "seed"}) {
      INFO(path);
      REQUIRE(entry_at(form, path));
      CHECK(entry_at(form, path)->at("first") == true);
    }
    CHECK(entry_at(form, "seed")->at("value") == 3);

    lab.apply(EditDraft{0, "model.attention", "none"});
    form = form_of(lab.state());
    CHECK(form.at("changed") == true);
    CHECK(entry_at(form, "model.attention")->at("value") == "none");
    CHECK(entry_at(form, "model.attention")->at("changed") == true);
    CHECK(entry_at(form, "model.encoder")->at("changed") == false);
  }
}

}  // namespace heed
