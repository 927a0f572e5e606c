// nn: parts of Transformers and memory nets against PyTorch, and what must hold for any attention that looks back only.
#include "models/model_test.h"
#include "nn/layers.h"
#include "nn/loss.h"
#include "nn/transformer.h"

using namespace heed;
using namespace heed::test;

namespace {

Shape shape_of(const Json& extents) {
  Shape shape;
  for (const int extent : extents) shape.push_back(extent);
  return shape;
}

Tensor indices(Tape& tape, const Json& rows, Shape shape) {
  std::vector<float> values;
  for (const Json& row : rows.flatten()) values.push_back(row.get<float>());
  return tape.constant(shape, values, DType::kI32);
}

Tensor record_block(const Json& want, const std::vector<Tensor>& x) {
  const std::string block = want.at("block");
  Tape& tape = *x[0].tape;
  if (block == "layer_norm") return layer_norm(x[0], x[1], x[2]);
  if (block == "gelu") return gelu(x[0]);
  if (block == "causal_attention") return causal_attention(x[0], want.at("heads"));
  if (block == "bag_of_rows") return bag_of_rows(x[0], indices(tape, want.at("index"), {2, 3}), x[1]);
  REQUIRE(block == "cross_entropy");
  return reshape(cross_entropy(x[0], indices(tape, want.at("target"), {3})), {1});
}

/// The value, and as "gradient 0", "gradient 1", ... the gradients of sum(T(9) value).
Values run_block(Backend& backend, const Json& want) {
  Tape tape;
  Feeds feeds;
  std::vector<Tensor> operands;
  for (std::size_t i = 0; i < want.at("operands").size(); ++i) {
    const std::string name = "operand " + std::to_string(i);
    operands.push_back(tape.input(name, shape_of(want["shapes"][i])));
    feeds[name].f32 = floats(want["operands"][i]);
  }
  const Tensor value = record_block(want, operands);
  tape.output("value", value);
  const std::vector<Tensor> found =
      gradients(sum_all(value * tape.constant(value.shape(), fill_rule(9, value.shape().count()))), operands);
  for (std::size_t i = 0; i < found.size(); ++i) tape.output("gradient " + std::to_string(i), found[i]);
  TestState state(backend, 64);
  return TestPlan(state, tape).run(feeds);
}

}  // namespace

TEST_SUITE("nn.blocks") {
  TEST_CASE(
      "layer norm, GELU, causal attention, bags of rows and cross entropy agree with PyTorch, and so do their "
      "gradients") {
    const Json wanted = golden("blocks.json");
    CHECK(wanted.size() >= 7);
    for (const NamedBackend& on : all_backends()) {
      for (const Json& want : wanted) {
        CAPTURE(on.name);
        CAPTURE(want.at("block").get<std::string>());
        const Values got = run_block(*on.backend, want);
        CHECK(worst_difference(got.at("value"), numbers(want["value"])) < on.tolerance);
        for (std::size_t i = 0; i < want.at("gradients").size(); ++i) {
          CAPTURE(i);
          CHECK(worst_difference(got.at("gradient " + std::to_string(i)), numbers(want["gradients"][i])) <
                on.tolerance);
        }
      }
    }
  }

  TEST_CASE("what comes later changes nothing before it, and the first position reads only itself") {
    constexpr int T = 6, D = 4;
    const std::size_t row = 3 * D;
    const auto backend = make_cpu_backend();
    const auto run = [&](const std::vector<float>& qkv) {
      Tape tape;
      tape.output("y", causal_attention(tape.constant({1, T, 3 * D}, qkv), 2));
      TestState state(*backend, 64);
      return TestPlan(state, tape).run({}).at("y");
    };
    std::vector<float> qkv = fill_rule(1, T * row);
    const std::vector<float> before = run(qkv);
    for (std::size_t i = 3 * row; i < qkv.size(); ++i) qkv[i] = -2 * qkv[i];
    const std::vector<float> after = run(qkv);
    for (std::size_t i = 0; i < 3 * D; ++i) CHECK(before[i] == after[i]);
    CHECK(before[3 * D] != after[3 * D]);
    for (std::size_t i = 0; i < D; ++i) CHECK(before[i] == doctest::Approx(qkv[2 * D + i]).epsilon(1e-6));
  }

  TEST_CASE("heads that do not fit are refused while recording") {
    Tape tape;
    CHECK_THROWS_AS(causal_attention(tape.fill({2, 3, 12}, 0), 3), ShapeError);
    CHECK_THROWS_AS(causal_attention(tape.fill({3, 12}, 0), 2), ShapeError);
  }
}
