// nn: attention against PyTorch and the catalogue, and what must hold for any attention.
#include <numeric>

#include "models/model_test.h"
#include "nn/attention.h"

using namespace heed;
using namespace heed::test;

namespace {

/// An attention over annotations given as inputs "query" (B,Q), "annotations" (B,S,A), "mask" (B,S).
struct Bench {
  Bench(const Json& setting) {
    const int A = setting.at("annotation_width"), Q = setting.at("query_width"), K = setting.at("size");
    ParameterSet unused;
    const RecurrentEncoder encoder(unused, "encoder", "rnn", 1, A, false);
    if (setting.at("kind") == "additive")
      attention = std::make_unique<AdditiveAttention>(set, "a", Q, encoder, K);
    else
      attention = std::make_unique<DotAttention>(set, "a", Q, encoder, K, setting.at("scaled").get<bool>());
  }

  Values run(Backend& backend, const std::vector<float>& arena, int B, int S, int Q, int A, const Feeds& feeds) {
    Tape tape;
    Graph graph(tape, set);
    const Encoded encoded{tape.input("annotations", {B, S, A}), {}, {}, tape.input("mask", {B, S})};
    const Reading reading = attention->read(graph, attention->prepare(graph, encoded), tape.input("query", {B, Q}));
    tape.output("energies", reading.energies);
    tape.output("weights", reading.weights);
    tape.output("context", reading.context);
    TestState state(backend, std::max<std::size_t>(set.arena_elems(), 64));
    if (!arena.empty()) state.write(Arena::kParameters, arena);
    return TestPlan(state, tape).run(feeds);
  }

  ParameterSet set;
  std::unique_ptr<Attention> attention;
};

std::vector<float> mask_of(const std::vector<int>& lengths, int S) {
  std::vector<float> mask;
  for (const int length : lengths)
    for (int s = 0; s < S; ++s) mask.push_back(s < length ? 1.0f : 0.0f);
  return mask;
}

Json setting(const std::string& kind, int query_width, int annotation_width, int size) {
  return {{"kind", kind},
          {"scaled", true},
          {"query_width", query_width},
          {"annotation_width", annotation_width},
          {"size", size}};
}

}  // namespace

TEST_SUITE("nn.attention") {
  TEST_CASE("energies, weights and contexts agree with PyTorch") {
    for (const NamedBackend& on : all_backends()) {
      for (const Json& want : golden("attention.json")) {
        CAPTURE(on.name);
        CAPTURE(want.at("kind").get<std::string>());
        Bench bench(want);
        const Values got = bench.run(*on.backend, arena_of(bench.set, want.at("parameters"), "a."), 2, 4, 2, 3,
                                     {{"query", {floats(want["query"]), {}}},
                                      {"annotations", {floats(want["annotations"]), {}}},
                                      {"mask", {mask_of(want.at("lengths"), 4), {}}}});
        for (const std::string name : {"energies", "weights", "context"}) {
          CAPTURE(name);
          CHECK(worst_difference(got.at(name), numbers(want[name])) < on.tolerance);
        }
      }
    }
  }

  TEST_CASE("additive attention agrees with the catalogue's vector") {
    Bench bench(setting("additive", 3, 3, 2));
    const auto transposed = [](double offset) {
      const std::vector<float> w = fill_rule(offset, 6);
      return std::vector<float>{w[0], w[3], w[1], w[4], w[2], w[5]};
    };
    const Json parameters{
        {"query.weight", transposed(0.1)}, {"key.weight", transposed(0.2)}, {"energy.weight", fill_rule(0.3, 2)}};
    const auto backend = make_reference_backend(true);
    const Values got = bench.run(
        *backend, arena_of(bench.set, parameters, "a."), 1, 4, 3, 3,
        {{"query", {fill_rule(1, 3), {}}}, {"annotations", {fill_rule(2, 12), {}}}, {"mask", {{1, 1, 1, 1}, {}}}});
    CHECK(worst_difference(got.at("energies"), {1.037980334, 0.147199459, 0.398696749, 1.037089782}) < 3e-7);
    CHECK(worst_difference(got.at("weights"), {0.340470112, 0.139706874, 0.179655973, 0.340167041}) < 3e-7);
  }

  TEST_CASE("scaled dot-product weights agree with the catalogue's vector") {
    Bench bench(setting("dot", 3, 3, 3));  // equal widths: nothing to project, no parameters
    CHECK(bench.set.all().empty());
    const auto backend = make_reference_backend(true);
    const std::vector<float> K = fill_rule(2, 12), Q = fill_rule(1, 6);
    std::vector<float> twice = K;
    twice.insert(twice.end(), K.begin(), K.end());
    const Values got =
        bench.run(*backend, {}, 2, 4, 3, 3,
                  {{"query", {Q, {}}}, {"annotations", {twice, {}}}, {"mask", {mask_of({4, 4}, 4), {}}}});
    CHECK(worst_difference(got.at("weights"), {0.309886609, 0.049718979, 0.336195539, 0.304198873, 0.221067073,
                                               0.452070605, 0.102594671, 0.224267651}) < 3e-7);
  }

  TEST_CASE("with v_a zero the weights are uniform and the context is the mean") {
    Bench bench(setting("additive", 2, 3, 4));
    std::vector<float> arena = bench.set.initial_values(1);
    for (const ParameterInfo& info : bench.set.all()) {
      if (info.name == "a.energy.weight")
        std::fill_n(arena.begin() + static_cast<std::ptrdiff_t>(info.offset), info.shape.count(), 0.0f);
    }
    const std::vector<float> h = fill_rule(2, 15);
    for (const NamedBackend& on : all_backends()) {
      const Values got =
          bench.run(*on.backend, arena, 1, 5, 2, 3,
                    {{"query", {{1, -1}, {}}}, {"annotations", {h, {}}}, {"mask", {mask_of({4}, 5), {}}}});
      CHECK(got.at("weights") == std::vector<float>{0.25f, 0.25f, 0.25f, 0.25f, 0});
      for (std::size_t i = 0; i < 3; ++i)
        CHECK(got.at("context")[i] == doctest::Approx((h[i] + h[3 + i] + h[6 + i] + h[9 + i]) / 4).epsilon(1e-5));
    }
  }

  TEST_CASE("weights sum to one over the source, are exactly zero on padding, and a row of padding has none") {
    for (const std::string kind : {"additive", "dot"}) {
      Bench bench(setting(kind, 2, 3, 4));
      const std::vector<int> lengths{5, 1, 3, 0};
      for (const NamedBackend& on : all_backends()) {
        CAPTURE(on.name);
        const Values got = bench.run(*on.backend, bench.set.initial_values(4), 4, 5, 2, 3,
                                     {{"query", {fill_rule(1, 8, 20), {}}},
                                      {"annotations", {fill_rule(2, 60, 20), {}}},
                                      {"mask", {mask_of(lengths, 5), {}}}});
        const std::vector<float>& weights = got.at("weights");
        for (std::size_t b = 0; b < 4; ++b) {
          double total = 0;
          for (std::size_t s = 0; s < 5; ++s) {
            if (static_cast<int>(s) >= lengths[b]) CHECK(weights[b * 5 + s] == 0);
            total += weights[b * 5 + s];
          }
          CHECK(total == doctest::Approx(lengths[b] > 0 ? 1 : 0).epsilon(1e-5));
        }
      }
    }
  }

  TEST_CASE("permuting the source permutes the weights and leaves the context") {
    for (const std::string kind : {"additive", "dot"}) {
      Bench bench(setting(kind, 2, 3, 4));
      const std::vector<float> h = fill_rule(2, 12), arena = bench.set.initial_values(9);
      const std::vector<std::size_t> order{2, 0, 3, 1};
      std::vector<float> permuted;
      for (const std::size_t s : order)
        permuted.insert(permuted.end(), h.begin() + static_cast<std::ptrdiff_t>(3 * s),
                        h.begin() + static_cast<std::ptrdiff_t>(3 * s + 3));
      const auto backend = make_reference_backend(true);
      const auto run = [&](const std::vector<float>& annotations) {
        return bench.run(
            *backend, arena, 1, 4, 2, 3,
            {{"query", {{0.4f, -1}, {}}}, {"annotations", {annotations, {}}}, {"mask", {{1, 1, 1, 1}, {}}}});
      };
      const Values a = run(h), b = run(permuted);
      for (std::size_t i = 0; i < 4; ++i)
        CHECK(b.at("weights")[i] == doctest::Approx(a.at("weights")[order[i]]).epsilon(1e-6));
      for (std::size_t i = 0; i < 3; ++i)
        CHECK(b.at("context")[i] == doctest::Approx(a.at("context")[i]).epsilon(1e-6));
    }
  }
}
