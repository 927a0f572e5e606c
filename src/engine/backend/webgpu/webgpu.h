// engine/backend/webgpu: the backend that computes on the GPU, and the device that it needs. Only in programs with the bridge
// (web/webgpu/bridge.js): elsewhere there is no such backend.
#pragma once

#include <memory>
#include <string>

#include "engine/backend/backend.h"

namespace heed {

enum class GpuState : unsigned char { kAsleep, kOpening, kReady, kRefused, kLost };

/// Asks the browser for a device, once; it is ready, or refused, some turns of the event loop later. After a loss, asks again.
void open_gpu();
/// While it is opening, every call is one piece of the way: how kernels are cut is measured on an adapter that is new, a few tenths of a
/// second.
GpuState gpu_state();
/// JSON: vendor, architecture, device, description, fallback (true for a GPU that is a program), features, limits, bytes in use; "kernels":
/// how they are cut, since when, and the times that this follows from; "reason" where the device was refused or lost.
std::string gpu_about();

/// The device must be ready.
std::unique_ptr<Backend> make_webgpu_backend();

}  // namespace heed
