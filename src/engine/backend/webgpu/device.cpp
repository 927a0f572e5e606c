// engine/backend/webgpu: the device as the program sees it: ready once its kernels have been chosen.
#include "base/json.h"
#include "engine/backend/webgpu/device_tuning.h"
#include "engine/backend/webgpu/gpu.h"
#include "engine/backend/webgpu/taken.h"
#include "engine/backend/webgpu/webgpu.h"

namespace heed {

void open_gpu() {
  if (heed_gpu_state() != kGpuReady) webgpu::forget_tuning();
  heed_gpu_open();
}

GpuState gpu_state() {
  const int state = heed_gpu_state();
  if (state != kGpuReady) webgpu::forget_tuning();
  else if (!webgpu::tune_device()) return GpuState::kOpening;
  return static_cast<GpuState>(state);
}

std::string gpu_about() {
  const std::string about = webgpu::taken(heed_gpu_about());
  Result<Json> json = parse_json(about);
  if (!json || !json->is_object()) return about;
  const webgpu::TuningRecord& record = webgpu::device_tuning();
  (*json)["kernels"] = {{"tiles", webgpu::kLargeTiles[record.tuning.tiles].name},
                        {"subgroups", record.tuning.subgroup_width},
                        {"since", record.since},
                        {"tile_ms", record.tile_ms},
                        {"row_ms", record.row_ms}};
  return json->dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace heed
