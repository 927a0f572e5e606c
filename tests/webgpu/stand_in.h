// tests/webgpu: a device that is not what it was.
#pragma once

#include <cstdlib>
#include <string>

#include "engine/backend/webgpu/gpu.h"
#include "patient.h"
#include "turn.h"

namespace heed::test {

/// What the device has complained about since the last call.
inline std::string trouble() {
  char* text = heed_gpu_trouble();
  std::string out = text == nullptr ? "" : text;
  std::free(text);
  return out;
}

/// The device is opened anew on a stand-in; the real one comes back afterwards.
class StandIn {
 public:
  explicit StandIn(int kind) {
    if (gpu_state() == GpuState::kReady) lose_gpu();
    heed_test_stand_in(kind);
    state = wait_for_gpu();
  }
  ~StandIn() {
    if (gpu_state() == GpuState::kReady) lose_gpu();
    heed_test_stand_in(kGpuAsItIs);
    wait_for_gpu();
    trouble();
  }
  StandIn(const StandIn&) = delete;
  StandIn& operator=(const StandIn&) = delete;

  GpuState state;
};

}  // namespace heed::test
