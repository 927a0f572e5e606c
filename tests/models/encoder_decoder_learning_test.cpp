// models: the encoder-decoder learns. Bounded by steps, on the cpu backend.
#include "models/encoder_decoder_bench.h"
#include "nn/optimiser.h"

using namespace heed;
using namespace heed::test;

namespace {

const Rows kShortSources{{3, 5, 6, 4}, {4, 3}, {6}, {5, 5, 3}};
const Rows kShortTargets{{4, 5, 3, 2}, {3, 5, 4, 2}, {2}, {5, 2}};

/// Trains on the one batch above with Adam; returns the loss of each step.
std::vector<float> train(const Model& model, TestState& state, int steps, double rate) {
  const Result<Json> adam = validate_slot(optimiser_slot(), Json{{"type", "adam"}, {"rate", rate}}, "optimiser");
  REQUIRE(adam.ok());
  Tape tape;
  Graph graph(tape, model.parameters());
  const Forward out = model.forward(graph, batch_inputs(tape, 4, 4, 4));
  tape.output("loss", out.loss);
  tape.output("norm", record_update(graph, out.loss, *adam));
  TestPlan plan(state, tape);
  Feeds feeds = batch_feeds(kShortSources, kShortTargets, 4, 4);
  std::vector<float> losses;
  for (int step = 1; step <= steps; ++step) {
    feeds["rate"].f32 = {static_cast<float>(learning_rate(*adam, static_cast<std::uint64_t>(step), 0))};
    feeds["step"].f32 = {static_cast<float>(step)};
    const Values got = plan.run(feeds);
    losses.push_back(got.at("loss")[0]);
    CHECK(std::isfinite(got.at("norm")[0]));
  }
  return losses;
}

}  // namespace

TEST_SUITE("models.learning") {
  TEST_CASE("three steps of every combination make the loss smaller") {
    for (const NamedBackend& on : all_backends()) {
      for (const std::string encoder : {"rnn", "lstm", "gru"}) {
        for (const bool bidirectional : {false, true}) {
          for (const std::string attention : {"none", "additive", "dot"}) {
            for (const std::string decoder : {"rnn", "lstm", "gru"}) {
              const Json spec = tiny_spec(encoder, bidirectional, attention, decoder);
              CAPTURE(on.name);
              CAPTURE(spec.dump());
              const auto model = model_of(spec);
              TestState state(*on.backend, model->parameters().arena_elems());
              state.write(Arena::kParameters, model->parameters().initial_values(1));
              const std::vector<float> losses = train(*model, state, 4, 0.003);
              CHECK(losses[0] > losses[1]);
              CHECK(losses[1] > losses[2]);
              CHECK(losses[2] > losses[3]);
            }
          }
        }
      }
    }
  }

  TEST_CASE("a tiny batch is learnt by heart and then decoded without a mistake") {
    for (const std::string attention : {"none", "additive", "dot"}) {
      CAPTURE(attention);
      Json spec = tiny_spec("gru", true, attention, "gru");
      spec["encoder"]["hidden"] = spec["decoder"]["hidden"] = 16;
      spec["embedding"] = spec["readout"] = 8;
      const auto model = model_of(spec);
      const auto backend = make_cpu_backend();
      TestState state(*backend, model->parameters().arena_elems());
      state.write(Arena::kParameters, model->parameters().initial_values(3));
      const std::vector<float> losses = train(*model, state, 150, 0.01);
      CHECK(losses.front() > 1);
      CHECK(losses.back() < 0.05);
      const Values got = decoded(*model, state, kShortSources, 4, 4);
      for (std::size_t b = 0; b < kShortTargets.size(); ++b) {
        for (std::size_t t = 0; t < 4; ++t) {
          const int want = t < kShortTargets[b].size() ? kShortTargets[b][t] : Marks::kPad;
          CHECK(static_cast<int>(got.at("tokens")[b * 4 + t]) == want);
        }
      }
    }
  }
}
