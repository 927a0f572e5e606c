// nn: the parts of generic attention: scores, sentences, choices by chance and their gradient, halting, the soft
// window.
#include <numeric>

#include "models/model_test.h"
#include "nn/argument_scores.h"
#include "nn/choice.h"
#include "nn/halting.h"
#include "nn/sentences.h"
#include "nn/soft_window.h"

using namespace heed;
using namespace heed::test;

namespace {

/// (rows, cols) as (cols, rows): the catalogue writes weights (out, in).
std::vector<float> transposed_weights(const std::vector<float>& values, std::size_t rows, std::size_t cols) {
  std::vector<float> out(values.size());
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t c = 0; c < cols; ++c) out[c * rows + r] = values[r * cols + c];
  return out;
}

void put_parameter(std::vector<float>& arena, const ParameterSet& set, const std::string& name,
                   const std::vector<float>& values) {
  for (const ParameterInfo& info : set.all()) {
    if (info.name != name) continue;
    REQUIRE(values.size() == info.shape.count());
    std::copy(values.begin(), values.end(), arena.begin() + static_cast<std::ptrdiff_t>(info.offset));
    return;
  }
  FAIL("no parameter " << name);
}

/// e, s and z of the tanh form for one context and four arguments.
Values tanh_look(Backend& backend, const std::vector<float>& score, const std::vector<float>& arguments) {
  ParameterSet set;
  const TanhScores scores(set, "a", 3, 3, 2);
  std::vector<float> arena(set.arena_elems(), 0.0f);
  put_parameter(arena, set, "a.context.weight", transposed_weights(fill_rule(0.1, 6), 2, 3));
  put_parameter(arena, set, "a.argument.weight", transposed_weights(fill_rule(0.2, 6), 2, 3));
  put_parameter(arena, set, "a.score.weight", score);
  TestState state(backend, arena.size());
  state.write(Arena::kParameters, arena);
  Tape tape;
  Graph graph(tape, set);
  const Tensor y = tape.constant({1, 4, 3}, arguments);
  const Tensor e = scores(graph, tape.constant({1, 3}, fill_rule(1, 3)), y);
  const Tensor s = softmax(e), shifted = softmax(affine(e, 1, 5));
  tape.output("e", e);
  tape.output("s", s);
  tape.output("shifted", shifted);
  tape.output("z", mixture(s, y));
  return TestPlan(state, tape).run({});
}

/// Sampled gradients of the surrogate with respect to the energies T(1;4), rewards 2 + T(2;4): one row per sample.
std::vector<std::vector<double>> sampled_gradients(Backend& backend, int rows, std::uint64_t seed, float baseline) {
  Tape tape;
  const Tensor e = tape.input("e", {rows, 4});
  const Tensor mask = tape.fill({rows, 4}, 1);
  const Tensor choice = draw(e, mask, 7);
  const Tensor rewards = tape.constant({1, 4}, fill_rule(2, 4));
  const Tensor reward = sum(choice * affine(rewards, 1, 2), 1);
  const Tensor gain = reinforce(log_probability(e, mask, choice), reward, tape.fill({}, baseline));
  tape.output("gradient", gradients(sum_all(gain), {e})[0]);
  Feeds feeds;
  const std::vector<float> row = fill_rule(1, 4);
  for (int r = 0; r < rows; ++r) feeds["e"].f32.insert(feeds["e"].f32.end(), row.begin(), row.end());
  TestState state(backend, 64);
  const std::vector<float> flat = TestPlan(state, tape).run(feeds, seed).at("gradient");
  std::vector<std::vector<double>> samples(4);
  for (std::size_t i = 0; i < flat.size(); ++i) samples[i % 4].push_back(static_cast<double>(flat[i]));
  return samples;
}

double mean_of(const std::vector<double>& x) {
  return std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
}
double variance_of(const std::vector<double>& x) {
  const double mean = mean_of(x);
  double squares = 0;
  for (const double v : x) squares += (v - mean) * (v - mean);
  return squares / static_cast<double>(x.size());
}

const std::vector<double> kPolicyGradient{0.194214777, 0.063763279, -0.120781056, -0.137196999};

}  // namespace

TEST_SUITE("nn.generic") {
  TEST_CASE("scores and weights of the tanh form are the catalogue's") {
    for (const NamedBackend& on : all_backends()) {
      CAPTURE(on.name);
      const Values got = tanh_look(*on.backend, fill_rule(0.3, 2), fill_rule(2, 12));
      CHECK(worst_difference(got.at("e"), {1.037980334, 0.147199459, 0.398696749, 1.037089782}) < on.tolerance);
      CHECK(worst_difference(got.at("s"), {0.340470112, 0.139706874, 0.179655973, 0.340167041}) < on.tolerance);
      CHECK(worst_difference(got.at("shifted"), {0.340470112, 0.139706874, 0.179655973, 0.340167041}) < on.tolerance);
    }
  }

  TEST_CASE("without a score weight every argument counts the same and z is their mean") {
    const auto backend = make_cpu_backend();
    const std::vector<float> y = fill_rule(2, 12);
    const Values got = tanh_look(*backend, {0, 0}, y);
    for (const float s : got.at("s")) CHECK(s == doctest::Approx(0.25));
    for (std::size_t d = 0; d < 3; ++d)
      CHECK(got.at("z")[d] == doctest::Approx((y[d] + y[d + 3] + y[d + 6] + y[d + 9]) / 4).epsilon(1e-5));
  }

  TEST_CASE("arguments in another order have their weights in that order, and z stays") {
    const auto backend = make_cpu_backend();
    const std::vector<float> y = fill_rule(2, 12);
    std::vector<float> mixed;
    const std::vector<std::size_t> order{2, 0, 3, 1};
    for (const std::size_t n : order)
      for (std::size_t d = 0; d < 3; ++d) mixed.push_back(y[3 * n + d]);
    const Values a = tanh_look(*backend, fill_rule(0.3, 2), y), b = tanh_look(*backend, fill_rule(0.3, 2), mixed);
    for (std::size_t n = 0; n < 4; ++n) CHECK(b.at("s")[n] == doctest::Approx(a.at("s")[order[n]]).epsilon(1e-6));
    for (std::size_t d = 0; d < 3; ++d) CHECK(b.at("z")[d] == doctest::Approx(a.at("z")[d]).epsilon(1e-5));
    // Inside the convex hull: no number of z beyond the arguments' own.
    for (std::size_t d = 0; d < 3; ++d) {
      CHECK(a.at("z")[d] <= std::max({y[d], y[d + 3], y[d + 6], y[d + 9]}) + 1e-6f);
      CHECK(a.at("z")[d] >= std::min({y[d], y[d + 3], y[d + 6], y[d + 9]}) - 1e-6f);
    }
  }

  TEST_CASE("the gradient of the expected reward is s (R - sum s R), by the tape and by the catalogue") {
    for (const NamedBackend& on : all_backends()) {
      CAPTURE(on.name);
      Tape tape;
      const Tensor e = tape.input("e", {1, 4});
      tape.output("gradient", gradients(sum_all(softmax(e) * tape.constant({1, 4}, fill_rule(2, 4))), {e})[0]);
      TestState state(*on.backend, 64);
      Feeds feeds;
      feeds["e"].f32 = fill_rule(1, 4);
      CHECK(worst_difference(TestPlan(state, tape).run(feeds).at("gradient"), kPolicyGradient) < on.tolerance);
    }
  }

  TEST_CASE("sampled gradients have that mean with any baseline, and less spread with a good one") {
    constexpr int kRows = 100000;
    const std::vector<float> e = fill_rule(1, 4), R = fill_rule(2, 4);
    double total = 0, expected = 0;
    for (std::size_t i = 0; i < 4; ++i) total += std::exp(static_cast<double>(e[i]));
    for (std::size_t i = 0; i < 4; ++i)
      expected += std::exp(static_cast<double>(e[i])) / total * (2 + static_cast<double>(R[i]));
    const auto backend = make_cpu_backend();
    const auto plain = sampled_gradients(*backend, kRows, 3, 0),
               based = sampled_gradients(*backend, kRows, 4, static_cast<float>(expected));
    double plain_spread = 0, based_spread = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      CAPTURE(i);
      for (const auto& samples : {plain, based}) {
        const double error = std::sqrt(variance_of(samples[i]) / kRows);
        CHECK(std::fabs(mean_of(samples[i]) - kPolicyGradient[i]) < 3 * error);
      }
      plain_spread += variance_of(plain[i]);
      based_spread += variance_of(based[i]);
    }
    CHECK(based_spread < 0.3 * plain_spread);
  }

  TEST_CASE("draws follow the softmax, never take what is masked, and repeat with the seed") {
    constexpr int kRows = 20000;
    const auto backend = make_cpu_backend();
    Tape tape;
    std::vector<float> energies, mask;
    for (int r = 0; r < kRows; ++r) {
      energies.insert(energies.end(), {0.5f, 9.0f, -1.0f, 1.0f});
      mask.insert(mask.end(), {1, 0, 1, 1});
    }
    const Tensor e = tape.constant({kRows, 4}, energies), m = tape.constant({kRows, 4}, mask);
    tape.output("share", mean(draw(e, m, 1), 0));
    tape.output("best", slice(most_probable(e, m), 0, 0, 1));
    tape.output("entropy", slice(choice_entropy(e, m), 0, 0, 1));
    tape.output("log", slice(log_probability(e, m, most_probable(e, m)), 0, 0, 1));
    TestState state(*backend, 64);
    TestPlan plan(state, tape);
    const Values got = plan.run({}, 5);
    const double total = std::exp(0.5) + std::exp(-1.0) + std::exp(1.0);
    const std::vector<double> p{std::exp(0.5) / total, 0, std::exp(-1.0) / total, std::exp(1.0) / total};
    double entropy = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      CHECK(std::fabs(static_cast<double>(got.at("share")[i]) - p[i]) <
            3 * std::sqrt(p[i] * (1 - p[i]) / kRows) + 1e-7);
      if (p[i] > 0) entropy -= p[i] * std::log(p[i]);
    }
    CHECK(got.at("best") == std::vector<float>{0, 0, 0, 1});
    CHECK(static_cast<double>(got.at("entropy")[0]) == doctest::Approx(entropy).epsilon(1e-5));
    CHECK(static_cast<double>(got.at("log")[0]) == doctest::Approx(std::log(p[3])).epsilon(1e-5));
    CHECK(plan.run({}, 5).at("share") == got.at("share"));
    CHECK(plan.run({}, 6).at("share") != got.at("share"));
  }

  TEST_CASE("the moving baseline goes a tenth of the way to each mean reward") {
    for (const NamedBackend& on : all_backends()) {
      CAPTURE(on.name);
      ParameterSet set;
      const MovingBaseline baseline(set, "b");
      TestState state(*on.backend, set.arena_elems());
      state.write(Arena::kParameters, std::vector<float>(set.arena_elems(), 0.0f));
      Tape tape;
      Graph graph(tape, set);
      tape.output("before", baseline.value(graph));
      baseline.follow(graph, tape.input("reward", {3}), tape.constant({3}, {1, 1, 0}));
      TestPlan plan(state, tape);
      Feeds feeds;
      feeds["reward"].f32 = {-2, -4, 100};
      double expected = 0;
      for (int step = 0; step < 4; ++step) {
        CHECK(static_cast<double>(plan.run(feeds).at("before")[0]) == doctest::Approx(expected).epsilon(1e-5));
        expected = 0.9 * expected + 0.1 * -3;
      }
    }
  }

  TEST_CASE("sentences: softmaxes add up within each, weights laid on words add up over all") {
    for (const NamedBackend& on : all_backends()) {
      CAPTURE(on.name);
      Tape tape;
      const Tensor mask = tape.constant({2, 5}, {1, 1, 1, 1, 1, 1, 1, 0, 0, 0});
      const Tensor segments = tape.constant({2, 5}, {0, 0, 1, 2, 2, 0, 1, 0, 0, 0}, DType::kI32);
      const Sentences three = sentences_of(segments, mask, 3);
      const Tensor weights = softmax_in_sentences(three, tape.constant({2, 5}, fill_rule(1, 10)));
      tape.output("mask", three.mask);
      tape.output("per sentence", sum(weights, 2));
      tape.output("laid", lay_on_tokens(three, tape.constant({2, 3}, {0.5f, 0.2f, 0.3f, 0.6f, 0.4f, 0})));
      tape.output("sums", sum_in_sentences(three, tape.constant({2, 5, 1}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})));
      tape.output("alone", lay_on_tokens(token_sentences(mask), mask));
      tape.output("whole", one_sentence(mask).mask);
      TestState state(*on.backend, 64);
      const Values got = TestPlan(state, tape).run({});
      CHECK(got.at("mask") == std::vector<float>{1, 1, 1, 1, 1, 0});
      CHECK(worst_difference(got.at("per sentence"), {1, 1, 1, 1, 1, 0}) < 1e-6);
      CHECK(worst_difference(got.at("laid"), {0.25, 0.25, 0.2, 0.15, 0.15, 0.6, 0.4, 0, 0, 0}) < 1e-6);
      CHECK(got.at("sums") == std::vector<float>{3, 3, 9, 6, 7, 0});
      CHECK(got.at("alone") == std::vector<float>{1, 1, 1, 1, 1, 1, 1, 0, 0, 0});
      CHECK(got.at("whole") == std::vector<float>{1, 1});
    }
  }

  TEST_CASE(
      "halting: 0.3 each time takes four steps and leaves 0.1; half steps share alike; the last step is the last") {
    for (const NamedBackend& on : all_backends()) {
      CAPTURE(on.name);
      Tape tape;
      Halting halting(tape, 3, 0.01f);
      const Tensor h = tape.input("h", {3});
      std::vector<Tensor> shares;
      for (int n = 1; n <= 5; ++n) shares.push_back(halting.step(h, n == 5));
      tape.output("shares", stack(shares, 1));
      tape.output("steps", halting.steps());
      tape.output("remainder", halting.remainder());
      // dR/dh: minus one for each step before the last.
      tape.output("gradient", gradients(sum_all(halting.remainder()), {h})[0]);
      Feeds feeds;
      feeds["h"].f32 = {0.3f, 0.995f, 0.1f};
      TestState state(*on.backend, 64);
      const Values got = TestPlan(state, tape).run(feeds);
      CHECK(worst_difference(got.at("shares"), {0.3, 0.3, 0.3, 0.1, 0, 1, 0, 0, 0, 0, 0.1, 0.1, 0.1, 0.1, 0.6}) < 1e-6);
      CHECK(got.at("steps") == std::vector<float>{4, 1, 5});
      CHECK(worst_difference(got.at("remainder"), {0.1, 1, 0.6}) < 1e-6);
      CHECK(worst_difference(got.at("gradient"), {-3, 0, -4}) < 1e-6);
    }
  }

  TEST_CASE("the soft window goes forward only, and phi is the sum of its bells, no probability") {
    for (const NamedBackend& on : all_backends()) {
      CAPTURE(on.name);
      ParameterSet set;
      const SoftWindow window(set, "w", 2, 2, 0.5f);
      std::vector<float> arena(set.arena_elems(), 0.0f);
      put_parameter(arena, set, "w.step.bias", {std::log(0.5f), std::log(1.5f)});
      TestState state(*on.backend, arena.size());
      state.write(Arena::kParameters, arena);
      Tape tape;
      Graph graph(tape, set);
      const Tensor text = tape.constant({1, 3, 1}, {1, 10, 100}), mask = tape.constant({1, 3}, {1, 1, 0});
      SoftWindow::View view = window.start(graph, 1, 3, 1);
      for (int t = 1; t <= 2; ++t) {
        view = window.step(graph, tape.fill({1, 2}, 1), text, mask, view.kappa);
        const std::string n = std::to_string(t);
        tape.output("kappa " + n, view.kappa);
        tape.output("phi " + n, view.phi);
        tape.output("window " + n, view.window);
        tape.output("left " + n, SoftWindow::has_left(view, mask));
      }
      const Values got = TestPlan(state, tape).run({});
      CHECK(worst_difference(got.at("kappa 1"), {0.5, 1.5}) < 1e-6);
      CHECK(worst_difference(got.at("kappa 2"), {1, 3}) < 1e-6);
      const auto bell = [](double distance) { return std::exp(-distance * distance); };
      CHECK(worst_difference(got.at("phi 1"), {bell(0.5) + bell(0.5), bell(1.5) + bell(0.5), 0}) < 1e-5);
      const double first = bell(0) + bell(2), second = bell(1) + bell(1);
      CHECK(worst_difference(got.at("phi 2"), {first, second, 0}) < 1e-5);
      CHECK(worst_difference(got.at("window 2"), {first + 10 * second}) < 1e-5);
      CHECK(got.at("left 1")[0] == 0);
      CHECK(got.at("left 2")[0] == 0);
    }
  }
}
