// tests/bench: GFLOP/s of the cpu backend's matrix product and of Eigen's, shape by shape, beside the multiply-add peak
// measured in the same run. Not a test: build target heed_bench_gemm, run it on a quiet machine, optionally with part
// of a shape's name: heed_bench_gemm 64x64
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <string>
#include <vector>

#include "engine/backend/cpu/gemm.h"
#include "engine/backend/cpu/simd.h"
#include "support/eigen_product.h"

namespace heed::cpu {
namespace {

volatile float sink = 0;

/// Enough for the latency of a multiply-add, and not too many for the registers.
constexpr std::size_t kChains = 12;

/// Chains of multiply-adds that wait for nothing but themselves.
[[gnu::noinline]] float run_chains(std::size_t n, float start) {
  Vec sum[kChains];
  repeat<kChains>([&](auto i) { sum[i] = splat(start + 0.1f * static_cast<float>(i)); });
  const Vec factor = splat(0.999f + start), term = splat(1e-3f + start);
  for (std::size_t l = 0; l < n; ++l)
    repeat<2>([&](auto) {
      repeat<kChains>([&](auto i) { sum[i] = kFused ? madd(factor, term, sum[i]) : madd(sum[i], factor, term); });
    });
  repeat<kChains>([&](auto i) { sum[0] += sum[i]; });
  return add_up(sum[0]);
}

/// The best speed over some rounds, in time of this program on the processor.
class Speed {
 public:
  template <typename Run>
  void take_round(double flops, Run run) {
    for (;; runs_ *= 2) {
      const std::clock_t begin = std::clock();
      for (std::size_t i = 0; i < runs_; ++i) run();
      const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
      if (seconds < 2e-3) continue;
      best_ = std::max(best_, 1e-9 * flops * static_cast<double>(runs_) / seconds);
      return;
    }
  }
  double gflops() const { return best_; }

 private:
  std::size_t runs_ = 1;
  double best_ = 0;
};

void take_peak_round(Speed& peak) {
  constexpr std::size_t kSteps = 1 << 12, kFlops = 4 * kChains * kWidth * kSteps;
  peak.take_round(static_cast<double>(kFlops), [] { sink = run_chains(kSteps, sink * 1e-30f); });
}

struct Item {
  std::size_t batch;
  GemmShape shape;
};

std::vector<Item> items() {
  std::vector<Item> out;
  for (const std::size_t n : {4, 8, 12, 16, 24, 32, 48, 64, 96, 128, 256, 512, 1024}) out.push_back({1, {n, n, n}});
  for (const std::size_t n : {16, 64, 256}) {
    out.push_back({1, {n, n, n, false, true}});
    out.push_back({1, {n, n, n, true, false}});
    out.push_back({1, {n, n, n, true, true}});
  }
  const auto attention = [&](std::size_t batch, std::size_t t, std::size_t d) {
    out.push_back({batch, {t, d, t, false, true}});  // scores, and the gradient of the weights
    out.push_back({batch, {t, t, d}});               // the context, and the gradient of the queries
    out.push_back({batch, {t, t, d, true, false}});  // the gradients of keys and values
  };
  attention(32, 64, 32);
  attention(64, 64, 16);
  attention(32, 128, 32);
  attention(64, 10, 32);
  const auto layer = [&](std::size_t m, std::size_t k, std::size_t n) {
    out.push_back({1, {m, k, n}});
    out.push_back({1, {m, n, k, false, true}});
    out.push_back({1, {k, m, n, true, false}});
  };
  layer(1024, 64, 192);
  layer(1024, 64, 256);
  layer(1024, 256, 64);
  layer(2048, 128, 384);
  layer(2048, 128, 512);
  layer(2048, 512, 128);
  layer(2048, 128, 65);
  layer(32, 64, 256);
  layer(64, 32, 96);
  layer(64, 96, 96);
  layer(704, 96, 28);
  layer(640, 32, 1);
  layer(1, 64, 256);
  layer(4, 64, 256);
  layer(32, 20, 100);
  layer(32, 96, 256);
  out.push_back({32, {50, 20, 1}});
  out.push_back({32, {1, 50, 20}});
  out.push_back({32, {50, 1, 20}});
  out.push_back({64, {1, 10, 64}});
  out.push_back({64, {1, 64, 10, false, true}});
  out.push_back({64, {10, 1, 64}});
  return out;
}

std::string name_of(const Item& item) {
  const GemmShape& s = item.shape;
  std::string out = item.batch > 1 ? std::to_string(item.batch) + " of " : "";
  return out + std::to_string(s.m) + "x" + std::to_string(s.k) + "x" + std::to_string(s.n) + " A" +
         (s.transpose_a ? "'" : "") + "B" + (s.transpose_b ? "'" : "");
}

std::vector<float> values(std::size_t count, std::size_t step) {
  std::vector<float> out(count);
  for (std::size_t i = 0; i < count; ++i) out[i] = static_cast<float>(i * step % 13) - 6;
  return out;
}

void measure(const Item& item, Speed& peak) {
  const GemmShape& s = item.shape;
  const std::vector<float> a = values(item.batch * s.m * s.k, 7), b = values(item.batch * s.k * s.n, 5);
  std::vector<float> c(item.batch * s.m * s.n), scratch(gemm_scratch(s));
  const auto each = [&](auto product) {
    GemmOperands at{a.data(), s.transpose_a ? s.m : s.k, b.data(), s.transpose_b ? s.k : s.n, c.data(), s.n};
    for (std::size_t i = 0; i < item.batch; ++i, at.a += s.m * s.k, at.b += s.k * s.n, at.c += s.m * s.n) product(at);
  };
  const double flops = 2.0 * static_cast<double>(item.batch * s.m * s.k * s.n);
  // Turn by turn, since the machine's speed changes while others work on it.
  Speed ours, eigen;
  for (int round = 0; round < 15; ++round) {
    take_peak_round(peak);
    ours.take_round(flops, [&] { each([&](const GemmOperands& at) { gemm(s, at, {}, scratch.data()); }); });
    eigen.take_round(flops, [&] { each([&](const GemmOperands& at) { test::eigen_product(s, at); }); });
  }
  std::printf("%-28s %8.1f %5.0f %%   Eigen %8.1f   %5.2f times\n", name_of(item).c_str(), ours.gflops(),
              100 * ours.gflops() / peak.gflops(), eigen.gflops(), ours.gflops() / eigen.gflops());
}

}  // namespace
}  // namespace heed::cpu

int main(int argc, char** argv) {
  const std::string wanted = argc > 1 ? argv[1] : "";
  heed::cpu::Speed peak;
  for (int round = 0; round < 30; ++round) heed::cpu::take_peak_round(peak);
  for (const heed::cpu::Item& item : heed::cpu::items())
    if (heed::cpu::name_of(item).find(wanted) != std::string::npos) heed::cpu::measure(item, peak);
  std::printf("multiply-add peak %.1f GFLOP/s with vectors of %zu floats\n", peak.gflops(), heed::cpu::kWidth);
}
