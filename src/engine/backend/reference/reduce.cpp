// engine/backend/reference: matrix product, reductions, softmax.
#include <algorithm>
#include <cmath>

#include "engine/backend/reference/reference.h"

namespace heed::reference {
namespace {

struct Axis {
  std::size_t outer = 1, extent = 1, inner = 1;
};

Axis split(const Shape& shape, int axis) {
  Axis a;
  for (int i = 0; i < shape.rank(); ++i) {
    const std::size_t e = static_cast<std::size_t>(shape[i]);
    (i < axis ? a.outer : i == axis ? a.extent : a.inner) *= e;
  }
  return a;
}

}  // namespace

void matmul_op(const Call& call) {
  const MatmulAttrs& t = std::get<MatmulAttrs>(call.node.attrs);
  const Shape &sa = *call.shapes[0], &so = call.node.shape;
  const std::size_t m = static_cast<std::size_t>(so[-2]), n = static_cast<std::size_t>(so[-1]);
  const std::size_t k = static_cast<std::size_t>(t.transpose_a ? sa[-2] : sa[-1]);
  const std::size_t batch = call.out.size() / (m * n);
  for (std::size_t b = 0; b < batch; ++b) {
    const double* pa = call.in[0]->data() + b * m * k;
    const double* pb = call.in[1]->data() + b * k * n;
    for (std::size_t i = 0; i < m; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        double total = 0;
        for (std::size_t l = 0; l < k; ++l) {
          total += (t.transpose_a ? pa[l * m + i] : pa[i * k + l]) * (t.transpose_b ? pb[j * k + l] : pb[l * n + j]);
        }
        call.out[(b * m + i) * n + j] = total;
      }
    }
  }
}

void reduce_op(const Call& call) {
  const Shape& shape = *call.shapes[0];
  const int axis = call.node.op == OpKind::kArgmax ? shape.rank() - 1 : std::get<AxisAttrs>(call.node.attrs).axis;
  const Axis a = split(shape, axis);
  const Values& x = *call.in[0];
  for (std::size_t o = 0; o < a.outer; ++o) {
    for (std::size_t i = 0; i < a.inner; ++i) {
      const double first = x[o * a.extent * a.inner + i];
      double total = 0, largest = first;
      std::size_t where = 0;
      for (std::size_t e = 0; e < a.extent; ++e) {
        const double value = x[(o * a.extent + e) * a.inner + i];
        total += value;
        if (value > largest) largest = value, where = e;
      }
      call.out[o * a.inner + i] = call.node.op == OpKind::kSum ? total : call.node.op == OpKind::kMax ? largest : static_cast<double>(where);
    }
  }
}

void softmax_op(const Call& call) {
  const std::size_t width = static_cast<std::size_t>(call.node.shape[-1]);
  const bool logarithm = call.node.op == OpKind::kLogSoftmax;
  for (std::size_t row = 0; row < call.out.size(); row += width) {
    const double* x = call.in[0]->data() + row;
    double largest = x[0], total = 0;
    for (std::size_t i = 1; i < width; ++i) largest = std::max(largest, x[i]);
    for (std::size_t i = 0; i < width; ++i) total += std::exp(x[i] - largest);
    for (std::size_t i = 0; i < width; ++i) {
      call.out[row + i] = logarithm ? x[i] - largest - std::log(total) : std::exp(x[i] - largest) / total;
    }
  }
}

}  // namespace heed::reference
