// engine/plan: rewrites a tape for a backend before places are given: fused ops that the backend lacks are written out, and where it
// has them, sums take in the matrix products among their terms, and elementwise nodes that only feed one another become one.
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

/// How the nodes of a tape are used.
struct Usage {
  std::vector<char> live;
  std::vector<int> readers;         ///< far more than there are nodes where the outside reads too
  std::vector<int> effects_before;  ///< how many live effects were recorded before the node
};
Usage usage_of(const Tape& tape, const std::vector<int>& wanted);

/// `wanted`: numbers of values that the outside asks for.
Rewritten write_out_compositions(const Tape& tape, const std::vector<int>& wanted, const Abilities& abilities);
Rewritten add_onto_products(const Tape& tape, const std::vector<int>& wanted);
Rewritten make_chains(const Tape& tape, const std::vector<int>& wanted);

}  // namespace heed
