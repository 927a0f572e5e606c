// training: looking inside. Gradients against finite differences and the closed form of a linear net, causality, erasure
// against computing it again, rollout and rank agreement against values worked out elsewhere.
#include "training/inside.h"

#include <doctest/doctest.h>

#include <cmath>

#include "engine/ops/ops.h"
#include "support/run_plan.h"
#include "training/rank_agreement.h"
#include "training/run_bench.h"

using namespace heed;
using heed::test::Feeds;
using heed::test::RunBench;
using heed::test::TestPlan;
using heed::test::TestState;
using heed::test::tiny_preset;
using heed::test::Values;

namespace {

/// A linear recurrent net h_t = h_{t-1} W_h + x_t W_x, y_t = h_t W_y with two numbers everywhere, T = S = 3.
struct LinearNet {
  const std::vector<float> wx{0.5f, -1, 2, 0.25f}, wh{0.9f, 0.3f, -0.2f, 0.8f}, wy{1, 0.5f, -1.5f, 2};
  Tape forward;
  Tensor x, y;

  LinearNet() {
    x = forward.input("x", {kRows, 3, 2});
    const Tensor Wx = forward.constant({2, 2}, wx), Wh = forward.constant({2, 2}, wh),
                 Wy = forward.constant({2, 2}, wy);
    std::vector<Tensor> outputs;
    Tensor h = forward.fill({kRows, 2}, 0);
    for (int t = 0; t < 3; ++t) {
      h = matmul(h, Wh) + matmul(take(x, 1, t), Wx);
      outputs.push_back(matmul(h, Wy));
    }
    y = stack(outputs, 1);
  }

  static std::vector<double> times(const std::vector<double>& a, const std::vector<float>& b) {
    std::vector<double> out(4);
    for (std::size_t i = 0; i < 2; ++i)
      for (std::size_t j = 0; j < 2; ++j)
        out[i * 2 + j] = a[i * 2] * static_cast<double>(b[j]) + a[i * 2 + 1] * static_cast<double>(b[2 + j]);
    return out;
  }
  /// dy_t / dx_s = W_x W_h^(t-s) W_y, row by input.
  std::vector<double> jacobian(int t, int s) const {
    if (s > t) return {0, 0, 0, 0};
    std::vector<double> j(wx.begin(), wx.end());
    for (int i = s; i < t; ++i) j = times(j, wh);
    return times(j, wy);
  }

  static constexpr int kRows = 6;
};

std::unique_ptr<Experiment> tiny_experiment(const Json& changes = Json::object()) {
  Json preset = tiny_preset();
  preset.merge_patch(changes);
  auto made = make_experiment(preset, "");
  REQUIRE_MESSAGE(made.ok(), (made.ok() ? "" : made.error()));
  return std::move(*made);
}

/// All of a look, on a backend with the experiment's first weights.
LookedInside look_at(const Experiment& experiment, Backend& backend, const Example& example, bool known,
                     const std::vector<float>& weights) {
  TestState state(backend, weights.size());
  state.write(Arena::kParameters, weights);
  PlanCache plans(experiment, backend, state.id);
  InsideLook look(experiment, example, known);
  int submissions = 0;
  while (!look.done()) {
    PreparedPlan& plan = plans.get(look.kind(), look.shape());
    plan.batch.fill(look.examples());
    const auto own = look.feeds();
    const Ticket ticket = backend.submit(plan.executable, plan.batch.feeds(plan.plan, own), 0);
    look.take(plan, heed::test::wait_for(backend, ticket));
    REQUIRE(++submissions < 1000);
  }
  return look.result();
}

const InsideMap& map_of(const LookedInside& seen, const std::string& key) {
  for (const InsideMap& map : seen.maps) {
    if (map.key == key) return map;
  }
  FAIL("no map " << key);
  return seen.maps.front();
}

/// Logits (T,V) of one example, with the source positions in `without` masked.
std::vector<float> logits_of(const Experiment& experiment, Backend& backend, const Example& example, int without,
                             const std::vector<float>& weights) {
  TestState state(backend, weights.size());
  state.write(Arena::kParameters, weights);
  PlanCache plans(experiment, backend, state.id);
  const auto S = static_cast<int>(example.source.size()), T = static_cast<int>(example.target.size());
  PreparedPlan& plan = plans.get(PlanKind::kInside, {1, S, T});
  plan.batch.fill(std::vector<Example>{example});
  std::vector<float> mask(static_cast<std::size_t>(S), 1.0f);
  if (without >= 0) mask[static_cast<std::size_t>(without)] = 0;
  const std::map<std::string, std::vector<float>> own{{"source_mask", mask}};
  const Outputs outputs =
      heed::test::wait_for(backend, backend.submit(plan.executable, plan.batch.feeds(plan.plan, own), 0));
  return outputs.values[static_cast<std::size_t>(plan.plan.output_index("logits"))];
}

double log_p(const std::vector<float>& logits, std::size_t t, std::size_t V, std::size_t k) {
  double sum = 0;
  for (std::size_t i = 0; i < V; ++i) sum += std::exp(static_cast<double>(logits[t * V + i]));
  return static_cast<double>(logits[t * V + k]) - std::log(sum);
}

}  // namespace

TEST_SUITE("training.inside") {
  TEST_CASE("Kendall's tau-b: known values, ties, nothing to rank") {
    // The example of scipy.stats.kendalltau.
    const std::vector<float> a{12, 2, 1, 12, 2}, b{1, 4, 7, 1, 0};
    CHECK(kendall_tau_b(a, b).value() == doctest::Approx(-0.47140452079103173));
    const std::vector<float> up{1, 2, 3, 4}, down{4, 3, 2, 1}, one_swapped{1, 3, 2, 4}, same{5, 5, 5, 5};
    CHECK(kendall_tau_b(up, up).value() == doctest::Approx(1));
    CHECK(kendall_tau_b(up, down).value() == doctest::Approx(-1));
    CHECK(kendall_tau_b(up, one_swapped).value() == doctest::Approx(2.0 / 3));
    CHECK_FALSE(kendall_tau_b(up, same));
    CHECK_FALSE(kendall_tau_b(std::vector<float>{1}, std::vector<float>{2}));
  }

  TEST_CASE("agreement is the mean over the rows that are asked, by size, and over what a causal row sees") {
    const std::vector<float> a{1, 2, 3, 3, 2, 1, 9, 9, 9}, b{-1, -2, -3, 1, 2, 3, 1, 2, 3};
    const RankedMap first{a, 3, 3}, second{b, 3, 3};
    CHECK(mean_agreement(first, second, {}, false).value() == doctest::Approx(0));  // 1, -1, and a row without an order
    CHECK(mean_agreement(first, second, std::vector<int>{0}, false).value() == doctest::Approx(1));
    CHECK(mean_agreement(first, second, std::vector<int>{1}, false).value() == doctest::Approx(-1));
    CHECK_FALSE(mean_agreement(first, second, std::vector<int>{0, 2}, true));  // row 0 sees one column
    CHECK(mean_agreement(first, second, std::vector<int>{0, 1}, true).value() == doctest::Approx(-1));
  }

  TEST_CASE("rollout: half of each layer is what passes by it") {
    // One layer that swaps, then one that averages, worked out by hand.
    const std::vector<std::vector<float>> layers{{0, 1, 1, 0}, {0.5f, 0.5f, 0.5f, 0.5f}};
    const std::vector<float> rolled = attention_rollout(layers, 1, 2);
    for (const float value : rolled) CHECK(value == doctest::Approx(0.5));
    const std::vector<float> one = attention_rollout({{1, 0, 0, 0.2f, 0.8f, 0, 0.5f, 0.25f, 0.25f}}, 1, 3);
    const std::vector<double> expected{1, 0, 0, 0.1, 0.9, 0, 0.25, 0.125, 0.625};
    for (std::size_t i = 0; i < 9; ++i) CHECK(static_cast<double>(one[i]) == doctest::Approx(expected[i]));
    // Two heads count by their mean; rows of sums of one stay that.
    const std::vector<float> heads = attention_rollout({{1, 0, 0, 1, 0, 1, 1, 0}, {1, 0, 0.5f, 0.5f, 1, 0, 1, 0}}, 2, 2);
    CHECK(heads[0] + heads[1] == doctest::Approx(1));
    CHECK(heads[2] + heads[3] == doctest::Approx(1));
    CHECK(static_cast<double>(heads[0]) == doctest::Approx(0.75));
    CHECK(static_cast<double>(heads[2]) == doctest::Approx(0.375 * 0.75 + 0.625 * 0.25));
  }

  TEST_CASE("a linear recurrent net has the Jacobian of its closed form, and zeros where time runs backwards") {
    LinearNet net;
    Tape tape;
    record_inside_gradients(tape, net.forward, net.y, net.x);
    const auto backend = make_reference_backend(true);
    TestState state(*backend, 1);
    TestPlan plan(state, tape);
    Feeds feeds;
    const std::vector<float> example{0.3f, -0.7f, 1.1f, 0.4f, -0.2f, 0.9f};
    for (int row = 0; row < LinearNet::kRows; ++row)
      feeds["x"].f32.insert(feeds["x"].f32.end(), example.begin(), example.end());
    feeds["inside_share"].f32.assign(LinearNet::kRows, 1.0f);
    feeds["inside_seed"].f32.assign(LinearNet::kRows * 6, 0.0f);
    for (std::size_t row = 0; row < LinearNet::kRows; ++row) feeds["inside_seed"].f32[row * 6 + row] = 1;  // t, k
    const Values out = plan.run(feeds);
    for (int t = 0; t < 3; ++t) {
      for (std::size_t k = 0; k < 2; ++k) {
        const std::size_t row = static_cast<std::size_t>(t) * 2 + k;
        double whole = 0;
        for (std::size_t s = 0; s < 3; ++s) {
          const std::vector<double> j = net.jacobian(t, static_cast<int>(s));
          const double first = j[k], second = j[2 + k];
          const double product = first * static_cast<double>(example[s * 2]) +
                                 second * static_cast<double>(example[s * 2 + 1]);
          whole += product;
          CHECK(out.at("norm")[row * 3 + s] == doctest::Approx(std::hypot(first, second)).epsilon(1e-5));
          CHECK(out.at("absolute")[row * 3 + s] == doctest::Approx(std::abs(first) + std::abs(second)).epsilon(1e-5));
          CHECK(out.at("times_input")[row * 3 + s] == doctest::Approx(product).epsilon(1e-5));
          if (static_cast<int>(s) > t) CHECK(out.at("absolute")[row * 3 + s] == 0);
        }
        CHECK(out.at("score")[row] == doctest::Approx(whole).epsilon(1e-5));  // a linear net is its gradient times input
      }
    }
  }

  TEST_CASE("the norm of the gradient is that of finite differences of the chosen logit") {
    const auto experiment = tiny_experiment();
    const auto backend = make_reference_backend(true);
    std::vector<float> weights = experiment->model->parameters().initial_values(3);
    const Example example{{4, 5, 6}, {6, 5, 4, kEndToken}, {}};
    const LookedInside seen = look_at(*experiment, *backend, example, true, weights);
    const std::vector<float> logits = logits_of(*experiment, *backend, example, -1, weights);
    const std::size_t V = logits.size() / 4;
    const ParameterInfo* table = nullptr;
    for (const ParameterInfo& info : experiment->model->parameters().all()) {
      if (info.name == "encoder.embedding.table") table = &info;
    }
    REQUIRE(table != nullptr);
    const auto width = static_cast<std::size_t>(table->shape[1]);
    for (std::size_t s = 0; s < 3; ++s) {
      std::vector<double> squares(4, 0.0);
      for (std::size_t d = 0; d < width; ++d) {
        float& weight = weights[table->offset + static_cast<std::size_t>(example.source[s]) * width + d];
        const float kept = weight;
        const float h = 1.0f / 4096;  // small enough to stay on one side of the maxout units
        weight = kept + h;
        const std::vector<float> above = logits_of(*experiment, *backend, example, -1, weights);
        weight = kept - h;
        const std::vector<float> below = logits_of(*experiment, *backend, example, -1, weights);
        weight = kept;
        for (std::size_t t = 0; t < 4; ++t) {
          std::size_t choice = 0;
          for (std::size_t k = 1; k < V; ++k) {
            if (logits[t * V + k] > logits[t * V + choice]) choice = k;
          }
          const double slope = static_cast<double>(above[t * V + choice] - below[t * V + choice]) / (2 * static_cast<double>(h));
          squares[t] += slope * slope;
        }
      }
      for (std::size_t t = 0; t < 4; ++t)
        CHECK(map_of(seen, "gradient").values[t * 3 + s] == doctest::Approx(std::sqrt(squares[t])).epsilon(2e-3));
    }
  }

  TEST_CASE("erasure is the drop of the choice's log probability, computed anew without each input") {
    const auto experiment = tiny_experiment();
    const auto backend = make_cpu_backend();
    const std::vector<float> weights = experiment->model->parameters().initial_values(5);
    const Example example{{7, 5, 4, 8}, {8, 4, 5, 7, kEndToken}, {}};
    const LookedInside seen = look_at(*experiment, *backend, example, true, weights);
    const std::vector<float> whole = logits_of(*experiment, *backend, example, -1, weights);
    const std::size_t V = whole.size() / 5;
    for (int s = 0; s < 4; ++s) {
      const std::vector<float> without = logits_of(*experiment, *backend, example, s, weights);
      for (std::size_t t = 0; t < 5; ++t) {
        std::size_t choice = 0;
        for (std::size_t k = 1; k < V; ++k) {
          if (whole[t * V + k] > whole[t * V + choice]) choice = k;
        }
        const double drop = log_p(whole, t, V, choice) - log_p(without, t, V, choice);
        CHECK(map_of(seen, "erasure").values[t * 4 + static_cast<std::size_t>(s)] ==
              doctest::Approx(drop).epsilon(1e-3).scale(1e-3));
      }
    }
  }

  TEST_CASE("integrated gradients add up to the change of the logit") {
    const auto experiment = tiny_experiment();
    const auto backend = make_cpu_backend();
    std::vector<float> weights = experiment->model->parameters().initial_values(7);
    for (float& weight : weights) weight *= 2;  // far enough from linear
    const LookedInside seen = look_at(*experiment, *backend, {{4, 6, 8}, {8, 6, 4, kEndToken}, {}}, true, weights);
    CHECK(seen.largest_change > 0.01f);
    CHECK(seen.completeness_gap < 0.02f * seen.largest_change);
  }

  TEST_CASE("a language model sees nothing after a position: exactly nothing") {
    auto made = make_experiment({{"task", {{"type", "induction"}, {"length", 16}}},
                                 {"model", {{"type", "transformer_decoder"}, {"width", 8}, {"heads", 2}, {"layers", 2}}}},
                                "");
    REQUIRE_MESSAGE(made.ok(), (made.ok() ? "" : made.error()));
    const Experiment& experiment = **made;
    const auto backend = make_cpu_backend();
    std::vector<float> weights = experiment.model->parameters().initial_values(2);
    // Biases that are not zero, as after some training: without any, layer norms magnify the smallest input.
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] += 0.1f * std::sin(static_cast<float>(i));
    const Example example = experiment.task->probes().front();
    const LookedInside seen = look_at(experiment, *backend, example, true, weights);
    CHECK(seen.causal);
    const std::size_t S = seen.source.size();
    for (const InsideMap& map : seen.maps) {
      INFO(map.key);
      double before = 0;
      for (const int t : seen.asked) {
        const auto row = static_cast<std::size_t>(t);
        for (std::size_t s = 0; s < S; ++s) {
          if (s > row) CHECK(map.values[row * S + s] == 0);
          before += std::abs(static_cast<double>(map.values[row * S + s]));
        }
      }
      CHECK(before > 0);  // what comes before is seen, and erasing it tells
    }
    for (std::size_t t = 0; t < S; ++t) {
      double sum = 0;
      for (std::size_t s = 0; s < S; ++s) sum += static_cast<double>(map_of(seen, "rollout").values[t * S + s]);
      CHECK(sum == doctest::Approx(1).epsilon(1e-4));
    }
    CHECK(seen.completeness_gap < 0.1f * seen.largest_change);
  }

  TEST_CASE("an answer that nobody knows is the model's own") {
    const auto experiment = tiny_experiment();
    const auto backend = make_cpu_backend();
    const std::vector<float> weights = experiment->model->parameters().initial_values(1);
    const LookedInside seen = look_at(*experiment, *backend, {{4, 6}, {}, {}}, false, weights);
    CHECK(seen.target.empty());
    CHECK(seen.loss_gradient.empty());
    REQUIRE(seen.targets > 0);
    CHECK(static_cast<int>(seen.chosen.size()) == seen.targets);
    CHECK(map_of(seen, "attention").values.size() == static_cast<std::size_t>(seen.targets) * 2);
  }

  TEST_CASE("a run looks inside between two steps, and learns the same as without") {
    RunBench plain, looked;
    plain.start(tiny_preset());
    plain.train_to(8);
    looked.start(tiny_preset());
    looked.train_to(4);
    looked.apply(LookInside{11, 0, ""});
    looked.apply(Play{8});
    looked.settle();
    looked.apply(LookInside{12, -1, "abc"});
    looked.apply(LookInside{13, -1, "not a word of it"});
    looked.apply(LookInside{14, 99, ""});
    looked.settle();
    CHECK(heed::test::same_points(plain.points(), looked.points()));
    const auto answers = looked.all<LookedInside>();
    REQUIRE(answers.size() == 4);
    for (const LookedInside& answer : answers) {
      INFO(answer.request, " ", answer.error);
      const bool good = answer.request <= 12;
      CHECK(answer.error.empty() == good);
      if (!good) continue;
      CHECK(answer.step == (answer.request == 11 ? 4 : 8));
      CHECK(answer.loss_gradient.size() == answer.source.size());
      CHECK(answer.agreement.size() == answer.maps.size() * answer.maps.size());
      for (std::size_t i = 0; i < answer.maps.size(); ++i) {
        CHECK(answer.maps[i].values.size() == answer.source.size() * static_cast<std::size_t>(answer.targets));
        const float itself = answer.agreement[i * answer.maps.size() + i];
        CHECK((std::isnan(itself) || itself == doctest::Approx(1)));
      }
      const InsideMap& attention = map_of(answer, "attention");
      for (std::size_t t = 0; t < static_cast<std::size_t>(answer.targets); ++t) {
        double sum = 0;
        for (std::size_t s = 0; s < answer.source.size(); ++s)
          sum += static_cast<double>(attention.values[t * answer.source.size() + s]);
        CHECK(sum == doctest::Approx(1).epsilon(1e-4));
      }
    }
  }
}
