// nn: recurrent cells against PyTorch, their invariants, and scans past padding.
#include "models/model_test.h"
#include "nn/sequence.h"

using namespace heed;
using namespace heed::test;

namespace {

struct CellRun {
  ParameterSet set;
  std::unique_ptr<RecurrentCell> cell;
};

std::unique_ptr<CellRun> cell_of(const std::string& kind, int in, int hidden) {
  auto run = std::make_unique<CellRun>();
  run->cell = make_cell(kind, run->set, "cell", in, hidden);
  REQUIRE(run->cell != nullptr);
  return run;
}

/// Names the state and the gradients of sum(T(5) h') + sum(T(6) c') as outputs.
void record_golden_step(Graph& graph, const RecurrentCell& cell, int B, int in, bool has_memory) {
  Tape& tape = graph.tape;
  const Tensor x = tape.input("x", {B, in});
  const Tensor h = tape.input("h", {B, cell.hidden()});
  const Tensor c = has_memory ? tape.input("c", {B, cell.hidden()}) : Tensor{};
  const RecurrentState next = cell.step(graph, cell.project(graph, x), {h, c});
  const std::size_t count = next.h.shape().count();
  Tensor total = sum_all(next.h * tape.constant(next.h.shape(), fill_rule(5, count)));
  if (has_memory) total = total + sum_all(next.c * tape.constant(next.c.shape(), fill_rule(6, count)));
  std::vector<Tensor> wrt{x, h};
  if (has_memory) wrt.push_back(c);
  for (const auto& [parameter, tensor] : graph.used()) wrt.push_back(tensor);
  const std::vector<Tensor> grads = gradients(total, wrt);
  tape.output("new_h", next.h);
  if (has_memory) tape.output("new_c", next.c);
  std::size_t at = 0;
  tape.output("x_gradient", grads[at++]);
  tape.output("h_gradient", grads[at++]);
  if (has_memory) tape.output("c_gradient", grads[at++]);
  for (const auto& [parameter, tensor] : graph.used()) tape.output(graph.parameters()[parameter].name, grads[at++]);
}

}  // namespace

TEST_SUITE("nn.cells") {
  TEST_CASE("one step and its gradients agree with PyTorch") {
    for (const NamedBackend& on : all_backends()) {
      for (const Json& want : golden("cells.json")) {
        const std::string kind = want.at("cell");
        CAPTURE(on.name);
        CAPTURE(kind);
        const auto run = cell_of(kind, want.at("in"), want.at("hidden"));
        Tape tape;
        Graph graph(tape, run->set);
        record_golden_step(graph, *run->cell, 2, want.at("in"), kind == "lstm");
        TestState state(*on.backend, run->set.arena_elems());
        state.write(Arena::kParameters, arena_of(run->set, want.at("parameters"), "cell."));
        TestPlan plan(state, tape);
        const Values got =
            plan.run({{"x", {floats(want["x"]), {}}}, {"h", {floats(want["h"]), {}}}, {"c", {floats(want["c"]), {}}}});
        for (const std::string name : {"new_h", "new_c", "x_gradient", "h_gradient", "c_gradient"}) {
          if (!want.contains(name)) continue;
          CAPTURE(name);
          CHECK(worst_difference(got.at(name), numbers(want[name])) < on.tolerance);
        }
        for (const ParameterInfo& info : run->set.all()) {
          CAPTURE(info.name);
          CHECK(worst_difference(got.at(info.name), numbers(want["gradients"].at(info.name.substr(5)))) < on.tolerance);
        }
      }
    }
  }

  // Vectors of the catalogue's section 9, in PyTorch's layout (gates H, in): the fill rule there is in float64.
  TEST_CASE("one step agrees with the catalogue's vectors") {
    struct Row {
      std::string kind;
      int gates;
      std::vector<double> h, c;
    };
    const std::vector<Row> rows{{"lstm", 4, {0.154734001, -0.098798569}, {0.279809681, -1.384719531}},
                                {"gru_cudnn", 3, {0.545795444, 0.172769105}, {}},
                                {"gru", 3, {0.54562851, 0.172422837}, {}}};
    const auto transposed = [](double offset, int gates_h, int in) {
      const std::vector<float> w = fill_rule(offset, static_cast<std::size_t>(gates_h * in));
      std::vector<float> out(w.size());
      for (int r = 0; r < gates_h; ++r)
        for (int c = 0; c < in; ++c)
          out[static_cast<std::size_t>(c * gates_h + r)] = w[static_cast<std::size_t>(r * in + c)];
      return out;
    };
    for (const Row& row : rows) {
      CAPTURE(row.kind);
      const auto run = cell_of(row.kind, 3, 2);
      const int n = row.gates * 2;
      const std::vector<float> U = transposed(0.2, n, 2), b_x = fill_rule(0.3, static_cast<std::size_t>(n)),
                               b_h = fill_rule(0.4, static_cast<std::size_t>(n));
      Json parameters{{"input_weight", transposed(0.1, n, 3)}, {"recurrent_weight", U}, {"recurrent_bias", b_h}};
      std::vector<float> bias = b_x, gates, candidate;
      if (row.kind != "gru_cudnn")
        for (std::size_t i = 0; i < bias.size(); ++i) bias[i] += b_h[i];
      parameters["bias"] = bias;
      for (std::size_t i = 0; i < U.size(); ++i)
        (i % static_cast<std::size_t>(n) < 4 ? gates : candidate).push_back(U[i]);
      parameters["recurrent_gate_weight"] = gates;
      parameters["recurrent_candidate_weight"] = candidate;
      Tape tape;
      Graph graph(tape, run->set);
      const RecurrentState before{tape.constant({1, 2}, fill_rule(2, 2)), tape.constant({1, 2}, fill_rule(3, 2))};
      const RecurrentState after =
          run->cell->step(graph, run->cell->project(graph, tape.constant({1, 3}, fill_rule(1, 3))), before);
      tape.output("h", after.h);
      if (after.c) tape.output("c", after.c);
      const auto backend = make_reference_backend(true);
      TestState state(*backend, run->set.arena_elems());
      state.write(Arena::kParameters, arena_of(run->set, parameters, "cell."));
      const Values got = TestPlan(state, tape).run({});
      CHECK(worst_difference(got.at("h"), row.h) < 3e-7);
      if (after.c) CHECK(worst_difference(got.at("c"), row.c) < 3e-7);
    }
  }

  TEST_CASE("an LSTM whose gates say keep and write nothing keeps its memory for ever") {
    const auto run = cell_of("lstm", 1, 3);
    std::vector<float> arena(run->set.arena_elems(), 0.0f);
    for (const ParameterInfo& info : run->set.all()) {
      if (info.name != "cell.bias") continue;
      for (std::size_t i = 0; i < 3; ++i) {
        arena[info.offset + i] = -200;     // i = 0
        arena[info.offset + 3 + i] = 200;  // f = 1
      }
    }
    Tape tape;
    Graph graph(tape, run->set);
    RecurrentState s{tape.fill({1, 3}, 0), tape.constant({1, 3}, {0.5f, -2, 3})};
    for (int t = 0; t < 30; ++t) s = run->cell->step(graph, run->cell->project(graph, tape.fill({1, 1}, 1)), s);
    tape.output("c", s.c);
    const auto backend = make_reference_backend();
    TestState state(*backend, run->set.arena_elems());
    state.write(Arena::kParameters, arena);
    CHECK(TestPlan(state, tape).run({}).at("c") == std::vector<float>{0.5f, -2, 3});
  }

  TEST_CASE("whole sequences and their gradients agree with PyTorch's recurrent nets") {
    for (const NamedBackend& on : all_backends()) {
      for (const Json& want : golden("sequences.json")) {
        const std::string kind = want.at("cell");
        CAPTURE(on.name);
        CAPTURE(kind);
        const auto run = cell_of(kind, want.at("in"), want.at("hidden"));
        const int B = want.at("shape")[0], S = want.at("shape")[1], H = want.at("hidden");
        Tape tape;
        Graph graph(tape, run->set);
        const Tensor x = tape.input("x", {B, S, want.at("in").get<int>()});
        std::vector<Tensor> h;
        for (const RecurrentState& s : scan(graph, *run->cell, run->cell->project(graph, x), {}, Direction::kForward))
          h.push_back(s.h);
        const Tensor states = stack_time(h);
        const Tensor total =
            sum_all(states * tape.constant({B, S, H}, fill_rule(5, static_cast<std::size_t>(B * S * H))));
        std::vector<Tensor> wrt{x};
        for (const auto& [parameter, tensor] : graph.used()) wrt.push_back(tensor);
        const std::vector<Tensor> grads = gradients(total, wrt);
        tape.output("states", states);
        tape.output("x_gradient", grads[0]);
        for (std::size_t i = 1; i < grads.size(); ++i) tape.output(run->set[graph.used()[i - 1].first].name, grads[i]);
        TestState state(*on.backend, run->set.arena_elems());
        state.write(Arena::kParameters, arena_of(run->set, want.at("parameters"), "cell."));
        const Values got = TestPlan(state, tape).run({{"x", {floats(want["x"]), {}}}});
        CHECK(worst_difference(got.at("states"), numbers(want["states"])) < on.tolerance);
        CHECK(worst_difference(got.at("x_gradient"), numbers(want["x_gradient"])) < on.tolerance);
        for (const ParameterInfo& info : run->set.all()) {
          CAPTURE(info.name);
          CHECK(worst_difference(got.at(info.name), numbers(want["gradients"].at(info.name.substr(5)))) < on.tolerance);
        }
      }
    }
  }

  TEST_CASE("a ReLU net starts by copying its state") {
    const auto run = cell_of("irnn", 2, 3);
    Tape tape;
    Graph graph(tape, run->set);
    RecurrentState s{tape.constant({1, 3}, {0.5f, 0, 3}), {}};
    for (int t = 0; t < 30; ++t) s = run->cell->step(graph, run->cell->project(graph, tape.fill({1, 2}, 0)), s);
    tape.output("h", s.h);
    const auto backend = make_reference_backend();
    TestState state(*backend, run->set.arena_elems());
    state.write(Arena::kParameters, run->set.initial_values(1));
    CHECK(TestPlan(state, tape).run({}).at("h") == std::vector<float>{0.5f, 0, 3});
  }

  TEST_CASE("gates that are watched are those of the step") {
    for (const std::string kind : {"lstm", "gru", "gru_cudnn"}) {
      CAPTURE(kind);
      const auto run = cell_of(kind, 3, 2);
      const auto backend = make_reference_backend(true);
      Tape tape;
      Graph graph(tape, run->set);
      const Tensor projected = run->cell->project(graph, tape.constant({1, 3}, fill_rule(1, 3)));
      const RecurrentState before{tape.constant({1, 2}, fill_rule(2, 2)), tape.constant({1, 2}, fill_rule(3, 2))};
      const RecurrentState after = run->cell->step(graph, projected, before);
      tape.output("h", after.h);
      tape.output("c", kind == "lstm" ? after.c : after.h);
      std::vector<std::string> names;
      for (const Gate& gate : run->cell->watch(graph, projected, before)) {
        names.push_back(gate.name);
        tape.output(gate.name, gate.value);
      }
      CHECK(names == run->cell->gate_names());
      TestState state(*backend, run->set.arena_elems());
      state.write(Arena::kParameters, run->set.initial_values(1));
      const Values got = TestPlan(state, tape).run({});
      const std::vector<float> h = fill_rule(2, 2), c = fill_rule(3, 2);
      for (std::size_t i = 0; i < 2; ++i) {
        if (kind == "lstm") {
          CHECK(got.at("h")[i] == doctest::Approx(got.at("output")[i] * std::tanh(got.at("c")[i])).epsilon(1e-6));
          const float written = (got.at("c")[i] - got.at("forget")[i] * c[i]) / got.at("input")[i];
          CHECK(std::fabs(written) < 1);  // tanh of the candidate
        } else {
          const float keep = got.at("keep")[i];
          CHECK(std::fabs((got.at("h")[i] - keep * h[i]) / (1 - keep)) < 1);
        }
      }
    }
  }

  TEST_CASE("chrono biases are spread over the delays, input against forget; a forget bias may be chosen") {
    ParameterSet set;
    make_cell("lstm_chrono", set, "chrono", 2, 64, {1, 40});
    make_cell("lstm", set, "biased", 2, 2, {4, 0});
    const std::vector<float> arena = set.initial_values(1);
    for (const ParameterInfo& info : set.all()) {
      if (info.name == "biased.bias") CHECK(part_of(arena, info) == std::vector<float>{0, 0, 4, 4, 0, 0, 0, 0});
      if (info.name != "chrono.bias") continue;
      const std::vector<float> bias = part_of(arena, info);
      int low = 0;
      for (std::size_t i = 0; i < 64; ++i) {
        CHECK(bias[i] == -bias[64 + i]);
        CHECK(bias[64 + i] >= 0);
        CHECK(bias[64 + i] <= std::log(39.0f));
        CHECK(bias[128 + i] == 0);
        CHECK(bias[192 + i] == 0);
        low += std::exp(bias[64 + i]) < 20 ? 1 : 0;
      }
      CHECK(low > 16);
      CHECK(low < 48);
    }
  }

  TEST_CASE("the forget gate's bias starts at one") {
    const auto run = cell_of("lstm", 2, 2);
    const std::vector<float> arena = run->set.initial_values(1);
    for (const ParameterInfo& info : run->set.all())
      if (info.name == "cell.bias") CHECK(part_of(arena, info) == std::vector<float>{0, 0, 1, 1, 0, 0, 0, 0});
  }

  TEST_CASE("a scan keeps the state through padding in both directions") {
    for (const std::string kind : {"rnn", "irnn", "lstm", "lstm_chrono", "gru", "gru_cudnn"}) {
      CAPTURE(kind);
      ParameterSet set;
      const RecurrentEncoder encoder(set, "e", kind, 2, 3, true);
      const auto backend = make_reference_backend();
      TestState state(*backend, set.arena_elems());
      state.write(Arena::kParameters, set.initial_values(3));
      const auto encode = [&](int S, const std::vector<float>& x, const std::vector<float>& mask) {
        Tape tape;
        Graph graph(tape, set);
        const Encoded out = encoder(graph, tape.constant({1, S, 2}, x), tape.constant({1, S}, mask));
        tape.output("annotations", out.annotations);
        tape.output("final", out.final_state);
        tape.output("last", out.last_read);
        return TestPlan(state, tape).run({});
      };
      const Values short_row = encode(2, {0.3f, -1, 0.7f, 0.2f}, {1, 1});
      const Values padded = encode(4, {0.3f, -1, 0.7f, 0.2f, 9, 9, 9, 9}, {1, 1, 0, 0});
      CHECK(short_row.at("final") == padded.at("final"));
      CHECK(short_row.at("last") == padded.at("last"));
      const std::vector<float>& h = padded.at("annotations");
      CHECK(short_row.at("annotations") == std::vector<float>(h.begin(), h.begin() + 12));
    }
  }

  TEST_CASE("make_cell knows no other cell") {
    ParameterSet set;
    CHECK(make_cell("transformer", set, "x", 1, 1) == nullptr);
    CHECK(set.all().empty());
  }
}
