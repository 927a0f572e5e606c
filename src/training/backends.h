// training: the backends that a run may compute on. The cpu is always there; WebGPU has to be asked for a device first, which
// comes, or is refused, some turns of the event loop later.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/backend/backend.h"
#include "training/kernel_choice.h"

namespace heed {

using BackendFactory = std::function<std::unique_ptr<Backend>()>;

enum class DeviceState : unsigned char { kAsleep, kOpening, kReady, kRefused, kLost };

/// What a device says of itself.
struct DeviceAbout {
  std::string name;       ///< for people: "nvidia hopper"
  bool fallback = false;  ///< a GPU that is a program
  bool has_clock = false;
  double memory_bytes = 0;  ///< in use by this program
  std::string reason;       ///< why it was refused or lost
  KernelChoice kernels;
};

/// From the JSON of engine/backend/webgpu: gpu_about().
DeviceAbout read_device_about(const std::string& json);

struct Gpu {
  BackendFactory make;  ///< the device must be ready
  std::function<void()> open;
  std::function<DeviceState()> state;
  std::function<DeviceAbout()> about;
};

struct Backends {
  BackendFactory cpu;
  std::optional<Gpu> webgpu;
};

/// What a slice of time has left.
enum Tick : int {
  kResting = 0,  ///< nothing to do before the next command
  kWorking = 1,
  kWaiting = 2,  ///< for a device; until it answers there is nothing to do
};

enum class Wish : unsigned char { kAuto, kCpu, kWebGpu };

/// "auto", "cpu", "webgpu".
std::string_view wish_key(Wish wish);
std::optional<Wish> read_wish(std::string_view key);

}  // namespace heed
