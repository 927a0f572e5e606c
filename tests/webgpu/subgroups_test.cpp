// tests/webgpu: rows added up by subgroups, of the size that this device has and, played by workgroup memory, of every other one.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "base/json.h"
#include "engine/backend/webgpu/device_tuning.h"
#include "engine/backend/webgpu/gpu.h"
#include "ops/op_run.h"
#include "patient.h"
#include "recorded.h"

namespace heed::test {
namespace {

using namespace webgpu;

/// Rows that a few invocations share, that 64 do, and that a workgroup of 256 has to itself.
std::vector<OpCase> row_cases() {
  std::vector<OpCase> out;
  for (const auto& [rows, count] : std::vector<std::pair<int, int>>{{37, 5}, {9, 70}, {3, 259}, {2, 1100}}) {
    const Shape x{rows, count}, row{count}, one{rows};
    const auto add = [&](OpKind op, std::vector<Shape> shapes, Attrs attrs = NoAttrs{}, std::vector<int> whole = {}) {
      Sample sample{.shapes = std::move(shapes), .attrs = std::move(attrs)};
      sample.index_below = count + 1;
      sample.i32_inputs.assign(whole.begin(), whole.end());
      sample.kink_margin = 0.01f;
      out.push_back({&op_def(op), sample, "rows"});
    };
    add(OpKind::kSoftmax, {x});
    add(OpKind::kLogSoftmax, {x});
    add(OpKind::kMaskedSoftmax, {x, x});
    add(OpKind::kSoftmaxGrad, {x, x});
    add(OpKind::kCrossEntropy, {x, one}, NoAttrs{}, {1});
    add(OpKind::kCrossEntropyGrad, {x, one, one}, NoAttrs{}, {1});
    add(OpKind::kLayerNorm, {x, row, row}, EpsilonAttrs{1e-5f});
    add(OpKind::kLayerNormGrad, {x, row, x}, EpsilonAttrs{1e-5f});
    add(OpKind::kLayerNormGradWeights, {x, x}, EpsilonAttrs{1e-5f});
    if (count <= 8) continue;  // one invocation adds these up
    add(OpKind::kSum, {x}, AxisAttrs{1, true});
    add(OpKind::kMax, {x}, AxisAttrs{1, true});
    add(OpKind::kSumSquares, {x});
  }
  return out;
}

void replace_all(std::string& text, const std::string& part, const std::string& other) {
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + other.size())) text.replace(at, part.size(), other);
}

/// The same shader without subgroups: what their members tell one another goes through workgroup memory.
std::string played(std::string text) {
  replace_all(text, "enable subgroups;", "");
  const std::size_t pairs = text.find("fn sums_across");
  std::string ones = text.substr(0, pairs), twos = text.substr(pairs);
  replace_all(ones, "subgroupShuffleXor(total, step)", "told_one(total, step, lane)");
  replace_all(twos, "subgroupShuffleXor(total, step)", "told_two(total, step, lane)");
  return ones + twos + R"(
var<workgroup> told: array<vec2<f32>, 256>;
fn told_two(value: vec2<f32>, step: u32, lane: u32) -> vec2<f32> {
  told[lane] = value;
  workgroupBarrier();
  let other = told[lane ^ step];
  workgroupBarrier();
  return other;
}
fn told_one(value: f32, step: u32, lane: u32) -> f32 {
  return told_two(vec2<f32>(value, 0.0), step, lane).x;
}
)";
}

/// Runs the case's dispatches with their shaders played, on a memory of their own.
std::vector<float> run_played(const OpCase& op_case, Word width) {
  const std::vector<Dispatch> dispatches = recorded(op_case, {0, width});
  std::vector<float> values(kRecordedAt);
  for (std::size_t i = 0; i < op_case.sample.shapes.size(); ++i)
    for (const float value : operand_values(op_case, i)) values.push_back(value);
  OpInputs in;
  for (std::size_t i = 0; i < op_case.sample.shapes.size(); ++i) {
    in.shapes.push_back(op_case.sample.shapes[i]);
    in.dtypes.push_back(is_i32(op_case.sample, i) ? DType::kI32 : DType::kF32);
  }
  const std::size_t count = op_case.def->infer(in, op_case.sample.attrs).shape.count();
  const double copies[] = {static_cast<double>(values.size() * sizeof(float)), static_cast<double>(count * sizeof(float))};
  const int memory = heed_gpu_create_memory(static_cast<double>((values.size() + count + 4096) * sizeof(float)));
  std::vector<int> rows;
  std::vector<Word> params;
  for (const Dispatch& dispatch : dispatches) {
    Json constants = Json::object();
    for (const auto& [name, value] : dispatch.constants) constants[name] = value;
    const std::string code = dispatch.by_subgroups ? played(code_of(dispatch)) : code_of(dispatch);
    const int pipeline = heed_gpu_pipeline(op_case.text().c_str(), code.c_str(), dispatch.entry.c_str(), constants.dump().c_str());
    rows.insert(rows.end(), {pipeline, static_cast<int>(dispatch.groups[0]), static_cast<int>(dispatch.groups[1]), static_cast<int>(dispatch.groups[2]), 0});
    params.insert(params.end(), dispatch.params.words().begin(), dispatch.params.words().end());
    params.resize(rows.size() / 5 * Params::kMostWords);
  }
  const int schedule = heed_gpu_create_schedule(memory, rows.data(), static_cast<int>(dispatches.size()), params.data());
  const int ticket = heed_gpu_submit(schedule, values.data(), static_cast<int>(values.size() * sizeof(float)), copies, 1, kGpuUntimed);
  std::vector<float> out(count);
  CHECK(turn_until([&] { return heed_gpu_poll(ticket, out.data()) == 1; }, 60));
  heed_gpu_release_schedule(schedule);
  heed_gpu_release_memory(memory);
  return out;
}

constexpr Tolerance kClose{2e-4f, 2e-5f};

TEST_SUITE("webgpu") {
  TEST_CASE("webgpu: rows added up by subgroups agree with the CPU") {
    REQUIRE(wait_for_gpu() == GpuState::kReady);
    const Word width = parse_json(gpu_about())->at("subgroup_width").get<Word>();
    if (width == 0) return;
    const auto truth = make_cpu_backend(), gpu = make_patient(make_backend_with({0, width}));
    for (const OpCase& op_case : row_cases()) {
      CAPTURE(op_case.text());
      CHECK(std::ranges::any_of(recorded(op_case, {0, width}), &Dispatch::by_subgroups));
      CHECK_EQ(difference(kClose, run_case(*gpu, op_case), run_case(*truth, op_case)), "");
    }
  }

  TEST_CASE("webgpu: rows are added up rightly by subgroups of any size, more than a workgroup has included") {
    REQUIRE(wait_for_gpu() == GpuState::kReady);
    const auto truth = make_cpu_backend();
    const std::vector<OpCase> cases = row_cases();
    // Each size with some of the cases. Every op comes round with rows whose invocations are in several subgroups.
    std::set<OpKind> several;
    std::size_t first = 0;
    for (const Word width : {4u, 8u, 16u, 32u, 64u, 128u}) {
      for (std::size_t i = first++; i < cases.size(); i += 5) {
        if (static_cast<Word>(cases[i].sample.shapes[0][-1]) > 8 * width) several.insert(cases[i].def->kind);
        CAPTURE(width);
        CAPTURE(cases[i].text());
        CHECK_EQ(difference(kClose, run_played(cases[i], width), run_case(*truth, cases[i]).value), "");
      }
    }
    CHECK(several.size() == 12);
    CHECK(make_webgpu_backend()->failure().empty());
  }
}

}  // namespace
}  // namespace heed::test
