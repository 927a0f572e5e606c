// tests/support: Eigen's matrix product, the second opinion on ours in tests and the yardstick of the bench.
#pragma once

#include "engine/backend/cpu/gemm.h"

namespace heed::test {

/// c = A B; the epilogue is the caller's business.
void eigen_product(const cpu::GemmShape& shape, const cpu::GemmOperands& at);

}  // namespace heed::test
