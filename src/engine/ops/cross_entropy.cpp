// engine/ops: softmax and cross entropy in one: the loss of each row, -log softmax(logits) at its target, and its gradient. A target
// outside [0,V) has loss 0 and sends nothing back.   logits:(...,V) target:(...) i32
#include "engine/ops/check.h"
#include "engine/ops/registry.h"

namespace heed {
namespace {

using LossInputs = const std::vector<Tensor>&;

void check_targets(const char* op, const OpInputs& in, std::size_t operands) {
  require_operands(op, in, operands);
  require_f32(op, in, 0);
  require_i32(op, in, 1);
  if (in.shapes[0].rank() < 1 || !(rows_of(in.shapes[0]) == in.shapes[1])) {
    shape_error(op, "targets " + in.shapes[1].text() + " do not fit " + in.shapes[0].text() + " without its last axis");
  }
}

std::vector<Sample> target_samples(bool with_gradient) {
  std::vector<Sample> out;
  for (const auto& [rows, V] : std::vector<std::pair<Shape, int>>{{{3}, 4}, {{}, 5}, {{2, 3}, 1}, {{2, 3, 2}, 9}, {{4}, 28}, {{3}, 65}, {{2}, 257}}) {
    Shape logits = rows;
    logits.push_back(V);
    Sample sample{.shapes = {logits, rows}, .low = -4, .high = 4, .index_below = V + 1, .i32_inputs = {1}};
    if (with_gradient) sample.shapes.push_back(rows);
    out.push_back(sample);
  }
  return out;
}

}  // namespace

const OpDef kCrossEntropyOp{
    OpKind::kCrossEntropy, "cross_entropy",
    [](const OpInputs& in, const Attrs&) -> OpOutput {
      check_targets("cross_entropy", in, 2);
      return {in.shapes[1]};
    },
    [](Tensor y, Tensor dy, LossInputs in, const Attrs&) {
      return std::vector<Tensor>{y.tape->emit(OpKind::kCrossEntropyGrad, {in[0], in[1], dy}), Tensor{}};
    },
    [] { return target_samples(false); },
    [](LossInputs in, const Attrs&) { return neg(pick(log_softmax(in[0]), in[1])); }};

// (logits, target, dy:(...)) -> (...,V) = (softmax(logits) - onehot(target)) dy
const OpDef kCrossEntropyGradOp{
    OpKind::kCrossEntropyGrad, "cross_entropy_grad",
    [](const OpInputs& in, const Attrs&) -> OpOutput {
      check_targets("cross_entropy_grad", in, 3);
      require_shape("cross_entropy_grad", in, 2, in.shapes[1]);
      return {in.shapes[0]};
    },
    nullptr,
    [] { return target_samples(true); },
    [](LossInputs in, const Attrs&) {
      const Tensor at_target = place(in[2], in[1], in[0].shape()[-1]);
      return softmax(in[0]) * sum(at_target, -1, true) - at_target;
    }};

Tensor cross_entropy_rows(Tensor logits, Tensor target) { return logits.tape->emit(OpKind::kCrossEntropy, {logits, target}); }

}  // namespace heed
