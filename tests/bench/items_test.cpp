// tests/bench: the work items still are what the reference losses were made for: their first steps, on the cpu backend.
#include <doctest/doctest.h>

#include "bench/workload.h"

using namespace heed::bench;

namespace {

void check_first_losses(const std::string& name, std::size_t steps) {
  CAPTURE(name);
  const auto workload = make_training_workload(make_training_item(name), make_backend("cpu", 1));
  const std::vector<double> want = reference_losses(name);
  REQUIRE(want.size() == 10);
  for (std::size_t i = 0; i < steps; ++i) {
    CAPTURE(i);
    CHECK(std::abs(workload->run() - want[i]) < (i == 0 ? 1e-4 : 1e-3));
  }
}

}  // namespace

TEST_SUITE("bench.items") {
  TEST_CASE("the numbers are those of the specification") {
    CHECK(uniform(1, 0) == 130277.0 / 16777216);
    CHECK(make_training_item("W3")->parameters().count() == 212480);
    CHECK(make_training_item("W4")->parameters().count() == 826368);
    CHECK(make_training_item("W5")->parameters().count() == 80480);
    CHECK(make_training_item("W6")->parameters().count() == 12000);
  }
  TEST_CASE("a memory network's first losses are PyTorch's") {
    check_first_losses("W6", 3);
  }
}

TEST_SUITE("slow.bench.items") {
  TEST_CASE("a recurrent net's first losses are PyTorch's") {
    check_first_losses("W5", 3);
  }
  TEST_CASE("a transformer's first losses are PyTorch's") {
    check_first_losses("W3", 2);
  }
}
