// models: the Differentiable Neural Computer: allocation, usage and links by known values and by what always holds; names; the gradient.
#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

#include "models/form_bench.h"
#include "nn/dynamic_memory.h"

using namespace heed;
using namespace heed::test;

namespace {

TaskForm three_in_two_out() {
  TaskForm form;
  form.answer = Answer::kEach;
  form.source_width = 3;
  form.target_width = 2;
  form.values = ValueKind::kBits;
  return form;
}

Json computer_spec(const std::string& controller, int heads = 1) {
  return {{"type", "differentiable_neural_computer"}, {"controller", controller}, {"hidden", 5}, {"rows", 4}, {"row_width", 3}, {"read_heads", heads}};
}

const Json kThreeSteps = Json::array({{{"source", {4, 5, 6}}, {"target", {4, 5, 6}}, {"source_values", {1, 0, 0, 0, 1, 0, 0, 0, 1}}, {"target_values", {0, 0, 0, 1, 1, 0}}}});

std::vector<float> on_tape(Backend& backend, const std::function<Tensor(Tape&)>& record) {
  Tape tape;
  tape.output("value", affine(record(tape), 1, 0));
  TestState state(backend, 64);
  return TestPlan(state, tape).run({}).at("value");
}

}  // namespace

TEST_SUITE("models.differentiable_neural_computer") {
  TEST_CASE("allocation is that of the second computation; ties go to the first row; a full memory has no room") {
    for (const NamedBackend& on : all_backends()) {
      CAPTURE(on.name);
      const auto of = [&](const std::vector<float>& usage) {
        return on_tape(*on.backend, [&](Tape& tape) { return allocation(tape.constant({1, static_cast<int>(usage.size())}, usage)); });
      };
      CHECK(worst_difference(of({.9f, .1f, .5f, .2f, .3f}), {0.0003, 0.9, 0.003, 0.08, 0.014}) < on.tolerance);
      CHECK(worst_difference(of({0, 0, 0}), {1, 0, 0}) < 1e-6);
      CHECK(worst_difference(of({.5f, .5f, .5f}), {.5, .25, .125}) < on.tolerance);
      CHECK(worst_difference(of({1, 1, 1}), {0, 0, 0}) < 1e-6);
      double total = 0;
      for (const float a : of(fill_rule(2, 9, .5, .3))) total += static_cast<double>(a);
      CHECK(std::isfinite(total));
    }
  }

  TEST_CASE("writing rows one after the other makes the links a shift: reading forward replays the order, backward undoes it") {
    for (const NamedBackend& on : all_backends()) {
      CAPTURE(on.name);
      const auto one = [](Tape& tape, int row) {
        std::vector<float> w(4, 0);
        w[static_cast<std::size_t>(row)] = 1;
        return tape.constant({1, 4}, w);
      };
      const auto links = [&](Tape& tape) {
        Tensor L = tape.fill({1, 4, 4}, 0), p = tape.fill({1, 4}, 0);
        for (const int row : {0, 1, 2, 3}) {
          L = links_after(L, p, one(tape, row));
          p = precedence_after(p, one(tape, row));
        }
        return L;
      };
      CHECK(on_tape(*on.backend, links) == std::vector<float>{0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0});
      CHECK(on_tape(*on.backend, [&](Tape& tape) { return follow_forward(links(tape), one(tape, 1)); }) == std::vector<float>{0, 0, 1, 0});
      CHECK(on_tape(*on.backend, [&](Tape& tape) { return follow_backward(links(tape), one(tape, 1)); }) == std::vector<float>{1, 0, 0, 0});
    }
  }

  TEST_CASE("whatever is written, rows and columns of the links add up to at most 1, and the diagonal is 0") {
    for (const NamedBackend& on : all_backends()) {
      CAPTURE(on.name);
      const std::vector<float> links = on_tape(*on.backend, [](Tape& tape) {
        Tensor L = tape.fill({1, 5, 5}, 0), p = tape.fill({1, 5}, 0);
        for (int t = 0; t < 9; ++t) {
          std::vector<float> w = fill_rule(3 * t, 5, 1, 1.9);
          float total = 0;
          for (float& value : w) total += value = std::fabs(value);
          for (float& value : w) value *= 0.9f / total;
          const Tensor written = tape.constant({1, 5}, w);
          L = links_after(L, p, written);
          p = precedence_after(p, written);
        }
        return L;
      });
      for (std::size_t i = 0; i < 5; ++i) {
        double row = 0, column = 0;
        for (std::size_t j = 0; j < 5; ++j) row += static_cast<double>(links[5 * i + j]), column += static_cast<double>(links[5 * j + i]);
        CHECK(row <= 1 + 1e-6);
        CHECK(column <= 1 + 1e-6);
        CHECK(row > 0.1);
        CHECK(links[6 * i] == 0);
      }
    }
  }

  TEST_CASE("the gradient of allocation takes the order of the rows as it is") {
    for (const NamedBackend& on : all_backends()) {
      CAPTURE(on.name);
      // a = (1 - u1) u2, (1 - u2), (1 - u3) u2 u1 for u2 < u1 < u3.
      Tape tape;
      const Tensor u = tape.constant({1, 3}, {.5f, .25f, .75f}), factor = tape.constant({1, 3}, {1, 10, 100});
      tape.output("slope", gradients(sum_all(allocation(u) * factor), {u})[0]);
      TestState state(*on.backend, 64);
      CHECK(worst_difference(TestPlan(state, tape).run({}).at("slope"), {-.25 + 100 * .25 * .25, .5 - 10 + 100 * .25 * .5, -100 * .25 * .5}) < 10 * on.tolerance);
    }
  }

  TEST_CASE("usage: written rows are in use, rows that were read and let go of are free") {
    for (const NamedBackend& on : all_backends()) {
      CAPTURE(on.name);
      const auto after = [&](float gate) {
        return on_tape(*on.backend, [&](Tape& tape) {
          const auto row = [&](const std::vector<float>& v) { return tape.constant({1, 3}, v); };
          return usage_after(row({.5f, 0, 1}), row({.5f, 0, 0}), retention({tape.constant({1, 1}, {gate})}, {row({0, 0, 1})}));
        });
      };
      CHECK(after(0) == std::vector<float>{.75f, 0, 1});
      CHECK(after(1) == std::vector<float>{.75f, 0, 0});
    }
  }

  TEST_CASE("names are pinned; usage, weights and links keep within their bounds, whatever the weights") {
    const auto backend = make_cpu_backend();
    for (const std::string controller : {"feed_forward", "lstm"}) {
      CAPTURE(controller);
      const FormBatch batch(three_in_two_out(), kThreeSteps);
      const auto model = model_for(computer_spec(controller, 2), three_in_two_out(), 20, 20);
      TestState state(*backend, model->parameters().arena_elems());
      state.write(Arena::kParameters, fill_rule(1, model->parameters().arena_elems(), 2, 2.7));
      const Values got = passed(*model, state, batch);
      CHECK(got.at("memory.read_from").size() == 2 * 3 * 3);
      CHECK(got.at("memory.free_gates").size() == 3 * 2);
      const std::vector<float>& modes = got.at("memory.modes");
      REQUIRE(modes.size() == 2 * 3 * 3);
      for (std::size_t i = 0; i < modes.size(); i += 3) CHECK(modes[i] + modes[i + 1] + modes[i + 2] == doctest::Approx(1).epsilon(1e-5));
      for (const float u : got.at("memory.usage")) CHECK((u >= 0 && u <= 1));
      const std::vector<float>&a = got.at("memory.allocation"), &L = got.at("memory.link");
      for (std::size_t t = 0; t < 3; ++t) {
        double total = 0;
        for (std::size_t i = 0; i < 4; ++i) total += static_cast<double>(a[t * 4 + i]);
        CHECK(total <= 1 + 1e-5);
        for (std::size_t i = 0; i < 4; ++i) {
          double row = 0, column = 0;
          for (std::size_t j = 0; j < 4; ++j) {
            row += static_cast<double>(L[(t * 4 + i) * 4 + j]);
            column += static_cast<double>(L[(t * 4 + j) * 4 + i]);
          }
          CHECK(row <= 1 + 1e-5);
          CHECK(column <= 1 + 1e-5);
          CHECK(L[(t * 4 + i) * 4 + i] == 0);
        }
      }
    }
    const auto model = model_for(computer_spec("feed_forward"), three_in_two_out(), 20, 20);
    std::set<std::string> names;
    for (const ParameterInfo& info : model->parameters().all()) names.insert(info.name);
    CHECK(names == std::set<std::string>{"controller.weight", "controller.bias", "write1.address.weight", "write1.address.bias", "write1.erase.weight",
                                         "write1.erase.bias", "write1.vector.weight", "write1.vector.bias", "read1.address.weight", "read1.address.bias",
                                         "output.weight", "output.bias"});
    CHECK(model->tap_names() == std::vector<std::string>{"input", "logits", "memory.read_from", "memory.write", "memory.read", "memory.content",
                                                         "memory.usage", "memory.allocation", "memory.link", "memory.modes",
                                                         "memory.write_gates", "memory.free_gates"});
  }

  TEST_CASE("habits: before anything is learnt every step is written to a free row and none is let go of; without them the gates are half open") {
    const auto backend = make_cpu_backend();
    const FormBatch batch(three_in_two_out(), kThreeSteps);
    const auto gates = [&](const std::string& habits) {
      Json spec = computer_spec("feed_forward", 2);
      spec["habits"] = habits;
      const auto model = model_for(spec, three_in_two_out(), 20, 20);
      TestState state(*backend, model->parameters().arena_elems());
      state.write(Arena::kParameters, std::vector<float>(model->parameters().arena_elems(), 0.0f));
      return passed(*model, state, batch);
    };
    const Values none = gates("none"), keep = gates("keep");
    for (const float gate : none.at("memory.write_gates")) CHECK(gate == 0.5f);
    for (const float gate : none.at("memory.free_gates")) CHECK(gate == 0.5f);
    for (const float gate : keep.at("memory.write_gates")) CHECK(gate == doctest::Approx(1 / (1 + std::exp(-2.0))));
    for (const float gate : keep.at("memory.free_gates")) CHECK(gate == doctest::Approx(1 / (1 + std::exp(2.0))));
    for (const float mode : keep.at("memory.modes")) CHECK(mode == doctest::Approx(1.0 / 3));
    Json bad = computer_spec("lstm");
    bad["habits"] = "throw away";
    CHECK_FALSE(make_model(bad, three_in_two_out(), 20, 20).ok());
  }

  TEST_CASE("habits: with the same weights a new machine writes at fewer rows, and rows are told apart more clearly") {
    const auto backend = make_cpu_backend();
    const FormBatch batch(three_in_two_out(), kThreeSteps);
    const auto passes = [&](const std::string& habits) {
      Json spec = computer_spec("feed_forward");
      spec["habits"] = habits;
      const auto model = model_for(spec, three_in_two_out(), 20, 20);
      TestState state(*backend, model->parameters().arena_elems());
      state.write(Arena::kParameters, fill_rule(1, model->parameters().arena_elems(), .5, 2.7));
      return passed(*model, state, batch);
    };
    const Values none = passes("none"), keep = passes("keep");
    const auto spread = [](const Values& values, const char* tap) {  // over the rows, at the first step
      const auto [least, most] = std::ranges::minmax_element(values.at(tap).begin(), values.at(tap).begin() + 4);
      return *most - *least;
    };
    CHECK(spread(keep, "memory.write") > spread(none, "memory.write") + 0.2f);
    CHECK(spread(keep, "memory.read") > 1.5f * spread(none, "memory.read"));
  }
}
