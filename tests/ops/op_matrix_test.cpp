// tests/ops: every op on every backend against the reference, over its samples, seeded random shapes and all short
// lengths, aligned and not. A failure prints the command that repeats the one case.
#include <doctest/doctest.h>

#include <memory>

#include "op_run.h"

namespace heed::test {
namespace {

void compare_plans(CaseSet set, Feeding feeding) {
  const auto reference = make_reference_backend(), cpu = make_cpu_backend();
  for (const OpCase& op_case : cases_of(set)) {
    const std::string wrong =
        difference(op_case.def->kind, run_case(*cpu, op_case, feeding), run_case(*reference, op_case, feeding));
    CHECK_MESSAGE(wrong.empty(), wrong, "\n", op_case.reproduction());
  }
}

void compare_kernels(CaseSet set) {
  const auto reference = make_reference_backend();
  for (const OpCase& op_case : cases_of(set)) {
    const CaseResult want = run_case(*reference, op_case);
    for (std::size_t shift : {0, 1, 3}) {
      std::string damage;
      const std::string wrong = difference(op_case.def->kind, run_kernel(op_case, shift, damage), want);
      CHECK_MESSAGE(wrong.empty(), wrong, ", buffers shifted by ", shift, "\n", op_case.reproduction());
      CHECK_MESSAGE(damage.empty(), "wrote outside its buffer:", damage, ", shifted by ", shift, "\n",
                    op_case.reproduction());
    }
  }
}

/// Operands so large that every kernel that can be divided is.
OpCase large(OpKind op, std::vector<Shape> shapes, Attrs attrs = NoAttrs{}) {
  OpCase out{&op_def(op), op_def(op).samples().front(), "sample=0"};
  out.sample.shapes = std::move(shapes);
  out.sample.attrs = std::move(attrs);
  return out;
}

TEST_SUITE("ops") {
  TEST_CASE("ops: kernels of large operands are divided, and the units give the same bits in any order") {
    const Shape wide{300, 65};
    const std::vector<OpCase> cases = {
        large(OpKind::kSoftmax, {wide}),
        large(OpKind::kMaskedSoftmax, {wide, wide}),
        large(OpKind::kSoftmaxGrad, {wide, wide}),
        large(OpKind::kLayerNorm, {wide, {65}, {65}}, EpsilonAttrs{1e-5f}),
        large(OpKind::kLayerNormGrad, {wide, {65}, wide}, EpsilonAttrs{1e-5f}),
        large(OpKind::kLayerNormGradWeights, {wide, wide}, EpsilonAttrs{1e-5f}),
        large(OpKind::kCrossEntropy, {wide, {300}}),
        large(OpKind::kCrossEntropyGrad, {wide, {300}, {300}}),
        large(OpKind::kGelu, {wide}),
        large(OpKind::kGeluGrad, {wide, wide}),
        large(OpKind::kAttention, {{2, 40, 24}, {2, 40, 24}, {2, 40, 24}}, AttentionAttrs{2, 0.3f, true}),
        large(OpKind::kAttentionGrad, {{2, 40, 24}, {2, 40, 24}, {2, 40, 24}, {2, 40, 24}},
              AttentionAttrs{2, 0.3f, true}),
        large(OpKind::kAdditiveScores, {{40, 33}, {40, 9, 33}, {33}}),
        large(OpKind::kAdditiveScoresGrad, {{40, 33}, {40, 9, 33}, {33}, {40, 9}}),
        large(OpKind::kLstmCell, {{40, 260}, {40, 65}}),
        large(OpKind::kLstmCellGrad, {{40, 260}, {40, 65}, {2, 40, 65}}),
        large(OpKind::kGruUpdateGrad, {{90, 195}, {90, 130}, {90, 65}, {90, 65}, {90, 65}}),
        large(OpKind::kBagOfRows, {{4, 40}, {300, 7}, {7, 40}}),
        large(OpKind::kBagOfRowsGrad, {{300, 40}, {300, 7}, {7, 40}}, RowsAttrs{4}),
        large(OpKind::kScatterAddRows, {{300, 40}, {300}}, RowsAttrs{4}),
        large(OpKind::kAdd, {{200, 7, 65}, {7, 1}}),
        large(OpKind::kSub, {{200, 1, 65}, {200, 7, 65}}),
        large(OpKind::kMul, {{90000}, {90000}}),
        large(OpKind::kSelect, {{90000}, {90000}, {90000}}),
        large(OpKind::kSum, {{30, 4000}}, AxisAttrs{0}),
        large(OpKind::kSum, {{7, 30, 700}}, AxisAttrs{1}),
        large(OpKind::kSum, {{700, 129}}, AxisAttrs{1}),
        large(OpKind::kMax, {{30, 4000}}, AxisAttrs{0}),
        large(OpKind::kMax, {{700, 129}}, AxisAttrs{1}),
        large(OpKind::kArgmax, {{700, 65}}),
        large(OpKind::kReshape, {{90000}}, ShapeAttrs{{300, 300}}),
        large(OpKind::kPermute, {{30, 40, 65}}, PermuteAttrs{{1, 0, 2}}),
        large(OpKind::kPermute, {{30, 40, 65}}, PermuteAttrs{{0, 2, 1}}),
        large(OpKind::kBroadcast, {{90, 1, 65}}, ShapeAttrs{{90, 20, 65}}),
        large(OpKind::kBroadcast, {{90, 20, 1}}, ShapeAttrs{{90, 20, 65}}),
        large(OpKind::kConcat, {{90, 300}, {90, 301}}, AxisAttrs{1}),
        large(OpKind::kSlice, {{90, 700}}, SliceAttrs{1, 13, 600}),
        large(OpKind::kPad, {{90, 600}}, SliceAttrs{1, 13, 700}),
        large(OpKind::kGatherRows, {{4, 65}, {1000}}),
        large(OpKind::kAdam, {{30000}, {}, {}}, AdamAttrs{0.9f, 0.999f, 1e-8f, 0}),
        large(OpKind::kRandomUniform, {}, RandomAttrs{1, {3001}}),
    };
    for (const OpCase& op_case : cases) {
      std::string damage;
      const CaseResult whole = run_kernel(op_case, 0, damage), split = run_kernel(op_case, 0, damage, {.one_by_one = true}),
                       shared = run_kernel(op_case, 0, damage, {.threads = 3});
      CHECK_MESSAGE(whole.units > 1, op_case.def->name);
      CHECK_MESSAGE((whole.value == split.value && whole.arenas == split.arenas), op_case.def->name);
      CHECK_MESSAGE((whole.value == shared.value && whole.arenas == shared.arenas), op_case.def->name, ", three threads");
      CHECK_MESSAGE(damage.empty(), op_case.def->name);
    }
  }

  TEST_CASE("ops: the cpu kernels agree with the reference on every sample and stay within their buffers") {
    compare_kernels(CaseSet::kSamples);
  }
}

TEST_SUITE("slow.ops") {
  TEST_CASE("ops: plans on the cpu agree with the reference on every sample") {
    compare_plans(CaseSet::kSamples, {});
  }
  TEST_CASE("ops: plans on the cpu agree with the reference on unaligned views of arenas") {
    compare_plans(CaseSet::kSamples, {true, 3});
  }
  TEST_CASE("ops: plans on the cpu agree with the reference on random shapes") {
    compare_plans(CaseSet::kRandom, {true, 1});
  }
  TEST_CASE("ops: the cpu kernels agree with the reference on random shapes") {
    compare_kernels(CaseSet::kRandom);
  }
  TEST_CASE("ops: the cpu kernels agree with the reference for every length of the last axis") {
    compare_kernels(CaseSet::kLengths);
  }
}

}  // namespace
}  // namespace heed::test
