// engine/ops: elementwise ops in one pass. Plans make these (engine/plan/fuse.h); model code never records them.
#include "engine/ops/check.h"
#include "engine/ops/registry.h"

namespace heed {
namespace {

std::size_t link_operands(OpKind op) {
  if (op == OpKind::kFill) return 0;
  if (op == OpKind::kSelect) return 3;
  return op >= OpKind::kAdd && op <= OpKind::kEqual ? 2 : 1;
}

OpOutput infer_chain(const OpInputs& in, const Attrs& attrs) {
  const auto& [links, shape] = std::get<ChainAttrs>(attrs);
  for (std::size_t i = 0; i < in.shapes.size(); ++i) {
    require_f32("chain", in, i);
    if (!(broadcast_shapes("chain", in.shapes[i], shape) == shape))
      shape_error("chain", "operand " + in.shapes[i].text() + " does not broadcast to " + shape.text());
  }
  if (links.empty()) shape_error("chain", "has no links");
  for (std::size_t i = 0; i < links.size(); ++i) {
    for (std::size_t k = 0; k < link_operands(links[i].op); ++k) {
      const int arg = links[i].args[k];
      if (arg < 0 || static_cast<std::size_t>(arg) >= in.shapes.size() + i)
        shape_error("chain", "link " + std::to_string(i) + " reads the value " + std::to_string(arg) + ", which is not there yet");
    }
  }
  return {shape};
}

Tensor compose_chain(const std::vector<Tensor>& inputs, const Attrs& attrs) {
  const auto& [links, shape] = std::get<ChainAttrs>(attrs);
  std::vector<Tensor> values;
  for (Tensor x : inputs) values.push_back(x.shape() == shape ? x : broadcast(x, shape));
  Tape& tape = *inputs.at(0).tape;
  for (const ChainLink& link : links) {
    if (link.op == OpKind::kFill) {
      values.push_back(tape.fill(shape, link.shift));
      continue;
    }
    std::vector<Tensor> args;
    for (std::size_t k = 0; k < link_operands(link.op); ++k) args.push_back(values[static_cast<std::size_t>(link.args[k])]);
    values.push_back(tape.emit(link.op, args, link.op == OpKind::kAffine ? Attrs{AffineAttrs{link.scale, link.shift}} : NoAttrs{}));
  }
  return values.back();
}

ChainAttrs chain(Shape shape, std::vector<ChainLink> links) { return {std::move(links), shape}; }

/// tanh(x + row) * gate, then 1 - y^2 of it; operands of every kind of broadcasting.
std::vector<Sample> chain_samples() {
  const std::vector<ChainLink> gate{{OpKind::kAdd, {0, 1}, 1, 0}, {OpKind::kTanh, {3}, 1, 0}, {OpKind::kMul, {4, 2}, 1, 0},
                                    {OpKind::kSquare, {5}, 1, 0}, {OpKind::kAffine, {6}, -1, 1}, {OpKind::kFill, {}, 1, 0.25f},
                                    {OpKind::kSub, {7, 8}, 1, 0}};
  const std::vector<ChainLink> every_operand{{OpKind::kSigmoid, {0}, 1, 0}, {OpKind::kExp, {1}, 1, 0}, {OpKind::kNeg, {2}, 1, 0},
                                             {OpKind::kSelect, {3, 4, 5}, 1, 0}, {OpKind::kRelu, {6}, 1, 0}};
  std::vector<Sample> out;
  const auto add = [&](Shape shape, Shape a, Shape b, Shape c, const std::vector<ChainLink>& links) {
    out.push_back({.shapes = {a, b, c}, .attrs = chain(shape, links), .kink_margin = 0.05f});
  };
  add({3, 5}, {3, 5}, {5}, {3, 1}, gate);
  add({}, {}, {}, {}, gate);
  add({2, 3, 4, 5}, {2, 1, 4, 1}, {3, 1, 5}, {1}, gate);
  add({2, 70, 9}, {2, 70, 9}, {2, 1, 9}, {70, 1}, gate);
  add({1500}, {1500}, {1500}, {}, gate);
  add({3, 700}, {3, 700}, {700}, {3, 1}, gate);
  add({7}, {7}, {7}, {7}, every_operand);
  add({5, 211}, {5, 211}, {5, 211}, {211}, every_operand);
  return out;
}

}  // namespace

const OpDef kChainOp{OpKind::kChain, "chain", infer_chain, nullptr, chain_samples, compose_chain};

}  // namespace heed
