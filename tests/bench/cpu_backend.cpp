// tests/bench: the backends of the programs that measure the cpu.
#include "workload.h"

namespace heed::bench {

std::unique_ptr<Backend> make_backend(const std::string& name, int threads) {
  if (name == "reference") return make_reference_backend();
  return make_cpu_backend(threads);
}

Json kernel_choice() {
  return nullptr;
}

}  // namespace heed::bench
