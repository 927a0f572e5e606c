// tests/models: memory networks: ranking, hard looks one after the other, times of two memories compared, what a small memory keeps.
#include <map>
#include <numeric>

#include "base/rng.h"
#include "models/memory_bench.h"

using namespace heed;
using namespace heed::test;

TEST_SUITE("models.memory") {
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
}
