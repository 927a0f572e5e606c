// engine/ops: the matrix product.  a:(...,M,K) b:(...,K,N) -> (...,M,N), each operand optionally stored transposed.
#include "engine/ops/check.h"
#include "engine/ops/registry.h"

namespace heed {
namespace {

/// Of the product of the first two operands.
OpOutput infer_product(const char* op, const OpInputs& in, const Attrs& attrs) {
  require_f32(op, in, 0);
  require_f32(op, in, 1);
  const auto [ta, tb] = std::get<MatmulAttrs>(attrs);
  const Shape &a = in.shapes[0], &b = in.shapes[1];
  const std::string both = a.text() + (ta ? "^T" : "") + " x " + b.text() + (tb ? "^T" : "");
  if (a.rank() < 2 || a.rank() != b.rank()) shape_error(op, "operands need equal ranks of at least 2: " + both);
  Shape out = a;
  for (int i = 0; i < a.rank() - 2; ++i) {
    if (a[i] != b[i]) shape_error(op, "leading extents differ: " + both);
  }
  const int inner_a = ta ? a[-2] : a[-1], inner_b = tb ? b[-1] : b[-2];
  if (inner_a != inner_b) shape_error(op, "inner extents differ: " + both);
  out.set(-2, ta ? a[-1] : a[-2]);
  out.set(-1, tb ? b[-2] : b[-1]);
  return {out};
}

OpOutput infer_matmul(const OpInputs& in, const Attrs& attrs) {
  require_operands("matmul", in, 2);
  return infer_product("matmul", in, attrs);
}

// C = op(A) op(B)  =>  d op(A) = dC op(B)^T, d op(B) = op(A)^T dC, each written so that the result has the stored layout.
std::vector<Tensor> matmul_gradient(Tensor, Tensor g, const std::vector<Tensor>& in, const Attrs& attrs) {
  const auto [ta, tb] = std::get<MatmulAttrs>(attrs);
  const Tensor a = in[0], b = in[1];
  const Tensor da = ta ? matmul(b, g, tb, true) : matmul(g, b, false, !tb);
  const Tensor db = tb ? matmul(g, a, true, ta) : matmul(a, g, !ta, false);
  return {da, db};
}

std::vector<Sample> matmul_samples() {
  std::vector<Sample> out;
  const std::vector<std::array<int, 3>> sizes = {{1, 1, 1}, {2, 3, 4}, {5, 1, 7}, {1, 9, 1}, {8, 8, 8}, {13, 17, 11}, {33, 5, 19}};
  for (const auto& [m, k, n] : sizes) {
    for (int t = 0; t < 4; ++t) {
      const bool ta = t & 1, tb = t & 2;
      const Shape a = ta ? Shape{k, m} : Shape{m, k}, b = tb ? Shape{n, k} : Shape{k, n};
      out.push_back({.shapes = {a, b}, .attrs = MatmulAttrs{ta, tb}});
    }
  }
  for (int t = 0; t < 4; ++t) {
    const bool ta = t & 1, tb = t & 2;
    out.push_back({.shapes = {ta ? Shape{3, 5, 4} : Shape{3, 4, 5}, tb ? Shape{3, 6, 5} : Shape{3, 5, 6}}, .attrs = MatmulAttrs{ta, tb}});
  }
  out.push_back({.shapes = {{2, 3, 4, 5}, {2, 3, 5, 2}}, .attrs = MatmulAttrs{false, false}});
  return out;
}

// matmul_add: (a, b, c) -> a b + c, (a, b, c, row) -> a b + c + row
OpOutput infer_matmul_add(const OpInputs& in, const Attrs& attrs) {
  const std::size_t operands = in.shapes.size();
  require_operands("matmul_add", in, operands == 4 ? 4 : 3);
  const OpOutput product = infer_product("matmul_add", in, attrs);
  const Shape row{product.shape[-1]};
  require_shape("matmul_add", in, 2, operands == 3 && in.shapes[2] == row ? row : product.shape);
  if (operands == 4) require_shape("matmul_add", in, 3, row);
  return product;
}

std::vector<Sample> matmul_add_samples() {
  std::vector<Sample> out;
  for (Sample s : matmul_samples()) {
    const Shape product = infer_matmul({s.shapes, {DType::kF32, DType::kF32}}, s.attrs).shape;
    s.shapes.push_back(out.size() % 3 == 1 ? Shape{product[-1]} : product);
    if (out.size() % 3 == 2) s.shapes.push_back({product[-1]});
    out.push_back(s);
  }
  return out;
}

}  // namespace

const OpDef kMatmulOp{OpKind::kMatmul, "matmul", infer_matmul, matmul_gradient, matmul_samples};

/// c has the product's shape, or is one row of it; with c of the product's shape, a row may follow.
const OpDef kMatmulAddOp{OpKind::kMatmulAdd, "matmul_add", infer_matmul_add, nullptr, matmul_add_samples,
                         [](const std::vector<Tensor>& in, const Attrs& attrs) {
                           const Tensor sum = in[0].tape->emit(OpKind::kMatmul, {in[0], in[1]}, attrs) + in[2];
                           return in.size() == 3 ? sum : sum + in[3];
                         }};

Tensor matmul(Tensor a, Tensor b, bool transpose_a, bool transpose_b) {
  const Shape sa = a.shape(), sb = b.shape();
  if (sa.rank() > 2 && sb.rank() == 2 && !transpose_a) {
    // One product for all leading extents: their rows lie one after the other.
    const int k = sa[-1], n = transpose_b ? sb[0] : sb[1];
    const Tensor flat = reshape(a, {static_cast<int>(sa.count()) / k, k});
    Shape out = sa;
    out.set(-1, n);
    return reshape(a.tape->emit(OpKind::kMatmul, {flat, b}, MatmulAttrs{false, transpose_b}), out);
  }
  if (sa.rank() > 2 && sb.rank() == 2) {
    Shape shared = sa;
    shared.set(-2, sb[0]);
    shared.set(-1, sb[1]);
    b = broadcast(b, shared);
  }
  return a.tape->emit(OpKind::kMatmul, {a, b}, MatmulAttrs{transpose_a, transpose_b});
}

}  // namespace heed
