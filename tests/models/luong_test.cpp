// models: what must hold for Luong's encoder-decoder whatever its weights: pinned names, padding, a numerical gradient
// of every parameter, source reversal. Golden values are checked in encoder_decoder_golden_test.cpp.
#include <set>

#include "models/encoder_decoder_bench.h"

using namespace heed;
using namespace heed::test;

namespace {

const Rows kLuongSources{{3, 5, 6, 4}, {4, 3}, {6}};
const Rows kLuongTargets{{4, 3, 2}, {3, 5, 4, 2}, {2}};
const std::vector<std::string> kLuongScores{"dot", "general", "concat", "location"},
    kLuongWindows{"global", "local_m", "local_p"};

Json luong_spec(const std::string& score, const std::string& window, bool bidirectional = true) {
  Json spec{{"type", "luong"},
            {"embedding", 3},
            {"encoder", {{"type", "gru"}, {"hidden", 4}, {"bidirectional", bidirectional}}},
            {"decoder", {{"type", "lstm"}, {"hidden", 4}}},
            {"score", {{"type", score}}},
            {"window", {{"type", window}}}};
  if (score == "concat") spec["score"]["size"] = 5;
  if (score == "location") spec["score"]["longest"] = 6;
  if (window != "global") spec["window"]["half_width"] = 1;
  return spec;
}

std::set<std::string> luong_parameters(const Json& spec) {
  const auto model = test::model_of(spec);
  std::set<std::string> names;
  for (const ParameterInfo& info : model->parameters().all()) names.insert(info.name);
  return names;
}

}  // namespace

TEST_SUITE("models.luong") {
  TEST_CASE("tap names are pinned") {
    const std::vector<std::string> shared{"encoder.embedding", "encoder.states",   "decoder.embedding",
                                          "decoder.states",    "decoder.context",  "decoder.attentional",
                                          "decoder.logits",    "decoder.energies", "decoder.alignment"};
    std::vector<std::string> windowed = shared;
    windowed.push_back("decoder.centre");
    CHECK(test::model_of(luong_spec("dot", "global"))->tap_names() == shared);
    CHECK(test::model_of(luong_spec("dot", "local_m"))->tap_names() == windowed);
    CHECK(test::model_of(luong_spec("concat", "local_p"))->tap_names() == windowed);
    CHECK(test::model_of(luong_spec("dot", "global"))->alignment_tap() == "decoder.alignment");
  }

  TEST_CASE("parameter names are pinned") {
    const std::set<std::string> shared{"encoder.embedding.table",
                                       "encoder.forward.input_weight",
                                       "encoder.forward.bias",
                                       "encoder.forward.recurrent_gate_weight",
                                       "encoder.forward.recurrent_candidate_weight",
                                       "decoder.embedding.table",
                                       "decoder.cell.input_weight",
                                       "decoder.cell.bias",
                                       "decoder.cell.recurrent_weight",
                                       "decoder.initial.weight",
                                       "decoder.initial.bias",
                                       "decoder.feed.weight",
                                       "decoder.combine.weight",
                                       "decoder.output.weight",
                                       "decoder.output.bias"};
    const auto with = [&](std::set<std::string> more) {
      more.insert(shared.begin(), shared.end());
      return more;
    };
    CHECK(luong_parameters(luong_spec("dot", "global", false)) == shared);
    CHECK(luong_parameters(luong_spec("general", "local_m", false)) == with({"attention.weight"}));
    CHECK(luong_parameters(luong_spec("concat", "local_p", false)) ==
          with({"attention.query.weight", "attention.key.weight", "attention.energy.weight",
                "attention.position.weight", "attention.position.energy"}));
    // Both directions are wider than the decoder: a bridge maps them to its width.
    CHECK(luong_parameters(luong_spec("location", "global")) ==
          with({"attention.weight", "encoder.bridge.weight", "encoder.backward.input_weight", "encoder.backward.bias",
                "encoder.backward.recurrent_gate_weight", "encoder.backward.recurrent_candidate_weight"}));
  }

  TEST_CASE("the numerical gradient of every parameter, every score and window, in double") {
    const auto backend = make_reference_backend(true);
    for (const std::string& score : kLuongScores) {
      for (const std::string& window : kLuongWindows) {
        for (const bool feeding : {true, false}) {
          Json spec = luong_spec(score, window);
          spec["input_feeding"] = feeding;
          CAPTURE(spec.dump());
          const auto model = test::model_of(spec);
          const ParameterSet& set = model->parameters();
          TestState state(*backend, set.arena_elems());
          const std::vector<float> arena = rounded_arena(set, 11);
          state.write(Arena::kParameters, arena);
          const Values got = teacher_forced(*model, state, kLuongSources, kLuongTargets, 4, 4);
          NumericalGradient numerical(*model, state, kLuongSources, kLuongTargets);
          for (const ParameterInfo& info : set.all()) {
            const std::size_t count = info.shape.count();
            for (const std::size_t i : {count - 1, std::hash<std::string>{}(info.name + spec.dump()) % count}) {
              CAPTURE(info.name);
              CAPTURE(i);
              const double a = got.at(info.name)[i], n = numerical(arena, info.offset + i);
              CHECK(std::fabs(a - n) / std::max(1e-3, std::fabs(a) + std::fabs(n)) < 1e-6);
            }
          }
        }
      }
    }
  }

  TEST_CASE("padding the batch further changes nothing") {
    for (const NamedBackend& on : all_backends()) {
      for (const std::string& score : kLuongScores) {
        for (const std::string& window : kLuongWindows) {
          CAPTURE(on.name);
          CAPTURE(score);
          CAPTURE(window);
          const auto model = test::model_of(luong_spec(score, window));
          TestState state(*on.backend, model->parameters().arena_elems());
          state.write(Arena::kParameters, model->parameters().initial_values(2));
          const Values tight = teacher_forced(*model, state, kLuongSources, kLuongTargets, 4, 4);
          const Values loose = teacher_forced(*model, state, kLuongSources, kLuongTargets, 7, 6);
          CHECK(loose.at("loss")[0] == doctest::Approx(tight.at("loss")[0]).epsilon(1e-5));
          for (const ParameterInfo& info : model->parameters().all()) {
            CAPTURE(info.name);
            const std::vector<float>& want = tight.at(info.name);
            CHECK(worst_difference(loose.at(info.name), {want.begin(), want.end()}) < 1e-5);
          }
          CHECK(decoded(*model, state, kLuongSources, 4, 5).at("tokens") ==
                decoded(*model, state, kLuongSources, 9, 5).at("tokens"));
        }
      }
    }
  }

  TEST_CASE("reading backwards is reading the reversed source, and the picture stays in the source's own order") {
    const auto backend = make_reference_backend(true);
    for (const bool bidirectional : {false, true}) {
      Json spec = luong_spec("general", "global", bidirectional);
      const auto as_given = test::model_of(spec);
      spec["encoder"]["reversed"] = true;
      const auto reversed = test::model_of(spec);
      const std::vector<float> arena = as_given->parameters().initial_values(3);
      const auto run = [&](const Model& model, const Rows& sources) {
        TestState state(*backend, model.parameters().arena_elems());
        state.write(Arena::kParameters, arena);
        return teacher_forced(model, state, sources, kLuongTargets, 4, 4);
      };
      Rows turned = kLuongSources;
      for (std::vector<int>& row : turned) std::reverse(row.begin(), row.end());
      const Values a = run(*as_given, turned), b = run(*reversed, kLuongSources);
      CHECK(a.at("loss") == b.at("loss"));
      for (std::size_t row = 0; row < 3; ++row) {
        const std::size_t length = kLuongSources[row].size();
        for (std::size_t t = 0; t < 4; ++t)
          for (std::size_t s = 0; s < length; ++s)
            CHECK(b.at("decoder.alignment")[(row * 4 + t) * 4 + s] ==
                  doctest::Approx(a.at("decoder.alignment")[(row * 4 + t) * 4 + length - 1 - s]).epsilon(1e-6));
      }
    }
  }
}
