// models: what must hold for generic attention and its hard twin, hierarchical attention, adaptive computation time and
// the soft window, whatever their weights; and the names that lessons and checkpoints rely on.
#include <set>

#include "models/form_bench.h"
#include "nn/optimiser.h"

using namespace heed;
using namespace heed::test;

namespace {

const Json kItems = {
    {{"source", {4, 7, 5, 8, 6, 7}}, {"segments", {0, 0, 1, 1, 2, 2}}, {"query", {5}}, {"target", {5}}},
    {{"source", {6, 8, 4, 7}}, {"segments", {0, 0, 1, 1}}, {"query", {6}}, {"target", {4}}}};

TaskForm label_form(int query, int segments) {
  TaskForm form;
  form.answer = Answer::kLabel;
  form.query = query;
  form.segments = segments;
  return form;
}

Json generic_spec(const Json& addressing, double sharpness = 1) {
  return {{"type", "generic_attention"},
          {"embedding", 5},
          {"scores", {{"type", "tanh"}, {"size", 4}}},
          {"sharpness", sharpness},
          {"addressing", addressing}};
}

/// A model with its initial weights, on the cpu backend.
struct GenericBench {
  std::unique_ptr<Backend> backend = make_cpu_backend();
  std::unique_ptr<Model> model;
  FormBatch batch;
  TestState state;

  GenericBench(const Json& spec, const TaskForm& form, const Json& examples, std::uint64_t seed = 1)
      : model(model_for(spec, form, 9, 6)), batch(form, examples), state(*backend, model->parameters().arena_elems()) {
    state.write(Arena::kParameters, model->parameters().initial_values(seed));
  }
  void set(const std::string& name, const std::vector<float>& values) {
    for (const ParameterInfo& info : model->parameters().all()) {
      if (info.name != name) continue;
      REQUIRE(values.size() == info.shape.count());
      state.write(Arena::kParameters, values, info.offset);
      return;
    }
    FAIL("no parameter " << name);
  }
  Values pass(bool training = false, std::uint64_t seed = 0) { return passed(*model, state, batch, training, seed); }
};

std::set<std::string> all_parameters(const Model& model) {
  std::set<std::string> names;
  for (const ParameterInfo& info : model.parameters().all()) names.insert(info.name);
  return names;
}

bool is_one_hot(const std::vector<float>& row) {
  return std::count(row.begin(), row.end(), 1.0f) == 1 &&
         std::count(row.begin(), row.end(), 0.0f) == static_cast<std::ptrdiff_t>(row.size()) - 1;
}

Json window_spec() {
  return {{"type", "soft_window"}, {"embedding", 4}, {"hidden", 6}, {"components", 2}, {"pace", 0.6}, {"readout", 5}};
}

Json adaptive_spec(const std::string& reads, double halting_bias) {
  return {{"type", "adaptive_computation"},
          {"cell", "gru"},
          {"hidden", 4},
          {"most_steps", 5},
          {"reads", reads},
          {"carries", false},
          {"penalty", 0.1},
          {"halting_bias", halting_bias}};
}

TaskForm each_form() {
  TaskForm form;
  form.answer = Answer::kEach;
  form.source_width = 3;
  return form;
}

const Json kNumberRows = {{{"source", {4, 5}}, {"source_values", {1, -1, 0, 1, 0, 0}}, {"target", {4, 5}}},
                          {{"source", {6}}, {"source_values", {-1, 1, 1}}, {"target", {4}}}};

}  // namespace

TEST_SUITE("models.generic") {
  TEST_CASE("names of parameters and taps") {
    const GenericBench soft(generic_spec("soft"), label_form(1, 3), kItems);
    CHECK(all_parameters(*soft.model) ==
          std::set<std::string>{"embedding.table", "question.table", "attention.context.weight",
                                "attention.argument.weight", "attention.score.weight", "output.weight", "output.bias"});
    CHECK(soft.model->tap_names() == std::vector<std::string>{"embedding", "arguments", "context", "attention.energies",
                                                              "attention.weights", "attention.alignment",
                                                              "attention.read", "logits"});
    const GenericBench hard(generic_spec({{"type", "hard"}, {"baseline", "learned"}}), label_form(1, 3), kItems);
    CHECK(all_parameters(*hard.model).count("baseline.weight") == 1);
    const GenericBench moving(generic_spec({{"type", "hard"}, {"baseline", "moving"}}), label_form(0, 0), kItems);
    CHECK(all_parameters(*moving.model).count("baseline.mean") == 1);
    CHECK(all_parameters(*moving.model).count("context") == 1);
    const GenericBench window(window_spec(), {}, {{{"source", {4, 5}}, {"target", {4, 2}}}});
    CHECK(all_parameters(*window.model) ==
          std::set<std::string>{"text.table", "written.table", "cell.input_weight", "cell.bias",
                                "cell.recurrent_weight", "window.height.weight", "window.height.bias",
                                "window.width.weight", "window.width.bias", "window.step.weight", "window.step.bias",
                                "readout.state.weight", "readout.state.bias", "readout.window.weight", "output.weight",
                                "output.bias"});
  }

  TEST_CASE("sharpness 0 gives every item the same, each word of it half; a very high one agrees with the hard twin") {
    GenericBench dull(generic_spec("soft", 0), label_form(1, 3), kItems);
    const std::vector<float> rows = dull.pass().at("attention.alignment");
    CHECK(worst_difference(rows, {1 / 6.0, 1 / 6.0, 1 / 6.0, 1 / 6.0, 1 / 6.0, 1 / 6.0, 0.25, 0.25, 0.25, 0.25, 0, 0}) <
          1e-6);

    const Json none = {{"type", "hard"}, {"baseline", "none"}};
    GenericBench hard(generic_spec(none, 20), label_form(1, 3), kItems),
        soft(generic_spec("soft", 20), label_form(1, 3), kItems);
    for (GenericBench* bench : {&hard, &soft}) {
      bench->set("attention.score.weight", {400, -300, 350, -500});
      bench->set("attention.argument.weight", fill_rule(1, 20));
    }
    const Values a = hard.pass(), b = soft.pass();
    CHECK(is_one_hot(part_row(a.at("attention.choice"), 0, 2)));
    CHECK(worst_difference(a.at("attention.read"), {b.at("attention.read").begin(), b.at("attention.read").end()}) <
          1e-4);
    CHECK(a.at("loss")[0] == doctest::Approx(b.at("loss")[0]).epsilon(1e-4));
  }

  TEST_CASE("hard addressing draws in training only, and the baseline learns from the reward alone") {
    GenericBench bench(
        generic_spec({{"type", "hard"}, {"baseline", "learned"}, {"entropy", 0.5}, {"entropy_steps", 10}}),
        label_form(1, 3), kItems);
    bench.set("baseline.weight", std::vector<float>(5, 0.0f));
    CHECK(bench.pass(false, 1).at("attention.choice") == bench.pass(false, 2).at("attention.choice"));
    std::set<std::vector<float>> drawn;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      const Values got = bench.pass(true, seed);
      drawn.insert(got.at("attention.choice"));
      CHECK(is_one_hot(part_row(got.at("attention.choice"), 1, 2)));
      CHECK(part_row(got.at("attention.choice"), 1, 2)[2] == 0);  // the second list has two items
      // b is 0, so its gradient is the mean reward, log p of the right answers: the loss.
      CHECK(got.at("gradient baseline.bias")[0] == doctest::Approx(got.at("loss")[0]).epsilon(1e-4));
    }
    CHECK(drawn.size() > 3);
  }

  TEST_CASE("one sentence, or none at all, is flat attention") {
    Json spec = {{"type", "hierarchical_attention"},
                 {"embedding", 4},
                 {"words", {{"type", "gru"}, {"hidden", 3}}},
                 {"sentences", "none"},
                 {"size", 3}};
    Json whole = kItems;
    for (Json& example : whole)
      for (Json& segment : example["segments"]) segment = 0;
    GenericBench in_one(spec, label_form(0, 2), whole), flat(spec, label_form(0, 0), whole),
        in_three(spec, label_form(0, 3), kItems);
    const Values a = in_one.pass(), b = flat.pass(), c = in_three.pass();
    CHECK(worst_difference(a.at("logits"), {b.at("logits").begin(), b.at("logits").end()}) < 1e-6);
    CHECK(worst_difference(a.at("attention.alignment"),
                           {b.at("attention.words").begin(), b.at("attention.words").end()}) < 1e-6);
    CHECK(c.at("logits") != a.at("logits"));
    for (std::size_t row = 0; row < 2; ++row) {
      const std::vector<float> weights = part_row(c.at("attention.alignment"), row, 2);
      float sum = 0;
      for (const float w : weights) sum += w;
      CHECK(sum == doctest::Approx(1).epsilon(1e-5));
    }
  }

  TEST_CASE("what a sentence says does not reach its neighbours before the sentences are weighed") {
    GenericBench bench({{"type", "hierarchical_attention"},
                        {"embedding", 4},
                        {"words", {{"type", "lstm"}, {"hidden", 3}}},
                        {"sentences", "none"},
                        {"size", 3}},
                       label_form(0, 3), kItems);
    const std::vector<float> before = bench.pass().at("sentences.vectors");
    bench.batch.examples[0]["source"][3] = 4;  // in the second sentence
    const std::vector<float> after = bench.pass().at("sentences.vectors");
    for (std::size_t d = 0; d < 6; ++d) {
      CHECK(before[d] == after[d]);
      CHECK(before[12 + d] == after[12 + d]);
    }
    CHECK(std::vector<float>(before.begin() + 6, before.begin() + 12) !=
          std::vector<float>(after.begin() + 6, after.begin() + 12));
  }

  TEST_CASE("adaptive computation: shares add up to 1, one step where halting is sure, all where it never is") {
    for (const std::string reads : {"whole", "one"}) {
      CAPTURE(reads);
      const auto pass = [&](double bias) {
        return GenericBench(adaptive_spec(reads, bias), each_form(), kNumberRows).pass();
      };
      const Values sure = pass(8), never = pass(-8), between = pass(-1);
      CHECK(sure.at("ponder.steps") == std::vector<float>{1, 1, 1, 0});
      CHECK(never.at("ponder.steps") == std::vector<float>{5, 5, 5, 0});
      CHECK(between.at("ponder.steps")[0] > 1);
      CHECK(between.at("ponder.steps")[0] < 5);
      for (const Values* got : {&sure, &never, &between}) {
        for (std::size_t row = 0; row < 4; ++row) {
          float sum = 0;
          for (const float share : part_row(got->at("ponder.shares"), row, 4)) sum += share;
          CHECK(sum == doctest::Approx(1).epsilon(1e-5));
        }
        // tau (N + R): at most one more than the steps.
        CHECK(got->at("objective")[0] > got->at("loss")[0]);
      }
    }
  }

  TEST_CASE("reading one number after the other, the net that halts after two steps knows nothing of the third") {
    Json rows = kNumberRows;
    const auto logits = [&](const std::string& reads) {
      GenericBench bench(adaptive_spec(reads, 1), each_form(), rows);
      const Values got = bench.pass();
      CHECK(got.at("ponder.steps")[0] == 2);
      return part_row(got.at("logits"), 0, 4);
    };
    const auto one = logits("one"), whole = logits("whole");
    rows[0]["source_values"][2] = 1;
    CHECK(logits("one") == one);
    CHECK(logits("whole") != whole);
  }

  TEST_CASE("the window only goes forward while writing, too, and stops by itself") {
    TaskForm form;
    form.target_width = 2;
    form.values = ValueKind::kReal;
    GenericBench bench(window_spec(), form,
                       {{{"source", {4, 5, 6}}, {"target", {4, 2}}, {"target_values", {0, 1, 1, 0}}}});
    const Values got = answered(*bench.model, bench.state, bench.batch, 12);
    const std::vector<float>& kappa = got.at("window.position");
    REQUIRE(kappa.size() == 24);
    for (std::size_t i = 2; i < kappa.size(); ++i) CHECK(kappa[i] > kappa[i - 2]);
    CHECK(got.at("values").size() == 24);
    CHECK(got.at("mask").front() == 1);
    CHECK(got.at("mask").back() == 0);
    for (std::size_t t = 1; t < 12; ++t) CHECK(got.at("mask")[t] <= got.at("mask")[t - 1]);
  }

  TEST_CASE("models say which tasks they take") {
    const Result<std::unique_ptr<Model>> wrong = make_model({{"type", "soft_window"}}, label_form(0, 0), 9, 6);
    REQUIRE(!wrong.ok());
    CHECK(wrong.error().find("generic_attention") != std::string::npos);
    CHECK(model_takes("generic_attention", label_form(1, 3)));
    CHECK(model_takes("hierarchical_attention", label_form(0, 3)));
    CHECK(!model_takes("hierarchical_attention", each_form()));
    CHECK(model_takes("adaptive_computation", each_form()));
    CHECK(model_takes("soft_window", {}));
  }
}
