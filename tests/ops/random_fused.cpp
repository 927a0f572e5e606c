// tests/ops: random shapes for the fused ops, round the lengths at which their kernels change from whole vectors to
// single elements.
#include "random_fused.h"

#include <algorithm>

namespace heed::test {
namespace {

class FusedMaker {
 public:
  FusedMaker(OpKind kind, Sample sample, Random& random, int last)
      : kind_(kind), sample_(std::move(sample)), random_(random), last_(last) {}

  bool make();
  Sample take() { return std::move(sample_); }

 private:
  int extent() { return random_.between(1, 7); }
  int width() { return last_ > 0 ? last_ : random_.below(3) == 0 ? random_.between(8, 40) : extent(); }
  Shape rows(int most_axes);
  static Shape with(Shape shape, int last) {
    shape.push_back(last);
    return shape;
  }
  void cell(std::vector<int> widths, bool stacked_gradient = false);
  void attention(bool with_gradient);
  void scores(bool with_gradient);
  void targets(bool with_gradient);
  void bag(bool with_gradient);
  void norm(int vectors, int wholes);
  void masked();
  void pairs(bool with_gradient);

  OpKind kind_;
  Sample sample_;
  Random& random_;
  int last_;
};

Shape FusedMaker::rows(int most_axes) {
  Shape out;
  for (int axes = random_.below(most_axes + 1); axes > 0; --axes) out.push_back(extent());
  return out;
}

void FusedMaker::cell(std::vector<int> widths, bool stacked_gradient) {
  const int B = extent(), H = width();
  sample_.shapes.clear();
  for (int each : widths) sample_.shapes.push_back({B, each * H});
  if (stacked_gradient) sample_.shapes.push_back({2, B, H});
}

void FusedMaker::attention(bool with_gradient) {
  const bool causal = random_.below(2) == 0, masked = random_.below(2) == 0;
  const int B = random_.between(1, 3), heads = random_.between(1, 3);
  // The length of the key width or of the sequence.
  const bool wide = random_.below(2) == 0;
  const int K = wide ? width() : random_.between(1, 6), T = wide ? extent() : width();
  const int S = causal ? T : random_.below(2) == 0 ? T : extent();
  const Shape q{B, T, heads * K}, k{B, S, heads * K};
  sample_.shapes = {q, k, k};
  if (S == T && random_.below(2) == 0) sample_.shapes = {{B, T, 3 * heads * K}};
  if (with_gradient) sample_.shapes.push_back(q);
  if (masked) sample_.shapes.push_back({B, S});
  sample_.kink_margin = masked ? 1e-3f : 0;
  sample_.attrs = AttentionAttrs{heads, 0.6f, causal};
}

void FusedMaker::scores(bool with_gradient) {
  const Shape keys{extent(), extent(), width()};
  sample_.shapes = {{keys[0], keys[2]}, keys, {keys[2]}};
  if (with_gradient) sample_.shapes.push_back({keys[0], keys[1]});
}

void FusedMaker::targets(bool with_gradient) {
  const Shape lead = rows(3);
  const int V = width();
  sample_.shapes = {with(lead, V), lead};
  if (with_gradient) sample_.shapes.push_back(lead);
  sample_.index_below = V + 1;
}

void FusedMaker::bag(bool with_gradient) {
  const int J = extent(), D = width(), V = extent();
  const Shape lead = rows(2);
  sample_.shapes = {with_gradient ? with(lead, D) : Shape{V, D}, with(lead, J), {J, D}};
  if (with_gradient) sample_.attrs = RowsAttrs{V};
  sample_.index_below = V + 1;
}

void FusedMaker::norm(int vectors, int wholes) {
  // One column has no spread to divide by: its gradient is all rounding.
  const Shape x = with(rows(3), std::max(2, width()));
  sample_.shapes = {x};
  for (int i = 0; i < vectors; ++i) sample_.shapes.push_back({x[-1]});
  for (int i = 0; i < wholes; ++i) sample_.shapes.push_back(x);
}

void FusedMaker::masked() {
  const Shape x = with(rows(3), width());
  Shape mask;
  for (int axis = random_.below(x.rank() + 1); axis < x.rank(); ++axis)
    mask.push_back(random_.below(4) == 0 ? 1 : x[axis]);
  sample_.shapes = {x, mask};
  sample_.kink_margin = 1e-3f;
}

void FusedMaker::pairs(bool with_gradient) {
  const Shape lead = rows(2);
  const int l = width();
  sample_.shapes = {with(lead, 2 * l)};
  if (with_gradient) sample_.shapes.push_back(with(lead, l));
  sample_.kink_margin = 1e-3f;
}

bool FusedMaker::make() {
  switch (kind_) {
    case OpKind::kMaskedSoftmax:
      return masked(), true;
    case OpKind::kMaxout:
      return pairs(false), true;
    case OpKind::kMaxoutGrad:
      return pairs(true), true;
    case OpKind::kSumSquares:
    case OpKind::kGelu:
      return sample_.shapes = {with(rows(3), width())}, true;
    case OpKind::kSoftmaxGrad:
    case OpKind::kGeluGrad:
      return sample_.shapes.assign(2, with(rows(3), width())), true;
    case OpKind::kLayerNorm:
      return norm(2, 0), true;
    case OpKind::kLayerNormGrad:
      return norm(1, 1), true;
    case OpKind::kLayerNormGradWeights:
      return norm(0, 1), true;
    case OpKind::kCrossEntropy:
      return targets(false), true;
    case OpKind::kCrossEntropyGrad:
      return targets(true), true;
    case OpKind::kAttention:
      return attention(false), true;
    case OpKind::kAttentionGrad:
      return attention(true), true;
    case OpKind::kAdditiveScores:
      return scores(false), true;
    case OpKind::kAdditiveScoresGrad:
      return scores(true), true;
    case OpKind::kLstmCell:
      return cell({4, 1}), true;
    case OpKind::kLstmCellGrad:
      return cell({4, 1}, true), true;
    case OpKind::kGruCell:
      return cell({3, 3, 1}), true;
    case OpKind::kGruCellGrad:
      return cell({3, 3, 1, 1}), true;
    case OpKind::kGruReset:
      return cell({3, 2, 1}), true;
    case OpKind::kGruResetGrad:
    case OpKind::kGruUpdate:
      return cell({3, 2, 1, 1}), true;
    case OpKind::kGruUpdateGrad:
      return cell({3, 2, 1, 1, 1}), true;
    case OpKind::kBagOfRows:
      return bag(false), true;
    case OpKind::kBagOfRowsGrad:
      return bag(true), true;
    default:
      return false;
  }
}

}  // namespace

bool random_fused_sample(OpKind kind, Sample& sample, Random& random, int last) {
  FusedMaker maker(kind, sample, random, last);
  if (!maker.make()) return false;
  sample = maker.take();
  return true;
}

}  // namespace heed::test
