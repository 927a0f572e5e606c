// nn: losses and optimisers against PyTorch and NumPy; schedules at their corners; the controls' table.
#include "models/model_test.h"
#include "nn/layers.h"
#include "nn/loss.h"
#include "nn/optimiser.h"

using namespace heed;
using namespace heed::test;

TEST_SUITE("nn.loss") {
  TEST_CASE("masked cross entropy and its gradient agree with PyTorch") {
    for (const NamedBackend& on : all_backends()) {
      for (const Json& want : golden("losses.json")) {
        CAPTURE(on.name);
        const int B = want.at("shape")[0], T = want.at("shape")[1], V = want.at("shape")[2];
        Tape tape;
        const Tensor logits = tape.input("logits", {B, T, V});
        const Tensor loss =
            masked_cross_entropy(logits, tape.input("target", {B, T}, DType::kI32), tape.input("mask", {B, T}));
        tape.output("loss", loss);
        tape.output("gradient", gradients(loss, {logits})[0]);
        TestState state(*on.backend, 64);
        const Values got = TestPlan(state, tape)
                               .run({{"logits", {floats(want["logits"]), {}}},
                                     {"target", {{}, want.at("target").get<std::vector<std::int32_t>>()}},
                                     {"mask", {floats(want["mask"]), {}}}});
        CHECK(worst_difference(got.at("loss"), {want.at("loss").get<double>()}) < on.tolerance);
        CHECK(worst_difference(got.at("gradient"), numbers(want["gradient"])) < on.tolerance);
      }
    }
  }

  TEST_CASE("a batch of padding has loss zero, not NaN") {
    Tape tape;
    const Tensor loss =
        masked_cross_entropy(tape.fill({1, 2, 3}, 1), tape.constant({1, 2}, {0, 0}, DType::kI32), tape.fill({1, 2}, 0));
    tape.output("loss", loss);
    const auto backend = make_reference_backend();
    TestState state(*backend, 64);
    CHECK(TestPlan(state, tape).run({}).at("loss")[0] == 0);
  }

  TEST_CASE("maxout takes the larger of adjacent pairs") {
    Tape tape;
    tape.output("y", maxout_pairs(tape.constant({2, 4}, {1, 2, 8, -3, -1, -2, 0, 5})));
    const auto backend = make_reference_backend();
    TestState state(*backend, 64);
    CHECK(TestPlan(state, tape).run({}).at("y") == std::vector<float>{2, 8, -1, 5});
    CHECK_THROWS_AS(maxout_pairs(tape.fill({2, 3}, 0)), ShapeError);
  }
}

TEST_SUITE("nn.optimiser") {
  TEST_CASE("five steps of each optimiser follow PyTorch, and NumPy for Graves' RMSProp and clipping") {
    for (const NamedBackend& on : all_backends()) {
      for (const Json& want : golden("optimisers.json")) {
        CAPTURE(on.name);
        CAPTURE(want.at("spec").dump());
        ParameterSet set;
        const Parameter a = set.add("a", {3}, {});
        const Parameter b = set.add("b", {1, 2}, {});
        Tape tape;
        Graph graph(tape, set);
        graph(a), graph(b);
        tape.output("norm",
                    record_gradients_update(graph, {tape.input("ga", {3}), tape.input("gb", {1, 2})}, want.at("spec")));
        TestState state(*on.backend, set.arena_elems());
        const std::vector<float> start = floats(want["start"]);
        state.write(Arena::kParameters, {start[0], start[1], start[2]}, set[a].offset);
        state.write(Arena::kParameters, {start[3], start[4]}, set[b].offset);
        TestPlan plan(state, tape);
        for (std::size_t i = 0; i < want.at("rates").size(); ++i) {
          const std::vector<float> g = floats(want["gradients"][i]);
          const Values got = plan.run({{"rate", {{want["rates"][i].get<float>()}, {}}},
                                       {"step", {{static_cast<float>(i + 1)}, {}}},
                                       {"ga", {{g[0], g[1], g[2]}, {}}},
                                       {"gb", {{g[3], g[4]}, {}}}});
          CHECK(worst_difference(got.at("norm"), {want["norms"][i].get<double>()}) < on.tolerance);
          const std::vector<float> arena = state.read(Arena::kParameters);
          std::vector<float> theta = part_of(arena, set[a]);
          for (const float v : part_of(arena, set[b])) theta.push_back(v);
          // The constants (0.999, 1e-8) are float32 in the plan and float64 in the golden values.
          CHECK(worst_difference(theta, numbers(want["values"][i])) < std::max(on.tolerance, 2e-6));
        }
        // What lies between parameters is never touched.
        const std::vector<float> arena = state.read(Arena::kParameters);
        for (std::size_t i = 0; i < arena.size(); ++i)
          if ((i >= 3 && i < 64) || i >= 66) CHECK(arena[i] == 0);
      }
    }
  }

  TEST_CASE("a zero gradient is clipped to zero, not to NaN") {
    ParameterSet set;
    const Parameter a = set.add("a", {2}, {});
    const Result<Json> spec = validate_slot(optimiser_slot(), "sgd", "optimiser");
    REQUIRE(spec.ok());
    Tape tape;
    Graph graph(tape, set);
    graph(a);
    tape.output("norm", record_gradients_update(graph, {tape.fill({2}, 0)}, *spec));
    const auto backend = make_reference_backend();
    TestState state(*backend, set.arena_elems());
    state.write(Arena::kParameters, {1, 2});
    const Feeds feeds{{"rate", {{0.1f}, {}}}, {"step", {{1}, {}}}};
    CHECK(TestPlan(state, tape).run(feeds).at("norm")[0] == 0);
    CHECK(part_of(state.read(Arena::kParameters), set[a]) == std::vector<float>{1, 2});
  }

  TEST_CASE("a batch added up takes a step as many times as long as its mean") {
    std::vector<float> moved;
    for (const bool sums : {false, true}) {
      ParameterSet set;
      const Parameter a = set.add("a", {2}, {});
      const Result<Json> spec = validate_slot(optimiser_slot(), {{"type", "sgd"}, {"momentum", 0}, {"clip", 0}, {"sums", sums}}, "optimiser");
      REQUIRE(spec.ok());
      Tape tape;
      Graph graph(tape, set);
      record_update(graph, sum_all(graph(a) * graph(a)), *spec, 8);
      const auto backend = make_reference_backend();
      TestState state(*backend, set.arena_elems());
      state.write(Arena::kParameters, {1, 2});
      TestPlan(state, tape).run({{"rate", {{0.01f}, {}}}});
      moved.push_back(1 - part_of(state.read(Arena::kParameters), set[a])[0]);
    }
    CHECK(moved[0] == doctest::Approx(0.02));
    CHECK(moved[1] == doctest::Approx(0.16));
  }

  TEST_CASE("gradients must come one for each parameter") {
    ParameterSet set;
    const Parameter a = set.add("a", {2}, {});
    Tape tape;
    Graph graph(tape, set);
    graph(a);
    CHECK_THROWS_AS(record_gradients_update(graph, {}, defaults_of(optimiser_slot().parts[0])), ShapeError);
  }

  TEST_CASE("every optimiser and schedule validates by its key alone") {
    for (const std::string key : {"adam", "adamw", "sgd", "rmsprop"}) {
      for (const std::string schedule : {"constant", "warmup", "cosine", "inverse_sqrt", "halving"}) {
        const Result<Json> spec =
            validate_slot(optimiser_slot(), Json{{"type", key}, {"schedule", schedule}}, "optimiser");
        REQUIRE(spec.ok());
        CHECK(learning_rate(*spec, 1, 1000) > 0);
        CHECK(learning_rate(*spec, 1000, 1000) > 0);
      }
    }
    CHECK_FALSE(validate_slot(optimiser_slot(), "adan", "optimiser").ok());
  }

  TEST_CASE("schedules at their corners") {
    const auto rate = [](Json schedule, std::uint64_t step, std::uint64_t total) {
      return learning_rate(Json{{"type", "sgd"}, {"rate", 2.0}, {"schedule", std::move(schedule)}}, step, total);
    };
    CHECK(rate({{"type", "constant"}}, 7, 0) == 2);
    const Json warmup{{"type", "warmup"}, {"warmup", 4}};
    CHECK(rate(warmup, 1, 0) == 0.5);
    CHECK(rate(warmup, 4, 0) == 2);
    CHECK(rate(warmup, 400, 0) == 2);
    const Json halving{{"type", "halving"}, {"every", 10}};
    for (const auto& [step, want] : {std::pair{1, 2.0}, {10, 2.0}, {11, 1.0}, {20, 1.0}, {21, 0.5}, {41, 0.125}}) CHECK(rate(halving, static_cast<std::uint64_t>(step), 0) == want);
    const Json later{{"type", "halving"}, {"every", 10}, {"after", 30}};  // a linear start first
    for (const auto& [step, want] : {std::pair{1, 2.0}, {30, 2.0}, {40, 2.0}, {41, 1.0}, {50, 1.0}, {51, 0.5}}) CHECK(rate(later, static_cast<std::uint64_t>(step), 0) == want);
    const Json cosine{{"type", "cosine"}, {"warmup", 10}, {"floor", 0.1}};
    CHECK(rate(cosine, 5, 110) == 1);
    CHECK(rate(cosine, 10, 110) == 2);
    CHECK(rate(cosine, 60, 110) == doctest::Approx(1.1));
    CHECK(rate(cosine, 110, 110) == doctest::Approx(0.2));
    CHECK(rate(cosine, 500, 110) == doctest::Approx(0.2));
    CHECK(rate(cosine, 500, 0) == 2);
    const Json inverse{{"type", "inverse_sqrt"}, {"warmup", 16}};
    CHECK(rate(inverse, 8, 0) == 1);
    CHECK(rate(inverse, 16, 0) == 2);
    CHECK(rate(inverse, 64, 0) == 1);
  }
}
