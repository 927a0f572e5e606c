// tests/ops: what a plan keeps, where it puts values, and that sharing memory never changes a result.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "engine/ops/ops.h"
#include "random_tape.h"

namespace heed::test {
namespace {

constexpr int kPlans = 20, kOps = 60;

bool is_view(const PlanNode& node) {
  const OpKind op = node.node.op;
  return !node.runs && (op == OpKind::kReshape || op == OpKind::kSlice || op == OpKind::kStopGradient);
}

/// The node whose memory a view looks at.
std::size_t owner_of(const Plan& plan, std::size_t node) {
  while (is_view(plan.nodes[node])) node = static_cast<std::size_t>(plan.nodes[node].node.inputs[0]);
  return node;
}

struct Region {
  std::size_t owner, begin, end;
  int born, dies;
};

/// Scratch regions of all values that own one, with the first and the last step at which they are needed.
std::vector<Region> scratch_regions(const Plan& plan) {
  std::vector<int> dies(plan.nodes.size(), -1);
  const auto used = [&](int node, int when) {
    int& last = dies[owner_of(plan, static_cast<std::size_t>(node))];
    last = std::max(last, when);
  };
  for (std::size_t i = 0; i < plan.nodes.size(); ++i)
    for (int input : plan.nodes[i].node.inputs) used(input, static_cast<int>(i));
  for (const PlanPort& port : plan.outputs) used(port.node, std::numeric_limits<int>::max());
  std::vector<Region> out;
  for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
    const PlanNode& node = plan.nodes[i];
    if (!node.runs || node.location.place != Place::kScratch) continue;
    out.push_back({i, node.location.offset, node.location.offset + node.node.shape.count(), static_cast<int>(i),
                   std::max(dies[i], static_cast<int>(i))});
  }
  return out;
}

/// What is computed element by element may lie where an operand of its size lay that is not needed any more.
bool takes_over(const Plan& plan, const Region& value, const Region& operand) {
  const OpKind op = plan.nodes[value.owner].node.op;
  return (op == OpKind::kChain || op == OpKind::kMatmulAdd) && operand.dies == value.born &&
         operand.begin == value.begin && operand.end == value.end;
}

/// The first two values that are alive together in the same memory.
std::optional<std::pair<Region, Region>> overlap(const Plan& plan) {
  const std::vector<Region> regions = scratch_regions(plan);
  for (std::size_t i = 0; i < regions.size(); ++i)
    for (std::size_t j = i + 1; j < regions.size(); ++j) {
      const Region &a = regions[i], &b = regions[j];
      if (a.begin < b.end && b.begin < a.end && a.born <= b.dies && b.born <= a.dies && !takes_over(plan, b, a))
        return std::pair{a, b};
    }
  return std::nullopt;
}

/// Leaves nothing but NaN in the scratch memory that all plans of the backend share.
void poison_scratch(TestState& state, std::size_t elems) {
  Tape tape;
  tape.output("poison",
              tape.fill({static_cast<int>(std::max<std::size_t>(elems, 1))}, std::numeric_limits<float>::quiet_NaN()));
  TestPlan(state, tape).run({});
}

bool same(const Values& a, const Values& b) {
  return a == b;
}

void check_near(const Values& got, const Values& want) {
  for (const auto& [name, values] : want) {
    CAPTURE(name);
    for (std::size_t i = 0; i < values.size(); ++i)
      CHECK(got.at(name).at(i) == doctest::Approx(values[i]).epsilon(1e-4).scale(1));
  }
}

TEST_SUITE("ops") {
  TEST_CASE("plan: a plan keeps what outputs, taps and effects need, and nothing else") {
    Tape tape;
    const Tensor x = tape.input("x", {4});
    const Tensor unused = tape.input("unused", {4});
    exp(unused);
    const Tensor tapped = tap("tapped", tanh(x));
    tap("not asked for", sigmoid(x));
    tape.output("y", neg(x));
    store(square(x), Arena::kMoment1, 0);

    const auto has = [](const Plan& plan, OpKind op) {
      return std::any_of(plan.nodes.begin(), plan.nodes.end(),
                         [op](const PlanNode& node) { return node.node.op == op; });
    };
    const Plan plain = compile(tape), with_tap = compile(tape, {"tapped"});
    CHECK(plain.nodes.size() == 4);  // x, neg, square, store
    CHECK(with_tap.nodes.size() == 5);
    CHECK(has(with_tap, OpKind::kTanh));
    CHECK_FALSE(has(with_tap, OpKind::kSigmoid));
    CHECK(plain.input_index("x") == 0);
    CHECK(plain.input_index("unused") == -1);
    CHECK(plain.output_index("y") == 0);
    CHECK(plain.output_index("tapped") == -1);
    CHECK(with_tap.output_index("tapped") == 1);
    CHECK(tapped.tape == &tape);
    CHECK_THROWS_AS(compile(tape, {"nowhere"}), ShapeError);
  }

  TEST_CASE("plan: views share the place of what they view") {
    Tape tape;
    const Tensor x = tape.input("x", {4, 64});
    const Tensor y = exp(x);
    const Tensor rows = slice(y, 0, 1, 2), flat = reshape(rows, {128}), stopped = stop_gradient(flat),
                 columns = slice(y, 1, 0, 3);
    for (const auto& [name, value] :
         {std::pair{"y", y}, {"rows", rows}, {"flat", flat}, {"stopped", stopped}, {"columns", columns}})
      tape.output(name, value);
    const Plan plan = compile(tape);
    const auto at = [&](const char* name) {
      return plan.nodes[static_cast<std::size_t>(plan.outputs[static_cast<std::size_t>(plan.output_index(name))].node)];
    };
    for (const char* name : {"rows", "flat", "stopped"}) {
      CAPTURE(name);
      CHECK_FALSE(at(name).runs);
      CHECK(at(name).location.offset == at("y").location.offset + 64);
    }
    CHECK(at("columns").runs);
  }

  TEST_CASE("plan: places are aligned, and parameters lie where the arena has them") {
    RandomTape random;
    record_random(random, 1, kOps);
    const Plan plan = compile(random.tape, random.taps);
    for (const PlanNode& node : plan.nodes) {
      if (node.location.place != Place::kArena) CHECK(node.location.offset % 64 == 0);
      if (node.node.op == OpKind::kExternal) {
        CHECK(node.location.place == Place::kArena);
        CHECK(node.location.offset == std::get<ExternalAttrs>(node.node.attrs).offset);
        CHECK_FALSE(node.runs);
      }
    }
  }

  TEST_CASE("plan: values alive together never share memory") {
    for (int seed = 1; seed <= kPlans; ++seed) {
      RandomTape random;
      record_random(random, static_cast<std::uint64_t>(seed), kOps);
      for (const auto& taps : {std::vector<std::string>{}, random.taps}) {
        for (const Abilities& abilities : {Abilities{}, make_cpu_backend()->abilities()}) {
          const Plan plan = compile(random.tape, taps, abilities);
          const auto found = overlap(plan);
          CHECK_MESSAGE(!found, "seed ", seed, ": node ", found->first.owner, " and node ", found->second.owner);
        }
      }
    }
  }

  TEST_CASE("plan: products are computed onto what they are added to, in the same memory") {
    Tape tape;
    const Tensor x = tape.input("x", {2, 3, 4}), y = tape.input("y", {6, 5}), w = tape.input("w", {4, 5});
    const Tensor residual = reshape(tanh(y), {2, 3, 5}), flat = reshape(x, {6, 4}), negative = neg(y);
    const Tensor once = matmul(x, w), twice = matmul(sigmoid(x), w);
    tape.output("sum", (tape.input("bias", {5}) + once) + residual + twice + twice);
    tape.output("tanh", tanh(matmul(negative, w, false, true) + flat + tape.input("column", {6, 1})));
    const Plan plan = compile(tape, {}, make_cpu_backend()->abilities());
    std::vector<const PlanNode*> sums;
    for (const PlanNode& node : plan.nodes)
      if (node.node.op == OpKind::kMatmulAdd) sums.push_back(&node);
    REQUIRE(sums.size() == 2);
    CHECK(sums[0]->node.inputs.size() == 4);
    CHECK(sums[0]->location.offset == plan.nodes[static_cast<std::size_t>(sums[0]->node.inputs[2])].location.offset);
    // What is read twice stays a product; an input is not overwritten.
    CHECK(std::ranges::count_if(plan.nodes, [](const PlanNode& n) { return n.node.op == OpKind::kMatmul; }) == 1);
    CHECK(sums[1]->node.inputs.size() == 3);
    CHECK(sums[1]->location.place == Place::kScratch);
  }

  TEST_CASE("plan: the exact GELU is one chain, and its value and slope are right") {
    constexpr int kPoints = 601;
    constexpr double kRootHalf = 0.70710678118654752, kPeak = 0.39894228040143268;  // 1 / sqrt(2 pi)
    Tape tape;
    const Tensor x = tape.input("x", {kPoints}), y = gelu_erf(x);
    tape.output("y", y);
    tape.output("slope", gradients(sum_all(y), {x})[0]);
    Feeds feeds;
    for (int i = 0; i < kPoints; ++i) feeds["x"].f32.push_back(0.02f * static_cast<float>(i - kPoints / 2));
    const auto cpu = make_cpu_backend();
    TestState state(*cpu, 0);
    TestPlan plan(state, tape);
    Tape alone;
    alone.output("y", gelu_erf(alone.input("x", {kPoints})));
    const Plan one = compile(alone, {}, cpu->abilities());
    CHECK(std::ranges::count_if(one.nodes, [](const PlanNode& node) { return node.runs; }) == 1);
    const Values values = plan.run(feeds);
    for (std::size_t i = 0; i < kPoints; ++i) {
      const double at = static_cast<double>(feeds["x"].f32[i]), below = 0.5 * (1 + std::erf(kRootHalf * at));
      CHECK(static_cast<double>(values.at("y")[i]) == doctest::Approx(at * below).epsilon(1e-6).scale(1));
      CHECK(static_cast<double>(values.at("slope")[i]) ==
            doctest::Approx(below + at * kPeak * std::exp(-0.5 * at * at)).epsilon(1e-6).scale(1));
    }
  }

  TEST_CASE("plan: a long chain needs scratch for a few of its values only") {
    Tape tape;
    Tensor x = tape.input("x", {1024});
    for (int i = 0; i < 200; ++i) x = tanh(x);
    tape.output("y", x);
    CHECK(compile(tape).scratch_elems <= 3 * 1024);
  }

  TEST_CASE("plan: random computations give the same results wherever their values are put") {
    const auto reference = make_reference_backend(), cpu = make_cpu_backend();
    for (int seed = 1; seed <= kPlans; ++seed) {
      CAPTURE(seed);
      RandomTape random;
      record_random(random, static_cast<std::uint64_t>(seed), kOps);
      TestState want_state(*reference, random.parameters.size()), state(*cpu, random.parameters.size());
      TestPlan want_plan(want_state, random.tape, random.taps), plan(state, random.tape, random.taps);
      want_state.write(Arena::kParameters, random.parameters);
      state.write(Arena::kParameters, random.parameters);
      check_near(plan.run(random.feeds), want_plan.run(random.feeds));
      check_near({{"parameters", state.read(Arena::kParameters)}},
                 {{"parameters", want_state.read(Arena::kParameters)}});
    }
  }

  TEST_CASE("plan: what lies in scratch before a run does not matter") {
    const auto cpu = make_cpu_backend();
    for (int seed = 1; seed <= kPlans; ++seed) {
      CAPTURE(seed);
      RandomTape random;
      record_random(random, static_cast<std::uint64_t>(seed), kOps);
      TestState state(*cpu, random.parameters.size());
      TestPlan plan(state, random.tape, random.taps);
      const auto run_from_start = [&] {
        state.write(Arena::kParameters, random.parameters);
        state.write(Arena::kMoment1, std::vector<float>(random.parameters.size(), 0.0f));
        return plan.run(random.feeds);
      };
      const Values first = run_from_start();
      poison_scratch(state, plan.plan().scratch_elems);
      CHECK(same(run_from_start(), first));
    }
  }

  TEST_CASE("plan: effects run in the order in which they were recorded") {
    for (const bool on_cpu : {false, true}) {
      const auto backend = on_cpu ? make_cpu_backend() : make_reference_backend();
      Tape tape;
      const Tensor x = tape.input("x", {2});
      store(x, Arena::kGradients, 0);
      store(neg(x), Arena::kMoment1, 0);
      store(affine(tape.external(Arena::kMoment1, 0, {2}), 10, 0), Arena::kMoment1, 0);
      store(tape.external(Arena::kMoment1, 0, {2}) + tape.external(Arena::kGradients, 0, {2}), Arena::kMoment2, 0);
      TestState state(*backend, 2);
      TestPlan(state, tape).run({{"x", {{1, 2}, {}}}});
      CHECK(state.read(Arena::kGradients) == std::vector<float>{1, 2});
      CHECK(state.read(Arena::kMoment1) == std::vector<float>{-10, -20});
      CHECK(state.read(Arena::kMoment2) == std::vector<float>{-9, -18});
    }
  }

  TEST_CASE("plan: an output that only views an arena shows it as it was where the output was recorded") {
    for (const bool on_cpu : {false, true}) {
      const auto backend = on_cpu ? make_cpu_backend() : make_reference_backend();
      Tape tape;
      const Tensor p = tape.external(Arena::kParameters, 0, {2});
      tape.output("before", p);
      tape.output("viewed", reshape(p, {1, 2}));
      store(tape.input("x", {2}), Arena::kParameters, 0);
      TestState state(*backend, 2);
      const auto outputs = TestPlan(state, tape).run({{"x", {{1, 2}, {}}}});
      CHECK(outputs.at("before") == std::vector<float>{0, 0});
      CHECK(outputs.at("viewed") == std::vector<float>{0, 0});
      CHECK(state.read(Arena::kParameters) == std::vector<float>{1, 2});
    }
  }
}

}  // namespace
}  // namespace heed::test
