// lab: the figure of addressing: a small memory in the plane and what a head says, moved by the learner; the run's engine computes the rest.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "training/address_figure.h"

namespace heed {

class Lab;

inline constexpr int kAddressRows = 8, kAddressReach = 2, kMostAddressRounds = 12;

/// What the learner moves.
struct AddressInputs {
  float key_x = 0.6f, key_y = 0.55f;
  float strength = 8;    ///< beta
  float gate = 1;        ///< g: 1 by content, 0 where the head was
  float shift = 0;       ///< from -2 to 2; between two whole numbers it is shared between them
  float sharpening = 1;  ///< gamma
  int previous = 1;      ///< the row where the head was
  bool hard = false;
  int rounds = 0;  ///< how often the shift and the sharpening were repeated

  bool operator==(const AddressInputs&) const = default;
};

struct AddressState {
  AddressInputs inputs;
  FindAddress asked;  ///< with what was found
  AddressFound found;
  bool has_found = false, pending = false, changed = false;
  std::optional<bool> open;  ///< once the learner has opened or closed it
};

/// The rows of the figure's memory: (8,2).
const std::array<float, 2 * kAddressRows>& address_memory();
FindAddress address_question(const AddressInputs& inputs);
/// Whether the figure is on the page and open: by itself where the model is one that addresses a memory.
bool addressing_open(const Lab& lab);
/// The chain in words: where each stage is largest, all rows where several are.
std::string describe_addressing(const AddressState& state);

}  // namespace heed
