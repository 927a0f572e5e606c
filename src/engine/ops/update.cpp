// engine/ops: effects. They write into the persistent arenas when a plan runs, in the order in which they were recorded, and have
// neither gradient nor a value of their own.
#include "engine/ops/check.h"
#include "engine/ops/registry.h"

namespace heed {
namespace {

OpOutput infer_store(const OpInputs& in, const Attrs&) {
  require_operands("store", in, 1);
  require_f32("store", in, 0);
  return {in.shapes[0]};
}

/// A vector and `scalars` scalars, then perhaps one more: the factor of the gradient.
template <OpKind kind, int scalars>
OpOutput infer_update(const OpInputs& in, const Attrs&) {
  const char* name = op_def(kind).name;
  require_operands(name, in, in.shapes.size() == 2 + scalars ? 2 + scalars : 1 + scalars);
  for (std::size_t i = 0; i < in.dtypes.size(); ++i) require_f32(name, in, i);
  if (in.shapes[0].rank() != 1) shape_error(name, "the gradient must be (P), got " + in.shapes[0].text());
  for (std::size_t i = 1; i < in.shapes.size(); ++i) {
    if (in.shapes[i].rank() != 0) shape_error(name, "rate, step and factor are scalars, got " + in.shapes[i].text());
  }
  return {in.shapes[0]};
}

template <class A>
std::vector<Sample> update_samples(int scalars, std::vector<A> variants) {
  std::vector<Sample> out;
  for (const A& attrs : variants) {
    for (int p : {1, 7, 64, 129}) {
      Sample s{.shapes = {{p}}, .attrs = attrs, .low = 0.1f, .high = 1};
      for (int i = 0; i < scalars; ++i) s.shapes.push_back({});
      out.push_back(s);
      s.shapes.push_back({});
      out.push_back(s);
    }
  }
  return out;
}

}  // namespace

const OpDef kStoreOp{OpKind::kStore, "store", infer_store, nullptr, [] {
                       return std::vector<Sample>{{.shapes = {{5}}, .attrs = ExternalAttrs{Arena::kGradients, 0}},
                                                  {.shapes = {{3, 7}}, .attrs = ExternalAttrs{Arena::kParameters, 64}}};
                     }};

const OpDef kSgdOp{OpKind::kSgd, "sgd", infer_update<OpKind::kSgd, 1>, nullptr,
                   [] { return update_samples<SgdAttrs>(1, {{0, false}, {0.9f, false}, {0.9f, true}}); }};

const OpDef kAdamOp{OpKind::kAdam, "adam", infer_update<OpKind::kAdam, 2>, nullptr,
                    [] { return update_samples<AdamAttrs>(2, {{0.9f, 0.999f, 1e-8f, 0}, {0.9f, 0.98f, 1e-9f, 0.01f}}); }};

const OpDef kRmsPropOp{OpKind::kRmsProp, "rmsprop", infer_update<OpKind::kRmsProp, 1>, nullptr,
                       [] { return update_samples<RmsPropAttrs>(1, {{0.95f, 0.9f, 1e-4f}}); }};

void store(Tensor x, Arena arena, std::size_t offset_elems) { x.tape->emit(OpKind::kStore, {x}, ExternalAttrs{arena, offset_elems}); }

namespace {

void record(OpKind op, std::vector<Tensor> operands, Tensor factor, Attrs attrs) {
  if (factor) operands.push_back(factor);
  operands.front().tape->emit(op, std::move(operands), std::move(attrs));
}

}  // namespace

void sgd_update(Tensor gradient, Tensor rate, SgdAttrs attrs, Tensor factor) { record(OpKind::kSgd, {gradient, rate}, factor, attrs); }

void adam_update(Tensor gradient, Tensor rate, Tensor step, AdamAttrs attrs, Tensor factor) {
  record(OpKind::kAdam, {gradient, rate, step}, factor, attrs);
}

void rmsprop_update(Tensor gradient, Tensor rate, RmsPropAttrs attrs, Tensor factor) {
  record(OpKind::kRmsProp, {gradient, rate}, factor, attrs);
}

}  // namespace heed
