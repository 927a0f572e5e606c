// models: end-to-end memory networks, key-value memories and memory networks: against second implementations in PyTorch
// (tests/golden/generate_memory.py), what must hold whatever their weights, hand-wired nets, and the names that lessons rely on.
#include <map>
#include <numeric>
#include <set>

#include "base/rng.h"
#include "models/form_bench.h"
#include "nn/memory_slots.h"
#include "tasks/registry.h"

using namespace heed;
using namespace heed::test;

namespace {

TaskForm sentences_form(int query, int words, int support) {
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

const Json kStories = {
    {{"source", {4, 7, 4, 7}}, {"words", {{4, 5, 6}, {7, 5, 8, 6}, {4, 8}, {7, 4, 6}}}, {"query", {4, 6}}, {"target", {8}}, {"support", {1, 3}}},
    {{"source", {6, 8, 5}}, {"words", {{6, 5}, {8, 4, 7}, {5, 6, 7}}}, {"query", {5, 8, 7}}, {"target", {4}}, {"support", {2, 0}}}};

Json end_to_end(int hops, const char* tying, const char* order, int linear_steps = 0) {
  return {{"type", "end_to_end_memory"}, {"hops", hops}, {"embedding", 4}, {"tying", tying}, {"order", order}, {"times", 3}, {"time_noise", 0}, {"linear_steps", linear_steps}};
}

Json key_value(int hops, const char* tables, const char* keys, const char* values, const char* hashing = "none", int embedding = 4) {
  return {{"type", "key_value_memory"}, {"hops", hops},       {"embedding", embedding}, {"keys", keys},
          {"values", values},           {"tables", tables}, {"hashing", hashing},     {"order", "bag"}};
}

Json memory_network(const Json& output, const Json& response, const char* times = "yes", const Json& generalisation = "next") {
  return {{"type", "memory_network"}, {"input", {{"type", "bag"}, {"embedding", 4}, {"times", times}}}, {"generalisation", generalisation}, {"output", output}, {"response", response}};
}

Json hard(int supports, double margin) { return {{"type", "hard"}, {"supports", supports}, {"margin", margin}}; }
Json ranking(double margin) { return {{"type", "ranking"}, {"margin", margin}}; }

std::set<std::string> names_of(const Model& model) {
  std::set<std::string> names;
  for (const ParameterInfo& each : model.parameters().all()) names.insert(each.name);
  return names;
}

/// The rows of attention that belong to the sentences of each story, beside those of the case.
void check_hops(const std::vector<float>& attention, const Json& rows, const FormBatch& batch, double tolerance) {
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

Json example_json(const Example& example, int width) {
  Json words = Json::array();
  for (std::size_t s = 0; s < example.source.size(); ++s) {
    std::vector<int> sentence;
    for (std::size_t j = s * static_cast<std::size_t>(width); j < (s + 1) * static_cast<std::size_t>(width); ++j) sentence.push_back(example.source_words[j]);
    words.push_back(sentence);
  }
  return {{"source", example.source}, {"words", words}, {"query", example.query}, {"target", example.target}, {"support", example.alignment.at(0)}};
}

}  // namespace

TEST_SUITE("models.memory") {
  TEST_CASE("golden: the weights of words by place, as in the paper and as in the authors' program") {
    const std::vector<double> paper = {0.583333, 0.416667, 0.25, 0.5, 0.5, 0.5, 0.416667, 0.583333, 0.75, 0.333333, 0.666667, 1.0};
    const std::vector<double> published = {1.5, 1, 0.5, 1.166667, 1, 0.833333, 0.833333, 1, 1.166667, 0.5, 1, 1.5};
    CHECK(worst_difference(position_weights(WordOrder::kPaper, 4, 3), paper) < 1e-6);
    CHECK(worst_difference(position_weights(WordOrder::kPublished, 4, 3), published) < 1e-6);
  }

  TEST_CASE("golden: loss, gradients and every hop on every backend") {
    const Json cases = golden("memory.json");
    const Json& setting = cases.at(0);
    for (std::size_t n = 1; n < cases.size(); ++n) {
      const Json& want = cases[n];
      const Json& form = want.at("form");
      CAPTURE(want.at("spec").dump());
      for (NamedBackend& on : all_backends()) {
        CAPTURE(on.name);
        const double tolerance = 5 * on.tolerance;
        MemoryBench bench(want.at("spec"), sentences_form(form.at("query"), form.at("words"), form.at("support")), want.at("examples"), setting.at("vocabulary"), std::move(on.backend));
        bench.fill_by_rule(setting.at("scale"), setting.at("stride"));
        const Values got = bench.pass();
        CHECK(worst_difference(got.at("loss"), {want.at("loss").get<double>()}) < tolerance);
        CHECK(worst_difference(got.at("objective"), {want.at("objective").get<double>()}) < tolerance);
        for (const auto& [name, gradient] : want.at("gradients").items()) {
          CAPTURE(name);
          CHECK(worst_difference(got.at("gradient " + name), numbers(gradient)) < tolerance);
        }
        check_hops(got.at("memory.attention"), want.at("alignment"), bench.batch, tolerance);
      }
    }
  }

  TEST_CASE("end to end: without softmax what is read is linear in the scores, in closed form") {
    MemoryBench bench(end_to_end(1, "adjacent", "published", 10), sentences_form(3, 4, 2), kStories, 9);
    const Values got = bench.pass();
    const std::vector<float>&sentences = got.at("memory.sentences"), &u = got.at("question"), &state = got.at("memory.states");
    for (std::size_t b = 0; b < 2; ++b) {
      for (std::size_t k = 0; k < 4; ++k) {
        double read = static_cast<double>(u[b * 4 + k]);
        for (std::size_t s = 0; s < 4; ++s) {
          double score = 0;
          for (std::size_t i = 0; i < 4; ++i) score += static_cast<double>(sentences[(b * 4 + s) * 8 + i]) * static_cast<double>(u[b * 4 + i]);
          read += score * static_cast<double>(sentences[(b * 4 + s) * 8 + 4 + k]);
        }
        CHECK(static_cast<double>(state[b * 4 + k]) == doctest::Approx(read).epsilon(1e-4));
      }
    }
  }

  TEST_CASE("end to end: blank slots take their part of the softmax with a score of 0, and hold nothing") {
    Json spec = end_to_end(1, "adjacent", "published");
    spec["times"] = 6;
    spec["blanks"] = true;
    MemoryBench bench(spec, sentences_form(3, 4, 2), kStories, 9);
    const Values got = bench.pass();
    const std::vector<float>&sentences = got.at("memory.sentences"), &u = got.at("question"), &p = got.at("memory.attention"), &state = got.at("memory.states");
    for (std::size_t b = 0; b < 2; ++b) {
      const std::size_t told = kStories[b].at("source").size();
      std::vector<double> exps;
      double all = 6 - static_cast<double>(told);  // so many slots are left, each with exp(0)
      for (std::size_t s = 0; s < told; ++s) {
        double score = 0;
        for (std::size_t i = 0; i < 4; ++i) score += static_cast<double>(sentences[(b * 4 + s) * 8 + i]) * static_cast<double>(u[b * 4 + i]);
        exps.push_back(std::exp(score));
        all += exps.back();
      }
      for (std::size_t s = 0; s < 4; ++s) CHECK(static_cast<double>(p[b * 4 + s]) == doctest::Approx(s < told ? exps[s] / all : 0).epsilon(1e-4));
      for (std::size_t k = 0; k < 4; ++k) {
        double read = static_cast<double>(u[b * 4 + k]);
        for (std::size_t s = 0; s < told; ++s) read += exps[s] / all * static_cast<double>(sentences[(b * 4 + s) * 8 + 4 + k]);
        CHECK(static_cast<double>(state[b * 4 + k]) == doctest::Approx(read).epsilon(1e-4));
      }
    }
    // A memory that is full has none left.
    spec["times"] = 3;
    const Json full(kStories.begin(), kStories.begin() + 1);
    MemoryBench crowded(spec, sentences_form(3, 4, 2), full, 9), masked(end_to_end(1, "adjacent", "published"), sentences_form(3, 4, 2), full, 9);
    const Values one = crowded.pass(), other = masked.pass();
    for (std::size_t n = 0; n < 4; ++n) CHECK(one.at("memory.attention")[n] == doctest::Approx(other.at("memory.attention")[n]).epsilon(1e-5));
  }

  TEST_CASE("end to end: linear start ends after its steps, by training alone") {
    for (const int steps : {1, 2}) {
      MemoryBench bench(end_to_end(2, "adjacent", "bag", steps), sentences_form(3, 4, 2), kStories, 9);
      bench.pass();
      CHECK(bench.get("linear_start") == std::vector<float>{1});
      bench.pass(true);  // the first step of training
      CHECK(bench.get("linear_start") == std::vector<float>{steps == 1 ? 0.0f : 1.0f});
    }
  }

  TEST_CASE("end to end: a tied embedding gets the gradients of all its uses") {
    // Layer-wise, the question has a table of its own; adjacent, the question's is A^1. With one hop and the same numbers everywhere, the
    // tied table's gradient is the sum of the gradients of those that it stands for.
    const TaskForm form = sentences_form(3, 4, 2);
    MemoryBench tied(end_to_end(1, "adjacent", "bag"), form, kStories, 9), apart(end_to_end(1, "layer_wise", "bag"), form, kStories, 9);
    const std::vector<float> a = fill_rule(1, 36), c = fill_rule(2, 36), times = fill_rule(3, 12);
    std::vector<float> transposed(36);
    for (std::size_t v = 0; v < 9; ++v)
      for (std::size_t k = 0; k < 4; ++k) transposed[k * 9 + v] = c[v * 4 + k];
    for (MemoryBench* bench : {&tied, &apart}) {
      bench->set("memory.a1.table", a), bench->set("memory.c1.table", c);
      bench->set("memory.a1.times", times), bench->set("memory.c1.times", times);
    }
    apart.set("question.table", a), apart.set("output.weight", transposed);
    const Values one = tied.pass(), two = apart.pass();
    CHECK(one.at("loss")[0] == doctest::Approx(two.at("loss")[0]));
    for (std::size_t v = 0; v < 9; ++v) {
      for (std::size_t k = 0; k < 4; ++k) {
        const std::size_t n = v * 4 + k;
        CHECK(one.at("gradient memory.a1.table")[n] == doctest::Approx(two.at("gradient memory.a1.table")[n] + two.at("gradient question.table")[n]).epsilon(1e-4));
        CHECK(one.at("gradient memory.c1.table")[n] == doctest::Approx(two.at("gradient memory.c1.table")[n] + two.at("gradient output.weight")[k * 9 + v]).epsilon(1e-4));
      }
    }
  }

  TEST_CASE("words are only numbers: with the vocabulary in another order every hop is the same") {
    const std::vector<int> moved = {0, 1, 2, 3, 8, 6, 4, 5, 7};
    Json renamed = kStories;
    for (Json& story : renamed) {
      for (const char* key : {"source", "query", "target"})
        for (Json& word : story[key]) word = moved[word.get<std::size_t>()];
      for (Json& sentence : story["words"])
        for (Json& word : sentence) word = moved[word.get<std::size_t>()];
    }
    for (const Json& spec : {end_to_end(3, "adjacent", "published"), key_value(2, "separate", "beginning", "last"), memory_network(hard(2, 0.1), ranking(0.1))}) {
      CAPTURE(spec.dump());
      const TaskForm form = sentences_form(3, 4, 2);
      MemoryBench bench(spec, form, kStories, 9), other(spec, form, renamed, 9);
      for (const ParameterInfo& each : bench.model->parameters().all()) {
        if (!each.name.ends_with(".table") || each.shape[0] != 9) continue;
        const std::vector<float> rows = bench.get(each.name);
        std::vector<float> put(rows.size());
        for (std::size_t v = 0; v < 9; ++v) std::copy_n(rows.begin() + static_cast<std::ptrdiff_t>(v * 4), 4, put.begin() + moved[v] * 4);
        other.set(each.name, put);
      }
      const Values one = bench.pass(), two = other.pass();
      CHECK(one.at("memory.attention") == two.at("memory.attention"));
      CHECK(one.at("loss")[0] == doctest::Approx(two.at("loss")[0]));
    }
  }

  TEST_CASE("key and value: with whole sentences for both it is an end-to-end memory whose hops share their tables") {
    const TaskForm form = sentences_form(3, 4, 2);
    MemoryBench two_sides(key_value(2, "separate", "whole", "whole"), form, kStories, 9), one(end_to_end(2, "layer_wise", "bag"), form, kStories, 9);
    const std::vector<float> keys = fill_rule(1, 36), values = fill_rule(2, 36);
    std::vector<float> transposed(36);
    for (std::size_t v = 0; v < 9; ++v)
      for (std::size_t k = 0; k < 4; ++k) transposed[k * 9 + v] = values[v * 4 + k];
    two_sides.set("keys.table", keys), two_sides.set("values.table", values);
    one.set("memory.a1.table", keys), one.set("question.table", keys), one.set("memory.c1.table", values), one.set("output.weight", transposed);
    one.set("memory.a1.times", std::vector<float>(12, 0)), one.set("memory.c1.times", std::vector<float>(12, 0));
    const Values a = two_sides.pass(), b = one.pass();
    const std::vector<double> logits(b.at("logits").begin(), b.at("logits").end()), hops(b.at("memory.attention").begin(), b.at("memory.attention").end());
    CHECK(worst_difference(a.at("logits"), logits) < 1e-5);
    CHECK(worst_difference(a.at("memory.attention"), hops) < 1e-5);
  }

  TEST_CASE("key and value: a table wired by hand looks every fact up") {
    auto task = make_task(parse_json(R"({"type":"facts","entities":8,"relations":3,"known":8})").value());
    REQUIRE(task.ok());
    const int V = (*task)->source_vocabulary().size();
    Json examples = Json::array();
    for (std::uint64_t index = 0; index < 64; ++index) examples.push_back(example_json((*task)->example(Split::kTest, 1, index), 3));
    MemoryBench bench(key_value(1, "separate", "beginning", "last", "none", 2 * V), (*task)->form(), examples, V);
    const auto size = static_cast<std::size_t>(V);
    std::vector<float> keys(2 * size * size, 0.0f), values(2 * size * size, 0.0f);
    for (std::size_t v = 0; v < size; ++v) keys[v * 2 * size + v] = 6, values[v * 2 * size + size + v] = 6;
    bench.set("keys.table", keys), bench.set("values.table", values);
    const Values got = bench.pass();
    CHECK(got.at("loss")[0] < 0.001f);
    for (std::size_t b = 0; b < examples.size(); ++b) {
      const std::vector<float> row = part_row(got.at("memory.attention"), b, examples.size());
      CHECK(row[examples[b].at("support").at(0).get<std::size_t>()] > 0.999f);
    }
  }

  TEST_CASE("windows: the words around the centre find, the centre answers") {
    auto task = make_task(parse_json(R"({"type":"windows","told":5})").value());
    REQUIRE(task.ok());
    const int V = (*task)->source_vocabulary().size();
    Json examples = Json::array();
    // Words enough between the sentences that no window reaches from one into the next.
    for (const char* asked : {"ada lives in", "ben plays the", "cleo keeps a"}) {
      const Result<Example> typed = (*task)->read_input("ada lives in oslo while but still ben plays the harp and also today cleo keeps a cat. " + std::string(asked) + "?");
      REQUIRE(typed.ok());
      examples.push_back(example_json(*typed, 7));
    }
    MemoryBench bench(key_value(1, "separate", "around", "centre", "none", 2 * V), (*task)->form(), examples, V);
    const auto size = static_cast<std::size_t>(V);
    std::vector<float> keys(2 * size * size, 0.0f), values(2 * size * size, 0.0f);
    for (std::size_t v = 0; v < size; ++v) keys[v * 2 * size + v] = 6, values[v * 2 * size + size + v] = 6;
    bench.set("keys.table", keys), bench.set("values.table", values);
    const Values got = bench.pass();
    CHECK(got.at("loss")[0] < 0.001f);
    for (std::size_t b = 0; b < examples.size(); ++b) {
      const std::vector<float> row = part_row(got.at("memory.attention"), b, examples.size());
      CHECK(row[examples[b].at("support").at(0).get<std::size_t>()] > 0.999f);
    }
  }

  TEST_CASE("key hashing looks only at slots that share a rare word with the question; at all where there is none") {
    Json stories = kStories;
    stories[0]["query"] = {8};  // in the key of the second sentence only
    stories[1]["query"] = {4};
    stories[1]["words"] = {{6, 5}, {8, 7}, {5, 7}};
    MemoryBench bench(key_value(2, "separate", "beginning", "last", "rare"), sentences_form(3, 4, 2), stories, 9);
    const Values got = bench.pass();
    CHECK(got.at("memory.candidates") == std::vector<float>{0, 1, 0, 0, 1, 1, 1, 0});
    CHECK(got.at("memory.attention")[1] == 1);
  }

  TEST_CASE("memory network: ranked right there is nothing to learn at a margin of 0") {
    const Json output = hard(2, 0), response = ranking(0);
    MemoryBench bench(memory_network(output, response, "no"), sentences_form(3, 4, 2), kStories, 9);
    const std::vector<float> none(36, 0.0f);
    for (const char* name : {"output.question.table", "output.found.table", "output.memory.table", "response.question.table", "response.found.table", "response.word.table"}) bench.set(name, none);
    CHECK(bench.pass().at("objective")[0] == 0);  // all equal: nobody is ahead
    bench.fill_by_rule(1.3, 3.7);
    CHECK(bench.pass().at("objective")[0] > 0);
  }

  TEST_CASE("memory network: scores know U only up to its sign; each look takes one memory and none twice") {
    MemoryBench bench(memory_network(hard(2, 0.1), ranking(0.1)), sentences_form(3, 4, 2), kStories, 9);
    const Values one = bench.pass();
    for (const std::string& name : names_of(*bench.model)) {
      std::vector<float> values = bench.get(name);
      for (float& value : values) value = -value;
      bench.set(name, values);
    }
    const Values two = bench.pass();
    CHECK(one.at("logits") == two.at("logits"));
    CHECK(one.at("objective") == two.at("objective"));
    const std::vector<float>& hops = one.at("memory.attention");
    CHECK(hops == two.at("memory.attention"));
    for (std::size_t b = 0; b < 2; ++b) {
      float first = 0, second = 0, both = 0;
      for (std::size_t s = 0; s < 4; ++s) {
        const float a = hops[b * 8 + s], c = hops[b * 8 + 4 + s];
        first += a, second += c, both += a * c;
      }
      CHECK(first == 1);
      CHECK(second == 1);
      CHECK(both == 0);
    }
  }

  TEST_CASE("memory network: times compare two memories antisymmetrically, and the scan finds the one that is ahead of all others") {
    // s(i,j) = of_i - of_j, and the share of time if i is older, less it if i is newer; the scan's winner is told by the attention.
    const int n = 4, S = 6;
    const TaskForm form = sentences_form(2, 1, 1);
    int ahead_of_all = 0;
    for (int seed = 0; seed < 40; ++seed) {
      Random random(static_cast<std::uint64_t>(seed), Purpose::kSample);
      Json words = Json::array(), source = Json::array();
      for (int s = 0; s < S; ++s) source.push_back(4 + s % 5), words.push_back({4 + s % 5});
      MemoryBench bench(memory_network(hard(1, 0.1), ranking(0.1)), form, {{{"source", source}, {"words", words}, {"query", {4, 8}}, {"target", {5}}, {"support", {0}}}}, 9);
      std::map<std::string, std::vector<float>> tables;
      for (const char* name : {"output.question.table", "output.memory.table", "output.times.table"}) {
        tables[name].resize(bench.info(name).shape.count());
        for (float& value : tables[name]) value = static_cast<float>(random.normal());
        bench.set(name, tables[name]);
      }
      const auto row = [&](const char* name, int at) { return tables.at(name).begin() + at * n; };
      std::vector<double> x(static_cast<std::size_t>(n));
      for (int k = 0; k < n; ++k) x[static_cast<std::size_t>(k)] = static_cast<double>(row("output.question.table", 4)[k] + row("output.question.table", 8)[k]);
      const auto times_x = [&](auto at) { return std::inner_product(x.begin(), x.end(), at, 0.0, std::plus<>(), [](double a, float b) { return a * static_cast<double>(b); }); };
      const auto s_ot = [&](int i, int j) {
        const double older = times_x(row("output.times.table", 0));
        return times_x(row("output.memory.table", 4 + i % 5)) - times_x(row("output.memory.table", 4 + j % 5)) + (i < j ? older : i > j ? -older : 0);
      };
      int winner = 0;
      for (int i = 1; i < S; ++i) winner = s_ot(i, winner) > 0 ? i : winner;
      const std::vector<float> got = bench.pass().at("memory.attention");
      CHECK(got[static_cast<std::size_t>(winner)] == 1);
      for (int i = 0; i < S; ++i) {
        bool all = true;
        for (int j = 0; j < S; ++j) {
          CHECK(s_ot(i, j) == doctest::Approx(-s_ot(j, i)));
          all = all && (i == j || s_ot(i, j) > 0);
        }
        ahead_of_all += all ? 1 : 0;
        if (all) CHECK(winner == i);
      }
    }
    CHECK(ahead_of_all > 10);
  }

  TEST_CASE("memory network: ranked against some of the others, another few each time; never outside of training") {
    Json output = hard(2, 5), response = ranking(5);
    MemoryBench all(memory_network(output, response), sentences_form(3, 4, 2), kStories, 9);
    output["negatives"] = 1, response["negatives"] = 2;
    MemoryBench few(memory_network(output, response), sentences_form(3, 4, 2), kStories, 9);
    CHECK(few.pass().at("objective") == all.pass().at("objective"));
    const float whole = all.pass(true).at("objective")[0], some = few.pass(true).at("objective")[0];
    CHECK(some > 0);
    CHECK(some < whole);
  }

  TEST_CASE("memory network: without times the winner is the first of the best; a small memory keeps the newest") {
    MemoryBench all(memory_network(hard(1, 0.1), ranking(0.1), "no"), sentences_form(3, 4, 2), kStories, 9);
    all.fill_by_rule(1.3, 3.7);
    const Values got = all.pass();
    for (std::size_t b = 0; b < 2; ++b) {
      const auto scores = got.at("memory.scores").begin() + static_cast<std::ptrdiff_t>(b * 4);
      const auto best = std::max_element(scores, scores + static_cast<std::ptrdiff_t>(kStories[b].at("source").size())) - scores;
      CHECK(got.at("memory.attention")[b * 4 + static_cast<std::size_t>(best)] == 1);
    }
    MemoryBench two(memory_network({{"type", "soft"}, {"supports", 1}}, ranking(0.1), "yes", {{"type", "newest"}, {"kept", 2}}), sentences_form(3, 4, 2), kStories, 9);
    const std::vector<float> hops = two.pass().at("memory.attention");
    for (const std::size_t gone : {0, 1, 4, 7}) CHECK(hops[gone] == 0);
    for (const std::size_t there : {2, 3, 5, 6}) CHECK(hops[there] > 0);
  }

  TEST_CASE("names that lessons and checkpoints rely on") {
    const TaskForm form = sentences_form(3, 4, 2);
    const auto made = [&](const Json& spec) { return model_for(spec, form, 9, 9); };
    const auto end = made(end_to_end(2, "adjacent", "bag", 5));
    CHECK(names_of(*end) == std::set<std::string>{"linear_start", "memory.a1.table", "memory.a1.times", "memory.c1.table", "memory.c1.times", "memory.c2.table", "memory.c2.times"});
    CHECK(end->tap_names() == std::vector<std::string>{"memory.sentences", "question", "memory.attention", "memory.states", "logits"});
    CHECK(end->head_names() == std::vector<std::string>{"hop 1", "hop 2"});
    CHECK(names_of(*made(end_to_end(3, "layer_wise", "bag"))) ==
          std::set<std::string>{"memory.a1.table", "memory.a1.times", "memory.c1.table", "memory.c1.times", "memory.turn", "output.weight", "question.table"});
    const auto pairs = made(key_value(2, "separate", "beginning", "last"));
    CHECK(names_of(*pairs) == std::set<std::string>{"hop1.turn", "hop2.turn", "keys.table", "values.table"});
    CHECK(pairs->tap_names() == std::vector<std::string>{"memory.slots", "memory.candidates", "question", "memory.attention", "memory.states", "logits"});
    CHECK(names_of(*made(key_value(1, "shared", "beginning", "last"))) == std::set<std::string>{"hop1.turn", "keys.table"});
    const auto four = made(memory_network(hard(2, 0.1), ranking(0.1)));
    CHECK(names_of(*four) == std::set<std::string>{"output.found.table", "output.memory.table", "output.question.table", "output.times.table", "response.found.table", "response.question.table",
                                                   "response.word.table"});
    CHECK(four->tap_names() == std::vector<std::string>{"memory.sentences", "memory.attention", "memory.scores", "logits"});
    for (const auto* model : {end.get(), pairs.get(), four.get()}) CHECK(model->heads_are_hops());
  }
}
