// models: fast weights: golden values, the matrix and the attention that are the same, what is left at the ends of decay and rate, names.
#include <set>

#include "models/form_bench.h"

using namespace heed;
using namespace heed::test;

namespace {

Json fast_spec(int embedding, int hidden, bool layer_norm, const std::string& computed = "matrix") {
  return {{"type", "fast_weights"}, {"embedding", embedding}, {"hidden", hidden}, {"layer_norm", layer_norm}, {"computed", computed}, {"readout", 5}};
}

TaskForm label_answer() {
  TaskForm form;
  form.answer = Answer::kLabel;
  return form;
}

const Json kRetrievals = {{{"source", {4, 7, 5, 8, 9, 9, 4}}, {"target", {5}}}, {{"source", {6, 8, 9, 9, 6}}, {"target", {4}}}};

struct FastBench {
  std::unique_ptr<Model> model;
  FormBatch batch;
  TestState state;

  FastBench(Backend& backend, const Json& spec, const Json& examples = kRetrievals)
      : model(model_for(spec, label_answer(), 10, 7)), batch(label_answer(), examples), state(backend, model->parameters().arena_elems()) {
    std::vector<float> arena = fill_rule(1, model->parameters().arena_elems(), 0.6, 2.7);
    state.write(Arena::kParameters, arena);
  }
  void set(const std::string& name, const std::vector<float>& values) {
    for (const ParameterInfo& info : model->parameters().all()) {
      if (info.name != name) continue;
      REQUIRE(values.size() == info.shape.count());
      state.write(Arena::kParameters, values, info.offset);
      return;
    }
    FAIL("no parameter " << name);
  }
  Values pass() { return passed(*model, state, batch); }
};

/// T(o; 2x2) times `scale`, transposed: rows are examples here.
std::vector<float> turned(double o, double scale) {
  const std::vector<float> w = fill_rule(o, 4, scale);
  return {w[0], w[2], w[1], w[3]};
}

std::vector<double> as_double(const std::vector<float>& values) { return {values.begin(), values.end()}; }

}  // namespace

TEST_SUITE("models.fast_weights") {
  TEST_CASE("states and fast weights are those of the second computation, without layer norm") {
    for (const NamedBackend& on : all_backends()) {
      for (const std::string computed : {"matrix", "attention"}) {
        CAPTURE(on.name);
        CAPTURE(computed);
        Json spec = fast_spec(2, 2, false, computed);
        spec["decay"] = 0.9, spec["rate"] = 0.5;
        FastBench bench(*on.backend, spec, Json::array({{{"source", {4, 5, 6}}, {"target", {4}}}}));
        std::vector<float> table(20, 0);
        for (int t = 1; t <= 3; ++t)
          for (std::size_t i = 0; i < 2; ++i) table[static_cast<std::size_t>(2 * (t + 3)) + i] = fill_rule(t, 2)[i];
        bench.set("encoder.embedding.table", table);
        bench.set("cell.input.weight", turned(.2, 1));
        bench.set("cell.recurrent_weight", turned(.1, .5));
        const Values got = bench.pass();
        CHECK(worst_difference(got.at("encoder.states"),
                               {0.943972209, 1.580601802, 3.376431421, 6.099707522, 56.717320592, 102.350912326}) < 2 * on.tolerance);
        if (computed == "attention") continue;
        const std::vector<float>& A = got.at("memory.content");
        CHECK(worst_difference({A.begin() + 8, A.end()}, {1613.918246508, 2912.40689138, 2912.40689138, 5255.609333622}) < 2 * on.tolerance);
      }
    }
  }

  TEST_CASE("the matrix and the attention over earlier states are the same: values and gradients, any number of inner steps") {
    for (const NamedBackend& on : all_backends()) {
      for (const int inner : {1, 2, 4}) {
        CAPTURE(on.name);
        CAPTURE(inner);
        Json matrix = fast_spec(4, 6, true), attention = fast_spec(4, 6, true, "attention");
        matrix["inner_steps"] = attention["inner_steps"] = inner;
        const Values a = FastBench(*on.backend, matrix).pass(), b = FastBench(*on.backend, attention).pass();
        for (const auto& [name, values] : a) {
          if (name == "memory.content" || name == "memory.by_matrix") continue;
          if (name == "memory.by_attention") {
            CHECK(worst_difference(values, as_double(a.at("memory.by_matrix"))) < 1e-5);
            continue;
          }
          if (name == "memory.two_ways") {
            for (std::size_t n = 0; n < values.size(); n += 2) CHECK(values[n + 1] <= 1e-5f * (1 + values[n]));
            CHECK(*std::max_element(values.begin(), values.end()) > 0.1f);
            continue;
          }
          CAPTURE(name);
          CHECK(worst_difference(values, as_double(b.at(name))) < 1e-5);
        }
      }
    }
  }

  TEST_CASE("in double they agree to twelve places") {
    const auto backend = make_reference_backend(true);
    Json matrix = fast_spec(4, 6, true), attention = fast_spec(4, 6, true, "attention");
    matrix["inner_steps"] = attention["inner_steps"] = 3;
    matrix["decay"] = attention["decay"] = 0.5;  // its powers, which are constants in single precision, are exact
    const auto model = model_for(matrix, label_answer(), 10, 7), other = model_for(attention, label_answer(), 10, 7);
    TestState state(*backend, model->parameters().arena_elems());
    state.write(Arena::kParameters, fill_rule(1, model->parameters().arena_elems(), 0.6, 2.7));
    const FormBatch batch(label_answer(), kRetrievals);
    // Outputs are single precision: the values of the one are a base on the tape of the other, so that what is left is taken in double. A base
    // in single precision is the same for both, and so the two differences are compared.
    std::vector<float> base;
    const auto beyond = [&](const Model& one) {
      Tape tape;
      Graph graph(tape, one.parameters());
      const Tensor logits = one.forward(graph, batch.on(tape, false)).logits;
      if (base.empty()) base = answered(one, state, batch, 1).at("logits");
      tape.output("beyond", logits - tape.constant(logits.shape(), base));
      return TestPlan(state, tape).run({}).at("beyond");
    };
    const std::vector<float> a = beyond(*model), b = beyond(*other);
    REQUIRE(a.size() == b.size());
    // What is beyond a single-precision base is below 1e-7, and read to seven places of its own: to 1e-14.
    for (std::size_t i = 0; i < a.size(); ++i) CHECK(std::fabs(a[i] - b[i]) < 1e-12f);
    CHECK(std::fabs(base[0]) > 1e-3f);
    CHECK(std::any_of(a.begin(), a.end(), [](float d) { return d != 0; }));
  }

  TEST_CASE("rate 0 leaves a plain recurrent net: no trace of the past but the state") {
    const auto backend = make_cpu_backend();
    for (const bool norm : {false, true}) {
      CAPTURE(norm);
      Json spec = fast_spec(2, 3, norm);
      spec["rate"] = 0;
      FastBench bench(*backend, spec, Json::array({{{"source", {4, 5, 6, 4}}, {"target", {4}}}}));
      const Values got = bench.pass();
      const auto parameter = [&](const std::string& name) {
        for (const ParameterInfo& info : bench.model->parameters().all())
          if (info.name == name) return part_of(bench.state.read(Arena::kParameters), info);
        throw std::invalid_argument(name);
      };
      const std::vector<float> W = parameter("cell.recurrent_weight"), C = parameter("cell.input.weight"), table = parameter("encoder.embedding.table");
      std::vector<double> h(3, 0), all;
      for (const std::size_t token : {4u, 5u, 6u, 4u}) {
        std::vector<double> z(3, 0);
        for (std::size_t j = 0; j < 3; ++j) {
          for (std::size_t i = 0; i < 3; ++i) z[j] += h[i] * static_cast<double>(W[i * 3 + j]);
          for (std::size_t i = 0; i < 2; ++i) z[j] += static_cast<double>(table[token * 2 + i] * C[i * 3 + j]);
        }
        if (norm) {
          const std::vector<float> gain = parameter("cell.norm.gain"), bias = parameter("cell.norm.bias");
          const double mean = (z[0] + z[1] + z[2]) / 3;
          double variance = 0;
          for (const double v : z) variance += (v - mean) * (v - mean) / 3;
          for (std::size_t j = 0; j < 3; ++j) z[j] = static_cast<double>(gain[j]) * (z[j] - mean) / std::sqrt(variance + 1e-5) + static_cast<double>(bias[j]);
        }
        for (std::size_t j = 0; j < 3; ++j) all.push_back(h[j] = std::max(0.0, z[j]));
      }
      CHECK(worst_difference(got.at("encoder.states"), all) < 1e-4);
      for (const float a : got.at("memory.content")) CHECK(a == 0);
    }
  }

  TEST_CASE("decay 0 remembers the state before and no other; scores of a row add up to 1 and never look ahead") {
    const auto backend = make_cpu_backend();
    for (const double decay : {0.0, 0.9}) {
      CAPTURE(decay);
      Json spec = fast_spec(4, 6, true);
      spec["decay"] = decay;
      FastBench bench(*backend, spec, Json::array({kRetrievals[0]}));
      const std::vector<float> read = bench.pass().at("memory.read");
      int looked = 0;
      for (std::size_t t = 0; t < 7; ++t) {
        double total = 0;
        for (std::size_t s = 0; s < 7; ++s) {
          const float weight = read[t * 7 + s];
          total += static_cast<double>(weight);
          CHECK(weight >= 0);
          if (s >= t || (decay == 0 && s + 1 != t)) CHECK(weight == 0);
        }
        if (total == 0) continue;
        CHECK(total == doctest::Approx(1).epsilon(1e-5));
        ++looked;
      }
      CHECK(looked >= 4);
    }
  }

  TEST_CASE("padding changes nothing, and the picture is that of each example's own last step") {
    for (const NamedBackend& on : all_backends()) {
      CAPTURE(on.name);
      const Values both = FastBench(*on.backend, fast_spec(4, 6, true)).pass();
      for (std::size_t b = 0; b < 2; ++b) {
        const Values alone = FastBench(*on.backend, fast_spec(4, 6, true), Json::array({kRetrievals[b]})).pass();
        CHECK(worst_difference(part_row(both.at("logits"), b, 2), as_double(alone.at("logits"))) < 1e-5);
        std::vector<float> picture = part_row(both.at("memory.alignment"), b, 2);
        for (std::size_t s = kRetrievals[b].at("source").size(); s < picture.size(); ++s) CHECK(picture[s] == 0);
        picture.resize(kRetrievals[b].at("source").size());
        CHECK(worst_difference(picture, as_double(alone.at("memory.alignment"))) < 1e-5);
        double total = 0;
        for (const float weight : picture) total += static_cast<double>(weight);
        CHECK(total == doctest::Approx(1).epsilon(1e-4));
      }
    }
  }

  TEST_CASE("names of parameters and taps are pinned, and both ways of computing have the same parameters") {
    std::set<std::string> names;
    for (const std::string computed : {"matrix", "attention"}) {
      const auto model = model_for(fast_spec(4, 6, true, computed), label_answer(), 10, 7);
      names.clear();
      for (const ParameterInfo& info : model->parameters().all()) names.insert(info.name);
      CHECK(names == std::set<std::string>{"encoder.embedding.table", "cell.input.weight", "cell.recurrent_weight", "cell.norm.gain", "cell.norm.bias",
                                           "readout.weight", "readout.bias", "output.weight", "output.bias"});
    }
    CHECK(model_for(fast_spec(4, 6, true), label_answer(), 10, 7)->tap_names() ==
          std::vector<std::string>{"encoder.embedding", "encoder.states", "memory.alignment", "logits", "memory.read", "memory.content",
                                   "memory.two_ways", "memory.by_matrix", "memory.by_attention"});
    CHECK(model_for(fast_spec(4, 6, false, "attention"), label_answer(), 10, 7)->picture_taps() == std::vector<std::string>{"memory.read"});
    CHECK(model_for(fast_spec(4, 6, false), label_answer(), 10, 7)->parameters().all().size() == 7);
  }
}
