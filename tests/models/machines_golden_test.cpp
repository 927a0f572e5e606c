// models: memories over time against second implementations (tests/golden/generate_machines.py): loss, gradients, weights, memories, usage,
// links and modes.
#include <set>

#include "models/form_bench.h"

using namespace heed;
using namespace heed::test;

namespace {

TaskForm machine_form(const Json& json) {
  TaskForm form;
  form.answer = json.at("answer") == "label" ? Answer::kLabel : Answer::kEach;
  form.source_width = json.value("source_width", 0);
  form.target_width = json.value("target_width", 0);
  return form;
}

/// Number i in the order of the names is scale sin(1 + i + stride k).
std::vector<float> filled_by_rule(const ParameterSet& parameters, double scale, double stride) {
  std::map<std::string, const ParameterInfo*> named;
  for (const ParameterInfo& info : parameters.all()) named[info.name] = &info;
  std::vector<float> arena(parameters.arena_elems(), 0.0f);
  for (double i = 1; const auto& [name, info] : named) {
    const std::vector<float> values = fill_rule(i++, info->shape.count(), scale, stride);
    std::copy(values.begin(), values.end(), arena.begin() + static_cast<std::ptrdiff_t>(info->offset));
  }
  return arena;
}

}  // namespace

TEST_SUITE("models.machines") {
  TEST_CASE("golden: loss, gradients and what is watched, on every backend") {
    const Json cases = golden("machines.json");
    const Json& setting = cases.at(0);
    for (std::size_t n = 1; n < cases.size(); ++n) {
      const Json& want = cases[n];
      CAPTURE(want.at("spec").dump());
      const TaskForm form = machine_form(want.at("form"));
      const bool fast = want.at("spec").at("type") == "fast_weights";
      const auto model = model_for(want.at("spec"), form, 10, 7);
      const std::vector<float> arena = filled_by_rule(model->parameters(), setting.at(fast ? "small_scale" : "scale"), setting.at("stride"));
      for (NamedBackend& on : all_backends()) {
        CAPTURE(on.name);
        TestState state(*on.backend, arena.size());
        state.write(Arena::kParameters, arena);
        const Values got = passed(*model, state, FormBatch(form, want.at("examples")));
        const double tolerance = 4 * on.tolerance;
        CHECK(static_cast<double>(got.at("loss")[0]) == doctest::Approx(want.at("loss").get<double>()).epsilon(tolerance));
        std::set<std::string> names;
        for (const auto& [name, gradient] : want.at("gradients").items()) {
          CAPTURE(name);
          names.insert(name);
          CHECK(worst_difference(got.at("gradient " + name), numbers(gradient)) < tolerance);
        }
        CHECK(names.size() == model->parameters().all().size());
        for (const auto& [name, values] : want.at("taps").items()) {
          CAPTURE(name);
          CHECK(worst_difference(got.at(name), numbers(values)) < tolerance);
        }
      }
    }
  }

  TEST_CASE("recurrent nets step by step: names, shapes, and no look ahead") {
    TaskForm form;
    form.answer = Answer::kEach;
    form.source_width = 3;
    form.target_width = 2;
    const Json spec = {{"type", "recurrent_steps"}, {"cell", {{"type", "lstm"}, {"hidden", 4}}}, {"depth", 2}};
    const auto model = model_for(spec, form, 10, 10);
    std::set<std::string> names;
    for (const ParameterInfo& info : model->parameters().all()) names.insert(info.name);
    CHECK(names == std::set<std::string>{"layer1.input_weight", "layer1.bias", "layer1.recurrent_weight", "layer2.input_weight", "layer2.bias",
                                         "layer2.recurrent_weight", "output.weight", "output.bias"});
    CHECK(model->tap_names() == std::vector<std::string>{"input", "logits", "layer1.states", "layer2.states"});
    const auto backend = make_cpu_backend();
    const auto logits = [&](std::vector<float> numbers) {
      const FormBatch batch(form, Json::array({{{"source", {4, 5, 6}}, {"target", {4, 5, 6}}, {"source_values", numbers}, {"target_values", {0, 0, 0, 1, 1, 0}}}}));
      TestState state(*backend, model->parameters().arena_elems());
      state.write(Arena::kParameters, fill_rule(1, model->parameters().arena_elems(), 0.8, 2.7));
      return passed(*model, state, batch).at("logits");
    };
    const std::vector<float> one = logits({1, 0, 0, 0, 1, 0, 0, 0, 1}), other = logits({1, 0, 0, 0, 1, 0, 1, 1, 1});
    REQUIRE(one.size() == 3 * 2);
    for (std::size_t i = 0; i < 4; ++i) CHECK(one[i] == other[i]);
    CHECK(one[4] != other[4]);
  }
}
