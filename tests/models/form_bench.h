// tests/models: examples of any form as a batch of constants on a tape, and a model's pass over them as a plain call.
#pragma once

#include <algorithm>

#include "models/model_test.h"
#include "models/registry.h"

namespace heed::test {

/// {"source": [...], "target": [...]} and, where the form has them, "segments", "query", "source_values",
/// "target_values", "words" (a list for each sentence), "support"; targets that no "asked" excludes are asked.
struct FormBatch {
  TaskForm form;
  Json examples;
  int S = 1, T = 1, Q = 0;

  FormBatch(const TaskForm& of, const Json& list) : form(of), examples(list), Q(of.query) {
    for (const Json& example : list) {
      S = std::max(S, static_cast<int>(example.at("source").size()));
      T = std::max(T, static_cast<int>(example.at("target").size()));
    }
  }
  int rows() const { return static_cast<int>(examples.size()); }

  /// The numbers under `key`, each row padded by zeros to `width`.
  std::vector<float> padded(const char* key, int width) const {
    std::vector<float> all;
    for (const Json& example : examples) {
      std::vector<float> row = example.contains(key) ? floats(example.at(key)) : std::vector<float>{};
      row.resize(static_cast<std::size_t>(width), 0.0f);
      all.insert(all.end(), row.begin(), row.end());
    }
    return all;
  }
  /// 1 where the row under `key` has an entry.
  std::vector<float> mask(const char* key, int width) const {
    std::vector<float> all;
    for (const Json& example : examples)
      for (int n = 0; n < width; ++n) all.push_back(n < static_cast<int>(example.at(key).size()) ? 1.0f : 0.0f);
    return all;
  }

  /// (rows, S, W): the words of each sentence, -1 for none.
  std::vector<float> sentence_words() const {
    std::vector<float> all;
    for (const Json& example : examples) {
      for (int s = 0; s < S; ++s) {
        const bool real = s < static_cast<int>(example.at("words").size());
        std::vector<float> row = real ? floats(example.at("words").at(static_cast<std::size_t>(s))) : std::vector<float>{};
        row.resize(static_cast<std::size_t>(form.words), -1.0f);
        all.insert(all.end(), row.begin(), row.end());
      }
    }
    return all;
  }
  std::vector<float> supports() const {
    std::vector<float> all;
    for (const Json& example : examples) {
      std::vector<float> row = floats(example.at("support"));
      row.resize(static_cast<std::size_t>(form.support), -1.0f);
      all.insert(all.end(), row.begin(), row.end());
    }
    return all;
  }

  SequenceBatch on(Tape& tape, bool training) const {
    const int B = rows();
    const auto tokens = [&](const char* key, int width) {
      return tape.constant({B, width}, padded(key, width), DType::kI32);
    };
    std::vector<float> shifted = padded("target", T);
    for (std::size_t at = shifted.size(); at-- > 0;)
      shifted[at] = at % static_cast<std::size_t>(T) == 0 ? static_cast<float>(Marks::kStart) : shifted[at - 1];
    SequenceBatch batch;
    batch.source = tokens("source", S);
    batch.source_mask = tape.constant({B, S}, mask("source", S));
    batch.target_in = tape.constant({B, T}, shifted, DType::kI32);
    batch.target_out = tokens("target", T);
    batch.target_mask = tape.constant({B, T}, mask("target", T));
    if (form.query > 0) {
      batch.query = tokens("query", Q);
      batch.query_mask = tape.constant({B, Q}, mask("query", Q));
    }
    if (form.segments > 0) batch.segments = tokens("segments", S);
    if (form.words > 0) batch.source_words = tape.constant({B, S, form.words}, sentence_words(), DType::kI32);
    if (form.support > 0) batch.support = tape.constant({B, form.support}, supports(), DType::kI32);
    const int F = form.source_width, G = form.target_width;
    if (F > 0) batch.source_values = tape.constant({B, S, F}, padded("source_values", S * F));
    if (G > 0) batch.target_values = tape.constant({B, T, G}, padded("target_values", T * G));
    batch.training = training;
    return batch;
  }
};

inline std::unique_ptr<Model> model_for(const Json& spec, const TaskForm& form, int source_vocabulary,
                                        int target_vocabulary) {
  Result<std::unique_ptr<Model>> model = make_model(spec, form, source_vocabulary, target_vocabulary);
  REQUIRE_MESSAGE(model.ok(), (model.ok() ? "" : model.error()));
  return std::move(*model);
}

/// "loss", "objective", the gradient of the objective by parameter name ("gradient NAME"), and all taps.
inline Values passed(const Model& model, TestState& state, const FormBatch& batch, bool training = false,
                     std::uint64_t seed = 0) {
  Tape tape;
  Graph graph(tape, model.parameters());
  const Forward out = model.forward(graph, batch.on(tape, training));
  const Tensor objective = out.objective ? out.objective : out.loss;
  std::vector<Tensor> wrt;
  for (const auto& [parameter, tensor] : graph.used()) wrt.push_back(tensor);
  const std::vector<Tensor> grads = gradients(objective, wrt);
  tape.output("loss", affine(out.loss, 1, 0));
  tape.output("objective", affine(objective, 1, 0));
  for (std::size_t i = 0; i < grads.size(); ++i)
    tape.output("gradient " + model.parameters()[graph.used()[i].first].name, grads[i]);
  Feeds feeds;
  feeds["step"].f32 = {1};
  return TestPlan(state, tape, model.tap_names()).run(feeds, seed);
}

/// Tokens, mask, values where there are any, and all taps.
inline Values answered(const Model& model, TestState& state, const FormBatch& batch, int steps) {
  Tape tape;
  Graph graph(tape, model.parameters());
  const Decoded out = model.decode(graph, batch.on(tape, false), steps);
  if (out.tokens) tape.output("tokens", out.tokens);
  if (out.mask) tape.output("mask", out.mask);
  if (out.values) tape.output("values", affine(out.values, 1, 0));
  return TestPlan(state, tape, model.tap_names()).run({});
}

/// Row b of a (B, ...) value.
inline std::vector<float> part_row(const std::vector<float>& values, std::size_t b, std::size_t B) {
  const std::size_t width = values.size() / B;
  const auto first = values.begin() + static_cast<std::ptrdiff_t>(b * width);
  return {first, first + static_cast<std::ptrdiff_t>(width)};
}

}  // namespace heed::test
