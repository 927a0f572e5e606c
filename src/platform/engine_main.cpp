// platform: engine.wasm, the program of a run's worker. Commands come in, events go out, and heed_tick trains for a slice of time. It
// knows no browser: the same module runs in a worker, on the page and under Node.
#include <emscripten.h>

#include <cstdint>
#include <cstdlib>
#include <exception>
#include <memory>
#include <string>

#include "engine/backend/webgpu/webgpu.h"
#include "platform/port.h"
#include "training/protocol.h"
#include "training/run.h"

namespace heed {
namespace {

struct Engine {
  OutgoingPort port;
  std::unique_ptr<Run> run;
  int threads = 1;
};

Engine& engine() {
  static Engine instance;
  return instance;
}

static_assert(static_cast<int>(GpuState::kLost) == static_cast<int>(DeviceState::kLost) &&
              static_cast<int>(GpuState::kReady) == static_cast<int>(DeviceState::kReady));

Backends backends() {
  return {[] { return make_cpu_backend(engine().threads); },
          Gpu{make_webgpu_backend, open_gpu, [] { return static_cast<DeviceState>(gpu_state()); }, [] { return read_device_about(gpu_about()); }}};
}

std::unique_ptr<Run> make_run() {
  return std::make_unique<Run>(backends(), [] { return emscripten_get_now(); });
}

void say(Severity severity, const std::string& code, const std::string& text) {
  engine().port.push(encode(Event(Notice{severity, code, text})));
}

void collect_events() {
  if (!engine().run) return;
  for (const Event& event : engine().run->take_events()) engine().port.push(encode(event));
}

/// What was going on when an exception came this far is lost: the run is put away, and a later start or resume makes a new one.
void put_run_away(const char* what) {
  try {
    collect_events();
  } catch (...) {
  }
  engine().run.reset();
  say(Severity::kError, "engine_failed", std::string("The engine had to stop this run: ") + what + ". Start it again, or go back to the last saved state.");
  engine().port.push(encode(Event(PhaseChanged{RunPhase::kStopped, 0})));
}

/// Everything that JavaScript calls goes through here, so that no exception reaches it.
template <class Work>
int guarded(Work work) noexcept {
  try {
    try {
      return work();
    } catch (const std::bad_alloc&) {
      put_run_away("the browser gave it no more memory");
    } catch (const std::exception& error) {
      put_run_away(error.what());
    } catch (...) {
      put_run_away("an unknown error");
    }
  } catch (...) {
    // Not even the message could be built; the worker's watchdog on the page sees silence.
  }
  return 0;
}

int receive(const char* json, int json_size, const std::uint8_t* blob, int blob_size) {
  const Bytes bytes(blob, blob + blob_size);
  Result<Command> command = decode_command(std::string(json, static_cast<std::size_t>(json_size)), bytes);
  if (!command.ok()) {
    say(Severity::kWarning, "bad_command", command.error());
    return 1;
  }
  if (!engine().run) engine().run = make_run();
  engine().run->apply(command.value());
  collect_events();
  return 1;
}

}  // namespace
}  // namespace heed

extern "C" {

EMSCRIPTEN_KEEPALIVE void* heed_alloc(int size) { return std::malloc(size > 0 ? static_cast<std::size_t>(size) : 1); }
EMSCRIPTEN_KEEPALIVE void heed_free(void* room) { std::free(room); }

/// How many threads the runs that start from now on compute with, the caller included. More than the program was loaded with come to no harm.
EMSCRIPTEN_KEEPALIVE void heed_threads(int count) { heed::engine().threads = count; }

EMSCRIPTEN_KEEPALIVE int heed_post(const char* json, int json_size, const std::uint8_t* blob, int blob_size) {
  return heed::guarded([&] { return heed::receive(json, json_size, blob, blob_size); });
}

/// 0: nothing to do before the next message. 1: more to do. 2: nothing to do until the GPU answers (Module.heedGpuAnswered is called then).
EMSCRIPTEN_KEEPALIVE int heed_tick(double budget_ms) {
  return heed::guarded([&] {
    if (!heed::engine().run) return 0;
    const heed::Tick tick = heed::engine().run->tick(budget_ms);
    heed::collect_events();
    return static_cast<int>(tick);
  });
}

EMSCRIPTEN_KEEPALIVE int heed_take() {
  return heed::guarded([] { return heed::engine().port.take() ? 1 : 0; });
}
EMSCRIPTEN_KEEPALIVE const char* heed_json() { return heed::engine().port.current().json.data(); }
EMSCRIPTEN_KEEPALIVE int heed_json_size() { return static_cast<int>(heed::engine().port.current().json.size()); }
EMSCRIPTEN_KEEPALIVE const std::uint8_t* heed_blob() { return heed::engine().port.current().blob.data(); }
EMSCRIPTEN_KEEPALIVE int heed_blob_size() { return static_cast<int>(heed::engine().port.current().blob.size()); }
}
