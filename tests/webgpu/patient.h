// tests/webgpu: the webgpu backend for tests that run straight through: poll() waits, turn by turn of the event loop,
// until the result is there. What the GPU complains about becomes an exception.
#pragma once

#include <chrono>
#include <memory>

#include "engine/backend/backend.h"
#include "engine/backend/webgpu/webgpu.h"

namespace heed::test {

/// Lets the event loop of JavaScript turn once: promises and the GPU's messages arrive.
void turn();
/// Turns until `done`, so many seconds at most; false where it never came to it.
template <typename Done>
bool turn_until(Done done, int most_seconds = 120) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(most_seconds);
  while (!done()) {
    if (std::chrono::steady_clock::now() > end) return false;
    turn();
  }
  return true;
}

/// Opens the device anew where there is none, and waits for the answer.
GpuState wait_for_gpu();
/// Throws away the device that is open, as if it had been lost.
void lose_gpu();

/// A backend on the device, which is opened first. Its poll() waits; it throws std::runtime_error where the backend
/// cannot go on.
std::unique_ptr<Backend> make_patient_webgpu();
/// The same with a backend of the caller's on the device that is open.
std::unique_ptr<Backend> make_patient(std::unique_ptr<Backend> inner);

}  // namespace heed::test
