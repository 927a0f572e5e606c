// engine/backend/cpu: ops that follow integer indices. An index outside its range reads zero and writes nothing.
#include <algorithm>
#include <cstring>

#include "engine/backend/cpu/rows.h"

namespace heed::cpu {
namespace {

bool within(std::int32_t index, std::size_t extent) {
  return index >= 0 && static_cast<std::size_t>(index) < extent;
}

}  // namespace

Kernel make_gather_rows(const Call& call) {
  const auto rows = static_cast<std::size_t>(call.in[0].shape[0]),
             width = static_cast<std::size_t>(call.in[0].shape[-1]);
  return kernel_of_rows(call.in[1].shape.count(), 0.1 * static_cast<double>(width) + 3,
                        [=, table = call.in[0].f32(), index = call.in[1].i32(), y = call.out.f32()](
                            std::size_t begin, std::size_t end, float*) {
                          for (std::size_t i = begin; i < end; ++i) {
                            if (within(index[i], rows))
                              std::memcpy(y + i * width, table + static_cast<std::size_t>(index[i]) * width,
                                          width * sizeof(float));
                            else
                              std::fill_n(y + i * width, width, 0.0f);
                          }
                        });
}

Kernel make_pick(const Call& call) {
  const auto width = static_cast<std::size_t>(call.in[0].shape[-1]);
  return [=, x = call.in[0].f32(), index = call.in[1].i32(), y = call.out.f32(),
          n = call.out.shape.count()](const Submission&) {
    for (std::size_t i = 0; i < n; ++i)
      y[i] = within(index[i], width) ? x[i * width + static_cast<std::size_t>(index[i])] : 0.0f;
  };
}

Kernel make_place(const Call& call) {
  const auto width = static_cast<std::size_t>(call.out.shape[-1]);
  return [=, x = call.in[0].f32(), index = call.in[1].i32(), y = call.out.f32(),
          n = call.in[0].shape.count()](const Submission&) {
    std::fill_n(y, n * width, 0.0f);
    for (std::size_t i = 0; i < n; ++i)
      if (within(index[i], width)) y[i * width + static_cast<std::size_t>(index[i])] = x[i];
  };
}

Kernel make_cast_float(const Call& call) {
  return [x = call.in[0].i32(), y = call.out.f32(), n = call.out.shape.count()](const Submission&) {
    float* __restrict to = y;
    for (std::size_t i = 0; i < n; ++i) to[i] = static_cast<float>(x[i]);
  };
}

}  // namespace heed::cpu
