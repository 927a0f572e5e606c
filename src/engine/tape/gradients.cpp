// engine/tape: reverse-mode differentiation as ordinary ops on the same tape. One backward sweep over the recording, no recursion.
#include <algorithm>

#include "engine/ops/op.h"
#include "engine/ops/ops.h"

namespace heed {
namespace {

/// Nodes up to `last` that depend on one of `wrt`.
std::vector<char> depends_on(const Tape& tape, const std::vector<Tensor>& wrt, int last) {
  std::vector<char> depends(static_cast<std::size_t>(last) + 1, 0);
  for (const Tensor& t : wrt) {
    if (t.id <= last) depends[static_cast<std::size_t>(t.id)] = 1;
  }
  for (int id = 0; id <= last; ++id) {
    const Node& node = tape.node(id);
    if (node.op == OpKind::kStopGradient) continue;
    for (int input : node.inputs) {
      if (depends[static_cast<std::size_t>(input)]) depends[static_cast<std::size_t>(id)] = 1;
    }
  }
  return depends;
}

struct PaddedPart {
  Tensor inner;
  int axis, start, extent;
};

/// Slices of one value send back padded gradients. Where they do not overlap, one concatenation replaces the sum of pads:
/// a recurrence that slices its input T times then costs O(T), not O(T^2).
Tensor join_pads(Tape& tape, std::vector<PaddedPart> parts, const Shape& shape) {
  std::sort(parts.begin(), parts.end(), [](const PaddedPart& a, const PaddedPart& b) { return a.start < b.start; });
  const int axis = parts.front().axis;
  std::vector<Tensor> pieces;
  int at = 0;
  auto fill_to = [&](int start) {
    if (start == at) return;
    Shape gap = shape;
    gap.set(axis, start - at);
    pieces.push_back(tape.fill(gap, 0));
    at = start;
  };
  for (const PaddedPart& part : parts) {
    fill_to(part.start);
    pieces.push_back(part.inner);
    at += part.extent;
  }
  fill_to(shape[axis]);
  return pieces.size() == 1 ? pieces.front() : concat(pieces, axis);
}

bool disjoint(std::vector<PaddedPart> parts) {
  std::sort(parts.begin(), parts.end(), [](const PaddedPart& a, const PaddedPart& b) { return a.start < b.start; });
  for (std::size_t i = 1; i < parts.size(); ++i) {
    if (parts[i - 1].start + parts[i - 1].extent > parts[i].start) return false;
  }
  return true;
}

Tensor accumulate(Tape& tape, const std::vector<Tensor>& contributions, const Shape& shape) {
  std::vector<Tensor> terms;
  std::vector<PaddedPart> pads;
  for (const Tensor& t : contributions) {
    const Node& node = tape.node(t.id);
    if (node.op == OpKind::kPad) {
      const SliceAttrs& a = std::get<SliceAttrs>(node.attrs);
      const Tensor inner{&tape, node.inputs[0]};
      if (pads.empty() || pads.front().axis == a.axis) {
        pads.push_back({inner, a.axis, a.start, inner.shape()[a.axis]});
        continue;
      }
    }
    terms.push_back(t);
  }
  if (pads.size() > 1 && disjoint(pads)) {
    terms.push_back(join_pads(tape, pads, shape));
  } else {
    for (const PaddedPart& p : pads) terms.push_back(pad(p.inner, p.axis, p.start, shape[p.axis]));
  }
  Tensor total = terms.front();
  for (std::size_t i = 1; i < terms.size(); ++i) total = total + terms[i];
  return total;
}

std::vector<Tensor> pull_back(Tensor y, Tensor dy, const std::vector<Tensor>& wrt, int first);

/// The gradients of a node through its composition, which is recorded for the purpose.
std::vector<Tensor> sent_through_composition(Tensor output_grad, const std::vector<Tensor>& inputs, const Node& node) {
  const int first = static_cast<int>(output_grad.tape->nodes().size());
  std::vector<Tensor> sent = pull_back(op_def(node.op).compose(inputs, node.attrs), output_grad, inputs, first);
  // An operand that occurs twice has its whole gradient at both places.
  for (std::size_t i = 0; i < sent.size(); ++i) {
    for (std::size_t before = 0; before < i; ++before) {
      if (inputs[before].id == inputs[i].id) sent[i] = {};
    }
  }
  return sent;
}

/// What one node sends back to each of its inputs; a null Tensor where nothing comes back.
std::vector<Tensor> sent_back(Tensor output, Tensor output_grad, const std::vector<Tensor>& inputs, const Node& node) {
  const OpDef& def = op_def(node.op);
  if (def.gradient != nullptr) return def.gradient(output, output_grad, inputs, node.attrs);
  // A fused op without a rule of its own, such as the gradient of another: its composition is recorded and differentiated.
  if (def.compose != nullptr) return sent_through_composition(output_grad, inputs, node);
  return {};
}

/// The gradients of sum(y dy) with respect to `wrt`, through the nodes from `first` on; null where y does not depend on it.
std::vector<Tensor> pull_back(Tensor y, Tensor dy, const std::vector<Tensor>& wrt, int first) {
  Tape& tape = *y.tape;
  const int last = y.id;
  const std::vector<char> depends = depends_on(tape, wrt, last);

  std::vector<std::vector<Tensor>> parts(static_cast<std::size_t>(last) + 1);
  parts[static_cast<std::size_t>(last)].push_back(dy);

  for (int id = last; id >= first; --id) {
    const std::size_t i = static_cast<std::size_t>(id);
    if (!depends[i] || parts[i].empty()) continue;
    const Node node = tape.node(id);  // a copy: recording moves the nodes
    const Tensor total = accumulate(tape, parts[i], node.shape);
    parts[i] = {total};
    std::vector<Tensor> inputs;
    for (int input : node.inputs) inputs.push_back({&tape, input});
    const std::vector<Tensor> sent = sent_back({&tape, id}, total, inputs, node);
    for (std::size_t k = 0; k < sent.size(); ++k) {
      const std::size_t to = static_cast<std::size_t>(node.inputs[k]);
      if (!sent[k] || !depends[to]) continue;
      if (!(sent[k].shape() == inputs[k].shape())) {
        throw ShapeError(std::string("[gradient of ") + op_def(node.op).name + "] shape " + sent[k].shape().text() + " for an operand " +
                         inputs[k].shape().text());
      }
      parts[to].push_back(sent[k]);
    }
  }

  std::vector<Tensor> out;
  for (const Tensor& t : wrt) {
    const bool reached = t.id <= last && !parts[static_cast<std::size_t>(t.id)].empty();
    out.push_back(reached ? accumulate(tape, parts[static_cast<std::size_t>(t.id)], t.shape()) : Tensor{});
  }
  return out;
}

}  // namespace

std::vector<Tensor> gradients(Tensor loss, const std::vector<Tensor>& wrt) {
  if (loss.shape().rank() != 0) throw ShapeError("[gradients] the loss must be a scalar, got " + loss.shape().text());
  std::vector<Tensor> out = pull_back(loss, loss.tape->fill({}, 1), wrt, 0);
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (!out[i]) out[i] = loss.tape->fill(wrt[i].shape(), 0);
  }
  return out;
}

}  // namespace heed
