// tests: machines that read one step before they answer.
#include "lab/reading_ahead.h"

#include <doctest/doctest.h>

namespace heed {
namespace {

/// Four inputs that are read back at outputs 4 to 7, each where it was, or one step early.
ProbeShot reading_back(int early, bool machine) {
  ProbeShot shot;
  TapValue from{"memory.read_from", Shape{8, 8}, std::vector<float>(64, 0.01f)};
  for (int i = 0; i < 4; ++i) from.values[static_cast<std::size_t>((4 + i - early) * 8 + i)] = 0.9f;
  shot.truth = {{}, {}, {}, {}, {0}, {1}, {2}, {3}};
  shot.taps.push_back(from);
  if (machine) shot.taps.push_back({"memory.read", Shape{8, 1, 8}, std::vector<float>(64)});
  return shot;
}

ReadingAhead ahead_in(const ProbeShot& shot) {
  return reading_ahead(shot, shot.taps.front());
}

}  // namespace

TEST_SUITE("lab.reading_ahead") {
  TEST_CASE("a machine that reads one step before it answers is recognised") {
    const ReadingAhead found = ahead_in(reading_back(1, true));
    CHECK(found.known == 4);
    CHECK(found.before == 4);
    CHECK(found.own == 0);
    CHECK(found.is_ahead());
  }

  TEST_CASE("one that reads what it answers is not, nor one that reads two steps early") {
    CHECK(ahead_in(reading_back(0, true)).own == 4);
    CHECK(!ahead_in(reading_back(0, true)).is_ahead());
    CHECK(!ahead_in(reading_back(2, true)).is_ahead());
  }

  TEST_CASE("models without a memory that is read at each step are not asked, nor two answers enough") {
    CHECK(ahead_in(reading_back(1, false)).known == 0);
    ProbeShot few = reading_back(1, true);
    few.truth[4].clear();
    few.truth[5].clear();
    CHECK(ahead_in(few).known == 2);
    CHECK(!ahead_in(few).is_ahead());
  }
}

}  // namespace heed
