// tests/webgpu: what a kernel would dispatch for a case, without a GPU.
#pragma once

#include <vector>

#include "engine/backend/webgpu/kernel.h"
#include "ops/op_case.h"

namespace heed::test {

constexpr webgpu::Word kRecordedAt = 1024;  ///< temporaries lie before

/// Empty where the op has no kernel. Operands lie one after the other from kRecordedAt on, the result behind them.
inline std::vector<webgpu::Dispatch> recorded(const OpCase& op_case, const webgpu::Tuning& tuning = {}) {
  struct Recorder final : webgpu::Schedule {
    using Schedule::dispatches_;
  };
  const auto maker = webgpu::find_kernel(op_case.def->kind);
  if (maker == nullptr) return {};
  OpInputs in;
  webgpu::Word at = kRecordedAt;
  std::vector<webgpu::Operand> operands;
  for (std::size_t i = 0; i < op_case.sample.shapes.size(); ++i) {
    in.shapes.push_back(op_case.sample.shapes[i]);
    in.dtypes.push_back(is_i32(op_case.sample, i) ? DType::kI32 : DType::kF32);
    operands.push_back({at, in.shapes.back(), in.dtypes.back()});
    at += operands.back().count();
  }
  const OpOutput out = op_case.def->infer(in, op_case.sample.attrs);
  webgpu::Call call{op_case.sample.attrs, {at, out.shape, out.dtype}, operands};
  call.arenas.fill(at + static_cast<webgpu::Word>(out.shape.count()));
  Recorder recorder;
  recorder.tuning = tuning;
  maker(call, recorder);
  return recorder.dispatches_;
}

}  // namespace heed::test
