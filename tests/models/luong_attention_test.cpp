// nn: Luong's attention against the catalogue, and what its kinds have in common and where they part.
#include "models/model_test.h"
#include "nn/attention_luong.h"

using namespace heed;
using namespace heed::test;

namespace {

/// A LuongAttention over states and a query given as numbers, with weights that a test may choose.
struct LuongBench {
  LuongBench(int width_in, const LuongSetting& setting)
      : width(width_in), attention(set, "a", width, setting), arena(set.initial_values(7)) {}

  void put(const std::string& name, const std::vector<float>& values) {
    bool known = false;
    for (const ParameterInfo& info : set.all()) {
      if (info.name != name) continue;
      REQUIRE(info.shape.count() == values.size());
      std::copy(values.begin(), values.end(), arena.begin() + static_cast<std::ptrdiff_t>(info.offset));
      known = true;
    }
    REQUIRE(known);
  }

  /// "energies", "weights", "context" and, with a window, "centre" of one step.
  Values read(Backend& backend, const std::vector<float>& states, const std::vector<float>& query,
              const std::vector<float>& mask, int step) {
    const int B = static_cast<int>(query.size()) / width, S = static_cast<int>(mask.size()) / B;
    Tape tape;
    Graph graph(tape, set);
    const LuongAttention::Source source =
        attention.prepare(graph, tape.constant({B, S, width}, states), tape.constant({B, S}, mask));
    const LuongAttention::Reading reading = attention.read(graph, source, tape.constant({B, width}, query), step);
    tape.output("energies", reading.energies);
    tape.output("weights", reading.weights);
    tape.output("context", reading.context);
    if (reading.centre) tape.output("centre", reading.centre);
    TestState state(backend, std::max<std::size_t>(set.arena_elems(), 64));
    if (!set.all().empty()) state.write(Arena::kParameters, arena);
    return TestPlan(state, tape).run({});
  }

  int width;
  ParameterSet set;
  LuongAttention attention;
  std::vector<float> arena;
};

LuongSetting setting_of(LuongScore score, LuongWindow window = LuongWindow::kGlobal, int half_width = 2) {
  LuongSetting setting;
  setting.score = score;
  setting.size = 5;
  setting.longest = 4;
  setting.window = window;
  setting.half_width = half_width;
  return setting;
}

const std::vector<LuongScore> kScores{LuongScore::kDot, LuongScore::kGeneral, LuongScore::kConcat,
                                      LuongScore::kLocation};
const std::vector<float> kStates = fill_rule(2, 2 * 4 * 3), kQuery = fill_rule(1, 2 * 3);
const std::vector<float> kMask{1, 1, 1, 1, 1, 1, 0, 0};

}  // namespace

TEST_SUITE("nn.luong_attention") {
  // One number per state, so that the energies are the states times a query of 1; p = 6 sigmoid(x) = 2.3.
  TEST_CASE("a predicted window agrees with the catalogue's vector") {
    LuongBench bench(1, setting_of(LuongScore::kDot, LuongWindow::kPredicted, 2));
    bench.put("a.position.weight", {20});
    bench.put("a.position.energy", {static_cast<float>(std::log(2.3 / 3.7))});
    const auto backend = make_reference_backend(true);
    const Values got = bench.read(*backend, fill_rule(1, 6), {1}, {1, 1, 1, 1, 1, 1}, 0);
    CHECK(got.at("centre")[0] == doctest::Approx(2.3).epsilon(1e-6));
    CHECK(worst_difference(got.at("weights"),
                           {0.018421629, 0.129504974, 0.210086145, 0.091252934, 0.0142991, 0.001099136}) < 1e-6);
  }

  TEST_CASE("general with the identity is dot") {
    LuongBench dot(3, setting_of(LuongScore::kDot)), general(3, setting_of(LuongScore::kGeneral));
    CHECK(dot.set.all().empty());
    general.put("a.weight", {1, 0, 0, 0, 1, 0, 0, 0, 1});
    for (const NamedBackend& on : all_backends())
      for (const std::string name : {"energies", "weights", "context"})
        CHECK(dot.read(*on.backend, kStates, kQuery, kMask, 0).at(name) ==
              general.read(*on.backend, kStates, kQuery, kMask, 0).at(name));
  }

  TEST_CASE("a window that is wide enough shows the whole source") {
    const auto backend = make_reference_backend(true);
    for (const LuongScore score : kScores) {
      LuongBench whole(3, setting_of(score)), along(3, setting_of(score, LuongWindow::kMonotonic, 4)),
          predicted(3, setting_of(score, LuongWindow::kPredicted, 1000000));
      const std::vector<float> want = whole.read(*backend, kStates, kQuery, kMask, 1).at("weights");
      CHECK(along.read(*backend, kStates, kQuery, kMask, 1).at("weights") == want);
      CHECK(worst_difference(predicted.read(*backend, kStates, kQuery, kMask, 1).at("weights"),
                             {want.begin(), want.end()}) < 1e-6);
    }
  }

  TEST_CASE("weights are zero on padding and sum to one, whatever the score") {
    for (const LuongScore score : kScores) {
      LuongBench bench(3, setting_of(score));
      for (const NamedBackend& on : all_backends()) {
        const std::vector<float> a = bench.read(*on.backend, kStates, kQuery, kMask, 0).at("weights");
        CHECK(a[0] + a[1] + a[2] + a[3] == doctest::Approx(1).epsilon(1e-5));
        CHECK(a[4] + a[5] == doctest::Approx(1).epsilon(1e-5));
        CHECK(a[6] == 0);
        CHECK(a[7] == 0);
      }
    }
  }

  TEST_CASE("a window that goes along lies around the step, and around the last position once the source has ended") {
    LuongBench bench(3, setting_of(LuongScore::kDot, LuongWindow::kMonotonic, 1));
    const auto backend = make_reference_backend();
    for (int step = 0; step < 6; ++step) {
      const Values got = bench.read(*backend, kStates, kQuery, kMask, step);
      const std::vector<int> lengths{4, 2};
      for (std::size_t b = 0; b < 2; ++b) {
        const int centre = std::min(step, lengths[b] - 1);
        CHECK(got.at("centre")[b] == static_cast<float>(centre));
        float total = 0;
        for (int s = 0; s < 4; ++s) {
          const float weight = got.at("weights")[b * 4 + static_cast<std::size_t>(s)];
          CHECK((weight > 0) == (std::abs(s - centre) <= 1 && s < lengths[b]));
          total += weight;
        }
        CHECK(total == doctest::Approx(1).epsilon(1e-5));
      }
    }
  }

  TEST_CASE("a predicted centre lies inside its own source, however long the row") {
    LuongBench bench(3, setting_of(LuongScore::kDot, LuongWindow::kPredicted));
    const auto backend = make_reference_backend();
    const std::vector<float> twice{0.3f, -1, 0.5f, 0.3f, -1, 0.5f};
    const std::vector<float> centre = bench.read(*backend, kStates, twice, kMask, 0).at("centre");
    CHECK(centre[0] > 0);
    CHECK(centre[0] < 4);
    CHECK(centre[1] == doctest::Approx(centre[0] / 2).epsilon(1e-5));
  }

  TEST_CASE("location does not look at the source, and never reads beyond the positions it knows") {
    LuongBench bench(3, setting_of(LuongScore::kLocation));
    const auto backend = make_reference_backend();
    const std::vector<float> mask(6, 1.0f), query{0.3f, -1, 0.5f};
    const Values one = bench.read(*backend, fill_rule(2, 18), query, mask, 0),
                 two = bench.read(*backend, fill_rule(3, 18), query, mask, 0);
    CHECK(one.at("weights") == two.at("weights"));
    CHECK(one.at("weights")[3] > 0);
    CHECK(one.at("weights")[4] == 0);
    CHECK(one.at("weights")[5] == 0);
  }

  TEST_CASE("scores that look at the source follow it when it is permuted") {
    const auto backend = make_reference_backend(true);
    const std::vector<float> mask(4, 1.0f), query{0.3f, -1, 0.5f}, states = fill_rule(2, 12);
    const std::vector<std::size_t> order{2, 0, 3, 1};
    std::vector<float> permuted;
    for (const std::size_t s : order)
      permuted.insert(permuted.end(), states.begin() + static_cast<std::ptrdiff_t>(3 * s),
                      states.begin() + static_cast<std::ptrdiff_t>(3 * s + 3));
    for (const LuongScore score : {LuongScore::kDot, LuongScore::kGeneral, LuongScore::kConcat}) {
      LuongBench bench(3, setting_of(score));
      const Values a = bench.read(*backend, states, query, mask, 0), b = bench.read(*backend, permuted, query, mask, 0);
      for (std::size_t i = 0; i < 4; ++i)
        CHECK(b.at("weights")[i] == doctest::Approx(a.at("weights")[order[i]]).epsilon(1e-6));
    }
  }
}
