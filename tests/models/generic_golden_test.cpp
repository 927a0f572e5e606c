// models: generic attention, hierarchical attention, adaptive computation time and the soft window against second
// implementations in PyTorch (tests/golden/generate_generic.py), which know neither batches nor padding nor masks.
#include "models/form_bench.h"

using namespace heed;
using namespace heed::test;

namespace {

TaskForm case_form(const Json& json) {
  const std::string answer = json.at("answer");
  TaskForm form;
  form.answer = answer == "label" ? Answer::kLabel : answer == "each" ? Answer::kEach : Answer::kSequence;
  form.query = json.at("query");
  form.segments = json.at("segments");
  form.source_width = json.at("source_width");
  form.target_width = json.at("target_width");
  form.values = ValueKind::kReal;
  return form;
}

/// Parameter number i in the order of the names is scale sin(1 + i + stride k); the halting bias is the case's own.
std::vector<float> rule_arena(const ParameterSet& set, const Json& setting, const Json& want) {
  std::vector<ParameterInfo> infos = set.all();
  std::sort(infos.begin(), infos.end(), [](const ParameterInfo& a, const ParameterInfo& b) { return a.name < b.name; });
  std::vector<float> arena(set.arena_elems(), 0.0f);
  for (std::size_t i = 0; i < infos.size(); ++i) {
    std::vector<float> values =
        fill_rule(1 + static_cast<double>(i), infos[i].shape.count(), setting.at("scale"), setting.at("stride"));
    if (infos[i].name == "halting.bias") values = {want.at("halting_bias").get<float>()};
    std::copy(values.begin(), values.end(), arena.begin() + static_cast<std::ptrdiff_t>(infos[i].offset));
  }
  return arena;
}

/// The rows of a tap (B,T,S) that belong to real targets, cut to each source's length, beside those of the case.
void check_tap_rows(const std::vector<float>& tap, const Json& rows, const FormBatch& batch, double tolerance) {
  std::size_t next = 0;
  for (std::size_t b = 0; b < batch.examples.size(); ++b) {
    const std::size_t sources = batch.examples[b].at("source").size(), targets = batch.examples[b].at("target").size();
    for (std::size_t t = 0; t < targets; ++t) {
      const std::size_t first = (b * static_cast<std::size_t>(batch.T) + t) * static_cast<std::size_t>(batch.S);
      const auto at = tap.begin() + static_cast<std::ptrdiff_t>(first);
      CHECK(worst_difference({at, at + static_cast<std::ptrdiff_t>(sources)}, numbers(rows.at(next++))) < tolerance);
      for (std::size_t s = sources; s < static_cast<std::size_t>(batch.S); ++s) CHECK(tap[first + s] == 0);
    }
  }
  CHECK(next == rows.size());
}

/// N and p^n of each position.
void check_ponder(const Values& got, const Json& want, const FormBatch& batch, double tolerance) {
  const std::vector<float>& steps = got.at("ponder.steps");
  const std::vector<float>& shares = got.at("ponder.shares");
  const std::size_t most = shares.size() / steps.size();
  std::size_t next = 0;
  for (std::size_t b = 0; b < batch.examples.size(); ++b) {
    for (std::size_t s = 0; s < batch.examples[b].at("source").size(); ++s, ++next) {
      const std::size_t place = b * static_cast<std::size_t>(batch.S) + s;
      CHECK(steps[place] == want.at("steps").at(next).get<float>());
      std::vector<double> row = numbers(want.at("shares").at(next));
      row.resize(most, 0.0);
      const auto at = shares.begin() + static_cast<std::ptrdiff_t>(place * most);
      CHECK(worst_difference({at, at + static_cast<std::ptrdiff_t>(most)}, row) < tolerance);
    }
  }
}

}  // namespace

TEST_SUITE("models.golden") {
  TEST_CASE("models without a recurrent decoder agree with their second implementations, and so do all gradients") {
    const Json file = golden("generic.json");
    const Json& setting = file[0];
    CHECK(file.size() == 14);
    for (const NamedBackend& on : all_backends()) {
      for (std::size_t n = 1; n < file.size(); ++n) {
        const Json& want = file[n];
        CAPTURE(on.name);
        CAPTURE(want.at("spec").dump());
        CAPTURE(want.at("form").dump());
        const FormBatch batch(case_form(want.at("form")), want.at("examples"));
        const auto model =
            model_for(want.at("spec"), batch.form, setting.at("source_vocabulary"), setting.at("target_vocabulary"));
        TestState state(*on.backend, model->parameters().arena_elems());
        state.write(Arena::kParameters, rule_arena(model->parameters(), setting, want));
        const Values got = passed(*model, state, batch);
        CHECK(worst_difference(got.at("loss"), {want.at("loss").get<double>()}) < on.tolerance);
        CHECK(worst_difference(got.at("objective"), {want.at("objective").get<double>()}) < on.tolerance);
        CHECK(want.at("gradients").size() == model->parameters().all().size());
        for (const ParameterInfo& info : model->parameters().all()) {
          CAPTURE(info.name);
          CHECK(worst_difference(got.at("gradient " + info.name), numbers(want["gradients"].at(info.name))) <
                2 * on.tolerance);
        }
        if (want.contains("alignment"))
          check_tap_rows(got.at("attention.alignment"), want["alignment"], batch, on.tolerance);
        if (want.contains("phi")) check_tap_rows(got.at("window.phi"), want["phi"], batch, on.tolerance);
        if (want.contains("steps")) check_ponder(got, want, batch, on.tolerance);
      }
    }
  }
}
