// tests/webgpu: ways through the kernels of rows, products and attention that only larger shapes take: a workgroup for one row, sums of
// chunks, tiles of every kind, products cut along the inner extent, heads whose columns several invocations share.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "ops/op_run.h"
#include "patient.h"
#include "support/run_plan.h"

namespace heed::test {
namespace {

struct RowsCase {
  OpKind op;
  Sample sample;
  Tolerance tolerance;
};

std::vector<RowsCase> long_rows() {
  const Tolerance close{2e-6f, 2e-5f};
  return {{OpKind::kSoftmax, {.shapes = {{3, 2500}}}, close},
          {OpKind::kLogSoftmax, {.shapes = {{2, 1025}}}, close},
          {OpKind::kMaskedSoftmax, {.shapes = {{2, 3, 2, 1100}, {3, 1, 1100}}, .kink_margin = 0.01f}, close},
          {OpKind::kMaskedSoftmax, {.shapes = {{2, 3, 20, 40}, {2, 1, 1, 40}}, .kink_margin = 0.01f}, close},
          {OpKind::kSoftmaxGrad, {.shapes = {{300, 70}, {300, 70}}}, {1e-4f, 2e-5f}},
          {OpKind::kSoftmax, {.shapes = {{70000, 1}}}, close},
          {OpKind::kCrossEntropy, {.shapes = {{5, 3000}, {5}}, .index_below = 3100, .i32_inputs = {1}}, close},
          {OpKind::kCrossEntropyGrad, {.shapes = {{200, 65}, {200}, {200}}, .index_below = 66, .i32_inputs = {1}}, close},
          {OpKind::kLayerNorm, {.shapes = {{3, 2000}, {2000}, {2000}}, .attrs = EpsilonAttrs{1e-5f}}, {1e-5f, 2e-5f}},
          {OpKind::kLayerNormGrad, {.shapes = {{300, 130}, {130}, {300, 130}}, .attrs = EpsilonAttrs{1e-5f}}, {1e-5f, 2e-5f}},
          {OpKind::kLayerNormGradWeights, {.shapes = {{1000, 130}, {1000, 130}}, .attrs = EpsilonAttrs{1e-5f}}, {2e-4f, 2e-5f}},
          {OpKind::kLayerNormGradWeights, {.shapes = {{7001, 5}, {7001, 5}}, .attrs = EpsilonAttrs{1e-5f}}, {1e-3f, 2e-5f}},
          {OpKind::kAdditiveScores, {.shapes = {{5, 300}, {5, 40, 300}, {300}}}, {1e-4f, 2e-5f}},
          {OpKind::kAdditiveScoresGrad, {.shapes = {{5, 130}, {5, 70, 130}, {130}, {5, 70}}}, {1e-4f, 2e-5f}}};
}

std::vector<RowsCase> large_products() {
  struct Size { int batch, rows, inner, columns; };
  std::vector<RowsCase> out;
  for (const auto& [batch, rows, inner, columns] : std::vector<Size>{{1, 452, 20, 450},   // tiles of 64
                                                                     {1, 40, 2100, 70},   // of 32, cut
                                                                     {1, 130, 1030, 190}, // of 64, cut
                                                                     {5, 130, 20, 100},   // of 32
                                                                     {1, 3, 300, 500}, {1, 7, 90, 33}, {1, 500, 200, 1}, {1, 1, 5000, 2}, {20, 12, 24, 20}}) {
    for (int t = 0; t < 4; ++t) {
      const bool ta = t & 1, tb = t & 2;
      const int a0 = ta ? inner : rows, a1 = ta ? rows : inner, b0 = tb ? columns : inner, b1 = tb ? inner : columns;
      RowsCase product{OpKind::kMatmulAdd, {.attrs = MatmulAttrs{ta, tb}}, {1e-3f, 2e-5f}};
      if (batch > 1) product.sample.shapes = {{batch, a0, a1}, {batch, b0, b1}, {batch, rows, columns}, {columns}};
      else product.sample.shapes = {{a0, a1}, {b0, b1}, {rows, columns}, {columns}};
      out.push_back(product);
    }
  }
  return out;
}

/// Heads of each width that is shared in another way, with and without a mask, causal or not, packed or not.
std::vector<RowsCase> wide_heads() {
  struct Size { int T, S, D, H; };
  std::vector<RowsCase> out;
  int number = 0;
  for (const auto& [T, S, D, H] : std::vector<Size>{{5, 70, 64, 1}, {9, 9, 100, 1}, {3, 5, 520, 1}, {66, 66, 8, 2}}) {
    for (const bool gradient : {false, true}) {
      const bool square = T == S, packed = square && number % 2 == 0, masked = number % 3 == 0;
      RowsCase attention{gradient ? OpKind::kAttentionGrad : OpKind::kAttention, {.attrs = AttentionAttrs{H, 0.15f, square && number % 4 < 2}}, {1e-4f, 1e-4f}};
      std::vector<Shape>& shapes = attention.sample.shapes;
      shapes = packed ? std::vector<Shape>{{2, T, 3 * D}} : std::vector<Shape>{{2, T, D}, {2, S, D}, {2, S, D}};
      if (gradient) shapes.push_back({2, T, D});
      if (masked) shapes.push_back({2, S}), attention.sample.kink_margin = 0.01f;
      out.push_back(attention);
      ++number;
    }
  }
  return out;
}

void check(const std::vector<RowsCase>& cases) {
  const auto truth = make_cpu_backend(), gpu = make_patient_webgpu();
  for (const RowsCase& one : cases) {
    const OpCase op_case{&op_def(one.op), one.sample, "large"};
    CAPTURE(op_case.text());
    CHECK_EQ(difference(one.tolerance, run_case(*gpu, op_case), run_case(*truth, op_case)), "");
  }
}

TEST_SUITE("webgpu") {
  TEST_CASE("webgpu: long and many rows agree with the CPU") { check(long_rows()); }
  TEST_CASE("webgpu: products of every tiling agree with the CPU") { check(large_products()); }
  TEST_CASE("webgpu: attention with long sequences and wide heads agrees with the CPU") { check(wide_heads()); }

  TEST_CASE("webgpu: a query that sees nothing gets zeros, and sends nothing back") {
    const auto gpu = make_patient_webgpu();
    for (const OpKind op : {OpKind::kAttention, OpKind::kAttentionGrad}) {
      Tape tape;
      std::vector<Tensor> in(3, tape.input("x", {1, 2, 4}));
      if (op == OpKind::kAttentionGrad) in.push_back(in[0]);
      in.push_back(tape.fill({1, 2}, -1));
      tape.output("y", tape.emit(op, in, AttentionAttrs{2, 1, false}));
      TestState state(*gpu, 4);
      TestPlan plan(state, tape);
      Feeds feeds;
      feeds["x"].f32 = {1, -2, 3, 4, 0, 1, 2, -5};
      const Values values = plan.run(feeds, 1);
      for (float value : values.at("y")) CHECK_EQ(value, 0);
    }
  }
}

}  // namespace
}  // namespace heed::test
