// tests: compiles a tape, runs it on a backend with named feeds, and returns named outputs.
#pragma once

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

#include "engine/backend/backend.h"

namespace heed::test {

/// One input's values; whole numbers in `i32` for i32 inputs.
struct FeedValues {
  std::vector<float> f32;
  std::vector<std::int32_t> i32;
};
using Feeds = std::map<std::string, FeedValues>;
using Values = std::map<std::string, std::vector<float>>;

inline Outputs wait_for(Backend& backend, Ticket ticket) {
  for (;;) {
    if (std::optional<Outputs> outputs = backend.poll(ticket)) return *std::move(outputs);
  }
}

/// The arenas of one run. Several plans may share them.
class TestState {
 public:
  TestState(Backend& on, std::size_t arena_elems)
      : backend(on), id(on.create_state(arena_elems)), elems_(arena_elems) {}
  ~TestState() { backend.release_state(id); }
  TestState(const TestState&) = delete;
  TestState& operator=(const TestState&) = delete;

  void write(Arena arena, const std::vector<float>& values, std::size_t offset = 0) {
    backend.write(id, arena, offset, values);
  }
  std::vector<float> read(Arena arena) { return wait_for(backend, backend.read(id, arena, 0, elems_)).values.at(0); }

  Backend& backend;
  const StateId id;

 private:
  std::size_t elems_;
};

/// A tape ready to run on a state; outputs are the tape's and the taps asked for.
class TestPlan {
 public:
  TestPlan(TestState& state, const Tape& tape, const std::vector<std::string>& taps = {})
      : backend_(state.backend), plan_(compile(tape, taps, state.backend.abilities())) {
    REQUIRE(backend_.supports(plan_));
    executable_ = backend_.prepare(plan_, state.id);
  }
  ~TestPlan() { backend_.release(executable_); }
  TestPlan(const TestPlan&) = delete;
  TestPlan& operator=(const TestPlan&) = delete;

  const Plan& plan() const { return plan_; }

  Values run(const Feeds& feeds, std::uint64_t seed = 0) {
    std::vector<Feed> ordered;
    for (const PlanPort& port : plan_.inputs) {
      const FeedValues& values = feeds.at(port.name);
      ordered.push_back({values.f32, values.i32});
    }
    const Outputs outputs = wait_for(backend_, backend_.submit(executable_, ordered, seed));
    Values named;
    for (std::size_t i = 0; i < plan_.outputs.size(); ++i) named[plan_.outputs[i].name] = outputs.values.at(i);
    return named;
  }

 private:
  Backend& backend_;
  Plan plan_;
  ExecutableId executable_ = -1;
};

}  // namespace heed::test
