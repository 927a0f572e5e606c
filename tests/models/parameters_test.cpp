// nn: names, places and initial values of parameters.
#include <cstring>

#include "models/model_test.h"

using namespace heed;
using namespace heed::test;

TEST_SUITE("nn.parameters") {
  TEST_CASE("every parameter starts at a multiple of 64 elements and the padding stays zero") {
    ParameterSet set;
    const Parameter a = set.add("a", {3, 5}, {InitKind::kConstant, 2});
    const Parameter b = set.add("b", {65}, {InitKind::kConstant, 3});
    const Parameter c = set.add("c", {}, {InitKind::kConstant, 4});
    CHECK(set[a].offset == 0);
    CHECK(set[b].offset == 64);
    CHECK(set[c].offset == 192);
    CHECK(set.arena_elems() == 256);
    CHECK(set.count() == 15 + 65 + 1);
    const std::vector<float> values = set.initial_values(1);
    REQUIRE(values.size() == 256);
    CHECK(values[14] == 2);
    CHECK(values[15] == 0);
    CHECK(values[64 + 64] == 3);
    CHECK(values[64 + 65] == 0);
    CHECK(values[192] == 4);
  }

  TEST_CASE("mistakes are shape errors that name the parameter") {
    ParameterSet set;
    set.add("w", {2, 2}, {});
    CHECK_THROWS_WITH_AS(set.add("w", {2, 2}, {}), "[parameter] the name w is taken", ShapeError);
    CHECK_THROWS_AS(set.add("v", {2, 5}, {InitKind::kOrthogonal, 1, 2}), ShapeError);
    Tape tape;
    Graph graph(tape, set);
    CHECK_THROWS_AS(graph(Parameter{}), ShapeError);
  }

  TEST_CASE("a parameter is recorded once per tape") {
    ParameterSet set;
    const Parameter w = set.add("w", {2, 2}, {});
    Tape tape;
    Graph graph(tape, set);
    CHECK(graph(w).id == graph(w).id);
    CHECK(graph.used().size() == 1);
  }

  TEST_CASE("orthogonal blocks have orthonormal rows, each block on its own") {
    ParameterSet set;
    set.add("square", {17, 3 * 17}, {InitKind::kOrthogonal, 1, 3});
    set.add("tall", {9, 4}, {InitKind::kOrthogonal, 0.5f});
    const std::vector<float> arena = set.initial_values(7);
    const std::vector<float> square = part_of(arena, set.all()[0]);
    for (int block = 0; block < 3; ++block) {
      for (int r = 0; r < 17; ++r) {
        for (int q = 0; q < 17; ++q) {
          double dot = 0;
          for (int c = 0; c < 17; ++c) {
            const std::size_t at = static_cast<std::size_t>(block * 17 + c);
            dot += square[static_cast<std::size_t>(r) * 51 + at] * square[static_cast<std::size_t>(q) * 51 + at];
          }
          CHECK(dot == doctest::Approx(r == q ? 1 : 0).epsilon(1e-5));
        }
      }
    }
    CHECK(square[0] != square[17]);
    const std::vector<float> tall = part_of(arena, set.all()[1]);
    double dot = 0, length = 0;
    for (std::size_t r = 0; r < 9; ++r) {
      dot += tall[r * 4] * tall[r * 4 + 1];
      length += tall[r * 4] * tall[r * 4];
    }
    CHECK(std::fabs(dot) < 1e-6);
    CHECK(length == doctest::Approx(0.25).epsilon(1e-5));
  }

  TEST_CASE("Glorot's limit counts a gate, not all gates together") {
    ParameterSet set;
    set.add("w", {30, 4 * 20}, {InitKind::kXavierUniform, 1, 4});
    const std::vector<float> w = part_of(set.initial_values(3), set.all()[0]);
    const float limit = std::sqrt(6.0f / 50);
    float largest = 0;
    double squares = 0;
    for (const float v : w) {
      largest = std::max(largest, std::fabs(v));
      squares += v * v;
    }
    CHECK(largest <= limit);
    CHECK(largest > 0.98f * limit);
    CHECK(squares / static_cast<double>(w.size()) == doctest::Approx(limit * limit / 3).epsilon(0.06));
  }

  TEST_CASE("adding a parameter changes no other, seeds and parameters differ") {
    ParameterSet one, two;
    for (ParameterSet* set : {&one, &two}) set->add("a", {4, 4}, {InitKind::kNormal, 1});
    two.add("b", {4, 4}, {InitKind::kNormal, 1});
    const std::vector<float> a = part_of(one.initial_values(5), one.all()[0]);
    CHECK(a == part_of(two.initial_values(5), two.all()[0]));
    CHECK(a != part_of(two.initial_values(5), two.all()[1]));
    CHECK(a != part_of(one.initial_values(6), one.all()[0]));
  }

  TEST_CASE("initial values are pinned: the same on every machine, compiler and in wasm") {
    ParameterSet set;
    set.add("orthogonal", {8, 16}, {InitKind::kOrthogonal, 1, 2});
    set.add("xavier", {5, 6}, {InitKind::kXavierUniform, 1, 2});
    set.add("normal", {7}, {InitKind::kNormal, 0.1f});
    std::uint64_t hash = 14695981039346656037u;  // FNV-1a over the bits
    for (const float v : set.initial_values(42)) {
      std::uint32_t bits = 0;
      std::memcpy(&bits, &v, sizeof bits);
      for (int shift = 0; shift < 32; shift += 8) hash = (hash ^ ((bits >> shift) & 255u)) * 1099511628211u;
    }
    CHECK(hash == 18137139240112467304u);
  }
}
