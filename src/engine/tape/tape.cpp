// engine/tape: recording nodes; see tape.h.
#include "engine/tape/tape.h"

#include "engine/ops/op.h"

namespace heed {

Shape Tensor::shape() const { return tape->node(id).shape; }
DType Tensor::dtype() const { return tape->node(id).dtype; }

namespace {

Tensor push(Tape& tape, std::vector<Node>& nodes, Node node) {
  nodes.push_back(std::move(node));
  return {&tape, static_cast<int>(nodes.size()) - 1};
}

void require_new_name(const std::vector<NamedTensor>& list, const std::string& name, const char* what) {
  for (const NamedTensor& entry : list) {
    if (entry.name == name) throw ShapeError(std::string("[") + what + "] the name '" + name + "' is recorded twice");
  }
}

}  // namespace

Tensor Tape::input(std::string name, Shape shape, DType dtype) {
  for (const Node& node : nodes_) {
    if (node.op == OpKind::kInput && std::get<LeafAttrs>(node.attrs).name == name) {
      throw ShapeError("[input] the name '" + name + "' is recorded twice");
    }
  }
  return push(*this, nodes_, {OpKind::kInput, dtype, shape, {}, LeafAttrs{std::move(name)}});
}

Tensor Tape::external(Arena arena, std::size_t offset_elems, Shape shape) {
  return push(*this, nodes_, {OpKind::kExternal, DType::kF32, shape, {}, ExternalAttrs{arena, offset_elems}});
}

Tensor Tape::constant(Shape shape, std::vector<float> values, DType dtype) {
  if (values.size() != shape.count()) {
    throw ShapeError("[constant] " + std::to_string(values.size()) + " values for shape " + shape.text());
  }
  return push(*this, nodes_, {OpKind::kConstant, dtype, shape, {}, ConstantAttrs{std::move(values)}});
}

Tensor Tape::fill(Shape shape, float value) { return push(*this, nodes_, {OpKind::kFill, DType::kF32, shape, {}, FillAttrs{value}}); }

Tensor Tape::emit(OpKind op, std::vector<Tensor> inputs, Attrs attrs) {
  const OpDef& def = op_def(op);
  OpInputs in;
  std::vector<int> ids;
  for (const Tensor& t : inputs) {
    if (t.tape != this) throw ShapeError(std::string("[") + def.name + "] an operand belongs to another tape");
    in.shapes.push_back(t.shape());
    in.dtypes.push_back(t.dtype());
    ids.push_back(t.id);
  }
  const OpOutput out = def.infer(in, attrs);
  return push(*this, nodes_, {op, out.dtype, out.shape, std::move(ids), std::move(attrs)});
}

Tensor Tape::repeat(const Node& node, const std::vector<Tensor>& inputs) {
  Node copy = node;
  for (std::size_t i = 0; i < inputs.size(); ++i) copy.inputs[i] = inputs[i].id;
  return push(*this, nodes_, std::move(copy));
}

Tensor Tape::tap(std::string name, Tensor value) {
  require_new_name(taps_, name, "tap");
  taps_.push_back({std::move(name), value.id});
  return value;
}

void Tape::output(std::string name, Tensor value) {
  require_new_name(outputs_, name, "output");
  outputs_.push_back({std::move(name), value.id});
}

Tensor Tape::tapped(const std::string& name) {
  std::string known;
  for (const NamedTensor& entry : taps_) {
    if (entry.name == name) return {this, entry.id};
    known += (known.empty() ? "" : ", ") + entry.name;
  }
  throw ShapeError("[tap] no tap '" + name + "'; there are: " + (known.empty() ? "none" : known));
}

}  // namespace heed
