// models: the Differentiable Neural Computer: allocation, usage and links by known values and by what always holds; names; the gradient.
#include <functional>
#include <set>

#include "models/form_bench.h"
#include "nn/dynamic_memory.h"

using namespace heed;
using namespace heed::test;

namespace {

TaskForm bits_form() {
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

const Json kNumbers = Json::array({{{"source", {4, 5, 6}}, {"target", {4, 5, 6}}, {"source_values", {1, 0, 0, 0, 1, 0, 0, 0, 1}}, {"target_values", {0, 0, 0, 1, 1, 0}}}});

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
      const FormBatch batch(bits_form(), kNumbers);
      const auto model = model_for(computer_spec(controller, 2), bits_form(), 20, 20);
      TestState state(*backend, model->parameters().arena_elems());
      state.write(Arena::kParameters, fill_rule(1, model->parameters().arena_elems(), 2, 2.7));
      const Values got = passed(*model, state, batch);
      CHECK(got.at("memory.read_from").size() == 2 * 3 * 3);
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
    const auto model = model_for(computer_spec("feed_forward"), bits_form(), 20, 20);
    std::set<std::string> names;
    for (const ParameterInfo& info : model->parameters().all()) names.insert(info.name);
    CHECK(names == std::set<std::string>{"controller.weight", "controller.bias", "write.address.weight", "write.address.bias", "write.erase.weight",
                                         "write.erase.bias", "write.add.weight", "write.add.bias", "read1.address.weight", "read1.address.bias",
                                         "output.weight", "output.bias"});
    CHECK(model->tap_names() == std::vector<std::string>{"input", "logits", "memory.read_from", "memory.write", "memory.read", "memory.content",
                                                         "memory.usage", "memory.allocation", "memory.link", "memory.modes"});
  }
}
