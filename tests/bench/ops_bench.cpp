// tests/bench: nanoseconds per run of single cpu kernels at the sizes of the models (B=64, T about 10, D=32 to 128).
// Not a test: build target heed_bench_ops, run it on a quiet machine, optionally with part of a name: heed_bench_ops
// matmul
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <string>
#include <vector>

#include "base/rng.h"
#include "engine/backend/backend.h"
#include "engine/backend/cpu/buffer.h"
#include "engine/backend/cpu/kernel.h"
#include "engine/ops/op.h"

namespace heed {
namespace {

struct Item {
  std::string label;
  OpKind op;
  std::vector<Shape> shapes;
  Attrs attrs = NoAttrs{};
  double flops = 0;  ///< floating-point operations, for products
};

std::vector<Item> elementwise_items() {
  std::vector<Item> out;
  for (const int rows : {64, 704}) {
    const Shape matrix{rows, 96};
    for (const OpKind op :
         {OpKind::kExp, OpKind::kLog, OpKind::kTanh, OpKind::kSigmoid, OpKind::kRelu, OpKind::kSquare, OpKind::kSqrt})
      out.push_back({"one operand", op, {matrix}});
    out.push_back({"equal shapes", OpKind::kAdd, {matrix, matrix}});
    out.push_back({"equal shapes", OpKind::kMul, {matrix, matrix}});
    out.push_back({"equal shapes", OpKind::kDiv, {matrix, matrix}});
    out.push_back({"row", OpKind::kAdd, {matrix, {96}}});
    out.push_back({"column", OpKind::kMul, {matrix, {rows, 1}}});
    out.push_back({"scalar", OpKind::kMul, {matrix, {}}});
    out.push_back({"middle axis", OpKind::kAdd, {{rows, 10, 32}, {rows, 1, 32}}});
  }
  return out;
}

std::vector<Item> row_items() {
  return {
      {"rows", OpKind::kSoftmax, {{64, 10}}},
      {"rows", OpKind::kSoftmax, {{704, 28}}},
      {"rows", OpKind::kMaskedSoftmax, {{64, 10}, {64, 10}}},
      {"rows", OpKind::kMaskedSoftmax, {{704, 28}, {704, 28}}},
      {"rows", OpKind::kMaskedSoftmax, {{2048, 64}, {64}}},
      {"rows", OpKind::kSoftmax, {{2048, 64}}},
      {"rows", OpKind::kSoftmax, {{2048, 512}}},
      {"rows", OpKind::kLogSoftmax, {{704, 28}}},
      {"last axis", OpKind::kSum, {{704, 32}}, AxisAttrs{1, false}},
      {"first axis", OpKind::kSum, {{704, 96}}, AxisAttrs{0, false}},
      {"middle axis", OpKind::kSum, {{64, 10, 32}}, AxisAttrs{1, false}},
      {"all", OpKind::kSum, {{65536}}, AxisAttrs{0, false}},
      {"last two axes", OpKind::kPermute, {{64, 10, 32}}, PermuteAttrs{{0, 2, 1}}},
      {"first two axes", OpKind::kPermute, {{64, 10, 32}}, PermuteAttrs{{1, 0, 2}}},
      {"middle axis", OpKind::kSlice, {{64, 10, 32}}, SliceAttrs{1, 3, 1}},
      {"last axis", OpKind::kSlice, {{64, 96}}, SliceAttrs{1, 32, 32}},
      {"last axis", OpKind::kConcat, {{64, 32}, {64, 64}}, AxisAttrs{1, false}},
      {"weights", OpKind::kAdam, {{65536}, {}, {}}, AdamAttrs{0.9f, 0.999f, 1e-8f, 0}},
  };
}

Item product(int batch, int m, int k, int n, bool transpose_a, bool transpose_b) {
  Shape a = transpose_a ? Shape{k, m} : Shape{m, k}, b = transpose_b ? Shape{n, k} : Shape{k, n};
  if (batch > 1) a = {batch, a[0], a[1]}, b = {batch, b[0], b[1]};
  const std::string form = std::string("A") + (transpose_a ? "'" : "") + " B" + (transpose_b ? "'" : "");
  return {form, OpKind::kMatmul, {a, b}, MatmulAttrs{transpose_a, transpose_b}, 2.0 * batch * m * k * n};
}

std::vector<Item> matmul_items() {
  std::vector<Item> out;
  for (const int n : {4, 8, 12, 16, 24, 32, 64, 128, 256, 512}) out.push_back(product(1, n, n, n, false, false));
  for (int form = 0; form < 4; ++form) out.push_back(product(1, 64, 64, 64, form & 1, form & 2));
  const auto forward_and_gradients = [&](int m, int k, int n) {
    out.push_back(product(1, m, k, n, false, false));
    out.push_back(product(1, m, n, k, false, true));
    out.push_back(product(1, k, m, n, true, false));
  };
  forward_and_gradients(64, 32, 96);  // a recurrent cell's step
  forward_and_gradients(64, 96, 96);
  forward_and_gradients(640, 16, 96);                   // all inputs of an encoder at once
  forward_and_gradients(640, 64, 32);                   // attention keys
  forward_and_gradients(704, 96, 28);                   // logits
  forward_and_gradients(640, 32, 1);                    // additive scores
  out.push_back(product(64, 1, 10, 64, false, false));  // context
  out.push_back(product(64, 1, 64, 10, false, true));   // dot scores
  out.push_back(product(64, 10, 1, 64, true, false));
  out.push_back(product(64, 11, 10, 64, false, false));
  out.push_back(product(32, 64, 32, 64, false, true));
  return out;
}

/// The best of several rounds, in time of this program on the processor: others at work on the machine count little.
double nanoseconds(const cpu::Kernel& kernel) {
  constexpr double kRoundSeconds = 5e-3;
  const cpu::Submission submission{1};
  const cpu::Buffer scratch(kernel.scratch_elems);
  std::size_t runs = 1;
  double best = 1e300;
  for (int round = 0; round < 7;) {
    const std::clock_t begin = std::clock();
    for (std::size_t i = 0; i < runs; ++i) kernel(submission, scratch.data());
    const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    if (seconds < kRoundSeconds) {
      runs *= 2;
    } else {
      best = std::min(best, seconds * 1e9 / static_cast<double>(runs));
      ++round;
    }
  }
  return best;
}

void measure(const Item& item) {
  Random random(1, Purpose::kTest);
  std::vector<cpu::Buffer> buffers;
  std::vector<cpu::Operand> operands;
  OpInputs in;
  std::string shapes;
  for (const Shape& shape : item.shapes) {
    cpu::Buffer& buffer = buffers.emplace_back(shape.count());
    for (std::size_t i = 0; i < shape.count(); ++i) buffer.data()[i] = random.uniform(0.5f, 2);
    operands.push_back({buffer.data(), shape, DType::kF32});
    in.shapes.push_back(shape);
    in.dtypes.push_back(DType::kF32);
    shapes += shape.text();
  }
  const OpOutput out = op_def(item.op).infer(in, item.attrs);
  const cpu::Buffer result(out.shape.count());
  cpu::Call call{item.attrs, {result.data(), out.shape, out.dtype}, operands, {}};
  for (float*& arena : call.arenas) arena = buffers.emplace_back(out.shape.count()).data();
  const double ns = nanoseconds(cpu::find_kernel(item.op)(call));
  const auto elems = static_cast<double>(std::max(out.shape.count(), item.shapes[0].count()));
  std::printf("%-12s %-14s %-26s %12.0f ns", op_def(item.op).name, item.label.c_str(), shapes.c_str(), ns);
  if (item.flops > 0)
    std::printf(" %8.1f GFLOP/s\n", item.flops / ns);
  else
    std::printf(" %8.2f ns per element\n", ns / elems);
}

}  // namespace
}  // namespace heed

int main(int argc, char** argv) {
  const std::string wanted = argc > 1 ? argv[1] : "";
  for (const auto& items : {heed::elementwise_items(), heed::row_items(), heed::matmul_items()})
    for (const heed::Item& item : items)
      if (std::string(heed::op_def(item.op).name).find(wanted) != std::string::npos) heed::measure(item);
}
