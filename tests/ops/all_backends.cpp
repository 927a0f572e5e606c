// tests/ops: the backends of the programs without a GPU.
#include "all_backends.h"

namespace heed::test {

std::vector<std::unique_ptr<Backend>> contract_backends() {
  std::vector<std::unique_ptr<Backend>> out;
  out.push_back(make_reference_backend());
  out.push_back(make_reference_backend(true));
  out.push_back(make_cpu_backend());
  return out;
}

}  // namespace heed::test
