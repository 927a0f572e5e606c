// tasks: what is held back, and the order of training examples.
#include "tasks/split.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>

using namespace heed;

TEST_SUITE_BEGIN("tasks.split");

TEST_CASE("the hash of a text never changes") {
  CHECK(text_hash("") == 17280346270528514342ull);
  CHECK(text_hash("1998-03-03") == 4800633915697000029ull);
}

TEST_CASE("about one source in eight is held back") {
  int held_out = 0;
  for (int k = 0; k < 20000; ++k) held_out += is_held_out(std::to_string(k)) ? 1 : 0;
  CHECK(held_out == doctest::Approx(2500).epsilon(0.08));
}

TEST_CASE("shuffled takes every thing once a round, in another order each round and for each seed") {
  for (const std::uint64_t count : {1ull, 2ull, 3ull, 5ull, 16ull, 17ull, 1000ull, 4096ull, 20000ull}) {
    CAPTURE(count);
    std::vector<std::uint64_t> first, second, other;
    for (std::uint64_t k = 0; k < count; ++k) {
      first.push_back(shuffled(k, count, 1));
      second.push_back(shuffled(count + k, count, 1));
      other.push_back(shuffled(k, count, 2));
      REQUIRE(first.back() < count);
    }
    CHECK(std::set<std::uint64_t>(first.begin(), first.end()).size() == count);
    CHECK(std::set<std::uint64_t>(second.begin(), second.end()).size() == count);
    if (count < 16) continue;
    CHECK(first != second);
    CHECK(first != other);
    CHECK(!std::is_sorted(first.begin(), first.end()));
  }
}

TEST_SUITE_END();
