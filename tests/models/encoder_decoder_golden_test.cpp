// models: the encoder-decoders against second ones in PyTorch (tests/golden/generate.py and generate_recurrent.py),
// which read one sentence at a time and know neither padding nor masks: loss, the gradient of every parameter,
// alignment and greedy decoding.
#include <algorithm>

#include "models/encoder_decoder_bench.h"

using namespace heed;
using namespace heed::test;

namespace {

/// Parameter number i in the order of the names is scale sin(1 + i + stride k).
std::vector<float> golden_arena(const ParameterSet& set, const Json& setting) {
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

void check_alignment(const std::vector<float>& alignment, const Json& want, int T, int S, double tolerance) {
  for (std::size_t b = 0; b < want.size(); ++b) {
    for (std::size_t t = 0; t < want[b].size(); ++t) {
      const std::size_t first = (b * static_cast<std::size_t>(T) + t) * static_cast<std::size_t>(S);
      std::vector<double> row = numbers(want[b][t]);
      row.resize(static_cast<std::size_t>(S), 0.0);
      const auto at = alignment.begin() + static_cast<std::ptrdiff_t>(first);
      CHECK(worst_difference({at, at + S}, row) < tolerance);
    }
  }
}

std::vector<int> tokens_of(const std::vector<float>& row, const std::vector<float>& mask) {
  std::vector<int> tokens;
  for (std::size_t t = 0; t < row.size(); ++t) {
    if (mask[t] != 0)
      tokens.push_back(static_cast<int>(row[t]));
    else
      CHECK(row[t] == Marks::kPad);
  }
  return tokens;
}

void check_model(const NamedBackend& on, const Json& setting, const Json& want) {
  CAPTURE(on.name);
  CAPTURE(want.at("spec").dump());
  const Rows sources = setting.at("sources").get<Rows>(), targets = setting.at("targets").get<Rows>();
  const int S = longest(sources), T = longest(targets);
  const auto model = model_of(want.at("spec"), setting.at("source_vocabulary"), setting.at("target_vocabulary"));
  TestState state(*on.backend, model->parameters().arena_elems());
  state.write(Arena::kParameters, golden_arena(model->parameters(), setting));

  const Values got = teacher_forced(*model, state, sources, targets, S, T);
  CHECK(worst_difference(got.at("loss"), {want.at("loss").get<double>()}) < on.tolerance);
  CHECK(want.at("gradients").size() == model->parameters().all().size());
  for (const ParameterInfo& info : model->parameters().all()) {
    CAPTURE(info.name);
    CHECK(worst_difference(got.at(info.name), numbers(want["gradients"].at(info.name))) < on.tolerance);
  }
  if (want.contains("alignment")) check_alignment(got.at("decoder.alignment"), want["alignment"], T, S, on.tolerance);

  const Values greedy = decoded(*model, state, sources, S, setting.at("decode_steps"));
  for (std::size_t b = 0; b < sources.size(); ++b) {
    CHECK(tokens_of(row_of(greedy.at("tokens"), b, sources.size()), row_of(greedy.at("mask"), b, sources.size())) ==
          want["tokens"][b].get<std::vector<int>>());
  }
}

}  // namespace

TEST_SUITE("models.golden") {
  TEST_CASE("loss, all gradients, alignment and greedy tokens agree with the second implementation") {
    for (const std::string name : {"encoder_decoder.json", "luong.json"}) {
      const Json file = golden(name);
      for (const NamedBackend& on : all_backends())
        for (std::size_t n = 1; n < file.size(); ++n) check_model(on, file[0], file[n]);
    }
  }
}
