// models: what must hold for the encoder-decoder whatever its weights: pinned names, padding, batches, a numerical
// gradient of every parameter, decoding.
#include <set>

#include "models/encoder_decoder_bench.h"
#include "nn/optimiser.h"

using namespace heed;
using namespace heed::test;

namespace {

const Rows kSources{{3, 5, 6, 4}, {4, 3}, {6}};
const Rows kTargets{{4, 3, 2}, {3, 5, 4, 2}, {2}};
const std::vector<std::string> kCells{"rnn", "lstm", "gru"}, kAttentions{"none", "additive", "dot"};

/// Calls visit(spec) for every combination of encoder, direction, attention and decoder at tiny sizes.
template <class Visit>
void for_all_combinations(Visit visit) {
  for (const std::string& encoder : kCells)
    for (const bool bidirectional : {false, true})
      for (const std::string& attention : kAttentions)
        for (const std::string& decoder : kCells) visit(tiny_spec(encoder, bidirectional, attention, decoder));
}

std::set<std::string> parameter_names(const Json& spec) {
  const auto model = model_of(spec);
  std::set<std::string> names;
  for (const ParameterInfo& info : model->parameters().all()) names.insert(info.name);
  return names;
}

}  // namespace

TEST_SUITE("models.encoder_decoder") {
  TEST_CASE("tap names are pinned") {
    const std::vector<std::string> shared{"encoder.embedding", "encoder.states",  "decoder.embedding",
                                          "decoder.states",    "decoder.context", "decoder.logits"};
    std::vector<std::string> attentive = shared;
    attentive.insert(attentive.end(), {"decoder.energies", "decoder.alignment"});
    for (const std::string& attention : kAttentions) {
      const auto model = model_of(tiny_spec("gru", true, attention, "gru"));
      CHECK(model->tap_names() == (attention == "none" ? shared : attentive));
      CHECK(model->alignment_tap() == (attention == "none" ? "" : "decoder.alignment"));
    }
  }

  TEST_CASE("forward and decode record exactly the taps that are announced, in the shapes that are promised") {
    for (const std::string& attention : kAttentions) {
      const auto model = model_of(tiny_spec("lstm", true, attention, "gru"));
      const auto check = [&](Tape& tape, int T) {
        std::set<std::string> recorded;
        for (const NamedTensor& t : tape.taps()) recorded.insert(t.name);
        const std::vector<std::string> names = model->tap_names();
        CHECK(recorded == std::set<std::string>(names.begin(), names.end()));
        CHECK(tape.tapped("encoder.embedding").shape() == Shape{2, 5, 3});
        CHECK(tape.tapped("encoder.states").shape() == Shape{2, 5, 6});
        CHECK(tape.tapped("decoder.embedding").shape() == Shape{2, T, 3});
        CHECK(tape.tapped("decoder.states").shape() == Shape{2, T, 4});
        CHECK(tape.tapped("decoder.context").shape() == Shape{2, T, 6});
        CHECK(tape.tapped("decoder.logits").shape() == Shape{2, T, 6});
        if (attention == "none") return;
        CHECK(tape.tapped("decoder.alignment").shape() == Shape{2, T, 5});
        CHECK(tape.tapped("decoder.energies").shape() == Shape{2, T, 5});
      };
      Tape forward, decode;
      Graph forward_graph(forward, model->parameters()), decode_graph(decode, model->parameters());
      model->forward(forward_graph, batch_inputs(forward, 2, 5, 3));
      check(forward, 3);
      model->decode(decode_graph, source_inputs(decode, 2, 5), 4);
      check(decode, 4);
      CHECK(forward_graph.used().size() == model->parameters().all().size());
    }
  }

  TEST_CASE("parameter names are pinned") {
    const std::set<std::string> shared{
        "encoder.embedding.table",     "decoder.initial.weight",         "decoder.initial.bias",
        "decoder.embedding.table",     "decoder.cell.input_weight",      "decoder.cell.bias",
        "decoder.context.weight",      "decoder.readout.state.weight",   "decoder.readout.state.bias",
        "decoder.readout.word.weight", "decoder.readout.context.weight", "decoder.output.weight",
        "decoder.output.bias",         "encoder.forward.input_weight",   "encoder.forward.bias"};
    const auto with = [&](std::set<std::string> more) {
      more.insert(shared.begin(), shared.end());
      return more;
    };
    CHECK(parameter_names(tiny_spec("gru", true, "additive", "gru")) ==
          with({"encoder.forward.recurrent_gate_weight", "encoder.forward.recurrent_candidate_weight",
                "encoder.backward.input_weight", "encoder.backward.bias", "encoder.backward.recurrent_gate_weight",
                "encoder.backward.recurrent_candidate_weight", "attention.query.weight", "attention.key.weight",
                "attention.energy.weight", "decoder.cell.recurrent_gate_weight",
                "decoder.cell.recurrent_candidate_weight"}));
    CHECK(parameter_names(tiny_spec("lstm", false, "none", "rnn")) ==
          with({"encoder.forward.recurrent_weight", "decoder.cell.recurrent_weight", "summary.weight"}));
    // The decoder's state has the attention's size: only the keys are mapped.
    CHECK(parameter_names(tiny_spec("rnn", false, "dot", "rnn")) ==
          with({"encoder.forward.recurrent_weight", "decoder.cell.recurrent_weight", "attention.key.weight"}));
  }

  TEST_CASE("the numerical gradient of every parameter, every combination, in double") {
    const auto backend = make_reference_backend(true);
    for_all_combinations([&](const Json& spec) {
      CAPTURE(spec.dump());
      const auto model = model_of(spec);
      const ParameterSet& set = model->parameters();
      TestState state(*backend, set.arena_elems());
      const std::vector<float> arena = rounded_arena(set, 11);
      state.write(Arena::kParameters, arena);
      const Values got = teacher_forced(*model, state, kSources, kTargets, 4, 4);
      NumericalGradient numerical(*model, state, kSources, kTargets);
      for (const ParameterInfo& info : set.all()) {
        // Two numbers of each: one fixed, one that moves with the name, so that all places are visited over the
        // combinations.
        const std::size_t count = info.shape.count();
        const std::set<std::size_t> places{count - 1, std::hash<std::string>{}(info.name + spec.dump()) % count};
        for (const std::size_t i : places) {
          CAPTURE(info.name);
          CAPTURE(i);
          const double a = got.at(info.name)[i], n = numerical(arena, info.offset + i);
          CHECK(std::fabs(a - n) / std::max(1e-3, std::fabs(a) + std::fabs(n)) < 1e-6);
        }
      }
    });
  }

  TEST_CASE("padding the batch further changes nothing") {
    for (const NamedBackend& on : all_backends()) {
      for (const std::string& cell : kCells) {
        for (const std::string& attention : kAttentions) {
          CAPTURE(on.name);
          CAPTURE(cell);
          CAPTURE(attention);
          const auto model = model_of(tiny_spec(cell, true, attention, cell));
          TestState state(*on.backend, model->parameters().arena_elems());
          state.write(Arena::kParameters, model->parameters().initial_values(2));
          const Values tight = teacher_forced(*model, state, kSources, kTargets, 4, 4);
          const Values loose = teacher_forced(*model, state, kSources, kTargets, 7, 6);
          CHECK(loose.at("loss")[0] == doctest::Approx(tight.at("loss")[0]).epsilon(1e-5));
          for (const ParameterInfo& info : model->parameters().all()) {
            CAPTURE(info.name);
            const std::vector<float>& want = tight.at(info.name);
            CHECK(worst_difference(loose.at(info.name), {want.begin(), want.end()}) < 1e-5);
          }
          const Values short_tokens = decoded(*model, state, kSources, 4, 5),
                       long_tokens = decoded(*model, state, kSources, 9, 5);
          CHECK(short_tokens.at("tokens") == long_tokens.at("tokens"));
        }
      }
    }
  }

  TEST_CASE("attention is zero on padding and sums to one, in training and in decoding") {
    for (const std::string attention : {"additive", "dot"}) {
      const auto model = model_of(tiny_spec("gru", true, attention, "lstm"));
      for (const NamedBackend& on : all_backends()) {
        TestState state(*on.backend, model->parameters().arena_elems());
        state.write(Arena::kParameters, model->parameters().initial_values(8));
        for (const Values& got :
             {teacher_forced(*model, state, kSources, kTargets, 6, 4), decoded(*model, state, kSources, 6, 4)}) {
          const std::vector<float>& a = got.at("decoder.alignment");
          REQUIRE(a.size() == 3 * 4 * 6);
          for (std::size_t row = 0; row < 12; ++row) {
            double total = 0;
            for (std::size_t s = 0; s < 6; ++s) {
              if (s >= kSources[row / 4].size()) CHECK(a[row * 6 + s] == 0);
              total += a[row * 6 + s];
            }
            CHECK(total == doctest::Approx(1).epsilon(1e-5));
          }
        }
      }
    }
  }

  TEST_CASE("an example alone is decoded as in its batch") {
    for (const std::string& attention : kAttentions) {
      const auto model = model_of(tiny_spec("gru", true, attention, "gru"));
      for (const NamedBackend& on : all_backends()) {
        TestState state(*on.backend, model->parameters().arena_elems());
        state.write(Arena::kParameters, model->parameters().initial_values(5));
        const Values all = decoded(*model, state, kSources, 4, 6);
        for (std::size_t b = 0; b < kSources.size(); ++b) {
          const Values one = decoded(*model, state, {kSources[b]}, 4, 6);
          CHECK(one.at("tokens") == row_of(all.at("tokens"), b, 3));
          CHECK(one.at("mask") == row_of(all.at("mask"), b, 3));
          const std::vector<float> logits = row_of(all.at("decoder.logits"), b, 3);
          CHECK(worst_difference(one.at("decoder.logits"), {logits.begin(), logits.end()}) < 1e-5);
        }
      }
    }
  }

  TEST_CASE("a source of one symbol has nothing to choose from: attention is one, the context is its annotation") {
    const auto model = model_of(tiny_spec("gru", true, "additive", "gru"));
    const auto backend = make_reference_backend();
    TestState state(*backend, model->parameters().arena_elems());
    state.write(Arena::kParameters, model->parameters().initial_values(5));
    const Values got = decoded(*model, state, {{4}}, 1, 3);
    CHECK(got.at("decoder.alignment") == std::vector<float>{1, 1, 1});
    for (std::size_t i = 0; i < 18; ++i)
      CHECK(got.at("decoder.context")[i] == doctest::Approx(got.at("encoder.states")[i % 6]).epsilon(1e-6));
  }

  TEST_CASE("without attention the context is the same at every step") {
    const auto model = model_of(tiny_spec("gru", true, "none", "gru"));
    const auto backend = make_reference_backend();
    TestState state(*backend, model->parameters().arena_elems());
    state.write(Arena::kParameters, model->parameters().initial_values(5));
    const std::vector<float> context = decoded(*model, state, kSources, 4, 3).at("decoder.context");
    for (std::size_t b = 0; b < 3; ++b)
      for (std::size_t i = 0; i < 18; ++i) CHECK(context[b * 18 + i] == context[b * 18 + i % 6]);
  }

  TEST_CASE("decoding never writes padding or a start mark before the end, and only padding after it") {
    const auto model = model_of(tiny_spec("gru", true, "additive", "gru"));
    const auto backend = make_reference_backend();
    for (std::uint64_t seed = 1; seed <= 8; ++seed) {
      TestState state(*backend, model->parameters().arena_elems());
      std::vector<float> arena = model->parameters().initial_values(seed);
      for (const ParameterInfo& info : model->parameters().all()) {
        if (info.name != "decoder.output.bias") continue;
        arena[info.offset + Marks::kPad] = 5;  // the net itself would write nothing else
        arena[info.offset + Marks::kEnd] = static_cast<float>(seed % 3) - 1;
      }
      state.write(Arena::kParameters, arena);
      const Values got = decoded(*model, state, kSources, 4, 8);
      for (std::size_t b = 0; b < 3; ++b) {
        bool ended = false;
        for (std::size_t t = 0; t < 8; ++t) {
          const int token = static_cast<int>(got.at("tokens")[b * 8 + t]);
          CHECK(got.at("mask")[b * 8 + t] == (ended ? 0 : 1));
          if (ended) CHECK(token == Marks::kPad);
          if (!ended) CHECK(token >= Marks::kEnd);
          ended = ended || token == Marks::kEnd;
        }
      }
    }
  }

  TEST_CASE("bad descriptions are errors that say what would do") {
    CHECK_FALSE(make_model(Json{{"type", "encoder_decoder"}, {"attention", "aditive"}}, {}, 7, 6).ok());
    CHECK_FALSE(make_model(Json{{"type", "perceptron"}}, {}, 7, 6).ok());
    CHECK_FALSE(make_model(Json{{"type", "encoder_decoder"}, {"embedding", 0}}, {}, 7, 6).ok());
    CHECK_FALSE(make_model(Json("encoder_decoder"), {}, 2, 6).ok());
    CHECK(make_model(Json("encoder_decoder"), {}, 7, 6).ok());
  }
}
