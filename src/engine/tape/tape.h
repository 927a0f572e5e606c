// engine/tape: the recording of one computation. Model code looks eager (`softmax(matmul(q, k))`) but only records nodes;
// engine/plan makes a recording ready to run many times. Nothing here computes.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "engine/tensor/shape.h"

namespace heed {

class Tape;

/// A handle to a value on a tape. Cheap to copy; valid as long as its tape lives.
struct Tensor {
  Tape* tape = nullptr;
  int id = -1;

  /// A copy: recording more nodes moves those that are there.
  Shape shape() const;
  DType dtype() const;
  explicit operator bool() const { return tape != nullptr; }
};

/// Every operation, in the order of the table in engine/ops/registry.cpp.
enum class OpKind : unsigned char {
  // leaves
  kInput, kExternal, kConstant, kFill, kRandomUniform,
  // elementwise, one operand
  kNeg, kExp, kLog, kSqrt, kSquare, kTanh, kSigmoid, kErf, kRelu, kStep, kAffine,
  // elementwise, two operands with broadcasting
  kAdd, kSub, kMul, kDiv, kMaximum, kGreater, kEqual,
  // elementwise, three operands of equal shape
  kSelect,
  // linear algebra
  kMatmul,
  // reductions and normalisations
  kSum, kMax, kArgmax, kSoftmax, kLogSoftmax,
  // layout
  kReshape, kPermute, kBroadcast, kConcat, kSlice, kPad,
  // indexing
  kGatherRows, kScatterAddRows, kPick, kPlace, kCastFloat,
  // control of gradients
  kStopGradient,
  // fused: each has a composition of primitives (engine/ops/op.h) beside its kernel
  kMaskedSoftmax, kSoftmaxGrad, kSumSquares, kMaxout, kMaxoutGrad, kLayerNorm, kLayerNormGrad, kLayerNormGradWeights, kCrossEntropy, kCrossEntropyGrad,
  kGelu, kGeluGrad, kAttention, kAttentionGrad, kAdditiveScores, kAdditiveScoresGrad,
  kLstmCell, kLstmCellGrad, kGruCell, kGruCellGrad, kGruReset, kGruResetGrad, kGruUpdate, kGruUpdateGrad,
  kBagOfRows, kBagOfRowsGrad,
  // made by plans only (engine/plan/fuse.h): a product that is added to something, elementwise ops in one pass
  kMatmulAdd, kChain,
  // effects on arenas
  kStore, kSgd, kAdam, kRmsProp,
  kCount
};

/// Persistent arenas of a run: they live outside plans and are shared by all plans of the run. All have the same extent.
enum class Arena : unsigned char { kParameters, kGradients, kMoment1, kMoment2, kMoment3, kCount };

struct NoAttrs {};
struct LeafAttrs { std::string name; };                        ///< kInput
struct ExternalAttrs { Arena arena; std::size_t offset; };     ///< kExternal, kStore: offset in elements
struct ConstantAttrs { std::vector<float> values; };           ///< kConstant; i32 constants hold whole numbers
struct FillAttrs { float value; };
struct RandomAttrs { std::uint32_t stream; Shape shape; };     ///< kRandomUniform: which stream of the submission's seed
struct AffineAttrs { float scale, shift; };                    ///< scale * x + shift
struct MatmulAttrs { bool transpose_a, transpose_b; };         ///< kMatmul, kMatmulAdd
struct AxisAttrs { int axis; bool keep; };                     ///< kSum, kMax, kConcat (keep unused): axis >= 0
struct PermuteAttrs { std::array<int, kMaxRank> order; };      ///< output axis i is input axis order[i]
struct SliceAttrs { int axis, start, extent; };                ///< kSlice; kPad: input placed at start of an axis of `extent`
struct ShapeAttrs { Shape shape; };                            ///< kReshape, kBroadcast: the result's shape
struct RowsAttrs { int rows; };                                ///< kScatterAddRows, kPlace: extent of the made axis
struct EpsilonAttrs { float epsilon; };                        ///< kLayerNorm and its gradients
struct AttentionAttrs { int heads; float scale; bool causal; };
struct SgdAttrs { float momentum; bool nesterov; };
struct AdamAttrs { float beta1, beta2, epsilon, weight_decay; };
struct RmsPropAttrs { float decay, momentum, epsilon; };       ///< Graves 2013, equations 38-45

/// One step of a kChain: an elementwise op, or kFill, on values numbered from the operands on through the earlier links.
struct ChainLink {
  OpKind op;
  std::array<int, 3> args;  ///< as many as the op takes
  float scale, shift;       ///< kAffine; kFill: shift is the value
};
struct ChainAttrs { std::vector<ChainLink> links; Shape shape; };  ///< kChain: its value is that of the last link

using Attrs = std::variant<NoAttrs, LeafAttrs, ExternalAttrs, ConstantAttrs, FillAttrs, RandomAttrs, AffineAttrs, MatmulAttrs, AxisAttrs,
                           PermuteAttrs, SliceAttrs, ShapeAttrs, RowsAttrs, SgdAttrs, AdamAttrs, RmsPropAttrs, ChainAttrs, EpsilonAttrs,
                           AttentionAttrs>;

struct Node {
  OpKind op;
  DType dtype;
  Shape shape;
  std::vector<int> inputs;
  Attrs attrs;
};

struct NamedTensor {
  std::string name;
  int id;
};

class Tape {
 public:
  Tape() = default;
  Tape(const Tape&) = delete;
  Tape& operator=(const Tape&) = delete;

  /// A value handed over at each submission.
  Tensor input(std::string name, Shape shape, DType dtype = DType::kF32);
  /// A view of a persistent arena: a parameter, or a whole arena as one vector.
  Tensor external(Arena arena, std::size_t offset_elems, Shape shape);
  Tensor constant(Shape shape, std::vector<float> values, DType dtype = DType::kF32);
  Tensor fill(Shape shape, float value);
  /// Records one op; infers its shape and throws ShapeError where the inputs do not fit.
  Tensor emit(OpKind op, std::vector<Tensor> inputs, Attrs attrs = NoAttrs{});

  /// Records a node of another tape again, on these operands, as it is.
  Tensor repeat(const Node& node, const std::vector<Tensor>& inputs);

  /// Names a value so that a probe can ask for it; returns it unchanged. The same name twice is a ShapeError.
  Tensor tap(std::string name, Tensor value);
  /// A value that every submission returns.
  void output(std::string name, Tensor value);

  const std::vector<Node>& nodes() const { return nodes_; }
  const Node& node(int id) const { return nodes_[static_cast<std::size_t>(id)]; }
  const std::vector<NamedTensor>& taps() const { return taps_; }
  const std::vector<NamedTensor>& outputs() const { return outputs_; }
  /// The tap's value; a ShapeError that lists the known names otherwise.
  Tensor tapped(const std::string& name);

 private:
  std::vector<Node> nodes_;
  std::vector<NamedTensor> taps_;
  std::vector<NamedTensor> outputs_;
};

/// Gradients of a scalar with respect to `wrt`, as ordinary ops appended to the same tape: they can be differentiated again.
/// A value that does not influence `loss` gets zeros of its shape.
std::vector<Tensor> gradients(Tensor loss, const std::vector<Tensor>& wrt);

}  // namespace heed
