// unit: random numbers: known answers, independence of streams, evenness, and the logarithm behind normal().
#include "base/rng.h"

#include <doctest/doctest.h>

#include <cmath>
#include <set>
#include <vector>

using namespace heed;

TEST_SUITE_BEGIN("unit.rng");

TEST_CASE("philox gives the published known answers") {
  using Words = std::array<std::uint32_t, 4>;
  CHECK(philox({0, 0, 0, 0}, {0, 0}) == Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  CHECK(philox({~0u, ~0u, ~0u, ~0u}, {~0u, ~0u}) == Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
        Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("a stream depends on seed, purpose and index, and on nothing else") {
  const auto draw = [](std::uint64_t seed, Purpose purpose, std::uint64_t index) {
    Random random(seed, purpose, index);
    std::vector<std::uint32_t> words(9);
    for (std::uint32_t& word : words) word = random.bits();
    return words;
  };
  CHECK(draw(7, Purpose::kData, 3) == draw(7, Purpose::kData, 3));
  std::set<std::vector<std::uint32_t>> different = {draw(7, Purpose::kData, 3),
                                                    draw(8, Purpose::kData, 3),
                                                    draw(7, Purpose::kTest, 3),
                                                    draw(7, Purpose::kData, 4),
                                                    draw(7 + (1ull << 32), Purpose::kData, 3),
                                                    draw(7, Purpose::kData, 3 + (1ull << 32))};
  CHECK(different.size() == 6);
}

TEST_CASE("below is even, also where the count does not divide 2^32") {
  for (const int count : {1, 2, 3, 7, 10, 26, 1000}) {
    CAPTURE(count);
    Random random(1, Purpose::kTest, static_cast<std::uint64_t>(count));
    const int draws = 200 * count;
    std::vector<int> seen(static_cast<std::size_t>(count));
    for (int k = 0; k < draws; ++k) {
      const int x = random.below(count);
      REQUIRE(x >= 0);
      REQUIRE(x < count);
      ++seen[static_cast<std::size_t>(x)];
    }
    // Chi-squared has mean count-1 and deviation sqrt(2 (count-1)); five deviations.
    double chi = 0;
    for (const int n : seen) chi += (n - 200.0) * (n - 200.0) / 200.0;
    CHECK(chi <= (count - 1) + 5 * std::sqrt(2.0 * (count - 1)) + 1e-9);
  }
  // The largest count rejects almost half of the draws; its mean shows whether that is done right.
  Random random(2, Purpose::kTest);
  double sum = 0;
  for (int k = 0; k < 20000; ++k) sum += random.below(0x7FFFFFFF);
  CHECK(sum / 20000 / 0x7FFFFFFF == doctest::Approx(0.5).epsilon(0.02));
}

TEST_CASE("between reaches both ends") {
  Random random(1, Purpose::kTest);
  std::set<int> seen;
  for (int k = 0; k < 500; ++k) seen.insert(random.between(-2, 3));
  CHECK(seen == std::set<int>{-2, -1, 0, 1, 2, 3});
}

TEST_CASE("uniform lies in [0, 1) and has the moments of its distribution") {
  Random random(3, Purpose::kNoise);
  double sum = 0, squares = 0;
  constexpr int kDraws = 100000;
  for (int k = 0; k < kDraws; ++k) {
    const double x = random.uniform();
    REQUIRE(x >= 0.0);
    REQUIRE(x < 1.0);
    sum += x;
    squares += x * x;
  }
  CHECK(std::abs(sum / kDraws - 0.5) < 5 * 0.2887 / std::sqrt(kDraws));
  CHECK(std::abs(squares / kDraws - 1.0 / 3) < 5 * 0.2981 / std::sqrt(kDraws));
  for (int k = 0; k < 1000; ++k) {
    const float x = random.uniform(-3.0f, 2.0f);
    REQUIRE(x >= -3.0f);
    REQUIRE(x <= 2.0f);
  }
}

TEST_CASE("normal has mean 0, variance 1, no skew, kurtosis 3, and tails") {
  Random random(4, Purpose::kInit, 5);
  constexpr int kDraws = 200000;
  double m1 = 0, m2 = 0, m3 = 0, m4 = 0;
  int beyond_two = 0;
  for (int k = 0; k < kDraws; ++k) {
    const double x = random.normal();
    m1 += x, m2 += x * x, m3 += x * x * x, m4 += x * x * x * x;
    beyond_two += std::abs(x) > 2 ? 1 : 0;
  }
  const double n = kDraws;
  CHECK(std::abs(m1 / n) < 5 / std::sqrt(n));
  CHECK(std::abs(m2 / n - 1) < 5 * std::sqrt(2 / n));
  CHECK(std::abs(m3 / n) < 5 * std::sqrt(15 / n));
  CHECK(std::abs(m4 / n - 3) < 5 * std::sqrt(96 / n));
  CHECK(beyond_two / n == doctest::Approx(0.0455).epsilon(0.05));
}

TEST_CASE("portable_log agrees with the platform's logarithm") {
  CHECK(portable_log(1.0) == 0.0);
  for (int exponent = -990; exponent <= 990; exponent += 3) {
    for (int k = 0; k < 40; ++k) {
      const double x = std::ldexp(1.0 + k / 40.0 + 1e-5, exponent);
      const double expected = std::log(x);
      REQUIRE(std::abs(portable_log(x) - expected) <= 1e-15 * std::abs(expected) + 2e-16);
    }
  }
}

TEST_CASE("the first numbers of a run are pinned: native and wasm start alike") {
  Random random(1, Purpose::kInit, 0);
  const std::uint32_t first = random.bits();
  Random again(1, Purpose::kInit, 0);
  CHECK(first == philox({0, 1, 0, 0}, {1, 0})[0]);
  CHECK(again.uniform() == static_cast<float>(first >> 8) * 0x1p-24f);
  Random normal(1, Purpose::kInit, 7);
  CHECK(normal.normal() == doctest::Approx(-0.64591769140402644).epsilon(1e-15));
}

TEST_SUITE_END();
