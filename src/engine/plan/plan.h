// engine/plan: a tape made ready to run many times. Dead nodes are dropped, every value gets a place by its lifetime, views share
// the place of what they view. A plan is plain data that any backend can prepare; it holds no memory of its own.
#pragma once

#include <bitset>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/tape/tape.h"

namespace heed {

enum class Place : unsigned char { kInput, kArena, kConstant, kScratch };

/// Where a value lives: an offset in elements (4 bytes) from the start of its place. Offsets are multiples of 64 elements
/// (256 bytes) except for arena views, which lie where the parameter lies.
struct Location {
  Place place = Place::kScratch;
  Arena arena = Arena::kParameters;
  std::size_t offset = 0;
};

struct PlanNode {
  Node node;          ///< inputs are numbers of plan nodes
  Location location;  ///< of the value; of the arena region for effects
  bool runs = true;   ///< false for leaves and views, which cost nothing at run time
};

struct PlanPort {
  std::string name;
  int node;
};

struct Plan {
  std::vector<PlanNode> nodes;  ///< in an order that can be run from front to back
  std::vector<PlanPort> inputs;
  std::vector<PlanPort> outputs;
  std::size_t input_elems = 0, constant_elems = 0, scratch_elems = 0;

  int input_index(const std::string& name) const;   ///< -1 when the plan does not read it
  int output_index(const std::string& name) const;  ///< -1 when there is none
};

/// What a backend has beyond the primitives. compile() writes out the composition of every fused op that is not among `fused`.
struct Abilities {
  std::bitset<static_cast<std::size_t>(OpKind::kCount)> fused;
};

/// Keeps what the tape's outputs and effects need; `taps` (by name) are returned as further outputs.
Plan compile(const Tape& tape, const std::vector<std::string>& taps = {}, const Abilities& abilities = {});

}  // namespace heed
