// tests/models: the list of models: each of them can be made for a form that it takes, and says no to others.
#include "models/registry.h"

#include <doctest/doctest.h>

using namespace heed;

namespace {

std::vector<TaskForm> every_task_form() {
  std::vector<TaskForm> forms;
  for (const Answer answer : {Answer::kSequence, Answer::kLabel, Answer::kEach, Answer::kNext}) {
    for (const int query : {0, 1}) {
      for (const int segments : {0, 5}) {
        for (const int words : {0, 6}) forms.push_back({answer, query, segments, words});
      }
    }
  }
  for (const int support : {0, 2}) forms.push_back({.answer = Answer::kLabel, .query = 3, .words = 6, .support = support});
  for (const int target_width : {0, 2}) forms.push_back({.answer = Answer::kEach, .source_width = 6, .target_width = target_width});
  return forms;
}

}  // namespace

TEST_SUITE("models.registry") {
  TEST_CASE("every model is made for the forms that it takes, and for no other") {
    for (const Part& part : model_slot().parts) {
      CAPTURE(part.key);
      int taken = 0;
      for (const TaskForm& form : every_task_form()) {
        const auto model = make_model(defaults_of(part), form, 12, 9);
        CAPTURE(describe(form));
        CHECK(model.ok() == model_takes(part.key, form));
        if (!model.ok()) {
          CHECK(model.error().find("cannot learn this task") != std::string::npos);
          continue;
        }
        ++taken;
        CHECK((*model)->parameters().count() > 0);
        CHECK(!(*model)->tap_names().empty());
      }
      CHECK(taken > 0);
    }
  }
}
