// tests/ops: operands that do not fit are refused while recording, with a ShapeError that names the op.
#include <doctest/doctest.h>

#include <string>

#include "engine/ops/ops.h"
#include "op_case.h"

namespace heed::test {
namespace {

/// Empty when recording the op throws a ShapeError that starts with the op's tag; what happened otherwise.
std::string refusal_fault(OpKind op, const std::vector<Shape>& shapes, const std::vector<DType>& dtypes,
                          const Attrs& attrs) {
  Tape tape;
  std::vector<Tensor> operands;
  std::string text;
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    operands.push_back(
        tape.input("operand" + std::to_string(i), shapes[i], i < dtypes.size() ? dtypes[i] : DType::kF32));
    text += shapes[i].text();
  }
  const std::string tag = std::string("[") + op_def(op).name + "] ";
  try {
    const Tensor result = tape.emit(op, operands, attrs);
    return tag + "accepted " + text + " and made " + result.shape().text();
  } catch (const ShapeError& error) {
    return std::string(error.what()).starts_with(tag) ? ""
                                                      : tag + "refused " + text + " with another tag: " + error.what();
  }
}

struct Misfit {
  OpKind op;
  std::vector<Shape> shapes;
  Attrs attrs = NoAttrs{};
  std::vector<DType> dtypes = {};
};

constexpr DType kF = DType::kF32, kI = DType::kI32;

std::vector<Misfit> misfits() {
  return {
      {OpKind::kAdd, {{3}, {4}}},
      {OpKind::kSub, {{2, 3}, {3, 2}}},
      {OpKind::kMul, {{2, 3}, {2}}},
      {OpKind::kDiv, {{5, 1, 2}, {3, 3}}},
      {OpKind::kMaximum, {{3}, {4}}},
      {OpKind::kGreater, {{3}, {4}}},
      {OpKind::kEqual, {{3}, {4}}},
      {OpKind::kEqual, {{3}, {3}}, NoAttrs{}, {kF, kI}},
      {OpKind::kSelect, {{3}, {3}, {1}}},
      {OpKind::kMatmul, {{2, 3}, {4, 5}}, MatmulAttrs{false, false}},
      {OpKind::kMatmul, {{2, 3}, {3, 5}}, MatmulAttrs{true, false}},
      {OpKind::kMatmul, {{2, 3}, {3, 5}}, MatmulAttrs{false, true}},
      {OpKind::kMatmul, {{3}, {3, 5}}, MatmulAttrs{false, false}},
      {OpKind::kMatmul, {{4, 2, 3}, {5, 3, 2}}, MatmulAttrs{false, false}},
      {OpKind::kSum, {{2, 3}}, AxisAttrs{2, false}},
      {OpKind::kSum, {{2, 3}}, AxisAttrs{-1, false}},
      {OpKind::kMax, {{}}, AxisAttrs{0, true}},
      {OpKind::kArgmax, {{}}},
      {OpKind::kSoftmax, {{}}},
      {OpKind::kLogSoftmax, {{}}},
      {OpKind::kReshape, {{2, 3}}, ShapeAttrs{{7}}},
      {OpKind::kPermute, {{2, 3}}, PermuteAttrs{{0, 0}}},
      {OpKind::kPermute, {{2, 3}}, PermuteAttrs{{0, 2}}},
      {OpKind::kBroadcast, {{2, 3}}, ShapeAttrs{{2, 4}}},
      {OpKind::kBroadcast, {{2, 3}}, ShapeAttrs{{3}}},
      {OpKind::kConcat, {{2, 3}, {3, 3}}, AxisAttrs{1, false}},
      {OpKind::kConcat, {{2, 3}, {3}}, AxisAttrs{0, false}},
      {OpKind::kConcat, {{2, 3}, {2, 3}}, AxisAttrs{2, false}},
      {OpKind::kSlice, {{2, 3}}, SliceAttrs{1, 2, 2}},
      {OpKind::kSlice, {{2, 3}}, SliceAttrs{1, -1, 2}},
      {OpKind::kSlice, {{2, 3}}, SliceAttrs{0, 0, 0}},
      {OpKind::kPad, {{2, 3}}, SliceAttrs{1, 2, 4}},
      {OpKind::kPad, {{2, 3}}, SliceAttrs{2, 0, 4}},
      {OpKind::kGatherRows, {{2, 3, 4}, {5}}, NoAttrs{}, {kF, kI}},
      {OpKind::kScatterAddRows, {{5, 3}, {4}}, RowsAttrs{6}, {kF, kI}},
      {OpKind::kScatterAddRows, {{5}, {5}}, RowsAttrs{6}, {kF, kI}},
      {OpKind::kPick, {{2, 3}, {3}}, NoAttrs{}, {kF, kI}},
      {OpKind::kPick, {{2, 3}, {2, 3}}, NoAttrs{}, {kF, kI}},
      {OpKind::kPlace, {{3}, {4}}, RowsAttrs{6}, {kF, kI}},
      {OpKind::kSgd, {{2, 3}, {}}, SgdAttrs{}},
      {OpKind::kSgd, {{6}, {1}}, SgdAttrs{}},
      {OpKind::kAdam, {{6}, {}, {6}}, AdamAttrs{}},
      {OpKind::kRmsProp, {{6}, {6}}, RmsPropAttrs{}},
  };
}

std::vector<DType> dtypes_of(const Sample& sample) {
  std::vector<DType> out;
  for (std::size_t i = 0; i < sample.shapes.size(); ++i) out.push_back(is_i32(sample, i) ? kI : kF);
  return out;
}

/// Ops that take operands of either type, or one type for all.
bool takes_any_type(OpKind op) {
  return op == OpKind::kReshape || op == OpKind::kSlice || op == OpKind::kStopGradient || op == OpKind::kEqual;
}

TEST_SUITE("ops") {
  TEST_CASE("ops: shapes that do not fit are refused with the op's tag") {
    for (const Misfit& misfit : misfits()) {
      const std::string fault = refusal_fault(misfit.op, misfit.shapes, misfit.dtypes, misfit.attrs);
      CHECK_MESSAGE(fault.empty(), fault);
    }
  }

  TEST_CASE("ops: every op refuses a missing operand, one too many, and one of the wrong element type") {
    for (const OpDef* def : all_ops()) {
      if (def->infer == nullptr) continue;
      const Sample sample = def->samples().front();
      std::vector<Shape> more = sample.shapes;
      more.push_back({2});
      if (def->kind != OpKind::kConcat) CHECK(refusal_fault(def->kind, more, dtypes_of(sample), sample.attrs) == "");
      if (sample.shapes.empty()) continue;
      std::vector<Shape> fewer = sample.shapes;
      fewer.pop_back();
      CHECK(refusal_fault(def->kind, fewer, dtypes_of(sample), sample.attrs) == "");
      for (std::size_t i = 0; i < sample.shapes.size() && !takes_any_type(def->kind); ++i) {
        std::vector<DType> dtypes = dtypes_of(sample);
        dtypes[i] = dtypes[i] == kF ? kI : kF;
        CHECK(refusal_fault(def->kind, sample.shapes, dtypes, sample.attrs) == "");
      }
    }
  }

  TEST_CASE("ops: the functions that compose ops refuse what they cannot do") {
    Tape tape, other;
    const Tensor x = tape.input("x", {2, 3});
    CHECK_THROWS_AS(x + other.input("x", {2, 3}), ShapeError);
    CHECK_THROWS_AS(transpose(tape.input("vector", {3})), ShapeError);
    CHECK_THROWS_AS(permute(x, {0, 1, 2}), ShapeError);
    CHECK_THROWS_AS(concat({}, 0), ShapeError);
    CHECK_THROWS_AS(stack({}, 0), ShapeError);
    CHECK_THROWS_AS(take(x, 1, 3), ShapeError);
    CHECK_THROWS_AS(take(x, 2, 0), ShapeError);
    CHECK_THROWS_AS(mean(x, 2), ShapeError);
    CHECK_THROWS_AS(gradients(x, {x}), ShapeError);
    CHECK_THROWS_AS(tape.constant({2, 3}, {1, 2, 3}), ShapeError);
    CHECK_THROWS_AS((Shape{2, 0}), ShapeError);
    CHECK_THROWS_AS((Shape{1, 2, 3, 4, 5}), ShapeError);
  }
}

}  // namespace
}  // namespace heed::test
