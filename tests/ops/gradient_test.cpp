// tests/ops: gradients against central differences in double precision. The differences are taken on the tape itself,
// loss(x + h d) - loss(x - h d), so that nothing is rounded to single precision before it has been subtracted; h is a
// power of two near 1e-5.
#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <numeric>

#include "base/rng.h"
#include "engine/ops/ops.h"
#include "op_case.h"
#include "support/run_plan.h"

namespace heed::test {
namespace {

constexpr float kStepSize = 0x1p-17f;
constexpr double kLargestError = 1e-6;
/// The differences themselves are only exact to about loss * 2^-52 / h = 1e-10: smaller slopes than this count as this
/// large.
constexpr double kSmallestSlope = 1e-3;
constexpr std::size_t kFewElements = 40;
constexpr int kDirections = 8;

/// A scalar made of differentiable operands.
using Loss = std::function<Tensor(Tape&, const std::vector<Tensor>&)>;

/// Numbers to weigh a tensor with, so that its elements' gradients all differ.
Tensor weights(Tape& tape, const Shape& shape, std::uint64_t stream) {
  Random random(11, Purpose::kTest, stream);
  std::vector<float> values;
  for (std::size_t i = 0; i < shape.count(); ++i)
    values.push_back(random.uniform(0.5f, 1.5f) * (random.below(2) == 0 ? 1.0f : -1.0f));
  return tape.constant(shape, values);
}

Tensor weighted_sum(Tensor x, std::uint64_t stream) {
  return sum_all(x * weights(*x.tape, x.shape(), stream));
}

struct Operand {
  std::size_t number;
  Shape shape;
};

std::vector<Operand> float_operands(const Sample& sample) {
  std::vector<Operand> out;
  for (std::size_t i = 0; i < sample.shapes.size(); ++i)
    if (!is_i32(sample, i)) out.push_back({i, sample.shapes[i]});
  return out;
}

std::string name_of(const char* what, std::size_t operand) {
  return what + std::to_string(operand);
}

/// Directions to differentiate along: every single element of small cases, random ones of the others.
std::vector<std::vector<float>> directions(std::size_t elements, std::uint64_t seed) {
  std::vector<std::vector<float>> out;
  if (elements <= kFewElements) {
    for (std::size_t i = 0; i < elements; ++i) {
      out.emplace_back(elements, 0.0f);
      out.back()[i] = 1;
    }
    return out;
  }
  Random random(seed, Purpose::kTest, 55);
  for (int d = 0; d < kDirections; ++d) {
    out.emplace_back();
    for (std::size_t i = 0; i < elements; ++i) out.back().push_back(random.uniform(-1, 1));
  }
  return out;
}

/// The distance between the gradient and the differences, relative to their size, over all directions together.
double gradient_error(const OpCase& op_case, const Loss& loss) {
  const std::vector<Operand> operands = float_operands(op_case.sample);
  Tape tape;
  Feeds feeds;
  std::vector<Tensor> at, above, below, along;
  for (const Operand& operand : operands) {
    at.push_back(tape.input(name_of("operand", operand.number), operand.shape));
    along.push_back(tape.input(name_of("direction", operand.number), operand.shape));
    above.push_back(at.back() + affine(along.back(), kStepSize, 0));
    below.push_back(at.back() - affine(along.back(), kStepSize, 0));
    feeds[name_of("operand", operand.number)].f32 = operand_values(op_case, operand.number);
  }
  const Tensor value = loss(tape, at);
  const std::vector<Tensor> grads = gradients(value, at);
  Tensor analytic = tape.fill({}, 0);
  for (std::size_t i = 0; i < grads.size(); ++i) analytic = analytic + sum_all(grads[i] * along[i]);
  const Tensor numeric = affine(loss(tape, above) - loss(tape, below), 0.5f / kStepSize, 0);
  tape.output("analytic", analytic);
  tape.output("numeric", numeric);
  tape.output("difference", analytic - numeric);

  const auto backend = make_reference_backend(true);
  TestState state(*backend, 0);
  TestPlan plan(state, tape);
  const std::size_t elements = std::accumulate(operands.begin(), operands.end(), std::size_t{0},
                                               [](std::size_t sum, const Operand& o) { return sum + o.shape.count(); });
  double analytic_square = 0, numeric_square = 0, difference_square = 0;
  for (const std::vector<float>& direction : directions(elements, op_case.seed)) {
    auto from = direction.begin();
    for (const Operand& operand : operands) {
      const auto to = from + static_cast<std::ptrdiff_t>(operand.shape.count());
      feeds[name_of("direction", operand.number)].f32.assign(from, to);
      from = to;
    }
    const Values values = plan.run(feeds);
    const auto square = [&](const char* name) { return std::pow(static_cast<double>(values.at(name)[0]), 2); };
    analytic_square += square("analytic");
    numeric_square += square("numeric");
    difference_square += square("difference");
  }
  return std::sqrt(difference_square) /
         std::max(kSmallestSlope, std::sqrt(analytic_square) + std::sqrt(numeric_square));
}

/// The op's result, weighed and summed. i32 operands are constants of the case.
Loss op_loss(const OpCase& op_case) {
  return [&op_case](Tape& tape, const std::vector<Tensor>& floats) {
    std::vector<Tensor> operands;
    std::size_t next = 0;
    for (std::size_t i = 0; i < op_case.sample.shapes.size(); ++i) {
      operands.push_back(is_i32(op_case.sample, i)
                             ? tape.constant(op_case.sample.shapes[i], operand_values(op_case, i), DType::kI32)
                             : floats[next++]);
    }
    return weighted_sum(tape.emit(op_case.def->kind, operands, op_case.sample.attrs), 1);
  };
}

/// The gradients of a loss, weighed and summed: its gradient is a second derivative.
Loss slope_of(const Loss& loss) {
  return [loss](Tape& tape, const std::vector<Tensor>& operands) {
    Tensor total = tape.fill({}, 0);
    std::uint64_t stream = 2;
    for (Tensor grad : gradients(loss(tape, operands), operands)) total = total + weighted_sum(grad, stream++);
    return total;
  };
}

bool is_small(const OpCase& op_case) {
  return element_count(op_case.sample) <= kFewElements;
}

bool has_gradient(const OpCase& op_case) {
  return op_case.def->gradient != nullptr || is_fused(op_case.def->kind);
}

void check_gradients(CaseSet set, bool small) {
  for (const OpCase& op_case : cases_of(set)) {
    if (!has_gradient(op_case) || is_small(op_case) != small) continue;
    const double error = gradient_error(op_case, op_loss(op_case));
    CHECK_MESSAGE(error < kLargestError, "relative error ", error, "\n", op_case.reproduction());
  }
}

TEST_SUITE("ops") {
  TEST_CASE("ops: gradients agree with central differences on the small samples") {
    check_gradients(CaseSet::kSamples, true);
  }

  TEST_CASE("ops: the gradient check notices a wrong gradient") {
    const OpCase op_case{&op_def(OpKind::kTanh), op_def(OpKind::kTanh).samples()[2], "sample=2"};
    const Loss half_hidden = [](Tape&, const std::vector<Tensor>& x) {
      return sum_all(tanh(x[0]) + stop_gradient(0.001f * x[0]));
    };
    CHECK(gradient_error(op_case, half_hidden) > 1e-4);
  }
}

TEST_SUITE("slow.ops") {
  TEST_CASE("ops: gradients agree with central differences on the large samples") {
    check_gradients(CaseSet::kSamples, false);
  }
  TEST_CASE("ops: gradients agree with central differences on random shapes") {
    check_gradients(CaseSet::kRandom, true);
    check_gradients(CaseSet::kRandom, false);
  }

  TEST_CASE("ops: gradients of gradients agree with central differences of gradients") {
    for (const OpCase& op_case : cases_of(CaseSet::kSamples)) {
      if (!has_gradient(op_case) || !is_small(op_case)) continue;
      const double error = gradient_error(op_case, slope_of(op_loss(op_case)));
      CHECK_MESSAGE(error < kLargestError, "relative error ", error, " of the second derivative\n",
                    op_case.reproduction());
    }
  }
}

}  // namespace
}  // namespace heed::test
