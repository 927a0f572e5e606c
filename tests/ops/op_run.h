// tests/ops: runs one case of one op, through a backend's plan or through a cpu kernel directly, and compares results.
#pragma once

#include <string>
#include <vector>

#include "engine/backend/backend.h"
#include "op_case.h"

namespace heed::test {

struct CaseResult {
  std::vector<float> value;                ///< empty for effects
  std::vector<std::vector<float>> arenas;  ///< all of them, after the run
  std::size_t units = 0;                   ///< of the kernel, where run_kernel ran it
};

/// Where the f32 operands of a case come from: fed as inputs, or views of the parameters' arena that start `shift`
/// elements after the previous one ends, so that nothing is aligned.
struct Feeding {
  bool from_arena = false;
  std::size_t shift = 0;
};

/// Who runs a kernel's units: so many threads, or one, which then may run them one after the other, the last first.
struct Cut {
  int threads = 1;
  bool one_by_one = false;
};

/// Runs the case three times (effects accumulate) and returns the last result.
CaseResult run_case(Backend& backend, const OpCase& op_case, Feeding feeding = {});

/// Runs the cpu kernel on buffers that start `shift` elements off their alignment, with guard values on both sides of
/// the result. Reports guards that changed through `damage`.
CaseResult run_kernel(const OpCase& op_case, std::size_t shift, std::string& damage, Cut cut = {});

struct Tolerance {
  float absolute = 0, relative = 0;
};
Tolerance tolerance_of(OpKind op);

/// Empty when `got` is near enough to `want`; what differs most otherwise.
std::string difference(Tolerance tolerance, const std::vector<float>& got, const std::vector<float>& want);
std::string difference(Tolerance tolerance, const CaseResult& got, const CaseResult& want);
/// The same, as near as this op's results on the cpu have to be.
std::string difference(OpKind op, const CaseResult& got, const CaseResult& want);

}  // namespace heed::test
