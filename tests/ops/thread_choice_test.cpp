// tests/ops: the choice between threads and none, on times made up here.
#include "engine/backend/cpu/thread_choice.h"

#include <doctest/doctest.h>

#include <functional>

namespace heed::test {
namespace {

/// So many submissions that take what `time` says; the share of them that threads shared.
double share_of(cpu::ThreadChoice& choice, int submissions,
                const std::function<double(bool shares, int number)>& time) {
  int shared = 0;
  for (int i = 0; i < submissions; ++i) {
    shared += choice.shares() ? 1 : 0;
    choice.took(time(choice.shares(), i));
  }
  return static_cast<double>(shared) / submissions;
}

TEST_SUITE("ops") {
  TEST_CASE("threads: a plan that gains from them is shared, but for rare trials") {
    cpu::ThreadChoice choice;
    CHECK(choice.shares());
    CHECK(share_of(choice, 2000, [](bool shares, int) { return shares ? 60.0 : 100.0; }) > 0.97);
  }

  TEST_CASE("threads: a plan that is slower with them runs alone, but for rare trials") {
    cpu::ThreadChoice choice;
    CHECK(share_of(choice, 2000, [](bool shares, int) { return shares ? 130.0 : 100.0; }) < 0.04);
  }

  TEST_CASE("threads: what the first submissions take decides nothing") {
    cpu::ThreadChoice choice;
    CHECK(share_of(choice, 2000, [](bool shares, int i) { return i < 2 ? 5000.0 : shares ? 60.0 : 100.0; }) > 0.97);
  }

  TEST_CASE("threads: a core that is taken away, and given back") {
    cpu::ThreadChoice choice;
    const auto free = [](bool shares, int) { return shares ? 60.0 : 100.0; };
    const auto taken = [](bool shares, int) { return shares ? 140.0 : 100.0; };
    share_of(choice, 1000, free);
    CHECK(share_of(choice, 20, taken) < 0.6);
    CHECK(share_of(choice, 1000, taken) < 0.05);
    share_of(choice, 300, free);
    CHECK(share_of(choice, 1000, free) > 0.95);
  }

  TEST_CASE("threads: single long submissions change little") {
    cpu::ThreadChoice choice;
    CHECK(share_of(choice, 3000, [](bool shares, int i) {
            return i % 50 == 0 ? 4000.0 : shares ? 60.0 : 100.0;
          }) > 0.85);
  }
}

}  // namespace
}  // namespace heed::test
