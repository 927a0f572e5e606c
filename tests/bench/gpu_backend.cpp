// tests/bench: the backend and the profile of the program that measures WebGPU, under Node.
#include <algorithm>
#include <map>
#include <stdexcept>

#include "patient.h"
#include "profile.h"

namespace heed::bench {
namespace {

/// "matmul (3,4)": the op alone.
std::string op_of(const std::string& label) {
  return label.substr(0, label.find(' '));
}

Json sorted(const std::map<std::string, std::pair<int, double>>& sums, int rounds) {
  std::vector<Json> rows;
  for (const auto& [name, sum] : sums)
    rows.push_back({{"op", name}, {"count", sum.first / rounds}, {"us", sum.second / rounds}});
  std::ranges::sort(rows, [](const Json& a, const Json& b) { return a.at("us") > b.at("us"); });
  return rows;
}

}  // namespace

std::unique_ptr<Backend> make_backend(const std::string&, int) {
  return test::make_patient_webgpu();
}

Json kernel_choice() {
  const Result<Json> about = parse_json(gpu_about());
  return about && about->contains("kernels") ? about->at("kernels") : Json();
}

/// By the GPU's own clock: what a kernel takes from its beginning to its end, alone in its pass.
Json profile(Workload& workload, double) {
  constexpr int kRounds = 5;
  Backend& backend = workload.backend();
  for (int warm = 0; warm < 3; ++warm) workload.run();
  backend.time_kernels(true);
  std::map<std::string, std::pair<int, double>> ops, shapes;
  double all = 0;
  std::size_t kernels = 0;
  for (int round = 0; round < kRounds; ++round) {
    workload.run();
    const std::vector<KernelTime> times = backend.kernel_times();
    kernels = times.size();
    for (const auto& [label, us] : times) {
      all += us;
      for (auto* row : {&ops[op_of(label)], &shapes[label]}) row->first += 1, row->second += us;
    }
  }
  backend.time_kernels(false);
  if (all == 0) throw std::runtime_error("this graphics device does not tell the times of its kernels");
  return {{"kernels", kernels},
          {"scratch_bytes", workload.plan().scratch_elems * sizeof(float)},
          {"us", all / kRounds},
          {"ops", sorted(ops, kRounds)},
          {"shapes", sorted(shapes, kRounds)}};
}

}  // namespace heed::bench
