// nn: how a net that sees all positions at once is told where each one is: vectors added to the embeddings, or turns of
// queries and keys.
#pragma once

#include <string>
#include <vector>

#include "nn/parameters.h"

namespace heed {

enum class PositionKind : unsigned char {
  kNone,        ///< positions look alike
  kSinusoidal,  ///< Vaswani et al. 2017, section 3.5
  kLearned,     ///< a vector of its own for each position
  kRotary,      ///< Su et al. 2021: queries and keys are turned, so that their product depends on the distance alone
};

/// So many positions are told apart; of learned ones so many, those beyond are zeros.
inline constexpr int kMostPositions = 256, kMostLearnedPositions = 128;

/// PE(pos, 2i) = sin(pos / 10000^(2i/D)), PE(pos, 2i+1) = cos(pos / 10000^(2i/D)), row-major (count, width).
std::vector<float> sinusoids(int count, int width);

/// Angles of T positions; null without rotary positions.
struct Rotation {
  Tensor cosines, sines;  ///< (T,1,K/2)
  explicit operator bool() const { return static_cast<bool>(cosines); }
};

/// Su et al. 2021, equation 34, in each head: the pair (x_i, x_{i+K/2}) is turned by position * 10000^(-2i/K). (The
/// paper pairs neighbours; that is the same up to the order of columns of the weights before.)  x:(B,T,D) -> (B,T,D)
Tensor rotate(Tensor x, const Rotation& rotation, int heads);

class Positions {
 public:
  /// Learned positions are the parameter NAME.table (kMostLearnedPositions, D).
  Positions(ParameterSet& parameters, const std::string& name, PositionKind kind, int width, int heads);

  /// 0 ... T-1 as the indices that the others take.
  static Tensor count(Tape& tape, int T);
  /// x:(B,T,D) at:(T) i32 -> x plus the vectors of its positions.
  Tensor add(Graph& graph, Tensor x, Tensor at) const;
  Rotation rotation(Tape& tape, Tensor at) const;

 private:
  PositionKind kind_;
  int width_, heads_;
  Parameter table_;
};

}  // namespace heed
