// engine/plan: rewrites a tape for a backend before places are given: fused ops that the backend lacks are written out, and where it
// runs chains, elementwise nodes that only feed one another become one.
#pragma once

#include <memory>
#include <vector>

#include "engine/plan/plan.h"

namespace heed {

/// A tape that computes the same values, and where each value of the first tape that is wanted went.
struct Rewritten {
  std::unique_ptr<Tape> tape;
  std::vector<int> now;  ///< by old number; -1 for what is not computed any more
};

/// Which nodes `wanted` and the effects need, by number.
std::vector<char> live_nodes(const Tape& tape, const std::vector<int>& wanted);

/// True for ops that write into arenas.
bool is_effect(OpKind op);

/// `wanted`: numbers of values that the outside asks for.
Rewritten write_out_compositions(const Tape& tape, const std::vector<int>& wanted, const Abilities& abilities);
Rewritten make_chains(const Tape& tape, const std::vector<int>& wanted);

}  // namespace heed
