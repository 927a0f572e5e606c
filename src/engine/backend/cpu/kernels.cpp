// engine/backend/cpu: the table of kernels. Inputs, arena views and constants have none: they are there
// before a plan runs.
#include <algorithm>
#include <iterator>

#include "engine/backend/cpu/kernel.h"

namespace heed::cpu {
namespace {

struct Entry {
  OpKind op;
  KernelMaker make;
};

constexpr Entry kKernels[] = {
    {OpKind::kFill, make_fill},
    {OpKind::kRandomUniform, make_random_uniform},
    {OpKind::kNeg, make_neg},
    {OpKind::kExp, make_exp},
    {OpKind::kLog, make_log},
    {OpKind::kSqrt, make_sqrt},
    {OpKind::kSquare, make_square},
    {OpKind::kTanh, make_tanh},
    {OpKind::kSigmoid, make_sigmoid},
    {OpKind::kErf, make_erf},
    {OpKind::kRelu, make_relu},
    {OpKind::kStep, make_step},
    {OpKind::kAffine, make_affine},
    {OpKind::kAdd, make_add},
    {OpKind::kSub, make_sub},
    {OpKind::kMul, make_mul},
    {OpKind::kDiv, make_div},
    {OpKind::kMaximum, make_maximum},
    {OpKind::kGreater, make_greater},
    {OpKind::kEqual, make_equal},
    {OpKind::kSelect, make_select},
    {OpKind::kMatmul, make_matmul},
    {OpKind::kSum, make_sum},
    {OpKind::kMax, make_max},
    {OpKind::kArgmax, make_argmax},
    {OpKind::kSoftmax, make_softmax},
    {OpKind::kLogSoftmax, make_log_softmax},
    {OpKind::kReshape, make_copy},
    {OpKind::kPermute, make_permute},
    {OpKind::kBroadcast, make_broadcast},
    {OpKind::kConcat, make_concat},
    {OpKind::kSlice, make_slice},
    {OpKind::kPad, make_pad},
    {OpKind::kGatherRows, make_gather_rows},
    {OpKind::kScatterAddRows, make_scatter_add_rows},
    {OpKind::kPick, make_pick},
    {OpKind::kPlace, make_place},
    {OpKind::kCastFloat, make_cast_float},
    {OpKind::kStopGradient, make_copy},
    {OpKind::kMatmulAdd, make_matmul_add},
    {OpKind::kChain, make_chain},
    {OpKind::kMaskedSoftmax, make_masked_softmax},
    {OpKind::kSoftmaxGrad, make_softmax_grad},
    {OpKind::kSumSquares, make_sum_squares},
    {OpKind::kMaxout, make_maxout},
    {OpKind::kMaxoutGrad, make_maxout_grad},
    {OpKind::kLayerNorm, make_layer_norm},
    {OpKind::kLayerNormGrad, make_layer_norm_grad},
    {OpKind::kLayerNormGradWeights, make_layer_norm_grad_weights},
    {OpKind::kCrossEntropy, make_cross_entropy},
    {OpKind::kCrossEntropyGrad, make_cross_entropy_grad},
    {OpKind::kGelu, make_gelu},
    {OpKind::kGeluGrad, make_gelu_grad},
    {OpKind::kAttention, make_attention},
    {OpKind::kAttentionGrad, make_attention_grad},
    {OpKind::kAdditiveScores, make_additive_scores},
    {OpKind::kAdditiveScoresGrad, make_additive_scores_grad},
    {OpKind::kLstmCell, make_lstm_cell},
    {OpKind::kLstmCellGrad, make_lstm_cell_grad},
    {OpKind::kGruCell, make_gru_cell},
    {OpKind::kGruCellGrad, make_gru_cell_grad},
    {OpKind::kGruReset, make_gru_reset},
    {OpKind::kGruResetGrad, make_gru_reset_grad},
    {OpKind::kGruUpdate, make_gru_update},
    {OpKind::kGruUpdateGrad, make_gru_update_grad},
    {OpKind::kBagOfRows, make_bag_of_rows},
    {OpKind::kBagOfRowsGrad, make_bag_of_rows_grad},
    {OpKind::kStore, make_store},
    {OpKind::kSgd, make_sgd},
    {OpKind::kAdam, make_adam},
    {OpKind::kRmsProp, make_rmsprop},
};

}  // namespace

KernelMaker find_kernel(OpKind op) {
  const auto* found =
      std::find_if(std::begin(kKernels), std::end(kKernels), [op](const Entry& entry) { return entry.op == op; });
  return found == std::end(kKernels) ? nullptr : found->make;
}

}  // namespace heed::cpu
