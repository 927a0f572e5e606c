// tests/models: what the tests of cells, attention and models share: golden files, the fill rule, comparisons, batches.
#pragma once

#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "base/json.h"
#include "models/model.h"
#include "support/run_plan.h"

namespace heed::test {

inline Json golden(const std::string& file) {
  std::ifstream stream(std::string(HEED_SOURCE_DIR) + "/tests/golden/" + file);
  REQUIRE_MESSAGE(stream.good(), "cannot read tests/golden/" << file << "; tests/golden/generate.py writes it");
  std::stringstream text;
  text << stream.rdbuf();
  Result<Json> json = parse_json(text.str());
  REQUIRE_MESSAGE(json.ok(), file);
  return *json;
}

/// T(o; shape)[i] = scale sin(o + stride i), as in tests/golden/generate.py.
inline std::vector<float> fill_rule(double offset, std::size_t count, double scale = 1, double stride = 0.7) {
  std::vector<float> values(count);
  for (std::size_t i = 0; i < count; ++i)
    values[i] = static_cast<float>(scale * std::sin(offset + stride * static_cast<double>(i)));
  return values;
}

/// Largest |a - b| / (1 + |b|).
inline double worst_difference(const std::vector<float>& actual, const std::vector<double>& expected) {
  REQUIRE(actual.size() == expected.size());
  double worst = 0;
  for (std::size_t i = 0; i < actual.size(); ++i) {
    const double error = std::fabs(static_cast<double>(actual[i]) - expected[i]) / (1 + std::fabs(expected[i]));
    worst = std::isnan(error) ? INFINITY : std::max(worst, error);
  }
  return worst;
}

inline std::vector<double> numbers(const Json& json) {
  return json.get<std::vector<double>>();
}
inline std::vector<float> floats(const Json& json) {
  return json.get<std::vector<float>>();
}

/// A whole arena with the parameters of `named` ({"name": [...]}, each prefixed by `prefix`); all of `set` must be
/// there.
inline std::vector<float> arena_of(const ParameterSet& set, const Json& named, const std::string& prefix = "") {
  std::vector<float> arena(set.arena_elems(), 0.0f);
  for (const ParameterInfo& info : set.all()) {
    REQUIRE_MESSAGE(info.name.rfind(prefix, 0) == 0, info.name);
    const std::vector<float> values = floats(named.at(info.name.substr(prefix.size())));
    REQUIRE_MESSAGE(values.size() == info.shape.count(), info.name);
    std::copy(values.begin(), values.end(), arena.begin() + static_cast<std::ptrdiff_t>(info.offset));
  }
  return arena;
}

/// One parameter's part of an arena.
inline std::vector<float> part_of(const std::vector<float>& arena, const ParameterInfo& info) {
  const auto first = arena.begin() + static_cast<std::ptrdiff_t>(info.offset);
  return {first, first + static_cast<std::ptrdiff_t>(info.shape.count())};
}

using Rows = std::vector<std::vector<int>>;

/// Feeds of a batch padded to S and T.
inline Feeds batch_feeds(const Rows& sources, const Rows& targets, int S, int T) {
  Feeds feeds;
  const auto add = [&feeds](const char* name, int token) { feeds[name].i32.push_back(token); };
  for (const std::vector<int>& source : sources) {
    for (int s = 0; s < S; ++s) {
      const bool real = s < static_cast<int>(source.size());
      add("source", real ? source[static_cast<std::size_t>(s)] : Marks::kPad);
      feeds["source_mask"].f32.push_back(real ? 1.0f : 0.0f);
    }
  }
  for (const std::vector<int>& target : targets) {
    for (int t = 0; t < T; ++t) {
      const std::size_t at = static_cast<std::size_t>(t);
      const bool real = at < target.size();
      add("target_out", real ? target[at] : Marks::kPad);
      add("target_in", t == 0 ? Marks::kStart : real ? target[at - 1] : Marks::kPad);
      feeds["target_mask"].f32.push_back(real ? 1.0f : 0.0f);
    }
  }
  return feeds;
}

inline SequenceBatch source_inputs(Tape& tape, int B, int S) {
  SequenceBatch batch;
  batch.source = tape.input("source", {B, S}, DType::kI32);
  batch.source_mask = tape.input("source_mask", {B, S});
  return batch;
}

inline SequenceBatch batch_inputs(Tape& tape, int B, int S, int T) {
  SequenceBatch batch = source_inputs(tape, B, S);
  batch.target_in = tape.input("target_in", {B, T}, DType::kI32);
  batch.target_out = tape.input("target_out", {B, T}, DType::kI32);
  batch.target_mask = tape.input("target_mask", {B, T});
  return batch;
}

inline int longest(const Rows& rows) {
  std::size_t length = 0;
  for (const auto& row : rows) length = std::max(length, row.size());
  return static_cast<int>(length);
}

/// The backends that model tests run on, with the tolerance of each against float64 values. Outputs are float32.
struct NamedBackend {
  std::string name;
  std::unique_ptr<Backend> backend;
  double tolerance;
};

inline std::vector<NamedBackend> all_backends() {
  std::vector<NamedBackend> backends;
  backends.push_back({"reference in double", make_reference_backend(true), 2e-7});
  backends.push_back({"reference", make_reference_backend(false), 1e-5});
  backends.push_back({"cpu", make_cpu_backend(), 2e-5});
  return backends;
}

}  // namespace heed::test
