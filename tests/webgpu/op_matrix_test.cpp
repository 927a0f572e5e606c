// tests/webgpu: every op that has a kernel, on the GPU against the reference. A failure prints the command that repeats
// the one case.
#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "engine/backend/webgpu/kernel.h"
#include "ops/op_run.h"
#include "patient.h"

namespace heed::test {
namespace {

/// WGSL's own functions may be off by a few units in the last place where C++ rounds correctly (division 2.5, exp 3 +
/// 2|x|, and what is made of them), and a GPU may flush what is below the smallest normal number; sums of a workgroup
/// have another order.
Tolerance webgpu_tolerance(OpKind op) {
  Tolerance out = tolerance_of(op);
  switch (op) {
    case OpKind::kExp:
    case OpKind::kTanh:
    case OpKind::kSigmoid:
    case OpKind::kErf:
    case OpKind::kLog:
      return {1e-6f, 4e-6f};
    case OpKind::kDiv:
    case OpKind::kSqrt:
      return {1e-37f, 4e-7f};
    default:
      break;
  }
  if (out.relative > 0) out = {4 * out.absolute, 4 * out.relative};
  return out;
}

std::string reproduction(const OpCase& op_case) {
  return "HEED_OP_CASE=\"" + op_case.text() + "\" node tests/webgpu/run.mjs --test-case=\"webgpu: ops*\"";
}

/// Runs the cases of a set on both. A GPU that complained is not asked again: the next case gets a fresh backend.
void compare(CaseSet set, Feeding feeding) {
  const auto reference = make_reference_backend();
  auto gpu = make_patient_webgpu();
  for (const OpCase& op_case : cases_of(set)) {
    if (webgpu::find_kernel(op_case.def->kind) == nullptr) continue;
    std::string wrong;
    try {
      wrong = difference(webgpu_tolerance(op_case.def->kind), run_case(*gpu, op_case, feeding),
                         run_case(*reference, op_case, feeding));
    } catch (const std::runtime_error& error) {
      wrong = error.what();
      gpu = make_patient_webgpu();
    }
    CHECK_MESSAGE(wrong.empty(), wrong, "\n", reproduction(op_case));
  }
}

TEST_SUITE("webgpu") {
  TEST_CASE("webgpu: ops agree with the reference on every sample") {
    compare(CaseSet::kSamples, {});
  }
  TEST_CASE("webgpu: ops agree with the reference on random shapes, operands anywhere in an arena") {
    compare(CaseSet::kRandom, {true, 1});
  }
}

}  // namespace
}  // namespace heed::test
