// engine/ops: leaves. Tape records them with the shape it is told, so they have no shape rule and no gradient.
#include "engine/ops/check.h"
#include "engine/ops/registry.h"

namespace heed {

const OpDef kInputOp{OpKind::kInput, "input", nullptr, nullptr, nullptr};
const OpDef kExternalOp{OpKind::kExternal, "external", nullptr, nullptr, nullptr};
const OpDef kConstantOp{OpKind::kConstant, "constant", nullptr, nullptr, nullptr};
const OpDef kFillOp{OpKind::kFill, "fill", nullptr, nullptr, nullptr};

// y[i] = the i-th number of stream `stream` of the submission's seed (engine/ops/random_bits.h); no gradient.
const OpDef kRandomUniformOp{
    OpKind::kRandomUniform, "random_uniform",
    [](const OpInputs& in, const Attrs& attrs) -> OpOutput {
      require_operands("random_uniform", in, 0);
      return {std::get<RandomAttrs>(attrs).shape};
    },
    nullptr,
    [] {
      return std::vector<Sample>{{.shapes = {}, .attrs = RandomAttrs{3, {5, 7}}}, {.shapes = {}, .attrs = RandomAttrs{0, {1}}}};
    }};

Tensor random_uniform(Tape& tape, Shape shape, std::uint32_t stream) {
  return tape.emit(OpKind::kRandomUniform, {}, RandomAttrs{stream, shape});
}

}  // namespace heed
