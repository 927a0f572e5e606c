// tests/ops: the table of ops has no gaps. HEED_OP_COVERAGE=1 prints what each op has.
#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>

#include "engine/backend/cpu/kernel.h"
#include "engine/backend/reference/reference.h"
#include "op_case.h"

namespace heed::test {
namespace {

/// Leaves whose values are there before a plan runs: inputs, views of arenas, constants. Nothing computes them.
bool is_given(OpKind op) {
  return op == OpKind::kInput || op == OpKind::kExternal || op == OpKind::kConstant;
}
/// Recorded by Tape itself with the shape it is told: no rule to infer it, no operands to make samples of.
bool is_told(OpKind op) {
  return is_given(op) || op == OpKind::kFill;
}

/// Ops through which no gradient flows, by their nature.
const std::set<OpKind> kWithoutGradient = {
    OpKind::kRandomUniform, OpKind::kStep,  OpKind::kGreater, OpKind::kEqual, OpKind::kArgmax, OpKind::kCastFloat,
    OpKind::kStopGradient,  OpKind::kStore, OpKind::kSgd,     OpKind::kAdam,  OpKind::kRmsProp};

void print_coverage() {
  const auto mark = [](bool has) { return has ? "yes" : "-"; };
  std::printf("%-18s %-7s %-9s %-10s %s\n", "op", "samples", "gradient", "reference", "cpu");
  for (const OpDef* def : all_ops()) {
    std::printf("%-18s %-7zu %-9s %-10s %s\n", def->name, def->samples == nullptr ? 0 : def->samples().size(),
                mark(def->gradient != nullptr), mark(reference::kernel_for(def->kind) != nullptr),
                mark(cpu::find_kernel(def->kind) != nullptr));
  }
}

TEST_SUITE("ops") {
  TEST_CASE("ops: every op has a name, a shape rule, samples, a gradient where it can have one, and kernels") {
    if (std::getenv("HEED_OP_COVERAGE") != nullptr) print_coverage();
    std::set<std::string> names;
    int expected = 0;
    for (const OpDef* def : all_ops()) {
      CAPTURE(def->name);
      CHECK(static_cast<int>(def->kind) == expected++);
      CHECK(&op_def(def->kind) == def);
      CHECK_MESSAGE(names.insert(def->name).second, "the name is taken twice");
      CHECK((def->infer != nullptr) == !is_told(def->kind));
      CHECK((def->samples != nullptr) == !is_told(def->kind));
      if (def->samples != nullptr) CHECK(!def->samples().empty());
      const bool has_gradient = def->gradient != nullptr || is_fused(def->kind);
      CHECK(has_gradient == !(is_told(def->kind) || kWithoutGradient.contains(def->kind)));
      // The reference runs the composition of a fused op.
      CHECK((reference::kernel_for(def->kind) != nullptr) == !(is_given(def->kind) || is_fused(def->kind)));
      CHECK((cpu::find_kernel(def->kind) != nullptr) == !is_given(def->kind));
    }
    CHECK(expected == static_cast<int>(OpKind::kCount));
  }

  TEST_CASE("ops: the samples fit their own shape rules") {
    for (const OpCase& op_case : cases_of(CaseSet::kSamples)) {
      OpInputs in{op_case.sample.shapes, {}};
      for (std::size_t i = 0; i < in.shapes.size(); ++i)
        in.dtypes.push_back(is_i32(op_case.sample, i) ? DType::kI32 : DType::kF32);
      CHECK_NOTHROW_MESSAGE(op_case.def->infer(in, op_case.sample.attrs), op_case.reproduction());
    }
  }
}

}  // namespace
}  // namespace heed::test
