// nn: the parameters of a model by name, their places in the arenas, and their initial values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/ops/ops.h"
#include "engine/tape/tape.h"

namespace heed {

enum class InitKind : unsigned char { kZeros, kConstant, kUniform, kNormal, kXavierUniform, kOrthogonal, kIdentity, kChrono };

/// `scale`: the constant; the half-width of the uniform; the standard deviation; a factor for Xavier, orthogonal and
/// identity. Weights of several gates lie side by side in one matrix (in, blocks * out), so that one product serves all
/// of them; each block is then initialised as a matrix of its own. kConstant fills all blocks, or only block number
/// `block`. kChrono (Tallec and Ollivier 2018, equation 16) fills the bias of an LSTM whose blocks are i, f, g, o, for
/// delays of up to `scale` steps: f = log u with u uniform in [1, scale - 1], unit by unit, and i = -f.
struct Init {
  InitKind kind = InitKind::kZeros;
  float scale = 1;
  int blocks = 1;
  int block = -1;
};

struct Parameter {
  int index = -1;
};

struct ParameterInfo {
  std::string name;  ///< dotted path, pinned by tests: "encoder.forward.input_weight"
  Shape shape;
  Init init;
  std::size_t offset;  ///< elements from the start of an arena; a multiple of 64
};

class ParameterSet {
 public:
  /// The same name twice is a ShapeError, and so is a matrix that does not split into the initialiser's blocks.
  Parameter add(std::string name, Shape shape, Init init);

  const std::vector<ParameterInfo>& all() const { return infos_; }
  const ParameterInfo& operator[](Parameter p) const { return infos_[static_cast<std::size_t>(p.index)]; }
  std::size_t arena_elems() const { return arena_elems_; }  ///< with padding
  std::size_t count() const;                                ///< without padding: what is shown as "parameters"
  /// A whole parameter arena of initial values. Parameter number i draws from its own stream, so adding one changes no
  /// other.
  std::vector<float> initial_values(std::uint64_t seed) const;

 private:
  std::vector<ParameterInfo> infos_;
  std::size_t arena_elems_ = 0;
};

/// A recording in progress: the tape, and each parameter used so far as a tensor on it.
class Graph {
 public:
  Graph(Tape& on, const ParameterSet& parameters) : tape(on), parameters_(&parameters) {}
  /// The parameter as a tensor; recorded once per tape.
  Tensor operator()(Parameter p);
  /// Parameters used so far, and their tensors: what `gradients` is asked for.
  const std::vector<std::pair<Parameter, Tensor>>& used() const { return used_; }
  const ParameterSet& parameters() const { return *parameters_; }

  Tape& tape;

 private:
  const ParameterSet* parameters_;
  std::vector<int> slot_;
  std::vector<std::pair<Parameter, Tensor>> used_;
};

}  // namespace heed
