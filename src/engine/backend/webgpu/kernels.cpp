// engine/backend/webgpu: the table from op to kernel. What is not in it runs as its composition, or not here.
#include "engine/backend/webgpu/kernels.h"

#include "engine/backend/webgpu/elementwise.h"

namespace heed::webgpu {

KernelMaker find_kernel(OpKind op) {
  if (const KernelMaker elementwise = find_elementwise(op)) return elementwise;
  switch (op) {
    case OpKind::kMatmul: return make_matmul;
    case OpKind::kMatmulAdd: return make_matmul_add;
    case OpKind::kReshape: case OpKind::kBroadcast: case OpKind::kStopGradient: case OpKind::kCastFloat: return make_copy;
    case OpKind::kPermute: return make_permute;
    case OpKind::kSlice: return make_slice;
    case OpKind::kPad: return make_pad;
    case OpKind::kConcat: return make_concat;
    case OpKind::kSum: return make_sum;
    case OpKind::kMax: return make_max;
    case OpKind::kSumSquares: return make_sum_squares;
    case OpKind::kArgmax: return make_argmax;
    case OpKind::kMaxout: return make_maxout;
    case OpKind::kMaxoutGrad: return make_maxout_grad;
    case OpKind::kGatherRows: return make_gather_rows;
    case OpKind::kPick: return make_pick;
    case OpKind::kPlace: return make_place;
    case OpKind::kScatterAddRows: return make_scatter_add_rows;
    case OpKind::kBagOfRows: return make_bag_of_rows;
    case OpKind::kBagOfRowsGrad: return make_bag_of_rows_grad;
    case OpKind::kRandomUniform: return make_random_uniform;
    case OpKind::kStore: return make_store;
    case OpKind::kSgd: return make_sgd;
    case OpKind::kAdam: return make_adam;
    case OpKind::kRmsProp: return make_rmsprop;
    case OpKind::kSoftmax: return make_softmax;
    case OpKind::kLogSoftmax: return make_log_softmax;
    case OpKind::kMaskedSoftmax: return make_masked_softmax;
    case OpKind::kSoftmaxGrad: return make_softmax_grad;
    case OpKind::kLayerNorm: return make_layer_norm;
    case OpKind::kLayerNormGrad: return make_layer_norm_grad;
    case OpKind::kLayerNormGradWeights: return make_layer_norm_grad_weights;
    case OpKind::kCrossEntropy: return make_cross_entropy;
    case OpKind::kCrossEntropyGrad: return make_cross_entropy_grad;
    case OpKind::kAttention: return make_attention;
    case OpKind::kAttentionGrad: return make_attention_grad;
    case OpKind::kAdditiveScores: return make_additive_scores;
    case OpKind::kAdditiveScoresGrad: return make_additive_scores_grad;
    case OpKind::kLstmCell: return make_lstm_cell;
    case OpKind::kLstmCellGrad: return make_lstm_cell_grad;
    case OpKind::kGruCell: return make_gru_cell;
    case OpKind::kGruCellGrad: return make_gru_cell_grad;
    case OpKind::kGruReset: return make_gru_reset;
    case OpKind::kGruResetGrad: return make_gru_reset_grad;
    case OpKind::kGruUpdate: return make_gru_update;
    case OpKind::kGruUpdateGrad: return make_gru_update_grad;
    default: return nullptr;
  }
}

}  // namespace heed::webgpu
