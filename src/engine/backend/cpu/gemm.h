// engine/backend/cpu: products of matrices in register tiles, of our own. Eigen 5, which did this before, reaches in
// wasm 75 to 85 % of the multiply-add peak from 64x64x64 on with relaxed SIMD, 60 to 65 % without, 35 % at 16x16x16;
// this reaches 85 to 100 %, and 74 % at 16x16x16 (tests/bench/gemm_bench.cpp, on a Xeon with AVX-512). Natively it is
// 1.1 to 1.9 times Eigen's speed up to 256 and even with it beyond; at 4x4x4 Eigen is faster. The order of an element's
// sum depends on the shape alone: how rows are shared out among threads changes no bit.
#pragma once

#include <cstddef>

namespace heed::cpu {

/// c:(m,n) = A:(m,k) B:(k,n); a holds (k,m) if A is transposed, b holds (n,k) if B is.
struct GemmShape {
  std::size_t m = 1, k = 1, n = 1;
  bool transpose_a = false, transpose_b = false;
};

/// The rows of each matrix lie `ld` elements apart. c overlaps neither a nor b.
struct GemmOperands {
  const float* a = nullptr;
  std::size_t lda = 0;
  const float* b = nullptr;
  std::size_t ldb = 0;
  float* c = nullptr;
  std::size_t ldc = 0;
};

/// What happens to the sums on their way to c: c = finish(scale * sum + bias + addend), finish in place. `addend` may
/// be c itself (then the product is added to c), or overlap c not at all.
struct Epilogue {
  float scale = 1;
  const float* bias = nullptr;  ///< a row of n
  const float* addend = nullptr;
  std::size_t addend_stride = 0;                      ///< between the rows of the addend
  void (*finish)(float* x, std::size_t n) = nullptr;  ///< called with pieces of c's rows, each element once
};

/// Half of a square matrix that need not be looked at: a hint that halves the work.
enum class Triangle {
  kNone,
  kResultLower,  ///< c above its diagonal is not wanted and holds anything afterwards
  kLeftLower,    ///< A is zero above its diagonal
  kLeftUpper,    ///< A is zero below its diagonal
};

struct RowRange {
  std::size_t begin = 0, end = 0;
};

/// How many floats of working memory gemm needs; bounded by a constant but for products with a vector.
std::size_t gemm_scratch(const GemmShape& shape);

/// Roughly how long a product takes one thread.
double gemm_nanoseconds(const GemmShape& shape);

/// The rows [begin, end) of c. Allocates nothing; `scratch` is no other thread's.
void gemm(const GemmShape& shape, const GemmOperands& at, const Epilogue& epilogue, float* scratch, RowRange rows,
          Triangle triangle = Triangle::kNone);

inline void gemm(const GemmShape& shape, const GemmOperands& at, const Epilogue& epilogue, float* scratch) {
  gemm(shape, at, epilogue, scratch, {0, shape.m});
}

/// to:(columns,rows), rows `to_stride` apart, from:(rows,columns).
void transpose(const float* from, std::size_t from_stride, std::size_t rows, std::size_t columns, float* to,
               std::size_t to_stride);

}  // namespace heed::cpu
