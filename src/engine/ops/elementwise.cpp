// engine/ops: elementwise operations, with one, two (broadcasting) and three operands.
#include "engine/ops/check.h"
#include "engine/ops/registry.h"

namespace heed {
namespace {

template <OpKind kind>
OpOutput infer_unary(const OpInputs& in, const Attrs&) {
  require_operands(op_def(kind).name, in, 1);
  require_f32(op_def(kind).name, in, 0);
  return {in.shapes[0]};
}

template <OpKind kind>
OpOutput infer_binary(const OpInputs& in, const Attrs&) {
  require_operands(op_def(kind).name, in, 2);
  require_f32(op_def(kind).name, in, 0);
  require_f32(op_def(kind).name, in, 1);
  return {broadcast_shapes(op_def(kind).name, in.shapes[0], in.shapes[1])};
}

OpOutput infer_equal(const OpInputs& in, const Attrs&) {
  require_operands("equal", in, 2);
  if (in.dtypes[0] != in.dtypes[1]) shape_error("equal", "operands of different element types");
  return {broadcast_shapes("equal", in.shapes[0], in.shapes[1])};
}

OpOutput infer_select(const OpInputs& in, const Attrs&) {
  require_operands("select", in, 3);
  for (std::size_t i = 0; i < 3; ++i) require_f32("select", in, i);
  if (!(in.shapes[0] == in.shapes[1]) || !(in.shapes[0] == in.shapes[2])) {
    shape_error("select", "shapes differ: " + in.shapes[0].text() + ", " + in.shapes[1].text() + ", " + in.shapes[2].text());
  }
  return {in.shapes[0]};
}

std::vector<Sample> unary_samples(float low, float high, float kink_margin = 0) {
  std::vector<Sample> out;
  for (const Shape& shape : {Shape{}, Shape{1}, Shape{7}, Shape{3, 5}, Shape{2, 3, 17}, Shape{2, 2, 3, 9}, Shape{257}}) {
    out.push_back({.shapes = {shape}, .low = low, .high = high, .kink_margin = kink_margin});
  }
  return out;
}

std::vector<Sample> binary_samples(float low, float high, float kink_margin = 0) {
  std::vector<Sample> out;
  const std::vector<std::pair<Shape, Shape>> pairs = {
      {{}, {}},           {{5}, {5}},          {{3, 5}, {5}},          {{3, 5}, {3, 1}},          {{1, 5}, {3, 1}},
      {{4, 33}, {}},      {{}, {4, 33}},       {{2, 3, 5}, {3, 5}},    {{2, 3, 5}, {2, 1, 5}},    {{2, 1, 5}, {3, 1}},
      {{2, 3, 1}, {5}},   {{2, 3, 4, 5}, {1}}, {{2, 1, 4, 1}, {3, 1, 5}}, {{1, 1}, {3, 7}}};
  for (const auto& [a, b] : pairs) out.push_back({.shapes = {a, b}, .low = low, .high = high, .kink_margin = kink_margin});
  return out;
}

using Inputs = const std::vector<Tensor>&;

}  // namespace

Tensor sum_to(Tensor gradient, const Shape& shape) {
  Tensor g = gradient;
  const int extra = g.shape().rank() - shape.rank();
  for (int i = 0; i < g.shape().rank(); ++i) {
    const int want = i < extra ? 1 : shape[i - extra];
    if (g.shape()[i] != want) g = sum(g, i, true);
  }
  return g.shape() == shape ? g : reshape(g, shape);
}

const OpDef kNegOp{OpKind::kNeg, "neg", infer_unary<OpKind::kNeg>,
                   [](Tensor, Tensor g, Inputs, const Attrs&) { return std::vector<Tensor>{neg(g)}; },
                   [] { return unary_samples(-2, 2); }};

const OpDef kExpOp{OpKind::kExp, "exp", infer_unary<OpKind::kExp>,
                   [](Tensor y, Tensor g, Inputs, const Attrs&) { return std::vector<Tensor>{g * y}; },
                   [] { return unary_samples(-4, 4); }};

const OpDef kLogOp{OpKind::kLog, "log", infer_unary<OpKind::kLog>,
                   [](Tensor, Tensor g, Inputs x, const Attrs&) { return std::vector<Tensor>{g / x[0]}; },
                   [] { return unary_samples(0.2f, 4); }};

// y = sqrt(x)  =>  dx = dy / (2 y)
const OpDef kSqrtOp{OpKind::kSqrt, "sqrt", infer_unary<OpKind::kSqrt>,
                    [](Tensor y, Tensor g, Inputs, const Attrs&) { return std::vector<Tensor>{g / (2.0f * y)}; },
                    [] { return unary_samples(0.2f, 4); }};

const OpDef kSquareOp{OpKind::kSquare, "square", infer_unary<OpKind::kSquare>,
                      [](Tensor, Tensor g, Inputs x, const Attrs&) { return std::vector<Tensor>{g * (2.0f * x[0])}; },
                      [] { return unary_samples(-2, 2); }};

// y = tanh(x)  =>  dx = dy (1 - y^2)
const OpDef kTanhOp{OpKind::kTanh, "tanh", infer_unary<OpKind::kTanh>,
                    [](Tensor y, Tensor g, Inputs, const Attrs&) { return std::vector<Tensor>{g * (1.0f - square(y))}; },
                    [] { return unary_samples(-3, 3); }};

// y = 1 / (1 + exp(-x))  =>  dx = dy y (1 - y)
const OpDef kSigmoidOp{OpKind::kSigmoid, "sigmoid", infer_unary<OpKind::kSigmoid>,
                       [](Tensor y, Tensor g, Inputs, const Attrs&) { return std::vector<Tensor>{g * (y * (1.0f - y))}; },
                       [] { return unary_samples(-6, 6); }};

// y = erf(x)  =>  dx = dy 2/sqrt(pi) exp(-x^2)
const OpDef kErfOp{OpKind::kErf, "erf", infer_unary<OpKind::kErf>,
                   [](Tensor, Tensor g, Inputs x, const Attrs&) {
                     constexpr float kTwoOverRootPi = 1.12837917f;
                     return std::vector<Tensor>{g * affine(exp(neg(square(x[0]))), kTwoOverRootPi, 0)};
                   },
                   [] { return unary_samples(-3, 3); }};

const OpDef kReluOp{OpKind::kRelu, "relu", infer_unary<OpKind::kRelu>,
                    [](Tensor, Tensor g, Inputs x, const Attrs&) { return std::vector<Tensor>{g * step(x[0])}; },
                    [] { return unary_samples(-2, 2, 0.05f); }};

const OpDef kStepOp{OpKind::kStep, "step", infer_unary<OpKind::kStep>, nullptr, [] { return unary_samples(-2, 2, 0.05f); }};

const OpDef kAffineOp{OpKind::kAffine, "affine", infer_unary<OpKind::kAffine>,
                      [](Tensor, Tensor g, Inputs, const Attrs& attrs) {
                        return std::vector<Tensor>{affine(g, std::get<AffineAttrs>(attrs).scale, 0)};
                      },
                      [] {
                        std::vector<Sample> out = unary_samples(-2, 2);
                        for (Sample& s : out) s.attrs = AffineAttrs{-1.5f, 0.25f};
                        return out;
                      }};

const OpDef kAddOp{OpKind::kAdd, "add", infer_binary<OpKind::kAdd>,
                   [](Tensor, Tensor g, Inputs in, const Attrs&) {
                     return std::vector<Tensor>{sum_to(g, in[0].shape()), sum_to(g, in[1].shape())};
                   },
                   [] { return binary_samples(-2, 2); }};

const OpDef kSubOp{OpKind::kSub, "sub", infer_binary<OpKind::kSub>,
                   [](Tensor, Tensor g, Inputs in, const Attrs&) {
                     return std::vector<Tensor>{sum_to(g, in[0].shape()), neg(sum_to(g, in[1].shape()))};
                   },
                   [] { return binary_samples(-2, 2); }};

const OpDef kMulOp{OpKind::kMul, "mul", infer_binary<OpKind::kMul>,
                   [](Tensor, Tensor g, Inputs in, const Attrs&) {
                     return std::vector<Tensor>{sum_to(g * in[1], in[0].shape()), sum_to(g * in[0], in[1].shape())};
                   },
                   [] { return binary_samples(-2, 2); }};

// y = a / b  =>  da = dy / b, db = -dy y / b
const OpDef kDivOp{OpKind::kDiv, "div", infer_binary<OpKind::kDiv>,
                   [](Tensor y, Tensor g, Inputs in, const Attrs&) {
                     return std::vector<Tensor>{sum_to(g / in[1], in[0].shape()), neg(sum_to(g * y / in[1], in[1].shape()))};
                   },
                   [] { return binary_samples(0.3f, 3); }};

const OpDef kMaximumOp{OpKind::kMaximum, "maximum", infer_binary<OpKind::kMaximum>,
                       [](Tensor, Tensor g, Inputs in, const Attrs&) {
                         const Tensor second = greater(in[1], in[0]);
                         return std::vector<Tensor>{sum_to(g * (1.0f - second), in[0].shape()), sum_to(g * second, in[1].shape())};
                       },
                       [] { return binary_samples(-2, 2, 0.01f); }};

const OpDef kGreaterOp{OpKind::kGreater, "greater", infer_binary<OpKind::kGreater>, nullptr, [] { return binary_samples(-2, 2); }};

const OpDef kEqualOp{OpKind::kEqual, "equal", infer_equal, nullptr, [] {
                       std::vector<Sample> out = binary_samples(-1, 1);
                       for (Sample& s : out) s.i32_inputs = {0, 1};
                       out.push_back({.shapes = {{3, 4}, {4}}});
                       return out;
                     }};

const OpDef kSelectOp{OpKind::kSelect, "select", infer_select,
                      [](Tensor, Tensor g, Inputs in, const Attrs&) {
                        const Tensor zero = g.tape->fill(g.shape(), 0);
                        return std::vector<Tensor>{Tensor{}, select(in[0], g, zero), select(in[0], zero, g)};
                      },
                      [] {
                        std::vector<Sample> out;
                        for (const Shape& s : {Shape{}, Shape{5}, Shape{3, 33}, Shape{2, 3, 4, 5}}) {
                          out.push_back({.shapes = {s, s, s}, .kink_margin = 0.05f});
                        }
                        return out;
                      }};

Tensor neg(Tensor x) { return x.tape->emit(OpKind::kNeg, {x}); }
Tensor exp(Tensor x) { return x.tape->emit(OpKind::kExp, {x}); }
Tensor log(Tensor x) { return x.tape->emit(OpKind::kLog, {x}); }
Tensor sqrt(Tensor x) { return x.tape->emit(OpKind::kSqrt, {x}); }
Tensor square(Tensor x) { return x.tape->emit(OpKind::kSquare, {x}); }
Tensor tanh(Tensor x) { return x.tape->emit(OpKind::kTanh, {x}); }
Tensor sigmoid(Tensor x) { return x.tape->emit(OpKind::kSigmoid, {x}); }
Tensor erf(Tensor x) { return x.tape->emit(OpKind::kErf, {x}); }
Tensor relu(Tensor x) { return x.tape->emit(OpKind::kRelu, {x}); }
Tensor step(Tensor x) { return x.tape->emit(OpKind::kStep, {x}); }
Tensor affine(Tensor x, float scale, float shift) { return x.tape->emit(OpKind::kAffine, {x}, AffineAttrs{scale, shift}); }
Tensor add(Tensor a, Tensor b) { return a.tape->emit(OpKind::kAdd, {a, b}); }
Tensor sub(Tensor a, Tensor b) { return a.tape->emit(OpKind::kSub, {a, b}); }
Tensor mul(Tensor a, Tensor b) { return a.tape->emit(OpKind::kMul, {a, b}); }
Tensor div(Tensor a, Tensor b) { return a.tape->emit(OpKind::kDiv, {a, b}); }
Tensor maximum(Tensor a, Tensor b) { return a.tape->emit(OpKind::kMaximum, {a, b}); }
Tensor greater(Tensor a, Tensor b) { return a.tape->emit(OpKind::kGreater, {a, b}); }
Tensor equal(Tensor a, Tensor b) { return a.tape->emit(OpKind::kEqual, {a, b}); }
Tensor select(Tensor condition, Tensor a, Tensor b) { return a.tape->emit(OpKind::kSelect, {condition, a, b}); }

}  // namespace heed
