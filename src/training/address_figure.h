// training: one address computed outside any run, for the figure in which a learner moves one input of it and watches the rest follow:
// the same code (nn/addressing.h) that memory machines are made of, on the cpu.
#pragma once

#include <string>
#include <vector>

namespace heed {

class Backend;

/// A memory of `rows` by `width` numbers and what a head says. Answered by AddressFound with the same number.
struct FindAddress {
  int request = 0;
  int rows = 0, width = 0;
  std::vector<float> memory, key, previous, shift;
  float strength = 1, gate = 1, sharpening = 1;
  bool hard = false;  ///< only the row with the largest weight is read
  int rounds = 0;     ///< then, so many times: stay, shift, sharpen
};

struct AddressFound {
  int request = 0;
  std::string error;  ///< not empty: there is none, and why
  std::vector<float> similarity, content, gated, shifted, sharpened;
  std::vector<float> reading;  ///< what is read with the last of them
  std::vector<float> rounds;   ///< the weights after each round, one row each
};

/// Waits for the backend, which has to be one that computes at once.
AddressFound find_address_on(Backend& backend, const FindAddress& asked);

}  // namespace heed
