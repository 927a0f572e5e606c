// tests/models: an encoder-decoder on a backend: its teacher-forced pass, its gradients and its greedy decoding as
// plain calls.
#pragma once

#include "models/model_test.h"
#include "models/registry.h"

namespace heed::test {

inline std::unique_ptr<Model> model_of(const Json& spec, int source_vocabulary = 7, int target_vocabulary = 6) {
  Result<std::unique_ptr<Model>> model = make_model(spec, source_vocabulary, target_vocabulary);
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
  const TeacherForced out = model.forward(graph, batch_inputs(tape, static_cast<int>(sources.size()), S, T));
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
      model.decode(graph, tape.input("source", {B, S}, DType::kI32), tape.input("source_mask", {B, S}), steps);
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

}  // namespace heed::test
