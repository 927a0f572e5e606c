// engine/ops: the one table of all ops, a line each, in the order of OpKind.
#include "engine/ops/registry.h"

namespace heed {
namespace {

const OpDef* const kTable[] = {
    // leaves
    &kInputOp, &kExternalOp, &kConstantOp, &kFillOp, &kRandomUniformOp,
    // elementwise
    &kNegOp, &kExpOp, &kLogOp, &kSqrtOp, &kSquareOp, &kTanhOp, &kSigmoidOp, &kErfOp, &kReluOp, &kStepOp, &kAffineOp,
    &kAddOp, &kSubOp, &kMulOp, &kDivOp, &kMaximumOp, &kGreaterOp, &kEqualOp, &kSelectOp,
    // linear algebra, reductions, normalisations
    &kMatmulOp, &kSumOp, &kMaxOp, &kArgmaxOp, &kSoftmaxOp, &kLogSoftmaxOp,
    // layout and indexing
    &kReshapeOp, &kPermuteOp, &kBroadcastOp, &kConcatOp, &kSliceOp, &kPadOp,
    &kGatherRowsOp, &kScatterAddRowsOp, &kPickOp, &kPlaceOp, &kCastFloatOp,
    // control of gradients
    &kStopGradientOp,
    // fused
    &kMaskedSoftmaxOp, &kSoftmaxGradOp, &kSumSquaresOp, &kMaxoutOp, &kMaxoutGradOp, &kLayerNormOp, &kLayerNormGradOp, &kLayerNormGradWeightsOp,
    &kCrossEntropyOp, &kCrossEntropyGradOp, &kGeluOp, &kGeluGradOp, &kAttentionOp, &kAttentionGradOp,
    &kAdditiveScoresOp, &kAdditiveScoresGradOp, &kLstmCellOp, &kLstmCellGradOp, &kGruCellOp, &kGruCellGradOp,
    &kGruResetOp, &kGruResetGradOp, &kGruUpdateOp, &kGruUpdateGradOp, &kBagOfRowsOp, &kBagOfRowsGradOp,
    // made by plans
    &kMatmulAddOp, &kChainOp,
    // effects
    &kStoreOp, &kSgdOp, &kAdamOp, &kRmsPropOp,
};
static_assert(std::size(kTable) == static_cast<std::size_t>(OpKind::kCount));

}  // namespace

const OpDef& op_def(OpKind kind) { return *kTable[static_cast<std::size_t>(kind)]; }

std::span<const OpDef* const> all_ops() { return kTable; }

}  // namespace heed
