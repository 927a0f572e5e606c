// tests/ops: the backends that the tests of the contract run on.
#pragma once

#include <memory>
#include <vector>

#include "engine/backend/backend.h"

namespace heed::test {

/// The reference comes first. Each program of tests has its own.
std::vector<std::unique_ptr<Backend>> contract_backends();

}  // namespace heed::test
