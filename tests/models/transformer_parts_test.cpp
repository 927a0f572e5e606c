// nn: the parts of Transformers against PyTorch and the values of the catalogue of models, and what must hold for any
// weights.
#include <functional>

#include "models/model_test.h"
#include "nn/loss.h"
#include "nn/optimiser.h"
#include "nn/transformer.h"

using namespace heed;
using namespace heed::test;

namespace transformer_parts_tests {
namespace {

LayerSizes sizes_of(const Json& want) {
  return {want.at("width"), want.at("heads"), want.at("feed_forward"), true, want.at("norm") == "pre",
          want.at("activation") == "gelu"};
}

StackKind kind_of(const Json& want) {
  const std::string kind = want.at("kind");
  return kind == "encoder" ? StackKind::kEncoder : kind == "decoder" ? StackKind::kDecoder : StackKind::kLanguage;
}

/// "y" and the gradients of sum(T(9) y): of each parameter by its name, of x and of the memory.
Values run_layer(Backend& backend, const Json& want) {
  ParameterSet set;
  const TransformerLayer layer(set, "l", sizes_of(want), kind_of(want));
  Tape tape;
  Graph graph(tape, set);
  const Tensor x = tape.input("x", {2, 4, 4}), memory = tape.input("memory", {2, 3, 4});
  Dropout none(0, false);
  const Pass pass{none, tape.input("mask", {2, 4}), {}};
  const Tensor memory_mask = tape.input("memory_mask", {2, 3});
  const bool decoder = want.at("kind") == "decoder";
  const KeysValues looked_up = decoder ? layer.look_up(graph, memory, memory_mask) : KeysValues{};
  const Tensor y = layer(graph, x, pass, decoder ? &looked_up : nullptr, nullptr).residual;
  std::vector<Tensor> wrt{x, memory};
  for (const auto& [parameter, tensor] : graph.used()) wrt.push_back(tensor);
  const std::vector<Tensor> found = gradients(sum_all(y * tape.constant({2, 4, 4}, fill_rule(9, 32))), wrt);
  tape.output("y", y);
  tape.output("x_gradient", found[0]);
  tape.output("memory_gradient", found[1]);
  for (std::size_t i = 2; i < found.size(); ++i)
    tape.output(set[graph.used()[i - 2].first].name.substr(2), found[i]);
  TestState state(backend, set.arena_elems());
  state.write(Arena::kParameters, arena_of(set, want.at("parameters"), "l."));
  Feeds feeds;
  for (const char* name : {"x", "memory", "mask", "memory_mask"}) feeds[name].f32 = floats(want.at(name));
  return TestPlan(state, tape).run(feeds);
}

/// Records a value on a fresh tape, with initial weights, and gives its numbers.
std::vector<float> value_of(Backend& backend, const ParameterSet& set, const std::function<Tensor(Graph&)>& record,
                            std::uint64_t seed = 1) {
  Tape tape;
  Graph graph(tape, set);
  tape.output("y", record(graph));
  TestState state(backend, std::max<std::size_t>(set.arena_elems(), 64));
  if (set.arena_elems() > 0) state.write(Arena::kParameters, set.initial_values(3));
  return TestPlan(state, tape).run({}, seed).at("y");
}

Tensor filled(Tape& tape, double offset, Shape shape) { return tape.constant(shape, fill_rule(offset, shape.count())); }

constexpr LayerSizes kSmall{8, 2, 12, true, false, false};

/// A whole stack of initial weights on x:(1,T,8).
std::vector<float> run_stack(Backend& backend, StackKind kind, const LayerSizes& sizes, PositionKind positions,
                             const std::vector<float>& x) {
  ParameterSet set;
  const Positions where(set, "positions", positions, sizes.width, sizes.heads);
  const TransformerStack stack(set, "stack", sizes, kind, 2);
  return value_of(backend, set, [&](Graph& graph) {
    const int T = static_cast<int>(x.size()) / sizes.width;
    const Tensor at = Positions::count(graph.tape, T);
    Dropout none(0, false);
    std::vector<LayerView> views;
    return stack(graph, where.add(graph, graph.tape.constant({1, T, sizes.width}, x), at),
                 {none, {}, where.rotation(graph.tape, at)}, nullptr, nullptr, views);
  });
}

std::vector<double> doubles(const std::vector<float>& values) { return {values.begin(), values.end()}; }

}  // namespace

TEST_SUITE("nn.transformer") {
  TEST_CASE("encoder, decoder and language layers agree with PyTorch's, and so do all gradients") {
    for (const NamedBackend& on : all_backends()) {
      for (const Json& want : golden("transformer_layers.json")) {
        CAPTURE(on.name);
        CAPTURE(want.at("kind").get<std::string>() + " " + want.at("norm").get<std::string>());
        const Values got = run_layer(*on.backend, want);
        CHECK(worst_difference(got.at("y"), numbers(want["y"])) < on.tolerance);
        CHECK(worst_difference(got.at("x_gradient"), numbers(want["x_gradient"])) < 5 * on.tolerance);
        if (want.contains("memory_gradient"))
          CHECK(worst_difference(got.at("memory_gradient"), numbers(want["memory_gradient"])) < 5 * on.tolerance);
        for (const auto& [name, gradient] : want.at("gradients").items()) {
          CAPTURE(name);
          CHECK(worst_difference(got.at(name), numbers(gradient)) < 5 * on.tolerance);
        }
      }
    }
  }

  TEST_CASE("scaled dot-product attention gives the catalogue's numbers, with and without a causal mask") {
    for (const NamedBackend& on : all_backends()) {
      CAPTURE(on.name);
      const float scale = 1 / std::sqrt(3.0f);
      const auto weights = value_of(*on.backend, {}, [&](Graph& g) {
        return attention_weights(filled(g.tape, 1, {1, 2, 3}), filled(g.tape, 2, {1, 4, 3}), {}, {1, scale, false});
      });
      CHECK(worst_difference(weights, {0.309886609, 0.049718979, 0.336195539, 0.304198873, 0.221067073, 0.452070605,
                                       0.102594671, 0.224267651}) < on.tolerance);
      // The fused op wants keys and values of one width; the values are T(3; 4x2) and a column of zeros.
      const std::vector<float> v = fill_rule(3, 8);
      const auto out = value_of(*on.backend, {}, [&](Graph& g) {
        const Tensor values = pad(g.tape.constant({1, 4, 2}, v), 2, 0, 3);
        return attention(filled(g.tape, 1, {1, 2, 3}), filled(g.tape, 2, {1, 4, 3}), values, {}, {1, scale, false});
      });
      CHECK(worst_difference(out, {0.081654207, 0.165979525, 0, -0.268666018, -0.289562536, 0}) < on.tolerance);
      const auto causal = value_of(*on.backend, {}, [&](Graph& g) {
        const Tensor x = filled(g.tape, 1, {1, 4, 3});
        return attention_weights(x, x, {}, {1, scale, true});
      });
      CHECK(worst_difference(causal, {1, 0, 0, 0, 0.18540269, 0.81459731, 0, 0, 0.178230028, 0.281429157, 0.540340816,
                                      0, 0.432379769, 0.062047943, 0.073925927, 0.431646361}) < on.tolerance);
    }
  }

  TEST_CASE("multi-head attention in PyTorch's layout gives the catalogue's numbers") {
    ParameterSet set;
    const MultiHeadAttention attention(set, "a", 4, 2, true);
    const auto transposed = [](double offset, int first_row) {
      std::vector<float> ours(16);
      for (int in = 0; in < 4; ++in) {
        for (int out = 0; out < 4; ++out)
          ours[static_cast<std::size_t>(in * 4 + out)] =
              static_cast<float>(std::sin(offset + 0.7 * ((first_row + out) * 4 + in)));
      }
      return ours;
    };
    Json named;
    const char* const packed[] = {"query", "key", "value"};
    for (int i = 0; i < 3; ++i) {
      named[std::string(packed[i]) + ".weight"] = transposed(0.1, 4 * i);
      named[std::string(packed[i]) + ".bias"] = fill_rule(0.2 + 0.7 * 4 * i, 4);
    }
    named["output.weight"] = transposed(0.3, 0);
    named["output.bias"] = fill_rule(0.4, 4);
    for (const NamedBackend& on : all_backends()) {
      CAPTURE(on.name);
      Tape tape;
      Graph graph(tape, set);
      const Tensor x = filled(tape, 1, {1, 3, 4});
      Tensor weights;
      tape.output("y", attention(graph, x, attention.look_up(graph, x, {}, {}), false, {}, weights));
      tape.output("weights", affine(sum(weights, 1), 0.5f, 0));
      TestState state(*on.backend, set.arena_elems());
      state.write(Arena::kParameters, arena_of(set, named, "a."));
      const Values got = TestPlan(state, tape).run({});
      CHECK(worst_difference(got.at("y"), {0.895036651, 0.080082872, 1.996748551, -0.518003565, 1.943720418,
                                           -1.439220319, 3.811107601, -2.417759636, 1.868317826, -0.413125965,
                                           1.952892143, 0.057850244}) < 2 * on.tolerance);
      CHECK(worst_difference(got.at("weights"), {0.201394322, 0.453729683, 0.344875995, 0.702380854, 0.03704284,
                                                 0.260576307, 0.002912221, 0.973077134, 0.024010645}) < on.tolerance);
    }
  }

  TEST_CASE("keys of zeros give the mean of the values, one key gives its value, the order of keys does not matter") {
    const auto backend = make_reference_backend(true);
    const AttentionAttrs attrs{2, 0.5f, false};
    const std::vector<float> k = fill_rule(2, 20), v = fill_rule(3, 20);
    const auto run = [&](const std::vector<float>& keys, const std::vector<float>& values, int S) {
      return value_of(*backend, {}, [&](Graph& g) {
        return attention(filled(g.tape, 1, {1, 2, 4}), g.tape.constant({1, S, 4}, keys),
                         g.tape.constant({1, S, 4}, values), {}, attrs);
      });
    };
    const std::vector<float> flat = run(std::vector<float>(20, 0.0f), v, 5);
    for (std::size_t d = 0; d < 4; ++d) {
      const double mean = (static_cast<double>(v[d]) + v[4 + d] + v[8 + d] + v[12 + d] + v[16 + d]) / 5;
      for (std::size_t t = 0; t < 2; ++t) CHECK(flat[4 * t + d] == doctest::Approx(mean).epsilon(1e-6));
    }
    const std::vector<float> single = run({k.begin(), k.begin() + 4}, {v.begin(), v.begin() + 4}, 1);
    CHECK(worst_difference(single, {v[0], v[1], v[2], v[3], v[0], v[1], v[2], v[3]}) < 1e-7);
    std::vector<float> k2, v2;
    for (const std::size_t s : {3u, 0u, 4u, 1u, 2u}) {
      k2.insert(k2.end(), k.begin() + static_cast<std::ptrdiff_t>(4 * s), k.begin() + static_cast<std::ptrdiff_t>(4 * s + 4));
      v2.insert(v2.end(), v.begin() + static_cast<std::ptrdiff_t>(4 * s), v.begin() + static_cast<std::ptrdiff_t>(4 * s + 4));
    }
    CHECK(worst_difference(run(k2, v2, 5), doubles(run(k, v, 5))) < 1e-7);
  }

  TEST_CASE("sinusoids: the catalogue's numbers, and a shift by k turns each pair by the same angles") {
    const std::vector<float> few = sinusoids(3, 4);
    CHECK(worst_difference(few, {0, 1, 0, 1, 0.841470985, 0.540302306, 0.009999833, 0.99995, 0.909297427, -0.416146837,
                                 0.019998667, 0.999800007}) < 1e-7);
    constexpr int kWidth = 16;
    const std::vector<float> pe = sinusoids(60, kWidth);
    for (const int k : {1, 5, 17}) {
      for (int p = 0; p + k < 60; p += 7) {
        for (int i = 0; i < kWidth; i += 2) {
          const double angle = k * std::pow(10000.0, -static_cast<double>(i) / kWidth);
          const auto at = [&](int pos, int d) { return static_cast<double>(pe[static_cast<std::size_t>(pos * kWidth + d)]); };
          CHECK(at(p + k, i) == doctest::Approx(std::cos(angle) * at(p, i) + std::sin(angle) * at(p, i + 1)).epsilon(1e-5));
          CHECK(at(p + k, i + 1) == doctest::Approx(std::cos(angle) * at(p, i + 1) - std::sin(angle) * at(p, i)).epsilon(1e-5));
        }
      }
    }
  }

  TEST_CASE("rotary positions: scores depend on the distance alone, lengths stay") {
    constexpr int T = 9, D = 8, H = 2;
    const auto backend = make_reference_backend(true);
    ParameterSet set;
    const Positions positions(set, "p", PositionKind::kRotary, D, H);
    // The same vector at every position: rows of scores are shifted copies of each other.
    const auto turned = value_of(*backend, set, [&](Graph& g) {
      const Tensor same = broadcast(filled(g.tape, 1, {1, 1, D}), {1, T, D});
      return rotate(same, positions.rotation(g.tape, Positions::count(g.tape, T)), H);
    });
    const auto dot = [&](int a, int b, int head) {
      double sum = 0;
      for (int d = head * D / H; d < (head + 1) * D / H; ++d)
        sum += static_cast<double>(turned[static_cast<std::size_t>(a * D + d)]) * turned[static_cast<std::size_t>(b * D + d)];
      return sum;
    };
    for (int head = 0; head < H; ++head) {
      for (int t = 0; t + 3 < T; ++t) {
        CHECK(dot(t, t, head) == doctest::Approx(dot(0, 0, head)).epsilon(1e-6));
        CHECK(dot(t, t + 3, head) == doctest::Approx(dot(0, 3, head)).epsilon(1e-6));
      }
      CHECK(std::fabs(dot(0, 3, head) - dot(0, 0, head)) > 0.01);
    }
    CHECK_THROWS_AS(Positions(set, "odd", PositionKind::kRotary, 6, 2), ShapeError);
  }

  TEST_CASE("causal stacks: what comes later changes nothing before it, not by one bit") {
    const auto backend = make_cpu_backend();
    for (const PositionKind positions : {PositionKind::kSinusoidal, PositionKind::kRotary, PositionKind::kLearned}) {
      std::vector<float> x = fill_rule(1, 6 * 8);
      const std::vector<float> before = run_stack(*backend, StackKind::kLanguage, kSmall, positions, x);
      for (std::size_t i = 4 * 8; i < x.size(); ++i) x[i] = -2 * x[i];
      const std::vector<float> after = run_stack(*backend, StackKind::kLanguage, kSmall, positions, x);
      for (std::size_t i = 0; i < 4 * 8; ++i) CHECK(before[i] == after[i]);
      CHECK(before[4 * 8] != after[4 * 8]);
    }
  }

  TEST_CASE("without positions an encoder does not know the order: permuted in, permuted out") {
    const auto backend = make_reference_backend(true);
    const std::vector<float> x = fill_rule(1, 5 * 8);
    const std::size_t order[] = {4, 2, 0, 3, 1};
    const auto permuted = [&](const std::vector<float>& rows) {
      std::vector<float> moved;
      for (const std::size_t from : order)
        moved.insert(moved.end(), rows.begin() + static_cast<std::ptrdiff_t>(8 * from),
                     rows.begin() + static_cast<std::ptrdiff_t>(8 * from + 8));
      return moved;
    };
    LayerSizes pre = kSmall;
    pre.pre_norm = true;
    for (const LayerSizes& sizes : {kSmall, pre}) {
      const auto run = [&](PositionKind kind, const std::vector<float>& in) {
        return run_stack(*backend, StackKind::kEncoder, sizes, kind, in);
      };
      const std::vector<float> expected = permuted(run(PositionKind::kNone, x));
      CHECK(worst_difference(run(PositionKind::kNone, permuted(x)), doubles(expected)) < 2e-7);
      for (const PositionKind kind : {PositionKind::kSinusoidal, PositionKind::kRotary})
        CHECK(worst_difference(run(kind, permuted(x)), doubles(permuted(run(kind, x)))) > 1e-3);
    }
  }

  TEST_CASE("one position after another with the keys and values of those before equals all at once") {
    constexpr int T = 5, D = 8;
    const auto backend = make_reference_backend(true);
    for (const PositionKind kind : {PositionKind::kSinusoidal, PositionKind::kRotary}) {
      ParameterSet set;
      const Positions where(set, "positions", kind, D, 2);
      const TransformerStack stack(set, "stack", kSmall, StackKind::kDecoder, 2);
      const auto run = [&](bool stepwise) {
        return value_of(*backend, set, [&](Graph& g) {
          const Tensor x = filled(g.tape, 1, {2, T, D});
          const LayerMemories memory = stack.look_up(g, filled(g.tape, 2, {2, 3, D}), {});
          LayerMemories past(2);
          std::vector<Tensor> rows;
          std::vector<LayerView> views;
          Dropout none(0, false);
          const auto part = [&](int first, int count, LayerMemories* before) {
            const Tensor at = slice(Positions::count(g.tape, T), 0, first, count);
            return stack(g, where.add(g, slice(x, 1, first, count), at), {none, {}, where.rotation(g.tape, at)},
                         &memory, before, views);
          };
          if (!stepwise) return part(0, T, nullptr);
          for (int t = 0; t < T; ++t) rows.push_back(part(t, 1, &past));
          return concat(rows, 1);
        });
      };
      CHECK(worst_difference(run(true), doubles(run(false))) < 2e-7);
    }
  }

  TEST_CASE("dropout: the right share, the same mean, nothing outside training, anew at every seed") {
    const auto backend = make_cpu_backend();
    constexpr int kCount = 20000;
    const auto run = [&](bool training, std::uint64_t seed, int use) {
      return value_of(*backend, {}, [&](Graph& g) {
        Dropout dropout(0.3f, training);
        Tensor y = dropout(g.tape.fill({kCount}, 1));
        for (int n = 1; n < use; ++n) y = dropout(g.tape.fill({kCount}, 1));
        return y;
      }, seed);
    };
    for (const float y : run(false, 1, 1)) REQUIRE(y == 1.0f);
    const std::vector<float> dropped = run(true, 1, 1);
    int zeros = 0;
    for (const float y : dropped) {
      zeros += y == 0 ? 1 : 0;
      if (y != 0) REQUIRE(y == doctest::Approx(1 / 0.7));
    }
    CHECK(zeros == doctest::Approx(0.3 * kCount).epsilon(0.05));
    CHECK(dropped != run(true, 2, 1));
    CHECK(dropped != run(true, 1, 2));
    CHECK(dropped == run(true, 1, 1));
  }

  TEST_CASE("label smoothing agrees with PyTorch") {
    for (const NamedBackend& on : all_backends()) {
      for (const Json& want : golden("smoothed_losses.json")) {
        CAPTURE(on.name);
        Tape tape;
        const Tensor logits = tape.constant({2, 3, 4}, floats(want.at("logits")));
        const Tensor target = tape.constant({2, 3}, floats(want.at("target")), DType::kI32);
        const Tensor loss =
            smoothed_cross_entropy(logits, target, tape.constant({2, 3}, floats(want.at("mask"))), want.at("smoothing"));
        tape.output("loss", loss);
        tape.output("gradient", gradients(loss, {logits})[0]);
        TestState state(*on.backend, 64);
        const Values got = TestPlan(state, tape).run({});
        CHECK(worst_difference(got.at("loss"), {want.at("loss").get<double>()}) < on.tolerance);
        CHECK(worst_difference(got.at("gradient"), numbers(want["gradient"])) < on.tolerance);
      }
    }
  }

  TEST_CASE("the paper's learning-rate rule, and the straight line") {
    const Json paper{{"rate", 1.0}, {"schedule", {{"type", "transformer"}, {"warmup", 4000}, {"width", 512}}}};
    for (const double step : {1.0, 100.0, 4000.0, 16000.0, 100000.0}) {
      const double want = std::pow(512, -0.5) * std::min(std::pow(step, -0.5), step * std::pow(4000, -1.5));
      CHECK(learning_rate(paper, static_cast<std::uint64_t>(step), 0) == doctest::Approx(want).epsilon(1e-12));
    }
    const Json line{{"rate", 0.01}, {"schedule", {{"type", "linear"}, {"warmup", 10}, {"floor", 0.1}}}};
    CHECK(learning_rate(line, 5, 110) == doctest::Approx(0.005));
    CHECK(learning_rate(line, 10, 110) == doctest::Approx(0.01));
    CHECK(learning_rate(line, 60, 110) == doctest::Approx(0.0055));
    CHECK(learning_rate(line, 110, 110) == doctest::Approx(0.001));
    CHECK(learning_rate(line, 200, 110) == doctest::Approx(0.001));
    CHECK(learning_rate(line, 200, 0) == doctest::Approx(0.01));
  }
}

}  // namespace transformer_parts_tests
