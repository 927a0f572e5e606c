// tests/models: end-to-end memory networks, key-value memories and memory networks: against second implementations in PyTorch
// (tests/golden/generate_memory.py), what must hold whatever their weights, hand-wired nets, and the names that lessons rely on. Memory
// networks by themselves: memory_network_test.cpp.
#include "models/memory_bench.h"
#include "nn/memory_slots.h"

using namespace heed;
using namespace heed::test;

namespace {

/// Keys in one half of the numbers, values in the other, and every word like itself alone: each question finds its fact.
void check_look_up(const Task& task, const Json& spec, const Json& examples) {
  const int V = task.source_vocabulary().size();
  MemoryBench bench(spec, task.form(), examples, V);
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
    Json examples = Json::array();
    for (std::uint64_t index = 0; index < 64; ++index) examples.push_back(example_json((*task)->example(Split::kTest, 1, index), 3));
    check_look_up(**task, key_value(1, "separate", "beginning", "last", "none", 2 * (*task)->source_vocabulary().size()), examples);
  }

  TEST_CASE("windows: the words around the centre find, the centre answers") {
    auto task = make_task(parse_json(R"({"type":"windows","told":5})").value());
    REQUIRE(task.ok());
    Json examples = Json::array();
    // Words enough between the sentences that no window reaches from one into the next.
    for (const char* asked : {"ada lives in", "ben plays the", "cleo keeps a"}) {
      const Result<Example> typed = (*task)->read_input("ada lives in oslo while but still ben plays the harp and also today cleo keeps a cat. " + std::string(asked) + "?");
      REQUIRE(typed.ok());
      examples.push_back(example_json(*typed, 7));
    }
    check_look_up(**task, key_value(1, "separate", "around", "centre", "none", 2 * (*task)->source_vocabulary().size()), examples);
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
