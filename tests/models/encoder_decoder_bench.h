// tests/models: an encoder-decoder on a backend: its teacher-forced pass, its gradients and its greedy decoding as
// plain calls.
#pragma once

#include "models/model_test.h"
#include "models/registry.h"

namespace heed::test {

inline std::unique_ptr<Model> model_of(const Json& spec, int source_vocabulary = 7, int target_vocabulary = 6) {
  Result<std::unique_ptr<Model>> model = make_model(spec, {}, source_vocabulary, target_vocabulary);
  REQUIRE_MESSAGE(model.ok(), (model.ok() ? "" : model.error()));
  return std::move(*model);
}

inline Json tiny_spec(const std::string& encoder, bool bidirectional, const std::string& attention,
                      const std::string& decoder) {
  Json spec{{"type", "encoder_decoder"},
            {"embedding", 3},
            {"encoder", {{"type", encoder}, {"hidden", 3}, {"bidirectional", bidirectional}}},
            {"attention", {{"type", attention}}},
            {"decoder", {{"type", decoder}, {"hidden", 4}}},
            {"readout", 2}};
  if (attention != "none") spec["attention"]["size"] = 4;
  return spec;
}

/// Loss, gradients by parameter name, and all taps of one batch.
inline Values teacher_forced(const Model& model, TestState& state, const Rows& sources, const Rows& targets, int S,
                             int T) {
  Tape tape;
  Graph graph(tape, model.parameters());
  const Forward out = model.forward(graph, batch_inputs(tape, static_cast<int>(sources.size()), S, T));
  std::vector<Tensor> wrt;
  for (const auto& [parameter, tensor] : graph.used()) wrt.push_back(tensor);
  const std::vector<Tensor> grads = gradients(out.loss, wrt);
  tape.output("loss", out.loss);
  for (std::size_t i = 0; i < grads.size(); ++i) tape.output(model.parameters()[graph.used()[i].first].name, grads[i]);
  return TestPlan(state, tape, model.tap_names()).run(batch_feeds(sources, targets, S, T));
}

/// "tokens", "mask" and all taps.
inline Values decoded(const Model& model, TestState& state, const Rows& sources, int S, int steps) {
  const int B = static_cast<int>(sources.size());
  Tape tape;
  Graph graph(tape, model.parameters());
  const Decoded out =
      model.decode(graph, source_inputs(tape, B, S), steps);
  CHECK(out.tokens.dtype() == DType::kI32);
  tape.output("tokens", out.tokens);
  tape.output("mask", out.mask);
  return TestPlan(state, tape, model.tap_names()).run(batch_feeds(sources, {}, S, 0));
}

/// Row b of a (B, ...) value.
inline std::vector<float> row_of(const std::vector<float>& values, std::size_t b, std::size_t B) {
  const std::size_t width = values.size() / B;
  const auto first = values.begin() + static_cast<std::ptrdiff_t>(b * width);
  return {first, first + static_cast<std::ptrdiff_t>(width)};
}

/// Initial values rounded to multiples of 2^-14, so that adding 2^-12 or 2^-13 to them is exact in float32.
inline std::vector<float> rounded_arena(const ParameterSet& set, std::uint64_t seed) {
  std::vector<float> arena = set.initial_values(seed);
  for (float& v : arena) v = std::round(v * 16384.0f) / 16384.0f;
  return arena;
}

/// loss(theta + h e_i) - base by central differences. Outputs are float32, so the tape subtracts a base near the loss
/// in double and gives the difference with full relative precision.
class NumericalGradient {
 public:
  NumericalGradient(const Model& model, TestState& state, const Rows& sources, const Rows& targets)
      : state_(state), feeds_(batch_feeds(sources, targets, longest(sources), longest(targets))) {
    Graph graph(tape_, model.parameters());
    const int B = static_cast<int>(sources.size());
    const Forward out = model.forward(graph, batch_inputs(tape_, B, longest(sources), longest(targets)));
    tape_.output("difference", out.loss - tape_.input("base", {}));
    plan_ = std::make_unique<TestPlan>(state_, tape_);
    feeds_["base"].f32 = {0};
    feeds_["base"].f32 = {plan_->run(feeds_).at("difference")[0]};
  }

  double operator()(const std::vector<float>& arena, std::size_t at) {
    constexpr float kStep = 0x1p-13f;
    const auto moved = [&](float by) {
      state_.write(Arena::kParameters, {arena[at] + by}, at);
      return static_cast<double>(plan_->run(feeds_).at("difference")[0]);
    };
    const double up = moved(kStep), down = moved(-kStep), up2 = moved(2 * kStep), down2 = moved(-2 * kStep);
    moved(0);
    return (8 * (up - down) - (up2 - down2)) / (12.0 * kStep);  // the error is of order h^4
  }

 private:
  Tape tape_;
  TestState& state_;
  Feeds feeds_;
  std::unique_ptr<TestPlan> plan_;
};

}  // namespace heed::test
