// engine/backend/webgpu: matrix products. Which kernel of shaders/matmul.wgsl runs follows from the shape.
#include "engine/backend/webgpu/kernels.h"

namespace heed::webgpu {
namespace {

struct Product {
  Word batch = 1, rows = 0, columns = 0, inner = 0;
  bool transpose_a = false, transpose_b = false;
};

Product product_of(const Call& call) {
  const auto [ta, tb] = std::get<MatmulAttrs>(call.attrs);
  const Shape &a = call.in[0].shape, &out = call.out.shape;
  Product p{1, static_cast<Word>(out[-2]), static_cast<Word>(out[-1]), static_cast<Word>(ta ? a[-2] : a[-1]), ta, tb};
  for (int i = 0; i < out.rank() - 2; ++i) p.batch *= static_cast<Word>(out[i]);
  return p;
}

void add_product(const Call& call, const Operand* addend, const Operand* row, Schedule& schedule) {
  const Product p = product_of(call);
  Params params;
  params.add(p.rows).add(p.columns).add(p.inner);
  params.add(call.in[0].at).add(p.rows * p.inner).add(p.transpose_a ? 1u : p.inner).add(p.transpose_a ? p.rows : 1u);
  params.add(call.in[1].at).add(p.inner * p.columns).add(p.transpose_b ? 1u : p.columns).add(p.transpose_b ? p.inner : 1u);
  params.add(call.out.at).add(addend ? addend->at : 0).add(row ? row->at : 0).add(addend ? 1 : 0).add(row ? 1 : 0);
  // A tile of 64 pays when there are enough of them to fill the device.
  const auto tiles = [&](Word edge) { return (p.rows + edge - 1) / edge * ((p.columns + edge - 1) / edge) * p.batch; };
  const bool large = p.rows >= 48 && p.columns >= 48 && tiles(64) >= 16;
  const Word edge = large ? 64 : 16;
  const double work = 2.0 * p.batch * p.rows * p.columns * p.inner;
  schedule.add({.shader = "matmul",
                .params = params,
                .groups = {(p.columns + edge - 1) / edge, (p.rows + edge - 1) / edge, p.batch},
                .work = work,
                .entry = large ? "main" : "small"});
}

}  // namespace

void make_matmul(const Call& call, Schedule& schedule) { add_product(call, nullptr, nullptr, schedule); }

/// (a, b, c) -> a b + c, (a, b, row) -> a b + row, (a, b, c, row) -> a b + c + row
void make_matmul_add(const Call& call, Schedule& schedule) {
  const bool only_row = call.in.size() == 3 && !(call.in[2].shape == call.out.shape);
  const Operand* addend = only_row ? nullptr : &call.in[2];
  const Operand* row = only_row ? &call.in[2] : call.in.size() == 4 ? &call.in[3] : nullptr;
  add_product(call, addend, row, schedule);
}

}  // namespace heed::webgpu
