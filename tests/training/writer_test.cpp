// training: choosing tokens, and writing with kept keys and values against writing without.
#include "base/rng.h"
#include "training/run_bench.h"
#include "training/writer.h"

using namespace heed;
using namespace heed::test;

namespace writer_tests {
namespace {

/// Logits with the four special tokens before them.
std::vector<float> with_special(std::vector<float> logits) {
  logits.insert(logits.begin(), kFirstToken, 50.0f);
  return logits;
}

const std::vector<float> kLogits = with_special({std::log(0.5f), std::log(0.1f), std::log(0.3f), std::log(0.1f)});

std::vector<float> shares(const Sampling& sampling) {
  const std::vector<float> all = chances(kLogits, sampling);
  for (int id = 0; id < kFirstToken; ++id) CHECK(all[static_cast<std::size_t>(id)] == 0);
  return {all.begin() + kFirstToken, all.end()};
}

void check_near(const std::vector<float>& got, const std::vector<float>& want) {
  REQUIRE(got.size() == want.size());
  for (std::size_t n = 0; n < got.size(); ++n) CHECK(got[n] == doctest::Approx(want[n]).epsilon(1e-5));
}

Json language(const Json& more) {
  Json model{{"type", "transformer_decoder"}, {"width", 16}, {"heads", 2}, {"feed_forward", 24}};
  model.update(more);
  return {{"task", {{"type", "text"}, {"window", 16}}}, {"model", model}, {"batch", 4}, {"steps", 20}};
}

/// The tokens and the logits before each of them.
struct Written {
  std::vector<int> tokens;
  std::vector<std::vector<float>> logits;
  bool kept = false;
};

Written write(const Json& preset, Earlier earlier, int length, const Sampling& sampling) {
  auto experiment = make_experiment(preset, "");
  REQUIRE(experiment.ok());
  const ParameterSet& set = (*experiment)->model->parameters();
  const auto backend = make_reference_backend(true);
  const StateId state = backend->create_state(set.arena_elems());
  backend->write(state, Arena::kParameters, 0, set.initial_values(1));
  Written written;
  {
    Writer writer(**experiment, *backend, state, earlier);
    written.kept = writer.keeps_memory();
    writer.begin((*experiment)->task->encode_source("The dog").value(), sampling);
    while (static_cast<int>(written.tokens.size()) < length) {
      const Ticket ticket = writer.submit();
      std::optional<Outputs> outputs;
      while (!outputs) outputs = backend->poll(ticket);
      const std::optional<int> token = writer.take(*outputs);
      if (!token) continue;
      written.tokens.push_back(*token);
      written.logits.push_back(writer.logits());
    }
  }
  backend->release_state(state);
  return written;
}

}  // namespace

TEST_SUITE("training.writer") {
  TEST_CASE("temperature, top-k and top-p restrict the chances as they say") {
    check_near(shares({}), {0.5f, 0.1f, 0.3f, 0.1f});
    check_near(shares({.temperature = 0}), {1, 0, 0, 0});
    check_near(shares({.temperature = 0.5f}), {0.25f / 0.36f, 0.01f / 0.36f, 0.09f / 0.36f, 0.01f / 0.36f});
    check_near(shares({.top_k = 1}), {1, 0, 0, 0});
    check_near(shares({.top_k = 2}), {0.625f, 0, 0.375f, 0});
    check_near(shares({.top_k = 99}), {0.5f, 0.1f, 0.3f, 0.1f});
    check_near(shares({.top_p = 0.4f}), {1, 0, 0, 0});
    check_near(shares({.top_p = 0.75f}), {0.625f, 0, 0.375f, 0});
    check_near(shares({.top_p = 0.85f}), {0.5f / 0.9f, 0.1f / 0.9f, 0.3f / 0.9f, 0});
    check_near(shares({.top_k = 3, .top_p = 0.6f}), {0.625f, 0, 0.375f, 0});
  }

  TEST_CASE("tokens are drawn as often as their chances say") {
    const std::vector<float> all = chances(kLogits, {});
    std::vector<int> counts(all.size());
    Random random(3, Purpose::kSample);
    for (int n = 0; n < 20000; ++n) ++counts[static_cast<std::size_t>(draw(all, random.uniform()))];
    for (std::size_t id = 0; id < all.size(); ++id) CHECK(std::fabs(counts[id] / 20000.0 - all[id]) < 0.012);
    CHECK(draw(all, 0) == kFirstToken);
    CHECK(draw(all, 0.9999999f) == kFirstToken + 3);
  }

  TEST_CASE("with kept keys and values the same logits come out as without, and the same text") {
    for (const char* positions : {"sinusoidal", "learned", "rotary", "none"}) {
      CAPTURE(positions);
      const Json preset = language({{"positions", positions}, {"norm", std::string(positions) == "rotary" ? "pre" : "post"}});
      const Sampling sampling{.temperature = 1.3f, .top_p = 0.95f, .seed = 5};
      const Written kept = write(preset, Earlier::kKept, 9, sampling), anew = write(preset, Earlier::kNone, 9, sampling);
      CHECK(kept.kept);
      CHECK(!anew.kept);
      CHECK(kept.tokens == anew.tokens);
      for (std::size_t n = 0; n < kept.logits.size(); ++n) {
        REQUIRE(kept.logits[n].size() == anew.logits[n].size());
        for (std::size_t id = 0; id < kept.logits[n].size(); ++id)
          CHECK(kept.logits[n][id] == doctest::Approx(anew.logits[n][id]).epsilon(1e-5));
      }
    }
  }

  TEST_CASE("a text longer than the window goes on, and depends on nothing but the seed") {
    const Written once = write(language(Json::object()), Earlier::kKept, 60, {.seed = 1});
    CHECK(once.tokens.size() == 60);
    CHECK(once.tokens == write(language(Json::object()), Earlier::kKept, 60, {.seed = 1}).tokens);
    CHECK(once.tokens != write(language(Json::object()), Earlier::kKept, 60, {.seed = 2}).tokens);
    const Written greedy = write(language(Json::object()), Earlier::kKept, 12, {.temperature = 0, .seed = 1});
    CHECK(greedy.tokens == write(language(Json::object()), Earlier::kKept, 12, {.temperature = 0, .seed = 2}).tokens);
  }

  TEST_CASE("a run writes on when it is asked to, and says when it cannot") {
    RunBench bench;
    bench.start(language(Json::object()));
    bench.apply(Generate{7, "The dog", 20, {.seed = 4}});
    bench.settle();
    const auto written = bench.all<TextWritten>();
    REQUIRE(written.size() == 1);
    CHECK(written[0].request == 7);
    CHECK(written[0].error.empty());
    CHECK(written[0].prompt.size() == 7);
    CHECK(written[0].pieces.size() == 20);
    CHECK(written[0].chances.size() == 20);
    CHECK(written[0].text.starts_with("The dog"));
    bench.apply(Generate{8, "", 3, {}});
    bench.apply(Generate{9, "%%%", 3, {}});
    bench.settle();
    CHECK(bench.all<TextWritten>().size() == 3);
    CHECK(!bench.all<TextWritten>()[1].error.empty());

    RunBench other;
    other.start({{"task", "reverse"}});
    other.apply(Generate{1, "abc", 5, {}});
    other.settle();
    CHECK(!other.all<TextWritten>().back().error.empty());
  }
}

}  // namespace writer_tests
