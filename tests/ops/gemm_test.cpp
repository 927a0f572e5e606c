// tests/ops: the matrix product against Eigen and plain loops, with extents around every edge of a tile, strides,
// shifted pointers, epilogues and triangles. The numbers are small and whole, so that every order of additions gives
// the same sums and results must be equal; only the tests of splitting rows take fractions, and compare bits.
#include "engine/backend/cpu/gemm.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "base/rng.h"
#include "support/eigen_product.h"

namespace heed::test {
namespace {

using cpu::Epilogue;
using cpu::GemmOperands;
using cpu::GemmShape;
using cpu::Triangle;

constexpr float kGuard = 12345;

/// Rows `stride` apart, beginning `shift` floats after a cache line's start or so; what lies between rows is NaN.
struct TestMatrix {
  TestMatrix(std::size_t row_count, std::size_t column_count, std::size_t gap, std::size_t shift)
      : rows(row_count),
        columns(column_count),
        stride(column_count + gap),
        start(shift),
        data(shift + row_count * stride + 64, std::numeric_limits<float>::quiet_NaN()) {}

  template <typename Value>
  void fill(Value value) {
    for (std::size_t i = 0; i < rows; ++i)
      for (std::size_t j = 0; j < columns; ++j) at(i, j) = value(i, j);
  }
  void fill_whole(std::uint64_t seed) {
    Random random(seed, Purpose::kTest);
    fill([&](std::size_t, std::size_t) { return std::floor(random.uniform(-5, 6)); });
  }
  float& at(std::size_t i, std::size_t j) { return data[start + i * stride + j]; }
  float* begin() { return data.data() + start; }

  std::size_t rows, columns, stride, start;
  std::vector<float> data;
};

struct Case {
  GemmShape shape;
  std::size_t gap = 0, shift = 0;

  std::string text() const {
    return std::to_string(shape.m) + "x" + std::to_string(shape.k) + "x" + std::to_string(shape.n) +
           (shape.transpose_a ? " A'" : " A") + (shape.transpose_b ? "B'" : "B") + " gap " + std::to_string(gap) +
           " shift " + std::to_string(shift);
  }
};

struct Operands {
  explicit Operands(const Case& test)
      : a(test.shape.transpose_a ? test.shape.k : test.shape.m, test.shape.transpose_a ? test.shape.m : test.shape.k,
          test.gap, test.shift),
        b(test.shape.transpose_b ? test.shape.n : test.shape.k, test.shape.transpose_b ? test.shape.k : test.shape.n,
          2 * test.gap, 2 * test.shift),
        c(test.shape.m, test.shape.n, 3 * test.gap, 3 * test.shift),
        scratch(cpu::gemm_scratch(test.shape) + 1, std::numeric_limits<float>::quiet_NaN()) {
    a.fill_whole(1);
    b.fill_whole(2);
    std::fill(c.data.begin(), c.data.end(), kGuard);
    scratch.back() = kGuard;
  }
  GemmOperands at() { return {a.begin(), a.stride, b.begin(), b.stride, c.begin(), c.stride}; }

  /// Empty when nothing but c's elements and the scratch that was asked for has changed.
  std::string damage() const {
    if (scratch.back() != kGuard) return "beyond the scratch";
    for (std::size_t i = 0; i < c.data.size(); ++i) {
      const std::size_t from_start = i - c.start;
      const bool inside = i >= c.start && from_start / c.stride < c.rows && from_start % c.stride < c.columns;
      if (!inside && c.data[i] != kGuard) return "element " + std::to_string(i) + " outside the result";
    }
    return {};
  }

  TestMatrix a, b, c;
  std::vector<float> scratch;
};

float whole_bias(std::size_t j) {
  return static_cast<float>(j % 9) - 4;
}
float whole_addend(std::size_t i, std::size_t j) {
  return static_cast<float>((3 * i + j) % 11) - 5;
}
void clip(float* x, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) x[i] = x[i] > 0 ? x[i] : 0;
}

/// Empty when c is `want` to the bit.
std::string first_difference(TestMatrix& got, TestMatrix& want) {
  for (std::size_t i = 0; i < got.rows; ++i)
    for (std::size_t j = 0; j < got.columns; ++j)
      if (!(got.at(i, j) == want.at(i, j)))
        return "(" + std::to_string(i) + "," + std::to_string(j) + ") is " + std::to_string(got.at(i, j)) + ", not " +
               std::to_string(want.at(i, j));
  return {};
}

/// Every part of the epilogue, the result of the last product being added to.
void check_epilogue(const Case& c, Operands& ours, const TestMatrix& product) {
  TestMatrix want = product;
  std::vector<float> bias(c.shape.n);
  for (std::size_t j = 0; j < c.shape.n; ++j) bias[j] = whole_bias(j);
  ours.c.fill(whole_addend);
  want.fill([&](std::size_t i, std::size_t j) {
    return std::max(0.0f, 0.5f * want.at(i, j) + bias[j] + whole_addend(i, j));
  });
  const Epilogue epilogue{0.5f, bias.data(), ours.c.begin(), ours.c.stride, clip};
  cpu::gemm(c.shape, ours.at(), epilogue, ours.scratch.data());
  CHECK_MESSAGE(first_difference(ours.c, want).empty(),
                "with an epilogue, " << c.text() << ": " << first_difference(ours.c, want));
}

void check(const Case& c) {
  Operands ours(c), eigens(c);
  cpu::gemm(c.shape, ours.at(), {}, ours.scratch.data());
  eigen_product(c.shape, eigens.at());
  const std::string difference = first_difference(ours.c, eigens.c);
  CHECK_MESSAGE(difference.empty(), c.text() << ": " << difference);
  check_epilogue(c, ours, eigens.c);
  CHECK_MESSAGE(ours.damage().empty(), c.text() << " changed " << ours.damage());
}

template <typename Act>
void for_each_form(std::size_t m, std::size_t k, std::size_t n, std::size_t gap, std::size_t shift, Act act) {
  for (int form = 0; form < 4; ++form) act(Case{{m, k, n, (form & 1) != 0, (form & 2) != 0}, gap, shift});
}

}  // namespace

TEST_CASE("matrix product: every edge of a tile") {
  const std::size_t rows[] = {1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 14, 25};
  const std::size_t columns[] = {1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 31, 32, 33, 36, 47, 65};
  for (const std::size_t m : rows)
    for (const std::size_t n : columns)
      for (const std::size_t k : {1, 4, 5, 19}) for_each_form(m, k, n, (m + n) % 3, (m + k) % 4, check);
}

TEST_CASE("matrix product: every edge of k's blocks and of the lanes of a dot product") {
  for (const std::size_t k : {2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 34, 63, 65, 255, 256, 257, 511, 512, 513, 1027})
    for (const auto& [m, n] : {std::pair<std::size_t, std::size_t>{7, 10}, {1, 9}, {14, 1}, {2, 6}, {30, 40}})
      for_each_form(m, k, n, k % 3, k % 2, check);
}

TEST_CASE("matrix product: large enough for packing and for several blocks") {
  for (const auto& [m, k, n] : {std::array<std::size_t, 3>{64, 64, 64}, {27, 70, 130}, {100, 30, 600}, {40, 600, 300}})
    for_each_form(m, k, n, 1, 1, check);
}

TEST_CASE("matrix product: rows in any portions give the same bits") {
  for (const auto& [m, k, n] :
       {std::array<std::size_t, 3>{37, 50, 43}, {64, 16, 64}, {50, 700, 9}, {13, 40, 1}, {3, 40, 17}, {29, 30, 200}}) {
    for_each_form(m, k, n, 1, 1, [](const Case& c) {
      Operands whole(c), parts(c);
      Random random(3, Purpose::kTest);
      whole.a.fill([&](std::size_t, std::size_t) { return random.uniform(-1, 1); });
      whole.b.fill([&](std::size_t, std::size_t) { return random.uniform(-1, 1); });
      parts.a = whole.a;
      parts.b = whole.b;
      cpu::gemm(c.shape, whole.at(), {}, whole.scratch.data());
      for (const std::size_t portion : {1, 2, 5, 8, 19}) {
        for (std::size_t begin = 0; begin < c.shape.m; begin += portion)
          cpu::gemm(c.shape, parts.at(), {}, parts.scratch.data(), {begin, std::min(c.shape.m, begin + portion)});
        const std::string difference = first_difference(parts.c, whole.c);
        CHECK_MESSAGE(difference.empty(), c.text() << " in portions of " << portion << ": " << difference);
      }
    });
  }
}

TEST_CASE("matrix product: triangles") {
  for (const std::size_t size : {5, 16, 37, 64, 130}) {
    for (const std::size_t other : {1, 3, 16, 33}) {
      for_each_form(size, other, size, 1, 1, [](const Case& c) {
        Operands ours(c), eigens(c);
        cpu::gemm(c.shape, ours.at(), {}, ours.scratch.data(), {0, c.shape.m}, Triangle::kResultLower);
        eigen_product(c.shape, eigens.at());
        for (std::size_t i = 0; i < c.shape.m; ++i)
          for (std::size_t j = i + 1; j < c.shape.n; ++j) ours.c.at(i, j) = eigens.c.at(i, j) = 0;
        const std::string difference = first_difference(ours.c, eigens.c);
        CHECK_MESSAGE(difference.empty(), "lower result, " << c.text() << ": " << difference);
        CHECK_MESSAGE(ours.damage().empty(), c.text() << " changed " << ours.damage());
      });
      for_each_form(size, size, other, 1, 1, [](const Case& c) {
        for (const Triangle triangle : {Triangle::kLeftLower, Triangle::kLeftUpper}) {
          Operands ours(c);
          for (std::size_t i = 0; i < ours.a.rows; ++i)
            for (std::size_t j = 0; j < ours.a.columns; ++j)
              if (i != j && (i < j) != ((triangle == Triangle::kLeftUpper) != c.shape.transpose_a)) ours.a.at(i, j) = 0;
          Operands eigens = ours;
          cpu::gemm(c.shape, ours.at(), {}, ours.scratch.data(), {0, c.shape.m}, triangle);
          eigen_product(c.shape, eigens.at());
          const std::string difference = first_difference(ours.c, eigens.c);
          CHECK_MESSAGE(difference.empty(), "left triangle, " << c.text() << ": " << difference);
        }
      });
    }
  }
}

TEST_CASE("transposing: every edge of its blocks") {
  for (std::size_t rows = 1; rows <= 9; ++rows) {
    for (std::size_t columns = 1; columns <= 9; ++columns) {
      TestMatrix from(rows, columns, 2, 1), to(columns, rows, 1, 3);
      from.fill([](std::size_t i, std::size_t j) { return static_cast<float>(10 * i + j); });
      std::fill(to.data.begin(), to.data.end(), kGuard);
      TestMatrix want = to;
      want.fill([&](std::size_t i, std::size_t j) { return from.at(j, i); });
      cpu::transpose(from.begin(), from.stride, rows, columns, to.begin(), to.stride);
      CHECK(to.data == want.data);
    }
  }
}

}  // namespace heed::test
