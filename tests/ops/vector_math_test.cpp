// tests/ops: the errors that vector_math.h states, against the mathematical library in double.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "base/rng.h"
#include "engine/backend/cpu/vector_math.h"

namespace heed::cpu {
namespace {

constexpr int kPoints = 200000;

/// The largest relative error of f against g over seeded points in [low, high].
template <class F, class G>
double worst_error(F f, G g, float low, float high) {
  Random random(3, Purpose::kTest);
  double worst = 0;
  for (int i = 0; i < kPoints; ++i) {
    const float x = random.uniform(low, high);
    const double want = g(static_cast<double>(x));
    if (want != 0) worst = std::max(worst, std::abs(static_cast<double>(f(x)) / want - 1));
  }
  return worst;
}

TEST_SUITE("ops") {
  TEST_CASE("ops: exp, log, tanh, sigmoid and erf of the cpu backend are as exact as they say") {
    const auto logistic = [](double x) { return 1 / (1 + std::exp(-x)); };
    CHECK(worst_error(
              exp_approx, [](double x) { return std::exp(x); }, -87, 88.3f) < 2e-7);
    CHECK(worst_error(
              exp_approx, [](double x) { return std::exp(x); }, -1e-3f, 1e-3f) < 2e-7);
    CHECK(worst_error(
              log_approx, [](double x) { return std::log(x); }, 0.5f, 2) < 2e-7);
    CHECK(worst_error(
              log_approx, [](double x) { return std::log(x); }, 1e-30f, 1e-3f) < 2e-7);
    CHECK(worst_error(
              log_approx, [](double x) { return std::log(x); }, 2, 1e30f) < 2e-7);
    CHECK(worst_error(
              tanh_approx, [](double x) { return std::tanh(x); }, -12, 12) < 4e-7);
    CHECK(worst_error(
              tanh_approx, [](double x) { return std::tanh(x); }, -1e-3f, 1e-3f) < 4e-7);
    CHECK(worst_error(sigmoid_approx, logistic, -80, 20) < 4e-7);
    const auto error_function = [](double x) { return std::erf(x); };
    CHECK(worst_error(erf_approx, error_function, -6, 6) < 4e-7);
    CHECK(worst_error(erf_approx, error_function, -1e-3f, 1e-3f) < 4e-7);
  }

  TEST_CASE("ops: exp, log, tanh, sigmoid and erf of the cpu backend at the ends of the line") {
    constexpr float kInfinity = std::numeric_limits<float>::infinity(), kNan = std::numeric_limits<float>::quiet_NaN();
    CHECK(exp_approx(0) == 1);
    CHECK(exp_approx(kInfinity) == kInfinity);
    CHECK(exp_approx(200) == kInfinity);
    CHECK(exp_approx(-kInfinity) == 0);
    CHECK(exp_approx(-1e9f) == 0);
    CHECK(std::isnan(exp_approx(kNan)));
    CHECK(log_approx(1) == 0);
    CHECK(log_approx(0) == -kInfinity);
    CHECK(log_approx(kInfinity) == kInfinity);
    CHECK(std::isnan(log_approx(-1)));
    CHECK(std::isnan(log_approx(kNan)));
    CHECK(log_approx(1e-42f) == doctest::Approx(std::log(1e-42f)).epsilon(1e-6));
    CHECK(tanh_approx(0) == 0);
    CHECK(tanh_approx(kInfinity) == 1);
    CHECK(tanh_approx(-kInfinity) == -1);
    CHECK(std::isnan(tanh_approx(kNan)));
    CHECK(sigmoid_approx(0) == 0.5f);
    CHECK(sigmoid_approx(kInfinity) == 1);
    CHECK(sigmoid_approx(-kInfinity) == 0);
    CHECK(std::isnan(sigmoid_approx(kNan)));
    CHECK(erf_approx(0) == 0);
    CHECK(std::signbit(erf_approx(-0.0f)));
    CHECK(erf_approx(kInfinity) == 1);
    CHECK(erf_approx(-kInfinity) == -1);
    CHECK(erf_approx(1e-40f) == doctest::Approx(std::erf(1e-40f)).epsilon(1e-4));
    CHECK(std::isnan(erf_approx(kNan)));
  }
}

}  // namespace
}  // namespace heed::cpu
