// tests/support: the only file that includes Eigen.
#include "support/eigen_product.h"

#include <Eigen/Core>

namespace heed::test {
namespace {

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using ConstMap = Eigen::Map<const Matrix, 0, Eigen::OuterStride<>>;

ConstMap map(const float* data, std::size_t rows, std::size_t columns, std::size_t stride) {
  return ConstMap(data, static_cast<Eigen::Index>(rows), static_cast<Eigen::Index>(columns),
                  Eigen::OuterStride<>(static_cast<Eigen::Index>(stride)));
}

}  // namespace

void eigen_product(const cpu::GemmShape& s, const cpu::GemmOperands& at) {
  Eigen::Map<Matrix, 0, Eigen::OuterStride<>> out(at.c, static_cast<Eigen::Index>(s.m), static_cast<Eigen::Index>(s.n),
                                                  Eigen::OuterStride<>(static_cast<Eigen::Index>(at.ldc)));
  const ConstMap a = s.transpose_a ? map(at.a, s.k, s.m, at.lda) : map(at.a, s.m, s.k, at.lda);
  const ConstMap b = s.transpose_b ? map(at.b, s.n, s.k, at.ldb) : map(at.b, s.k, s.n, at.ldb);
  if (s.transpose_a && s.transpose_b) {
    out.noalias() = a.transpose() * b.transpose();
  } else if (s.transpose_a) {
    out.noalias() = a.transpose() * b;
  } else if (s.transpose_b) {
    out.noalias() = a * b.transpose();
  } else {
    out.noalias() = a * b;
  }
}

}  // namespace heed::test
