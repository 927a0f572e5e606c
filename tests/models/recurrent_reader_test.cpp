// models: the recurrent reader against PyTorch (tests/golden/generate_recurrent.py), the closed forms of its gradients
// in time, and what its read-outs have in common.
#include <algorithm>
#include <set>

#include "models/model_test.h"
#include "models/recurrent_reader.h"

using namespace heed;
using namespace heed::test;

namespace {

constexpr int kReaderSources = 7, kReaderTargets = 6;

struct ReaderBench {
  explicit ReaderBench(const Json& spec) {
    Result<Json> valid = validate(recurrent_reader_part(), spec, "model");
    REQUIRE_MESSAGE(valid.ok(), (valid.ok() ? "" : valid.error()));
    TaskForm form;
    form.answer = Answer::kLabel;
    model = std::make_unique<RecurrentReader>(*valid, form, kReaderSources, kReaderTargets);
    arena = model->parameters().initial_values(5);
  }

  void put(const std::string& name, const std::vector<float>& values) {
    for (const ParameterInfo& info : model->parameters().all()) {
      if (info.name != name) continue;
      REQUIRE(info.shape.count() == values.size());
      std::copy(values.begin(), values.end(), arena.begin() + static_cast<std::ptrdiff_t>(info.offset));
      return;
    }
    FAIL(name);
  }

  /// Loss, gradients by parameter name and all taps; sources padded to S.
  Values run(Backend& backend, const Rows& sources, const std::vector<int>& labels, int S) {
    const int B = static_cast<int>(sources.size());
    Tape tape;
    Graph graph(tape, model->parameters());
    const SequenceBatch batch = inputs(tape, B, S);
    const Forward out = model->forward(graph, batch);
    std::vector<Tensor> wrt;
    for (const auto& [parameter, tensor] : graph.used()) wrt.push_back(tensor);
    const std::vector<Tensor> grads = gradients(out.loss, wrt);
    tape.output("loss", out.loss);
    for (std::size_t i = 0; i < grads.size(); ++i)
      tape.output(model->parameters()[graph.used()[i].first].name, grads[i]);
    return execute(backend, tape, sources, labels, S);
  }

  /// "gradient": of the sum of logit number `label` with respect to the embedded source (B,S,D).
  Values saliency(Backend& backend, const Rows& sources, int label, int S) {
    Tape tape;
    Graph graph(tape, model->parameters());
    const Tensor logits = model->answers(graph, inputs(tape, static_cast<int>(sources.size()), S));
    const Tensor seed = sum_all(slice(logits, 2, label, 1));
    tape.output("gradient", gradients(seed, {tape.tapped("encoder.embedding")})[0]);
    return execute(backend, tape, sources, std::vector<int>(sources.size(), 3), S);
  }

  static SequenceBatch inputs(Tape& tape, int B, int S) {
    SequenceBatch batch;
    batch.source = tape.input("source", {B, S}, DType::kI32);
    batch.source_mask = tape.input("source_mask", {B, S});
    batch.target_out = tape.input("target_out", {B, 1}, DType::kI32);
    batch.target_mask = tape.input("target_mask", {B, 1});
    return batch;
  }

  Values execute(Backend& backend, Tape& tape, const Rows& sources, const std::vector<int>& labels, int S) {
    TestState state(backend, model->parameters().arena_elems());
    state.write(Arena::kParameters, arena);
    Rows targets;
    for (const int label : labels) targets.push_back({label});
    return TestPlan(state, tape, model->tap_names()).run(batch_feeds(sources, targets, S, 1));
  }

  std::unique_ptr<RecurrentReader> model;
  std::vector<float> arena;
};

Json reader_spec(const std::string& cell, const std::string& read_out) {
  return {{"type", "recurrent_reader"},
          {"embedding", 3},
          {"cell", {{"type", cell}, {"hidden", 4}}},
          {"read_out", {{"type", read_out}}}};
}

/// Parameter number i in the order of the names is scale sin(1 + i + stride k).
std::vector<float> reader_arena(const ParameterSet& set, const Json& setting) {
  std::vector<ParameterInfo> infos = set.all();
  std::sort(infos.begin(), infos.end(), [](const ParameterInfo& a, const ParameterInfo& b) { return a.name < b.name; });
  std::vector<float> arena(set.arena_elems(), 0.0f);
  for (std::size_t i = 0; i < infos.size(); ++i) {
    const std::vector<float> values =
        fill_rule(1.0 + static_cast<double>(i), infos[i].shape.count(), setting.at("scale"), setting.at("stride"));
    std::copy(values.begin(), values.end(), arena.begin() + static_cast<std::ptrdiff_t>(infos[i].offset));
  }
  return arena;
}

const Rows kReaderRows{{3, 5, 6, 4}, {4, 3}, {6, 6, 5}};
const std::vector<int> kReaderLabels{3, 5, 4};
const std::vector<std::string> kReaderCells{"rnn", "irnn", "lstm", "lstm_chrono", "gru", "gru_cudnn"},
    kReadOuts{"last", "max", "mean", "attention"};

}  // namespace

TEST_SUITE("models.recurrent_reader") {
  TEST_CASE("loss, all gradients, logits and alignment agree with PyTorch") {
    const Json file = golden("recurrent_reader.json");
    for (const NamedBackend& on : all_backends()) {
      for (std::size_t n = 1; n < file.size(); ++n) {
        const Json& want = file[n];
        CAPTURE(on.name);
        CAPTURE(want.at("spec").dump());
        ReaderBench bench(want.at("spec"));
        bench.arena = reader_arena(bench.model->parameters(), file[0]);
        const Rows sources = file[0].at("sources").get<Rows>();
        const Values got = bench.run(*on.backend, sources, file[0].at("labels").get<std::vector<int>>(), 4);
        CHECK(worst_difference(got.at("loss"), {want.at("loss").get<double>()}) < on.tolerance);
        CHECK(want.at("gradients").size() == bench.model->parameters().all().size());
        for (const ParameterInfo& info : bench.model->parameters().all()) {
          CAPTURE(info.name);
          CHECK(worst_difference(got.at(info.name), numbers(want["gradients"].at(info.name))) < on.tolerance);
        }
        for (std::size_t b = 0; b < sources.size(); ++b) {
          const auto first = got.at("reader.logits").begin() + static_cast<std::ptrdiff_t>(b * kReaderTargets);
          CHECK(worst_difference({first, first + kReaderTargets}, numbers(want["logits"][b])) < on.tolerance);
          if (want["alignment"][b].is_null()) continue;
          std::vector<double> row = numbers(want["alignment"][b]);
          row.resize(4, 0.0);
          const auto at = got.at("reader.alignment").begin() + static_cast<std::ptrdiff_t>(b * 4);
          CHECK(worst_difference({at, at + 4}, row) < on.tolerance);
        }
      }
    }
  }

  TEST_CASE("tap names are pinned") {
    const auto taps = [](const std::string& cell, const std::string& read_out) {
      return ReaderBench(reader_spec(cell, read_out)).model->tap_names();
    };
    CHECK(taps("rnn", "last") ==
          std::vector<std::string>{"encoder.embedding", "encoder.states", "reader.summary", "reader.logits"});
    CHECK(taps("lstm", "max") == std::vector<std::string>{"encoder.embedding", "encoder.states", "encoder.input_gate",
                                                          "encoder.forget_gate", "encoder.output_gate",
                                                          "encoder.memory", "reader.summary", "reader.alignment",
                                                          "reader.logits"});
    CHECK(taps("gru", "attention") ==
          std::vector<std::string>{"encoder.embedding", "encoder.states", "encoder.reset_gate", "encoder.keep_gate",
                                   "reader.summary", "reader.energies", "reader.alignment", "reader.logits"});
  }

  TEST_CASE("every cell and read-out records exactly the taps that are announced, in the shapes that are promised") {
    for (const std::string& cell : kReaderCells) {
      for (const std::string& read_out : kReadOuts) {
        CAPTURE(cell);
        CAPTURE(read_out);
        const ReaderBench bench(reader_spec(cell, read_out));
        Tape tape;
        Graph graph(tape, bench.model->parameters());
        bench.model->forward(graph, ReaderBench::inputs(tape, 2, 5));
        std::set<std::string> recorded;
        for (const NamedTensor& t : tape.taps()) recorded.insert(t.name);
        const std::vector<std::string> names = bench.model->tap_names();
        CHECK(recorded == std::set<std::string>(names.begin(), names.end()));
        CHECK(graph.used().size() == bench.model->parameters().all().size());
        for (const std::string& name : names) {
          CAPTURE(name);
          const Shape shape = tape.tapped(name).shape();
          if (name == "encoder.embedding") CHECK(shape == Shape{2, 5, 3});
          if (name.rfind("encoder.", 0) == 0 && name != "encoder.embedding") CHECK(shape == Shape{2, 5, 4});
          if (name == "reader.alignment" || name == "reader.energies") CHECK(shape == Shape{2, 1, 5});
          if (name == "reader.summary") CHECK(shape == Shape{2, 4});
          if (name == "reader.logits") CHECK(shape == Shape{2, 1, kReaderTargets});
        }
      }
    }
  }

  TEST_CASE("parameter names are pinned") {
    const auto names = [](const Json& spec) {
      std::set<std::string> found;
      const ReaderBench bench(spec);
      for (const ParameterInfo& info : bench.model->parameters().all()) found.insert(info.name);
      return found;
    };
    const std::set<std::string> plain{"encoder.embedding.table", "encoder.cell.input_weight",
                                      "encoder.cell.bias",       "encoder.cell.recurrent_weight",
                                      "reader.output.weight",    "reader.output.bias"};
    std::set<std::string> attentive = plain;
    attentive.insert({"reader.key.weight", "reader.key.bias", "reader.query"});
    CHECK(names(reader_spec("lstm", "last")) == plain);
    CHECK(names(reader_spec("rnn", "attention")) == attentive);
  }

  // With all weights and inputs positive the ReLU net is linear: the closed form W_y W_h^(T-t) W_x must come out.
  TEST_CASE("the gradient in time of a linear net is a power of its recurrent weight") {
    const auto backend = make_reference_backend(true);
    Json spec = reader_spec("irnn", "last");
    spec["cell"]["hidden"] = 2;
    ReaderBench bench(spec);
    const std::vector<float> W_x{0.5f, 0.25f, 0.125f, 1, 0.75f, 0.5f}, W_h{0.5f, 0.25f, 0.75f, 0.5f};
    std::vector<float> W_y(2 * kReaderTargets, 0.0f);
    W_y[4] = 1.5f;
    W_y[kReaderTargets + 4] = -0.5f;
    bench.put("encoder.embedding.table", std::vector<float>(3 * kReaderSources, 0.5f));
    bench.put("encoder.cell.input_weight", W_x);
    bench.put("encoder.cell.recurrent_weight", W_h);
    bench.put("reader.output.weight", W_y);
    constexpr int T = 6;
    const std::vector<float> got = bench.saliency(*backend, {{3, 4, 5, 6, 3, 4}}, 4, T).at("gradient");
    std::vector<double> delta{W_y[4], W_y[kReaderTargets + 4]};  // dy/dh_t, from the last step back
    for (std::size_t t = T; t-- > 0;) {
      for (std::size_t n = 0; n < 3; ++n)
        CHECK(got[t * 3 + n] == doctest::Approx(W_x[n * 2] * delta[0] + W_x[n * 2 + 1] * delta[1]).epsilon(1e-6));
      delta = {W_h[0] * delta[0] + W_h[1] * delta[1], W_h[2] * delta[0] + W_h[3] * delta[1]};
    }
  }

  TEST_CASE("a state does not depend on what comes after it, and nothing depends on padding") {
    const auto backend = make_reference_backend();
    for (const std::string& cell : kReaderCells) {
      CAPTURE(cell);
      ReaderBench bench(reader_spec(cell, "attention"));
      Tape tape;
      Graph graph(tape, bench.model->parameters());
      bench.model->answers(graph, ReaderBench::inputs(tape, 1, 5));
      const Tensor early = sum_all(square(slice(tape.tapped("encoder.states"), 1, 1, 1)));
      tape.output("gradient", gradients(early, {tape.tapped("encoder.embedding")})[0]);
      const std::vector<float> got = bench.execute(*backend, tape, {{3, 4, 5, 6, 3}}, {3}, 5).at("gradient");
      for (std::size_t i = 0; i < 6; ++i) CHECK(got[i] != 0);
      for (std::size_t i = 6; i < 15; ++i) CHECK(got[i] == 0);
      for (const std::string& read_out : kReadOuts) {
        ReaderBench other(reader_spec(cell, read_out));
        const std::vector<float> padded = other.saliency(*backend, {{3, 4, 5}}, 4, 5).at("gradient");
        for (std::size_t i = 9; i < 15; ++i) CHECK(padded[i] == 0);
      }
    }
  }

  TEST_CASE("padding the batch further changes nothing") {
    for (const NamedBackend& on : all_backends()) {
      for (const std::string& read_out : kReadOuts) {
        CAPTURE(on.name);
        CAPTURE(read_out);
        ReaderBench bench(reader_spec("lstm", read_out));
        const Values tight = bench.run(*on.backend, kReaderRows, kReaderLabels, 4),
                     loose = bench.run(*on.backend, kReaderRows, kReaderLabels, 7);
        CHECK(loose.at("loss")[0] == doctest::Approx(tight.at("loss")[0]).epsilon(1e-5));
        for (const ParameterInfo& info : bench.model->parameters().all()) {
          CAPTURE(info.name);
          const std::vector<float>& want = tight.at(info.name);
          CHECK(worst_difference(loose.at(info.name), {want.begin(), want.end()}) < 1e-5);
        }
      }
    }
  }

  TEST_CASE("a source of one symbol is read alike whatever the read-out") {
    const auto backend = make_reference_backend();
    std::vector<std::vector<float>> summaries;
    for (const std::string& read_out : kReadOuts) {
      ReaderBench bench(reader_spec("gru", read_out));
      const Values got = bench.run(*backend, {{4}}, {3}, 3);
      summaries.push_back(got.at("reader.summary"));
      if (got.contains("reader.alignment")) CHECK(got.at("reader.alignment") == std::vector<float>{1, 0, 0});
    }
    for (const std::vector<float>& summary : summaries)
      for (std::size_t i = 0; i < 4; ++i) CHECK(summary[i] == doctest::Approx(summaries[0][i]).epsilon(1e-6));
  }

  TEST_CASE("with the largest values the gradient of a unit goes to the position where it had its largest") {
    const auto backend = make_reference_backend(true);
    ReaderBench bench(reader_spec("rnn", "max"));
    Tape tape;
    Graph graph(tape, bench.model->parameters());
    bench.model->answers(graph, ReaderBench::inputs(tape, 1, 4));
    const Tensor m = sum_all(tape.tapped("reader.summary"));
    tape.output("gradient", gradients(m, {tape.tapped("encoder.states")})[0]);
    const Values got = bench.execute(*backend, tape, {{3, 5, 6, 4}}, {3}, 4);
    const std::vector<float>&h = got.at("encoder.states"), &d = got.at("gradient");
    std::vector<float> votes(4, 0.0f);
    for (std::size_t unit = 0; unit < 4; ++unit) {
      std::size_t best = 0;
      for (std::size_t s = 1; s < 4; ++s)
        if (h[s * 4 + unit] > h[best * 4 + unit]) best = s;
      votes[best] += 0.25f;
      // Later states also count on earlier ones, so only what comes after the last maximum is certain to be zero.
      for (std::size_t s = 0; s < 4; ++s)
        if (s == best) CHECK(d[s * 4 + unit] != 0);
    }
    CHECK(got.at("reader.alignment") == votes);
    std::size_t last = 4;
    while (votes[last - 1] == 0) --last;
    for (std::size_t i = last * 4; i < 16; ++i) CHECK(d[i] == 0);
  }

  TEST_CASE("the last state's gradient fades in a plain net and stays in an LSTM that is told to keep") {
    const auto backend = make_reference_backend(true);
    const std::vector<int> row(40, 4);
    const auto faded = [&](Json spec) {
      ReaderBench bench(spec);
      if (spec["cell"]["type"] == "rnn") {
        std::vector<float> half(16, 0.0f);
        for (std::size_t i = 0; i < 4; ++i) half[i * 5] = 0.5f;
        bench.put("encoder.cell.recurrent_weight", half);
      }
      const std::vector<float> g = bench.saliency(*backend, {row}, 4, 40).at("gradient");
      double first = 0, last = 0;
      for (std::size_t n = 0; n < 3; ++n) {
        first += static_cast<double>(g[n]) * g[n];
        last += static_cast<double>(g[39 * 3 + n]) * g[39 * 3 + n];
      }
      return std::sqrt(first / last);
    };
    Json keeping = reader_spec("lstm", "last");
    keeping["cell"]["forget_bias"] = 8;
    CHECK(faded(reader_spec("rnn", "last")) <= std::pow(0.5, 39) * 1.01);
    CHECK(faded(keeping) > 0.3);
  }
}
