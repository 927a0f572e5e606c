// engine/backend: what runs a plan. Asynchronous by contract: submit gives a ticket at once, and the result is polled for; nothing
// ever waits. Submissions of one backend run in the order in which they were made.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/plan/plan.h"

namespace heed {

using StateId = int;
using ExecutableId = int;
using Ticket = std::uint64_t;

/// One value per plan input, in the plan's order; as many elements as the input has. i32 inputs through the second member.
struct Feed {
  std::span<const float> f32;
  std::span<const std::int32_t> i32;
};

/// One value per plan output, in the plan's order; i32 outputs are given as whole floats.
struct Outputs {
  std::vector<std::vector<float>> values;
};

/// How long one kernel of a submission took.
struct KernelTime {
  std::string label;  ///< the op and the shape of its result
  float us = 0;
};

class Backend {
 public:
  virtual ~Backend() = default;

  virtual std::string_view name() const = 0;
  /// What compile() may leave in a plan for this backend.
  virtual Abilities abilities() const = 0;
  /// False when some op of the plan has no kernel here.
  virtual bool supports(const Plan& plan) const = 0;

  /// The persistent arenas of one run, all of `arena_elems` float32 and zero at first.
  virtual StateId create_state(std::size_t arena_elems) = 0;
  virtual void release_state(StateId state) = 0;
  virtual void write(StateId state, Arena arena, std::size_t offset, std::span<const float> values) = 0;
  /// Values as they are after everything submitted so far.
  virtual Ticket read(StateId state, Arena arena, std::size_t offset, std::size_t count) = 0;

  virtual ExecutableId prepare(const Plan& plan, StateId state) = 0;
  virtual void release(ExecutableId executable) = 0;

  /// Copies the feeds and starts one execution. `seed` feeds the plan's random ops.
  virtual Ticket submit(ExecutableId executable, std::span<const Feed> feeds, std::uint64_t seed) = 0;
  /// The outputs once they are there; each ticket answers once. An empty optional: not yet.
  virtual std::optional<Outputs> poll(Ticket ticket) = 0;

  /// Why this backend cannot go on (a lost device, memory refused), for people; empty while it can. What was in flight never arrives.
  virtual std::string failure() { return {}; }
  /// How many submissions may wait for their results without the caller falling behind: more where results come late.
  virtual std::size_t most_in_flight() const { return 2; }

  /// Whether submissions from now on measure their kernels one by one, where the backend can; that makes them slower.
  virtual void time_kernels(bool) {}
  /// Of the latest measured submission whose result has been polled, in the order in which they ran; empty where nothing was measured.
  virtual std::vector<KernelTime> kernel_times() const { return {}; }
};

std::unique_ptr<Backend> make_reference_backend(bool double_precision = false);  // engine/backend/reference
/// engine/backend/cpu. `threads` compute, the calling one included; the numbers do not depend on how many, bit for bit.
std::unique_ptr<Backend> make_cpu_backend(int threads = 1);

}  // namespace heed
