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

TEST_SUITE("ops") {
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
