// nn: sequences in time. Taking a sequence apart into steps and putting it together again, and an encoder that runs a
// cell along it in one or both directions, past padding.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "nn/recurrent_cell.h"

namespace heed {

/// (B,S,D) -> S times (B,D).
std::vector<Tensor> unstack_time(Tensor x);
/// S times (B,D) -> (B,S,D).
Tensor stack_time(const std::vector<Tensor>& steps);

enum class Direction : unsigned char { kForward, kBackward };

/// States h_1 ... h_S of a cell along projected inputs (B,S,gates H), from a state of zeros, in the order of the source
/// whatever the direction. Where mask (B,S) is 0 (null: nowhere) the state is kept, so that a backward pass starts at
/// each example's true end and a forward pass carries its last state to the end of the row.
std::vector<RecurrentState> scan(Graph& graph, const RecurrentCell& cell, Tensor projected, Tensor mask,
                                 Direction direction);

/// A source as its reader sees it.
struct Encoded {
  Tensor annotations;  ///< (B,S,A): h_j, or [forward h_j; backward h_j]
  Tensor final_state;  ///< (B,A): the last state read, of each direction
  Tensor last_read;    ///< (B,H): backward h_1; forward h_S where there is one direction; the other end when reversed
  Tensor mask;         ///< (B,S)
};

/// In which order an encoder's first net takes the source; its second net, where there is one, takes the other.
enum class ReadingOrder : unsigned char { kAsGiven, kReversed };

/// A recurrent encoder of one or both directions (Schuster and Paliwal 1997). Reading in reverse (Sutskever et al.
/// 2014) changes which state is the last; annotations stay in the order of the source, so that attention over them is
/// over the source as it was given.
class RecurrentEncoder {
 public:
  /// Parameters NAME.forward.* and, for both directions, NAME.backward.*.
  RecurrentEncoder(ParameterSet& parameters, const std::string& name, const std::string& cell, int in, int hidden,
                   bool bidirectional, ReadingOrder order = ReadingOrder::kAsGiven, CellOptions options = {});
  /// x:(B,S,in) mask:(B,S)
  Encoded operator()(Graph& graph, Tensor x, Tensor mask) const;
  int hidden() const { return forward_->hidden(); }
  /// A: hidden, or twice that for both directions.
  int width() const { return backward_ ? 2 * hidden() : hidden(); }

 private:
  /// States (B,S,H) of one net, and the last one it came to.
  struct Pass {
    Tensor states, last;
  };
  Pass run(Graph& graph, const RecurrentCell& cell, Tensor x, Tensor mask, Direction direction) const;

  std::unique_ptr<RecurrentCell> forward_, backward_;
  Direction first_;
};

}  // namespace heed
