// nn: how a Neural Turing Machine finds rows and changes them: golden values of a second computation, and what has to hold at the ends of
// every range.
#include <numeric>

#include "models/model_test.h"
#include "nn/addressing.h"

using namespace heed;
using namespace heed::test;

namespace {

std::vector<double> row_sums(const std::vector<float>& values, std::size_t rows) {
  std::vector<double> sums;
  const std::size_t width = values.size() / rows;
  for (std::size_t r = 0; r < rows; ++r) {
    const auto first = values.begin() + static_cast<std::ptrdiff_t>(r * width);
    sums.push_back(std::accumulate(first, first + static_cast<std::ptrdiff_t>(width), 0.0));
  }
  return sums;
}

struct Request {
  std::vector<float> key, shift, previous;
  float strength = 1, gate = 1, sharpening = 1;
};

/// The four stages for one example; "content", "gated", "shifted", "sharpened".
Values addressed(Backend& backend, int N, int W, const std::vector<float>& memory, const Request& request) {
  Tape tape;
  const auto constant = [&](Shape shape, const std::vector<float>& values) { return tape.constant(shape, values); };
  const Address at = find_address(constant({1, N, W}, memory),
                                  {constant({1, W}, request.key), constant({1, 1}, {request.strength}), constant({1, 1}, {request.gate}),
                                   constant({1, static_cast<int>(request.shift.size())}, request.shift), constant({1, 1}, {request.sharpening})},
                                  constant({1, N}, request.previous));
  tape.output("content", affine(at.content, 1, 0));
  tape.output("gated", affine(at.gated, 1, 0));
  tape.output("shifted", affine(at.shifted, 1, 0));
  tape.output("sharpened", affine(at.sharpened, 1, 0));
  TestState state(backend, 64);
  return TestPlan(state, tape).run({});
}

std::vector<float> written(Backend& backend, int N, int W, const std::vector<float>& memory, const std::vector<float>& w,
                           const std::vector<float>& erase, const std::vector<float>& add) {
  Tape tape;
  tape.output("memory", write_memory(tape.constant({1, N, W}, memory), tape.constant({1, N}, w), tape.constant({1, W}, erase), tape.constant({1, W}, add)));
  TestState state(backend, 64);
  return TestPlan(state, tape).run({}).at("memory");
}

const std::vector<float> kPrevious{.1f, .5f, .2f, .1f, .1f};

/// The denominator of a cosine has a millionth added, which the golden values know nothing of.
constexpr double kCosine = 1e-6;

}  // namespace

TEST_SUITE("models.addressing") {
  TEST_CASE("the four stages and a write are those of the second computation") {
    const std::vector<float> memory = fill_rule(1, 15);
    const std::vector<double> w{0.073533426, 0.336073464, 0.255299928, 0.043172996, 0.291920186};
    for (const NamedBackend& on : all_backends()) {
      CAPTURE(on.name);
      const Values got = addressed(*on.backend, 5, 3, memory, {fill_rule(2, 3), {.1f, .2f, .7f}, kPrevious, 2, .6f, 3});
      const double tolerance = on.tolerance + kCosine;
      CHECK(worst_difference(got.at("content"), {0.3860196, 0.105808341, 0.013785213, 0.392075971, 0.102310874}) < tolerance);
      CHECK(worst_difference(got.at("gated"), {0.27161176, 0.263485005, 0.088271128, 0.275245583, 0.101386525}) < tolerance);
      CHECK(worst_difference(got.at("shifted"), {0.15164142, 0.251652346, 0.229618287, 0.126977559, 0.240110389}) < tolerance);
      CHECK(worst_difference(got.at("sharpened"), w) < tolerance);
      CHECK(worst_difference(written(*on.backend, 5, 3, memory, std::vector<float>(w.begin(), w.end()), {.5f, 0, 1}, {.3f, -.2f, .1f}),
                             {0.83259289, 0.976958125, 0.633147402, 0.135415623, -0.679072584, -0.615400838, -0.694091722, -0.42493665,
                              0.257534869, 0.845030571, 0.980723647, 0.638664162, 0.108735258, -0.683454686, -0.665389125}) < on.tolerance);
    }
  }

  TEST_CASE("after each of the four stages the weights add up to 1") {
    for (const NamedBackend& on : all_backends()) {
      CAPTURE(on.name);
      for (const float gate : {0.0f, 0.3f, 1.0f}) {
        const Request request{fill_rule(3, 4), {.05f, .15f, .5f, .2f, .1f}, {.3f, .1f, .2f, .15f, .05f, .1f, .1f}, 7, gate, 2.5f};
        for (const auto& [stage, weights] : addressed(*on.backend, 7, 4, fill_rule(1, 28), request)) {
          CAPTURE(stage);
          CHECK(row_sums(weights, 1)[0] == doctest::Approx(1).epsilon(2e-6));
        }
      }
    }
  }

  TEST_CASE("gate shut, no move, no sharpening: a head stays where it was") {
    for (const NamedBackend& on : all_backends()) {
      CAPTURE(on.name);
      const Values got = addressed(*on.backend, 5, 3, fill_rule(1, 15), {fill_rule(2, 3), {0, 1, 0}, kPrevious, 50, 0, 1});
      CHECK(worst_difference(got.at("gated"), {kPrevious.begin(), kPrevious.end()}) == 0);
      CHECK(worst_difference(got.at("sharpened"), {kPrevious.begin(), kPrevious.end()}) < on.tolerance);
    }
  }

  TEST_CASE("gate open and a very strong key: the row that is most like the key, whatever its length") {
    std::vector<float> memory = fill_rule(1, 15);
    const std::vector<float> key(memory.begin() + 6, memory.begin() + 9);
    for (std::size_t i = 6; i < 9; ++i) memory[i] *= 0.125f;
    for (const NamedBackend& on : all_backends()) {
      CAPTURE(on.name);
      const Values got = addressed(*on.backend, 5, 3, memory, {key, {0, 1, 0}, kPrevious, 1e4f, 1, 1});
      CHECK(worst_difference(got.at("content"), {0, 0, 1, 0, 0}) < 1e-6);
      CHECK(worst_difference(got.at("sharpened"), {0, 0, 1, 0, 0}) < 1e-6);
    }
  }

  TEST_CASE("a move by one row turns the weights around the memory, last row to first; sharpening ends at one row") {
    for (const NamedBackend& on : all_backends()) {
      CAPTURE(on.name);
      const auto moved = [&](const std::vector<float>& shift) {
        return addressed(*on.backend, 5, 3, fill_rule(1, 15), {fill_rule(2, 3), shift, kPrevious, 1, 0, 1}).at("shifted");
      };
      CHECK(moved({0, 0, 1}) == std::vector<float>{.1f, .1f, .5f, .2f, .1f});
      CHECK(moved({1, 0, 0}) == std::vector<float>{.5f, .2f, .1f, .1f, .1f});
      CHECK(moved({0, 0, 0, 0, 1}) == std::vector<float>{.1f, .1f, .1f, .5f, .2f});
      // Farther than there are rows: around and around.
      CHECK(moved({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}) == moved({0, 0, 1}));
      const Values sharp = addressed(*on.backend, 5, 3, fill_rule(1, 15), {fill_rule(2, 3), {0, 1, 0}, kPrevious, 1, 0, 200});
      CHECK(worst_difference(sharp.at("sharpened"), {0, 1, 0, 0, 0}) < 1e-6);
    }
  }

  TEST_CASE("a memory of zeros, a key of zeros, a weight of zero: numbers, never none") {
    for (const NamedBackend& on : all_backends()) {
      CAPTURE(on.name);
      const Values got = addressed(*on.backend, 4, 2, std::vector<float>(8, 0), {{0, 0}, {0, 0, 1}, {1, 0, 0, 0}, 5, .5f, 30});
      CHECK(worst_difference(got.at("content"), {.25, .25, .25, .25}) < on.tolerance);
      for (const float w : got.at("sharpened")) CHECK(std::isfinite(w));
      CHECK(row_sums(got.at("sharpened"), 1)[0] == doctest::Approx(1).epsilon(1e-6));
    }
  }

  TEST_CASE("erasing all and adding at one row leaves exactly what was added there, and the rest as it was") {
    const std::vector<float> memory = fill_rule(1, 12);
    for (const NamedBackend& on : all_backends()) {
      CAPTURE(on.name);
      std::vector<float> want = memory;
      want[6] = .3f, want[7] = -.7f, want[8] = .1f;
      CHECK(written(*on.backend, 4, 3, memory, {0, 0, 1, 0}, {1, 1, 1}, {.3f, -.7f, .1f}) == want);
      CHECK(written(*on.backend, 4, 3, memory, {.1f, .2f, .3f, .4f}, {0, 0, 0}, {0, 0, 0}) == memory);
    }
  }

  TEST_CASE("provenance: a row is of the step that wrote it, of none where nobody did, and of nobody any more once it is erased") {
    for (const NamedBackend& on : all_backends()) {
      CAPTURE(on.name);
      Tape tape;
      const auto one = [&](int row) {
        std::vector<float> w(4, 0);
        w[static_cast<std::size_t>(row)] = 1;
        return tape.constant({1, 4}, w);
      };
      Provenance from(tape, 1, 4, 3);
      from.write(0, one(0), tape.fill({1, 2}, 1), tape.fill({1, 2}, 1));
      from.write(1, one(1), tape.fill({1, 2}, 1), tape.fill({1, 2}, 1));
      from.write(1, one(0), tape.fill({1, 2}, 0), tape.fill({1, 2}, 0));  // writes nothing
      tape.output("before", from.read(one(0)));
      from.write(2, one(0), tape.fill({1, 2}, 1), tape.fill({1, 2}, 1));
      tape.output("after", from.read(one(0)));
      tape.output("second", from.read(one(1)));
      tape.output("nobody", from.read(one(3)));
      tape.output("half", from.read(tape.constant({1, 4}, {.5f, .5f, 0, 0})));
      TestState state(*on.backend, 64);
      const Values got = TestPlan(state, tape).run({});
      CHECK(got.at("before") == std::vector<float>{1, 0, 0});
      CHECK(got.at("after") == std::vector<float>{0, 0, 1});
      CHECK(got.at("second") == std::vector<float>{0, 1, 0});
      CHECK(got.at("nobody") == std::vector<float>{0, 0, 0});
      CHECK(got.at("half") == std::vector<float>{0, .5f, .5f});
    }
  }

  TEST_CASE("softplus neither overflows nor loses its tail") {
    for (const NamedBackend& on : all_backends()) {
      CAPTURE(on.name);
      Tape tape;
      const Tensor x = tape.input("x", {5});
      const Tensor y = softplus(x);
      tape.output("y", y);
      tape.output("slope", gradients(sum_all(y), {x})[0]);
      TestState state(*on.backend, 64);
      Feeds feeds;
      feeds["x"].f32 = {-200, -3, 0.5f, 3, 200};
      const Values got = TestPlan(state, tape).run(feeds);
      CHECK(worst_difference(got.at("y"), {0, std::log1p(std::exp(-3.0)), std::log1p(std::exp(0.5)), 3 + std::log1p(std::exp(-3.0)), 200}) < on.tolerance);
      const auto logistic = [](double v) { return 1 / (1 + std::exp(-v)); };
      CHECK(worst_difference(got.at("slope"), {0, logistic(-3), logistic(.5), logistic(3), 1}) < 2 * on.tolerance);
    }
  }
}
