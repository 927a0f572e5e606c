// engine/backend/webgpu: elementwise ops, one or a chain of them: the body of shaders/elementwise.wgsl is written from the links. It depends
// on how operands are repeated but not on extents, so that few shaders serve all shapes.
#include "engine/backend/webgpu/elementwise.h"

#include <charconv>
#include <stdexcept>

namespace heed::webgpu {
namespace {

constexpr std::size_t kMostOperands = 52;
constexpr Word kLanes = 64;

/// A literal that reads as the same number in WGSL.
std::string literal(float value) {
  char text[48];
  const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::scientific);
  return "f32(" + std::string(text, end.ptr) + ")";
}

std::string call(const char* function, const std::string& x) { return std::string(function) + "(" + x + ")"; }

std::string expression(const ChainLink& link, const std::array<std::string, 3>& x) {
  switch (link.op) {
    case OpKind::kFill: return literal(link.shift);
    case OpKind::kNeg: return "-" + x[0];
    case OpKind::kExp: return call("exp", x[0]);
    case OpKind::kLog: return call("log", x[0]);
    case OpKind::kSqrt: return call("sqrt", x[0]);
    case OpKind::kSquare: return x[0] + " * " + x[0];
    case OpKind::kTanh: return call("tanh_of", x[0]);
    case OpKind::kSigmoid: return call("sigmoid_of", x[0]);
    case OpKind::kErf: return call("erf_of", x[0]);
    case OpKind::kRelu: return "max(" + x[0] + ", 0.0)";
    case OpKind::kStep: return "select(0.0, 1.0, " + x[0] + " > 0.0)";
    case OpKind::kAffine: return literal(link.scale) + " * " + x[0] + " + " + literal(link.shift);
    case OpKind::kGelu: return call("gelu_of", x[0]);
    case OpKind::kGeluGrad: return call("gelu_slope_of", x[0]) + " * " + x[1];
    case OpKind::kAdd: return x[0] + " + " + x[1];
    case OpKind::kSub: return x[0] + " - " + x[1];
    case OpKind::kMul: return x[0] + " * " + x[1];
    case OpKind::kDiv: return x[0] + " / " + x[1];
    case OpKind::kMaximum: return "max(" + x[0] + ", " + x[1] + ")";
    case OpKind::kGreater: return "select(0.0, 1.0, " + x[0] + " > " + x[1] + ")";
    case OpKind::kEqual: return "select(0.0, 1.0, " + x[0] + " == " + x[1] + ")";
    case OpKind::kSelect: return "select(" + x[2] + ", " + x[1] + ", " + x[0] + " > 0.0)";
    default: throw std::logic_error("[webgpu] an op that is not elementwise in a chain");
  }
}

/// Index of an operand's element, in terms of `index` and `p`, the position in the result.
std::string index_in(const Shape& operand, const Shape& result, bool& needs_position) {
  if (operand == result || (operand.count() == result.count() && operand.rank() <= result.rank())) return "index";
  if (operand.count() == 1) return "0u";
  constexpr std::array<const char*, 4> kAxes{"x", "y", "z", "w"};
  const std::array<Word, 4> strides = strides_in(operand, result);
  needs_position = true;
  std::string text = "0u";
  for (std::size_t axis = 0; axis < 4; ++axis) {
    const std::string name = kAxes[axis];
    if (strides[axis] != 0) text = text == "0u" ? "p." + name : "(" + text + ") * params.extents." + name + " + p." + name;
  }
  return text;
}

std::string place_of(std::size_t operand) {
  constexpr std::array<const char*, 4> kMembers{"x", "y", "z", "w"};
  return "params.operands[" + std::to_string(operand / 4) + "]." + kMembers[operand % 4];
}

std::string body_of(const std::vector<Operand>& operands, const std::vector<ChainLink>& links, const Shape& result) {
  bool needs_position = false;
  std::string text;
  for (std::size_t i = 0; i < operands.size(); ++i)
    text += "  let v" + std::to_string(i) + " = memory[" + place_of(i) + " + " + index_in(operands[i].shape, result, needs_position) + "];\n";
  const auto name = [](int value) { return "v" + std::to_string(value); };
  for (std::size_t i = 0; i < links.size(); ++i) {
    const auto& args = links[i].args;
    text += "  let " + name(static_cast<int>(operands.size() + i)) + " = " + expression(links[i], {name(args[0]), name(args[1]), name(args[2])}) + ";\n";
  }
  return "fn value(index: u32) -> f32 {\n" + std::string(needs_position ? "  let p = position_of(index);\n" : "") + text + "  return " +
         name(static_cast<int>(operands.size() + links.size()) - 1) + ";\n}\n";
}

}  // namespace

void add_elementwise(const Operand& out, const std::vector<Operand>& operands, const std::vector<ChainLink>& links, Schedule& schedule) {
  if (operands.size() > kMostOperands) throw std::logic_error("[webgpu] a chain of " + std::to_string(operands.size()) + " operands");
  Params params;
  params.add(extents_of(out.shape)).add(out.count()).add(out.at).add(0).add(0);
  for (const Operand& operand : operands) params.add(operand.at);
  schedule.add({.shader = "elementwise",
                .params = params,
                .groups = groups_for(out.count(), kLanes),
                .work = static_cast<double>(out.count()) * static_cast<double>(4 * (operands.size() + 1) + links.size()),
                .body = body_of(operands, links, out.shape)});
}

void make_chain(const Call& call, Schedule& schedule) {
  add_elementwise(call.out, call.in, std::get<ChainAttrs>(call.attrs).links, schedule);
}

void add_copy(const Operand& from, const Operand& to, Schedule& schedule) { add_elementwise(to, {from}, {}, schedule); }

template <OpKind op>
void make_elementwise(const Call& call, Schedule& schedule) {
  ChainLink link{op, {0, 1, 2}, 1, 0};
  if (const auto* affine = std::get_if<AffineAttrs>(&call.attrs)) link.scale = affine->scale, link.shift = affine->shift;
  if (const auto* fill = std::get_if<FillAttrs>(&call.attrs)) link.shift = fill->value;
  add_elementwise(call.out, call.in, {link}, schedule);
}

KernelMaker find_elementwise(OpKind op) {
  switch (op) {
#define HEED_CASE(kind) case OpKind::kind: return make_elementwise<OpKind::kind>
    HEED_CASE(kFill); HEED_CASE(kNeg); HEED_CASE(kExp); HEED_CASE(kLog); HEED_CASE(kSqrt); HEED_CASE(kSquare); HEED_CASE(kTanh);
    HEED_CASE(kSigmoid); HEED_CASE(kErf); HEED_CASE(kRelu); HEED_CASE(kStep); HEED_CASE(kAffine); HEED_CASE(kAdd); HEED_CASE(kSub);
    HEED_CASE(kMul); HEED_CASE(kDiv); HEED_CASE(kMaximum); HEED_CASE(kGreater); HEED_CASE(kEqual); HEED_CASE(kSelect); HEED_CASE(kGelu);
    HEED_CASE(kGeluGrad);
#undef HEED_CASE
    case OpKind::kChain: return make_chain;
    default: return nullptr;
  }
}

}  // namespace heed::webgpu
