// tests/models: memories of sentences as plain calls: models on given parameters, small stories, and their specs.
#pragma once

#include <set>

#include "models/form_bench.h"
#include "tasks/registry.h"

namespace heed::test {

inline TaskForm sentences_form(int query, int words, int support) {
  TaskForm form;
  form.answer = Answer::kLabel;
  form.query = query;
  form.words = words;
  form.support = support;
  return form;
}

struct MemoryBench {
  std::unique_ptr<Backend> backend;
  std::unique_ptr<Model> model;
  FormBatch batch;
  TestState state;

  MemoryBench(const Json& spec, const TaskForm& form, const Json& examples, int vocabulary, std::unique_ptr<Backend> on = make_cpu_backend())
      : backend(std::move(on)), model(model_for(spec, form, vocabulary, vocabulary)), batch(form, examples), state(*backend, model->parameters().arena_elems()) {
    state.write(Arena::kParameters, model->parameters().initial_values(3));
  }
  const ParameterInfo& info(const std::string& name) const {
    for (const ParameterInfo& each : model->parameters().all())
      if (each.name == name) return each;
    FAIL("no parameter " << name);
    return model->parameters().all().front();
  }
  void set(const std::string& name, const std::vector<float>& values) {
    REQUIRE(values.size() == info(name).shape.count());
    state.write(Arena::kParameters, values, info(name).offset);
  }
  std::vector<float> get(const std::string& name) { return part_of(state.read(Arena::kParameters), info(name)); }
  /// Every parameter as in the golden files: number i in the order of the names is scale sin(1 + i + stride k).
  void fill_by_rule(double scale, double stride) {
    std::set<std::string> names;
    for (const ParameterInfo& each : model->parameters().all()) names.insert(each.name);
    for (double i = 1; const std::string& name : names) set(name, fill_rule(i++, info(name).shape.count(), scale, stride));
  }
  Values pass(bool training = false) { return passed(*model, state, batch, training); }
};

inline const Json kStories = {
    {{"source", {4, 7, 4, 7}}, {"words", {{4, 5, 6}, {7, 5, 8, 6}, {4, 8}, {7, 4, 6}}}, {"query", {4, 6}}, {"target", {8}}, {"support", {1, 3}}},
    {{"source", {6, 8, 5}}, {"words", {{6, 5}, {8, 4, 7}, {5, 6, 7}}}, {"query", {5, 8, 7}}, {"target", {4}}, {"support", {2, 0}}}};

inline Json end_to_end(int hops, const char* tying, const char* order, int linear_steps = 0) {
  return {{"type", "end_to_end_memory"}, {"hops", hops}, {"embedding", 4}, {"tying", tying}, {"order", order}, {"times", 3}, {"time_noise", 0}, {"linear_steps", linear_steps}};
}

inline Json key_value(int hops, const char* tables, const char* keys, const char* values, const char* hashing = "none", int embedding = 4) {
  return {{"type", "key_value_memory"}, {"hops", hops},       {"embedding", embedding}, {"keys", keys},
          {"values", values},           {"tables", tables}, {"hashing", hashing},     {"order", "bag"}};
}

inline Json memory_network(const Json& output, const Json& response, const char* times = "yes", const Json& generalisation = "next") {
  return {{"type", "memory_network"}, {"input", {{"type", "bag"}, {"embedding", 4}, {"times", times}}}, {"generalisation", generalisation}, {"output", output}, {"response", response}};
}

inline Json hard(int supports, double margin) { return {{"type", "hard"}, {"supports", supports}, {"margin", margin}}; }
inline Json ranking(double margin) { return {{"type", "ranking"}, {"margin", margin}}; }

inline std::set<std::string> names_of(const Model& model) {
  std::set<std::string> names;
  for (const ParameterInfo& each : model.parameters().all()) names.insert(each.name);
  return names;
}

/// The rows of attention that belong to the sentences of each story, beside those of the case.
inline void check_hops(const std::vector<float>& attention, const Json& rows, const FormBatch& batch, double tolerance) {
  const auto S = static_cast<std::size_t>(batch.S);
  const std::size_t hops = attention.size() / S / batch.examples.size();
  REQUIRE(rows.size() == hops * batch.examples.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const auto at = attention.begin() + static_cast<std::ptrdiff_t>(row * S);
    const std::size_t real = batch.examples[row / hops].at("source").size();
    CHECK(worst_difference({at, at + static_cast<std::ptrdiff_t>(real)}, numbers(rows[row])) < tolerance);
    for (std::size_t s = real; s < S; ++s) CHECK(attention[row * S + s] == 0);
  }
}

inline Json example_json(const Example& example, int width) {
  Json words = Json::array();
  for (std::size_t s = 0; s < example.source.size(); ++s) {
    std::vector<int> sentence;
    for (std::size_t j = s * static_cast<std::size_t>(width); j < (s + 1) * static_cast<std::size_t>(width); ++j) sentence.push_back(example.source_words[j]);
    words.push_back(sentence);
  }
  return {{"source", example.source}, {"words", words}, {"query", example.query}, {"target", example.target}, {"support", example.alignment.at(0)}};
}

}  // namespace heed::test
