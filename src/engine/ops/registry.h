// engine/ops: the descriptions that the op files define and registry.cpp lists.
#pragma once

#include "engine/ops/op.h"

namespace heed {

extern const OpDef kInputOp, kExternalOp, kConstantOp, kFillOp, kRandomUniformOp, kNegOp, kExpOp,
    kLogOp, kSqrtOp, kSquareOp, kTanhOp, kSigmoidOp, kErfOp, kReluOp, kStepOp,
    kAffineOp, kAddOp, kSubOp, kMulOp, kDivOp, kMaximumOp, kGreaterOp,
    kEqualOp, kSelectOp, kMatmulOp, kSumOp, kMaxOp, kArgmaxOp, kSoftmaxOp,
    kLogSoftmaxOp, kReshapeOp, kPermuteOp, kBroadcastOp, kConcatOp, kSliceOp, kPadOp,
    kGatherRowsOp, kScatterAddRowsOp, kPickOp, kPlaceOp, kCastFloatOp, kStopGradientOp, kStoreOp,
    kMaskedSoftmaxOp, kSoftmaxGradOp, kSumSquaresOp, kMaxoutOp, kMaxoutGradOp, kLayerNormOp, kLayerNormGradOp, kLayerNormGradWeightsOp,
    kCrossEntropyOp, kCrossEntropyGradOp, kGeluOp, kGeluGradOp, kAttentionOp, kAttentionGradOp,
    kAdditiveScoresOp, kAdditiveScoresGradOp, kLstmCellOp, kLstmCellGradOp, kGruCellOp, kGruCellGradOp,
    kGruResetOp, kGruResetGradOp, kGruUpdateOp, kGruUpdateGradOp, kBagOfRowsOp, kBagOfRowsGradOp,
    kSgdOp, kAdamOp, kRmsPropOp, kMatmulAddOp, kChainOp;

}  // namespace heed
