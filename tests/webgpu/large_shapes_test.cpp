// tests/webgpu: ways through the kernels that only larger shapes take: two passes, tiles, cut segments, a second axis of workgroups. And
// what time does to an optimiser.
#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "engine/ops/ops.h"
#include "ops/op_run.h"
#include "patient.h"
#include "support/run_plan.h"

namespace heed::test {
namespace {

struct LargeCase {
  OpKind op;
  Sample sample;
  Tolerance tolerance = {};
};

void add_reductions(std::vector<LargeCase>& cases) {
  struct Reduced {
    Shape shape;
    int axis;
  };
  for (const auto& [shape, axis] : std::vector<Reduced>{{{4100, 7}, 0}, {{3, 1000}, 1}, {{60001}, 0}, {{2, 5000, 3}, 1}, {{37, 70, 5}, 2},
                                                        {{300, 130}, 0}, {{130, 300}, 1}, {{5, 2, 40, 90}, 2}}) {
    cases.push_back({OpKind::kSum, {.shapes = {shape}, .attrs = AxisAttrs{axis, false}}, {1e-3f, 2e-6f}});
    cases.push_back({OpKind::kMax, {.shapes = {shape}, .attrs = AxisAttrs{axis, true}, .low = -9, .high = -2}});
  }
  cases.push_back({OpKind::kSumSquares, {.shapes = {{70001}}}, {0, 4e-6f}});
  cases.push_back({OpKind::kArgmax, {.shapes = {{3, 3001}}}});
  cases.push_back({OpKind::kArgmax, {.shapes = {{70, 40}}, .low = -9, .high = -8}});
  cases.push_back({OpKind::kMaxout, {.shapes = {{50, 40, 6}}}});
}

void add_layouts(std::vector<LargeCase>& cases) {
  struct Permuted {
    Shape shape;
    std::array<int, kMaxRank> order;
  };
  for (const auto& [shape, order] : std::vector<Permuted>{{{2, 40, 70}, {0, 2, 1}}, {{70, 3, 40}, {2, 1, 0}}, {{70, 3, 40}, {1, 2, 0}},
                                                          {{5, 33, 2, 47}, {0, 3, 2, 1}}, {{9, 33, 2, 47}, {3, 2, 1, 0}}, {{9, 3, 35, 8}, {0, 1, 3, 2}},
                                                          {{9, 3, 35, 8}, {3, 0, 1, 2}}, {{9, 3, 35, 8}, {0, 2, 1, 3}}, {{99, 65}, {1, 0}}})
    cases.push_back({OpKind::kPermute, {.shapes = {shape}, .attrs = PermuteAttrs{order}}});
  Sample many{.attrs = AxisAttrs{1, false}};
  for (int i = 0; i < 51; ++i) many.shapes.push_back({3, 1 + i % 3, 5});
  cases.push_back({OpKind::kConcat, many});
  cases.push_back({OpKind::kPad, {.shapes = {{7, 300}}, .attrs = SliceAttrs{0, 3, 14000}}});  // more workgroups than one axis may have
  cases.push_back({OpKind::kRandomUniform, {.attrs = RandomAttrs{0xfedcba98u, {3, 1001}}}});
}

void add_lookups(std::vector<LargeCase>& cases) {
  cases.push_back({OpKind::kScatterAddRows, {.shapes = {{3000, 70}, {3000}}, .attrs = RowsAttrs{3}, .i32_inputs = {1}}, {1e-3f, 2e-6f}});
  cases.push_back({OpKind::kScatterAddRows, {.shapes = {{30, 50, 8}, {30, 50}}, .attrs = RowsAttrs{300}, .index_below = 310, .i32_inputs = {1}}, {1e-5f, 2e-6f}});
  cases.push_back({OpKind::kBagOfRowsGrad, {.shapes = {{300, 20}, {300, 7}, {7, 20}}, .attrs = RowsAttrs{4}, .i32_inputs = {1}}, {1e-3f, 2e-6f}});
  cases.push_back({OpKind::kBagOfRows, {.shapes = {{300, 20}, {90, 7}, {7, 20}}, .index_below = 310, .i32_inputs = {1}}, {1e-5f, 2e-6f}});
  cases.push_back({OpKind::kGatherRows, {.shapes = {{1000, 33}, {40, 9}}, .index_below = 1010, .i32_inputs = {1}}});
}

/// What the optimiser does to parameters that are 0, at this step.
std::vector<float> first_change(Backend& backend, float step) {
  constexpr int kCount = 200;
  Tape tape;
  adam_update(tape.input("gradient", {kCount}), tape.input("rate", {}), tape.input("step", {}), {0.9f, 0.999f, 1e-8f, 0});
  TestState state(backend, kCount);
  TestPlan plan(state, tape);
  Feeds feeds;
  for (int i = 0; i < kCount; ++i) feeds["gradient"].f32.push_back(static_cast<float>(i - 100) * 0.01f);
  feeds["rate"].f32 = {1};
  feeds["step"].f32 = {step};
  plan.run(feeds, 1);
  return state.read(Arena::kParameters);
}

TEST_SUITE("webgpu") {
  TEST_CASE("webgpu: large shapes agree with the reference") {
    std::vector<LargeCase> cases;
    add_reductions(cases);
    add_layouts(cases);
    add_lookups(cases);
    const auto reference = make_cpu_backend(), gpu = make_patient_webgpu();
    for (const LargeCase& large : cases) {
      const OpCase op_case{&op_def(large.op), large.sample, "large"};
      CAPTURE(op_case.text());
      CHECK_EQ(difference(large.tolerance, run_case(*gpu, op_case), run_case(*reference, op_case)), "");
    }
  }

  TEST_CASE("webgpu: Adam's bias correction keeps its digits at the first step and at late ones") {
    const auto reference = make_reference_backend(true), gpu = make_patient_webgpu();
    for (float step : {1.0f, 2.0f, 10.0f, 1000.0f, 100000.0f}) {
      CAPTURE(step);
      CHECK_EQ(difference({1e-7f, 2e-6f}, first_change(*gpu, step), first_change(*reference, step)), "");
    }
  }
}

}  // namespace
}  // namespace heed::test
