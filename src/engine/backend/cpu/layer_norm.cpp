// engine/backend/cpu: layer normalisation (Ba et al. 2016, equations 3 and 4) and its gradients, row by row. The
// variance is the mean square distance from the mean, in a second pass over a row that is still in the nearest cache;
// nothing is kept for the way back, which computes both again. The weights' gradients add up rows in blocks of
// kRowsInSum, so that no sum in single precision is long. In relaxed wasm at (2048,128) the compositions took 2.5 times
// as long (y), 4.0 (dx) and 1.9 (weights).
#include <cmath>

#include "engine/backend/cpu/lanes.h"
#include "engine/backend/cpu/rows.h"

namespace heed::cpu {
namespace {

constexpr std::size_t kRowsInSum = 32;

struct RowNorm {
  float mean, inverse_deviation;
};

RowNorm row_norm(const float* x, std::size_t n, float epsilon) {
  const auto count = static_cast<float>(n);
  const float mean = row_sum(x, n) / count;
  return {mean, 1.0f / std::sqrt(row_square_distance(x, n, mean) / count + epsilon)};
}

void layer_norm_row(float* __restrict y, const float* __restrict x, const float* __restrict gain,
                    const float* __restrict bias, std::size_t n, float epsilon) {
  const RowNorm norm = row_norm(x, n, epsilon);
  for (std::size_t i = 0; i < n; ++i) y[i] = (x[i] - norm.mean) * norm.inverse_deviation * gain[i] + bias[i];
}

void layer_norm_grad_row(float* __restrict dx, const float* __restrict x, const float* __restrict gain,
                         const float* __restrict dy, std::size_t n, float epsilon) {
  const RowNorm norm = row_norm(x, n, epsilon);
  // dx holds g = dy gain until its sums are known.
  Lanes sum{}, sum_with_x{}, g, part;
  std::size_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    load(g, dy + i);
    load(part, gain + i);
    g *= part;
    std::memcpy(dx + i, &g, sizeof g);
    load(part, x + i);
    sum += g;
    sum_with_x += g * (part - norm.mean);
  }
  for (std::size_t lane = 0; i < n; ++i, ++lane) {
    dx[i] = dy[i] * gain[i];
    sum[lane] += dx[i];
    sum_with_x[lane] += dx[i] * (x[i] - norm.mean);
  }
  const auto count = static_cast<float>(n);
  const float mean_g = add_lanes(sum) / count;
  const float slope = add_lanes(sum_with_x) / count * norm.inverse_deviation * norm.inverse_deviation;
  for (std::size_t j = 0; j < n; ++j) dx[j] = (dx[j] - mean_g - (x[j] - norm.mean) * slope) * norm.inverse_deviation;
}

void add_weights_row(float* __restrict dgain, float* __restrict dbias, const float* __restrict x,
                     const float* __restrict dy, std::size_t n, RowNorm norm) {
  for (std::size_t i = 0; i < n; ++i) {
    dgain[i] += dy[i] * ((x[i] - norm.mean) * norm.inverse_deviation);
    dbias[i] += dy[i];
  }
}

void add_to(float* __restrict total, const float* __restrict part, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) total[i] += part[i];
}

/// Columns [begin, end) of the weights' gradients. `sums`: twice as many floats.
void weights_columns(float* out, const float* x, const float* dy, std::size_t rows, std::size_t n, float epsilon,
                     std::size_t begin, std::size_t end, float* sums) {
  const std::size_t width = end - begin;
  float *dgain = out + begin, *dbias = out + n + begin;
  std::fill_n(dgain, width, 0.0f);
  std::fill_n(dbias, width, 0.0f);
  for (std::size_t from = 0; from < rows; from += kRowsInSum) {
    std::fill_n(sums, 2 * width, 0.0f);
    for (std::size_t r = from; r < std::min(rows, from + kRowsInSum); ++r)
      add_weights_row(sums, sums + width, x + r * n + begin, dy + r * n + begin, width,
                      row_norm(x + r * n, n, epsilon));
    add_to(dgain, sums, width);
    add_to(dbias, sums + width, width);
  }
}

}  // namespace

Kernel make_layer_norm(const Call& call) {
  const std::size_t n = extent_of(call.out.shape, -1);
  return kernel_of_rows(
      row_count(call.out.shape), 0.4 * static_cast<double>(n) + 10,
      [y = call.out.f32(), x = call.in[0].f32(), gain = call.in[1].f32(), bias = call.in[2].f32(), n,
       epsilon = std::get<EpsilonAttrs>(call.attrs).epsilon](std::size_t begin, std::size_t end, float*) {
        for (std::size_t r = begin; r < end; ++r) layer_norm_row(y + r * n, x + r * n, gain, bias, n, epsilon);
      });
}

Kernel make_layer_norm_grad(const Call& call) {
  const std::size_t n = extent_of(call.out.shape, -1);
  return kernel_of_rows(
      row_count(call.out.shape), 0.6 * static_cast<double>(n) + 15,
      [dx = call.out.f32(), x = call.in[0].f32(), gain = call.in[1].f32(), dy = call.in[2].f32(), n,
       epsilon = std::get<EpsilonAttrs>(call.attrs).epsilon](std::size_t begin, std::size_t end, float*) {
        for (std::size_t r = begin; r < end; ++r)
          layer_norm_grad_row(dx + r * n, x + r * n, gain, dy + r * n, n, epsilon);
      });
}

Kernel make_layer_norm_grad_weights(const Call& call) {
  // Every unit needs the norms of whole rows, so there are two at most.
  const std::size_t n = extent_of(call.out.shape, -1), rows = row_count(call.in[0].shape);
  const std::size_t units = n >= 64 ? 2 : 1, width = (n + units - 1) / units;
  return {units, 0.5 * static_cast<double>(n * rows),
          [=, out = call.out.f32(), x = call.in[0].f32(), dy = call.in[1].f32(),
           epsilon = std::get<EpsilonAttrs>(call.attrs).epsilon](const Work& work) {
            for (std::size_t u = work.begin; u < work.end; ++u)
              weights_columns(out, x, dy, rows, n, epsilon, u * width, std::min(n, (u + 1) * width), work.scratch);
          },
          2 * width};
}

}  // namespace heed::cpu
