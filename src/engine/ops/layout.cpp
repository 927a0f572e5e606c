// engine/ops: operations that move values about without computing.
#include <algorithm>

#include "engine/ops/check.h"
#include "engine/ops/registry.h"

namespace heed {
namespace {

using Inputs = const std::vector<Tensor>&;

OpOutput infer_reshape(const OpInputs& in, const Attrs& attrs) {
  require_operands("reshape", in, 1);
  const Shape& to = std::get<ShapeAttrs>(attrs).shape;
  if (to.count() != in.shapes[0].count()) shape_error("reshape", "cannot view " + in.shapes[0].text() + " as " + to.text());
  return {to, in.dtypes[0]};
}

OpOutput infer_permute(const OpInputs& in, const Attrs& attrs) {
  require_operands("permute", in, 1);
  require_f32("permute", in, 0);
  const auto& order = std::get<PermuteAttrs>(attrs).order;
  const Shape& s = in.shapes[0];
  std::array<bool, kMaxRank> seen{};
  Shape out;
  for (int i = 0; i < s.rank(); ++i) {
    const int from = order[static_cast<std::size_t>(i)];
    if (from < 0 || from >= s.rank() || seen[static_cast<std::size_t>(from)]) shape_error("permute", "not an order of the axes of " + s.text());
    seen[static_cast<std::size_t>(from)] = true;
    out.push_back(s[from]);
  }
  return {out};
}

OpOutput infer_broadcast(const OpInputs& in, const Attrs& attrs) {
  require_operands("broadcast", in, 1);
  require_f32("broadcast", in, 0);
  const Shape& to = std::get<ShapeAttrs>(attrs).shape;
  if (!(broadcast_shapes("broadcast", in.shapes[0], to) == to)) {
    shape_error("broadcast", in.shapes[0].text() + " does not broadcast to " + to.text());
  }
  return {to};
}

OpOutput infer_concat(const OpInputs& in, const Attrs& attrs) {
  const int axis = std::get<AxisAttrs>(attrs).axis;
  if (in.shapes.empty()) shape_error("concat", "needs at least one operand");
  Shape out = in.shapes[0];
  require_axis("concat", out, axis);
  int extent = 0;
  for (std::size_t k = 0; k < in.shapes.size(); ++k) {
    require_f32("concat", in, k);
    Shape same = in.shapes[k];
    if (same.rank() != out.rank()) shape_error("concat", "ranks differ: " + out.text() + " and " + same.text());
    extent += same[axis];
    same.set(axis, out[axis]);
    if (!(same == out)) shape_error("concat", "extents off axis " + std::to_string(axis) + " differ: " + out.text() + " and " + in.shapes[k].text());
  }
  out.set(axis, extent);
  return {out};
}

OpOutput infer_slice(const OpInputs& in, const Attrs& attrs) {
  require_operands("slice", in, 1);
  const SliceAttrs& a = std::get<SliceAttrs>(attrs);
  Shape out = in.shapes[0];
  require_axis("slice", out, a.axis);
  if (a.start < 0 || a.extent < 1 || a.start + a.extent > out[a.axis]) {
    shape_error("slice", "[" + std::to_string(a.start) + ", +" + std::to_string(a.extent) + ") on axis " + std::to_string(a.axis) + " of " + out.text());
  }
  out.set(a.axis, a.extent);
  return {out, in.dtypes[0]};
}

OpOutput infer_pad(const OpInputs& in, const Attrs& attrs) {
  require_operands("pad", in, 1);
  require_f32("pad", in, 0);
  const SliceAttrs& a = std::get<SliceAttrs>(attrs);
  Shape out = in.shapes[0];
  require_axis("pad", out, a.axis);
  if (a.start < 0 || a.start + out[a.axis] > a.extent) {
    shape_error("pad", out.text() + " at " + std::to_string(a.start) + " does not fit into an axis of " + std::to_string(a.extent));
  }
  out.set(a.axis, a.extent);
  return {out};
}

OpOutput infer_same(const OpInputs& in, const Attrs&) {
  require_operands("stop_gradient", in, 1);
  return {in.shapes[0], in.dtypes[0]};
}

std::vector<Tensor> permute_gradient(Tensor, Tensor g, Inputs in, const Attrs& attrs) {
  const auto& order = std::get<PermuteAttrs>(attrs).order;
  std::vector<int> inverse(static_cast<std::size_t>(in[0].shape().rank()));
  for (std::size_t i = 0; i < inverse.size(); ++i) inverse[static_cast<std::size_t>(order[i])] = static_cast<int>(i);
  return {permute(g, inverse)};
}

std::vector<Tensor> concat_gradient(Tensor, Tensor g, Inputs in, const Attrs& attrs) {
  const int axis = std::get<AxisAttrs>(attrs).axis;
  std::vector<Tensor> out;
  int at = 0;
  for (const Tensor& x : in) {
    const int extent = x.shape()[axis];
    out.push_back(slice(g, axis, at, extent));
    at += extent;
  }
  return out;
}

}  // namespace

const OpDef kReshapeOp{OpKind::kReshape, "reshape", infer_reshape,
                       [](Tensor, Tensor g, Inputs in, const Attrs&) { return std::vector<Tensor>{reshape(g, in[0].shape())}; },
                       [] {
                         return std::vector<Sample>{{.shapes = {{6}}, .attrs = ShapeAttrs{{2, 3}}},
                                                    {.shapes = {{2, 3, 4}}, .attrs = ShapeAttrs{{4, 6}}},
                                                    {.shapes = {{1, 1}}, .attrs = ShapeAttrs{{}}}};
                       }};

const OpDef kPermuteOp{OpKind::kPermute, "permute", infer_permute, permute_gradient, [] {
                         return std::vector<Sample>{{.shapes = {{3, 5}}, .attrs = PermuteAttrs{{1, 0}}},
                                                    {.shapes = {{2, 3, 5}}, .attrs = PermuteAttrs{{0, 2, 1}}},
                                                    {.shapes = {{2, 3, 5}}, .attrs = PermuteAttrs{{2, 0, 1}}},
                                                    {.shapes = {{2, 3, 5}}, .attrs = PermuteAttrs{{1, 0, 2}}},
                                                    {.shapes = {{2, 3, 4, 5}}, .attrs = PermuteAttrs{{0, 2, 1, 3}}},
                                                    {.shapes = {{33, 17}}, .attrs = PermuteAttrs{{1, 0}}}};
                       }};

const OpDef kBroadcastOp{OpKind::kBroadcast, "broadcast", infer_broadcast,
                         [](Tensor, Tensor g, Inputs in, const Attrs&) { return std::vector<Tensor>{sum_to(g, in[0].shape())}; },
                         [] {
                           return std::vector<Sample>{{.shapes = {{}}, .attrs = ShapeAttrs{{3, 5}}},
                                                      {.shapes = {{5}}, .attrs = ShapeAttrs{{3, 5}}},
                                                      {.shapes = {{3, 1}}, .attrs = ShapeAttrs{{3, 5}}},
                                                      {.shapes = {{2, 1, 3}}, .attrs = ShapeAttrs{{2, 4, 3}}},
                                                      {.shapes = {{1, 3, 1}}, .attrs = ShapeAttrs{{2, 2, 3, 5}}}};
                         }};

const OpDef kConcatOp{OpKind::kConcat, "concat", infer_concat, concat_gradient, [] {
                        return std::vector<Sample>{{.shapes = {{3}}, .attrs = AxisAttrs{0, false}},
                                                   {.shapes = {{3}, {5}, {1}}, .attrs = AxisAttrs{0, false}},
                                                   {.shapes = {{3, 5}, {3, 2}}, .attrs = AxisAttrs{1, false}},
                                                   {.shapes = {{2, 3, 4}, {2, 1, 4}}, .attrs = AxisAttrs{1, false}},
                                                   {.shapes = {{2, 3, 7}, {2, 3, 9}, {2, 3, 1}}, .attrs = AxisAttrs{2, false}}};
                      }};

const OpDef kSliceOp{OpKind::kSlice, "slice", infer_slice,
                     [](Tensor, Tensor g, Inputs in, const Attrs& attrs) {
                       const SliceAttrs& a = std::get<SliceAttrs>(attrs);
                       return std::vector<Tensor>{pad(g, a.axis, a.start, in[0].shape()[a.axis])};
                     },
                     [] {
                       return std::vector<Sample>{{.shapes = {{9}}, .attrs = SliceAttrs{0, 3, 4}},
                                                  {.shapes = {{3, 5}}, .attrs = SliceAttrs{1, 1, 3}},
                                                  {.shapes = {{5, 3}}, .attrs = SliceAttrs{0, 2, 2}},
                                                  {.shapes = {{4, 64}}, .attrs = SliceAttrs{0, 1, 2}},
                                                  {.shapes = {{2, 4, 5}}, .attrs = SliceAttrs{1, 3, 1}},
                                                  {.shapes = {{2, 3, 33}}, .attrs = SliceAttrs{2, 1, 17}}};
                     }};

const OpDef kPadOp{OpKind::kPad, "pad", infer_pad,
                   [](Tensor, Tensor g, Inputs in, const Attrs& attrs) {
                     const SliceAttrs& a = std::get<SliceAttrs>(attrs);
                     return std::vector<Tensor>{slice(g, a.axis, a.start, in[0].shape()[a.axis])};
                   },
                   [] {
                     return std::vector<Sample>{{.shapes = {{3}}, .attrs = SliceAttrs{0, 2, 7}},
                                                {.shapes = {{3, 5}}, .attrs = SliceAttrs{1, 0, 9}},
                                                {.shapes = {{2, 1, 5}}, .attrs = SliceAttrs{1, 2, 4}},
                                                {.shapes = {{2, 3, 7}}, .attrs = SliceAttrs{0, 1, 3}}};
                   }};

const OpDef kStopGradientOp{OpKind::kStopGradient, "stop_gradient", infer_same, nullptr,
                            [] { return std::vector<Sample>{{.shapes = {{3, 5}}}}; }};

Tensor reshape(Tensor x, Shape shape) {
  if (x.shape() == shape) return x;
  return x.tape->emit(OpKind::kReshape, {x}, ShapeAttrs{shape});
}

Tensor permute(Tensor x, std::vector<int> order) {
  if (static_cast<int>(order.size()) != x.shape().rank()) shape_error("permute", std::to_string(order.size()) + " axes given for " + x.shape().text());
  PermuteAttrs attrs{};
  std::copy(order.begin(), order.end(), attrs.order.begin());
  return x.tape->emit(OpKind::kPermute, {x}, attrs);
}

Tensor transpose(Tensor x) {
  const int rank = x.shape().rank();
  if (rank < 2) shape_error("transpose", "needs two axes, got " + x.shape().text());
  std::vector<int> order;
  for (int i = 0; i < rank; ++i) order.push_back(i);
  std::swap(order[order.size() - 1], order[order.size() - 2]);
  return permute(x, order);
}

Tensor broadcast(Tensor x, Shape shape) {
  if (x.shape() == shape) return x;
  return x.tape->emit(OpKind::kBroadcast, {x}, ShapeAttrs{shape});
}

Tensor concat(const std::vector<Tensor>& xs, int axis) {
  if (xs.empty()) shape_error("concat", "needs at least one operand");
  if (xs.size() == 1) return xs.front();
  return xs.front().tape->emit(OpKind::kConcat, xs, AxisAttrs{resolve_axis("concat", xs.front().shape(), axis), false});
}

Tensor stack(const std::vector<Tensor>& xs, int axis) {
  if (xs.empty()) shape_error("stack", "needs at least one operand");
  const Shape one = xs.front().shape();
  const int at = axis < 0 ? axis + one.rank() + 1 : axis;
  Shape with;
  for (int i = 0; i <= one.rank(); ++i) {
    if (i == at) with.push_back(1);
    if (i < one.rank()) with.push_back(one[i]);
  }
  std::vector<Tensor> rows;
  for (const Tensor& x : xs) rows.push_back(reshape(x, with));
  return concat(rows, at);
}

Tensor slice(Tensor x, int axis, int start, int extent) {
  const int at = resolve_axis("slice", x.shape(), axis);
  if (start == 0 && extent == x.shape()[at]) return x;
  return x.tape->emit(OpKind::kSlice, {x}, SliceAttrs{at, start, extent});
}

Tensor pad(Tensor x, int axis, int start, int extent) {
  const int at = resolve_axis("pad", x.shape(), axis);
  if (start == 0 && extent == x.shape()[at]) return x;
  return x.tape->emit(OpKind::kPad, {x}, SliceAttrs{at, start, extent});
}

Tensor take(Tensor x, int axis, int index) {
  const int at = resolve_axis("take", x.shape(), axis);
  Shape without;
  for (int i = 0; i < x.shape().rank(); ++i) {
    if (i != at) without.push_back(x.shape()[i]);
  }
  return reshape(slice(x, at, index, 1), without);
}

Tensor stop_gradient(Tensor x) { return x.tape->emit(OpKind::kStopGradient, {x}); }

}  // namespace heed
