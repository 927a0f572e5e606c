// tests: a small lesson to break and to play without models.
#pragma once

#include <doctest/doctest.h>

#include "lab/lesson.h"

namespace heed::fixture {

inline LessonSource small_lesson() {
  LessonSource source;
  source.lesson = Json::parse(R"({
    "lesson": 1, "slug": "00-small", "title": "title", "summary": "summary", "minutes": 1,
    "presets": {"plain": {"model": {"attention": "none"}, "seed": 4}, "attentive": {"seed": 4}},
    "setups": {"plain": [{"do": "load_preset", "preset": "plain"}]},
    "steps": [
      {"id": "one", "title": "one", "say": "one", "apply": "plain", "highlight": ["train"],
       "ask": {"id": "guess", "text": "guess", "settled_by": [{"is": "step", "run": 0, "step": 100}],
               "choices": [{"id": "good", "label": "good", "when": {"is": "score", "run": 0, "score": "exact_match", "above": 0.5}},
                           {"id": "bad", "label": "bad"}]}},
      {"id": "two", "title": "two", "say": "two", "restore": "plain", "show": {"cursor": "live", "predictions": ["guess"]},
       "buttons": [{"id": "train", "label": "go", "apply": [{"do": "train_run", "until_step": 100}]}],
       "needs": [{"is": "built", "run": 0, "path": "model.attention", "value": "none"}],
       "wait_for": [{"is": "step", "run": 0, "step": 100},
                    {"is": "score", "run": 0, "split": "test_long", "score": "exact_match", "below": 0.3, "at_step": 100}]},
      {"id": "three", "title": "three", "say": "three", "wait_for": [{"is": "cursor", "from": 5, "to": 15}]}
    ]})");
  const Json strings = {{"title", "Small"}, {"summary", "A small lesson"}, {"one", "One"},   {"two", "Two"},
                        {"three", "Three"}, {"guess", "Will it work?"},    {"good", "Yes."}, {"bad", "No."},
                        {"go", "Train"}};
  source.strings = {{"en", strings}, {"fr", strings}};
  source.strings["fr"]["good"] = "Oui.";
  source.sections = {{"en", {"one", "two", "three"}}, {"fr", {"one", "two", "three"}}};
  source.taps = {"decoder.alignment", "encoder.states"};
  return source;
}

inline std::string problem_of(const LessonSource& source) {
  const Result<Lesson> lesson = load_lesson(source);
  REQUIRE_FALSE(lesson.ok());
  return lesson.error();
}

}  // namespace heed::fixture
