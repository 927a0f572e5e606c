// engine/backend/webgpu: the choice of kernels for the device that is open: the one kept for its adapter, else measured on it.
#pragma once

#include <memory>

#include "engine/backend/backend.h"
#include "engine/backend/webgpu/tuning.h"

namespace heed::webgpu {

/// One piece of the way to a choice; true once there is one. The device must be ready; others may not use it meanwhile.
bool tune_device();
/// There is no device any more, or another one.
void forget_tuning();
/// What was chosen; before that, what is good in general.
const TuningRecord& device_tuning();

std::unique_ptr<Backend> make_backend_with(const Tuning& tuning);

}  // namespace heed::webgpu
