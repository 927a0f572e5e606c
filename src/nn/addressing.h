// nn: a memory that is read and written by attention (Graves, Wayne and Danihelka 2014, "Neural Turing Machines", arXiv:1410.5401,
// section 3). Letters of the paper: M_t the memory, w_t weights over its N rows of W numbers, k_t, beta_t, g_t, s_t, gamma_t what a
// head emits, e_t and a_t what a write head erases and adds.
#pragma once

#include <string>

#include "nn/layers.h"

namespace heed {

/// Equation 6: cosines of a key with the rows of a memory; 0 where one of them is zero.  memory:(B,N,W) key:(B,W) -> (B,N)
Tensor cosine_similarity(Tensor memory, Tensor key);

/// Equation 8, circular: w'(i) = sum over j of w(i - j) s(j), for shifts j = -r ... r in the order of s.  w:(B,N) s:(B,2r+1) -> (B,N)
Tensor circular_shift(Tensor w, Tensor s);

/// Equation 9, w^gamma over its sum, by logarithms: a power of small numbers would underflow.  w:(B,N) gamma:(B,1) -> (B,N)
Tensor sharpen(Tensor w, Tensor gamma);

/// What a head says where to look.
struct AddressRequest {
  Tensor key;         ///< k: (B,W)
  Tensor strength;    ///< beta > 0: (B,1)
  Tensor gate;        ///< g in (0,1): (B,1); 1 looks by content, 0 stays where the head was
  Tensor shift;       ///< s, of sum 1: (B,2r+1)
  Tensor sharpening;  ///< gamma >= 1: (B,1)
};

/// The four stages of an address, each (B,N) and of sum 1.
struct Address {
  Tensor content;    ///< equation 5
  Tensor gated;      ///< equation 7
  Tensor shifted;    ///< equation 8
  Tensor sharpened;  ///< equation 9: w_t
};

Address find_address(Tensor memory, const AddressRequest& request, Tensor previous);

/// Equation 2.  memory:(B,N,W) w:(B,N) -> (B,W)
Tensor read_memory(Tensor memory, Tensor w);

/// Equations 3 and 4.  memory:(B,N,W) w:(B,N) erase, add:(B,W) -> (B,N,W)
Tensor write_memory(Tensor memory, Tensor w, Tensor erase, Tensor add);

/// With the habit of looking sharply: what is added to the strength's output before learning adds its own. Softplus makes 3.05 of it, and 0.69 of none.
inline constexpr float kSharpHabit = 3;

/// A head's parameters, one affine map from the controller's output, with the ranges that the addresses ask for: softplus for beta,
/// sigmoid for g, softmax for s, 1 + softplus for gamma.
class AddressHead {
 public:
  /// Parameters NAME.weight and NAME.bias. `shifts`: r. `sharp`: with the habit of looking sharply.
  AddressHead(ParameterSet& parameters, const std::string& name, int in, int width, int shifts, bool sharp = false);
  AddressRequest operator()(Graph& graph, Tensor h) const;

 private:
  int width_, shifts_;
  bool sharp_;
  Linear map_;
};

/// What a write head erases, in (0,1), and adds, in (-1,1) so that the memory stays bounded.
class WriteHead {
 public:
  /// Parameters NAME.erase.* and NAME.add.*.
  WriteHead(ParameterSet& parameters, const std::string& name, int in, int width);
  struct Change {
    Tensor erase, add;  ///< (B,W)
  };
  Change operator()(Graph& graph, Tensor h) const;

 private:
  Linear erase_, add_;
};

/// Where what lies in a memory came from: the share of each row that each step has written and nobody has erased since. A step that adds
/// next to nothing has written as little. Reading it as one reads the memory says of which steps a reading is.
class Provenance {
 public:
  /// For `steps` steps on a memory of N rows.
  Provenance(Tape& tape, int batch, int rows, int steps);
  /// Step number t has written with w:(B,N), erase:(B,W) and add:(B,W).
  void write(int t, Tensor w, Tensor erase, Tensor add);
  /// -> (B,steps); what the memory held from the beginning is of no step.
  Tensor read(Tensor w) const;

 private:
  int steps_;
  Tensor share_;  ///< (B,N,steps)
};

Tensor softplus(Tensor x);  ///< log(1 + e^x)

}  // namespace heed
