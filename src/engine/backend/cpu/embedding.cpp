// engine/backend/cpu: bags of rows and the scatter-add of their gradient, and of looked-up rows, without the looked-up
// rows in memory. A scatter adds in the order of the indices; its units are blocks of columns, so that it does with any
// number of threads. In relaxed wasm the compositions took 2.5 (bags of 7 words) and 1.7 times as long (gradient).
#include "engine/backend/cpu/rows.h"

namespace heed::cpu {
namespace {

bool is_row(std::int32_t index, std::size_t rows) {
  return index >= 0 && static_cast<std::size_t>(index) < rows;
}

void add_product(float* __restrict y, const float* __restrict weight, const float* __restrict row, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) y[i] += weight[i] * row[i];
}

void add_row(float* __restrict y, const float* __restrict row, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) y[i] += row[i];
}

/// run(first column, columns) over blocks of columns, wide enough to pay for looking at all indices again.
template <class F>
Kernel kernel_of_columns(std::size_t columns, double cost_ns, F run) {
  constexpr std::size_t kColumns = 32;
  return {(columns + kColumns - 1) / kColumns, cost_ns, [=](const Work& work) {
            const std::size_t first = work.begin * kColumns;
            run(first, std::min(columns, work.end * kColumns) - first);
          }};
}

}  // namespace

Kernel make_bag_of_rows(const Call& call) {
  const std::size_t V = extent_of(call.in[0].shape, 0), D = extent_of(call.in[2].shape, 1),
                    J = extent_of(call.in[2].shape, 0);
  return kernel_of_rows(row_count(call.in[1].shape), static_cast<double>(J) * (0.2 * static_cast<double>(D) + 2),
                        [=, y = call.out.f32(), table = call.in[0].f32(), index = call.in[1].i32(),
                         weights = call.in[2].f32()](std::size_t begin, std::size_t end, float*) {
                          for (std::size_t r = begin; r < end; ++r) {
                            std::fill_n(y + r * D, D, 0.0f);
                            for (std::size_t j = 0; j < J; ++j) {
                              const std::int32_t word = index[r * J + j];
                              if (is_row(word, V))
                                add_product(y + r * D, weights + j * D, table + static_cast<std::size_t>(word) * D, D);
                            }
                          }
                        });
}

Kernel make_bag_of_rows_grad(const Call& call) {
  const std::size_t V = extent_of(call.out.shape, 0), D = extent_of(call.out.shape, 1),
                    J = extent_of(call.in[2].shape, 0), bags = row_count(call.in[1].shape);
  return kernel_of_columns(D, static_cast<double>(bags * J) * (0.3 * static_cast<double>(D) + 2),
                           [=, out = call.out.f32(), dy = call.in[0].f32(), index = call.in[1].i32(),
                            weights = call.in[2].f32()](std::size_t first, std::size_t columns) {
                             for (std::size_t v = 0; v < V; ++v) std::fill_n(out + v * D + first, columns, 0.0f);
                             for (std::size_t r = 0; r < bags; ++r)
                               for (std::size_t j = 0; j < J; ++j) {
                                 const std::int32_t word = index[r * J + j];
                                 if (is_row(word, V))
                                   add_product(out + static_cast<std::size_t>(word) * D + first,
                                               weights + j * D + first, dy + r * D + first, columns);
                               }
                           });
}

Kernel make_scatter_add_rows(const Call& call) {
  const std::size_t V = extent_of(call.out.shape, 0), D = extent_of(call.out.shape, -1), n = call.in[1].shape.count();
  return kernel_of_columns(D, static_cast<double>(n) * (0.3 * static_cast<double>(D) + 2),
                           [=, out = call.out.f32(), values = call.in[0].f32(), index = call.in[1].i32()](
                               std::size_t first, std::size_t columns) {
                             for (std::size_t v = 0; v < V; ++v) std::fill_n(out + v * D + first, columns, 0.0f);
                             for (std::size_t i = 0; i < n; ++i)
                               if (is_row(index[i], V))
                                 add_row(out + static_cast<std::size_t>(index[i]) * D + first, values + i * D + first,
                                         columns);
                           });
}

}  // namespace heed::cpu
