// tests/webgpu: the largest model that is promised: a decoder-only Transformer of width 256, 6 layers, T 256, batch 32. Its step is
// recorded as it would be, without being run: that takes a GPU, or half an hour (tests/bench/results/frames.md).
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdio>
#include <numeric>

#include "bench/workload.h"
#include "engine/backend/webgpu/survey.h"
#include "surveyor.h"

namespace heed::test {
namespace {

struct Recorded {
  std::vector<double> work;  ///< of each submission
  double bytes, all, largest, largest_dispatch;
};

Recorded step_of(const bench::TransformerSizes& sizes) {
  const auto workload = bench::make_training_workload(bench::make_transformer_item(4, sizes), std::make_unique<Surveyor>());
  const webgpu::Survey survey = webgpu::survey(workload->plan(), workload->first_arena().size());
  Recorded out{survey.work, survey.bytes, std::accumulate(survey.work.begin(), survey.work.end(), 0.0), *std::ranges::max_element(survey.work), survey.largest_dispatch};
  std::printf("width %d, %d layers, T %d, batch %d: %.0f MB of GPU memory (%.0f bytes), %zu dispatches in %zu submissions, %.3g operations, %.3g in the largest, %.3g in one dispatch\n",
              sizes.D, sizes.L, sizes.T, sizes.B, out.bytes / (1 << 20), out.bytes, survey.dispatches, out.work.size(), out.all, out.largest, out.largest_dispatch);
  return out;
}

TEST_SUITE("webgpu") {
  TEST_CASE("webgpu: a Transformer of width 256, 6 layers, T 256 and batch 32 fits, and its step is cut into submissions") {
    const double most = webgpu::Tuning().most_work_at_once;
    const Recorded large = step_of({65, 256, 32, 256, 8, 6});
    // What WebGPU allows in one buffer on any computer's adapter, where it is asked for more than the default.
    CHECK(large.bytes < 2147483644.0);
    CHECK(large.bytes > 64 << 20);
    CHECK(static_cast<double>(large.work.size()) >= large.all / std::max(most, large.largest_dispatch));
    CHECK(static_cast<double>(large.work.size()) <= 2 * large.all / most + 1);
    CHECK(large.largest <= std::max(most, large.largest_dispatch));
    // A small one is one submission, within the limits that every device has.
    const Recorded small = step_of({65, 64, 16, 64, 4, 4});
    CHECK(small.work.size() == 1);
    CHECK(small.bytes < 134217728.0);
  }
}

}  // namespace
}  // namespace heed::test
