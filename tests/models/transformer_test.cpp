// models: the three Transformers against second ones in PyTorch (tests/golden/generate_transformer.py), which read one
// sentence at a time and know neither padding nor masks nor kept keys and values; and what must hold for any weights.
#include <algorithm>
#include <set>

#include "models/model_test.h"
#include "models/registry.h"
#include "training/batch.h"

using namespace heed;
using namespace heed::test;

namespace transformer_tests {
namespace {

Answer answer_of(const std::string& form) {
  return form == "sequence" ? Answer::kSequence : form == "label" ? Answer::kLabel
         : form == "each"   ? Answer::kEach
                            : Answer::kNext;
}

std::unique_ptr<Model> model_of(const Json& spec, Answer answer, int source_vocabulary = 7, int target_vocabulary = 6) {
  auto model = make_model(spec, TaskForm{.answer = answer}, source_vocabulary,
                          answer == Answer::kNext ? source_vocabulary : target_vocabulary);
  REQUIRE_MESSAGE(model.ok(), (model.ok() ? "" : model.error()));
  return std::move(*model);
}

/// Parameter number i in the order of the names is scale (2 frac(43758.5453 sin(12.9898 (k + 1) + 78.233 (i + 1))) - 1).
std::vector<float> golden_arena(const ParameterSet& set, double scale) {
  std::vector<ParameterInfo> infos = set.all();
  std::ranges::sort(infos, {}, &ParameterInfo::name);
  std::vector<float> arena(set.arena_elems(), 0.0f);
  for (std::size_t i = 0; i < infos.size(); ++i) {
    for (std::size_t k = 0; k < infos[i].shape.count(); ++k) {
      const double x = 43758.5453 * std::sin(12.9898 * static_cast<double>(k + 1) + 78.233 * static_cast<double>(i + 1));
      arena[infos[i].offset + k] = static_cast<float>(scale * (2 * (x - std::floor(x)) - 1));
    }
  }
  return arena;
}

struct Case {
  std::vector<Example> examples;
  BatchShape shape;
};

Case examples_of(const Rows& sources, const Rows& targets, const std::vector<std::vector<float>>& asked) {
  Case made;
  made.shape.batch = static_cast<int>(sources.size());
  for (std::size_t n = 0; n < sources.size(); ++n) {
    Example example;
    example.source = sources[n];
    if (n < targets.size()) example.target = targets[n];
    if (n < asked.size()) example.asked = asked[n];
    made.shape.source = std::max(made.shape.source, static_cast<int>(example.source.size()));
    made.shape.target = std::max(made.shape.target, static_cast<int>(example.target.size()));
    made.examples.push_back(std::move(example));
  }
  return made;
}

Values run_batch(TestState& state, const Tape& tape, const std::vector<std::string>& taps, const Case& made,
                 std::uint64_t seed = 0) {
  TestPlan plan(state, tape, taps);
  Batch batch(made.shape);
  batch.fill(made.examples);
  const std::vector<Feed> values = batch.feeds(plan.plan());
  Feeds feeds;
  for (std::size_t n = 0; n < values.size(); ++n) {
    feeds[plan.plan().inputs[n].name] = {{values[n].f32.begin(), values[n].f32.end()},
                                         {values[n].i32.begin(), values[n].i32.end()}};
  }
  return plan.run(feeds, seed);
}

/// Loss, gradients of the loss by parameter name, and all taps.
Values teacher_forced(const Model& model, TestState& state, const Case& batch) {
  Tape tape;
  Graph graph(tape, model.parameters());
  const Forward out = model.forward(graph, record_batch(tape, batch.shape));
  std::vector<Tensor> wrt;
  for (const auto& [parameter, tensor] : graph.used()) wrt.push_back(tensor);
  const std::vector<Tensor> found = gradients(out.loss, wrt);
  tape.output("loss", out.loss);
  tape.output("logits", out.logits);
  for (std::size_t i = 0; i < found.size(); ++i) tape.output(model.parameters()[graph.used()[i].first].name, found[i]);
  return run_batch(state, tape, model.tap_names(), batch);
}

/// "tokens", "mask" and all taps.
Values decoded(const Model& model, TestState& state, const Case& batch, int steps) {
  Tape tape;
  Graph graph(tape, model.parameters());
  const Decoded out = model.decode(graph, record_batch(tape, batch.shape), steps);
  tape.output("tokens", out.tokens);
  tape.output("mask", out.mask);
  return run_batch(state, tape, model.tap_names(), batch);
}

/// (B,H,T,S) against the rows of each example.
void check_alignment(const std::vector<float>& got, const Json& want, BatchShape shape, const Case& batch,
                     double tolerance) {
  const std::size_t S = static_cast<std::size_t>(shape.source), T = static_cast<std::size_t>(shape.target);
  for (std::size_t b = 0; b < want.size(); ++b) {
    for (std::size_t h = 0; h < want[b].size(); ++h) {
      const std::vector<double> rows = numbers(want[b][h]);
      const std::size_t s = batch.examples[b].source.size(), t = rows.size() / s;
      for (std::size_t i = 0; i < t; ++i) {
        for (std::size_t j = 0; j < s; ++j) {
          const double value = static_cast<double>(got[((b * want[b].size() + h) * T + i) * S + j]);
          CHECK(std::fabs(value - rows[i * s + j]) < tolerance);
        }
      }
    }
  }
}

Json tiny(const std::string& type, const Json& more = Json::object()) {
  Json spec{{"type", type}, {"width", 8}, {"heads", 2}, {"feed_forward", 12}};
  spec.update(more);
  return spec;
}

const Rows kRowsIn{{3, 5, 6, 4}, {4, 3}, {6}};
const Rows kRowsOut{{4, 3, 2}, {3, 5, 4, 2}, {2}};

}  // namespace

TEST_SUITE("models.transformer") {
  TEST_CASE("loss, all gradients, all heads and greedy tokens agree with the second implementation") {
    const Json file = golden("transformer.json");
    const Json& setting = file[0];
    for (const NamedBackend& on : all_backends()) {
      for (std::size_t n = 1; n < file.size(); ++n) {
        const Json& want = file[n];
        CAPTURE(on.name);
        CAPTURE(want.at("spec").dump());
        const std::string form = want.at("form");
        const auto model = model_of(want["spec"], answer_of(form));
        const Case batch = examples_of(setting.at("sources").get<Rows>(), want.at("targets").get<Rows>(),
                                       want.contains("asked") ? want["asked"].get<std::vector<std::vector<float>>>()
                                                              : std::vector<std::vector<float>>());
        TestState state(*on.backend, model->parameters().arena_elems());
        state.write(Arena::kParameters, golden_arena(model->parameters(), want.at("scale")));
        const Values got = teacher_forced(*model, state, batch);
        CHECK(worst_difference(got.at("loss"), {want.at("loss").get<double>()}) < 2 * on.tolerance);
        CHECK(want.at("gradients").size() == model->parameters().all().size());
        for (const ParameterInfo& info : model->parameters().all()) {
          CAPTURE(info.name);
          CHECK(worst_difference(got.at(info.name), numbers(want["gradients"].at(info.name))) < 5 * on.tolerance);
        }
        check_alignment(got.at(model->alignment_tap()), want.at("alignment"), batch.shape, batch, 5 * on.tolerance);
        if (form != "sequence") continue;
        const Values greedy = decoded(*model, state, batch, setting.at("decode_steps"));
        const auto steps = setting.at("decode_steps").get<std::size_t>();
        for (std::size_t b = 0; b < batch.examples.size(); ++b) {
          std::vector<int> tokens;
          for (std::size_t t = 0; t < steps; ++t) {
            if (greedy.at("mask")[b * steps + t] != 0) tokens.push_back(static_cast<int>(greedy.at("tokens")[b * steps + t]));
          }
          CHECK(tokens == want.at("tokens")[b].get<std::vector<int>>());
        }
      }
    }
  }

  TEST_CASE("tap names are pinned, and recorded in the shapes that are promised") {
    const auto model = model_of(tiny("transformer", {{"decoder_layers", 2}}), Answer::kSequence);
    CHECK(model->tap_names() ==
          std::vector<std::string>{"encoder.embedding", "encoder.states", "encoder.layer1.self_attention",
                                   "encoder.layer1.residual", "decoder.embedding", "decoder.layer1.self_attention",
                                   "decoder.layer1.cross_attention", "decoder.layer1.residual",
                                   "decoder.layer2.self_attention", "decoder.layer2.cross_attention",
                                   "decoder.layer2.residual", "decoder.alignment", "decoder.logits"});
    CHECK(model->head_names() == std::vector<std::string>{"layer 1, head 1", "layer 1, head 2", "layer 2, head 1",
                                                          "layer 2, head 2"});
    const auto check = [&](Tape& tape, int T) {
      std::set<std::string> recorded;
      for (const NamedTensor& t : tape.taps()) recorded.insert(t.name);
      const std::vector<std::string> names = model->tap_names();
      CHECK(recorded == std::set<std::string>(names.begin(), names.end()));
      CHECK(tape.tapped("encoder.layer1.self_attention").shape() == Shape{2, 2, 5, 5});
      CHECK(tape.tapped("encoder.layer1.residual").shape() == Shape{2, 5, 8});
      CHECK(tape.tapped("decoder.layer2.self_attention").shape() == Shape{2, 2, T, T});
      CHECK(tape.tapped("decoder.layer2.cross_attention").shape() == Shape{2, 2, T, 5});
      CHECK(tape.tapped("decoder.layer2.residual").shape() == Shape{2, T, 8});
      CHECK(tape.tapped("decoder.alignment").shape() == Shape{2, 4, T, 5});
      CHECK(tape.tapped("decoder.logits").shape() == Shape{2, T, 6});
    };
    Tape forward, decode;
    Graph forward_graph(forward, model->parameters()), decode_graph(decode, model->parameters());
    model->forward(forward_graph, record_batch(forward, {2, 5, 3}));
    check(forward, 3);
    model->decode(decode_graph, record_batch(decode, {2, 5, 3}), 4);
    check(decode, 4);
    CHECK(forward_graph.used().size() == model->parameters().all().size());

    CHECK(model_of(tiny("transformer_decoder"), Answer::kNext)->tap_names() ==
          std::vector<std::string>{"decoder.embedding", "decoder.layer1.self_attention", "decoder.layer1.residual",
                                   "decoder.layer2.self_attention", "decoder.layer2.residual", "decoder.alignment",
                                   "decoder.logits"});
    for (const Answer answer : {Answer::kEach, Answer::kLabel}) {
      CHECK(model_of(tiny("transformer_encoder"), answer)->tap_names() ==
            std::vector<std::string>{"encoder.embedding", "encoder.states", "encoder.layer1.self_attention",
                                     "encoder.layer1.residual", "encoder.layer2.self_attention",
                                     "encoder.layer2.residual", "encoder.alignment", "encoder.logits"});
    }
  }

  TEST_CASE("parameter names are pinned") {
    const auto model = model_of(tiny("transformer", {{"norm", "pre"}, {"positions", "learned"}, {"tied", false}}),
                                Answer::kSequence);
    std::set<std::string> names;
    for (const ParameterInfo& info : model->parameters().all()) names.insert(info.name);
    std::set<std::string> expected{"encoder.embedding.table", "encoder.positions.table", "encoder.norm.gain",
                                   "encoder.norm.bias",       "decoder.embedding.table", "decoder.positions.table",
                                   "decoder.norm.gain",       "decoder.norm.bias",       "decoder.output.weight",
                                   "decoder.output.bias"};
    const auto layer = [&](const std::string& name, const std::vector<std::string>& attentions) {
      for (const std::string& attention : attentions) {
        for (const char* part : {"query", "key", "value", "output"}) {
          for (const char* what : {".weight", ".bias"}) expected.insert(name + attention + "." + part + what);
        }
        for (const char* what : {".gain", ".bias"}) expected.insert(name + attention + "_norm" + what);
      }
      for (const char* linear : {"inner", "outer"})
        for (const char* what : {".weight", ".bias"}) expected.insert(name + linear + what);
      for (const char* what : {".gain", ".bias"}) expected.insert(name + "feed_norm" + what);
    };
    layer("encoder.layer1.", {"self"});
    layer("decoder.layer1.", {"self", "cross"});
    CHECK(names == expected);
  }

  TEST_CASE("padding and the rest of the batch change nothing") {
    const auto backend = make_cpu_backend();
    for (const char* positions : {"sinusoidal", "rotary", "learned"}) {
      const auto model = model_of(tiny("transformer", {{"positions", positions}}), Answer::kSequence);
      TestState state(*backend, model->parameters().arena_elems());
      state.write(Arena::kParameters, model->parameters().initial_values(2));
      const Values together = teacher_forced(*model, state, examples_of(kRowsIn, kRowsOut, {}));
      const Values alone = teacher_forced(*model, state, examples_of({kRowsIn[1]}, {kRowsOut[1]}, {}));
      const std::size_t row = 4 * 6;
      for (std::size_t i = 0; i < row; ++i)
        CHECK(together.at("logits")[row + i] == doctest::Approx(alone.at("logits")[i]).epsilon(1e-5));
    }
  }

  TEST_CASE("a language model's answer is not changed by what comes later; an encoder's is") {
    const auto backend = make_cpu_backend();
    const auto differs_at = [&](const std::string& type, Answer answer) {
      const auto model = model_of(tiny(type), answer, 7, 7);
      TestState state(*backend, model->parameters().arena_elems());
      state.write(Arena::kParameters, model->parameters().initial_values(2));
      const Rows before{{3, 5, 6, 4, 3}}, after{{3, 5, 6, 5, 3}};
      const auto a = teacher_forced(*model, state, examples_of(before, before, {})).at("logits");
      const auto b = teacher_forced(*model, state, examples_of(after, before, {})).at("logits");
      return std::ranges::mismatch(a, b).in1 - a.begin();
    };
    CHECK(differs_at("transformer_decoder", Answer::kNext) == 3 * 7);
    CHECK(differs_at("transformer_encoder", Answer::kEach) == 0);
  }

  TEST_CASE("label smoothing and dropout are in what training aims at, not in what is shown") {
    const auto backend = make_cpu_backend();
    const auto model = model_of(tiny("transformer", {{"label_smoothing", 0.1}, {"dropout", 0.5}}), Answer::kSequence);
    TestState state(*backend, model->parameters().arena_elems());
    state.write(Arena::kParameters, model->parameters().initial_values(2));
    const Case batch = examples_of(kRowsIn, kRowsOut, {});
    const auto run = [&](bool training, std::uint64_t seed) {
      Tape tape;
      Graph graph(tape, model->parameters());
      SequenceBatch inputs = record_batch(tape, batch.shape);
      inputs.training = training;
      const Forward out = model->forward(graph, inputs);
      tape.output("loss", out.loss);
      tape.output("objective", out.objective);
      return run_batch(state, tape, {}, batch, seed);
    };
    CHECK(run(false, 1).at("loss") == run(false, 2).at("loss"));
    CHECK(run(true, 1).at("loss") != run(true, 2).at("loss"));
    CHECK(run(true, 1).at("loss") == run(true, 1).at("loss"));
    CHECK(run(false, 1).at("loss") != run(false, 1).at("objective"));
  }

  TEST_CASE("tasks and sizes that do not fit are refused with the way out") {
    const auto error = [](const Json& spec, Answer answer) {
      const auto model = make_model(spec, TaskForm{.answer = answer}, 7, 7);
      REQUIRE(!model.ok());
      return model.error();
    };
    CHECK(error(tiny("transformer", {{"heads", 3}}), Answer::kSequence).find("multiple") != std::string::npos);
    CHECK(error(tiny("transformer", {{"heads", 8}, {"positions", "rotary"}}), Answer::kSequence).find("rotary") !=
          std::string::npos);
    CHECK(!error(tiny("transformer"), Answer::kNext).empty());
    CHECK(!error(tiny("transformer_decoder"), Answer::kSequence).empty());
    CHECK(!error(tiny("transformer_encoder"), Answer::kNext).empty());
  }
}

}  // namespace transformer_tests
