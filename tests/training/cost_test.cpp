// training: what mechanisms cost: the counts of real plans are the formulas, and the curves cross where these do.
#include "training/cost.h"

#include <doctest/doctest.h>

#include "engine/ops/ops.h"
#include "training/run_bench.h"

using namespace heed;
using heed::test::RunBench;
using heed::test::tiny_preset;

namespace {

OperationCount count_of(const std::string& mechanism, int length, int width) {
  Tape tape;
  ParameterSet parameters;
  tape.output("y", record_mechanism(tape, parameters, mechanism, length, width));
  return count_operations(tape);
}

}  // namespace

TEST_SUITE("training.cost") {
  TEST_CASE("a product of two matrices is counted as what it is") {
    Tape tape;
    const Tensor a = tape.input("a", {2, 3, 5}), b = tape.input("b", {5, 7});
    tape.output("y", relu(matmul(a, b)));
    const OperationCount count = count_operations(tape);
    CHECK(count.multiply_adds == 2 * 3 * 5 * 7);
    CHECK(count.other == 2 * 3 * 7);
    CHECK(count.chain == 2);
  }

  TEST_CASE("multiply-adds of every mechanism are those of its formula") {
    for (const std::string& mechanism : cost_mechanisms()) {
      for (const int length : {1, 7, 20}) {
        for (const int width : {4, 12}) {
          CAPTURE(mechanism);
          CAPTURE(length);
          CHECK(count_of(mechanism, length, width).multiply_adds == cost_by_formula(mechanism, length, width));
        }
      }
    }
  }

  TEST_CASE("a recurrence waits for every step, attention for none") {
    CHECK(count_of("self_attention", 40, 8).chain == count_of("self_attention", 5, 8).chain);
    for (const char* mechanism : {"rnn", "gru", "lstm"})
      CHECK(count_of(mechanism, 40, 8).chain >= count_of(mechanism, 5, 8).chain + 35);
  }

  TEST_CASE("curves cross where the formulas do") {
    CostCurve attention{"self_attention", {}}, gru{"gru", {}}, lstm{"lstm", {}}, rnn{"rnn", {}};
    for (const int length : {8, 16, 32, 64}) {
      attention.points.push_back({length, count_of("self_attention", length, 16).multiply_adds});
      gru.points.push_back({length, count_of("gru", length, 16).multiply_adds});
      lstm.points.push_back({length, count_of("lstm", length, 16).multiply_adds});
      rnn.points.push_back({length, count_of("rnn", length, 16).multiply_adds});
    }
    // 4 n d^2 + 2 n^2 d > 6 n d^2 from n = d on, > 8 n d^2 from n = 2 d on, > 2 n d^2 always; the line between two
    // points is only near the curve.
    CHECK(costs_more_from(attention, gru).value() == doctest::Approx(16).epsilon(0.1));
    CHECK(costs_more_from(attention, lstm).value() == doctest::Approx(32).epsilon(0.1));
    CHECK(costs_more_from(attention, rnn).value() == doctest::Approx(8));
    CHECK_FALSE(costs_more_from(rnn, attention));
  }

  TEST_CASE("a run measures, and goes on as if nothing had been") {
    RunBench plain, measured;
    plain.start(tiny_preset());
    plain.train_to(3);
    measured.start(tiny_preset());
    measured.train_to(2);
    measured.apply(MeasureCost{5, 8});
    measured.apply(Play{3});
    measured.settle();
    CHECK(heed::test::same_points(plain.points(), measured.points()));
    const auto answers = measured.all<CostMeasured>();
    REQUIRE(answers.size() == 1);
    const CostMeasured& cost = answers.front();
    CHECK(cost.request == 5);
    CHECK(cost.mechanisms.size() == cost_mechanisms().size());
    for (const CostCurve& curve : cost.mechanisms) {
      for (const CostPoint& point : curve.points) {
        CHECK(point.multiply_adds == point.by_formula);
        CHECK(point.training_bytes >= point.memory_bytes);
        CHECK(point.milliseconds > 0);  // of the tests' own clock, which goes on with every look
      }
    }
    REQUIRE(cost.model.points.size() > 2);
    for (std::size_t i = 1; i < cost.model.points.size(); ++i)
      CHECK(cost.model.points[i].multiply_adds > cost.model.points[i - 1].multiply_adds);
  }
}
