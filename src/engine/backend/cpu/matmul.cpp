// engine/backend/cpu: matrix products. Matrices, small ones too, go to Eigen; products with vectors and outer products
// have loops of their own. The only file of this folder that includes Eigen.
#include <Eigen/Core>
#include <algorithm>

#include "engine/backend/cpu/kernel.h"
#include "engine/backend/cpu/lanes.h"

namespace heed::cpu {
namespace {

/// y:(m,n) = A:(m,k) B:(k,n); a holds (k,m) if A is transposed, b holds (n,k) if B is.
struct Product {
  std::size_t m = 1, k = 1, n = 1;
  void (*run)(const Product& p, const float* a, const float* b, float* y) = nullptr;
};

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using ConstMap = Eigen::Map<const Matrix>;

ConstMap map(const float* data, std::size_t rows, std::size_t columns) {
  return ConstMap(data, static_cast<Eigen::Index>(rows), static_cast<Eigen::Index>(columns));
}

template <bool kTransposeA, bool kTransposeB>
void run_eigen(const Product& p, const float* a, const float* b, float* y) {
  Eigen::Map<Matrix> out(y, static_cast<Eigen::Index>(p.m), static_cast<Eigen::Index>(p.n));
  if constexpr (kTransposeA && kTransposeB) {
    out.noalias() = map(a, p.k, p.m).transpose() * map(b, p.n, p.k).transpose();
  } else if constexpr (kTransposeA) {
    out.noalias() = map(a, p.k, p.m).transpose() * map(b, p.k, p.n);
  } else if constexpr (kTransposeB) {
    out.noalias() = map(a, p.m, p.k) * map(b, p.n, p.k).transpose();
  } else {
    out.noalias() = map(a, p.m, p.k) * map(b, p.k, p.n);
  }
}

void add_scaled(float* __restrict y, const float* __restrict x, float scale, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) y[i] += scale * x[i];
}

/// Row i of y is a sum of B's rows: for A of one row or one column, and B as it is.
void run_rows(const Product& p, const float* a, const float* b, float* y) {
  for (std::size_t i = 0; i < p.m; ++i, y += p.n) {
    std::fill_n(y, p.n, 0.0f);
    for (std::size_t j = 0; j < p.k; ++j) add_scaled(y, b + j * p.n, a[i * p.k + j], p.n);
  }
}

/// Each element is a dot product of two contiguous rows: A as it is, and B transposed or of one column.
void run_dots(const Product& p, const float* a, const float* b, float* y) {
  for (std::size_t i = 0; i < p.m; ++i)
    for (std::size_t j = 0; j < p.n; ++j) *y++ = row_dot(a + i * p.k, b + j * p.k, p.k);
}

/// One column: y is a sum of the rows that hold the columns of the transposed A.
void run_column(const Product& p, const float* a, const float* b, float* y) {
  std::fill_n(y, p.m, 0.0f);
  for (std::size_t j = 0; j < p.k; ++j) add_scaled(y, a + j * p.m, b[j], p.m);
}

template <bool kTransposeA, bool kTransposeB>
auto choose(const Product& p) -> decltype(Product::run) {
  // A matrix of one row or one column is its own transpose in memory.
  const bool a_is_rows = !kTransposeA || p.m == 1 || p.k == 1;
  const bool b_is_rows = !kTransposeB || p.n == 1 || p.k == 1;
  if (p.n == 1) return a_is_rows ? run_dots : run_column;
  if (p.m == 1) return b_is_rows ? run_rows : run_dots;
  if (p.k == 1) return run_rows;
  return run_eigen<kTransposeA, kTransposeB>;
}

}  // namespace

Kernel make_matmul(const Call& call) {
  const auto attrs = std::get<MatmulAttrs>(call.attrs);
  const Operand& left = call.in[0];
  const Operand& right = call.in[1];
  const auto extent = [](const Operand& operand, int axis) { return static_cast<std::size_t>(operand.shape[axis]); };
  Product p;
  p.m = extent(left, attrs.transpose_a ? -1 : -2);
  p.k = extent(left, attrs.transpose_a ? -2 : -1);
  p.n = extent(right, attrs.transpose_b ? -2 : -1);
  const std::size_t batch = call.out.shape.count() / (p.m * p.n);
  if (attrs.transpose_a) {
    p.run = attrs.transpose_b ? choose<true, true>(p) : choose<true, false>(p);
  } else {
    p.run = attrs.transpose_b ? choose<false, true>(p) : choose<false, false>(p);
  }
  return [=, a = left.f32(), b = right.f32(), y = call.out.f32()](const Submission&) {
    for (std::size_t i = 0; i < batch; ++i) p.run(p, a + i * p.m * p.k, b + i * p.k * p.n, y + i * p.m * p.n);
  };
}

}  // namespace heed::cpu
